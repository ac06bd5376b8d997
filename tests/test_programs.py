"""docs/programs.md: its blocks run as they stand, against a dataset that is being written."""

from __future__ import annotations

import os
import re
import sys
import threading
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from exporters.store import Store
from pipelines.types import Article, Author

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "programs.md"
BLOCKS = re.findall(r"^```python\n(.+?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


def needs(block: str) -> set[str]:
    """What a block imports, beyond Python."""
    names = set(re.findall(r"^(?:import|from) (\w+)", block, re.MULTILINE))
    return names - sys.stdlib_module_names


def write(store: Store, number: int, title: str = "A headline") -> None:
    url = f"https://www.example.org/{number}"
    store.save(
        Article(
            url=url,
            raw_url=url,
            status="article",
            title=f"{title} {number}",
            text=f"A story about number {number}. " * 20,
            html="<p>A story.</p>",
            content_hash=f"{title} {number}",
            word_count=100,
            authors=(Author(name=f"Author {number % 3}", kind="person"),),
            tags=("bridge", "ferry"),
        ),
        source="ferry",
        now=START + timedelta(minutes=number),
        cleaner_version="1",
    )


@pytest.fixture
def crawling(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A home called data, here, in which articles keep arriving; ``stop()`` ends that, and its run."""
    (tmp_path / "data" / "sources").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    command = tmp_path / "bin" / "copydesk"
    command.parent.mkdir()
    command.write_text(
        f'#!/bin/sh\nPYTHONPATH="{ROOT}:$PYTHONPATH" exec "{sys.executable}" -m crawler.cli "$@"\n'
    )
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{command.parent}{os.pathsep}{os.environ['PATH']}")
    path = tmp_path / "data" / "news.db"
    with Store.open(path) as store:
        run = store.begin_run(now=START, version="1")
        for number in range(30):
            write(store, number)
        write(store, 3, "Another headline")
        store.finish_run(run, [], now=START + timedelta(hours=1))
    ended = threading.Event()

    def crawl() -> None:
        with Store.open(path) as store:
            run = store.begin_run(now=START + timedelta(hours=2), version="1")
            number = 30
            while not ended.wait(0.01):
                write(store, number)
                number += 1
            store.finish_run(run, [], now=START + timedelta(hours=3))

    thread = threading.Thread(target=crawl)
    thread.start()

    def stop() -> None:
        ended.set()
        thread.join()

    yield stop
    stop()


@pytest.mark.slow
def test_the_blocks_that_need_nothing_but_python(crawling: Any, capfd: pytest.CaptureFixture[str]) -> None:
    plain = [block for block in BLOCKS if not needs(block)]
    assert len(plain) >= 5
    names: dict[str, Any] = {}
    for block in plain:
        exec(compile(block, str(PAGE), "exec"), names)
    assert len(capfd.readouterr().out.splitlines()) == 5
    assert len(names["names"]) == 3
    assert ("A headline 3", "Another headline 3") in names["edited"]
    assert names["run"] == 1
    assert len(names["copy"]) >= 30
    crawling()
    assert names["update"](names["copy"], names["run"]) == 2
    while rows := names["since"](names["number"]):
        names["texts"].update({row["article"]: row["text"] for row in rows})
        names["number"] = rows[-1]["number"]
    with Store.open("data/news.db", read_only=True) as store:
        assert {a.id: a.text for a in store.articles()} == names["texts"]
        assert names["copy"].keys() == names["texts"].keys()


@pytest.mark.slow
def test_every_block(crawling: Any, capfd: pytest.CaptureFixture[str]) -> None:
    wanted = {name for block in BLOCKS for name in needs(block)} | {"pyarrow"}
    missing = sorted(name for name in wanted if find_spec(name) is None)
    if missing:
        pytest.skip(f"without {', '.join(missing)}, which together are larger than all else")
    names: dict[str, Any] = {}
    for block in BLOCKS:
        exec(compile(block, str(PAGE), "exec"), names)
    assert names["by_tag"]["bridge"] == len(names["articles"])
    assert names["words"] >= 30 * 100
    assert "ferry" in capfd.readouterr().out
