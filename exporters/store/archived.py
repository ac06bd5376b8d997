"""The part of Store about the archive: what it holds, and where that lies."""

from __future__ import annotations

from collections.abc import Sequence

from exporters.store import pruning, snapshots
from exporters.store.connection import in_words
from exporters.store.opened import Opened
from pipelines.types import Snapshot


class Archived(Opened):
    def add_snapshot(self, snapshot: Snapshot) -> int:
        """Its row; the same place in the archive is the same row. ``save`` does this itself."""
        with self.transaction():
            return snapshots.add_snapshot(self.db, snapshot)

    def snapshot(self, id: int) -> Snapshot | None:
        with in_words(self.path):
            return snapshots.snapshot(self.db, id)

    def body(self, url: str, digest: str, *, file: str) -> Snapshot | None:
        """A whole answer of the address with this body: in ``file``, or what an article was cleaned from."""
        with in_words(self.path):
            return snapshots.body(self.db, url, digest, file)

    def note_bodies(self, written: Sequence[Snapshot]) -> None:
        """Whole answers that the file now being written has; what others have is no longer of interest."""
        with self.transaction():
            snapshots.note_bodies(self.db, written)

    # Files that are written anew

    def archive_moved(self, file: str, to: str | None, offsets: dict[int, int]) -> None:
        """Where the records of a WARC file lie now; others are gone. From now on it is to be deleted."""
        self._durably()
        with self.transaction():
            snapshots.moved(self.db, file, to, offsets)

    def archive_settled(self, file: str) -> None:
        """It is deleted."""
        with self.transaction():
            snapshots.settled(self.db, file)

    def archive_unsettled(self) -> frozenset[str]:
        """Files that are to be deleted."""
        with in_words(self.path):
            return snapshots.unsettled(self.db)

    # What may leave the archive

    def choose_snapshots(self, *, before: str | None, keep: int | None, newest_too: bool) -> None:
        """Those fetched ``before`` that time, and all but ``keep`` of an article. What an article was cleaned
        from stays, unless ``newest_too``."""
        with in_words(self.path):
            pruning.choose(self.db, before=before, keep=keep, newest_too=newest_too)

    def choose_snapshots_of(self, file: str) -> None:
        """All of the file that may go, too."""
        with in_words(self.path):
            pruning.choose_file(self.db, file)

    def snapshots_of(self, file: str) -> list[pruning.Row]:
        """What is known of the file, by place, and what of it was chosen."""
        with in_words(self.path):
            return pruning.rows(self.db, file)

    def archive_pruned(self, file: str, to: str | None, offsets: dict[int, int], *, newest_too: bool) -> bool:
        """As ``archive_moved``. False: something that was chosen is needed by now; nothing was changed."""
        self._durably()
        with self.transaction():
            if pruning.needed(self.db, file, newest_too=newest_too):
                return False
            snapshots.moved(self.db, file, to, offsets)
            return True

    def _durably(self) -> None:
        """What is told from here on is on the disk before a file is deleted."""
        with in_words(self.path):
            self.db.execute("PRAGMA synchronous = FULL")
