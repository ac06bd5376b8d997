"""What the files of a folder of feeds were made of, so that what has not changed is not made again.

Writing a feed takes several times as long as reading its articles, and most feeds are as they were. A cache:
where it is wrong or missing, feeds are made again, to the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace as but
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

from exporters.feeds.model import Feed
from exporters.files import write_changed

NAME = ".made.json"
#: Libraries that decide about bytes.
_LIBRARIES = ("lxml", "nh3", "w3lib")


class Made:
    """The record of one folder."""

    def __init__(self, folder: Path) -> None:
        self._place = folder / NAME
        try:
            found = json.loads(self._place.read_bytes())
        except (OSError, ValueError):
            found = {}
        #: By feed: what it was made of, then each file as it was written.
        self._record: dict[str, list[str]] = found if isinstance(found, dict) else {}

    def is_current(self, name: str, of: str, files: Iterable[Path]) -> bool:
        """Whether the files are there as they were made, of the same."""
        record = self._record.get(name)
        return isinstance(record, list) and record[:1] == [of] and record[1:] == _contents(files)

    def note(self, name: str, of: str, files: Iterable[Path]) -> None:
        self._record[name] = [of, *_contents(files)]

    def drop(self, name: str) -> None:
        self._record.pop(name, None)

    def save(self) -> None:
        lines = json.dumps(self._record, indent=1, sort_keys=True)
        write_changed(self._place, lines.encode() + b"\n")


def digest(feed: Feed, base_url: str) -> str:
    """Of all that a feed's bytes depend on."""
    hash = blake2b(_machine(), digest_size=16)
    hash.update(repr((base_url, but(feed, items=()))).encode())
    for item in feed.items:
        hash.update(repr(but(item, html=None)).encode())
        hash.update(repr(item.html).encode())
    return hash.hexdigest()


@cache
def _machine() -> bytes:
    """Of the code that writes feeds."""
    hash = blake2b(digest_size=16)
    for path in sorted(Path(__file__).parent.glob("*.py")):
        hash.update(path.read_bytes())
    hash.update(" ".join(version(library) for library in _LIBRARIES).encode())
    return hash.digest()


def _contents(files: Iterable[Path]) -> list[str]:
    return [
        blake2b(path.read_bytes(), digest_size=16).hexdigest() if path.is_file() else "" for path in files
    ]
