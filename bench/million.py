"""What a dataset costs when it has become large: 10,000 articles beside 1,000,000.

    python -m bench.million [--articles 10000 1000000] [--words 433] [--folder DIR] [--keep]

Makes a dataset of each size (made_dataset.py) and asks each the same: what a crawl asks (is this address
known, store this article, publish the feeds), what people ask (search, status). Prints the milliseconds of
each, wall clock and this process's CPU, and how many times more CPU the last size takes than the first.
``--keep`` leaves the files in DIR and takes those that are there. Real articles have 433 words in the median
and 200 removed blocks; fewer of both make a million in half the time, and change nothing of what is looked up
by number or address.
"""

from __future__ import annotations

import argparse
import math
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bench.made_dataset import A_DAY, BEGAN, LENGTH, SOURCES, make, slug
from exporters.feeds.publish import publish
from exporters.store import Door, SourceCounts, Store
from exporters.store.connection import stamp
from pipelines.fingerprint import content_hash
from pipelines.types import Article, Author, Entry, Evidence, Snapshot, Verdict

#: The sizes take turns, so that what else the machine does meets all of them alike.
ROUNDS = 12
#: Addresses of one look whether they are known; in each round, articles saved, publishes, searches of a kind.
BATCH, SAVED, PUBLISHED, SEARCHED = 500, 20, 1, 4
#: Of the articles saved one of so many is an edited copy of another.
COPIES = 10


@dataclass(frozen=True, slots=True)
class Newsroom:
    """A source as feeds want it."""

    slug: str
    name: str
    url: str
    feeds: tuple[str, ...]
    syndicate: Any = "full"


@dataclass(slots=True)
class Times:
    """Of one thing that was done several times, in seconds."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    @contextmanager
    def taken(self) -> Iterator[None]:
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.cpu.append(time.process_time() - cpu)
        self.wall.append(time.perf_counter() - wall)

    def shown(self) -> list[str]:
        wall = sorted(self.wall)
        p95 = wall[math.ceil(0.95 * len(wall)) - 1]
        numbers = (statistics.median(wall), p95, statistics.fmean(wall), statistics.fmean(self.cpu))
        return [f"{1000 * number:.2f}" for number in numbers]


class Bench:
    """One dataset, and what it is asked."""

    def __init__(self, path: Path, articles: int) -> None:
        self.path = path
        self.articles = articles
        self.times: dict[str, Times] = {}
        self.dice = random.Random(3)
        self.now = BEGAN + timedelta(seconds=(articles + 100) * 86400 / A_DAY)
        with Store.open(path, read_only=True) as store:
            sql = "SELECT title, text, source, url FROM articles WHERE id = ?"
            ids = self.dice.sample(range(1, articles + 1), min(2000, articles))
            #: Headline, text, source and address of some articles.
            self.sample = [store.db.execute(sql, [id]).fetchone() for id in ids]
            #: So that what is saved is new, also where this dataset was measured before.
            (self.stored,) = store.db.execute("SELECT max(id) FROM articles").fetchone()
        self.fresh = self._fresh()

    def take(self, name: str) -> Any:
        return self.times.setdefault(name, Times()).taken()

    def run(self, feeds: Path, *, last: bool) -> None:
        """A round; what takes long is done in the last one."""
        for _ in range(2):
            with self.take("open the dataset"):
                store = Store.open(self.path, read_only=True)
            store.close()
        with Store.open(self.path, read_only=True) as store:
            self.searches(store)
            self.looks(store)
            if last:
                self.slow(store)
        with Store.open(self.path) as store:
            self.crawl(store, feeds, last)

    # What people ask

    def searches(self, store: Store) -> None:
        everything = self.times.setdefault("search, all of these", Times())
        queries = self.queries()
        for kind, asked in queries.items():
            for query, options in asked:
                with self.take(f"search: {kind}"):
                    store.search(query, **options)
            everything.wall += self.times[f"search: {kind}"].wall[-len(asked) :]
            everything.cpu += self.times[f"search: {kind}"].cpu[-len(asked) :]

    def slow(self, store: Store) -> None:
        for query, options in self.queries()["a common word"]:
            with self.take("search, best first: a common word"):
                store.search(query, **options, order="relevance")
        for prefix in ("st*", "tra*", "ber*"):
            with self.take("search: two or three letters*"):
                store.search(prefix)

    def queries(self) -> dict[str, list[tuple[str, dict[str, Any]]]]:
        dice = self.dice
        rows = dice.sample(self.sample, SEARCHED)
        counts: dict[str, int] = {}
        for _, text, *_ in self.sample:
            for word in set(text.replace(".", "").lower().split()):
                counts[word] = counts.get(word, 0) + 1
        frequent = sorted(counts, key=lambda word: (-counts[word], word))
        words = [text.replace(".", "").replace("\n\n", " ").split() for _, text, *_ in rows]
        since = (BEGAN + timedelta(days=self.articles / A_DAY - 1)).isoformat()

        def common() -> str:
            return frequent[dice.randrange(30)]

        def usual() -> str:
            return frequent[40 + dice.randrange(160)]

        return {
            "a rare word": [(said[dice.randrange(4)], {}) for said in words],
            "a common word": [(common(), {}) for _ in rows],
            "two words": [(f"{usual()} {usual()}", {}) for _ in rows],
            "a phrase": [(f'"{said[6]} {said[7]}"', {}) for said in words],
            "a prefix": [(f"{max(said[4:], key=len)[:5]}*", {}) for said in words],
            "a common word, one source": [(common(), {"source": row[2]}) for row in rows],
            "two words, one source": [(f"{usual()} {usual()}", {"source": row[2]}) for row in rows],
            "a common word, since yesterday": [(common(), {"since": since[:10]}) for _ in rows],
        }

    def looks(self, store: Store) -> None:
        for _ in range(2):
            with self.take("status: all sources in numbers"):
                store.stats()
            with self.take("the 50 latest"):
                store.db.execute("SELECT * FROM latest LIMIT 50").fetchall()
            with self.take("a source's 50 latest"):
                list(store.articles(source=slug(self.dice.randrange(SOURCES)), limit=50))
            with self.take("an article with all that was cut"):
                store.removed(self.dice.randint(1, self.articles) // 10 * 10)

    # What a crawl asks

    def crawl(self, store: Store, feeds: Path, last: bool) -> None:
        # What feeds list is new: the addresses of the last day.
        latest = store.db.execute("SELECT url FROM articles ORDER BY id DESC LIMIT ?", [A_DAY + 1000])
        listed = [url for (url,) in latest if url.isascii()]
        for _ in range(4):
            urls = self.dice.sample(listed, BATCH - 50)
            urls += [f"https://www.{slug(n)}.example/new/{self.dice.random()}" for n in range(50)]
            with self.take(f"are these {BATCH} addresses known"):
                found = store.known(urls)
            assert len(found) == BATCH - 50, len(found)
        for _ in range(2):
            source = slug(self.dice.randrange(SOURCES))
            with self.take("what is to be looked at again in a source"):
                store.due_checks(source, now=self.now, limit=100)
        run = store.begin_run(now=self.now, version="bench")
        articles = self.fresh
        for _ in range(SAVED // 4):  # so that caches and the full-text index are as in the middle of a crawl
            self.save(store, next(articles), run)
        for _ in range(SAVED):
            article = next(articles)
            with self.take("save an article"):
                self.save(store, article, run)
        sources = [Newsroom(slug(n), slug(n), f"https://www.{slug(n)}.example/", ()) for n in range(SOURCES)]
        for _ in range(PUBLISHED):
            article = next(articles)
            self.save(store, article, run)
            with self.take("publish: the feeds of one source and of all"):
                publish(store, feeds, sources, only={article[1]})
        if last:
            with self.take(f"publish: the feeds of {SOURCES} sources and of all"):
                publish(store, feeds, sources)
        with self.take("end the run, checkpoint"):
            store.finish_run(
                run, [SourceCounts(source=slug(n), known=30) for n in range(SOURCES)], now=self.now
            )

    def _fresh(self) -> Iterator[tuple[Article, str, datetime, Snapshot]]:
        """Articles of as many words as the corpus's have, with all that comes with them."""
        dice = random.Random(self.stored)
        words = [word for _, text, *_ in self.sample for word in text.replace(".", "").split()]
        known: list[str] = []
        number = 0
        while True:
            number += 1
            source = slug(dice.randrange(SOURCES))
            if known and number % COPIES == 0:
                said = dice.choice(known).split(" ")
                said = [dice.choice(words) if dice.random() < 0.1 else word for word in said]
            else:
                said = dice.choices(words, k=max(60, int(dice.lognormvariate(math.log(LENGTH), 0.62))))
            text = " ".join(said)
            known = [*known[-50:], text]
            url = f"https://www.{source}.example/2031/{number}-{dice.getrandbits(40):x}.html"
            title = " ".join(said[:8]).capitalize()
            moment = self.now + timedelta(seconds=43 * number)
            article = Article(
                url=url,
                raw_url=url,
                status="article",
                title=title,
                text=text,
                html=f"<p>{text}</p>",
                authors=(Author(name="A. Writer"),),
                published=stamp(moment - timedelta(minutes=20)),
                language="de",
                content_hash=content_hash(title, text),
                word_count=len(said),
                verdicts=tuple(
                    Verdict(" ".join(said[n : n + 4]), "item", False, "classifier", f"Part {n % 12}.", 1.0)
                    for n in range(200)
                ),
                evidence=tuple(
                    Evidence(field="title", origin=f"meta:{n}", raw=title, chosen=n == 0) for n in range(18)
                ),
            )
            place = Snapshot(
                file=f"crawl-bench-{self.stored}.warc.gz",
                offset=number * 20_000,
                length=19_000,
                digest=f"sha1:{article.content_hash[:32].upper()}",
                url=url,
                status=200,
                fetched=stamp(moment),
            )
            yield article, source, moment, place

    @staticmethod
    def save(store: Store, made: tuple[Article, str, datetime, Snapshot], run: int) -> None:
        article, source, now, place = made
        entry = Entry(
            url=article.url, via=f"https://www.{source}.example/feed.xml", kind="feed", title=article.title
        )
        door = Door(url=article.url, etag=f'"{article.content_hash[:16]}"')
        saved = store.save(article, source=source, now=now, run=run, snapshot=place, entry=entry, door=door)
        assert saved.outcome == "new"


def table(benches: list[Bench]) -> Iterable[str]:
    first, last = benches[0], benches[-1]
    yield (
        "| | " + " | ".join(f"{bench.articles:,}: median, p95, mean; CPU" for bench in benches) + " | × CPU |"
    )
    yield "|---|" + "---|" * (len(benches) + 1)
    for name in first.times:
        shown = [
            ", ".join(bench.times[name].shown()[:3]) + "; " + bench.times[name].shown()[3]
            for bench in benches
        ]
        ratio = statistics.fmean(last.times[name].cpu) / max(statistics.fmean(first.times[name].cpu), 1e-9)
        yield f"| {name} | {' | '.join(shown)} | {ratio:.2f} |"


def sizes(path: Path, articles: int) -> Iterable[str]:
    with Store.open(path, read_only=True) as store:
        rows = store.db.execute(
            "SELECT name, sum(pgsize) FROM dbstat WHERE aggregate = TRUE"
            " GROUP BY name ORDER BY 2 DESC LIMIT 12"
        ).fetchall()
    total = path.stat().st_size
    yield f"{articles:,} articles: {total / 1e9:.2f} GB, {total / articles / 1000:.1f} KB an article"
    for name, size in rows:
        yield f"  {name:<32} {size / articles:8.0f} bytes an article"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.million", description=__doc__)
    parser.add_argument("--articles", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--words", type=int, default=LENGTH)
    parser.add_argument("--detailed", type=int, default=1)
    parser.add_argument("--told", type=int)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args(arguments)
    folder = options.folder or Path(tempfile.mkdtemp(prefix="copydesk-million-"))
    benches = []
    for articles in options.articles:
        path = folder / f"{articles}" / "news.db"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            began = time.process_time()
            make(path, articles, words=options.words, detailed=options.detailed, told=options.told)
            print(f"{articles:,} articles made in {time.process_time() - began:.0f} s of CPU", flush=True)
        benches.append(Bench(path, articles))
    for number in range(ROUNDS):
        for bench in benches:
            bench.run(bench.path.with_name("feeds"), last=number + 1 == ROUNDS)
        print(f"{number + 1} of {ROUNDS} rounds", "\n".join(table(benches)), sep="\n", flush=True)
    for bench in benches:
        print("\n".join(sizes(bench.path, bench.articles)), flush=True)
    if not options.keep:
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
