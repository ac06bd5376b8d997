"""An article as a person names it."""

from __future__ import annotations

#: SQLite has no longer numbers.
_DIGITS = 18


def key(what: str) -> int | str:
    """Its number, or its guid or address, as ``Store.article`` takes them."""
    return int(what) if what.isdecimal() and len(what) <= _DIGITS else what
