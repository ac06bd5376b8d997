"""docs/dataset.md, made from the schema and from a dataset of a few articles.

``make docs`` writes it; a test fails where the page and the schema differ.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from exporters.store import example
from exporters.store.schema import ARTICLES_FTS
from exporters.store.store import Store

_INTRO = """\
# The dataset

Everything that Copydesk knows is in one SQLite file, `news.db` in its home. Any program that reads SQLite
reads it, also while a crawl is writing: readers neither wait nor make the crawl wait.

This page is the dataset's contract. Names and meanings stay: tables, columns and views may be added, and none
is renamed, removed or given another meaning. An older file is brought up to date by the first command that
opens it; a newer one is refused.

- Times are UTC, as text in ISO 8601: `2026-03-01T08:30:00Z`. Text order is time order.
- `published` and `modified` are the publisher's word and null where it says nothing; a day alone
  (`2026-03-01`) is all that it said. `first_seen`, `last_changed` and `last_checked` are ours.
- `last_changed` moves with the publisher's changes. What our cleaner changes when it has become wiser is kept
  in `revisions` too, with `changed_by` saying so, and moves neither `last_changed` nor a feed item.
  Where an edit came with it, a revision in between has the old text cleaned like the new one, and as HTML its
  paragraphs alone: no page said just that.
- Copies of a story (`cluster`, `duplicate_of`) are looked for among the articles that were first seen within
  30 days; what has been found stays linked.
- JSON columns are text for SQLite's `json_each` and `json_extract`.
- Write to it only through Copydesk. Tables of your own belong into a file of your own: `ATTACH` it.
- Copy the file with `copydesk backup FILE`, at any time: a plain copy during a crawl may miss what is still
  in `news.db-wal`.

In a shell: `sqlite3 -readonly news.db`. In Python: `sqlite3.connect("file:news.db?mode=ro", uri=True)`. In
pandas: `pandas.read_sql("SELECT * FROM latest", connection)`. In DuckDB: `ATTACH 'news.db' (TYPE sqlite)`.
In a browser: `copydesk serve`. More of this is in [programs.md](programs.md).
"""


@dataclass(frozen=True, slots=True)
class Query:
    question: str
    sql: str


QUERIES = (
    Query(
        "What is new, one article of each story?",
        "SELECT date, source, title\nFROM latest\nLIMIT 5;",
    ),
    Query(
        "How much does each source publish a day?",
        "SELECT day, source, articles, words\nFROM by_day\nLIMIT 14;",
    ),
    Query(
        "Which articles speak of Munich or München, best match first?",
        "SELECT a.title, snippet(articles_fts, 1, '[', ']', '…', 8) AS found\n"
        "FROM articles_fts\nJOIN articles AS a ON a.id = articles_fts.rowid\n"
        "WHERE articles_fts MATCH 'munich OR munchen' AND a.status = 'article'\nORDER BY rank, a.id;",
    ),
    Query(
        "Which headlines did a publisher change after the fact?",
        "SELECT seen, source, old_title, new_title\nFROM changes\n"
        "WHERE changed_by = 'publisher' AND old_title IS NOT new_title;",
    ),
    Query(
        "What was cut from an article, by what, and why?",
        "SELECT r.position, r.removed_by, r.why, r.text\nFROM removed_blocks AS r\n"
        "JOIN articles AS a ON a.id = r.article\n"
        "WHERE a.url = 'https://tagblatt.example/stadt/tram-bleibt-10482'\nORDER BY r.position;",
    ),
    Query(
        "Why are pages not articles?",
        "SELECT source, reason, count(*) AS pages\nFROM rejected\nGROUP BY source, reason\n"
        "ORDER BY pages DESC, source, reason;",
    ),
    Query(
        "Where does a headline come from, and what else was on offer?",
        "SELECT a.id, e.origin, e.chosen, e.raw\nFROM evidence AS e\nJOIN articles AS a ON a.id = e.article\n"
        "WHERE e.field = 'title' AND a.alternative_title IS NOT NULL\nORDER BY a.id, e.position;",
    ),
    Query(
        "Who writes most?",
        "SELECT b.name, b.kind, count(*) AS articles\nFROM bylines AS b\n"
        "JOIN latest ON latest.id = b.article\nGROUP BY b.name, b.kind\nORDER BY articles DESC, b.name;",
    ),
    Query(
        "What did the last run do, and what failed why?",
        "SELECT s.source, s.found, s.new, s.changed, s.rejected, s.failed_by, s.problem\n"
        "FROM run_sources AS s\nWHERE s.run = (SELECT max(id) FROM runs)\nORDER BY s.source;",
    ),
    Query(
        "Where in the archive lies the page that an article was made from?",
        "SELECT a.title, s.file, s.offset, s.length\nFROM articles AS a\n"
        "JOIN snapshots AS s ON s.id = a.snapshot\nWHERE a.status = 'article'\nORDER BY a.id;",
    ),
)


#: Where the columns come from that a revision or a view takes over under their names.
_TAKEN_FROM = {
    "revisions": ("articles",),
    "latest": ("articles",),
    "today": ("latest", "articles"),
    "by_source": ("articles",),
    "rejected": ("articles",),
    "changes": ("revisions", "articles"),
    "removed_blocks": ("cut_blocks",),
    "removals": ("removed_blocks",),
    "health": ("run_sources", "runs"),
    "by_day": ("articles",),
    "archived_bodies": ("snapshots",),
}


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or a view, as SQLite keeps it."""

    name: str
    kind: str
    meaning: str
    #: Name, type and meaning of its own columns, in order.
    columns: tuple[tuple[str, str, str], ...]
    #: The others: by the relation they are taken over from.
    taken: dict[str, tuple[str, ...]]


def relations(db: Database) -> dict[str, Relation]:
    """In the order in which they were made; without what SQLite and sqlite-utils keep for themselves.

    KeyError for a column that nothing is said of."""
    found: dict[str, Relation] = {}
    named = db.execute("SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', 'view')").fetchall()
    for name, kind, sql in named:
        if name.startswith(("articles_fts", "sqlite_", "_")):
            continue
        meanings = dict(_column_comments(sql))
        columns: list[tuple[str, str, str]] = []
        taken: dict[str, tuple[str, ...]] = {}
        for _, column, type, *_ in db.execute(f"PRAGMA table_info({name})"):
            if column in meanings:
                columns.append((column, _type(type), meanings[column]))
            else:
                origin = _origin(name, column, found)
                taken[origin] = (*taken.get(origin, ()), column)
        found[name] = Relation(name, kind, _opening_comment(sql), tuple(columns), taken)
    return found


def _origin(name: str, column: str, known: dict[str, Relation]) -> str:
    for origin in _TAKEN_FROM.get(name, ()):
        if any(column == own for own, *_ in known[origin].columns):
            return origin
    raise KeyError(f"nothing says what {name}.{column} means")


def _type(declared: str) -> str:
    return declared.lower() if declared else "–"


def _opening_comment(sql: str) -> str:
    return sql.partition("\n")[0].partition(" -- ")[2]


def _column_comments(sql: str) -> Iterator[tuple[str, str]]:
    comment: list[str] = []
    inside = False
    for line in map(str.strip, sql.splitlines()[1:]):
        if line.startswith("-- "):
            comment.append(line[3:])
            continue
        inside = line == "(" or (inside and not line.startswith(")"))
        if inside:
            continue
        if comment:
            named = re.search(r"\bAS (\w+),?$", line) or re.match(r"(\w+)", line)
            if named:
                yield named[1], " ".join(comment)
        comment = []
    yield from re.findall(r"(\w+) /\* (.+?) \*/", sql)


def page() -> str:
    with Store.open(":memory:") as store:
        example.fill(store)
        parts = [_INTRO, "## Tables\n"]
        known = relations(store.db)
        parts += [_relation(relation, known) for relation in known.values() if relation.kind == "table"]
        parts.append(f"### articles_fts\n\n{ARTICLES_FTS}\n")
        parts.append("## Views\n")
        parts += [_relation(relation, known) for relation in known.values() if relation.kind == "view"]
        parts.append("## Ten questions\n\nThe answers are those of a dataset of three articles.\n")
        parts += [_query(number, query, store.db) for number, query in enumerate(QUERIES, 1)]
    return "\n".join(parts)


def _relation(relation: Relation, known: dict[str, Relation]) -> str:
    parts = [f"### {relation.name}\n", f"{relation.meaning}\n"]
    if relation.columns:
        rows = [[f"`{name}`", type, meaning] for name, type, meaning in relation.columns]
        parts.append(_table(["column", "type", "meaning"], rows))
    for origin, columns in relation.taken.items():
        whole = set(columns) == {name for name, *_ in known[origin].columns}
        names = ", ".join(f"`{column}`" for column in columns)
        parts.append(f"All of `{origin}`.\n" if whole else f"As in `{origin}`: {names}.\n")
    return "\n".join(parts)


def _query(number: int, query: Query, db: Database) -> str:
    cursor = db.execute(query.sql)
    names = [column[0] for column in cursor.description]
    answer = _table(names, [[_cell(value) for value in row] for row in cursor])
    return f"### {number}. {query.question}\n\n```sql\n{query.sql}\n```\n\n{answer}"


def _cell(value: Any) -> str:
    return "" if value is None else str(value).replace("\n", " ").replace("|", "\\|")


def _table(names: list[str], rows: list[list[str]]) -> str:
    lines = [names, ["---"] * len(names), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    sys.stdout.write(page())
