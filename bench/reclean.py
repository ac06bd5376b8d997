"""``copydesk reclean`` over a large archive, killed in the middle; how fast it is beside clean() alone.

``COPYDESK_CORPUS=… python -m bench.reclean [--pages 10000]``. The archive is made of some pages of
the corpus, each under many addresses, in a temporary home that is gone afterwards. Stored is what each page
alone says, so that the sites' memories have something to change.
"""

from __future__ import annotations

import argparse
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from bench import corpus
from crawler.home import Home
from crawler.processes import Team, cores
from exporters.archive import Archive
from exporters.store import Store
from pipelines.clean import clean, finish, read
from pipelines.types import Page
from pipelines.urls import canonicalise, identity

#: Sources of the archive; different pages in it; and how many of them clean() alone is timed on.
SOURCES, PAGES, TIMED = 20, 600, 300
FETCHED = datetime(2026, 3, 1, tzinfo=UTC)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.reclean", description=__doc__)
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--jobs", type=int, default=cores())
    options = parser.parse_args()
    root = corpus.folder()
    rows = [row for name in ("families", "fundus", "wcxb") for row in corpus.load(name, root)]
    rows = rows[:: max(1, len(rows) // PAGES)]
    with tempfile.TemporaryDirectory(prefix="copydesk-bench-") as folder:
        home = Home(Path(folder))
        _fill(home, rows, options.pages)
        said = _count(home.database, "articles")
        print(f"{said} pages in the archive", flush=True)
        before = _alone(rows, options.jobs)
        print(f"clean() alone: {before:.1f} pages a second with {options.jobs} processes", flush=True)
        process, began = _start(home, options.jobs), time.monotonic()
        while process.poll() is None and _done(home) < said // 2:
            time.sleep(0.1)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        halfway, seconds = _done(home), time.monotonic() - began
        print(f"killed after {halfway} pages, {halfway / seconds:.1f} a second", flush=True)
        process, began = _start(home, options.jobs), time.monotonic()
        out, err = process.communicate()
        seconds = time.monotonic() - began
        speed = (said - halfway) / seconds
        print(out, err, sep="\n")
        print(f"the other {said - halfway}: {seconds:.0f} s, {speed:.1f} pages a second", flush=True)
        after = _alone(rows, options.jobs)
        print(f"clean() alone, once more: {after:.1f} pages a second")
        problems = _problems(home, said)
        out, err = _start(home, options.jobs).communicate()
        print(f"and once more: {out.strip()}")
        print("\n".join(problems) or "nothing is lost, nothing is there twice")
    return 1 if problems or process.returncode else 0


def _start(home: Home, jobs: int) -> subprocess.Popen[str]:
    words = ["--home", str(home.path), "reclean", "--force", "--jobs", str(jobs)]
    return subprocess.Popen(
        [sys.executable, "-m", "crawler.cli", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "COPYDESK_HOME": str(home.path)},
    )


def _done(home: Home) -> int:
    """Articles whose cleaning is written, or kept aside until all of their source are looked at."""
    return _count(home.database, "cleanings") + _count(home.galley, "cleaned")


def _count(file: Path, table: str) -> int:
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=30)) as db:
            return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
    except sqlite3.OperationalError:  # not there yet, or not there any more
        return 0


def _problems(home: Home, articles: int) -> list[str]:
    found = []
    with closing(sqlite3.connect(home.database)) as db:
        for sql, wanted in (
            ("SELECT count(*) FROM articles", articles),
            ("SELECT count(*) FROM cleanings", articles),
            ("SELECT count(*) FROM (SELECT article FROM revisions GROUP BY 1 HAVING count(*) > 1)", 0),
            ("SELECT count(*) FROM articles WHERE status = 'article' AND text = ''", 0),
            ("PRAGMA integrity_check", "ok"),
        ):
            (got,) = db.execute(sql).fetchone()
            if got != wanted:
                found.append(f"{sql}: {got}, not {wanted}")
    return found


def _alone(rows: Sequence[corpus.Row], jobs: int) -> float:
    """Pages a second, without archive and dataset."""
    pages = [Page(url=row.url, body=row.read()) for row in rows[:: max(1, len(rows) // TIMED)]]
    began = time.monotonic()
    for _ in Team(do=_clean, jobs=jobs, prepare=_warm).each(pages):
        pass
    return len(pages) / (time.monotonic() - began)


def _clean(page: Page) -> int:
    return clean(page).word_count


def _warm() -> None:
    clean(Page(url="https://www.example.org/", body=b"<p>The first page loads the models.</p>"))


def _fill(home: Home, rows: Sequence[corpus.Row], count: int) -> None:
    """Each row again and again, as an article of its own each time."""
    home.sources.mkdir()
    with Archive(home.archive) as archive, Store.open(home.database) as store:
        for number, row in enumerate(rows):
            body = row.read()
            reading = read(Page(url=row.url, body=body))
            article = finish(reading)
            parts = urlsplit(row.url)
            with store.transaction():
                for copy in range(number, count, len(rows)):
                    url = canonicalise(f"https://{row.domain}{parts.path}?{row.set}-{row.id}={copy}")
                    snapshot = archive.write(
                        url,
                        status=200,
                        headers=[(b"Content-Type", b"text/html")],
                        body=body,
                        fetched=FETCHED.strftime("%Y-%m-%dT%H:%M:%SZ"),
                    )
                    store.save(
                        # of one text on one site the dataset has one article
                        replace(article, url=url, raw_url=url, canonical_url=None, content_hash=str(copy)),
                        source=f"source-{sum(row.domain.encode()) % SOURCES:02}",
                        now=FETCHED,
                        snapshot=snapshot,
                        trace=replace(reading.trace, article=identity(url)),
                    )


if __name__ == "__main__":
    sys.exit(main())
