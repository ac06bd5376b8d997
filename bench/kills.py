"""Kill a long crawl a hundred times (-9) at random moments, and compare what is left with an undisturbed one.

    python -m bench.kills [--kills 100] [--sources 20] [--articles 120] [--longest 4.0] [--seed 1]

The newsrooms are made from the sample newspaper, or from COPYDESK_CORPUS with --corpus. When a crawl has
come to its end in spite of all, the newsrooms publish another edition, in which a fifth of the articles is
edited, and it goes on. Then the same editions are crawled without a kill. The exit code is 1 if the two
datasets differ in anything but times, numbers of runs, guids and places in the archive, if one is damaged, or
if a page of the killed one cannot be read back.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from scrapy.settings import Settings
from scrapy.utils.misc import load_object

import crawler.cli.crawl
import crawler.crawling  # noqa: F401 - loaded once, for all crawls
from bench import costs
from bench.crawl import age
from bench.newsrooms import Newsrooms, Served, corpus_templates, sample_templates, serve
from crawler import settings as own_settings
from crawler.cli import main as copydesk
from exporters.archive import Archive
from exporters.store.snapshots import COLUMNS, JOIN, row_to_snapshot
from pipelines.clean import clean
from pipelines.errors import ArchiveError
from pipelines.types import Page

#: A crawl is killed after so many answers at most.
MOST_ANSWERS = 60

#: What is compared, each with what it is called. An article goes by its address, whatever its number.
COMPARED = {
    "articles": "SELECT a.url, a.source, a.status, a.reason, a.canonical_url, a.title, a.alternative_title,"
    " a.standfirst, a.authors, a.published, a.modified, a.language, a.section, a.tags, a.image, a.dateline,"
    " a.robots, a.word_count, a.content_hash, a.text, a.html, o.url"
    " FROM articles AS a LEFT JOIN articles AS o ON o.id = a.duplicate_of",
    "removed blocks": "SELECT a.url, r.position, r.text, r.removed_by, r.why, r.confidence"
    " FROM removed_blocks AS r JOIN articles AS a ON a.id = r.article",
    "evidence": "SELECT a.url, e.position, e.field, e.origin, e.raw, e.chosen"
    " FROM evidence AS e JOIN articles AS a ON a.id = e.article",
    "revisions by the publisher": "SELECT a.url, r.title, r.alternative_title, r.authors, r.published,"
    " r.modified, r.text FROM revisions AS r JOIN articles AS a ON a.id = r.article"
    " WHERE r.changed_by = 'publisher'",
    "addresses": "SELECT a.url, k.key FROM addresses AS k JOIN articles AS a ON a.id = k.article",
    "entries": "SELECT a.url, e.kind, e.via, e.feed_id, e.said"
    " FROM entries AS e JOIN articles AS a ON a.id = e.article",
    "what sites repeat": "SELECT host, kind, key, example, articles, of, confidence, verdict"
    " FROM site_blocks",
    "failures": "SELECT url, source, reason FROM failures",
    "polls": "SELECT url, kind, source, etag, body_hash, status, failures FROM fetch_state",
}


def warm_up(rooms: Newsrooms) -> None:
    """Load what the first crawl of a process would load: a crawl then lives for its pages."""
    settings = Settings()
    settings.setmodule(own_settings)
    for name in ("DOWNLOADER_MIDDLEWARES", "EXTENSIONS", "ITEM_PIPELINES", "SPIDER_MIDDLEWARES"):
        for component in settings.get_component_priority_dict_with_base(name):
            load_object(component)
    for name in ("DUPEFILTER_CLASS", "LOG_FORMATTER", "SCHEDULER", "SCHEDULER_PRIORITY_QUEUE", "STATS_CLASS"):
        load_object(settings[name])
    url = rooms.bases[0] + rooms.path(0, 0)
    clean(Page(url=url, body=rooms.answer(0, rooms.path(0, 0), 0).body))


def fork(home: Path, log: Path) -> int:
    """A crawl of its own process that has everything loaded; its number."""
    pid = os.fork()
    if pid:
        return pid
    code = 70
    try:
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        for number in (1, 2):
            os.dup2(output, number)
        copydesk(["--home", str(home), "crawl"], prog_name="copydesk")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - a fork must not return
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def leg(home: Path, log: Path, is_time: Callable[[int], bool] | None = None) -> int | None:
    """A crawl that is killed when ``is_time`` says so of its process; its exit code, or None if it was killed
    before its end."""
    pid = fork(home, log)
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        if is_time is not None and is_time(pid):
            os.kill(pid, signal.SIGKILL)
            code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            return None if code == -signal.SIGKILL else code
        time.sleep(0.002)


def is_settled(home: Path) -> bool:
    """Whether no article waits for being cleaned again."""
    with closing(sqlite3.connect(home / "news.db")) as db:
        return bool(db.execute("SELECT count(*) = 0 FROM site_traces WHERE due = 1").fetchone()[0])


def finish(home: Path, log: Path, most: int = 50) -> list[str]:
    """Crawl undisturbed until there is nothing left to do."""
    for _ in range(most):
        code = leg(home, log)
        if code:
            return [f"a crawl ended with {code}"]
        if is_settled(home):
            return []
    return [f"articles still wait for being cleaned again after {most} crawls"]


def moment(served: Served, dice: random.Random, longest: float) -> Callable[[int], bool]:
    """When to kill: in one of four crawls after some CPU, at its beginning or its end then; else after some
    of its requests and a few milliseconds more."""
    seconds = dice.uniform(0.0, longest)
    if dice.random() < 0.25:
        return lambda pid: costs.spent(pid) >= seconds
    answers = served.answered + dice.randint(1, MOST_ANSWERS)
    later = dice.uniform(0.0, 0.05)
    end = longest + seconds  # where there is not so much to ask for

    def is_time(pid: int) -> bool:
        nonlocal end
        if served.answered >= answers:
            end = min(end, costs.spent(pid) + later)
        return costs.spent(pid) >= end

    return is_time


def next_edition(home: Path, served: Served, edition: int) -> None:
    served.publish(edition)
    age(home, timedelta(minutes=55))  # feeds are due, looks on a schedule are not


def killed(
    home: Path,
    served: Served,
    log: Path,
    *,
    kills: int,
    longest: float,
    dice: random.Random,
    tell: Callable[[str], None] = lambda _: None,
) -> tuple[int, list[str]]:
    """Crawl, killed so often; the number of the last edition, and what went wrong."""
    wrong: list[str] = []
    done = edition = 0
    while done < kills:
        code = leg(home, log, moment(served, dice, longest))
        if code is None:
            done += 1
            if done % 10 == 0:
                tell(f"{done} kills, edition {edition}, {_stored(home)} articles")
        elif code:
            wrong.append(f"after {done} kills a crawl ended with {code}")
            break
        elif is_settled(home):
            edition += 1
            next_edition(home, served, edition)
    return edition, wrong + finish(home, log)


def undisturbed(home: Path, served: Served, log: Path, editions: int) -> list[str]:
    served.publish(0)
    wrong = finish(home, log)
    for edition in range(1, editions + 1):
        next_edition(home, served, edition)
        wrong += finish(home, log)
    return wrong


def _stored(home: Path) -> int:
    try:
        with closing(sqlite3.connect(home / "news.db")) as db:
            return int(db.execute("SELECT count(*) FROM articles").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def differences(one: Path, other: Path) -> list[str]:
    """In words, where two homes hold something else."""
    said = []
    with closing(sqlite3.connect(one / "news.db")) as a, closing(sqlite3.connect(other / "news.db")) as b:
        for name, sql in COMPARED.items():
            mine, others = Counter(a.execute(sql).fetchall()), Counter(b.execute(sql).fetchall())
            if mine == others:
                continue
            extra, lost = mine - others, others - mine
            said.append(f"{name}: {extra.total()} rows of the one, {lost.total()} of the other")
            for sign, several in (("+", extra), ("-", lost)):
                for row in sorted(several, key=str)[:3]:
                    said.append(f"  {sign} {_short(row)}")
    return said


def _short(row: tuple[Any, ...]) -> str:
    return " | ".join(str(value)[:60] for value in row)


def damage(home: Path, rooms: Newsrooms) -> list[str]:
    """What is broken in the dataset or its archive, lost, or twice."""
    said = []
    with closing(sqlite3.connect(home / "news.db")) as db:
        db.execute("PRAGMA foreign_keys = ON")
        for check in ("integrity_check", "foreign_key_check"):
            found = db.execute(f"PRAGMA {check}").fetchall()
            if found not in ([("ok",)], []):
                said.append(f"{check}: {found[:3]}")
        db.execute("INSERT INTO articles_fts (articles_fts) VALUES ('integrity-check')")
        stored = Counter(url for (url,) in db.execute("SELECT url FROM articles"))
        places = db.execute(
            f"SELECT {COLUMNS} FROM articles AS a JOIN snapshots AS s ON s.id = a.snapshot {JOIN}"
        ).fetchall()
    if set(stored) != set(rooms.urls()) or stored.total() != len(stored):
        lost, more = set(rooms.urls()) - stored.keys(), stored.keys() - set(rooms.urls())
        said.append(f"{len(lost)} articles lost, {len(more)} too many, {stored.total() - len(stored)} twice")
    archive = Archive(home / "archive")
    broken = 0
    for place in places:
        try:
            archive.read(row_to_snapshot(place))
        except ArchiveError:
            broken += 1
    if broken or len(places) != stored.total():
        said.append(f"{broken} pages cannot be read back, {stored.total() - len(places)} have none")
    if set(rooms.urls()) - {snapshot.url for snapshot, _ in archive.answers()}:
        said.append("pages are missing from the archive")
    return said


def compare(
    rooms: Newsrooms,
    folder: Path,
    *,
    kills: int,
    longest: float,
    seed: int,
    tell: Callable[[str], None] = lambda _: None,
) -> list[str]:
    """The whole trial; what went wrong."""
    homes = folder / "killed", folder / "undisturbed"
    log = folder / "output"
    with serve(rooms, folder / "requests") as served:
        for home in homes:
            home.mkdir()
            rooms.write_sources(home)
        warm_up(rooms)
        began = time.monotonic()
        editions, wrong = killed(
            homes[0], served, log, kills=kills, longest=longest, dice=random.Random(seed), tell=tell
        )
        asked = sum(hit.path.startswith("/news/") for hit in served.hits())
        took = time.monotonic() - began
        tell(f"{kills} kills in {took:.0f} s, {editions + 1} editions, {asked} pages asked for")
        middle, began = time.time(), time.monotonic()
        wrong += undisturbed(homes[1], served, log, editions)
        asked = sum(hit.path.startswith("/news/") for hit in served.hits(middle))
        tell(f"undisturbed in {time.monotonic() - began:.0f} s, {asked} pages asked for")
    return wrong + differences(*homes) + damage(homes[0], rooms)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.kills", description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--sources", type=int, default=20)
    parser.add_argument("--articles", type=int, default=120)
    parser.add_argument(
        "--longest", type=float, default=4.0, metavar="SECONDS", help="of CPU that a crawl may live"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus", action="store_true", help="pages of COPYDESK_CORPUS, 30 to 100 KB")
    parser.add_argument("--folder", type=Path, help="keep both homes here; the folder must not exist")
    options = parser.parse_args()
    templates = corpus_templates(30_000, 100_000) if options.corpus else sample_templates()
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=30)
    rooms = Newsrooms(templates, sources=options.sources, articles=options.articles, began=began)
    with tempfile.TemporaryDirectory(prefix="copydesk-bench-") as temporary:
        folder = options.folder or Path(temporary) / "homes"
        folder.mkdir(parents=True)
        wrong = compare(
            rooms,
            folder,
            kills=options.kills,
            longest=options.longest,
            seed=options.seed,
            tell=lambda line: print(line, flush=True),
        )
    for line in wrong:
        print(line if line.startswith(" ") else f"wrong: {line}")
    if not wrong:
        print("the same dataset, whole; nothing lost, nothing twice")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
