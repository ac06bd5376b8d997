"""The dataset's own descriptions as Datasette shows them, and its questions as canned queries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from exporters.store import Store
from exporters.store.describe import QUERIES, Relation, relations
from exporters.store.schema import ARTICLES_FTS

#: Copydesk's own bookkeeping: there for who looks for it, out of the way of who reads.
_INTERNAL = frozenset(
    {
        "checks",
        "cleanings",
        "cut_blocks",
        "cut_reasons",
        "forgotten",
        "naming",
        "parameters",
        "robots",
        "site_traces",
        "source_counts",
        "story_keys",
        "story_marks",
        "_sqlite_migrations",
    }
)
_UNITS = {
    "snapshots": {"length": "B", "offset": "B"},
    "run_sources": {"seconds": "s"},
    "health": {"seconds": "s"},
}
_SORTED = {
    "articles": "first_seen",
    "failures": "last_failed",
    "revisions": "replaced",
    "runs": "id",
    "run_sources": "run",
}
_LABELS = {"articles": "title", "runs": "started", "snapshots": "url"}
#: What is asked for instead of an example's words. Nothing is no question to the full-text search: it stays.
_PARAMETERS = (
    ("'https://tagblatt.example/stadt/tram-bleibt-10482'", ":url"),
    ("'munich OR munchen'", "coalesce(nullif(:words, ''), 'munich OR munchen')"),
)


def metadata(database: Path) -> dict[str, Any]:
    """Raises StoreError where there is no dataset, or a newer one; an older one is brought up to date."""
    with Store.open(database, read_only=True) as store:
        known = relations(store.db)
        names = {name for (name,) in store.db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    tables = {name: _table(relation, known) for name, relation in known.items()}
    for name in sorted(_INTERNAL & names):
        tables.setdefault(name, {})["hidden"] = True
    tables["articles_fts"] = {"description": ARTICLES_FTS.replace("`", ""), "hidden": True}
    return {
        "title": "Copydesk",
        "description": "The dataset behind the reading room: read-only, for SQL, facets, JSON and CSV.",
        "databases": {
            database.stem: {
                "title": "The dataset",
                "description": (
                    "All that Copydesk knows, while crawls go on writing. Times are UTC; published and "
                    "modified are the publisher's word, first_seen and last_changed ours."
                ),
                "queries": dict(_queries()),
                "tables": tables,
            }
        },
    }


def _table(relation: Relation, known: dict[str, Relation]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "description": relation.meaning.replace("`", ""),
        "columns": _columns(relation, known),
    }
    if relation.name in _UNITS:
        described["units"] = _UNITS[relation.name]
    if relation.name in _SORTED:
        described["sort_desc"] = _SORTED[relation.name]
    if relation.name in _LABELS:
        described["label_column"] = _LABELS[relation.name]
    return described


def _columns(relation: Relation, known: dict[str, Relation]) -> dict[str, str]:
    meanings = {name: meaning.replace("`", "") for name, _, meaning in relation.columns}
    for origin, names in relation.taken.items():
        inherited = _columns(known[origin], known)
        meanings.update({name: inherited[name] for name in names})
    return meanings


def _queries() -> Iterator[tuple[str, dict[str, str]]]:
    for query in QUERIES:
        sql = query.sql.removesuffix(";")
        for example, parameter in _PARAMETERS:
            sql = sql.replace(example, parameter)
        name = re.sub(r"[^a-z0-9]+", "-", query.question.lower()).strip("-")
        yield name, {"sql": sql, "title": query.question}
