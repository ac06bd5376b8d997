"""Lists of feed readers as sources: nested, doubled, known, broken and hostile ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from crawler import sources, subscriptions
from crawler.cli import main
from crawler.home import Home
from crawler.sources import Source
from pipelines.errors import ConfigError

LIST = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.0">
 <head><title>Mine</title></head>
 <body>
  <outline text="News" title="News">
   <outline text="Germany">
    <outline type="rss" text="Tagblatt" title="Das Tagblatt &amp; Söhne" htmlUrl="https://www.tagblatt-daily.org/"
             xmlUrl="https://www.tagblatt-daily.org/rss"/>
    <outline type="rss" text="Tagblatt again" xmlUrl="http://tagblatt-daily.org/rss"/>
   </outline>
   <outline type="rss" text="Courier" xmlUrl="https://courier-daily.org/feed" htmlUrl="https://courier-daily.org/"/>
   <outline type="rss" text="Courier sport" xmlUrl="https://courier-daily.org/sport/feed" htmlUrl="https://courier-daily.org"/>
  </outline>
  <outline type="rss" text="No home" xmlUrl="feed://blog.example.org/a/atom.xml"/>
  <outline type="rss" text="Other on the host" xmlUrl="https://blog.example.org/b.xml" htmlUrl="https://blog.example.org/b/"/>
  <outline type="rss" text="Without an address"/>
  <outline type="rss" text="A file" xmlUrl="file:///etc/passwd"/>
  <outline type="rss" text="A secret" xmlUrl="https://secret-daily.org/f" htmlUrl="https://me:word@secret-daily.org/"/>
  <outline type="link" text="A link" url="https://link.example/"/>
 </body>
</opml>
"""


def taken(text: str | bytes, *known: Source) -> subscriptions.Taken:
    found, unusable, _ = subscriptions.read(text.encode() if isinstance(text, str) else text, "mine.opml")
    return subscriptions.sources_of(found, known, name="mine.opml", unusable=unusable)


def test_each_site_becomes_a_source() -> None:
    found = taken(LIST)
    assert [(s.slug, s.url, s.name, s.feeds) for s, _ in found.sources] == [
        (
            "tagblatt-daily",
            "https://www.tagblatt-daily.org/",
            "Das Tagblatt & Söhne",
            ("https://www.tagblatt-daily.org/rss",),
        ),
        (
            "courier-daily",
            "https://courier-daily.org/",
            "courier-daily.org",
            ("https://courier-daily.org/feed", "https://courier-daily.org/sport/feed"),
        ),
        ("blog-example", "https://blog.example.org/", "No home", ("https://blog.example.org/a/atom.xml",)),
        (
            "blog-example-other-on-the-host",
            "https://blog.example.org/b/",
            "Other on the host",
            ("https://blog.example.org/b.xml",),
        ),
        ("secret-daily", "https://secret-daily.org/", "A secret", ("https://secret-daily.org/f",)),
    ]
    assert found.known == ()
    assert found.unusable == ("Without an address", "file:///etc/passwd", "A link")
    assert found.sources[0][1] == {"https://www.tagblatt-daily.org/rss": "mine.opml / News / Germany"}


def test_what_is_declared_is_left_out() -> None:
    by_feed = Source(slug="own", url="https://elsewhere.example/", feeds=("https://tagblatt-daily.org/rss/",))
    by_home = Source(slug="courier-daily", url="http://www.courier-daily.org/")
    found = taken(LIST, by_feed, by_home)
    assert [source.slug for source, _ in found.sources] == [
        "blog-example",
        "blog-example-other-on-the-host",
        "secret-daily",
    ]
    assert found.known == (
        "https://www.tagblatt-daily.org/rss",
        "https://courier-daily.org/feed",
        "https://courier-daily.org/sport/feed",
    )


def test_names_of_sources_are_free() -> None:
    lines = "".join(
        f'<outline xmlUrl="https://www.one-daily.org/{n}.xml" htmlUrl="https://www.one-daily.org/{n}/"/>'
        for n in range(3)
    )
    found = taken(
        f"<opml>{lines}</opml>",
        Source(slug="one-daily", url="https://x.example/"),
        Source(slug="one-daily-3", url="https://y.example/"),
    )
    assert [source.slug for source, _ in found.sources] == ["one-daily-2", "one-daily-4", "one-daily-5"]


def test_lists_as_they_are_found() -> None:
    loose = '<OPML><body><outline text="R & D" xmlURL=" https://a.example/f?x=1&y=2 "/></body></OPML>'
    assert [s.feeds for s, _ in taken(loose).sources] == [("https://a.example/f?x=1&y=2",)]
    cut = LIST[: LIST.index("Courier sport")]
    assert [s.slug for s, _ in taken(cut).sources] == ["tagblatt-daily", "courier-daily"]
    utf16 = '<?xml version="1.0" encoding="UTF-16"?><opml><outline xmlUrl="https://a.example/f"/></opml>'
    assert len(taken(utf16.encode("utf-16")).sources) == 1
    deep = '<outline text="x">' * 200 + '<outline xmlUrl="https://a.example/f"/>' + "</outline>" * 200
    assert len(taken(f"<opml>{deep}</opml>").sources) == 1
    assert taken("<opml><body/></opml>").sources == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "<html><body>A page</body></html>",
        "<rss><channel/></rss>",
        '<!DOCTYPE opml [<!ENTITY a "b">]><opml><outline text="&a;"/></opml>',
        '<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><outline text="&x;"/></opml>',
        "<!DOCTYPE opml ["
        + "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
        + '<!ENTITY e0 "ha">]><opml><outline title="&e9;" xmlUrl="https://a.example/f"/></opml>',
    ],
)
def test_what_is_no_list(text: str) -> None:
    with pytest.raises(ConfigError, match=r"mine\.opml"):
        taken(text)


@given(st.binary(max_size=300) | st.text(st.sampled_from("<>/opml outline xmlUrl=\"'&;http:a"), max_size=300))
def test_anything_in_a_list_is_read_or_left_out(data: bytes | str) -> None:
    found = taken(b"<opml>" + (data if isinstance(data, bytes) else data.encode()))
    assert found.known == ()


@pytest.mark.parametrize("end", ["Courier sport", 'title="No home"', "</body>", "</opml>"])
def test_a_list_that_was_cut_off_is_damaged(end: str) -> None:
    whole = LIST.replace('text="No home"', 'text="No home" title="No home"')
    cut = whole[: whole.index(end)]
    _, _, line = subscriptions.read(cut.encode(), "mine.opml")
    assert line is not None
    assert abs(line - cut.count("\n") - 1) <= 1
    assert subscriptions.read(whole.encode(), "mine.opml")[2] is None


# The command


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    made.sources.mkdir(parents=True)
    (tmp_path / "mine.opml").write_text(LIST, "utf-8")
    return made


def run(home: Home, *arguments: object) -> Result:
    return CliRunner().invoke(main, ["--home", str(home.path), "import", *map(str, arguments)])


def test_a_list_is_imported_once(home: Home, tmp_path: Path) -> None:
    result = run(home, tmp_path / "mine.opml")
    assert result.exit_code == 0, result.output
    assert "mine.opml: 5 new sources\n  tagblatt-daily  Das Tagblatt & Söhne\n" in result.stdout
    assert "left out, it names no feed: file:///etc/passwd" in result.stderr
    loaded = sources.load(home.sources)
    assert sorted(source.slug for source in loaded) == [
        "blog-example", "blog-example-other-on-the-host", "courier-daily", "secret-daily", "tagblatt-daily",
    ]  # fmt: skip
    assert "# mine.opml / News / Germany" in (home.sources / "tagblatt-daily.toml").read_text("utf-8")
    before = {path: path.read_bytes() for path in home.sources.iterdir()}
    again = run(home, tmp_path / "mine.opml")
    assert again.exit_code == 0
    assert again.stdout == f"{tmp_path / 'mine.opml'}: 0 new sources, 6 feeds declared already\n"
    assert {path: path.read_bytes() for path in home.sources.iterdir()} == before


def test_a_damaged_list_is_named(home: Home, tmp_path: Path) -> None:
    assert "is damaged" not in run(home, tmp_path / "mine.opml").stderr
    (tmp_path / "cut.opml").write_text(
        '<opml>\n<outline xmlUrl="https://a.example/f"/>\n<outline xml', "utf-8"
    )
    result = run(home, "--json", tmp_path / "cut.opml")
    assert result.exit_code == 0
    assert (
        f"{tmp_path / 'cut.opml'} is damaged at line 3; what could be read of it was taken\n" in result.stderr
    )
    ((row),) = json.loads(result.stdout)
    assert row["damaged_at_line"] == 3
    assert [source["feeds"] for source in row["sources"]] == [["https://a.example/f"]]


def test_a_source_file_that_cannot_be_read_is_not_written_over(home: Home, tmp_path: Path) -> None:
    (home.sources / "tagblatt-daily.toml").write_text("broken", "utf-8")
    result = run(home, "--json", tmp_path / "mine.opml")
    assert result.exit_code == 0
    ((row),) = json.loads(result.stdout)
    assert row["sources"][0]["slug"] == "tagblatt-daily-das-tagblatt-s-hne"
    assert (home.sources / "tagblatt-daily.toml").read_text("utf-8") == "broken"


def test_a_list_without_a_feed_fails(home: Home, tmp_path: Path) -> None:
    (tmp_path / "empty.opml").write_text("<opml/>", "utf-8")
    result = run(home, tmp_path / "empty.opml")
    assert result.exit_code == 1
    assert "there is no feed in it" in result.stderr
    (tmp_path / "page.opml").write_text("<html/>", "utf-8")
    assert run(home, tmp_path / "page.opml").exit_code == 2


def test_our_own_list_of_feeds_is_one(home: Home, tmp_path: Path) -> None:
    from exporters.feeds import opml

    feeds = [
        opml.Listed(name="a", title="A & B", home="https://a.example/", address="https://feeds.example/a.xml")
    ]
    (tmp_path / "feeds.opml").write_bytes(opml.render(feeds, title="x"))
    assert run(home, tmp_path / "feeds.opml").exit_code == 0
    (source,) = sources.load(home.sources)
    assert (source.slug, source.name, source.feeds) == ("a", "A & B", ("https://feeds.example/a.xml",))
