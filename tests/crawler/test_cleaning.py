"""Pages cleaned in other processes: the same articles, also where a process is lost on the way."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Sequence

import pytest

from crawler import cleaning
from crawler.cleaning import Cleaners
from pipelines.boilerplate.memory import SiteMemory
from pipelines.boilerplate.rules import builtin
from pipelines.clean import read
from pipelines.components import Copy, cleaned
from pipelines.types import Page

MEMORY = SiteMemory([])


def copies(number: int) -> list[Copy]:
    made = []
    for n in range(number):
        url = f"https://www.ferry.example/town/story-{n}"
        told = "".join(
            f"<p>Witness {who} of story {n} said on Monday that the bridge over the river, which a flood took"
            f" away in year {1900 + n}, will be built again before the harvest.</p>"
            for who in range(6)
        )
        body = f"<html><head><title>Story {n}</title></head><body><h1>Story {n}</h1>{told}</body></html>"
        made.append(Copy(page=Page(url=url, body=body.encode()), source="ferry", addresses=(url,)))
    return made


async def all_of(cleaners: Cleaners, several: Sequence[Copy]) -> list[Copy]:
    try:
        return [await cleaners.cleaned(copy, MEMORY) for copy in several]
    finally:
        cleaners.close()


def test_few_pages_are_cleaned_here() -> None:
    cleaners = Cleaners(builtin(), waiting=lambda: cleaning.MANY - 1, jobs=2)
    several = copies(cleaning.WORTH_PROCESSES + 2)
    assert asyncio.run(all_of(cleaners, several)) == [cleaned(copy, builtin(), MEMORY) for copy in several]
    assert cleaners._folder is None


def test_where_the_sites_are_slow_they_are_cleaned_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "BUSY", 1e9)
    cleaners = Cleaners(builtin(), waiting=lambda: 10_000, jobs=2)
    asyncio.run(all_of(cleaners, copies(cleaning.WORTH_PROCESSES + 2)))
    assert not cleaners._known


@pytest.fixture
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "BUSY", 0.0)
    monkeypatch.setattr(cleaning, "WORTH_PROCESSES", 1)


@pytest.mark.slow
@pytest.mark.usefixtures("_at_once")
def test_many_pages_become_the_same_in_other_processes() -> None:
    cleaners = Cleaners(builtin(), waiting=lambda: 10_000, jobs=2)
    several = copies(6)
    assert asyncio.run(all_of(cleaners, several)) == [cleaned(copy, builtin(), MEMORY) for copy in several]
    assert list(cleaners._known) == ["ferry.example"], "the memory of a site travels once"
    assert read(several[0].page).trace == cleaned(several[0], builtin(), MEMORY).trace


@pytest.mark.slow
@pytest.mark.usefixtures("_at_once")
def test_a_lost_process_costs_no_page() -> None:
    async def run() -> list[Copy]:
        cleaners = Cleaners(builtin(), waiting=lambda: 10_000, jobs=2)
        try:
            made = [await cleaners.cleaned(copy, MEMORY) for copy in several[:2]]
            assert cleaners._pool is not None
            for process in list(cleaners._pool._processes.values()):
                os.kill(process.pid or 0, signal.SIGKILL)
            made += await asyncio.gather(*(cleaners.cleaned(copy, MEMORY) for copy in several[2:]))
            assert cleaners._pool is None
            return made
        finally:
            cleaners.close()

    several = copies(5)
    assert asyncio.run(run()) == [cleaned(copy, builtin(), MEMORY) for copy in several]
