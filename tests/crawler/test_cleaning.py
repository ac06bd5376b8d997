"""Pages cleaned in other processes: the same articles, also where a process is lost on the way."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Callable, Sequence

import pytest

from crawler import cleaning
from crawler.cleaning import Cleaners
from pipelines.boilerplate.memory import SiteMemory
from pipelines.boilerplate.rules import builtin
from pipelines.clean import read
from pipelines.components import Copy, cleaned
from pipelines.types import Page

MEMORY = SiteMemory([])


TOWNS = ["Ashby", "Birch", "Corby", "Derby", "Eston", "Foxby"]


def copies(number: int) -> list[Copy]:
    made = []
    for n in range(number):
        url = f"https://www.ferry.example/town/story-{n}"
        told = "".join(
            f"<p>Witness {who} of {TOWNS[n % 6]} said on Monday that the bridge over the river, which a flood"
            f" took away in year {1900 + n}, will be built again before the harvest.</p>"
            for who in range(6)
        )
        told += (
            "<p>The ferry sails each morning at seven, and those who miss it take the next one at noon.</p>"
        )
        body = f"<html><head><title>Story {n}</title></head><body><h1>Story {n}</h1>{told}</body></html>"
        made.append(Copy(page=Page(url=url, body=body.encode()), source="ferry", addresses=(url,)))
    return made


class Known:
    """``by``: what is known, by address."""

    def __init__(self, by: Callable[[str], SiteMemory] = lambda url: MEMORY) -> None:
        self._by = by
        self._last: SiteMemory | None = None

    def of(self, url: str) -> SiteMemory:
        self._last = self._by(url)
        return self._last

    def is_current(self, url: str) -> bool:
        return self._by(url) is self._last


async def all_of(cleaners: Cleaners, several: Sequence[Copy]) -> list[Copy]:
    try:
        return [await cleaners.cleaned(copy) for copy in several]
    finally:
        cleaners.close()


def test_few_pages_are_cleaned_here() -> None:
    cleaners = Cleaners(builtin, Known(), waiting=lambda: cleaning.MANY - 1, jobs=2)
    several = copies(cleaning.WORTH_PROCESSES + 2)
    assert asyncio.run(all_of(cleaners, several)) == [cleaned(copy, builtin(), MEMORY) for copy in several]
    assert cleaners._folder is None


def test_where_the_sites_are_slow_they_are_cleaned_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "BUSY", 1e9)
    cleaners = Cleaners(builtin, Known(), waiting=lambda: 10_000, jobs=2)
    asyncio.run(all_of(cleaners, copies(cleaning.WORTH_PROCESSES + 2)))
    assert not cleaners._known


@pytest.fixture
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "BUSY", 0.0)
    monkeypatch.setattr(cleaning, "WORTH_PROCESSES", 1)


@pytest.mark.slow
@pytest.mark.usefixtures("_at_once")
def test_many_pages_become_the_same_in_other_processes() -> None:
    cleaners = Cleaners(builtin, Known(), waiting=lambda: 10_000, jobs=2)
    several = copies(6)
    assert asyncio.run(all_of(cleaners, several)) == [cleaned(copy, builtin(), MEMORY) for copy in several]
    assert next(cleaners._numbers) == 1, "the memory of a site travels once"
    assert read(several[0].page).trace == cleaned(several[0], builtin(), MEMORY).trace


@pytest.mark.slow
@pytest.mark.usefixtures("_at_once")
def test_a_memory_that_has_learned_travels_again() -> None:
    async def run() -> list[Copy]:
        cleaners = Cleaners(builtin, Known(memories.__getitem__), waiting=lambda: 10_000, jobs=2)
        try:
            return [await cleaners.cleaned(copy) for copy in several]
        finally:
            cleaners.close()

    several = copies(6)
    learned = SiteMemory([read(copy.page).trace for copy in several])
    memories = {copy.page.url: learned if n > 2 else MEMORY for n, copy in enumerate(several)}
    made = asyncio.run(run())
    assert made == [cleaned(copy, builtin(), memories[copy.page.url]) for copy in several]
    assert cleaned(several[3], builtin(), learned).state != cleaned(several[3], builtin(), MEMORY).state


@pytest.mark.slow
@pytest.mark.usefixtures("_at_once")
def test_a_page_is_cleaned_with_what_those_before_it_have_taught() -> None:
    asked, done = 0, 0
    behind: list[int] = []

    class Learning(Known):
        def of(self, url: str) -> SiteMemory:
            nonlocal asked
            asked += 1
            behind.append(asked - done)
            return SiteMemory([])

        def is_current(self, url: str) -> bool:
            return False

    async def run() -> None:
        async def one(copy: Copy) -> None:
            nonlocal done
            await cleaners.cleaned(copy)
            done += 1

        cleaners = Cleaners(builtin, Learning(), waiting=lambda: 10_000, jobs=2)
        try:
            await asyncio.gather(*map(one, copies(40)))
        finally:
            cleaners.close()

    asyncio.run(run())
    assert (asked, done) == (40, 40)
    assert max(behind) <= 2 * cleaning._AHEAD + 1, "however many pages wait"


@pytest.mark.slow
@pytest.mark.usefixtures("_at_once")
@pytest.mark.parametrize("lost", [1, 2])
def test_a_lost_process_costs_no_page_and_leaves_none(lost: int) -> None:
    async def run() -> list[Copy]:
        cleaners = Cleaners(builtin, Known(), waiting=lambda: 10_000, jobs=2)
        try:
            made = [await cleaners.cleaned(copy) for copy in several[:2]]
            assert cleaners._pool is not None
            workers = multiprocessing.active_children()
            assert len(workers) == 2
            for process in workers[:lost]:
                process.kill()
            made += await asyncio.gather(*(cleaners.cleaned(copy) for copy in several[2:]))
            assert cleaners._pool is None
            for process in workers:
                process.join(20)
                assert not process.is_alive(), "the crawl could not end while it lives"
            return made
        finally:
            cleaners.close()

    several = copies(5)
    assert asyncio.run(run()) == [cleaned(copy, builtin(), MEMORY) for copy in several]
