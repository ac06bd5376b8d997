"""``copydesk history``: who changed which words, and when we saw it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from lxml import etree

from crawler import history
from crawler.cli import main
from crawler.home import Home
from exporters.store import Store
from pipelines.fingerprint import content_hash
from pipelines.types import Article, Author

URL = "https://www.example.org/town/bridge-1"
FIRST = (
    "The council met on Monday and decided to build the bridge.\n\n"
    "It will cost 4.2 million, the mayor said, and <b>nobody</b> & nothing will stop it.\n\n"
    "Critics pointed out that the ferry had never been late."
)
PLEA = "The paper belongs to its readers, and you can be one of its owners."


def make(text: str, **fields: object) -> Article:
    given = {"title": "Bridge decided", "modified": None, **fields}
    return Article(
        url=URL,
        raw_url=URL,
        status="article",
        text=text,
        html=f"<p>{len(text)}</p>",
        content_hash=content_hash(str(given["title"]), text),
        word_count=len(text.split()),
        **given,  # type: ignore[arg-type]
    )


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An article that the publisher edited, the cleaner cut and the publisher edited again."""
    home = Home(tmp_path / "home")
    home.sources.mkdir(parents=True)
    edited = FIRST.replace("4.2 million", "6.8 million")
    versions = [
        (make(f"{FIRST}\n\n{PLEA}"), 8, "1"),
        (make(f"{edited}\n\n{PLEA}", modified="2026-03-01T09:45:00Z"), 10, "1"),
        (make(edited, modified="2026-03-01T09:45:00Z"), 11, "2"),
        (make(edited, title="Bridge decided at last", authors=(Author(name="Ada Holm"),)), 12, "2"),
    ]
    with Store.open(home.database) as store:
        for article, hour, version in versions:
            now = datetime(2026, 3, 1, hour, 30, tzinfo=UTC)
            store.save(article, source="example", now=now, cleaner_version=version)
    return home


def invoke(home: Home, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--home", str(home.path), "history", *arguments])


def test_the_publishers_edits_word_for_word(home: Home) -> None:
    result = invoke(home, "1")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "Bridge decided at last\n"
        f"{URL}\n"
        "Article 1 of example, first seen 2026-03-01 08:30 UTC, last looked at 2026-03-01 12:30 UTC\n"
        "\n"
        "2026-03-01 10:30 UTC  the publisher, 2026-03-01 09:45 UTC by the page (1 word came, 1 went)\n"
        "  … 1 paragraph as before\n"
        "  It will cost [-4.2-]{+6.8+} million, the mayor said, and <b>nobody</b> & nothing will stop it.\n"
        "  … 2 paragraphs as before\n"
        "\n"
        "2026-03-01 12:30 UTC  the publisher (2 words came, 0 went)\n"
        "  headline: Bridge decided{+ at last+}\n"
        "  authors: {+Ada Holm+}\n"
        "\n"
        "1 more by our cleaner, which reads pages anew when it learns; --all shows them.\n"
    )
    assert invoke(home, URL).stdout == result.stdout
    assert f"[-{PLEA}-]" not in result.stdout
    everything = invoke(home, "1", "--all").stdout
    assert f"our cleaner (0 words came, 14 went)\n  … 3 paragraphs as before\n  [-{PLEA}-]\n" in everything
    assert everything.count("UTC  ") == 3


def test_json_has_every_word(home: Home) -> None:
    told = json.loads(invoke(home, "1", "--json").stdout)
    assert (told["id"], told["url"], told["hidden"]) == (1, URL, 1)
    first, second = told["changes"]
    assert (first["seen"], first["by"], first["modified"]) == (
        "2026-03-01T10:30:00Z",
        "publisher",
        "2026-03-01T09:45:00Z",
    )
    assert (first["words_gone"], first["words_came"], first["fields"]) == (1, 1, {})
    assert [span for paragraph in first["text"] for span in paragraph if span["kind"] != "same"] == [
        {"kind": "gone", "text": "4.2"},
        {"kind": "came", "text": "6.8"},
    ]
    assert second["fields"]["title"] == {"before": "Bridge decided", "after": "Bridge decided at last"}
    assert second["fields"]["authors"] == {"before": None, "after": "Ada Holm"}
    assert second["text"] == []
    everything = json.loads(invoke(home, "1", "--json", "--all").stdout)
    assert [change["by"] for change in everything["changes"]] == ["publisher", "cleaner", "publisher"]
    assert everything["hidden"] == 0


def test_a_page_that_needs_nothing_else(home: Home, tmp_path: Path) -> None:
    out = tmp_path / "history.html"
    result = invoke(home, "1", "--html", str(out))
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", f"written: {out}\n")
    page = out.read_text(encoding="utf-8")
    assert "It will cost <del>4.2</del><ins>6.8</ins> million" in page
    assert "&lt;b&gt;nobody&lt;/b&gt; &amp; nothing" in page
    assert PLEA not in page.partition("<section")[2].partition("<section")[2]
    assert "<script" not in page
    parser = etree.HTMLParser(recover=False)
    tree = etree.fromstring(page.encode(), parser)
    assert tree is not None
    assert invoke(home, "1", "--html", str(tmp_path)).exit_code == 2
    assert invoke(home, "1", "--html", str(tmp_path / "no" / "folder.html")).exit_code == 2


def test_colours_on_a_terminal(home: Home) -> None:
    with Store.open(home.database, read_only=True) as store:
        article = store.article(1)
        assert article is not None
        every = history.changes(article, store.revisions(1))
    text = history.as_text(article, every, everything=False, colour=True)
    assert click.style("4.2", fg="red", strikethrough=True) + click.style("6.8", fg="green") in text
    assert "[-" not in text
    plain = history.as_text(article, every, everything=True, colour=False, width=40)
    assert max(len(line) for line in plain.splitlines()[4:] if line.startswith("  ")) <= 52, (
        "marks and a last word go a little beyond"
    )


def test_an_article_that_never_changed(newsroom: Callable[..., Home]) -> None:
    home = newsroom([1])
    result = invoke(home, "1")
    assert result.exit_code == 0
    assert result.stdout.endswith("\nIt has not changed.\n")
    assert invoke(home, "1", "--all").stdout == result.stdout


def test_what_there_is_not(home: Home, tmp_path: Path) -> None:
    missing = invoke(home, "77")
    assert (missing.exit_code, missing.stdout) == (1, "")
    assert missing.stderr.startswith("copydesk: 77: there is no such article")
    empty = Home(tmp_path / "empty")
    empty.sources.mkdir(parents=True)
    assert invoke(empty, "1").exit_code == 3
