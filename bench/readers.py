"""Three programs read the dataset, 20 queries a second each, while a crawl's writer saves articles.

    python -m bench.readers [--readers 3] [--rate 20] [--seconds 10] [--rounds 3] [--articles 2000]

In turn the writer is alone and is read. Both sides wait for a lock 0.1 seconds at most: a longer wait is an
error. The exit code is 1 on any error, or where the writer beside readers saves less than 80 % of what it
saves alone.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from html import escape
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from bench.newsrooms import Newsrooms, sample_templates
from exporters.store import Door, Store
from pipelines.boilerplate.traces import Trace
from pipelines.clean import finish, read
from pipelines.fingerprint import content_hash
from pipelines.types import Article, Entry, Page, Snapshot

#: Seconds that anybody waits for a lock.
PATIENCE = 0.1
#: Of what the writer saves alone.
ENOUGH = 0.8
BEGAN = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
_SOURCES = 20


@dataclass(frozen=True, slots=True)
class Told:
    """What a reader has to say at its end."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def stories() -> list[tuple[Article, Trace]]:
    """Cleaned pages of the sample newspaper, to be saved again and again in other words."""
    rooms = Newsrooms(sample_templates(), sources=_SOURCES, articles=2, began=BEGAN)
    rooms.bases = [f"https://room-{source}.example" for source in range(_SOURCES)]
    made = []
    for source in range(_SOURCES):
        for number in range(2):
            path = rooms.path(source, number)
            body = rooms.answer(source, path, 0).body
            reading = read(Page(url=rooms.bases[source] + path, body=body, charset="utf-8"))
            made.append((finish(reading), reading.trace))
    return made


def varied(article: Article, number: int) -> Article:
    """Another article of the same newsroom: its words in another order."""
    dice = random.Random(number)
    words = article.text.split()
    dice.shuffle(words)
    size = max(1, len(words) // 8)
    paragraphs = [" ".join(words[at : at + size]) for at in range(0, len(words), size)]
    title, text = " ".join(words[:8]), "\n\n".join(paragraphs)
    return replace(
        article,
        url=f"{article.url}-{number}",
        raw_url=f"{article.url}-{number}",
        canonical_url=None,
        title=title,
        text=text,
        html="".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs),
        content_hash=content_hash(title, text),
    )


class Writer:
    """Saves articles as a crawl does, without the cleaning: faster than any crawl."""

    def __init__(self, path: Path, *, timeout: float = PATIENCE) -> None:
        self.store = Store.open(path, timeout=timeout)
        self.run = self.store.begin_run(now=BEGAN, version="bench")
        self._stories = stories()
        self.saved = 0

    def save(self) -> None:
        story, trace = self._stories[self.saved % len(self._stories)]
        self.saved += 1
        number = self.saved
        article = varied(story, number)
        self.store.save(
            article,
            source=f"room-{number % len(self._stories) // 2}",
            now=BEGAN + timedelta(seconds=number),
            run=self.run,
            snapshot=Snapshot(
                file="crawl-20260301-001.warc.gz",
                offset=number * 1000,
                length=1000,
                digest=f"sha1:{number:032}",
                url=article.url,
                status=200,
                fetched="2026-03-01T08:00:00Z",
            ),
            entry=Entry(
                url=article.url, via="https://room.example/feed.xml", kind="feed", title=article.title
            ),
            addresses=(article.url,),
            trace=trace,
            door=Door(url=article.url, etag=f'"{number}"', last_modified=None, said=None),
        )

    def run_for(self, seconds: float) -> float:
        """Articles a second."""
        began, before = time.monotonic(), self.saved
        while time.monotonic() < began + seconds:
            self.save()
        return (self.saved - before) / (time.monotonic() - began)


def queries(path: Path, dice: random.Random, words: Sequence[str]) -> Iterator[None]:
    """One of what people and programs ask, again and again."""
    with Store.open(path, read_only=True, timeout=PATIENCE) as store:
        while True:
            match dice.randrange(6):
                case 0:
                    store.search(dice.choice(words), limit=20)
                case 1:
                    list(store.articles(limit=20))
                case 2:
                    store.db.execute("SELECT * FROM latest LIMIT 50").fetchall()
                case 3:
                    sql = "SELECT source, count(*) FROM articles GROUP BY source"
                    store.db.execute(sql).fetchall()
                case 4:
                    store.article(dice.randrange(1, 1000))
                case _:
                    sql = "SELECT * FROM removed_blocks WHERE article = ?"
                    store.db.execute(sql, [dice.randrange(1, 1000)]).fetchall()
            yield


def reader(path: Path, number: int, rate: float, words: Sequence[str], stop: Any, answers: Any) -> None:
    told = Told()
    asking = queries(path, random.Random(number), words)
    due = time.monotonic()
    while not stop.is_set():
        due = max(
            due + 1 / rate, time.monotonic() - 1
        )  # what was missed by more than a second is not made up
        time.sleep(max(0.0, due - time.monotonic()))
        began = time.monotonic()
        try:
            next(asking)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is asked for here
            told.errors.append(f"{type(error).__name__}: {error}")
            asking = queries(path, random.Random(number), words)
        told.seconds.append(time.monotonic() - began)
    answers.put(told)


def trial(
    path: Path, *, readers: int, rate: float, seconds: float, rounds: int, articles: int
) -> tuple[list[float], list[float], list[Told]]:
    """Articles a second alone, and beside the readers, round by round; and what the readers say."""
    context = get_context("fork")
    writer = Writer(path)
    for _ in range(articles):
        writer.save()
    words = sorted({word for story, _ in writer._stories for word in story.text.split() if word.isalpha()})
    alone, read_, told = [], [], []
    for _ in range(rounds):
        alone.append(writer.run_for(seconds))
        stop, answers = context.Event(), context.Queue()
        processes = [
            context.Process(target=reader, args=(path, number, rate, words, stop, answers), daemon=True)
            for number in range(readers)
        ]
        for process in processes:
            process.start()
        read_.append(writer.run_for(seconds))
        stop.set()
        told += [answers.get(timeout=60) for _ in processes]
        for process in processes:
            process.join()
    writer.store.close()
    return alone, read_, told


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.readers", description=__doc__.partition("\n")[0])
    parser.add_argument("--readers", type=int, default=3)
    parser.add_argument("--rate", type=float, default=20.0, help="queries a second of each")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--articles", type=int, default=2000, help="that are there to begin with")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="copydesk-bench-") as folder:
        path = Path(folder) / "news.db"
        alone, read_, told = trial(
            path,
            readers=options.readers,
            rate=options.rate,
            seconds=options.seconds,
            rounds=options.rounds,
            articles=options.articles,
        )
        with closing(sqlite3.connect(path)) as db:
            (whole,) = db.execute("PRAGMA integrity_check").fetchone()
    times = sorted(seconds for one in told for seconds in one.seconds)
    errors = [error for one in told for error in one.errors]
    share = sum(read_) / sum(alone)
    print(f"alone            {sum(alone) / len(alone):6.1f} articles a second")
    print(f"beside readers   {sum(read_) / len(read_):6.1f} articles a second: {share:.0%}")
    print(
        f"{len(times)} queries, {len(times) / options.rounds / options.seconds:.0f} a second;"
        f" half within {1000 * times[len(times) // 2]:.1f} ms, 99 of 100 within"
        f" {1000 * times[len(times) * 99 // 100]:.1f} ms, all within {1000 * times[-1]:.1f} ms"
    )
    print(f"{len(errors)} errors, waits for a lock over {1000 * PATIENCE:.0f} ms among them; {whole}")
    for error in errors[:5]:
        print(f"wrong: {error}")
    if share < ENOUGH:
        print(f"wrong: the writer had {share:.0%} of its throughput")
    return 1 if errors or share < ENOUGH or whole != "ok" else 0


if __name__ == "__main__":
    sys.exit(main())
