"""feeds.toml: what is wrong is named with its line, and stops no other feed."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler import ownfeeds
from exporters.feeds.editions import Edition
from exporters.store.syndication import Selection

SOURCES = {"tagblatt", "courier"}


def test_all_fields() -> None:
    text = """
    [trams]
    title = "Trams"
    description = "Everything on rails"
    search = 'tram* "light rail" -model'
    sources = ["tagblatt"]
    sections = ["Stadt"]
    tags = ["Verkehr"]
    languages = ["de", "pt-br"]
    copies = false
    limit = 100
    max_age_days = 3

    [everything]
    """
    editions, problems = ownfeeds.parse(text, SOURCES)
    assert problems == ()
    assert editions == (
        Edition(
            name="trams",
            title="Trams",
            description="Everything on rails",
            selection=Selection(
                sources=("tagblatt",),
                search='tram* "light rail" -model',
                sections=("Stadt",),
                tags=("Verkehr",),
                languages=("de", "pt-br"),
                copies=False,
                limit=100,
                max_age_days=3,
            ),
        ),
        Edition(name="everything", title="everything", description="everything", selection=Selection()),
    )


@pytest.mark.parametrize(
    ("table", "line", "says"),
    [
        ("[bad]\nlimitt = 3", 4, "[bad] has no field 'limitt'; did you mean 'limit'?"),
        ("[bad]\nzzz = 3", 4, "[bad] has no field 'zzz'; docs/feeds.md"),
        ("[bad]\ntitle = 'x'\nlimit = 0", 5, "limit: write a number not below 1"),
        ("[bad]\nlimit = 5000", 4, "limit: write a number not above 500"),
        ("[bad]\nlimit = true", 4, "limit: write a whole number"),
        ("[bad]\nmax_age_days = 31", 4, "max_age_days: write a number not above 30"),
        ("[bad]\ntitle = ''", 4, "title: write a text that is not empty"),
        ("[bad]\ntitle = 3", 4, "title: write a text in quotes"),
        ("[bad]\ncopies = 'no'", 4, "copies: write true or false"),
        ("[bad]\nsources = []", 4, "[bad] sources: name at least one, or leave the field out"),
        ("[bad]\nsections = []", 4, "[bad] sections: name at least one"),
        ("[bad]\ntags = []", 4, "[bad] tags: name at least one"),
        ("[bad]\nlimit = 3\nlanguages = []", 5, "[bad] languages: name at least one"),
        ("[bad]\nsources = 'tagblatt'", 4, 'sources: write a list: ["…"]'),
        ("[bad]\nsources = ['tagblat']", 4, "there is no source 'tagblat'; did you mean 'tagblatt'?"),
        ("[bad]\nsources = ['zzz']", 4, "there is no source 'zzz'; `copydesk sources` lists them"),
        ("[bad]\ntags = ['']", 4, "[bad] tags: write a text that is not empty"),
        ("[bad]\nlanguages = ['german!']", 4, "'german!' is no language"),
        ("[bad]\nsearch = '?!'", 4, "search: '?!' has no word to look for"),
        ("[bad]\nsearch = '" + "x" * 400 + "'", 4, "search: write at most 300 characters"),
        ("[Bad]", 3, "[Bad] cannot name a feed and its files"),
        ("['../bad']", 3, "[../bad] cannot name a feed"),
        ("[all]", 3, "there is a feed of that name already"),
        ("[courier]", 3, "there is a feed of that name already"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(table: str, line: int, says: str) -> None:
    editions, problems = ownfeeds.parse(f"[good]\nlimit = 1\n{table}\n", SOURCES)
    assert [edition.name for edition in editions] == ["good"]
    ((found, said),) = problems
    assert says in said
    assert said.startswith(table.partition("\n")[0].replace("'", "")), "the table is named"
    assert found == line


def test_a_field_outside_of_a_table() -> None:
    editions, problems = ownfeeds.parse("limit = 1\n[good]\n", SOURCES)
    assert [edition.name for edition in editions] == ["good"]
    assert problems == ((1, "limit stands in no feed; write it below the feed's name: [my-feed]"),)


def test_all_problems_at_once() -> None:
    _, problems = ownfeeds.parse("[a]\nlimit = 0\ntag = ['x']\n[b]\ncopies = 1\n", SOURCES)
    assert [line for line, _ in problems] == [2, 3, 5]


@pytest.mark.parametrize(("text", "line"), [("[a]\nlimit = \n", 2), ("[a]\nlimit = 'x", 2), ("[" * 9999, 1)])
def test_what_is_no_toml(text: str, line: int) -> None:
    editions, ((found, said),) = ownfeeds.parse(text, SOURCES)
    assert editions == ()
    assert found == line
    assert said.startswith("not TOML")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    assert ownfeeds.read(tmp_path / "feeds.toml", SOURCES) == ((), ())
    (tmp_path / "feeds.toml").write_bytes(b"# \xff\n")
    assert ownfeeds.read(tmp_path / "feeds.toml", SOURCES)[1] == (
        f"{tmp_path / 'feeds.toml'}: byte 2 is not UTF-8; save the file as UTF-8",
    )
    (_, (problem,)) = ownfeeds.read(tmp_path, SOURCES)
    assert "cannot be read" in problem
