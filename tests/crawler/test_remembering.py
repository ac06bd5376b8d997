"""At the end of a crawl, articles that memory has learned about are cleaned again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler import remembering
from crawler.desk import Desk, Options, open_desk
from crawler.history import changes
from crawler.home import Home
from crawler.remembering import Remembered, clean_again
from pipelines.boilerplate.memory import SiteMemory
from pipelines.clean import finish, read
from pipelines.errors import StoreError
from pipelines.types import Page

FETCHED = "2026-03-02T06:00:00Z"
NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
PROMPT = (
    "Unsere Leserinnen schenken sich die schönsten Bücher über Technik und Stadtleben, "
    "und der Verlag legt ihnen gern noch eine Tasse dazu."
)
PLACES = [
    "Hafen",
    "Bahnhof",
    "Museum",
    "Rathaus",
    "Theater",
    "Stadion",
    "Friedhof",
    "Klinik",
    "Deich",
    "Turm",
]


def own(number: int) -> str:
    place = PLACES[number]
    return (
        f"Der Umbau von {place} beginnt im Mai, und {place}-Besucher müssen {number + 3} Monate lang "
        f"einen Umweg nehmen. Die Stadt rechnet für {place} mit Kosten von {number + 2} Millionen Euro."
    )


def body(number: int) -> bytes:
    place = PLACES[number]
    return (
        f"<!doctype html><html lang=de><head><meta charset=utf-8><title>{place} wird umgebaut</title>"
        f"<meta property=og:type content=article></head><body><main><h1>{place} wird umgebaut</h1><div>"
        f"<p>{own(number)}</p><p>{PROMPT}</p><p>Niemand in {place} hatte mit dem Beschluss gerechnet. "
        f"Nach {place} wird die Brücke erneuert, sagt die Leiterin, die {place} seit Jahren kennt.</p>"
        "</div></main></body></html>"
    ).encode()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(Home(tmp_path), [], Options()) as desk:
        yield desk


def crawl(desk: Desk, numbers: Sequence[int], memory: SiteMemory | None = None) -> None:
    """What the item pipelines do with a page."""
    for number in numbers:
        url = f"https://blatt.example/stadt/umbau-{number:05}"
        snapshot = desk.archive.write(
            url, status=200, headers=[(b"Content-Type", b"text/html")], body=body(number), fetched=FETCHED
        )
        reading = read(Page(url=url, body=body(number)))
        known = memory if memory is not None else SiteMemory(())
        desk.store.save(
            finish(reading, memory=known),
            source="blatt",
            now=NOW,
            snapshot=snapshot,
            trace=reading.trace,
            state=known.state(reading.trace),
        )


def texts(desk: Desk) -> dict[str, str]:
    return {article.url: article.text for article in desk.store.articles(status=None)}


def with_prompt(desk: Desk) -> int:
    return sum(PROMPT in text for text in texts(desk).values())


def test_what_the_first_crawl_could_not_know_is_mended_at_its_end(desk: Desk) -> None:
    crawl(desk, range(6))
    assert with_prompt(desk) == 6
    done = clean_again(desk)
    assert (done.changed, done.left) == (6, 0)
    assert with_prompt(desk) == 0
    assert all(own(number) in "".join(texts(desk).values()) for number in range(6))


def test_it_is_no_news(desk: Desk) -> None:
    crawl(desk, range(6))
    before = {a.url: (a.last_changed, a.last_checked, a.guid) for a in desk.store.articles()}
    clean_again(desk)
    assert {a.url: (a.last_changed, a.last_checked, a.guid) for a in desk.store.articles()} == before
    article = next(desk.store.articles())
    assert [revision.changed_by for revision in desk.store.revisions(article.id)] == ["cleaner"]


def test_an_edit_that_comes_after_the_learning_is_told_without_it(desk: Desk) -> None:
    crawl(desk, range(6))
    article = next(article for article in desk.store.articles() if PROMPT in article.text)
    url = article.url
    page = body(int(url[-5:])).replace(b"beginnt im Mai", b"beginnt im Juni")
    snapshot = desk.archive.write(
        url, status=200, headers=[(b"Content-Type", b"text/html")], body=page, fetched=FETCHED
    )
    known = desk.store.site_memory("blatt.example")
    desk.store.save(
        finish(read(Page(url=url, body=page)), memory=known), source="blatt", now=NOW, snapshot=snapshot
    )
    stored = desk.store.article(article.id)
    assert stored is not None
    assert PROMPT not in stored.text
    told = changes(stored, desk.store.revisions(article.id))
    assert [(change.by, change.extent) for change in told] == [
        ("cleaner", (len(PROMPT.split()), 0)),
        ("publisher", (1, 1)),
    ]


def test_nothing_is_done_twice(desk: Desk) -> None:
    crawl(desk, range(6))
    clean_again(desk)
    again = clean_again(desk)
    assert (again.cleaned, again.changed, again.left) == (0, 0, 0)


def test_what_is_left_over_is_done_by_the_next_run(desk: Desk) -> None:
    crawl(desk, range(6))
    first = clean_again(desk, seconds=0, clock=ticking())
    assert (first.cleaned, first.left) == (0, 6)
    assert with_prompt(desk) == 6
    assert clean_again(desk).changed == 6
    assert with_prompt(desk) == 0


def ticking() -> Callable[[], float]:
    seconds = iter(range(1000))
    return lambda: float(next(seconds))


def test_it_takes_no_longer_than_it_may(desk: Desk) -> None:
    crawl(desk, range(6))
    assert clean_again(desk, seconds=0.5, clock=ticking()).left == 6


def test_one_run_or_several_in_any_order_come_to_the_same(tmp_path: Path) -> None:
    results = []
    orders = ("012345", "53 104 2", "4420 1350")
    for name, order in zip("abc", orders, strict=True):
        with open_desk(Home(tmp_path / name), [], Options()) as desk:
            for numbers in order.split():
                crawl(desk, list(map(int, numbers)), desk.store.site_memory("blatt.example"))
                clean_again(desk)
            results.append(texts(desk))
    assert results[0] == results[1] == results[2]


def test_a_page_that_is_gone_from_the_archive_stops_nothing(desk: Desk) -> None:
    crawl(desk, range(6))
    with desk.store.transaction():
        desk.store.db.execute("UPDATE snapshots SET offset = offset + 7 WHERE id = 3")
    assert clean_again(desk).changed == 5
    assert clean_again(desk).cleaned == 0


def fail(error: StoreError) -> None:
    raise error


def test_a_memory_learns_while_the_crawl_runs(desk: Desk) -> None:
    remembered = Remembered(desk.store, fail)
    known = []
    for number in range(10):
        memory = remembered.of(f"https://www.blatt.example/{number}")
        assert memory is not None
        known.append(len(memory))
        crawl(desk, [number], memory)
    assert known == [0, 0, 0, 0, 4, 4, 4, 4, 8, 8], "read again when it can have something to say"
    assert with_prompt(desk) == 4, "cut from where it was known"
    assert clean_again(desk).changed == 4
    assert with_prompt(desk) == 0


def test_a_large_memory_is_read_again_when_it_has_grown_by_half(desk: Desk) -> None:
    crawl(desk, range(10))
    remembered = Remembered(desk.store, fail)
    crawl(desk, [0])
    memories = [remembered.of("https://www.blatt.example/") for _ in range(6)]
    assert [memory is memories[0] for memory in memories] == [True] * 5 + [False]


def test_few_memories_are_held_and_one_that_is_not_is_read_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawl(desk, range(10))
    monkeypatch.setattr(remembering, "_MOST_HELD", 2)
    remembered = Remembered(desk.store, fail)
    first = remembered.of("https://www.blatt.example/")
    for other in ("one", "two", "three"):
        assert remembered.of(f"https://{other}.example/") is not None
    assert len(remembered._held) == 2
    assert remembered.is_current("https://www.blatt.example/"), "who kept it may go on with it"
    again = remembered.of("https://www.blatt.example/")
    assert first is not None
    assert again is not None
    assert again is not first
    assert again.digest == first.digest


@pytest.mark.parametrize("order", [range(10), range(9, -1, -1), [4, 9, 0, 7, 2, 5, 8, 1, 6, 3]])
def test_what_comes_out_does_not_depend_on_what_was_known_when(desk: Desk, order: Sequence[int]) -> None:
    remembered = Remembered(desk.store, fail)
    for number in order:
        crawl(desk, [number], remembered.of("https://www.blatt.example/"))
    clean_again(desk)
    learned = texts(desk), [desk.store.removed(article.id) for article in desk.store.articles()]
    crawl(desk, range(10), SiteMemory(()))
    clean_again(desk)
    assert learned == (texts(desk), [desk.store.removed(article.id) for article in desk.store.articles()])


def test_a_decision_has_the_articles_looked_at_again(desk: Desk) -> None:
    crawl(desk, range(6))
    clean_again(desk)
    (block,) = [block for block in desk.store.site_blocks() if block.example.startswith(PROMPT[:40])]
    desk.store.decide(block.host, block.kind, block.key, "rejected")
    assert clean_again(desk).changed == 6
    assert with_prompt(desk) == 6
