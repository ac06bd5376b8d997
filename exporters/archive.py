"""WARC: every answer as it came, so that it can be cleaned again.

Records are WARC 1.1, each its own gzip member, written with one system call and found again by file, offset
and length. A file has one writer, who holds its lock. A writer that was killed may leave a torn last record;
the marker beside the file tells the next one to cut it off.

An answer with the same body as the one before is a ``revisit`` record: its headers, and which answer has the
body. That one lies in the same file, or it is what a stored article was cleaned from: what is never dropped.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Protocol, Self

from exporters.encodings import TooLargeError
from exporters.warc import (
    Answer,
    RawHeaders,
    Revisit,
    decoded,
    digest_of,
    parse,
    request_record,
    response_record,
    revisit_record,
    unpack,
    warcinfo_record,
)
from exporters.warcfile import WarcFile, in_words, members
from pipelines.errors import ArchiveError, ConfigError
from pipelines.types import Snapshot

__all__ = ["MAX_FILE", "MAX_FILE_VARIABLE", "Answer", "Archive", "Bodies", "max_file"]

#: A file is closed when it has grown to this many bytes: what readers of WARC expect.
MAX_FILE = 1024 * 1024 * 1024
#: The environment variable that says otherwise, in megabytes.
MAX_FILE_VARIABLE = "COPYDESK_WARC_MB"
#: Shorter bodies are written again: a record that refers to another one is no shorter.
MIN_REVISIT = 1024
#: Answers are made known so many at a time.
_NOTED = 100

_UNSAFE = re.compile(r"[\x00-\x20\x7f]")


def max_file() -> int:
    """The size that the environment asks for. ConfigError where it asks for none."""
    said = os.environ.get(MAX_FILE_VARIABLE) or ""
    if not said:
        return MAX_FILE
    if not re.fullmatch(r"[1-9]\d{0,5}", said):
        raise ConfigError(f"{MAX_FILE_VARIABLE}={said}: not a size; write whole megabytes, such as 1024")
    return int(said) * 1024 * 1024


class Bodies(Protocol):
    """Who knows what the archive holds: the dataset."""

    def body(self, url: str, digest: str, *, file: str) -> Snapshot | None:
        """A whole answer of the address with this body: in ``file``, or one that is never dropped."""

    def note_bodies(self, written: Sequence[Snapshot]) -> None:
        """Whole answers that a file has from now on."""


class Archive:
    """A folder of WARC files, one a day and more when they grow. Nothing is made before the first write."""

    def __init__(
        self,
        folder: Path,
        *,
        prefix: str = "crawl",
        day: str | None = None,
        max_file: int = MAX_FILE,
        bodies: Bodies | None = None,
    ) -> None:
        """``prefix``: begins the file names; two kinds of writers, such as crawl and fetch, use two. ``day``
        ("20260301"): goes on them, whatever day an answer is of. ``bodies``: without it, every answer is
        written whole."""
        self.folder = folder
        self.prefix = prefix
        self._day = day
        self.max_file = max_file
        self._open: WarcFile | None = None
        self._bodies = bodies
        #: Whole answers that ``bodies`` does not know yet.
        self._noted: dict[str, Snapshot] = {}

    def prepare(self) -> None:
        """Makes the folder; ArchiveError where it cannot be one, before anything is fetched in vain."""
        with in_words(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)

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
        if not url.startswith(("http://", "https://")):
            raise ValueError(f"{url!r} is no web address; nothing else answers by HTTP")
        url = _UNSAFE.sub(lambda match: f"%{ord(match.group()):02X}", url)
        digest = digest_of(body)
        with in_words(self.folder):
            file = self._file(fetched)
        known = status == 200 and len(body) >= MIN_REVISIT
        original = self._body(url, digest, file.path.name) if known else None
        if original is not None:
            refers_to = (original.url, original.fetched)
            record = revisit_record(url, status, headers, fetched, digest, refers_to)
        else:
            record = response_record(url, status, headers, body, fetched, digest)
        with in_words(self.folder):
            offset = file.append(record)
            if request is not None:
                file.append(request_record(url, request, fetched))
        snapshot = Snapshot(
            file=file.path.name,
            offset=offset,
            length=len(record),
            digest=digest,
            url=url,
            status=status,
            fetched=fetched,
            original=original,
        )
        if known and original is None and self._bodies is not None:
            self._noted[url] = snapshot
            if len(self._noted) >= _NOTED:
                self._note()
        return snapshot

    def _body(self, url: str, digest: str, file: str) -> Snapshot | None:
        """Where this very body lies already."""
        if self._bodies is None:
            return None
        found = self._noted.get(url)
        if found is None or found.file != file or found.digest != digest:
            found = self._bodies.body(url, digest, file=file)
        if found is None or found.original is not None:
            return None
        with suppress(OSError):
            # After a power cut the dataset may remember what the disk has not.
            if (self.folder / found.file).stat().st_size >= found.offset + found.length:
                return found
        return None

    def _note(self) -> None:
        if self._noted and self._bodies is not None:
            self._bodies.note_bodies(tuple(self._noted.values()))
        self._noted.clear()

    def read(self, snapshot: Snapshot) -> Answer:
        """Raises ArchiveError where the file is missing or the record is not what the snapshot says."""
        found = self._record(snapshot)
        if isinstance(found, Revisit) and snapshot.original is not None:
            whole = self._record(snapshot.original)
            same = isinstance(whole, Answer) and found.digest == snapshot.digest
            found = replace(found.answer, body=whole.body) if same and isinstance(whole, Answer) else None
        if not isinstance(found, Answer) or digest_of(found.body) != snapshot.digest:
            raise ArchiveError(
                f"{self.folder / snapshot.file}: no whole record of {snapshot.url} at byte {snapshot.offset};"
                " restore the file from a backup, or fetch the page again."
            )
        try:
            return decoded(found)
        except TooLargeError as error:
            raise ArchiveError(f"{snapshot.url}: {error}; it is left out.") from error

    def _record(self, snapshot: Snapshot) -> Answer | Revisit | None:
        path = self.folder / snapshot.file
        with in_words(path), path.open("rb") as stream:
            stream.seek(snapshot.offset)
            data = unpack(stream.read(snapshot.length))
        return parse(data) if data is not None else None

    def answers(self, file: str | None = None) -> Iterator[tuple[Snapshot, Answer]]:
        """Every answer of ``file`` or of all files, in the order of their names.

        Left out are torn and damaged records, answers that unpack to more than they may, and those whose body
        lies in no record before them."""
        whole: dict[tuple[tuple[str, str], str], Snapshot] = {}
        names = [file] if file else sorted(path.name for path in self.folder.glob("*.warc.gz"))
        for name in names:
            for offset, length, data in members(self.folder / name):
                found = parse(data) if data is not None else None
                if found is None:
                    continue
                answer = found.answer if isinstance(found, Revisit) else found
                digest = found.digest if isinstance(found, Revisit) else digest_of(found.body)
                original = whole.get((found.refers_to, digest)) if isinstance(found, Revisit) else None
                snapshot = Snapshot(
                    file=name,
                    offset=offset,
                    length=length,
                    digest=digest,
                    url=answer.url,
                    status=answer.status,
                    fetched=answer.fetched,
                    original=original,
                )
                if isinstance(found, Answer):
                    whole[(answer.url, answer.fetched), digest] = snapshot
                try:
                    read = decoded(found) if isinstance(found, Answer) else self.read(snapshot)
                except (ArchiveError, TooLargeError):
                    continue
                yield snapshot, read

    def close(self) -> None:
        """Flush to the disk and let go of the file."""
        if self._open:
            with in_words(self._open.path):
                self._open.close()
            self._open = None
            # After the disk has it: what is known to be there is there.
            self._note()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _file(self, fetched: str) -> WarcFile:
        day = self._day or fetched[:10].replace("-", "")
        if self._open and (self._open.day != day or self._open.size >= self.max_file):
            self.close()
        if self._open is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._open = self._next(day, fetched)
        return self._open

    def _next(self, day: str, fetched: str) -> WarcFile:
        """Today's last file if there is room in it and nobody writes to it, else the one after it."""
        stem = f"{self.prefix}-{day}"
        numbers = [int(path.name[len(stem) + 1 : -8]) for path in self.folder.glob(f"{stem}-???.warc.gz")]
        number = max(numbers, default=1)
        while True:
            path = self.folder / f"{stem}-{number:03d}.warc.gz"
            file = WarcFile.lock(path, day)
            if file is not None:
                if file.size < self.max_file and not file.leaves and file.mend():
                    if not file.size:
                        file.append(warcinfo_record(path.name, fetched))
                    return file
                file.release()
            number += 1
