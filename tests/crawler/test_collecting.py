"""Garbage is looked for seldom, and what is loaded already is left alone."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from crawler.collecting import collect_seldom


class Ring:
    """In a circle with itself."""

    def __init__(self) -> None:
        self.next = self


@pytest.fixture
def _as_it_was() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


@pytest.mark.usefixtures("_as_it_was")
def test_what_is_loaded_is_not_looked_at_and_what_comes_later_is_collected() -> None:
    kept = weakref.ref(Ring())
    collect_seldom()
    assert kept() is None, "what is garbage already is not kept for good"
    assert gc.get_freeze_count() > 0
    later = weakref.ref(Ring())
    rings = [Ring() for _ in range(3 * gc.get_threshold()[0])]
    assert later() is None, "circles go, if later"
    assert len(rings) > 0
