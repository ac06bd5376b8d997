"""The part of Store about the archive: what it holds, and where that lies."""

from __future__ import annotations

from collections.abc import Sequence

from exporters.store import snapshots
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

    def archive_moved(self, file: str, to: str, offsets: dict[int, int]) -> None:
        """A WARC file was written anew under another name: where its records lie now."""
        with self.transaction():
            snapshots.moved(self.db, file, to, offsets)
