"""One WARC file on the disk: locked while it is written, mended after a kill, read past damage."""

from __future__ import annotations

import errno
import fcntl
import mmap
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from exporters.warc import MAX_BODY
from pipelines.errors import ArchiveError

#: Ends the name of the marker beside a file that is being written anew (rewriting.py): no writer takes it.
SWAP = ".swap"

_GZIP = b"\x1f\x8b\x08"
_CHUNK = 64 * 1024


class WarcFile:
    """One WARC file, locked for as long as it is open."""

    def __init__(self, path: Path, day: str, descriptor: int) -> None:
        self.path = path
        self.day = day
        self.size = os.fstat(descriptor).st_size
        self._descriptor = descriptor
        self._marker = path.with_name(path.name + ".open")

    @classmethod
    def lock(cls, path: Path, day: str) -> Self | None:
        """None: somebody else writes to it."""
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        try:
            there = path.stat().st_ino == os.fstat(descriptor).st_ino
        except FileNotFoundError:
            there = False
        if not there:
            # It was written anew, under another name, between opening and locking.
            os.close(descriptor)
            return None
        return cls(path, day, descriptor)

    @property
    def leaves(self) -> bool:
        """Another file takes its place; what is written now would be lost."""
        return self.path.with_name(self.path.name + SWAP).exists()

    def mend(self) -> bool:
        """Cut off what a killed writer left half written. False: it is damaged otherwise, leave it alone."""
        if self._marker.exists():
            end = _end_of_whole(self.path)
            if end is None:
                return False
            os.ftruncate(self._descriptor, end)
            self.size = end
        else:
            self._marker.touch()
        return True

    def append(self, record: bytes) -> int:
        """The offset at which it lies; the whole record is written, or nothing."""
        offset = self.size
        try:
            view = memoryview(record)
            while view:
                view = view[os.write(self._descriptor, view) :]
        except OSError:
            os.ftruncate(self._descriptor, offset)
            raise
        self.size += len(record)
        return offset

    def close(self) -> None:
        try:
            os.fsync(self._descriptor)
            self._marker.unlink(missing_ok=True)
        finally:
            self.release()

    def release(self) -> None:
        os.close(self._descriptor)


@contextmanager
def locked(path: Path) -> Iterator[bool]:
    """Keeps writers from the file meanwhile; False: one is at it."""
    file = WarcFile.lock(path, "")
    try:
        yield file is not None
    finally:
        if file is not None:
            file.release()


# Reading files


def members(path: Path, start: int = 0) -> Iterator[tuple[int, int, bytes | None]]:
    """Offset, length and content of each whole gzip member from ``start`` on; None for too large a content.

    Skips damage: then a member does not begin where the one before ended."""
    with _mapped(path) as file:
        while start >= 0:
            end, data, torn = _member(file, start)
            if end is None:
                if torn:
                    return
                start = file.find(_GZIP, start + 1)
                continue
            yield start, end - start, data
            start = end if end < len(file) else -1


def _end_of_whole(path: Path) -> int | None:
    """Where the last whole member ends, if at most a torn one follows it; None: there is other damage."""
    with _mapped(path) as file:
        start = 0
        while start < len(file):
            end, _, torn = _member(file, start)
            if end is None:
                return start if torn else None
            start = end
        return start


def _member(file: mmap.mmap | bytes, start: int) -> tuple[int | None, bytes | None, bool]:
    """The end of the gzip member at ``start``, its content, and whether it is just the file that ends."""
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 16)
    pieces: list[bytes] = []
    size, position = 0, start
    try:
        while not unpack.eof and position < len(file):
            chunk = file[position : position + _CHUNK]
            position += len(chunk)
            while chunk and not unpack.eof:
                piece = unpack.decompress(chunk, _CHUNK)
                chunk = unpack.unconsumed_tail
                size += len(piece)
                if size <= MAX_BODY:
                    pieces.append(piece)
                else:
                    pieces.clear()
    except zlib.error:
        return None, None, False
    if not unpack.eof:
        return None, None, True
    return position - len(unpack.unused_data), b"".join(pieces) if size <= MAX_BODY else None, False


@contextmanager
def _mapped(path: Path) -> Iterator[mmap.mmap | bytes]:
    with in_words(path), path.open("rb") as stream:
        if not os.fstat(stream.fileno()).st_size:
            yield b""
            return
        with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            yield mapped


@contextmanager
def in_words(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        match error.errno:
            case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
                said = "the disk is full; make room and run the command again: what was stored is intact."
            case errno.EACCES | errno.EPERM | errno.EROFS:
                said = "may not be written or read; check the permissions of the file and its folder."
            case errno.ENOENT:
                said = "missing from the archive; restore it from a backup, or fetch the page again."
            case errno.ENOTDIR | errno.EEXIST:
                said = "a file stands where the archive's folder should be; move it, or name another --home."
            case _:
                said = f"{error.strerror or error}."
        raise ArchiveError(f"{path}: {said}") from error
