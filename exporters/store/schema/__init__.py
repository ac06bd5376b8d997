"""The dataset's tables and views, and how an older dataset becomes a newer one.

One module a migration, ``m0001_…`` and so on, found by name and applied in their order. They are append-only:
a released one is never edited, a change is a new module with the next number. What a table, a column or a
view means is said once, in the comment beside it: SQLite keeps the comments, so ``.schema`` shows them, and
docs/dataset.md is made from them.

Columns added later carry their meaning inside the statement, where SQLite keeps it too::

    ALTER TABLE articles ADD COLUMN mood /* What it means. */ TEXT
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from exporters.store.schema.base import ARTICLES_FTS, DATE, TOKENIZE, migrations

__all__ = ["ARTICLES_FTS", "DATE", "TOKENIZE", "migrations"]

for _name in sorted(module.name for module in iter_modules(__path__)):
    if _name[0] == "m" and _name[1:5].isdigit():
        import_module(f"{__name__}.{_name}")
