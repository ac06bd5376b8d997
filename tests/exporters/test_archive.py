"""The archive: answers as they came, files that survive what happens to files."""

from __future__ import annotations

import gzip
import io
import multiprocessing
import os
import zlib
from contextlib import redirect_stdout
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from exporters.archive import Archive
from exporters.warc import MAX_BODY, RawHeaders
from pipelines.errors import ArchiveError, StoreError
from pipelines.types import Snapshot

URL = "https://www.example.org/a"
DAY = "2026-03-01T08:30:00Z"
HTML: RawHeaders = [(b"Content-Type", b"text/html; charset=utf-8")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "archive"


def put(archive: Archive, body: bytes = b"<p>Hello</p>", **options: Any) -> Snapshot:
    given = {"status": 200, "headers": HTML, "fetched": DAY, **options}
    return archive.write(given.pop("url", URL), body=body, **given)


def test_nothing_is_made_before_the_first_answer(folder: Path) -> None:
    with Archive(folder):
        pass
    assert not folder.exists()


def test_an_answer_comes_back_as_it_came(folder: Path) -> None:
    headers = [
        (b"Content-Type", b"text/html"),
        (b"Set-Cookie", b"a=1"),
        (b"Set-Cookie", b"b=2"),
        (b"X-Name", "Zürich".encode("latin-1")),
    ]
    with Archive(folder) as archive:
        snapshot = put(archive, b"\x00\xff<p>", headers=headers, request=[(b"User-Agent", b"Copydesk")])
        redirect = put(archive, b"", status=301, headers=[(b"Location", b"/b")])
        error = put(archive, b"Sorry", status=503)
        odd = put(archive, status=799)
        answer = archive.read(snapshot)
        assert (answer.url, answer.status, answer.fetched) == (URL, 200, DAY)
        assert answer.headers == (
            ("Content-Type", "text/html"),
            ("Set-Cookie", "a=1"),
            ("Set-Cookie", "b=2"),
            ("X-Name", "Zürich"),
        )
        assert answer.body == b"\x00\xff<p>"
        assert answer.header("content-TYPE") == "text/html"
        assert answer.header("etag") is None
        assert (archive.read(redirect).status, archive.read(redirect).header("location")) == (301, "/b")
        assert (archive.read(error).status, archive.read(error).body) == (503, b"Sorry")
        assert archive.read(odd).status == 799
    # The very bytes, not a form that a library found nicer.
    raw = gzip.decompress((folder / snapshot.file).read_bytes())
    assert b"X-Name: Z\xfcrich\r\n" in raw
    assert b"GET /a HTTP/1.1\r\nUser-Agent: Copydesk\r\n" in raw


def test_the_files_are_warc_as_others_read_it(folder: Path) -> None:
    with Archive(folder) as archive:
        put(archive, gzip.compress(b"<p>" * 500), headers=[*HTML, (b"Content-Encoding", b"gzip")])
        put(archive, b"", status=304, request=[(b"If-None-Match", b'"1"')])
        put(archive, headers=[*HTML, (b"Transfer-Encoding", b"chunked")])
    (file,) = folder.iterdir()
    said = io.StringIO()
    with redirect_stdout(said):
        checked = Checker(SimpleNamespace(inputs=[str(file)], verbose=True)).process_all()
    assert checked == 0, said.getvalue()
    assert said.getvalue().count("digest pass") >= 4
    with file.open("rb") as stream:
        records = [(r.rec_type, r.content_stream().read()) for r in ArchiveIterator(stream)]
    assert records[1:] == [
        ("response", b"<p>" * 500),
        ("response", b""),
        ("request", b""),
        ("response", b"<p>Hello</p>"),
    ]


def test_the_body_is_decoded_when_it_is_read(folder: Path) -> None:
    page = b"<p>Hello</p>" * 400
    packed = gzip.compress(page)
    with Archive(folder) as archive:
        snapshot = put(archive, packed, headers=[(b"content-encoding", b"GZIP")])
        assert archive.read(snapshot).body == page
        assert snapshot.length < len(packed) + 800, "what is compressed is not blown up"
        ((found, answer),) = archive.answers()
        assert (found, answer.body) == (snapshot, page)


def test_a_bomb_is_refused(folder: Path) -> None:
    pack = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    bomb = b"".join(pack.compress(bytes(1024 * 1024)) for _ in range(MAX_BODY // 1024 // 1024 + 1))
    bomb += pack.flush()
    with Archive(folder) as archive:
        snapshot = put(archive, bomb, headers=[(b"Content-Encoding", b"gzip")])
        put(archive)
        with pytest.raises(ArchiveError, match="unpacks to more than") as refused:
            archive.read(snapshot)
        assert isinstance(refused.value, StoreError)
        assert [answer.body for _, answer in archive.answers()] == [b"<p>Hello</p>"]


def test_a_file_a_day_and_another_when_it_is_full(folder: Path) -> None:
    with Archive(folder, max_file=2000) as archive:
        files = [
            put(archive, os.urandom(900), fetched=f"2026-03-0{day}T00:00:00Z").file for day in (1, 1, 1, 2)
        ]
    assert files == ["crawl-20260301-001.warc.gz"] * 2 + ["crawl-20260301-002.warc.gz"] + [
        "crawl-20260302-001.warc.gz"
    ]
    with Archive(folder, max_file=2000) as archive:
        assert put(archive).file == "crawl-20260301-002.warc.gz", "the day's last file is gone on with"
        assert len(list(archive.answers())) == 5
        assert len(list(archive.answers("crawl-20260302-001.warc.gz"))) == 1
    assert not list(folder.glob("*.open"))


def test_two_writers_have_two_files(folder: Path) -> None:
    with Archive(folder) as one, Archive(folder) as two, Archive(folder, prefix="fetch") as three:
        files = {put(archive, body).file for archive in (one, two, three) for body in (b"a", b"b")}
        assert files == {
            "crawl-20260301-001.warc.gz",
            "crawl-20260301-002.warc.gz",
            "fetch-20260301-001.warc.gz",
        }
        assert len(list(one.answers())) == 6


def _killed(folder: Path, half: bytes) -> None:
    archive = Archive(folder)
    put(archive, b"first")
    assert archive._open is not None
    archive._open.append(half)
    os._exit(9)


def kill(folder: Path, half: bytes) -> None:
    process = multiprocessing.get_context("fork").Process(target=_killed, args=(folder, half))
    process.start()
    process.join()
    assert process.exitcode == 9


def record(tmp_path: Path) -> bytes:
    with Archive(tmp_path / "other") as archive:
        snapshot = put(archive, os.urandom(500))
    return (tmp_path / "other" / snapshot.file).read_bytes()[snapshot.offset :]


@pytest.mark.slow
@pytest.mark.parametrize("kept", [1, 2, 9, 10, 100, -1])
def test_a_torn_end_is_cut_off(folder: Path, tmp_path: Path, kept: int) -> None:
    kill(folder, record(tmp_path)[:kept])
    with Archive(folder) as archive:
        assert [answer.body for _, answer in archive.answers()] == [b"first"]
        snapshot = put(archive, b"second")
        assert snapshot.file == "crawl-20260301-001.warc.gz"
        assert archive.read(snapshot).body == b"second"
        assert [answer.body for _, answer in archive.answers()] == [b"first", b"second"]
    gzip.decompress((folder / snapshot.file).read_bytes())


@pytest.mark.slow
def test_damage_that_is_no_torn_end_is_left_alone(folder: Path, tmp_path: Path) -> None:
    """A power cut may leave zeros; nothing that could be a record is thrown away."""
    kill(folder, bytes(5000) + record(tmp_path))
    before = (folder / "crawl-20260301-001.warc.gz").read_bytes()
    with Archive(folder) as archive:
        snapshot = put(archive, b"second")
        assert snapshot.file == "crawl-20260301-002.warc.gz"
        assert len(list(archive.answers())) == 3, "the records on both sides of the damage"
    assert (folder / "crawl-20260301-001.warc.gz").read_bytes() == before


def test_a_snapshot_that_does_not_fit_is_no_answer(folder: Path) -> None:
    from dataclasses import replace

    with Archive(folder) as archive:
        one, two = put(archive, b"one"), put(archive, b"two")
        for wrong in (
            replace(one, offset=one.offset + 3),
            replace(one, offset=two.offset, length=two.length),
            replace(one, length=one.length - 5),
            replace(one, offset=10**9),
            replace(one, file="crawl-20200101-001.warc.gz"),
        ):
            with pytest.raises(ArchiveError, match=r"restore"):
                archive.read(wrong)
        assert archive.read(one).body == b"one"


def test_only_web_addresses_answer(folder: Path) -> None:
    with Archive(folder) as archive, pytest.raises(ValueError, match="no web address"):
        put(archive, url="/relative")
    assert not folder.exists()


def test_an_address_with_blanks_is_escaped(folder: Path) -> None:
    with Archive(folder) as archive:
        snapshot = put(archive, url="https://www.example.org/a b\r\nWARC-Type: x")
        assert snapshot.url == "https://www.example.org/a%20b%0D%0AWARC-Type:%20x"
        assert archive.read(snapshot).url == snapshot.url


def test_a_folder_that_is_a_file(folder: Path) -> None:
    folder.write_text("")
    with pytest.raises(ArchiveError, match="a file stands where"):
        put(Archive(folder))


def _without_room(folder: Path, answer: Any) -> None:
    import resource
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with Archive(folder) as archive:
        put(archive, b"first")
        assert archive._open is not None
        limit = archive._open.size + 1000
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        try:
            put(archive, os.urandom(5000))
        except ArchiveError as error:
            answer.put(str(error))
        put(archive, b"second")


@pytest.mark.slow
def test_a_full_disk_leaves_whole_records(folder: Path) -> None:
    context = multiprocessing.get_context("fork")
    answer = context.Queue()
    process = context.Process(target=_without_room, args=(folder, answer))
    process.start()
    assert "make room" in answer.get(timeout=20)
    process.join()
    assert process.exitcode == 0
    assert [found.body for _, found in Archive(folder).answers()] == [b"first", b"second"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    headers=st.lists(
        st.tuples(
            st.text("abcXYZ-", min_size=1, max_size=8).filter(
                lambda name: name.lower() not in ("content-encoding", "transfer-encoding")
            ),
            st.binary(max_size=20),
        ),
        max_size=5,
    ),
    body=st.binary(max_size=2000),
    status=st.integers(100, 599),
)
def test_any_answer_comes_back(
    tmp_path_factory: Any, headers: list[tuple[str, bytes]], body: bytes, status: int
) -> None:
    raw = [(name.encode(), value) for name, value in headers]
    with Archive(tmp_path_factory.mktemp("any")) as archive:
        snapshot = put(archive, body, headers=raw, status=status)
        answer = archive.read(snapshot)
        assert (answer.body, answer.status) == (body, status)
        assert [name for name, _ in answer.headers] == [name for name, _ in headers]
        assert [found for found, _ in archive.answers()] == [snapshot]
