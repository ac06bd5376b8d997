"""Content encodings of HTTP answers, undone within bounds. Pure."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import Any


def _optional(*names: str) -> Any:
    for name in names:
        try:
            return import_module(name)
        except ImportError:
            continue
    return None


# Scrapy asks for these codings where it finds their libraries, so they are there when they are needed.
brotli = _optional("brotli", "brotlicffi")
zstd = _optional("compression.zstd", "backports.zstd")

_CHUNK = 256 * 1024


class TooLargeError(ValueError):
    """More comes out than is allowed: a compression bomb."""


def decode(body: bytes, codings: str | None, *, limit: int) -> bytes:
    """``body`` without the ``codings`` of its Content-Encoding header, last one first.

    Servers say gzip and send plain text, and connections break off: what is not encoded stays as it is, and
    of what breaks off comes what there is. Raises TooLargeError above ``limit`` bytes.
    """
    for coding in reversed((codings or "").lower().split(",")):
        pieces = _DECODERS.get(coding.strip())
        if pieces is not None:
            body = _joined(pieces, body, limit)
    return body


def is_encoded(codings: str | None) -> bool:
    """Whether the header names a coding that leaves little to compress."""
    return any(coding.strip() in _CODINGS for coding in (codings or "").lower().split(","))


def _joined(pieces: Callable[[bytes], Iterable[bytes]], body: bytes, limit: int) -> bytes:
    found: list[bytes] = []
    size = 0
    try:
        for piece in pieces(body):
            size += len(piece)
            if size > limit:
                raise TooLargeError(f"unpacks to more than {limit} bytes")
            found.append(piece)
    except _BROKEN:
        if not size:
            return body
    return b"".join(found)


def _gzip(body: bytes) -> Iterator[bytes]:
    """All members, one after the other; what follows them is no part of the page."""
    while body[:2] == b"\x1f\x8b":
        unpack = zlib.decompressobj(zlib.MAX_WBITS | 16)
        yield from _inflate(unpack, body)
        if not unpack.eof:
            return
        body = unpack.unused_data
    if not body:
        return
    # Not gzip at all (the caller keeps it as it is), or padding behind it.
    raise zlib.error("not gzip")


def _deflate(body: bytes) -> Iterator[bytes]:
    """With the zlib header that the standard asks for, or without it as some servers send it."""
    wrapped = len(body) >= 2 and body[0] & 0x0F == 8 and int.from_bytes(body[:2]) % 31 == 0
    yield from _inflate(zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS), body)


def _inflate(unpack: Any, body: bytes) -> Iterator[bytes]:
    yield unpack.decompress(body, _CHUNK)
    while unpack.unconsumed_tail and not unpack.eof:
        yield unpack.decompress(unpack.unconsumed_tail, _CHUNK)


def _brotli(body: bytes) -> Iterator[bytes]:
    unpack = brotli.Decompressor()
    yield unpack.process(body, output_buffer_limit=_CHUNK)
    while not unpack.is_finished():
        piece = unpack.process(b"", output_buffer_limit=_CHUNK)
        if not piece:
            return
        yield piece


def _zstd(body: bytes) -> Iterator[bytes]:
    while body:
        unpack = zstd.ZstdDecompressor()
        yield unpack.decompress(body, _CHUNK)
        while not unpack.eof and not unpack.needs_input:
            yield unpack.decompress(b"", _CHUNK)
        if not unpack.eof:
            return
        body = unpack.unused_data


_CODINGS = frozenset({"gzip", "x-gzip", "deflate", "br", "zstd"})
_DECODERS: dict[str, Callable[[bytes], Iterable[bytes]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
}
_BROKEN: tuple[type[Exception], ...] = (zlib.error, EOFError)
if brotli is not None:
    _DECODERS["br"] = _brotli
    _BROKEN += (brotli.error,)
if zstd is not None:
    _DECODERS["zstd"] = _zstd
    _BROKEN += (zstd.ZstdError,)
