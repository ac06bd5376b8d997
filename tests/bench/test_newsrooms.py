"""What the benches crawl, and how they judge: the same newsrooms each time, every excess found."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import UTC, datetime

import pytest

from bench import costs
from bench.crawl import excess
from bench.newsrooms import Hit, Newsrooms, Template, sample_templates
from crawler.discovery import feed, sitemap
from pipelines.clean import clean
from pipelines.types import Page

BEGAN = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def rooms() -> Newsrooms:
    rooms = Newsrooms(sample_templates(), sources=3, articles=4, began=BEGAN)
    rooms.bases = [f"http://127.0.0.1:{port}" for port in (8001, 8002, 8003)]
    return rooms


def cleaned(rooms: Newsrooms, source: int, article: int, edition: int = 0) -> tuple[str, str]:
    path = rooms.path(source, article)
    made = clean(
        Page(url=rooms.bases[source] + path, body=rooms.answer(source, path, edition).body, charset="utf-8")
    )
    assert made.status == "article"
    return made.title or "", made.text


def test_every_article_is_one_of_its_own_and_the_same_each_time(rooms: Newsrooms) -> None:
    told = {(s, a): cleaned(rooms, s, a) for s in range(3) for a in range(4)}
    assert len(set(told.values())) == 12
    assert told[1, 2] == cleaned(rooms, 1, 2)


def test_words_move_within_the_story_alone() -> None:
    body = b"<title>Old</title><nav>Sport and weather</nav><p>Alpha beta gamma delta epsilon</p>"
    template = Template(
        body, url="https://x.example/", title="Old", day=None, story="Alpha beta gamma delta epsilon"
    )
    page = template.page((1, 2, 3), url="https://y.example/", day="2026-03-01").decode()
    assert "<nav>Sport and weather</nav>" in page
    assert Counter(page.partition("<p>")[2].removesuffix("</p>").split()) == Counter(
        ["Alpha", "beta", "gamma", "delta", "epsilon"]
    )
    assert "<title>Old</title>" not in page


def test_an_edition_edits_a_fifth(rooms: Newsrooms) -> None:
    for source in range(3):
        for article in range(4):
            edited = cleaned(rooms, source, article) != cleaned(rooms, source, article, 1)
            assert edited == rooms.is_edited(source, article)
    first = rooms.answer(0, rooms.path(0, 0), 1)
    assert first.etag != rooms.answer(0, rooms.path(0, 0), 2).etag


def test_the_lists_read_back(rooms: Newsrooms) -> None:
    answer = rooms.answer(0, "/feed.xml", 0)
    posts = feed.read(answer.body, url=f"{rooms.bases[0]}/feed.xml", headers={"content-type": answer.kind})
    assert posts is not None
    urls = [rooms.bases[0] + rooms.path(0, article) for article in range(4)]
    assert [link.url for link in posts.links] == urls
    pages = sitemap.read(rooms.answer(0, "/sitemap.xml", 0).body, url=f"{rooms.bases[0]}/sitemap.xml")
    assert pages is not None
    assert [entry.url for entry in pages.entries] == urls
    assert rooms.answer(1, "/sitemap.xml", 0).status == 404
    assert rooms.answer(1, rooms.path(0, 0), 0).status == 404


def hit(path: str, *, source: int = 0, conditional: bool = True) -> Hit:
    return Hit(time=0.0, source=source, path=path, status=304, conditional=conditional)


def test_what_may_be_asked_for_is_no_excess() -> None:
    hits = [hit("/feed.xml"), hit("/feed.xml", source=1), hit("/news/1.html"), hit("/robots.txt")]
    assert excess(hits, feeds_due=2, looks_due=1, robots_due=True) == []


@pytest.mark.parametrize(
    ("hits", "said"),
    [
        ([hit("/feed.xml"), hit("/feed.xml")], "was asked for 2 times"),
        ([hit("/feed.xml", conditional=False)], "were not conditional"),
        ([hit("/feed.xml", source=source) for source in range(3)], "2 were due"),
        ([hit("/robots.txt")], "within a day"),
        ([hit("/news/1.html"), hit("/news/2.html")], "1 were due"),
        ([hit("/news/1.html", conditional=False)], "were not conditional"),
    ],
)
def test_an_excess_is_found(hits: list[Hit], said: str) -> None:
    (line,) = excess(hits, feeds_due=2, looks_due=1, robots_due=False)
    assert said in line


@pytest.mark.filterwarnings(
    "ignore:.*fork:DeprecationWarning"
)  # of a process with threads, as pytest's may be
@pytest.mark.skipif(sys.platform != "linux", reason="measured by what Linux tells")
def test_the_cpu_of_a_process_left_behind_counts() -> None:
    busy = "import time\nwhile time.process_time() < 0.3: pass"
    starts = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {busy!r}])"
    cost = costs.run([sys.executable, "-c", starts])
    assert cost.code == 0
    assert cost.cpu >= 0.3
