"""A table for a person: columns as wide as their widest cell."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence


def table(header: Sequence[str], rows: Sequence[Sequence[object]], *, right: Collection[str] = ()) -> str:
    """``right``: the columns that hold numbers. None is an empty cell."""
    cells = [list(header), *([_cell(value) for value in row] for row in rows)]
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    lines = []
    for row in cells:
        padded = [
            " " * (wide - width(cell)) + cell if name in right else cell + " " * (wide - width(cell))
            for name, cell, wide in zip(header, row, widths, strict=True)
        ]
        lines.append("  ".join(padded).rstrip())
    return "\n".join(lines)


def _cell(value: object) -> str:
    return "" if value is None else " ".join(str(value).split())


def width(text: str) -> int:
    """Columns on a terminal: East Asian characters take two, combining marks none."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )
