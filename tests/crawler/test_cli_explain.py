"""``copydesk explain``: every block in order, from a file, from the archive, from an address."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from lxml import etree

from crawler import crawling, explanation
from crawler.cli import main
from crawler.crawling import Fetched
from crawler.home import Home
from exporters.archive import Archive
from exporters.store import Store
from pipelines.clean import clean
from pipelines.types import Article, Evidence, Page, Verdict

URL = "https://www.example.org/tram"
PAGE = """<!doctype html><html lang="en"><head><title>Tram line stays</title>
<meta property="og:type" content="article"></head>
<body><nav><ul><li><a href="/sport">Sport</a></li></ul></nav>
<main><article><h1>Tram line stays</h1>
<p>The town council voted on Tuesday evening to keep the old tram line, and to pay for new rails with the
money that had been set aside for a car park beside the old market hall.</p>
<p>Twelve members were in favour and nine against; the work is to begin in spring, the mayor said, and it
will take two years until the last of the carriages runs again.</p></article></main>
<footer><p><a href="/imprint">Imprint</a></p></footer></body></html>"""

ARTICLE = Article(
    url=URL,
    raw_url=URL,
    status="article",
    title="Tram <line> stays",
    text="Kept one.\n\nKept two.",
    language="en",
    word_count=4,
    verdicts=(
        Verdict(
            text="Sport", kind="item", kept=False, by="classifier", why="It is navigation.", confidence=0.98
        ),
        Verdict(text="Kept one.", kind="paragraph", kept=True, by="classifier", why="", confidence=0.9),
        Verdict(text="<script>alert(1)</script>", kind="heading", kept=False, by="rule:jobs", why="Job ads"),
        Verdict(text="Clerk (m/f)", kind="item", kept=False, by="rule:jobs", why="Job ads", confidence=0.7),
        Verdict(text="Kept two.", kind="quote", kept=True, by="classifier", why="", confidence=0.9),
    ),
    evidence=(
        Evidence(field="title", origin="title", raw="Tram line stays | Example", chosen=False),
        Evidence(field="title", origin="h1", raw="Tram <line> stays", chosen=True),
    ),
)


def invoke(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--home", str(home), "explain", *arguments])


@pytest.fixture
def stored(tmp_path: Path) -> Home:
    """A home with one article, in the dataset and in the archive."""
    home = Home(tmp_path / "home")
    home.sources.mkdir(parents=True)
    now = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
    with Archive(home.archive) as archive, Store.open(home.database) as store:
        snapshot = archive.write(
            URL,
            status=200,
            headers=[(b"Content-Type", b"text/html; charset=utf-8")],
            body=PAGE.encode(),
            fetched="2026-03-01T09:00:00Z",
        )
        store.save(clean(Page(url=URL, body=PAGE.encode())), source="example", now=now, snapshot=snapshot)
    return home


@pytest.fixture
def no_request(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a request was made")

    monkeypatch.setattr(crawling, "fetch_pages", refuse)


def test_every_block_of_a_file_in_order(tmp_path: Path) -> None:
    (tmp_path / "x.html").write_text(PAGE)
    result = invoke(tmp_path, str(tmp_path / "x.html"), "--url", URL)
    assert result.exit_code == 0, result.output
    marks = [
        line[:1] + line[1:20] for line in result.stdout.split("Blocks:")[1].splitlines() if line[:1] in "+-="
    ]
    assert [mark[0] for mark in marks if mark] == ["-", "=", "+", "+", "-"]
    assert marks[-1].startswith("- Imprint")
    assert "\n+ The town council voted" in result.stdout
    assert "\n- Sport\n" in result.stdout
    assert f"{URL}\n" in result.stdout
    assert "\x1b[" not in result.stdout


@pytest.mark.usefixtures("no_request")
@pytest.mark.parametrize("what", ["1", URL, URL + "?utm_source=feed"])
def test_what_is_stored_comes_from_the_archive(stored: Home, what: str) -> None:
    result = invoke(stored.path, what)
    assert result.exit_code == 0, result.output
    assert "from the archive, fetched 2026-03-01T09:00:00Z" in result.stdout
    assert "+ The town council voted" in result.stdout


def test_another_address_is_fetched(stored: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def fetch_pages(urls: list[str], *, allow_private: bool = False) -> list[Fetched]:
        asked.append((urls, allow_private))
        return [Fetched(url=urls[0], page=Page(url=urls[0], body=PAGE.encode()))]

    monkeypatch.setattr(crawling, "fetch_pages", fetch_pages)
    result = invoke(stored.path, "https://www.example.org/other")
    assert result.exit_code == 0, result.output
    assert asked == [(["https://www.example.org/other"], False)]
    assert "fetched just now" in result.stdout


def test_a_host_that_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = [Fetched(url="https://none.example/", error="no such host")]
    monkeypatch.setattr(crawling, "fetch_pages", lambda urls, allow_private: answer)
    result = invoke(tmp_path, "https://none.example/")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "copydesk: https://none.example/: no such host\n"


@pytest.mark.usefixtures("no_request")
@pytest.mark.parametrize(
    ("what", "code", "sentence"),
    [
        ("99", 1, "there is no such article"),
        ("urn:uuid:none", 1, "there is no such article"),
        ("nosuch.html", 2, "no such file, and neither an address (https://…) nor an article's number"),
    ],
)
def test_what_is_not_there(stored: Home, what: str, code: int, sentence: str) -> None:
    result = invoke(stored.path, what)
    assert (result.exit_code, result.stdout) == (code, "")
    assert sentence in result.stderr


def test_a_file_that_is_no_page(tmp_path: Path) -> None:
    (tmp_path / "x.html").write_bytes(b"%PDF-1.7")
    result = invoke(tmp_path, str(tmp_path / "x.html"))
    assert result.exit_code == 1
    assert result.stderr == f"copydesk: {tmp_path / 'x.html'}: no HTML but a PDF document\n"


def test_a_layout_that_a_person_declared_is_obeyed(stored: Home) -> None:
    (stored.sources / "example.toml").write_text(
        'url = "https://www.example.org/"\n[[layout]]\ndrop = ["article p:last-of-type"]\n'
    )
    output = invoke(stored.path, "1").stdout
    assert "\n- Twelve members were in favour" in output
    assert "layout" in output


def test_colours_belong_to_a_terminal() -> None:
    coloured = explanation.as_text(ARTICLE, origin="from x")
    assert "\x1b[31m" in coloured
    assert "\x1b[32m" in coloured


@pytest.mark.slow
@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_a_terminal_gets_colours_unless_it_wants_none(tmp_path: Path, no_color: str, coloured: bool) -> None:
    (tmp_path / "x.html").write_text(PAGE)
    reader, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "crawler.cli", "explain", str(tmp_path / "x.html")],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "NO_COLOR": no_color, "TERM": "xterm"},
        stdout=terminal,
        stderr=subprocess.DEVNULL,
    )
    os.close(terminal)
    output = b""
    with suppress(OSError):  # how a terminal ends
        while piece := os.read(reader, 4096):
            output += piece
    os.close(reader)
    assert process.wait(timeout=60) == 0
    assert b"The town council voted" in output
    assert (b"\x1b[" in output) == coloured


def test_long_blocks_are_folded() -> None:
    verdict = Verdict(text="word " * 100, kind="paragraph", kept=True, by="classifier", why="")
    text = explanation.as_text(
        Article(url=URL, raw_url=URL, status="article", verdicts=(verdict,)), origin="", width=60
    )
    assert max(len(line) for line in text.splitlines() if line.startswith("  word")) <= 60


def test_a_rejected_page_says_why() -> None:
    article = Article(url=URL, raw_url=URL, status="rejected", reason="consent")
    assert "Rejected: consent" in explanation.as_text(article, origin="")
    assert "Rejected: consent" in explanation.as_html(article, origin="")


def test_the_page_stands_alone(stored: Home, tmp_path: Path) -> None:
    out = tmp_path / "out.html"
    result = invoke(stored.path, "1", "--html", str(out))
    assert (result.exit_code, result.stdout) == (0, "")
    page = out.read_text(encoding="utf-8")
    assert "<script" not in page
    assert "src=" not in page
    assert "url(" not in page
    assert "<del>Sport</del>" in page


def test_the_page_holds_every_block_in_order_and_escaped() -> None:
    page = explanation.as_html(ARTICLE, origin="from <x>")
    root = etree.fromstring(page.encode(), etree.HTMLParser(encoding="utf-8"))
    assert root.xpath("//script") == []
    shown = root.xpath("//main//p")
    assert ["".join(p.itertext()) for p in shown] == [verdict.text for verdict in ARTICLE.verdicts]
    assert root.xpath("count(//main/section)") == 2  # neighbours that were cut for one reason are one cut
    assert root.xpath("string(//section[2]/div[@class='cause'])") == "Rule jobs 70% sureJob ads"
    legend = [li.text for li in root.xpath("//ul[@class='legend']/li")]
    assert legend == ["Rule: 2", "Looks and place: 1"]
    assert root.xpath("string(//li[@class='chosen'])") == "h1: Tram <line> stays"
    assert root.xpath("string(//html/head/title)") == "Tram <line> stays – explained"


def cut(text: str, by: str = "classifier", why: str = "It is navigation.") -> Verdict:
    return Verdict(text=text, kind="item", kept=False, by=by, why=why, confidence=0.9)


def page_of(*verdicts: Verdict) -> etree._Element:
    article = replace(ARTICLE, verdicts=verdicts)
    return etree.fromstring(
        explanation.as_html(article, origin="").encode(), etree.HTMLParser(encoding="utf-8")
    )


def test_the_headline_stands_once_and_another_one_in_its_place() -> None:
    names = (("Menu", "classifier"), ("Tram  <line> stays", "headline"), ("Line to stay", "headline"))
    lines = [*(cut(text, by) for text, by in names), cut("Log in")]
    root = page_of(*lines)
    assert root.xpath("string(//h1)") == "Tram <line> stays"
    assert [p.xpath("string()") for p in root.xpath("//main//p")] == ["Menu", "Line to stay", "Log in"]
    assert "Line to stay" in root.xpath("string(//main/p[@class='kept item'])")


def test_a_run_of_short_lines_is_one_line_to_open() -> None:
    lines = [cut(f"Menu {n}") for n in range(9)]
    prompt = cut("Subscribe to our newsletter and get the news of the town every morning.", "rule:prompt")
    root = page_of(*lines, prompt, *(cut(f"Foot {n}", "memory:place:0a", "Always here.") for n in range(2)))
    (run,) = root.xpath("//main/details")
    assert run.xpath("string(summary/b)") == "9 short lines cut"
    assert "Menu 0 · Menu 1 · Menu 2" in run.xpath("string(summary)")
    assert [p.xpath("string()") for p in run.xpath(".//p")] == [line.text for line in lines]
    assert root.xpath("count(//main/section)") == 2, "two lines are no run"
    cause = root.xpath("string(//main/section[2]/div[@class='cause'])")
    assert cause == "Repeats on this site in this place 90% sureAlways here."


def test_a_long_section_shows_its_beginning_and_how_much_there_is() -> None:
    root = page_of(*(cut(f"Clerk number {n}", "rule:jobs", "Job ads.") for n in range(12)))
    (section,) = root.xpath("//main/section")
    assert section.xpath("string(.//details/summary)") == "8 more"
    assert section.xpath("count(.//p)") == 12


def test_what_memory_knows_now_is_part_of_it(newsroom: Callable[..., Home]) -> None:
    home = newsroom(range(8))
    assert "+ The Ferry belongs to its readers" in invoke(home.path, "3").stdout
    reclean = ["--home", str(home.path), "reclean", "--force"]
    assert CliRunner().invoke(main, reclean).exit_code == 0
    for what in ("3", "https://www.ferry.example/town/cedar-2"):
        assert "- The Ferry belongs to its readers" in invoke(home.path, what).stdout


def test_for_a_program(tmp_path: Path) -> None:
    (tmp_path / "x.html").write_text(PAGE)
    found = json.loads(invoke(tmp_path, str(tmp_path / "x.html"), "--json").stdout)
    assert [verdict["kept"] for verdict in found["verdicts"]] == [False, False, True, True, False]


def test_a_page_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "x.html").write_text(PAGE)
    result = invoke(tmp_path, str(tmp_path / "x.html"), "--html", str(tmp_path / "none/out.html"))
    assert result.exit_code == 2
    assert "cannot write" in result.stderr
