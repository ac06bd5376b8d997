"""One WARC 1.1 record: made as a gzip member of its own, and read back. Pure but for the record ids."""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from io import BytesIO
from typing import Any

from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParserException
from warcio.warcwriter import WARCWriter

from exporters.encodings import decode, is_encoded

#: A page is 10 MiB at most on the wire; more than this unpacked is a compression bomb.
MAX_BODY = 64 * 1024 * 1024

#: zlib levels: 1 takes a fifth of level 9's time for a tenth more bytes, 0 stores what is compressed already.
_LEVEL, _STORE = 1, 0

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisit:
    """An answer whose body is another record's: the same bytes, digest for digest."""

    #: Without its body.
    answer: Answer
    #: Of the body that it stands for.
    digest: str
    #: The answer that has it, by address and time.
    refers_to: tuple[str, str]


# Writing records


class _Wire(StatusAndHeaders):  # type: ignore[misc]  # warcio is untyped
    """Headers written byte for byte as received; warcio would percent-encode what is not ASCII."""

    def __init__(self, statusline: str, headers: RawHeaders, protocol: str) -> None:
        super().__init__(statusline, [], protocol=protocol)
        lines = [f"{protocol} {statusline}".encode()]
        lines += [_one_line(name) + b": " + _one_line(value) for name, value in headers]
        self._wire = b"\r\n".join([*lines, b"", b""])

    def compute_headers_buffer(self, header_filter: Any = None) -> None:
        self.headers_buff = self._wire


def _one_line(value: bytes) -> bytes:
    return value.replace(b"\r", b" ").replace(b"\n", b" ")


class _Member:
    """A gzip member of one record; warcio's own has level 9 built in."""

    def __init__(self, level: int) -> None:
        self._pack = zlib.compressobj(level, zlib.DEFLATED, zlib.MAX_WBITS | 16)
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> None:
        self._pieces.append(self._pack.compress(data))

    def flush(self) -> None:
        pass

    def packed(self) -> bytes:
        return b"".join([*self._pieces, self._pack.flush()])


def response_record(
    url: str, status: int, headers: RawHeaders, body: bytes, fetched: str, digest: str
) -> bytes:
    codings = next((value for name, value in headers if name.lower() == b"content-encoding"), b"")
    member = _Member(_STORE if is_encoded(codings.decode("latin-1")) else _LEVEL)
    writer = WARCWriter(member, gzip=False, warc_version="1.1")
    writer.write_record(
        writer.create_warc_record(
            url,
            "response",
            payload=BytesIO(body),
            length=len(body),
            http_headers=_answered(status, headers),
            warc_headers_dict={"WARC-Date": fetched, "WARC-Payload-Digest": digest},
        )
    )
    return member.packed()


def revisit_record(
    url: str, status: int, headers: RawHeaders, fetched: str, digest: str, refers_to: tuple[str, str]
) -> bytes:
    """``refers_to``: address and time of the answer that has the body. WARC 1.1, 6.7.2."""
    member = _Member(_LEVEL)
    writer = WARCWriter(member, gzip=False, warc_version="1.1")
    writer.write_record(
        writer.create_revisit_record(
            url,
            digest,
            *refers_to,
            http_headers=_answered(status, headers),
            warc_headers_dict={"WARC-Date": fetched},
        )
    )
    return member.packed()


def _answered(status: int, headers: RawHeaders) -> _Wire:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Unknown"
    # The body comes without its chunks; a reader that believes the header would look for them.
    kept = [
        (b"X-Crawler-Transfer-Encoding" if name.lower() == b"transfer-encoding" else name, value)
        for name, value in headers
    ]
    return _Wire(f"{status} {phrase}", kept, "HTTP/1.1")


def request_record(url: str, headers: RawHeaders, fetched: str) -> bytes:
    member = _Member(_LEVEL)
    writer = WARCWriter(member, gzip=False, warc_version="1.1")
    target = "/" + url.partition("://")[2].partition("/")[2]
    writer.write_record(
        writer.create_warc_record(
            url,
            "request",
            http_headers=_Wire(f"{target} HTTP/1.1", headers, "GET"),
            warc_headers_dict={"WARC-Date": fetched},
        )
    )
    return member.packed()


def warcinfo_record(name: str, fetched: str) -> bytes:
    member = _Member(_LEVEL)
    writer = WARCWriter(member, gzip=False, warc_version="1.1")
    record = writer.create_warcinfo_record(name, {"software": "Copydesk", "format": "WARC File Format 1.1"})
    record.rec_headers.replace_header("WARC-Date", fetched)
    writer.write_record(record)
    return member.packed()


def digest_of(body: bytes) -> str:
    """As WARC writes it. It names a body, it protects nothing."""
    return "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()


# Reading records


def parse(data: bytes) -> Answer | Revisit | None:
    """The answer in one unpacked record, its body as received; None for other kinds of records."""
    try:
        record = ArcWarcRecordLoader().parse_record_stream(BytesIO(data), known_format="warc")
    except (ArchiveLoadFailed, StatusAndHeadersParserException, EOFError):
        return None
    if record.rec_type not in ("response", "revisit") or record.http_headers is None:
        return None
    body = record.raw_stream.read()
    if record.payload_length >= 0 and len(body) != record.payload_length:
        return None
    code = record.http_headers.get_statuscode()
    said = record.rec_headers.get_header
    answer = Answer(
        url=said("WARC-Target-URI") or "",
        status=int(code) if code.isdigit() else 0,
        headers=tuple(record.http_headers.headers),
        body=body,
        fetched=said("WARC-Date") or "",
    )
    if record.rec_type == "response":
        return answer
    if not (said("WARC-Profile") or "").endswith("/identical-payload-digest"):
        return None
    refers_to = (said("WARC-Refers-To-Target-URI") or "", said("WARC-Refers-To-Date") or "")
    digest = said("WARC-Payload-Digest") or ""
    return Revisit(answer=replace(answer, body=b""), digest=digest, refers_to=refers_to)


def decoded(answer: Answer) -> Answer:
    body = decode(answer.body, answer.header("content-encoding"), limit=MAX_BODY)
    return replace(answer, body=body)


def unpack(packed: bytes) -> bytes | None:
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        data = unpack.decompress(packed, MAX_BODY)
    except zlib.error:
        return None
    return data if unpack.eof else None
