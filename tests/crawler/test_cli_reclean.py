"""``copydesk reclean``: a rule added and taken back, a run that is killed, a source that loses too much."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from crawler import lock, recleaning
from crawler.cli import main
from crawler.home import Home
from exporters.feeds.publish import publish
from exporters.store import Store
from exporters.store import recleaning as stored

ROOT = Path(__file__).parents[2]
Newsroom = Callable[..., Home]

RULE = """\
[[rule]]
name = "own-the-ferry"
why = "Asks readers to become owners of the paper."
scope = "block"
confidence = 0.99

[rule.en]
phrases = ["The Ferry belongs to its readers …"]
drops = ["The Ferry belongs to its readers, and you can be one of its owners for ten a year."]
keep = ["That ferry belongs to the town, the mayor said."]
"""
#: What a program downstream sees of an article.
SEEN = (
    "SELECT id, guid, status, reason, url, title, alternative_title, standfirst, authors, published, text,"
    " html, tags, word_count, content_hash, first_seen, last_changed, last_checked FROM articles ORDER BY id"
)
REMOVED = "SELECT * FROM removed_blocks ORDER BY article, position"


def reclean(home: Home, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--home", str(home.path), "reclean", *arguments])


def rows(home: Home, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(home.database)) as db:
        return db.execute(sql).fetchall()


def rule(home: Home, text: str | None = RULE) -> None:
    file = home.rules / "own.toml"
    file.unlink() if text is None else file.write_text(text, encoding="utf-8")


def feeds(home: Home) -> dict[str, bytes]:
    with Store.open(home.database, read_only=True) as store:
        publish(store, home.feeds, ())
    return {path.name: path.read_bytes() for path in home.feeds.iterdir()}


def files(home: Home) -> dict[Path, bytes]:
    """All but what SQLite keeps beside a dataset that is being read."""
    found = (path for path in home.path.rglob("*") if path.is_file() and "news.db-" not in path.name)
    return {path: path.read_bytes() for path in found}


def test_a_rule_added_and_taken_back_changes_nothing_in_the_end(newsroom: Newsroom) -> None:
    home = newsroom(range(3))
    before = [rows(home, sql) for sql in (SEEN, REMOVED)]
    published = feeds(home)
    dates = "SELECT id, first_seen, last_changed, last_checked FROM articles"
    moved = rows(home, dates)
    rule(home)
    result = reclean(home)
    assert result.exit_code == 1, "the plea is more than a tenth of such short stories"
    hint = f"the feeds follow with: copydesk --home {home.path} publish\n"
    assert hint not in result.stderr
    result = reclean(home, "--force")
    assert result.exit_code == 0
    assert result.stderr.endswith(hint)
    assert rows(home, "SELECT count(*) FROM articles WHERE text LIKE '%belongs to its readers%'") == [(0,)]
    assert rows(home, "SELECT count(*) FROM removed_blocks WHERE removed_by = 'rule:own-the-ferry'") == [(3,)]
    assert rows(home, dates) == moved
    with_rule = feeds(home)["all.xml"].decode()
    assert "belongs to its readers" not in with_rule
    for line in published["all.xml"].decode().splitlines():
        assert "Date>" not in line or line in with_rule, "no item has moved"
    rule(home, None)
    assert reclean(home).exit_code == 0
    assert [rows(home, sql) for sql in (SEEN, REMOVED)] == before
    assert feeds(home) == published
    assert rows(home, "SELECT DISTINCT changed_by FROM revisions") == [("cleaner",)]
    result = reclean(home)
    assert "Nothing is due" in result.stdout
    assert hint not in result.stderr
    assert not home.galley.exists()


def test_a_dry_run_shows_what_would_change_and_writes_nothing(newsroom: Newsroom) -> None:
    home = newsroom(range(3))
    reclean(home)
    rule(home)
    before = files(home)
    result = reclean(home, "--dry-run")
    assert result.exit_code == 1
    header, line, *_ = result.stdout.splitlines()
    assert header.split("  ")[0] == "source"
    assert line.split()[:7] == ["ferry", "3", "3", "0", "0", "0", "3"]
    assert 10 < float(line.split()[7].rstrip("%")) < 20
    assert "- The Ferry belongs to its readers, and you can be one" in result.stdout
    assert "[article 1, rule:own-the-ferry]" in result.stdout
    assert "more than 10%; nothing of it would be written" in result.stderr
    assert f"copydesk --home {home.path} reclean ferry --force" in result.stderr
    assert "the feeds follow" not in result.stderr
    assert files(home) == before
    (source,) = json.loads(reclean(home, "--dry-run", "--json").stdout)["sources"]
    assert (source["source"], source["changed"], source["lost"], source["stopped"]) == ("ferry", 3, 3, True)
    (sample,) = source["sentences_lost"]
    assert sample["why"] == "Asks readers to become owners of the paper."


def test_only_the_source_that_would_lose_too_much_is_left_alone(newsroom: Newsroom) -> None:
    newsroom(range(2))
    home = newsroom(range(20, 22), source="tram", plea=False)
    with Store.open(home.database) as store, store.transaction():
        store.db.execute("UPDATE articles SET text = 'Once there was more.', title = 'Tram' WHERE id = 3")
        store.db.execute("UPDATE articles SET cleaner_version = '0'")
    rule(home)
    before = rows(home, f"{SEEN.partition(' ORDER')[0]} WHERE source = 'ferry'")
    result = reclean(home)
    assert result.exit_code == 1
    assert "copydesk: ferry: 1" in result.stderr
    assert "% of its words would go, more than 10%" in result.stderr
    assert rows(home, f"{SEEN.partition(' ORDER')[0]} WHERE source = 'ferry'") == before
    ((title, version),) = rows(home, "SELECT title, cleaner_version FROM articles WHERE id = 3")
    assert title.startswith("Alder20 gets its bridge")
    assert version != "0"
    assert "tram lost and gained, among others:" in result.stdout
    # What was made of it is at hand when a person has said yes.
    assert home.galley.exists()
    assert reclean(home, "ferry", "--force").exit_code == 0
    assert rows(home, "SELECT count(*) FROM articles WHERE text LIKE '%belongs to its readers%'") == [(0,)]


def test_a_layout_that_was_declared_makes_its_source_due(newsroom: Newsroom) -> None:
    newsroom(range(2))
    home = newsroom(range(20, 22), source="tram")
    reclean(home)
    (home.sources / "ferry.toml").write_text(
        'url = "https://www.ferry.example/"\n[[layout]]\ndrop = ["article p:last-of-type"]\n'
    )
    assert reclean(home, "--force").exit_code == 0
    pleas = "SELECT source FROM articles WHERE text LIKE '%belongs to its readers%'"
    assert rows(home, pleas) == [("tram",), ("tram",)]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["fery"], 2, "the dataset has no articles of 'fery'; did you mean 'ferry'?"),
        (["--jobs", "0"], 2, "0 is not in the range"),
    ],
)
def test_what_is_asked_for_wrongly(
    newsroom: Newsroom, arguments: list[str], code: int, sentence: str
) -> None:
    result = reclean(newsroom(range(1)), *arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert sentence in result.stderr


def test_a_home_that_is_none_or_has_no_dataset(tmp_path: Path) -> None:
    assert "there is no home at" in reclean(Home(tmp_path / "none")).stderr
    home = Home(tmp_path / "home")
    home.sources.mkdir(parents=True)
    result = reclean(home)
    assert result.exit_code == 3
    assert "no dataset there yet" in result.stderr


def test_a_rule_that_is_wrong_ends_it_before_it_begins(newsroom: Newsroom) -> None:
    home = newsroom(range(1))
    rule(home, RULE.replace("0.99", "99"))
    result = reclean(home)
    assert result.exit_code == 2
    assert "confidence 99" in result.stderr
    assert rows(home, "SELECT * FROM cleanings") == []


def test_pages_that_the_archive_lost_leave_their_articles_alone(newsroom: Newsroom) -> None:
    home = newsroom(range(2))
    (file,) = home.archive.glob("*.warc.gz")
    before = rows(home, SEEN)
    ((offset,),) = rows(home, "SELECT offset FROM snapshots WHERE id = 2")
    packed = bytearray(file.read_bytes())
    packed[offset + 20] ^= 0xFF
    file.write_bytes(packed)
    result = reclean(home)
    assert result.exit_code == 0
    assert "copydesk: ferry: 1 of 2 pages could not be cleaned again, the first:" in result.stderr
    file.unlink()
    result = reclean(home)
    assert result.exit_code == 1, "nothing that was due could be read"
    assert "missing from the archive; restore it from a backup" in result.stderr
    assert rows(home, SEEN) == before


def test_an_article_without_a_page_is_named(newsroom: Newsroom) -> None:
    home = newsroom(range(2))
    with Store.open(home.database) as store, store.transaction():
        store.db.execute("UPDATE articles SET snapshot = NULL WHERE id = 1")
    result = reclean(home)
    assert result.exit_code == 0
    assert "copydesk: ferry: 1 articles have no page in the archive and stay as they are" in result.stderr


def test_one_at_a_time_but_beside_a_crawl(newsroom: Newsroom) -> None:
    from datetime import UTC, datetime

    home = newsroom(range(1))
    now = datetime(2026, 3, 2, tzinfo=UTC)
    with lock.hold(home.lock, now):
        assert reclean(home).exit_code == 0
    with lock.hold(home.reclean_lock, now):
        result = reclean(home)
        assert result.exit_code == 75
        assert "another cleaning again is running" in result.stderr
        assert reclean(home, "--dry-run").exit_code == 0


#: Ever so slowly from some page on: there is time for what is to come in between, on a busy machine too.
SLOWLY = """
import sys, time
from crawler import recleaning
from crawler.cli import main

finish = recleaning.finish
calls = 0
def slowly(*args, **options):
    global calls
    calls += 1
    time.sleep(0.02 if calls < %d else 0.5)
    return finish(*args, **options)
recleaning.finish = slowly
main()
"""


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    processes = []

    def begin(home: Home, *arguments: str, code: str = SLOWLY % 25) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", code, "--home", str(home.path), "reclean", *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        return process

    yield begin
    for process in processes:
        process.kill()
        process.communicate()


def wait_until(true: Callable[[], bool]) -> None:
    for _ in range(18_000):  # minutes: a busy machine decides no test
        if true():
            return
        time.sleep(0.01)
    raise AssertionError("it never came to be")


def aside(home: Home) -> int:
    try:
        with closing(sqlite3.connect(f"file:{home.galley}?mode=ro", uri=True)) as db:
            return int(db.execute("SELECT count(*) FROM cleaned").fetchone()[0])
    except sqlite3.Error:
        return 0


def done(home: Home) -> int:
    return int(rows(home, "SELECT count(*) FROM cleanings")[0][0])


def settle(home: Home, source: str) -> None:
    """All of the source is due, and none of it changes."""
    assert reclean(home, source).exit_code == 0
    with Store.open(home.database) as store, store.transaction():
        store.db.execute("DELETE FROM cleanings")


def test_a_log_that_grows_large_is_moved_into_the_file_meanwhile(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = newsroom(range(40), plea=False)
    settle(home, "ferry")
    monkeypatch.setattr(recleaning, "_LARGE_LOG", -1)
    monkeypatch.setattr(recleaning, "_AT_ONCE", 3)
    monkeypatch.setattr(stored, "kept", partial(stored.kept, most=5))
    result = reclean(home, "--jobs", "1")
    assert (result.exit_code, done(home)) == (0, 40), result.output


@pytest.mark.slow
def test_a_run_killed_in_the_middle_goes_on_there(
    newsroom: Newsroom, start: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    newsroom(range(40))
    home = newsroom(range(40, 80), source="tram", plea=False)
    settle(home, "tram")
    shutil.copytree(home.path, tmp_path / "untouched")
    other = Home(tmp_path / "untouched")
    rule(home)
    rule(other)
    # In the middle of looking: some of it is kept aside, nothing is written.
    process = start(home, "--jobs", "1", "--force")
    wait_until(lambda: aside(home) >= 25)
    process.kill()
    process.wait()
    kept = aside(home)
    assert 25 <= kept < 40
    assert rows(home, "SELECT count(*) FROM revisions") == [(0,)]
    # In the middle of the second source, where nothing changes: what is done is known.
    process = start(home, "--jobs", "1", "--force", code=SLOWLY % 40)
    wait_until(lambda: done(home) >= 65)
    process.kill()
    process.wait()
    assert 65 <= done(home) < 80
    result = reclean(home, "--force", "--json")
    assert result.exit_code == 0, result.output
    due = {report["source"]: report["due"] for report in json.loads(result.stdout)["sources"]}
    assert due["ferry"] == 0
    assert 0 < due["tram"] <= 15
    # Nothing is lost, nothing is there twice: as if it had never been interrupted.
    assert reclean(other, "--force").exit_code == 0
    assert [rows(home, sql) for sql in (SEEN, REMOVED)] == [rows(other, sql) for sql in (SEEN, REMOVED)]
    assert rows(home, "SELECT article, count(*) FROM revisions GROUP BY article") == [
        (id, 1) for id in range(1, 41)
    ]
    assert rows(home, "PRAGMA integrity_check") == [("ok",)]
    assert not home.galley.exists()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_in_order(
    newsroom: Newsroom, start: Callable[..., subprocess.Popen[str]], number: signal.Signals
) -> None:
    home = newsroom(range(40), plea=False)
    settle(home, "ferry")
    process = start(home, "--jobs", "1")
    wait_until(lambda: done(home) >= 25)
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (1, "")
    assert "run it again, and it goes on from here" in err
    assert "Traceback" not in err
    assert 25 <= done(home) < 40
    assert reclean(home).exit_code == 0
    assert done(home) == 40


@pytest.mark.slow
def test_workers_end_with_the_one_who_started_them(
    newsroom: Newsroom, start: Callable[..., subprocess.Popen[str]]
) -> None:
    """Several processes, killed while they work; and what they did is what one does."""
    home = newsroom(range(150), plea=False)
    settle(home, "ferry")
    process = start(home, "--jobs", "2", code="from crawler.cli import main; main()")
    wait_until(lambda: done(home) >= 25)
    workers = children(process.pid)
    process.kill()
    process.wait()
    assert workers
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))
    assert done(home) < 150
    assert reclean(home, "--jobs", "2").exit_code == 0
    assert done(home) == 150
    assert rows(home, "SELECT count(*) FROM revisions") == [(0,)]


def children(pid: int) -> list[int]:
    """All of them, grandchildren too."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(stat.parent.name)] = int(fields[1])
    found = [pid]
    for known in found:
        found += [child for child, parent in parents.items() if parent == known]
    return [child for child in found[1:] if child != os.getpid()]
