"""What is known of feeds, sitemaps, section pages and robots.txt, and of addresses that gave no page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields
from typing import Any, TypeVar

from sqlite_utils import Database

from exporters.store.connection import storable
from exporters.store.rows import Endpoint, Failure, FetchState, Robots

_Kind = TypeVar("_Kind", FetchState, Robots, Failure)


def fetch_state(db: Database, url: str) -> FetchState | None:
    return next(_read(db, FetchState, "fetch_state WHERE url = ?", [url]), None)


def save_fetch_state(db: Database, state: FetchState) -> None:
    db.table("fetch_state").upsert(asdict(state), pk="url")


def robots(db: Database, origin: str) -> Robots | None:
    return next(_read(db, Robots, "robots WHERE origin = ?", [origin]), None)


def save_robots(db: Database, robots: Robots) -> None:
    db.table("robots").upsert(asdict(robots), pk="origin")


def endpoints(db: Database, source: str) -> tuple[Endpoint, ...]:
    rows = db.execute(
        "SELECT url, kind, origin, title FROM endpoints WHERE source = ? ORDER BY found, rowid", [source]
    )
    return tuple(
        Endpoint(url=url, kind=kind, origin=origin, title=title) for url, kind, origin, title in rows
    )


def add_endpoints(db: Database, source: str, endpoints: Sequence[Endpoint], now: str) -> None:
    """One that is known keeps the origin and the day it was found with."""
    rows = [
        {"source": source, **asdict(endpoint), "title": storable(endpoint.title), "found": now}
        for endpoint in endpoints
    ]
    db.table("endpoints").insert_all(rows, pk=("source", "url"), ignore=True)


def add_failure(
    db: Database, url: str, *, source: str, reason: str, now: str, run: int | None, detail: str | None
) -> None:
    db.execute(
        "INSERT INTO failures (url, source, run, reason, detail, first_failed, last_failed, tries)"
        " VALUES (:url, :source, :run, :reason, :detail, :now, :now, 1)"
        " ON CONFLICT (url) DO UPDATE SET source = :source, run = :run, reason = :reason, detail = :detail,"
        " last_failed = :now, tries = tries + 1",
        {
            "url": storable(url),
            "source": source,
            "run": run,
            "reason": reason,
            "detail": storable(detail),
            "now": now,
        },
    )


def failures(db: Database, source: str | None) -> tuple[Failure, ...]:
    where, parameters = ("WHERE source = ?", [source]) if source else ("", [])
    return tuple(_read(db, Failure, f"failures {where} ORDER BY last_failed DESC, url", parameters))


def _read(db: Database, kind: type[_Kind], rows: str, parameters: Sequence[Any]) -> Iterator[_Kind]:
    """Rows whose columns are the fields of ``kind``."""
    names = [field.name for field in fields(kind)]
    sql = f"SELECT {', '.join(names)} FROM {rows}"  # noqa: S608 - columns and rows are ours
    for row in db.execute(sql, parameters).fetchall():
        yield kind(**dict(zip(names, row, strict=True)))
