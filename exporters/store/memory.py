"""What sites repeat: traces of their newest articles, and what is counted from them.

``site_traces`` is what memory rests on, ``site_blocks`` what it says, for people; a person's decisions stand
in ``site_blocks`` and stay there. Every function that writes is called inside a transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from sqlite_utils import Database

from exporters.store.connection import storable
from pipelines.boilerplate.memory import Decision, SiteMemory
from pipelines.boilerplate.traces import Kind, Trace

Word = Literal["accepted", "rejected"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteBlock:
    """A row of ``site_blocks``: something that recurs on a site."""

    #: Registered domain.
    host: str
    kind: Kind
    key: str
    #: A text, a heading or a path of tags and class names.
    example: str
    #: Articles that have it, of how many.
    articles: int
    of: int
    confidence: float
    verdict: Literal["cut", "accepted", "rejected"]
    #: Days of the oldest and the newest article that has it.
    first_seen: str
    last_seen: str
    #: A person's word; None: nobody has said.
    decision: Word | None


def remember(db: Database, article: int, site: str, trace: Trace, state: str | None) -> None:
    """Put the article's trace in place of its last one; ``recount`` forgets the oldest.

    ``state``: ``SiteMemory.state`` of the memory that the article was cleaned with."""
    (first_seen,) = db.execute("SELECT first_seen FROM articles WHERE id = ?", [article]).fetchone()
    # A day in the future would be remembered for ever.
    day = min(trace.day or first_seen[:10], first_seen[:10])
    db.execute(
        "INSERT INTO site_traces (article, site, day, trace, state) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (article) DO UPDATE SET"
        " site = excluded.site, day = excluded.day, trace = excluded.trace, state = excluded.state, due = 1",
        [article, site, day, trace.packed(), state],
    )


def settle(db: Database, article: int, state: str) -> None:
    """The article is as the site's memory wants it, or cannot be helped."""
    db.execute("UPDATE site_traces SET state = ?, due = 0 WHERE article = ?", [state, article])


def sites_due(db: Database) -> list[str]:
    """Sites that have learned something since their articles were last looked at, by name."""
    return [
        site for (site,) in db.execute("SELECT DISTINCT site FROM site_traces WHERE due = 1 ORDER BY site")
    ]


def sites(db: Database) -> list[str]:
    """Those with traces, by name."""
    return [site for (site,) in db.execute("SELECT DISTINCT site FROM site_traces ORDER BY site")]


def traces(db: Database, site: str) -> dict[int, Trace]:
    """By article."""
    found = {}
    for article, day, data in db.execute(
        "SELECT article, day, trace FROM site_traces WHERE site = ? ORDER BY day, article", [site]
    ):
        trace = Trace.unpacked(data)
        if trace is not None:
            found[article] = replace(trace, day=day)
    return found


def site_memory(db: Database, site: str) -> SiteMemory:
    """What is known of the site, with all that people have decided of it."""
    return SiteMemory(traces(db, site).values(), decisions(db, site))


def outdated(db: Database, site: str, memory: SiteMemory) -> dict[int, str]:
    """Articles of which memory says something else than when they were cleaned, with what it says now; the
    newest first. The others are due no longer."""
    states = dict(db.execute("SELECT article, state FROM site_traces WHERE site = ?", [site]).fetchall())
    says = {article: memory.state(trace) for article, trace in traces(db, site).items()}
    changed = {article: state for article, state in reversed(says.items()) if states[article] != state}
    db.conn.executemany(
        "UPDATE site_traces SET due = ? WHERE article = ?",
        [(article in changed, article) for article in states],
    )
    return changed


def decisions(db: Database, site: str) -> list[Decision]:
    rows = db.execute(
        "SELECT kind, key, decision FROM site_blocks WHERE host = ? AND decision IS NOT NULL", [site]
    )
    return [Decision(kind, key, decision == "accepted") for kind, key, decision in rows]


def decide(db: Database, site: str, kind: Kind, key: str, decision: Word | None) -> bool:
    """A person's word on a row of ``site_blocks``; None takes it back. False: there is no such row."""
    changed = db.execute(
        "UPDATE site_blocks SET decision = ?, verdict = coalesce(?, 'cut')"
        " WHERE host = ? AND kind = ? AND key = ?",
        [decision, decision, site, kind, key],
    )
    if changed.rowcount > 0:
        db.execute("UPDATE site_traces SET due = 1 WHERE site = ?", [site])
    return changed.rowcount > 0


def recount(db: Database, site: str) -> SiteMemory:
    """Forget the site's oldest traces, count anew, and write ``site_blocks``. Gives the memory."""
    known = traces(db, site)
    memory = SiteMemory(known.values(), decisions(db, site))
    remembered = set(memory.traces)
    db.conn.executemany(
        "DELETE FROM site_traces WHERE article = ?",
        [(article,) for article, trace in known.items() if trace not in remembered],
    )
    db.execute("DELETE FROM site_blocks WHERE host = ? AND decision IS NULL", [site])
    db.conn.executemany(
        "INSERT INTO site_blocks"
        " (host, kind, key, example, articles, first_seen, last_seen, of, confidence, verdict)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (host, kind, key) DO UPDATE SET articles = excluded.articles, of = excluded.of,"
        " first_seen = excluded.first_seen, last_seen = excluded.last_seen, confidence = excluded.confidence",
        [
            (
                *(site, r.kind, r.key, storable(r.example), r.articles, r.first_day, r.last_day),
                *(r.of, r.confidence, r.verdict),
            )
            for r in memory.recurring()
        ],
    )
    return memory


def blocks(db: Database, site: str | None = None) -> list[SiteBlock]:
    """What recurs, by site; decisions first, then what most articles have."""
    rows = db.execute(
        "SELECT host, kind, key, example, articles, of, confidence, verdict, first_seen, last_seen, decision"
        " FROM site_blocks WHERE ? IS NULL OR host = ?"
        " ORDER BY host, decision IS NULL, articles DESC, kind, key",
        [site, site],
    )
    names = (
        *("host", "kind", "key", "example", "articles", "of", "confidence", "verdict"),
        *("first_seen", "last_seen", "decision"),
    )
    return [SiteBlock(**dict(zip(names, row, strict=True))) for row in rows]
