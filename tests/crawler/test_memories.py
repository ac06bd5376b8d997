"""Sites' memories for a run over the archive: learned where missing, and what makes an article due."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.cli import main
from crawler.home import Home
from crawler.recleaning import Recleaning
from exporters.store import Store

Newsroom = Callable[..., Home]
PLEAS = "SELECT count(*) FROM articles WHERE text LIKE '%belongs to its readers%'"


def run(home: Home, *, dry_run: bool = False) -> list[tuple[int, int]]:
    """Articles due and changed, a source."""
    with Recleaning(home, jobs=1, dry_run=dry_run, force=True) as recleaning:
        return [(report.due, report.changed) for report in recleaning.run(recleaning.sources())]


def count(home: Home, sql: str) -> int:
    with Store.open(home.database, read_only=True) as store:
        found: int = store.db.execute(sql).fetchone()[0]
        return found


def test_an_archive_that_nobody_remembered_is_learned_from_and_cleaned(newsroom: Newsroom) -> None:
    home = newsroom(range(8))
    assert count(home, "SELECT count(*) FROM site_traces") == 0
    assert run(home, dry_run=True) == [(8, 8)]
    assert count(home, "SELECT count(*) FROM site_traces") == 0
    assert run(home) == [(8, 8)]
    assert count(home, PLEAS) == 0
    assert (
        count(
            home,
            "SELECT count(*) FROM removed_blocks WHERE removed_by LIKE 'memory:%' AND text LIKE 'The Ferry%'",
        )
        == 8
    )
    assert run(home) == [(0, 0)], "what memory says now is what it said then"
    with Store.open(home.database) as store:
        memory = store.site_memory("ferry.example")
        traces = store.db.execute("SELECT article, state FROM site_traces").fetchall()
        assert len(memory) == len(traces) == 8
        assert all(state is not None for _, state in traces)


def test_a_new_article_makes_due_what_memory_speaks_of_differently(newsroom: Newsroom) -> None:
    home = newsroom(range(2))
    assert run(home) == [(2, 0)]
    assert count(home, PLEAS) == 2, "two articles prove nothing"
    newsroom(range(2, 8))
    (found,) = run(home)
    assert found == (8, 8)
    assert count(home, PLEAS) == 0


def test_a_few_pages_cannot_be_learned_from(newsroom: Newsroom) -> None:
    home = newsroom(range(6))
    (file,) = home.archive.glob("*.warc.gz")
    file.write_bytes(b"")
    with Recleaning(home, jobs=1, force=True) as recleaning:
        (report,) = recleaning.run(["ferry"])
    assert (report.due, report.failed, report.changed) == (6, 6, 0)
    assert count(home, "SELECT count(*) FROM site_traces") == 0


@pytest.mark.slow
def test_the_order_of_the_pages_does_not_matter(newsroom: Newsroom, tmp_path: Path) -> None:
    home = newsroom([3, 1, 0, 5, 2, 4])
    assert CliRunner().invoke(main, ["--home", str(home.path), "reclean", "--force"]).exit_code == 0
    sql = "SELECT url, text, html FROM articles ORDER BY url"
    with Store.open(home.database, read_only=True) as store:
        once = store.db.execute(sql).fetchall()
        store.db.close()
    for file in [home.database, *home.archive.iterdir()]:
        file.unlink()
    newsroom(range(3))
    run(home)
    newsroom(range(3, 6))
    run(home)
    with Store.open(home.database, read_only=True) as store:
        assert store.db.execute(sql).fetchall() == once
