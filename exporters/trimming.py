"""The archive without the records of some addresses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from exporters.rewriting import BusyError, Register, Span, claimed, rewrite
from exporters.warcfile import members

__all__ = ["BusyError", "trim"]

_TARGET = re.compile(rb"^WARC-Target-URI:[ \t]*<?([^\r\n>]*)", re.MULTILINE | re.IGNORECASE)


def trim(path: Path, drop: Callable[[str], bool], register: Register) -> int:
    """Leaves out the records of the addresses that ``drop`` names; how many there were.

    BusyError where a crawl writes to the file."""
    with claimed(path):
        records = [
            (Span(offset, length), data is not None and drop(_target(data)))
            for offset, length, data in members(path)
        ]
        dropped = sum(leaves for _, leaves in records)
        if dropped:
            kept = [span for span, leaves in records if not leaves]
            rewrite(path, joined(kept), [span.offset for span in kept], register)
        elif not records and not path.stat().st_size:
            path.unlink(missing_ok=True)  # made by the claim
    return dropped


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same bytes in fewer spans."""
    found: list[Span] = []
    for span in spans:
        if found and found[-1].offset + found[-1].length == span.offset:
            found[-1] = Span(found[-1].offset, found[-1].length + span.length)
        else:
            found.append(span)
    return found


def _target(record: bytes) -> str:
    found = _TARGET.search(record.partition(b"\r\n\r\n")[0])
    return found[1].decode("utf-8", "replace").strip() if found else ""
