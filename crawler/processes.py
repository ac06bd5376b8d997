"""A function over many tasks in as many processes as there are cores; results come in the tasks' order.

Memory does not grow with their number. A task that takes its process down with it costs nobody else anything.
Workers end with the process that started them, however that ends.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import chain, islice
from multiprocessing import get_context, parent_process
from typing import Any, Generic, TypeVar

from crawler.collecting import collect_seldom

T = TypeVar("T")
R = TypeVar("R")

#: Tasks handed over at once: some 100 ms of work where a task is a page, so that the handing costs nothing.
CHUNK = 8
#: Chunks under way a process: enough that none waits, few enough to stay small.
_AHEAD = 3
#: Fewer tasks are done before further processes have started.
WORTH_PROCESSES = 24


@dataclass(frozen=True, slots=True)
class Lost:
    """What stands in place of a result where the task brought its process down."""


def cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Team(Generic[T, R]):
    """What workers do. All of it travels to them, so it is importable by name and can be pickled."""

    #: From one task to its result.
    do: Callable[[T], R]
    jobs: int
    #: Called with ``given`` once a process before its first task.
    prepare: Callable[..., None]
    given: tuple[Any, ...] = ()

    def each(self, tasks: Iterable[T]) -> Iterator[tuple[T, R | Lost]]:
        """Every task with its result. Few tasks, or one job, are done in this process."""
        tasks = iter(tasks)
        first = list(islice(tasks, WORTH_PROCESSES if self.jobs > 1 else 1))
        if self.jobs > 1 and len(first) == WORTH_PROCESSES:
            yield from self._in_processes(chain(first, tasks))
            return
        self.prepare(*self.given)
        for task in chain(first, tasks):
            yield task, self.do(task)

    def _in_processes(self, tasks: Iterator[T]) -> Iterator[tuple[T, R | Lost]]:
        waiting: deque[tuple[tuple[T, ...], Future[list[R]]]] = deque()
        pool = self._pool(self.jobs)
        try:
            while True:
                while len(waiting) < _AHEAD * self.jobs and (chunk := tuple(islice(tasks, CHUNK))):
                    waiting.append((chunk, self._handed(pool, chunk)))
                if not waiting:
                    return
                chunk, future = waiting.popleft()
                results: list[R | Lost]
                try:
                    results = [*future.result()]
                except BrokenProcessPool:
                    # One task took a process, and with it the pool: this chunk's get a process each.
                    pool.shutdown(cancel_futures=True)
                    results = [self._alone(task) for task in chunk]
                    if len(chunk) == CHUNK and all(isinstance(result, Lost) for result in results):
                        raise  # not one task but the workers are broken
                    pool = self._pool(self.jobs)
                    again = [chunk for chunk, _ in waiting]
                    waiting = deque((chunk, self._handed(pool, chunk)) for chunk in again)
                yield from zip(chunk, results, strict=True)
        finally:
            pool.shutdown(cancel_futures=True)

    def _handed(self, pool: ProcessPoolExecutor, chunk: tuple[T, ...]) -> Future[list[R]]:
        """A pool that broke in the meantime says so by the result."""
        try:
            return pool.submit(_do_all, self.do, chunk)
        except BrokenProcessPool as error:
            future: Future[list[R]] = Future()
            future.set_exception(error)
            return future

    def _alone(self, task: T) -> R | Lost:
        with self._pool(1) as pool:
            try:
                return pool.submit(_do_all, self.do, (task,)).result()[0]
            except BrokenProcessPool:
                return Lost()

    def _pool(self, jobs: int) -> ProcessPoolExecutor:
        return pool(jobs, modules=[self.do.__module__], prepare=self.prepare, given=self.given)


def pool(
    jobs: int, *, modules: Iterable[str], prepare: Callable[..., None], given: tuple[Any, ...]
) -> ProcessPoolExecutor:
    """Workers that have ``modules`` loaded; ``prepare`` is called with ``given`` once in each."""
    # A server process forks the workers: it has the libraries loaded once, and no threads to trip over.
    context = get_context("forkserver")
    context.set_forkserver_preload(list(modules))
    made = ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin, initargs=(prepare, given))
    # All are started now: an executor that starts one while it learns that another was lost may never answer.
    for _ in range(jobs):
        made.submit(_nothing)
    return made


def _nothing() -> None:
    """A worker's first task."""


def _do_all(do: Callable[[T], R], chunk: tuple[T, ...]) -> list[R]:
    return [do(task) for task in chunk]


def _begin(prepare: Callable[..., None], given: tuple[Any, ...]) -> None:
    # Ctrl-C reaches every process of a terminal; the one that started us decides what becomes of it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    prepare(*given)
    collect_seldom()


def _end_with_parent() -> None:
    """A worker whose starter was killed would wait for its next task for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
