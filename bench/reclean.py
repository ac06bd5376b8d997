"""How fast ``copydesk reclean`` goes through an archive, beside clean() alone on the same pages.

``COPYDESK_CORPUS=… python -m bench.reclean [--pages 10000]``. The archive is made of the corpus' pages, each
under as many sites of its own as it takes, in a temporary home that is gone afterwards.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

from bench import corpus
from crawler.home import Home
from crawler.processes import Team, cores
from crawler.recleaning import Recleaning
from exporters.archive import Archive
from exporters.store import Store
from pipelines.clean import clean
from pipelines.types import Article, Page

#: Sources of the archive; and about how many pages clean() alone is timed on.
SOURCES, TIMED = 20, 300
FETCHED = datetime(2026, 3, 1, tzinfo=UTC)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.reclean", description=__doc__)
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--jobs", type=int, default=cores())
    options = parser.parse_args()
    root = corpus.folder()
    rows = [row for name in ("fundus", "families", "wcxb") for row in corpus.load(name, root)]
    plain = [Page(url=row.url, body=row.read()) for row in rows[:: max(1, len(rows) // TIMED)]]
    began = time.monotonic()
    team = Team(do=_clean, jobs=options.jobs, prepare=_warm)
    for _ in team.each(plain):
        pass
    alone = len(plain) / (time.monotonic() - began)
    print(f"clean() alone: {alone:.1f} pages a second with {options.jobs} processes")
    with tempfile.TemporaryDirectory(prefix="copydesk-bench-") as folder:
        home = Home(Path(folder))
        _fill(home, rows, options.pages)
        told = _reclean(home, options.jobs)
        print(f"the first time, sites' memories learned on the way: {told}")
        with Store.open(home.database) as store, store.transaction():
            store.db.execute("DELETE FROM cleanings")
        told = _reclean(home, options.jobs)
        print(f"again, all of it due and nothing changed: {told}")
        print(f"and once more, nothing due: {_reclean(home, options.jobs)}")


def _clean(page: Page) -> int:
    return clean(page).word_count


def _warm() -> None:
    clean(Page(url="https://www.example.org/", body=b"<p>The first page loads the models.</p>"))


def _fill(home: Home, rows: Sequence[corpus.Row], count: int) -> None:
    """Each row's article is that of the corpus' page, so that a first cleaning finds little to change."""
    home.sources.mkdir()
    known: dict[str, tuple[bytes, Article]] = {}
    with Archive(home.archive) as archive, Store.open(home.database) as store:
        copies = ((copy, row) for copy in range(count) for row in rows)
        batch = list(islice(copies, count))
        for at in range(0, count, 100):
            with store.transaction():
                for copy, row in batch[at : at + 100]:
                    key = f"{row.set} {row.id}"
                    if key not in known:
                        body = row.read()
                        known[key] = body, clean(Page(url=row.url, body=body))
                    body, article = known[key]
                    parts = urlsplit(row.url)
                    url = f"https://copy{copy}-{row.domain}{parts.path}?{row.set}-{row.id}"
                    snapshot = archive.write(
                        url,
                        status=200,
                        headers=[(b"Content-Type", b"text/html")],
                        body=body,
                        fetched=FETCHED.strftime("%Y-%m-%dT%H:%M:%SZ"),
                    )
                    store.save(
                        replace(article, url=url, raw_url=url, canonical_url=None),
                        source=f"source-{hash_of(row.domain) % SOURCES:02}",
                        now=FETCHED,
                        snapshot=snapshot,
                    )
    with Store.open(home.database) as store:
        (stored,) = store.db.execute("SELECT count(*) FROM articles").fetchone()
        print(f"{stored} pages in the archive")


def hash_of(text: str) -> int:
    return sum(text.encode())


def _reclean(home: Home, jobs: int) -> str:
    began = time.monotonic()
    with Recleaning(home, jobs=jobs, force=True) as run:
        reports = list(run.run(run.sources()))
    seconds = time.monotonic() - began
    due, changed = sum(r.due for r in reports), sum(r.changed for r in reports)
    failed = sum(r.failed for r in reports)
    return (
        f"{due} due, {changed} changed, {failed} failed, {seconds:.1f} s,"
        f" {due / seconds:.1f} pages a second with {jobs} processes"
    )


if __name__ == "__main__":
    main()
