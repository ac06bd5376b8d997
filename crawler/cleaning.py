"""Cleaning beside the event loop: pages go to other processes once this one cannot keep up with the answers.

Most crawls wait for their sites and never come to that. What a page becomes is the same either way.
"""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, thread_time
from typing import Protocol

from crawler.processes import WORTH_PROCESSES, cores, pool
from pipelines.boilerplate.memory import SiteMemory, site_of
from pipelines.boilerplate.rules import Rule, Rules
from pipelines.boilerplate.traces import Trace
from pipelines.components import Copy, cleaned
from pipelines.errors import PageError
from pipelines.types import Article

#: Processes are worth their start, two seconds of CPU, where at least so many pages are still to come …
MANY = 200
#: … and cleaning has had this share of the time since the first page: else it is the sites that are slow.
BUSY = 0.5
#: Pages under way a process.
_AHEAD = 4


@dataclass(frozen=True, slots=True)
class Made:
    """What comes back: the page itself has not left."""

    article: Article
    trace: Trace | None
    state: str | None


class Memories(Protocol):
    """What is known of sites, by the address of a page."""

    def of(self, url: str) -> SiteMemory | None:
        """To clean one page with."""

    def is_current(self, url: str) -> bool:
        """Whether what ``of`` gave last will do for one page more."""


class Cleaners:
    """``rules``: what to clean with, asked for with the first page; ``memories``: what is known of a site,
    asked for when a page is cleaned; ``waiting``: how many pages are still to come."""

    def __init__(
        self,
        rules: Callable[[], Rules],
        memories: Memories,
        *,
        waiting: Callable[[], int],
        jobs: int | None = None,
    ) -> None:
        self._rules = rules
        self._memories = memories
        self._waiting = waiting
        self._jobs = cores() if jobs is None else jobs
        #: So many pages are handed over, that no worker waits: those behind them meet what these have taught.
        self._places = asyncio.Semaphore(_AHEAD * self._jobs)
        self._pool: ProcessPoolExecutor | None = None
        #: Sites' memories, where workers find them.
        self._folder: TemporaryDirectory[str] | None = None
        self._known: dict[str, Path] = {}
        self._numbers = count()
        #: When the first page was cleaned.
        self._began: float | None = None
        self._spent = 0.0
        self._done = 0
        #: One page at a time where the workers broke.
        self._repair = asyncio.Lock()

    async def cleaned(self, copy: Copy) -> Copy:
        if self._pool is None and self._pays():
            self._start()
        if self._pool is not None:
            async with self._places:
                if self._pool is not None:  # still
                    return await self._cleaned_by(self._pool, copy)
        return self._cleaned_here(copy)

    def _cleaned_here(self, copy: Copy) -> Copy:
        began = thread_time()
        made = cleaned(copy, self._rules(), self._memories.of(copy.page.url))
        if self._began is None:  # loading the cleaner is not cleaning
            self._began = monotonic()
        else:
            self._spent += thread_time() - began
        self._done += 1
        return made

    async def _cleaned_by(self, workers: ProcessPoolExecutor, copy: Copy) -> Copy:
        memory = self._path(copy.page.url)
        try:
            found = await asyncio.wrap_future(workers.submit(_do, copy, memory))
        except BrokenProcessPool:
            # One page took a process, and with it the pool, which says so to all that were under way: they
            # get a process each, later ones none.
            self._jobs, self._pool = 1, None
            async with self._repair:
                found = await asyncio.to_thread(self._alone, copy, memory)
        return replace(copy, article=found.article, trace=found.trace, state=found.state)

    def close(self) -> None:
        self._jobs = 1
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _pays(self) -> bool:
        if self._began is None or self._jobs < 2 or self._done % WORTH_PROCESSES:
            return False
        return self._spent >= BUSY * (monotonic() - self._began) and self._waiting() >= MANY

    def _start(self) -> None:
        self._folder = self._folder or TemporaryDirectory(prefix="copydesk-")
        self._pool = self._made(self._jobs)

    def _made(self, jobs: int) -> ProcessPoolExecutor:
        # The cleaner is not among what this module loads: most crawls need no workers.
        modules = (__name__, "pipelines.clean")
        return pool(jobs, modules=modules, prepare=_prepare, given=(self._rules().rules,))

    def _path(self, url: str) -> Path | None:
        """A site's memory travels once, until it has learned."""
        site = site_of(url)
        path = self._known.get(site)
        if path is None or not self._memories.is_current(url):
            memory = self._memories.of(url)
            if memory is None:
                return None
            assert self._folder is not None
            path = self._known[site] = Path(self._folder.name) / str(next(self._numbers))
            path.write_bytes(pickle.dumps(memory))
        return path

    def _alone(self, copy: Copy, memory: Path | None) -> Made:
        with self._made(1) as alone:
            try:
                return alone.submit(_do, copy, memory).result()
            except BrokenProcessPool as error:
                raise PageError("the page brought its process down") from error


# In a worker


_rules: Rules | None = None


def _prepare(rules: Sequence[Rule]) -> None:
    global _rules
    _rules = Rules(rules)


def _do(copy: Copy, memory: Path | None) -> Made:
    made = cleaned(copy, _rules, _opened(memory) if memory is not None else None)
    assert made.article is not None
    return Made(made.article, made.trace, made.state)


@lru_cache(maxsize=16)
def _opened(path: Path) -> SiteMemory:
    memory: SiteMemory = pickle.loads(path.read_bytes())  # noqa: S301 - written by this run, for nobody else
    return memory
