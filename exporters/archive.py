"""WARC: every answer as it came, so that it can be cleaned again.

Records are WARC 1.1, each its own gzip member, written with one system call and found again by file, offset
and length. Only a file whose lock is held is ever written to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from pipelines.types import Snapshot

#: A page is 10 MiB at most on the wire; more than this unpacked is a compression bomb.
MAX_BODY = 64 * 1024 * 1024
MAX_FILE = 1024 * 1024 * 1024

#: In the order received, as bytes.
RawHeaders = Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer read back."""

    url: str
    status: int
    #: In the order received, names as received.
    headers: tuple[tuple[str, str], ...]
    #: Without content encoding.
    body: bytes = field(repr=False)
    fetched: str

    def header(self, name: str) -> str | None:
        """The first of that name, whatever its case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class Archive:
    """A folder of WARC files. Nothing is made before the first write."""

    def __init__(self, folder: Path, *, prefix: str = "crawl", max_file: int = MAX_FILE) -> None:
        """``prefix``: begins the file names; two kinds of writers, such as crawl and fetch, use two."""
        self.folder = folder
        self.prefix = prefix
        self.max_file = max_file

    def write(
        self,
        url: str,
        *,
        status: int,
        headers: RawHeaders,
        body: bytes,
        fetched: str,
        request: RawHeaders | None = None,
    ) -> Snapshot:
        """Append one answer: redirects and errors too, ``body`` with its content encoding as received.

        ``fetched``: ISO 8601, UTC. ``request``: the headers sent, for a request record beside it.
        """
        raise NotImplementedError

    def read(self, snapshot: Snapshot) -> Answer:
        """Raises ArchiveError where the file is missing or the record is not what the snapshot says."""
        raise NotImplementedError

    def answers(self) -> Iterator[tuple[Snapshot, Answer]]:
        """Every answer of every file, in the order of their names; a torn end is left out."""
        raise NotImplementedError

    def close(self) -> None:
        """Flush to the disk and let go of the file."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
