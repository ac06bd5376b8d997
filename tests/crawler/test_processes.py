"""Many tasks over several processes: in order, bounded, and one that takes its process down is lost alone."""

from __future__ import annotations

import os

import pytest

from crawler.processes import Lost, Team

_factor = 0


def prepare(factor: int) -> None:
    global _factor
    _factor = factor


def times(number: int) -> int:
    return number * _factor


def fragile(number: int) -> tuple[int, int]:
    if number == 13:
        os._exit(1)
    return number, os.getpid()


def test_few_tasks_are_done_here() -> None:
    team = Team(do=times, jobs=4, prepare=prepare, given=(3,))
    assert list(team.each(range(5))) == [(n, 3 * n) for n in range(5)]
    assert list(team.each([])) == []


@pytest.mark.slow
def test_a_task_that_kills_its_process_is_the_only_one_lost() -> None:
    team = Team(do=fragile, jobs=2, prepare=prepare, given=(3,))
    taken = 0

    def tasks() -> object:
        nonlocal taken
        for number in range(200):
            taken = number
            yield number

    results = []
    for task, result in team.each(tasks()):  # type: ignore[var-annotated, arg-type]
        results.append((task, result))
        assert taken - task < 80, "it does not run ahead"
    assert [task for task, _ in results] == list(range(200))
    assert [task for task, result in results if isinstance(result, Lost)] == [13]
    assert os.getpid() not in {result[1] for _, result in results if not isinstance(result, Lost)}
