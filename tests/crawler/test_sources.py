"""Source files: what is right is read, what is wrong is named with its line and what to write instead."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler import sources
from crawler.discovery.addresses import matches
from crawler.sources import LayoutTable, Section, Source
from pipelines.errors import SourceError
from pipelines.resources import packaged
from pipelines.types import Layout
from pipelines.urls import Parameters

DOCS = Path(__file__).parents[2] / "docs" / "sources.md"

FULL = """
url = "https://www.example.org/"
name = "Harbour Gazette"
enabled = false
feeds = ["https://www.example.org/feed.xml"]
sitemaps = ["https://www.example.org/news.xml"]
sections = [
    "https://www.example.org/news/",
    { url = "https://www.example.org/x/", selector = "h2 a" },
]
allowed_hosts = ["*.Partner.example"]
include = ["/news/*", "https://partner.example/*"]
exclude = ["*/live-*"]
keep_parameters = ["At_Id"]
drop_parameters = ["from", "ref_*"]
delay = 2
concurrency = 2
syndicate = "summary"
allow_private = true

[cookies]
session = "GAZETTE_SESSION"

[headers]
X-Key = "GAZETTE_KEY"

[[layout]]
since = 2026-03-01
body = ["main article"]

[[layout]]
body = ["div.story"]
drop = [".box", "p > a:only-child"]
"""


def problems(text: str, file: str = "gazette.toml") -> dict[str, str]:
    with pytest.raises(SourceError) as caught:
        sources.parse(text, file=file)
    assert caught.value.exit_code == 2
    return dict(caught.value.problems)


def test_nothing_but_the_address_is_required() -> None:
    source = sources.parse('url = "https://www.example.org/"', file="gazette.toml")
    assert (source.slug, source.name, source.syndicate) == ("gazette", "example.org", "full")
    assert source.enabled
    assert not source.declares_endpoints
    assert source.layouts == ()


def test_every_field() -> None:
    source = sources.parse(FULL, file="gazette.toml")
    assert source.declares_endpoints
    assert source.sections == (
        Section(url="https://www.example.org/news/"),
        Section(url="https://www.example.org/x/", selector="h2 a"),
    )
    assert source.allowed_hosts == ("partner.example",)
    assert source.parameters == Parameters(keep=frozenset({"at_id"}), drop=frozenset({"from", "ref_*"}))
    assert source.layouts == (
        Layout(body=("div.story",), drop=(".box", "p > a:only-child")),
        Layout(since="2026-03-01", body=("main article",)),
    )
    with pytest.raises(Exception, match="frozen"):
        source.url = "https://other.example/"  # type: ignore[misc]


def test_what_is_written_reads_back(tmp_path: Path) -> None:
    source = sources.parse(FULL, file="gazette.toml")
    path = tmp_path / "gazette.toml"
    sources.write(source, path, origins={source.feeds[0]: "rel=alternate of\nthe home page"})
    text = path.read_text("utf-8")
    assert '"https://www.example.org/feed.xml",  # rel=alternate of the home page\n' in text
    assert sources.load(tmp_path) == (source,)


def test_a_written_file_says_only_what_is_said(tmp_path: Path) -> None:
    source = Source(slug="a", url="https://a.example/", feeds=("https://a.example/feed",))
    assert (
        sources.render(source) == 'url = "https://a.example/"\nfeeds = [\n    "https://a.example/feed",\n]\n'
    )


def test_no_file_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text("mine")
    with pytest.raises(SourceError, match="exists already"):
        sources.write(Source(slug="a", url="https://a.example/"), path)
    assert path.read_text() == "mine"
    with pytest.raises(SourceError, match="cannot be written"):
        sources.write(Source(slug="a", url="https://a.example/"), tmp_path / "no" / "a.toml")


@given(st.text(min_size=1, max_size=40).filter(str.strip))
@settings(deadline=None)
def test_any_name_survives_writing(name: str) -> None:
    try:
        name.encode()
    except UnicodeEncodeError:
        return
    source = Source(slug="a", url="https://a.example/", name=name)
    assert sources.parse(sources.render(source), file="a.toml") == source


def test_all_problems_at_once_each_with_its_line() -> None:
    text = (
        'url = "www.example.org"\n'  # 1
        'feds = ["https://a.example/"]\n'
        'feeds = "https://a.example/"\n'
        'delay = "3"\n'
        "concurrency = 0\n"  # 5
        'syndicate = "everything"\n'
        'enabled = "yes"\n'
        'include = ["news/*"]\n'
        'allowed_hosts = ["https://a.example/"]\n'
        "[headers]\n"  # 10
        'X-Key = "not a name"\n'
        "[[layout]]\n"
        'body = ["div >"]\n'
        "[[layout]]\n"
        "sinc = 2026-03-01\n"  # 15
        'since = "March"\n'
    )
    found = problems(text)
    assert set(found) == {f"line {n}" for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 15, 16)}
    assert '"https://www.example.org/"' in found["line 1"]
    assert "did you mean 'feeds'?" in found["line 2"]
    assert "a list" in found["line 3"]
    assert "a number" in found["line 4"]
    assert "'full', 'summary' or 'link'" in found["line 6"]
    assert "true or false" in found["line 7"]
    assert "begin with /" in found["line 8"]
    assert "no CSS selector" in found["line 13"]
    assert "did you mean 'since'?" in found["line 15"]
    assert "2026-01-31" in found["line 16"]


def test_a_secret_is_never_repeated() -> None:
    text = 'url = "https://a.example/"\n[cookies]\nsession = "hunter2 & more"\n'
    said = problems(text)["line 3"]
    assert "environment variable" in said
    assert "hunter2" not in said
    said = problems('url = "https://me:hunter2@a.example/"')["line 1"]
    assert "user name" in said
    assert "hunter2" not in said


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("", "line 1", "'url' is missing"),
        ('url = "https://a.example/"\nurl = "https://b.example/"', "line 2", "not TOML"),
        ('url = "https://a.example/"\nname = ', "line 2", "not TOML"),
        ('url = "https://a.example/"\nslug = "b"', "line 2", "leave the line out"),
        ('url = "ftp://a.example/"', "line 1", "no web address"),
        ('url = "https://a.example/"\nname = ""', "line 2", "name"),
        ('url = "https://a.example/"\nsections = [{ selector = "a" }]', "line 2", "missing"),
        ('url = "https://a.example/"\nlayout = 3', "line 2", "layout"),
        ("url = " + "[" * 5000, "", "not TOML"),
    ],
)
def test_what_is_refused(text: str, place: str, said: str) -> None:
    found = problems(text)
    assert any(where.startswith(place) and said in what for where, what in found.items()), found


@pytest.mark.parametrize(
    "file", ["article.toml", "all.toml", "Gazette.toml", "a b.toml", "-a.toml", "é.toml"]
)
def test_names_that_are_refused(file: str) -> None:
    assert "" in problems('url = "https://a.example/"', file)


def test_a_folder_is_read_as_a_whole(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('url = "https://a.example/"\nfeds = []')
    (tmp_path / "b.toml").write_text("url = ")
    (tmp_path / "c.toml").write_bytes(b"name = '\xff'")
    (tmp_path / "d.toml").write_text('url = "https://d.example/"')
    (tmp_path / "e.toml").write_text('url = "https://d.example/"')
    (tmp_path / "notes.txt").write_text("not a source")
    with pytest.raises(SourceError) as caught:
        sources.load(tmp_path)
    assert [place for place, _ in caught.value.problems] == [
        "a.toml: line 2",
        "b.toml: line 1",
        "c.toml",
        "e.toml",
    ]


def test_an_empty_or_missing_folder_holds_no_source(tmp_path: Path) -> None:
    assert sources.load(tmp_path) == ()
    assert sources.load(tmp_path / "missing") == ()


def test_select() -> None:
    a = Source(slug="heise", url="https://heise.example/")
    b = Source(slug="off", url="https://off.example/", enabled=False)
    assert sources.select([a, b], []) == (a,)
    assert sources.select([a, b], ["off", "heise", "off"]) == (b, a)
    with pytest.raises(SourceError, match="no source 'hiese'; did you mean 'heise'"):
        sources.select([a, b], ["hiese"])
    with pytest.raises(SourceError, match="there are: "):
        sources.select([a, b], ["xyz"])


def test_whose_articles() -> None:
    source = sources.parse(FULL, file="gazette.toml")
    assert source.wants("https://www.example.org/news/ferry")
    assert source.wants("http://example.org/news/ferry?x=1")
    assert source.wants("https://partner.example/anything")
    assert not source.wants("https://m.partner.example/anything")  # its pattern names the host
    assert source.allows_host("https://m.partner.example/news/1")
    assert not source.wants("https://www.example.org/sport/ferry")
    assert not source.wants("https://www.example.org/news/live-1")
    assert not source.wants("https://advertising.example/news/1")
    assert not source.allows_host("https://notpartner.example/")
    assert not source.allows_host("no address")


@pytest.mark.parametrize(
    ("pattern", "url", "expected"),
    [
        ("/news/*", "https://example.org/news/", True),
        ("/news/*", "https://a.example/old/news/", False),
        ("/news", "https://example.org/news?x=1", False),
        ("*?page=*", "https://example.org/news?page=2", True),
        ("*", "https://a.example", True),
        ("/", "https://a.example", True),
        ("/a*a", "https://a.example/a", False),
        ("/a*b*c", "https://a.example/a-b-b-c", True),
        ("/a*b*c", "https://a.example/a-c-b", False),
        ("https://a.example/*", "https://a.example/x", True),
        ("https://a.example/*", "http://a.example/x", False),
        ("/[a-z]+", "https://a.example/abc", False),
    ],
)
def test_patterns(pattern: str, url: str, expected: bool) -> None:
    assert matches(pattern, url) is expected


@given(st.text("ab*", max_size=12), st.text("ab", max_size=12))
def test_patterns_mean_what_a_regular_expression_means(pattern: str, path: str) -> None:
    wanted = re.fullmatch(".*".join(map(re.escape, ("/" + pattern).split("*"))), "/" + path) is not None
    assert matches("/" + pattern, "https://a.example/" + path) is wanted


def test_addresses_may_be_written_as_people_read_them() -> None:
    text = """url = "https://bücher.example.org/straße"
    allowed_hosts = ["Bücher.example.net"]
    include = ["/straße/*"]"""
    source = sources.parse(text, file="a.toml")
    assert source.url == "https://xn--bcher-kva.example.org/stra%C3%9Fe"
    assert source.allowed_hosts == ("xn--bcher-kva.example.net",)
    assert source.wants("https://xn--bcher-kva.example.net/stra%C3%9Fe/1")


def test_no_pattern_hangs() -> None:
    assert not matches("/" + "*a" * 5000 + "b", "https://a.example/" + "a" * 5000)


def test_values_come_from_the_environment() -> None:
    source = sources.parse(FULL, file="gazette.toml")
    environ = {"GAZETTE_SESSION": "s3cret", "GAZETTE_KEY": "k3y"}
    assert source.request_cookies(environ) == {"session": "s3cret"}
    assert source.request_headers(environ) == {"X-Key": "k3y"}
    with pytest.raises(SourceError, match="set the environment variable GAZETTE_KEY"):
        source.request_headers({"GAZETTE_KEY": ""})
    assert "s3cret" not in repr(source)


@pytest.mark.parametrize(
    ("url", "slug"),
    [
        ("https://www.it-boltwise.de/", "it-boltwise"),
        ("https://www.bbc.co.uk/news", "bbc"),
        ("https://de.euronews.com/", "de-euronews"),
        ("https://article.com/", "article-com"),
        ("https://www.all.net/", "all-net"),
        ("http://127.0.0.1:8000/", "127-0-0-1"),
        ("http://localhost:8000/", "localhost"),
        ("https://bücher.example/", "xn-bcher-kva"),
    ],
)
def test_slugs(url: str, slug: str) -> None:
    found = sources.slug_of(sources.Source(slug="x", url=url).url)
    assert found == slug
    assert sources.parse(f'url = "{Source(slug="x", url=url).url}"', file=f"{found}.toml").slug == slug


# The sources that ship.


def test_packaged_sources() -> None:
    folder = packaged("sources")
    found = sources.load(folder)
    assert len(found) >= 15
    assert "it-boltwise" in {source.slug for source in found}
    languages = {
        (folder / f"{source.slug}.toml").read_text("utf-8").split()[1].strip(",") for source in found
    }
    assert len(languages) >= 6
    for source in found:
        assert source.syndicate == "full"
        assert all(source.allows_host(feed) for feed in source.feeds)


def test_every_packaged_address_says_where_it_is_from() -> None:
    for file in packaged("sources").glob("*.toml"):
        text = file.read_text("utf-8")
        for url in tomllib.loads(text).get("feeds", ()):
            line = next(line for line in text.splitlines() if url in line)
            assert re.search(r"# .*(?:rel=alternate|documented)", line), line


# The page about them.


def rows(text: str) -> set[str]:
    return set(re.findall(r"^\| `(\w+)` \|", text, flags=re.MULTILINE))


def test_every_field_is_documented() -> None:
    about_sources, about_layouts = DOCS.read_text("utf-8").split("## `[[layout]]`")
    assert rows(about_sources) == set(Source.model_fields) - {"slug"}
    assert rows(about_layouts) == set(LayoutTable.model_fields)


def test_the_documented_examples_are_right() -> None:
    examples = re.findall(r"```toml\n(.*?)```", DOCS.read_text("utf-8"), flags=re.DOTALL)
    assert len(examples) >= 3
    for example in examples:
        text = example if "url =" in example else 'url = "https://www.example.org/"\n' + example
        sources.parse(text, file="example.toml")


@pytest.mark.parametrize("name", ["", "*", "?from", "from=home", "a b", "fr*om"])
def test_a_parameter_has_a_name(name: str) -> None:
    found = problems(f'url = "https://a.example/"\ndrop_parameters = ["{name}"]\n')
    assert list(found) == ["line 2"]
    assert "is no name of a query parameter; write it without ? and =" in found["line 2"]


def test_no_parameter_is_kept_and_dropped(tmp_path: Path) -> None:
    text = 'url = "https://a.example/"\nkeep_parameters = ["id"]\ndrop_parameters = ["ID"]\n'
    assert problems(text) == {
        "line 3": "drop_parameters: 'id' is among keep_parameters, too; leave it in one of them"
    }
    # Two sources of one site must agree, too: an address has one form.
    (tmp_path / "news.toml").write_text('url = "https://example.org/news"\nkeep_parameters = ["id"]\n')
    (tmp_path / "sport.toml").write_text(
        'url = "https://sport.example.org/"\ndrop_parameters = ["id", "x"]\n'
    )
    with pytest.raises(SourceError) as caught:
        sources.load(tmp_path)
    assert caught.value.problems == (
        (
            "sport.toml",
            "drop_parameters: news.toml keeps 'id', and both are of example.org; let them say the same",
        ),
    )
    (tmp_path / "sport.toml").write_text('url = "https://sport.example.org/"\ndrop_parameters = ["x"]\n')
    assert sources.parameters(sources.load(tmp_path)) == {
        "example.org": Parameters(keep=frozenset({"id"}), drop=frozenset({"x"}))
    }
