"""Room: the archive without old answers, without all but an article's newest, or as small as need be.

Two kinds of records are told apart. Of those that the dataset knows, pages of articles and rejected pages,
each stays or goes by itself. The others, listings, redirects and errors, go with their file's day. Files are
seen to one after the other, the oldest first, each safely (rewriting.py), so that stopping anywhere is fine.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from exporters.rewriting import BusyError, Span, beginning, claimed, rewrite, settle
from exporters.store import Store
from exporters.store.connection import stamp
from exporters.store.pruning import Row
from exporters.trimming import joined
from exporters.warcfile import in_words

_DAY = re.compile(r"-(\d{4})(\d{2})(\d{2})-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to go."""

    #: All that was fetched before.
    before: datetime | None = None
    #: All but so many snapshots of an article.
    keep: int | None = None
    #: The oldest, until so many bytes are left on the disk.
    free: int | None = None
    #: Also what articles were cleaned from.
    newest_too: bool = False


@dataclass(slots=True, kw_only=True)
class Pruned:
    """What went, or would go."""

    #: Pages that the dataset knew.
    snapshots: int = 0
    #: Files that became smaller or went.
    files: int = 0
    bytes: int = 0
    #: Files that somebody writes to, or whose pages came to be needed meanwhile; left as they are.
    busy: list[str] = field(default_factory=list)
    #: Bytes that are still missing.
    lacking: int = 0


class _NeededError(Exception):
    """What was to go is needed by now."""


def prune(store: Store, folder: Path, wish: Wish, *, dry_run: bool = False) -> Pruned:
    pruned = Pruned()
    if not dry_run:
        settle(folder, store)
    before = wish.before.astimezone(UTC) if wish.before else None
    store.choose_snapshots(
        before=stamp(before) if before else None,
        keep=wish.keep,
        newest_too=wish.newest_too,
    )
    job = _Job(store, wish, pruned, dry_run)
    for path in _files(folder):
        job.see_to(path, whole=before is not None and _day(path) < before.date())
    if wish.free is not None:
        for path in _files(folder):
            if job.lacking(folder) <= 0:
                break
            store.choose_snapshots_of(path.name)
            job.see_to(path, whole=True)
        pruned.lacking = max(0, job.lacking(folder))
    return pruned


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.warc.gz"), key=lambda path: (_day(path), path.name))


def _day(path: Path) -> date:
    """Of its answers."""
    named = _DAY.search(path.name)
    if named:
        return date(int(named[1]), int(named[2]), int(named[3]))
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).date()


@dataclass(slots=True)
class _Job:
    store: Store
    wish: Wish
    pruned: Pruned
    dry_run: bool
    #: What was counted of a file already, in a dry run.
    counted: dict[str, tuple[int, int]] = field(default_factory=dict)

    def lacking(self, folder: Path) -> int:
        wanted = self.wish.free or 0
        with in_words(folder):
            return wanted - shutil.disk_usage(folder).free - (self.pruned.bytes if self.dry_run else 0)

    def see_to(self, path: Path, *, whole: bool) -> None:
        """``whole``: also what the dataset does not know goes."""
        if not whole and not any(row.goes for row in self.store.snapshots_of(path.name)):
            return
        if self.dry_run:
            rows, spans = self._plan(path, whole=whole)
            self._count(path, rows, path.stat().st_size - sum(span.length for span in spans))
            return
        try:
            with claimed(path):
                rows, spans = self._plan(path, whole=whole)
                size = path.stat().st_size
                freed = size - sum(span.length for span in spans)
                if freed > 0:
                    rewrite(path, spans, [row.offset for row in rows if not row.goes], self)
                    self._count(path, rows, freed)
                elif not size:
                    path.unlink(missing_ok=True)
        except (BusyError, _NeededError):
            self.pruned.busy.append(path.name)

    def _plan(self, path: Path, *, whole: bool) -> tuple[list[Row], list[Span]]:
        """What is known of the file, and the bytes of it that stay."""
        rows = self.store.snapshots_of(path.name)
        staying = [Span(row.offset, row.length) for row in rows if not row.goes]
        if not whole:
            return rows, _without([row for row in rows if row.goes], path.stat().st_size)
        first = beginning(path) if staying and staying[0].offset else None
        return rows, joined([*([first] if first else ()), *staying])

    def _count(self, path: Path, rows: Sequence[Row], freed: int) -> None:
        if freed <= 0:
            return
        snapshots, bytes = self.counted.get(path.name, (0, 0)) if self.dry_run else (0, 0)
        gone = sum(row.goes for row in rows)
        self.pruned.files += not (self.dry_run and path.name in self.counted)
        self.pruned.snapshots += gone - snapshots
        self.pruned.bytes += freed - bytes
        self.counted[path.name] = (gone, freed)

    # As rewriting.Register

    def archive_moved(self, file: str, to: str | None, offsets: dict[int, int]) -> None:
        if not self.store.archive_pruned(file, to, offsets, newest_too=self.wish.newest_too):
            raise _NeededError(file)

    def archive_settled(self, file: str) -> None:
        self.store.archive_settled(file)

    def archive_unsettled(self) -> frozenset[str]:
        return self.store.archive_unsettled()


def _without(leaving: Sequence[Row], size: int) -> list[Span]:
    spans, at = [], 0
    for row in leaving:
        if row.offset > at:
            spans.append(Span(at, row.offset - at))
        at = max(at, row.offset + row.length)
    if at < size:
        spans.append(Span(at, size - at))
    return spans
