"""A first crawl of many newsrooms on loopback beside a bare Scrapy spider, and crawls that find nothing new.

    COPYDESK_CORPUS=… python -m bench.crawl [--sources 500] [--articles 40] [--smallest 100] [--largest 200]

The newsrooms are made from the corpus's pages (newsrooms.py). Printed are pages a second of both, and the
CPU of all processes a page. Then the same home is crawled again: at once, hours later, with --all, and after
a day; what the server was asked for is held against what it may be asked for. The exit code is 1 if that is
more than it should be, if an article is missing, or if a byte of a feed has changed.

--memory prints what the crawl has in memory after every so many pages instead, and fails where the end is
more than 1.2 times what it had after a tenth.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import time
from typing import Any

from bench import costs
from bench.costs import Cost
from bench.newsrooms import Hit, Newsrooms, Served, corpus_templates, sample_templates, serve

#: Times that say when something is due, by table.
TIMES = {
    "checks": ("due",),
    "fetch_state": ("last_checked", "last_changed", "listing_changed", "next_poll"),
    "robots": ("checked", "failed"),
    "failures": ("first_failed", "last_failed"),
}
#: Memory after all pages, in units of that after a tenth of them.
FLAT = 1.2


def environment() -> dict[str, str]:
    proxies = {"http_proxy", "https_proxy", "all_proxy", "no_proxy"}
    return {name: value for name, value in os.environ.items() if name.lower() not in proxies}


def crawl_command(home: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "crawler.cli", "--home", str(home), "crawl", *arguments]


def rows(home: Path, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(home / "news.db")) as db:
        return db.execute(sql, parameters).fetchall()


def age(home: Path, by: timedelta) -> None:
    """As if everything that is asked for on a schedule had last been asked for so much earlier."""
    with closing(sqlite3.connect(home / "news.db")) as db, db:
        for table, columns in TIMES.items():
            for column in columns:
                earlier = f"strftime('%Y-%m-%dT%H:%M:%SZ', {column}, '-{by.total_seconds()} seconds')"
                db.execute(f"UPDATE {table} SET {column} = {earlier} WHERE {column} IS NOT NULL")


def feeds(home: Path) -> dict[str, str]:
    """The published feeds and what is in them."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((home / "feeds").iterdir())
        if path.is_file()
    }


def excess(hits: Sequence[Hit], *, feeds_due: int, looks_due: int, robots_due: bool) -> list[str]:
    """What was asked for and should not have been, of a crawl with nothing new."""
    said = []
    for what, asked, wanted in (
        ("feeds and sitemaps", [hit for hit in hits if hit.path.endswith(".xml")], feeds_due),
        ("articles", [hit for hit in hits if hit.path.startswith("/news/")], looks_due),
    ):
        times = Counter((hit.source, hit.path) for hit in asked)
        if len(times) > wanted:
            said.append(f"{len(times)} {what} were asked for, {wanted} were due")
        said += [f"source {s}: {path} was asked for {n} times" for (s, path), n in times.items() if n > 1]
        bold = sum(not hit.conditional for hit in asked)
        if bold:
            said.append(f"{bold} requests for {what} were not conditional")
    robots = Counter(hit.source for hit in hits if hit.path == "/robots.txt")
    if robots and not robots_due:
        said.append(f"robots.txt was asked for {robots.total()} times within a day")
    said += [f"source {s}: robots.txt was asked for {n} times" for s, n in robots.items() if n > 1]
    return said


def due(home: Path) -> tuple[int, int]:
    """Feeds and sitemaps whose time has come, and articles to look at again."""
    now = f"{datetime.now(UTC) + timedelta(minutes=5):%Y-%m-%dT%H:%M:%SZ}"
    ((polls,),) = rows(home, "SELECT count(*) FROM fetch_state WHERE coalesce(next_poll, '') <= ?", now)
    ((looks,),) = rows(
        home,
        "SELECT coalesce(sum(min(n, 100)), 0) FROM (SELECT count(*) AS n"
        " FROM checks JOIN articles ON id = article"
        " WHERE due <= ? AND status IN ('article', 'rejected') GROUP BY checks.source)",
        now,
    )
    return polls, looks


def again(home: Path, served: Served, log: Path) -> list[str]:
    """The crawls that find nothing new; what went wrong."""
    wrong: list[str] = []
    steps = [
        ("at once", timedelta(), (), False),
        ("3 hours later", timedelta(hours=3), (), False),
        ("--all", timedelta(), ("--all",), False),
        ("25 hours later", timedelta(hours=25), (), True),
    ]
    for name, later, arguments, robots_due in steps:
        before = feeds(home)
        age(home, later)
        polls, looks = due(home)
        if arguments:
            ((polls,),) = rows(home, "SELECT count(*) FROM fetch_state")
        since = time()
        cost = costs.run(crawl_command(home, *arguments), env=environment(), out=log)
        hits = served.hits(since)
        said = excess(hits, feeds_due=polls, looks_due=looks, robots_due=robots_due)
        if cost.code:
            said.append(f"exit code {cost.code}")
        if feeds(home) != before:
            changed = [file for file, digest in feeds(home).items() if before.get(file) != digest]
            said.append(f"{len(changed)} feeds changed")
        kinds = Counter(
            "feeds" if h.path.endswith(".xml") else "robots.txt" if h.path == "/robots.txt" else "articles"
            for h in hits
        )
        print(
            f"{name:16} {cost.seconds:6.1f} s, {cost.cpu:6.1f} s of CPU; due: {polls} feeds and sitemaps,"
            f" {looks} looks; asked for: {dict(sorted(kinds.items())) or 'nothing'}",
            flush=True,
        )
        wrong += [f"{name}: {line}" for line in said]
    return wrong


def first(home: Path, rooms: Newsrooms, log: Path) -> list[str]:
    """The first crawl beside the bare spider; what went wrong."""
    pages = rooms.sources * rooms.articles
    bare = costs.run(
        [sys.executable, "-m", "bench.bare", *(f"{base}/feed.xml" for base in rooms.bases)],
        env=environment(),
        out=log,
    )
    read = int(log.read_text("utf-8").split()[-1])
    _print("bare spider", bare, pages)
    own = costs.run(crawl_command(home), env=environment(), out=log)
    _print("copydesk crawl", own, pages)
    print(f"{'on top':16} {1000 * (own.cpu - bare.cpu) / pages:.1f} ms of CPU a page", flush=True)
    wrong = []
    if read != pages:
        wrong.append(f"the bare spider read {read} of {pages} pages")
    wrong += missing(home, rooms)
    if own.code:
        wrong.append(f"the first crawl: exit code {own.code}: {log.read_text('utf-8')[-500:]}")
    by_status = dict(rows(home, "SELECT status, count(*) FROM articles GROUP BY status"))
    size = (home / "news.db").stat().st_size
    packed = sum(file.stat().st_size for file in (home / "archive").iterdir())
    print(f"{'stored':16} {by_status}, dataset {size / 2**20:.0f} MB, archive {packed / 2**20:.0f} MB")
    return wrong


def _print(name: str, cost: Cost, pages: int) -> None:
    print(
        f"{name:16} {cost.seconds:6.1f} s, {pages / cost.seconds:6.1f} pages a second,"
        f" {1000 * cost.cpu / pages:6.1f} ms of CPU a page",
        flush=True,
    )


def missing(home: Path, rooms: Newsrooms) -> list[str]:
    """Each article of the newsrooms is one row."""
    stored = Counter(str(url) for (url,) in rows(home, "SELECT url FROM articles"))
    wanted = set(rooms.urls())
    said = []
    if wanted - stored.keys():
        said.append(f"{len(wanted - stored.keys())} articles are missing")
    if stored.keys() - wanted or stored.total() > len(stored):
        said.append("there are articles that nobody published, or articles twice")
    return said


def memory(home: Path, served: Served, log: Path, pages: int) -> list[str]:
    """Crawl, and print what the process has in memory as pages come in."""
    told: list[tuple[int, float]] = []
    step = max(1, pages // 20)
    position = seen = 0

    def watch(pid: int) -> None:
        nonlocal position, seen
        with served.log.open(encoding="ascii") as lines:
            lines.seek(position)
            seen += lines.read().count("/news/")
            position = lines.tell()
        size = costs.resident(pid)
        if size is not None and seen >= step * (len(told) + 1):
            told.append((seen, size))
            print(f"{seen:7} pages: {size:.0f} MB", flush=True)

    costs.run(crawl_command(home), env=environment(), out=log, watch=watch)
    tenth = next((size for count, size in told if count >= pages // 10), None)
    if tenth is None:
        return ["the crawl was too short to tell"]
    ratio = told[-1][1] / tenth
    print(f"{ratio:.2f} times what it was after {pages // 10} pages")
    return [f"memory grew to {ratio:.2f} times"] if ratio > FLAT else []


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.crawl", description=__doc__.partition("\n")[0])
    parser.add_argument("--sources", type=int, default=500)
    parser.add_argument("--articles", type=int, default=40)
    parser.add_argument("--smallest", type=int, default=100, metavar="KB", help="of the corpus's pages")
    parser.add_argument("--largest", type=int, default=200, metavar="KB")
    parser.add_argument("--sample", action="store_true", help="small pages, made from the sample newspaper")
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--first-only", action="store_true")
    parser.add_argument("--home", type=Path, help="keep the home in this folder, which must not exist")
    options = parser.parse_args()
    templates = (
        sample_templates()
        if options.sample
        else corpus_templates(1000 * options.smallest, 1000 * options.largest)
    )
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=30)
    rooms = Newsrooms(templates, sources=options.sources, articles=options.articles, began=began)
    with tempfile.TemporaryDirectory(prefix="copydesk-bench-") as folder:
        home = options.home or Path(folder) / "home"
        log = Path(folder) / "output"
        home.mkdir(parents=True)
        with serve(rooms, Path(folder) / "requests") as served:
            rooms.write_sources(home)
            if options.memory:
                wrong = memory(home, served, log, options.sources * options.articles)
            else:
                wrong = first(home, rooms, log)
                if not options.first_only:
                    wrong += again(home, served, log)
    for line in wrong:
        print(f"wrong: {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
