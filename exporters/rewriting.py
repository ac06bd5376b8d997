"""A WARC file without some of its records: a new file beside it, which then takes its place.

The new one has another name, so that whoever knows where the old one's records lie is never misled. First a
marker beside the old file names the new one, then the new one is whole on the disk, then the dataset is told
in one transaction, then the old one goes and the marker after it. Cut off anywhere, everything that the
dataset knows can be read; `settle` finishes or undoes what was cut off.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from exporters.files import flush
from exporters.warcfile import SWAP, in_words, locked, members

_NAME = re.compile(r"(.+?)(?:\.\d+)?\.warc\.gz")
_CHUNK = 1024 * 1024


class Register(Protocol):
    """Who knows where records lie: the dataset."""

    def archive_moved(self, file: str, to: str | None, offsets: dict[int, int]) -> None:
        """Where the records of ``file`` lie now; others are gone. From then on ``file`` is to be deleted."""

    def archive_settled(self, file: str) -> None:
        """``file`` is deleted."""

    def archive_unsettled(self) -> frozenset[str]:
        """Files that are to be deleted."""


class BusyError(Exception):
    """Somebody writes to the file."""


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes that stay: whole records, one or more."""

    offset: int
    length: int


@contextmanager
def claimed(path: Path) -> Iterator[None]:
    """No writer comes near the file meanwhile. BusyError where one is at it."""
    with locked(path) as free:
        if not free:
            raise BusyError(path.name)
        yield


def rewrite(path: Path, spans: Sequence[Span], records: Iterable[int], register: Register) -> None:
    """Of the file, which is claimed, leaves ``spans``, in order; none: leaves no file. ``records``: offsets
    of records in them that the dataset is to know."""
    with in_words(path.parent):
        place = _next(path) if spans else None
        marker = path.with_name(path.name + SWAP)
        try:
            _write(marker, (place.name if place else "").encode())
            if place is not None:
                _copy(path, spans, place)
            register.archive_moved(path.name, place.name if place else None, dict(_moves(spans, records)))
        except BaseException:
            # Not told, so nobody knows of the new one.
            if path.name not in register.archive_unsettled():
                _undo(marker)
            raise
        _finish(path)
    register.archive_settled(path.name)


def settle(folder: Path, register: Register) -> None:
    """What was cut off is finished, where the dataset was told, or else undone."""
    told = register.archive_unsettled()
    for marker in sorted(folder.glob(f"*.warc.gz{SWAP}")):
        path = marker.with_name(marker.name.removesuffix(SWAP))
        with suppress(BusyError), claimed(path), in_words(folder):
            # Asked again: whoever was at it may have come to the end.
            if path.name in register.archive_unsettled():
                _finish(path)
            elif marker.exists():
                _undo(marker)
            with suppress(FileNotFoundError):
                if not path.stat().st_size:
                    path.unlink()  # made by the claim
    for file in told:
        if not (folder / file).exists():
            register.archive_settled(file)


def _moves(spans: Sequence[Span], records: Iterable[int]) -> Iterator[tuple[int, int]]:
    """New places by old ones."""
    wanted = sorted(records)
    at, number = 0, 0
    for span in spans:
        while number < len(wanted) and wanted[number] < span.offset + span.length:
            if wanted[number] >= span.offset:
                yield wanted[number], at + wanted[number] - span.offset
            number += 1
        at += span.length


def _copy(path: Path, spans: Sequence[Span], place: Path) -> None:
    made = place.with_name(f".{place.name}.tmp")
    try:
        with path.open("rb") as old, made.open("wb") as new:
            for span in spans:
                old.seek(span.offset)
                left = span.length
                while left and (piece := old.read(min(left, _CHUNK))):
                    new.write(piece)
                    left -= len(piece)
            new.flush()
            os.fsync(new.fileno())
    except BaseException:
        made.unlink(missing_ok=True)
        raise
    made.replace(place)
    flush(place.parent)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    flush(path.parent)


def _undo(marker: Path) -> None:
    name = marker.read_text(encoding="utf-8", errors="replace") if marker.exists() else ""
    # Half a name, after a power cut, is none of ours.
    if _NAME.fullmatch(name) and "/" not in name:
        marker.with_name(f".{name}.tmp").unlink(missing_ok=True)
        marker.with_name(name).unlink(missing_ok=True)
    marker.unlink(missing_ok=True)


def _finish(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.with_name(path.name + ".open").unlink(missing_ok=True)
    path.with_name(path.name + SWAP).unlink(missing_ok=True)
    flush(path.parent)


def _next(path: Path) -> Path:
    named = _NAME.fullmatch(path.name)
    stem = named[1] if named else path.name
    number = 1
    while (place := path.with_name(f"{stem}.{number}.warc.gz")).exists():
        number += 1
    return place


def beginning(path: Path) -> Span | None:
    """The first record, which says what wrote the file."""
    for offset, length, _ in members(path):
        return Span(offset, length)
    return None
