"""Archives that others made: every HTTP answer in a WARC file, in bulk, past what is damaged.

A ``revisit`` is the answer whose body it names, if that comes before it in the file; others are left out.

FastWARC reads (the extra ``warc``); without it, and after the first damage, the slower reader of our own
archive, which finds the next whole record by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

from warcio.bufferedreaders import ChunkedDataReader

from exporters.warc import MAX_BODY, Answer, RawHeaders, Revisit, digest_of, parse
from exporters.warcfile import members
from pipelines.errors import ConfigError

_GZIP = b"\x1f\x8b"
_WARC = b"WARC/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One answer, its body as received but without its chunks."""

    url: str
    status: int
    headers: RawHeaders
    body: bytes = field(repr=False)
    #: As the archive says it.
    fetched: str

    def header(self, name: str) -> str:
        """The first of that name, in small letters; empty: there is none."""
        found = (value for key, value in self.headers if key.decode("latin-1").lower() == name)
        return next(found, b"").decode("latin-1")


@dataclass(frozen=True, slots=True)
class Damage:
    """A record that is damaged, cut short or too large; ``offset`` is about where, in bytes."""

    offset: int


def responses(path: Path) -> Iterator[Response | Damage]:
    """In the order of the file. ConfigError where it is no WARC file."""
    try:
        with path.open("rb") as stream:
            begins = stream.read(5)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    packed = begins.startswith(_GZIP)
    if not packed and begins != _WARC:
        raise ConfigError(f"{path}: no WARC file; name one that ends in .warc.gz or .warc")
    fast = _fastwarc()
    if fast is not None:
        yield from _fast(fast, path, packed=packed)
    elif packed:
        yield from _robust(path, 0, {})
    else:
        raise ConfigError(f"{path}: is not compressed, which FastWARC reads: pip install 'copydesk[warc]'")


def _fastwarc() -> Any:
    with suppress(ImportError):
        return import_module("fastwarc.warc")
    return None


def _fast(fast: Any, path: Path, *, packed: bool) -> Iterator[Response | Damage]:
    last, told = 0, -1
    whole: dict[str, int] = {}
    try:
        for record in fast.ArchiveIterator(str(path), fsspec_args=False):
            last = record.stream_pos
            if record.record_type == fast.WarcRecordType.revisit and packed:
                yield from _revisited(path, last, whole)
            if record.record_type != fast.WarcRecordType.response or not record.is_http:
                continue
            if digest := record.headers.get("WARC-Payload-Digest"):
                whole.setdefault(digest, last)
            length = record.content_length
            if record.headers.get("WARC-Truncated") is not None or length > MAX_BODY:
                yield Damage(last)
                told = last
                continue
            body = record.reader.read()
            if len(body) != length or record.http_headers is None:
                yield Damage(last)
                told = last
                continue
            yield _response(
                url=record.headers.get("WARC-Target-URI") or "",
                status=record.http_headers.status_code or 0,
                headers=tuple(record.http_headers.items_bytes()),
                body=body,
                fetched=record.headers.get("WARC-Date") or "",
            )
    except OSError:
        if not packed:
            yield Damage(last)
    if packed:
        # What comes after the last record that came through: nothing, if the file is whole.
        for found in _robust(path, last, whole, beyond=True):
            if found != Damage(told):
                yield found


def _revisited(path: Path, offset: int, whole: dict[str, int]) -> Iterator[Response]:
    """The answer that the revisit at ``offset`` stands for. ``whole``: where bodies lie, by digest."""
    found = _at(path, offset)
    if not isinstance(found, Revisit) or found.digest not in whole:
        return
    original = _at(path, whole[found.digest])
    if isinstance(original, Answer) and digest_of(original.body) == found.digest:
        yield _answered(replace(found.answer, body=original.body))


def _at(path: Path, offset: int) -> Answer | Revisit | None:
    for begins, _, data in members(path, offset):
        return parse(data) if begins == offset and data is not None else None
    return None


def _robust(
    path: Path, start: int, whole: dict[str, int], *, beyond: bool = False
) -> Iterator[Response | Damage]:
    """``beyond``: the record at ``start`` itself is known."""
    end = start
    for offset, length, data in members(path, start):
        if offset != end:
            yield Damage(end)
        end = offset + length
        if beyond and offset == start:
            continue
        head = data.partition(b"\r\n\r\n")[0] if data is not None else b""
        if data is None or b"\nWARC-Truncated:" in head:
            yield Damage(offset)
            continue
        found = parse(data)
        if found is None:
            if b"\nWARC-Type: response" in head:
                yield Damage(offset)
            continue
        if isinstance(found, Revisit):
            yield from _revisited(path, offset, whole)
            continue
        whole.setdefault(digest_of(found.body), offset)
        yield _answered(found)
    if end < path.stat().st_size:
        yield Damage(end)


def _answered(found: Answer) -> Response:
    headers = tuple((_bytes(name), _bytes(value)) for name, value in found.headers)
    return _response(
        url=found.url, status=found.status, headers=headers, body=found.body, fetched=found.fetched
    )


def _bytes(value: str) -> bytes:
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace")


def _response(*, url: str, status: int, headers: RawHeaders, body: bytes, fetched: str) -> Response:
    found = Response(url=url.strip("<> "), status=status, headers=headers, body=body, fetched=fetched)
    if "chunked" not in found.header("transfer-encoding").lower():
        return found
    # Some archives keep the chunks, others the header alone; the reader knows chunks when it sees them.
    reader = ChunkedDataReader(BytesIO(body))
    return replace(found, body=b"".join(iter(lambda: reader.read(MAX_BODY), b"")))
