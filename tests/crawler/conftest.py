"""A home with stories in its archive and its dataset, as a crawl of one newspaper leaves it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from crawler.home import Home
from exporters.archive import Archive
from exporters.store import Store
from pipelines.clean import clean
from pipelines.types import Page

NAMES = ("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Gorse", "Hazel", "Ivy", "Juniper")
PLACES = ("the quay", "the mill", "the old school", "the market hall", "the upper lock", "the signal box")

#: Stands below every story, in the story's own container, and no built-in rule knows it.
PLEA = "The Ferry belongs to its readers, and you can be one of its owners for ten a year."


def _sentence(dice: Random) -> str:
    """One of very many; each begins and ends in its own way."""
    a, b, c, d, e, f = ("".join(dice.choices("aeioubdfglmnrst", k=7)).title() for _ in range(6))
    return (
        f"{a} {b} told the council of {c} that {d} had seen the water rise and fall for so many years"
        f" before the bridge was promised to {e} {f}."
    )


def story(number: int, *, plea: bool = True) -> bytes:
    """A story of its own: no two share a sentence but the plea."""
    name = f"{NAMES[number % len(NAMES)]}{number}"
    place = PLACES[number % len(PLACES)]
    dice = Random(number)
    paragraphs = [_sentence(dice) for _ in range(5)]
    paragraphs[1] = paragraphs[1].replace(
        "told the council", f"met on Monday, {place} in view, with the council"
    )
    body = "".join(f"<p>{paragraph}</p>" for paragraph in [*paragraphs, *([PLEA] if plea else [])])
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{name} gets its bridge at {place}</title>"
        '<meta property="og:type" content="article">'
        f'<meta property="og:title" content="{name} gets its bridge at {place}">'
        f'<meta property="article:published_time" content="2026-03-01T08:{number % 60:02}:00Z"></head><body>'
        f"<nav><a href='/'>Home</a><a href='/sport'>Sport</a></nav><main><article>"
        f"<h1>{name} gets its bridge at {place}</h1>{body}"
        "</article></main><footer><a href='/imprint'>Imprint</a></footer></body></html>"
    ).encode()


def url_of(number: int, host: str = "www.ferry.example") -> str:
    return f"https://{host}/town/{NAMES[number % len(NAMES)].lower()}-{number}"


@pytest.fixture
def newsroom(tmp_path: Path) -> Callable[..., Home]:
    """``newsroom(numbers)`` puts these stories into the home, the source ``ferry``."""
    home = Home(tmp_path / "home")
    (home.path / "sources").mkdir(parents=True)
    (home.path / "rules").mkdir()

    def fill(numbers: Sequence[int] = range(5), *, source: str = "ferry", plea: bool = True) -> Home:
        host = f"www.{source}.example"
        with Archive(home.archive) as archive, Store.open(home.database) as store, store.transaction():
            for number in numbers:
                url = url_of(number, host)
                now = datetime(2026, 3, 1, 9, 0, tzinfo=UTC) + timedelta(minutes=number)
                snapshot = archive.write(
                    url,
                    status=200,
                    headers=[(b"Content-Type", b"text/html; charset=utf-8")],
                    body=story(number, plea=plea),
                    fetched=now.strftime("%Y-%m-%dT%H:%M:%SZ"),
                )
                article = clean(Page(url=url, body=story(number, plea=plea), charset="utf-8"))
                assert article.status == "article"
                assert plea == (PLEA in article.text)
                store.save(article, source=source, now=now, snapshot=snapshot)
        return home

    return fill


@pytest.fixture
def page() -> Callable[[int], bytes]:
    """A page by the number of its story."""
    return story
