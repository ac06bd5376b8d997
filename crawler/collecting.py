"""Garbage collection for work over many pages: a page's tree is no garbage before its article is stored."""

from __future__ import annotations

import gc

#: Allocations between two looks, and looks of the young between those of older generations. A page makes some
#: 50,000 objects that last as long as its cleaning: with Python's 700 each is looked at ten times in vain, a
#: fifth of the CPU of a crawl. What is in circles waits for some pages longer: a few megabytes.
_SELDOM = (50_000, 20, 50)


def load_fast() -> None:
    """Call it first: loading libraries makes no garbage, and looking for it takes a tenth of the time."""
    gc.set_threshold(*_SELDOM)


def collect_seldom() -> None:
    """Call it once, when everything is loaded: that is not looked at any more."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_SELDOM)
