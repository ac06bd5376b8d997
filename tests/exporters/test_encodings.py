"""Content encodings, as they are and as servers send them."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporters import encodings
from exporters.encodings import TooLargeError, decode, is_encoded

PAGE = b"<p>A story in a few words.</p>" * 200
LIMIT = 1_000_000


def deflated(body: bytes, bits: int = zlib.MAX_WBITS) -> bytes:
    pack = zlib.compressobj(6, zlib.DEFLATED, bits)
    return pack.compress(body) + pack.flush()


PACKED = {"gzip": gzip.compress(PAGE), "x-gzip": gzip.compress(PAGE), "deflate": deflated(PAGE)}
if encodings.brotli is not None:
    PACKED["br"] = encodings.brotli.compress(PAGE)
if encodings.zstd is not None:
    PACKED["zstd"] = encodings.zstd.compress(PAGE)


def test_the_libraries_that_scrapy_brings_are_there() -> None:
    assert set(PACKED) == {"gzip", "x-gzip", "deflate", "br", "zstd"}


@pytest.mark.parametrize("coding", PACKED)
def test_every_coding(coding: str) -> None:
    body = PACKED[coding]
    assert decode(body, coding.upper(), limit=LIMIT) == PAGE
    assert decode(PAGE, coding, limit=LIMIT) == PAGE, "said to be encoded, and is not"
    assert decode(b"", coding, limit=LIMIT) == b""
    part = decode(body[: len(body) - 12], coding, limit=LIMIT)
    assert PAGE.startswith(part) or part == body[: len(body) - 12]
    assert is_encoded(coding)


@pytest.mark.parametrize("coding", PACKED)
def test_a_bomb_stops_at_the_limit(coding: str) -> None:
    bomb = {
        "gzip": lambda: gzip.compress(bytes(5_000_000)),
        "x-gzip": lambda: gzip.compress(bytes(5_000_000)),
        "deflate": lambda: deflated(bytes(5_000_000)),
        "br": lambda: encodings.brotli.compress(bytes(5_000_000)),
        "zstd": lambda: encodings.zstd.compress(bytes(5_000_000)),
    }[coding]()
    with pytest.raises(TooLargeError):
        decode(bomb, coding, limit=LIMIT)
    assert decode(bomb, coding, limit=5_000_000) == bytes(5_000_000)


def test_what_servers_send() -> None:
    assert decode(deflated(PAGE, -zlib.MAX_WBITS), "deflate", limit=LIMIT) == PAGE
    assert decode(gzip.compress(b"one ") + gzip.compress(b"two"), "gzip", limit=LIMIT) == b"one two"
    assert decode(gzip.compress(PAGE) + b"\x00" * 8, "gzip", limit=LIMIT) == PAGE
    assert decode(gzip.compress(deflated(PAGE)), "deflate, gzip", limit=LIMIT) == PAGE
    assert decode(gzip.compress(gzip.compress(PAGE)), "gzip,gzip", limit=LIMIT) == PAGE
    for plain in (None, "", "identity", "none", "utf-8"):
        assert decode(PAGE, plain, limit=LIMIT) == PAGE
        assert not is_encoded(plain)


@given(st.binary(max_size=500), st.sampled_from(sorted(PACKED)))
def test_no_bytes_are_a_mistake(body: bytes, coding: str) -> None:
    decode(body, coding, limit=LIMIT)


@given(st.sampled_from(sorted(PACKED)), st.integers(0, 10**6), st.integers(0, 255))
def test_no_flipped_byte_is_a_mistake(coding: str, place: int, byte: int) -> None:
    body = bytearray(PACKED[coding])
    body[place % len(body)] = byte
    decode(bytes(body), coding, limit=LIMIT)
