"""The pages: a request in, a rendered template out. What they show comes from ``stories`` and the store."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlencode

from datasette.utils.asgi import NotFound, Response
from datasette.views.base import DatasetteError
from sqlite_utils import Database

from crawler import statuspage
from crawler.history import changes, chosen
from crawler.room import feedfiles, markup, printed, stories
from crawler.room.stories import Wanted
from exporters.store import reading
from exporters.store import search as searching
from pipelines.worddiff import html_of, word_diff

T = TypeVar("T")

#: Hits of a search that are shown, and those that can be.
_HITS, _MOST_HITS = 30, 300
#: Instructions of SQLite between two looks at the clock.
_STEPS = 20_000
#: Seconds after which a page is given up.
_PATIENCE = 5.0
#: Articles with more edits show the newest so many.
_EDITS = 20
#: On the page of all sources, more than so many do without a plot each.
_PLOTTED = 80


async def _ask(datasette: Any, question: Callable[[Database], T]) -> T:
    """In a thread, on a connection that only reads, within a time."""

    def ask(connection: sqlite3.Connection) -> T:
        until = datetime.now(UTC) + timedelta(seconds=_PATIENCE)
        connection.set_progress_handler(lambda: int(datetime.now(UTC) > until), _STEPS)
        try:
            return question(Database(connection, recursive_triggers=False, execute_plugins=False))
        except sqlite3.OperationalError as error:
            if "interrupted" not in str(error):
                raise
            raise DatasetteError("This took too long and was given up.", status=503) from error
        finally:
            connection.set_progress_handler(None, 0)

    answer: T = await datasette.get_database().execute_fn(ask)
    return answer


async def _page(datasette: Any, request: Any, name: str, values: dict[str, Any], status: int = 200) -> Any:
    html = await datasette.render_template(f"room-{name}.html", {"here": name, **values}, request=request)
    headers = {"content-security-policy": datasette.room.policy, "cache-control": "no-cache"}
    return Response.html(html, status=status, headers=headers)


async def front(datasette: Any, request: Any) -> Any:
    wanted = Wanted(
        source=request.args.get("source") or None,
        section=request.args.get("section") or None,
        language=request.args.get("language") or None,
        before=_place(request.args.get("before")),
    )
    shown, choices = await _ask(
        datasette, lambda db: (stories.front(db, wanted), stories.choices(db, wanted.source))
    )
    kept = {name: getattr(wanted, name) for name in ("source", "section", "language")}
    kept = {name: value for name, value in kept.items() if value}
    older = urlencode({**kept, "before": "{},{}".format(*shown.older)}) if shown.older else None
    return await _page(
        datasette,
        request,
        "front",
        {
            "stories": shown.stories,
            "older": older,
            "choices": choices,
            "wanted": wanted,
            "filtered": bool(kept),
            "newest": urlencode(kept),
            "today": printed.day(datetime.now(UTC).date()),
            "weekday": f"{datetime.now(UTC):%A}",
            "images": datasette.room.images,
        },
    )


def _place(given: str | None) -> tuple[str, int] | None:
    """``2025-05-04T05:30:00Z,12``; what is not such a place is the beginning."""
    day, _, id = (given or "").rpartition(",")
    return (day, int(id)) if day and id.isdecimal() and len(id) < 19 else None


async def article(datasette: Any, request: Any) -> Any:
    id = int(request.url_vars["id"])

    def find(db: Database) -> dict[str, Any] | None:
        found = reading.article(db, id)
        if found is None or found.status == "deleted":
            return None
        return {
            "article": found,
            "removed": reading.removed(db, id),
            "evidence": reading.evidence(db, id),
            "copies": stories.copies(db, id, found.cluster),
            "edits": stories.edits(db, id),
        }

    values = await _ask(datasette, find)
    if values is None:
        raise NotFound("There is no such story in the dataset.")
    found, removed = values["article"], values["removed"]
    cut = [removal for removal in removed if removal.by != "headline"]
    fields: dict[str, list[Any]] = {}
    for candidate in values["evidence"]:
        fields.setdefault(candidate.field, []).append(candidate)
    images = datasette.room.images
    values |= {
        "body": printed.ours(
            markup.body(found.html, standfirst=found.standfirst, removed=removed, images=images)
        ),
        "cuts": len(cut),
        "cut_words": sum(len(removal.text.split()) for removal in cut),
        "fields": fields,
        "address": found.url if found.url.startswith(("http://", "https://")) else None,
        "image": found.image if images and found.image and found.image.url.startswith("https://") else None,
        "database": datasette.get_database().name,
    }
    return await _page(datasette, request, "article", values)


async def history(datasette: Any, request: Any) -> Any:
    id = int(request.url_vars["id"])
    everything = request.args.get("all") == "1"

    def find(db: Database) -> Any:
        found = reading.article(db, id)
        if found is None or found.status == "deleted":
            return None
        every = changes(found, reading.revisions(db, id))
        shown, hidden = chosen(every, everything=everything)
        return found, [_edit(change) for change in reversed(shown[-_EDITS:])], len(shown), hidden

    answer = await _ask(datasette, find)
    if answer is None:
        raise NotFound("There is no such story in the dataset.")
    found, edits, count, hidden = answer
    values = {"article": found, "edits": edits, "count": count, "hidden": hidden, "everything": everything}
    return await _page(datasette, request, "history", values)


def _edit(change: Any) -> dict[str, Any]:
    """One change as the page shows it; of paragraphs that stayed those beside one that did not."""
    paragraphs: list[Any] = []
    text = change.text
    for number, paragraph in enumerate(text):
        near = text[max(number - 1, 0) : number + 2]
        if any(not other.is_same for other in near):
            paragraphs.append(printed.ours(html_of((paragraph,))))
        elif not paragraphs or paragraphs[-1] is not None:
            paragraphs.append(None)
    gone, came = change.extent
    return {
        "seen": change.seen,
        "by": change.by,
        "modified": change.modified,
        "lines": {name: printed.ours(html_of(word_diff(*line))) for name, line in change.lines.items()},
        "paragraphs": paragraphs,
        "gone": gone,
        "came": came,
    }


async def search(datasette: Any, request: Any) -> Any:
    query = (request.args.get("q") or "").strip()[:500]
    source = request.args.get("source") or None
    best = request.args.get("order") == "best"
    given = request.args.get("n") or ""
    most = min(int(given) if given.isdecimal() and len(given) < 5 else _HITS, _MOST_HITS)

    def find(db: Database) -> Any:
        if query.startswith(("http://", "https://", "urn:uuid:")):
            known = reading.article(db, query)
            if known is not None:
                return known.id
        found = searching.search(
            db, query, limit=most + 1, source=source, order="relevance" if best else "newest"
        )
        return found, stories.sources(db)

    answer = await _ask(datasette, find)
    if isinstance(answer, int):
        return Response.redirect(f"/article/{answer}")
    found, sources = answer
    more = len(found) > most and most < _MOST_HITS
    asked = {"q": query, "source": source, "order": "best" if best else None, "n": most + _HITS}
    values = {
        "query": query,
        "source": source,
        "best": best,
        "found": found[:most],
        "sources": sources,
        "understood": searching.fts_query(query) is not None,
        "more": urlencode({name: value for name, value in asked.items() if value}) if more else None,
    }
    return await _page(datasette, request, "search", values)


async def _state(datasette: Any) -> tuple[dict[str, Any], dict[str, dict[str, Any]], list[str]]:
    """What ``copydesk status`` knows, each source's days, and the days that are plotted."""

    def gather() -> Any:
        from crawler.cli.status import gather
        from crawler.sources import read
        from exporters.store import Store

        home = datasette.room.home
        declared, _ = read(home.sources)
        now = datetime.now(UTC)
        with Store.open(home.database, read_only=True) as store:
            days = store.days(since=now - timedelta(days=statuspage.DAYS))
        by_source: dict[str, dict[str, Any]] = {}
        for day in days:
            by_source.setdefault(day.source, {})[day.day] = day
        return gather(home, declared), by_source, statuspage.dates(now.date())

    return await asyncio.get_running_loop().run_in_executor(None, gather)


async def sources(datasette: Any, request: Any) -> Any:
    state, days, dates = await _state(datasette)
    plotted = len(state["sources"]) <= _PLOTTED
    rows = [
        {
            **row,
            "plot": printed.ours(statuspage.bars("new articles a day", days.get(row["source"], {}), dates))
            if plotted
            else None,
        }
        for row in sorted(state["sources"], key=lambda row: (row["healthy"] is not False, row["source"]))
    ]
    values = {
        "state": state,
        "rows": rows,
        "well": sum(row["healthy"] is True for row in rows),
        "days": len(dates),
    }
    return await _page(datasette, request, "sources", values)


async def source(datasette: Any, request: Any) -> Any:
    slug = request.url_vars["slug"]
    state, days, dates = await _state(datasette)
    row = next((row for row in state["sources"] if row["source"] == slug), None)
    if row is None:
        raise NotFound("There is no such source.")
    latest = await _ask(datasette, lambda db: stories.front(db, Wanted(source=slug), limit=12))
    values = {
        "row": row,
        "plots": printed.ours(statuspage.plots(days.get(slug, {}), dates)),
        "stories": latest.stories,
        "days": len(dates),
        "database": datasette.get_database().name,
    }
    return await _page(datasette, request, "source", values)


async def feeds(datasette: Any, request: Any) -> Any:
    folder = datasette.room.home.feeds
    written, left = feedfiles.listed(folder)
    values = {"feeds": written, "left": left, "opml": (folder / "feeds.opml").is_file()}
    return await _page(datasette, request, "feeds", values)


async def feed(datasette: Any, request: Any) -> Any:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in request.scope["headers"]}
    answer = await asyncio.get_running_loop().run_in_executor(
        None, feedfiles.answer, datasette.room.home.feeds, request.url_vars["name"], headers
    )
    if answer is None:
        raise NotFound("There is no such feed.")
    kind = answer.headers.pop("content-type", "text/plain")
    return Response(answer.body, status=answer.status, headers=answer.headers, content_type=kind)
