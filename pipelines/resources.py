"""Where the files that ship with Copydesk lie: beside the packages in a checkout, inside them in a wheel."""

from __future__ import annotations

from pathlib import Path

_WHEEL = Path(__file__).parent / "_data"
_CHECKOUT = Path(__file__).parents[1] / "data"


def packaged(name: str) -> Path:
    """The folder of built-in ``rules``, ``models``, ``sample`` or ``sources``."""
    return (_WHEEL if _WHEEL.is_dir() else _CHECKOUT) / name
