"""Feeds made of recorded pages, before the W3C's validator and a feed reader.

``python -m bench.feeds --validator CHECKOUT [--python PYTHON] [HOME…]``: CHECKOUT is a checkout of
github.com/w3c/feedvalidator, PYTHON one that has lxml, html5lib and rdflib. Each set of pages becomes a home;
homes named are looked at as they are (``copydesk demo`` makes one of the sample newspaper).
"""

from __future__ import annotations

import argparse
import calendar
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import feedparser

from bench import corpus
from exporters.feeds import check, editions, wire
from exporters.feeds.editions import Newsroom
from exporters.feeds.model import Feed
from exporters.feeds.publish import publish
from exporters.store import Store
from exporters.store.syndication import Selection
from pipelines.clean import clean
from pipelines.types import Page

SETS = ("fundus", "families")
SERVED = "https://feeds.example.org/"
NOW = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
#: What a feed that nobody serves yet, and stories that changed in the same second, cannot help.
EXPECTED = frozenset({"SelfDoesntMatchLocation", "DuplicateUpdated"})

#: Runs in the validator's own Python, so that neither needs the other's libraries.
_VALIDATE = """
import json, sys
sys.path.insert(0, sys.argv[1])
import feedvalidator
from feedvalidator import compatibility
for path in sys.argv[2:]:
    try:
        with open(path, "rb") as file:
            events = feedvalidator.validateString(file.read(), firstOccurrenceOnly=0)["loggedEvents"]
    except feedvalidator.logging.ValidationFailure as failure:
        events = [failure.event]
    for event in compatibility.AA(events):
        kind = "error" if isinstance(event, feedvalidator.logging.Error) else "warning"
        said = {key: str(value)[:120] for key, value in event.params.items()}
        print(json.dumps([path, kind, type(event).__name__, said]))
"""


@dataclass(frozen=True, slots=True)
class Paper:
    slug: str
    name: str
    url: str
    feeds: tuple[str, ...] = ()
    syndicate: Any = "full"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.feeds", description=__doc__)
    parser.add_argument("--validator", type=Path, required=True, metavar="CHECKOUT", help="of the validator")
    parser.add_argument("--python", default=sys.executable, help="that has what the validator needs")
    parser.add_argument("homes", nargs="*", type=Path, metavar="HOME")
    given = parser.parse_args()
    wrong = 0
    with tempfile.TemporaryDirectory() as scratch:
        for name, folder, store, papers in _published(Path(scratch), given.homes):
            with store:
                wrong += _look(name, folder, store, papers, given.validator / "src", given.python)
    return int(wrong > 0)


def _published(scratch: Path, homes: Sequence[Path]) -> Iterator[tuple[str, Path, Store, Sequence[Newsroom]]]:
    root = corpus.folder()
    for name in SETS:
        folder = scratch / name
        store = Store.open(":memory:")
        papers: dict[str, Paper] = {}
        for row in corpus.load(name, root):
            article = clean(Page(url=row.url, body=row.read()))
            slug = row.domain.replace(".", "-")
            papers[slug] = Paper(slug, row.domain, f"https://{row.domain}/")
            if article.status == "article":
                store.save(article, source=slug, now=NOW)
        publish(store, folder, list(papers.values()), base_url=SERVED)
        yield name, folder, store, list(papers.values())
    for home in homes:
        from crawler.sources import load

        store = Store.open(home / "news.db", read_only=True)
        yield str(home), home / "feeds", store, load(home / "sources")


def _look(
    name: str, folder: Path, store: Store, papers: Sequence[Newsroom], validator: Path, python: str
) -> int:
    files = [*sorted(folder.glob("*.xml")), *sorted(folder.glob("*.atom"))]
    out = subprocess.run(
        [python, "-c", _VALIDATE, str(validator), *map(str, files)],
        capture_output=True,
        text=True,
        check=True,
    )
    events = [json.loads(line) for line in out.stdout.splitlines()]
    kinds = Counter((kind, event) for _, kind, event, _ in events)
    print(f"{name}: {len(files)} files of RSS and Atom before the W3C's validator")
    for (kind, event), count in sorted(kinds.items()):
        print(f"  {count:4} {kind:7} {event}{'' if event not in EXPECTED else ' (expected)'}")
    for path, kind, event, said in events:
        if event not in EXPECTED:
            print(f"       {Path(path).name}: {kind} {event} {said}")
    documents = [check.jsonfeed(path.read_bytes()) for path in sorted(folder.glob("[!.]*.json"))]
    bad = [said for said in documents if isinstance(said, str)]
    print(f"  {len(documents)} files of JSON Feed, {len(bad)} against the specification {bad[:3] or ''}")
    items, differing = _read_back(folder, store, papers)
    print(f"  {items} items read back by feedparser and json, {len(differing)} differ {differing[:5] or ''}")
    return sum(kind == "error" for _, kind, _, _ in events) + len(bad) + len(differing)


def _read_back(folder: Path, store: Store, papers: Sequence[Newsroom]) -> tuple[int, list[str]]:
    """Items looked at, and what of them is not what the dataset says."""
    by_slug = {paper.slug: paper for paper in papers}
    feeds = {
        slug: editions.of_source(paper, store.syndicated(Selection(sources=(slug,))))
        for slug, paper in by_slug.items()
    }
    feeds[editions.ALL] = editions.of_all(by_slug, store.syndicated(Selection()), base_url=SERVED)
    count, differing = 0, []
    for slug, feed in feeds.items():
        for ending, read in (("xml", _parsed), ("atom", _parsed), ("json", _loaded)):
            got = read((folder / f"{slug}.{ending}").read_bytes())
            for want, item in zip(_wanted(feed), got, strict=True):
                count += 1
                differing += [
                    f"{slug}.{ending} {a!r} != {b!r}" for a, b in zip(want, item, strict=True) if a != b
                ]
    return count, differing


def _wanted(feed: Feed) -> Iterator[tuple[Any, ...]]:
    for item in feed.items:
        body = wire.safe_html(item.html, base=item.url) if item.html else None
        dates = (
            _seconds(wire.moment(item.published).timetuple()),
            _seconds(wire.moment(item.updated).timetuple()),
        )
        yield (item.id, wire.address(item.url), wire.text(item.title), *dates, body)


def _parsed(data: bytes) -> Iterator[tuple[Any, ...]]:
    parsed = feedparser.parse(BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    if parsed.bozo:
        raise AssertionError(parsed.bozo_exception)
    for entry in parsed.entries:
        body = entry.content[0].value if "content" in entry else None
        published = _seconds(entry.published_parsed)
        changed = _seconds(entry.updated_parsed) if "updated" in entry else published
        yield (entry.id, entry.link, entry.title, published, changed, body)


def _loaded(data: bytes) -> Iterator[tuple[Any, ...]]:
    for item in json.loads(data)["items"]:
        published = _seconds(wire.moment(item["date_published"]).timetuple())
        changed = _seconds(wire.moment(item.get("date_modified", item["date_published"])).timetuple())
        yield (item["id"], item["url"], item["title"], published, changed, item.get("content_html"))


def _seconds(moment: Any) -> int:
    return calendar.timegm(moment)


if __name__ == "__main__":
    sys.exit(main())
