"""publish, search, export and status: the commands that read a home's dataset."""

from __future__ import annotations

import csv
import json
import os
from datetime import UTC, datetime
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import feedparser
import pytest
from click.testing import CliRunner, Result

from crawler.cli import main
from crawler.home import Home
from exporters.feeds.opml import shelf
from exporters.store import SourceCounts, Store
from pipelines.types import Article, Author

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def article(name: str, title: str, text: str, **fields: Any) -> Article:
    url = fields.pop("url", f"https://www.example.org/{name}")
    given: dict[str, Any] = {
        "raw_url": url,
        "status": "article",
        "published": "2026-03-01T08:00:00Z",
        "language": "de",
        "html": f"<p>{text}</p>",
        "content_hash": name,
        "word_count": len(text.split()),
        **fields,
    }
    return Article(url=url, title=title, text=text, **given)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Two sources, three articles, one rejected page, one run."""
    home = Home(tmp_path / "home")
    home.sources.mkdir(parents=True)
    (home.sources / "beispiel.toml").write_text('name = "Beispiel"\nurl = "https://www.example.org/"\n')
    (home.sources / "courier.toml").write_text(
        'name = "The Courier"\nurl = "https://courier.example/"\nsyndicate = "summary"\nenabled = false\n'
    )
    with Store.open(home.database) as store:
        run = store.begin_run(now=NOON, version="1")
        for number, (source, item) in enumerate(
            [
                (
                    "beispiel",
                    article("tram", "Straßenbahn bleibt", "Der Stadtrat in München hat entschieden."),
                ),
                (
                    "beispiel",
                    article(
                        "werk",
                        "Werk schließt & öffnet",
                        "Das Werk am Rand der Stadt schließt im Herbst.",
                        published="2026-03-02",
                        authors=(Author(name="Ann Öhler"),),
                    ),
                ),
                (
                    "courier",
                    article(
                        "x", "Town hall", "The council met.", url="https://courier.example/x", language="en"
                    ),
                ),
                ("beispiel", article("c", "Einwilligung", "", status="rejected", reason="consent")),
            ]
        ):
            store.save(item, source=source, now=NOON.replace(minute=number), run=run, cleaner_version="1")
        store.finish_run(
            run,
            [
                SourceCounts(source="beispiel", new=2, rejected={"consent": 1}),
                SourceCounts(source="courier", new=1, healthy=False, problem="its feed is HTML"),
            ],
            now=NOON.replace(hour=13),
        )
    return home


def invoke(home: Home, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--home", str(home.path), *arguments])


def entries(path: Path) -> list[Any]:
    parsed = feedparser.parse(BytesIO(path.read_bytes()), sanitize_html=False)
    assert not parsed.bozo
    return list(parsed.entries)


# publish


def test_publish_writes_a_feed_a_source_and_one_of_all(home: Home) -> None:
    result = invoke(home, "publish")
    assert result.exit_code == 0, result.output
    assert result.stdout.split() == [
        str(home.feeds / f"{name}.{ending}")
        for name in ("beispiel", "courier", "all")
        for ending in ("xml", "atom", "json")
    ]
    titles = [entry.title for entry in entries(home.feeds / "beispiel.xml")]
    assert titles == ["Werk schließt & öffnet", "Straßenbahn bleibt"]
    (summary,) = entries(home.feeds / "courier.xml")
    assert "content" not in summary
    assert summary.summary == "The council met."
    everything = {entry.title: entry for entry in entries(home.feeds / "all.xml")}
    assert set(everything) == {"Werk schließt & öffnet", "Straßenbahn bleibt", "Town hall"}
    assert "content" not in everything["Town hall"]


def test_publish_again_touches_nothing(home: Home) -> None:
    invoke(home, "publish")
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in home.feeds.iterdir()}
    result = invoke(home, "publish")
    assert result.stdout == ""
    assert "0 of 9 files written, 9 have not changed" in result.stderr
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in home.feeds.iterdir()} == before


def test_publish_of_one_source(home: Home) -> None:
    invoke(home, "publish", "courier")
    assert sorted(path.name for path in home.feeds.glob("*.xml")) == ["all.xml", "courier.xml"]
    assert {feed.name for feed in shelf(home.feeds)} == {"all", "courier"}


def test_publish_tells_the_nearest_source(home: Home) -> None:
    result = invoke(home, "publish", "beispeil")
    assert result.exit_code == 2
    assert "did you mean 'beispiel'?" in result.stderr


def test_publish_keeps_a_feed_that_would_become_empty(home: Home) -> None:
    invoke(home, "publish")
    old = (home.feeds / "courier.xml").read_bytes()
    with Store.open(home.database) as store:
        found = store.article("https://courier.example/x")
        assert found is not None
        store.set_status(found.id, "gone", reason=None, now=NOON)
    result = invoke(home, "publish", "courier")
    assert result.exit_code == 1
    assert "courier.xml stays as it was: the new one would be empty" in result.stderr
    assert (home.feeds / "courier.xml").read_bytes() == old
    assert invoke(home, "publish").exit_code == 1


def test_publish_names_what_is_wrong_in_feeds_toml_and_writes_the_others(home: Home) -> None:
    own = home.path / "feeds.toml"
    own.write_text('[trams]\nsearch = "straßenbahn"\n\n[broken]\nlimitt = 3\n', "utf-8")
    result = invoke(home, "publish")
    assert result.exit_code == 2
    assert f"copydesk: {own}: line 5: [broken] has no field 'limitt'; did you mean 'limit'?" in result.stderr
    assert [entry.title for entry in entries(home.feeds / "trams.xml")] == ["Straßenbahn bleibt"]
    assert (home.feeds / "all.xml").exists()
    old = (home.feeds / "trams.xml").read_bytes()
    own.write_text("[trams\n", "utf-8")
    result = invoke(home, "publish")
    assert result.exit_code == 2
    assert "line 1: not TOML" in result.stderr
    assert (home.feeds / "trams.xml").read_bytes() == old
    assert "trams" in {feed.name for feed in shelf(home.feeds)}


def test_publish_refuses_a_base_address_that_is_none(home: Home) -> None:
    result = invoke(home, "publish", "--base-url", "feeds.example.org")
    assert result.exit_code == 2
    assert "'feeds.example.org' is no address of feeds" in result.stderr


def test_publish_takes_the_base_address_from_the_environment(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPYDESK_BASE_URL", "https://feeds.example.org/x/")
    invoke(home, "publish")
    assert b'href="https://feeds.example.org/x/all.xml"' in (home.feeds / "all.xml").read_bytes()


def test_publish_without_a_dataset(home: Home) -> None:
    home.database.unlink()
    result = invoke(home, "publish")
    assert result.exit_code == 3
    assert "the first crawl makes one" in result.stderr
    assert not home.feeds.exists()


def test_publish_where_nothing_can_be_written(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.feeds.write_text("a file")
    result = invoke(home, "publish")
    assert result.exit_code == 3
    assert f"{home.feeds}: a file stands where the folder" in result.stderr


def test_a_source_file_that_is_no_toml(home: Home) -> None:
    (home.sources / "broken.toml").write_text("url = \n")
    for command in (["publish"], ["sources"], ["status"]):
        result = invoke(home, *command)
        assert result.exit_code == 2, command
        assert "broken.toml" in result.stderr
        assert "Traceback" not in result.output


# search


def test_search_finds_words_whatever_their_accents(home: Home) -> None:
    result = invoke(home, "search", "munchen", "stadtrat")
    assert result.exit_code == 0
    assert "Straßenbahn bleibt" in result.stdout
    assert "https://www.example.org/tram" in result.stdout
    assert "Werk" not in result.stdout


def test_search_as_json(home: Home) -> None:
    (hit,) = json.loads(invoke(home, "search", "--json", "council").stdout)
    assert hit["url"] == "https://courier.example/x"
    assert hit["source"] == "courier"
    assert json.loads(invoke(home, "search", "--json", "--source", "beispiel", "council").stdout) == []


def test_a_word_with_a_dash_leaves_articles_out(home: Home) -> None:
    found = invoke(home, "search", "stadt*", "-herbst").stdout
    assert "Straßenbahn bleibt" in found
    assert "Werk" not in found
    assert "Werk schließt" in invoke(home, "search", "stadt*").stdout


def test_a_search_since_a_day(home: Home) -> None:
    def urls(*arguments: str) -> list[str]:
        return [
            hit["url"] for hit in json.loads(invoke(home, "search", "--json", *arguments, "stadt*").stdout)
        ]

    newest, *_, oldest = json.loads(invoke(home, "search", "--json", "stadt*").stdout)
    assert urls("--since", newest["date"][:10]) == [newest["url"]]
    assert urls("--since", oldest["date"][:10])[-1] == oldest["url"]
    assert urls("--since", "1h") == []
    assert urls("--since", "9999w") == urls()


def test_a_search_since_nonsense_says_what_to_write(home: Home) -> None:
    result = invoke(home, "search", "--since", "yesterday", "tram")
    assert result.exit_code == 2
    assert "'yesterday' is neither a day, 2026-03-01, nor a time before now, 12h or 7d" in result.stderr


def test_a_search_without_a_hit_says_so(home: Home) -> None:
    result = invoke(home, "search", "Zeppelin")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "No article contains all of this.\n"


@pytest.mark.parametrize("query", ['"', "AND OR NOT", "a:b^2*", "((", "'; DROP TABLE articles"])
def test_no_query_is_an_error(home: Home, query: str) -> None:
    assert invoke(home, "search", "--", query).exit_code == 0


# export


def test_export_as_json_lines(home: Home) -> None:
    result = invoke(home, "export")
    rows = [json.loads(line) for line in result.stdout.split("\n")[:-1]]
    assert result.exit_code == 0
    assert [row["title"] for row in rows] == ["Werk schließt & öffnet", "Town hall", "Straßenbahn bleibt"]
    assert rows[0]["authors"] == [{"name": "Ann Öhler", "kind": "person"}]
    assert result.stderr == "3 articles written\n"


def test_export_as_csv_to_a_file(home: Home, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    out.write_text("old")
    result = invoke(home, "export", "-f", "csv", "-o", str(out), "--source", "courier")
    assert (result.exit_code, result.stdout) == (0, "")
    (row,) = csv.DictReader(StringIO(out.read_text(encoding="utf-8")))
    assert row["title"] == "Town hall"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["out.csv"]


def test_export_to_a_folder_that_is_none(home: Home, tmp_path: Path) -> None:
    result = invoke(home, "export", "-o", str(tmp_path / "none/out.jsonl"))
    assert result.exit_code == 2
    assert "cannot write" in result.stderr


def test_export_of_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.sources.mkdir()
    with Store.open(home.database):
        pass
    result = invoke(home, "export", "-f", "csv")
    assert result.exit_code == 0
    assert result.stdout.startswith("id,guid,")
    assert result.stderr == "0 articles written\n"


# status


def test_status_is_a_table(home: Home) -> None:
    courier_file = home.sources / "courier.toml"
    courier_file.write_text(courier_file.read_text().replace("enabled = false", "enabled = true"))
    result = invoke(home, "status")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0] == f"{home.path}: 3 articles, 1 rejected pages"
    (beispiel,) = [line for line in lines if line.startswith("beispiel")]
    (courier,) = [line for line in lines if line.startswith("courier")]
    assert beispiel.split()[1:3] == ["2", "1"]
    assert beispiel.endswith("ok")
    assert courier.endswith("its feed is HTML")


def test_status_for_a_program(home: Home) -> None:
    state = json.loads(invoke(home, "status", "--json").stdout)
    assert state["articles"] == 3
    assert state["problems"] == []
    assert state["last_run"]["outcome"] == "finished"
    beispiel, courier = state["sources"]
    assert (beispiel["new"], beispiel["found"], beispiel["healthy"]) == (2, 3, True)
    assert (courier["enabled"], courier["healthy"], courier["health"]) == (False, None, "disabled")


def test_status_shows_the_others_beside_a_source_that_is_wrong(home: Home) -> None:
    (home.sources / "courier.toml").write_text("feedz = 1")
    result = invoke(home, "status")
    assert result.exit_code == 2
    assert "3 articles" in result.stdout
    assert "\nbeispiel " in result.stdout
    assert "feedz" in result.stderr


def test_search_says_that_it_needs_a_word(home: Home) -> None:
    result = invoke(home, "search", "-tram")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "needs a word to look for" in result.stderr


def test_status_before_the_first_crawl(home: Home) -> None:
    home.database.unlink()
    result = invoke(home, "status")
    assert result.exit_code == 0
    assert "beispiel" in result.stdout
    assert "not crawled yet" in result.stdout
    assert f"there is no dataset yet; `copydesk --home {home.path} crawl` makes one" in result.stderr


def test_status_tells_of_a_crawl_that_runs_and_of_one_that_was_killed(home: Home) -> None:
    with Store.open(home.database) as store:
        store.begin_run(now=NOON.replace(day=3), version="1")
    home.lock.write_text(f"pid {os.getpid()} since 2026-03-03T12:00:00Z\n")
    state = json.loads(invoke(home, "status", "--json").stdout)
    assert state["crawling"].startswith(f"pid {os.getpid()} since")
    assert state["problems"] == []
    home.lock.write_text("")
    state = json.loads(invoke(home, "status", "--json").stdout)
    assert state["crawling"] is None
    assert "did not come to its end" in state["problems"][0]


def test_a_dataset_that_is_none(home: Home) -> None:
    home.database.write_bytes(b"this is no database at all, but long enough to be looked at" * 20)
    for arguments in (["status"], ["search", "x"], ["export"], ["publish"]):
        result = invoke(home, *arguments)
        assert result.exit_code == 3, arguments
        assert result.stderr.startswith("copydesk: ")
        assert "Traceback" not in result.output
