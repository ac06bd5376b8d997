"""A WARC file without some of its records: a new file beside it, which then takes its place.

The new one has another name, so that whoever knows where the old one's records lie is never misled: first the
new file is whole, then the dataset is told, then the old file goes. Cut off anywhere, nothing is lost.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from exporters.archive import locked, members

_TARGET = re.compile(rb"^WARC-Target-URI:[ \t]*<?([^\r\n>]*)", re.MULTILINE | re.IGNORECASE)
_NAME = re.compile(r"(.+?)(?:\.\d+)?\.warc\.gz")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trimmed:
    """What became of one file."""

    #: The new file's name.
    file: str
    #: Where the records lie that stay, by where they lay.
    offsets: dict[int, int]
    #: Records left out.
    records: int


class BusyError(Exception):
    """Somebody writes to the file."""


def trim(path: Path, drop: Callable[[str], bool], told: Callable[[Trimmed], None]) -> int:
    """Leaves out the records of the addresses that ``drop`` names; how many there were.

    ``told`` records the new places, in one transaction; only then the old file goes. BusyError where a crawl
    writes to the file."""
    with locked(path) as free:
        if not free:
            raise BusyError(path.name)
        leave = {
            offset
            for offset, _, data in members(path)
            if data is not None and (target := _target(data)) and drop(target)
        }
        if not leave:
            return 0
        place = _next(path)
        offsets: dict[int, int] = {}
        made = place.with_name(f".{place.name}.tmp")
        with path.open("rb") as old, made.open("wb") as new:
            for offset, length, _ in members(path):
                if offset in leave:
                    continue
                old.seek(offset)
                offsets[offset] = new.tell()
                new.write(old.read(length))
            new.flush()
            os.fsync(new.fileno())
        made.replace(place)
        told(Trimmed(file=place.name, offsets=offsets, records=len(leave)))
        path.unlink()
        path.with_name(path.name + ".open").unlink(missing_ok=True)
        return len(leave)


def _target(record: bytes) -> str:
    found = _TARGET.search(record.partition(b"\r\n\r\n")[0])
    return found[1].decode("utf-8", "replace").strip() if found else ""


def _next(path: Path) -> Path:
    named = _NAME.fullmatch(path.name)
    stem = named[1] if named else path.name
    number = 1
    while (place := path.with_name(f"{stem}.{number}.warc.gz")).exists():
        number += 1
    return place
