"""``python -m bench.remembering``: what a site's memory costs, as a share of a page's cleaning. CPU time.

Over ``families``, twelve articles a site: each page is read, cleaned without memory, looked at, recalled and
stored with its trace; then each site is counted as at the end of a crawl, and opened as at the next one's
beginning. Pages come one after the other as in a crawl, so that nothing is warm.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bench import corpus
from exporters.store import Store, memory
from pipelines.boilerplate.memory import SiteMemory, site_of
from pipelines.boilerplate.traces import Trace
from pipelines.clean import finish, read
from pipelines.types import Page

NOW = datetime(2026, 3, 1, tzinfo=UTC)
#: What each number is, in the order in which it is shown.
_PARTS = {
    "clean": "cleaning without a memory",
    "observe": "looking at the page",
    "recall": "asking the memory",
    "trace": "the trace: packing it, its state, its row",
    "open": "opening the sites' memories, each once",
    "count": "counting the sites anew, each once",
}

_spent: defaultdict[str, float] = defaultdict(float)


@contextmanager
def _timed(part: str) -> Iterator[None]:
    began = time.process_time()
    yield
    _spent[part] += time.process_time() - began


def main() -> int:
    argparse.ArgumentParser(prog="python -m bench.remembering", description=__doc__).parse_args()
    rows = corpus.load("families", corpus.folder())
    pages: dict[str, list[Page]] = defaultdict(list)
    for row in rows:
        pages[site_of(row.url)].append(Page(url=row.url, body=row.read()))
    with (
        tempfile.TemporaryDirectory(prefix="copydesk-bench-") as folder,
        Store.open(Path(folder) / "news.db") as store,
    ):
        for site, several in pages.items():
            _first_visit(store, site, several)
        _spent.clear()  # what came before has loaded the models and filled the dataset
        for site, several in pages.items():
            _visit(store, site, several)
    number = sum(map(len, pages.values()))
    print(f"{number} pages of {len(pages)} sites, ms of CPU a page\n")
    for part, what in _PARTS.items():
        print(f"{1000 * _spent[part] / number:8.2f}  {_spent[part] / _spent['clean']:6.1%}  {what}")
    whole = sum(_spent[part] for part in _PARTS if part != "clean")
    print(f"{1000 * whole / number:8.2f}  {whole / _spent['clean']:6.1%}  memory as a whole")
    return 0


def _first_visit(store: Store, site: str, pages: list[Page]) -> None:
    for page in pages:
        reading = read(page)
        store.save(finish(reading), source="bench", now=NOW, trace=reading.trace)
    store.recount(site)


def _visit(store: Store, site: str, pages: list[Page]) -> None:
    with _timed("open"):
        known = store.site_memory(site)
    for page in pages:
        with _timed("clean"):
            reading = read(page)
            article = finish(reading)
        with _timed("observe"):
            observed = reading.observed
        with _timed("recall"):
            known.recall(observed)
        _remember(store, site, known, article.url, reading.trace)
    with _timed("count"):
        recounted = store.recount(site)
        store.outdated(site, recounted)


def _remember(store: Store, site: str, known: SiteMemory, url: str, trace: Trace) -> None:
    stored = store.article(url)
    if stored is None:  # no article
        return
    with store.transaction(), _timed("trace"):
        memory.remember(store.db, stored.id, site, trace, known.state(trace))


if __name__ == "__main__":
    sys.exit(main())
