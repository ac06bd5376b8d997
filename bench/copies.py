"""Wire copies: how many edited copies are linked to their story, and how many links are wrong.

``COPYDESK_CORPUS=… python -m bench.copies``. Every story is a text of the corpus, stored as one article; of
each a seeded editor makes copies, printed by the same source or by others: words changed, paragraphs cut or
put in another order, another headline, a byline and a dateline added. All go through a dataset in memory in
shuffled order. Every pair of articles that ends up in one cluster is a link; it is right if both come from
one text. Recall is of the pairs of a story and its copy, precision of all links. What looking for copies
costs is told for stories that have none, too, as most have, and in units of the parse of a page of 100 KB.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from lxml import html

from bench import corpus
from exporters.store import Store, copies
from pipelines.fingerprint import content_hash
from pipelines.types import Article

MIN_WORDS = 60
BEGAN = datetime(2026, 3, 1, tzinfo=UTC)

Editor = Callable[[list[str], random.Random, list[str]], list[str]]


class Print(NamedTuple):
    """One article to be stored."""

    story: int
    edit: str
    source: str
    title: str
    text: str


def reworded(paragraphs: list[str], dice: random.Random, words: list[str]) -> list[str]:
    """Every tenth word another one."""
    return [
        " ".join(dice.choice(words) if dice.random() < 0.1 else word for word in paragraph.split())
        for paragraph in paragraphs
    ]


def shortened(paragraphs: list[str], dice: random.Random, words: list[str]) -> list[str]:
    """A third of the paragraphs gone."""
    gone = set(dice.sample(range(len(paragraphs)), len(paragraphs) // 3))
    return [paragraph for place, paragraph in enumerate(paragraphs) if place not in gone]


def reordered(paragraphs: list[str], dice: random.Random, words: list[str]) -> list[str]:
    return dice.sample(paragraphs, len(paragraphs))


def signed(paragraphs: list[str], dice: random.Random, words: list[str]) -> list[str]:
    """Byline and dateline of another house."""
    place, *name = dice.choices(words, k=3)
    return [f"By {' '.join(name).title()}", f"{place.upper()} (WIRE) – {paragraphs[0]}", *paragraphs[1:]]


EDITS: dict[str, tuple[Editor, ...]] = {
    "10 % of words": (reworded,),
    "a third of paragraphs cut": (shortened,),
    "reordered": (reordered,),
    "byline and dateline": (signed,),
    "words and cuts": (reworded, shortened),
    "all at once": (reworded, shortened, reordered, signed),
}


def prints(texts: list[str], dice: random.Random) -> Iterable[Print]:
    words = sorted({word for text in texts for word in text.split() if word.isalpha()})
    for number, text in enumerate(texts):
        yield Print(number, "story", f"paper{number % 40}", f"Story {number}", text)
        for edit, editors in EDITS.items():
            paragraphs = [line for line in text.split("\n") if line.strip()]
            for editor in editors:
                paragraphs = editor(paragraphs, dice, words)
            # One in four in the same paper.
            source = f"paper{number % 40}" if dice.random() < 0.25 else f"paper{dice.randrange(40)}"
            headline = " ".join(dice.choices(words, k=6))
            yield Print(number, edit, source, headline, "\n\n".join(paragraphs))


def texts_of(root: Path) -> list[str]:
    """Story texts; of those that begin alike, which are one story on two pages, one."""
    rows = [row for name in ("fundus", "wcxb") for row in corpus.load(name, root)]
    bodies = sorted({row.body for row in rows if row.body and row.page_type in (None, "article")})
    texts = {" ".join(body.split()[:20]): body for body in bodies if len(body.split()) >= MIN_WORDS}
    return list(texts.values())


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.copies", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stories", type=int, metavar="N", help="only so many")
    parser.add_argument("--show", action="store_true", help="print the beginnings of texts linked wrongly")
    options = parser.parse_args()
    dice = random.Random(options.seed)
    texts = texts_of(corpus.folder())[: options.stories]
    made = list(prints(texts, dice))
    dice.shuffle(made)
    alone = [each for each in made if each.edit == "story"]
    with Store.open(":memory:") as store:
        for number, each in enumerate(alone):
            _save(store, number, each)
        looking_alone = _timed_links(store)
    with Store.open(":memory:") as store:
        began = time.process_time()
        by_id = {_save(store, number, each): each for number, each in enumerate(made)}
        seconds = time.process_time() - began
        looking = _timed_links(store)
        rows = store.db.execute("SELECT id, cluster FROM articles WHERE cluster IS NOT NULL").fetchall()
    clusters: dict[int, list[int]] = defaultdict(list)
    for id, cluster in rows:
        clusters[cluster].append(id)
    pairs = {frozenset(pair) for members in clusters.values() for pair in combinations(members, 2)}
    wrong = [pair for pair in pairs if len({by_id[id].story for id in pair}) > 1]
    print(
        f"{len(texts)} stories, {len(made)} articles, {1000 * seconds / len(made):.2f} ms of CPU to save one"
    )
    parse = _parse_time()
    print(f"looking for copies: {looking:.2f} ms, {looking / parse:.2f} parses of 100 KB")
    print(f"where there are none: {looking_alone:.2f} ms, {looking_alone / parse:.2f} parses")
    print(f"precision {1 - len(wrong) / max(1, len(pairs)):.4f} of {len(pairs)} links")
    stories = {each.story: id for id, each in by_id.items() if each.edit == "story"}
    linked = defaultdict(list)
    for id, each in by_id.items():
        if each.edit != "story":
            linked[each.edit].append(frozenset((id, stories[each.story])) in pairs)
    told = [one for several in linked.values() for one in several]
    print(f"recall    {sum(told) / len(told):.4f} of {len(told)} copies")
    for edit in EDITS:
        print(f"  {edit:28} {sum(linked[edit]) / len(linked[edit]):.4f}")
    if options.show:
        for a, b in sorted({tuple(sorted(by_id[id].story for id in pair)) for pair in wrong}):
            print(f"--- {a} {b}\n{texts[a][:300]!r}\n{texts[b][:300]!r}")


def _timed_links(store: Store, most: int = 500) -> float:
    """Milliseconds of CPU a look for the copies of one article, over those stored last."""
    ids = [id for (id,) in store.db.execute("SELECT id FROM articles ORDER BY id DESC LIMIT ?", [most])]
    copies._signature.cache_clear()
    # As if they came anew, each after the other.
    for id in ids:
        copies._put_keys(store.db, id, [])
    began = time.process_time()
    for id in ids:
        copies.link(store.db, id)
    return 1000 * (time.process_time() - began) / len(ids)


def _parse_time() -> float:
    page = "<html><body>" + f"<div class='x'><p>{'word ' * 40}<a href='/x'>y</a></p></div>" * 400
    began = time.process_time()
    for _ in range(20):
        html.document_fromstring(page)
    return 1000 * (time.process_time() - began) / 20


def _save(store: Store, number: int, each: Print) -> int:
    url = f"https://{each.source}.example/{number}"
    article = Article(
        url=url,
        raw_url=url,
        status="article",
        title=each.title,
        text=each.text,
        html="",
        content_hash=content_hash(each.title, each.text),
        word_count=len(each.text.split()),
    )
    now = BEGAN + timedelta(minutes=number)
    return store.save(article, source=each.source, now=now, cleaner_version="1").id


if __name__ == "__main__":
    main()
