"""``copydesk import``: an archive made elsewhere, whole and damaged, once and twice."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.cli import main
from crawler.home import Home
from crawler.sources import slug_of
from exporters import bulk
from exporters.archive import Archive
from exporters.store import Store
from exporters.warc import digest_of

Story = tuple[str, bytes, str]


@pytest.fixture(params=["FastWARC", "without it"])
def reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "FastWARC":
        pytest.importorskip("fastwarc")
    else:
        monkeypatch.setattr(bulk, "_fastwarc", lambda: None)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    made.sources.mkdir(parents=True)
    return made


def run(home: Home, *arguments: object) -> Result:
    return CliRunner().invoke(main, ["--home", str(home.path), "import", *map(str, arguments)])


def rows(home: Home, sql: str) -> list[tuple[Any, ...]]:
    with Store.open(home.database, read_only=True) as store:
        return store.db.execute(sql).fetchall()


def warc(path: Path, *answers: dict[str, Any], packed: bool = True) -> list[int]:
    """A WARC file as another crawler writes it; where each answer's record begins."""
    out = BytesIO()
    writer = WARCWriter(out, gzip=packed)
    writer.write_record(writer.create_warcinfo_record(path.name, {"software": "another crawler"}))
    offsets = []
    for answer in answers:
        offsets.append(out.tell())
        headers = [("Content-Type", "text/html; charset=utf-8"), *answer.get("headers", [])]
        digest = digest_of(answer["body"])
        extra = {"WARC-Date": answer["fetched"], "WARC-Payload-Digest": digest, **answer.get("extra", {})}
        record = writer.create_warc_record(
            answer["url"],
            answer.get("type", "response"),
            payload=BytesIO(answer["body"]),
            length=len(answer["body"]),
            http_headers=StatusAndHeaders(answer.get("status", "200 OK"), headers, protocol="HTTP/1.1"),
            warc_headers_dict=extra,
        )
        writer.write_record(record)
    path.write_bytes(out.getvalue())
    return offsets


def answer(number: int, body: bytes, **more: Any) -> dict[str, Any]:
    url = f"https://www.ferry.example/town/{number}"
    return {"url": url, "body": body, "fetched": f"2024-05-0{number + 1}T10:00:00Z", **more}


@pytest.mark.usefixtures("reader")
def test_pages_become_snapshots_and_articles_as_of_then(
    home: Home, tmp_path: Path, page: Callable[[int], bytes]
) -> None:
    file = tmp_path / "theirs.warc.gz"
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(page(1)), page(1))
    warc(
        file,
        answer(0, page(0)),
        answer(1, chunked, headers=[("Transfer-Encoding", "chunked")]),
        answer(2, gzip.compress(page(2)), headers=[("Content-Encoding", "gzip")]),
        answer(3, b"<html><body><h1>404 Not found</h1></body></html>", status="404 Not Found"),
        answer(4, b"\x89PNG", headers=[], url="https://www.ferry.example/x.png", status="302 Found"),
        answer(5, page(5), type="resource"),
        answer(6, b"<html><body><p>Too short.</p></body></html>"),
        answer(7, page(7), url="https://www.tram.example/line"),
    )
    (home.sources / "ours.toml").write_text('url = "https://www.ferry.example/"\n', encoding="utf-8")
    result = run(home, file)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(f"{file}: 4 new articles, 1 page of another kind (")
    assert result.stdout.rstrip().endswith("2 other answers")
    assert f"copydesk --home {home.path} reclean\n" in result.stderr
    assert f"copydesk --home {home.path} reclean --dry-run (a source that would lose" in result.stderr
    found = rows(home, "SELECT source, url, first_seen, last_checked FROM articles WHERE status = 'article'")
    assert sorted(found)[:3] == [
        ("ours", f"https://www.ferry.example/town/{n}", *[f"2024-05-0{n + 1}T10:00:00Z"] * 2)
        for n in range(3)
    ]
    assert [source for source, *_ in found].count(slug_of("https://www.tram.example/line")) == 1
    assert len({len(text) for (text,) in rows(home, "SELECT text FROM articles WHERE source = 'ours'")}) > 1
    with Store.open(home.database, read_only=True) as store, Archive(home.archive) as archive:
        for number in range(3):
            stored = store.article(f"https://www.ferry.example/town/{number}")
            assert stored is not None
            assert stored.snapshot is not None
            snapshot = store.snapshot(stored.snapshot)
            assert snapshot is not None
            assert archive.read(snapshot).body == page(number)
        assert len(store.site_memory("ferry.example")) == 3
    # Twice adds nothing, to the byte.
    before = [rows(home, f"SELECT * FROM {table}") for table in ("articles", "snapshots", "revisions")]
    size = sum(path.stat().st_size for path in home.archive.iterdir())
    result = run(home, file)
    assert result.exit_code == 0
    assert result.stdout == f"{file}: 0 new articles, 5 here already, 2 other answers\n"
    assert [
        rows(home, f"SELECT * FROM {table}") for table in ("articles", "snapshots", "revisions")
    ] == before
    assert sum(path.stat().st_size for path in home.archive.iterdir()) == size


@pytest.mark.usefixtures("reader")
def test_damaged_and_truncated_records_are_counted_and_skipped(
    home: Home, tmp_path: Path, page: Callable[[int], bytes]
) -> None:
    file = tmp_path / "damaged.warc.gz"
    offsets = warc(
        file,
        answer(0, page(0)),
        answer(1, page(1)),
        answer(2, page(2), extra={"WARC-Truncated": "length"}),
        answer(3, page(3)),
        answer(4, page(4)),
    )
    packed = bytearray(file.read_bytes())
    packed[offsets[1] + 60] ^= 0xFF
    file.write_bytes(packed[:-40])
    result = run(home, file)
    assert result.exit_code == 0, result.output
    assert result.stdout == f"{file}: 2 new articles\n"
    said = f"3 records are damaged or cut short and left out, the first at byte {offsets[1]}"
    assert f"copydesk: {file}: {said}\n" in result.stderr


@pytest.mark.usefixtures("reader")
def test_several_visits_come_in_the_order_of_time(
    home: Home, tmp_path: Path, page: Callable[[int], bytes]
) -> None:
    edited = page(0).replace(b"met on Monday", b"met on Tuesday")
    first = answer(0, page(0))
    later = {**first, "body": edited, "fetched": "2024-06-01T00:00:00Z"}
    warc(tmp_path / "a.warc.gz", later)
    warc(tmp_path / "b.warc.gz", first)
    result = run(home, tmp_path / "a.warc.gz", tmp_path / "b.warc.gz", "--json")
    assert [(row["new"], row["older"]) for row in json.loads(result.stdout)] == [(1, 0), (0, 1)]
    ((text,),) = rows(home, "SELECT text FROM articles")
    assert "met on Tuesday" in text
    assert json.loads(run(home, tmp_path / "b.warc.gz", "--json").stdout)[0]["known"] == 1
    other = Home(tmp_path / "other")
    other.sources.mkdir(parents=True)
    run(other, tmp_path / "b.warc.gz", tmp_path / "a.warc.gz")
    ((by, text),) = rows(other, "SELECT changed_by, text FROM revisions")
    assert (by, "met on Monday" in text) == ("publisher", True)


def test_an_archive_that_is_not_compressed_needs_fastwarc(
    home: Home, tmp_path: Path, page: Callable[[int], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "plain.warc"
    warc(file, answer(0, page(0)), packed=False)
    with monkeypatch.context() as without:
        without.setattr(bulk, "_fastwarc", lambda: None)
        result = run(home, file)
        assert result.exit_code == 2
        assert "pip install 'copydesk[warc]'" in result.stderr
    pytest.importorskip("fastwarc")
    assert run(home, file).stdout == f"{file}: 1 new article\n"


@pytest.mark.parametrize(
    ("name", "content", "code", "sentence"),
    [
        ("none.warc.gz", None, 2, "there is no file"),
        ("feeds.txt", b"<opml/>", 2, "name files that end in .warc.gz, .warc or .opml"),
        ("x.warc.gz", b"<html></html>", 2, "no WARC file"),
        ("empty.warc.gz", b"", 2, "no WARC file"),
        ("other.warc.gz", gzip.compress(b"no record", mtime=0), 1, "there is no answer in it"),
    ],
)
def test_what_cannot_be_imported(
    home: Home, tmp_path: Path, name: str, content: bytes | None, code: int, sentence: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    result = run(home, tmp_path / name)
    assert result.exit_code == code, result.output
    assert sentence in result.stderr
    assert "Traceback" not in result.output
