"""What Datasette is told of the reading room, hook by hook."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

from markupsafe import Markup
from pluggy import HookimplMarker

from crawler.room import guard, printed, views

hookimpl = HookimplMarker("datasette")

#: Tables and views with an article a row, and in which column its number stands.
_ARTICLE_IN = {
    "articles": "id",
    "latest": "id",
    "rejected": "id",
    "today": "id",
    "changes": "article",
    "removed_blocks": "article",
}


#: Bytes of a value or row. The time limit is looked at between two steps of SQLite; one step that makes a
#: gigabyte would hold the room for minutes.
MAX_VALUE = 50_000_000


def _is_ours(datasette: Any) -> bool:
    return hasattr(datasette, "room")


@hookimpl
def register_routes(datasette: Any) -> list[tuple[str, Callable[..., Any]]]:
    if not _is_ours(datasette):
        return []
    return [
        (r"^/$", views.front),
        (r"^/article/(?P<id>\d{1,18})$", views.article),
        (r"^/article/(?P<id>\d{1,18})/history$", views.history),
        (r"^/search$", views.search),
        (r"^/sources$", views.sources),
        (r"^/sources/(?P<slug>[^/]+)$", views.source),
        (r"^/feeds/?$", views.feeds),
        (r"^/feeds/(?P<name>[^/]+)$", views.feed),
    ]


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[guard.App], guard.App]:
    def wrap(app: guard.App) -> guard.App:
        if not _is_ours(datasette):
            return app
        room = datasette.room
        return guard.guarded(app, names=room.names, default_policy=room.data_policy)

    return wrap


@hookimpl
def prepare_connection(conn: Any, database: str, datasette: Any) -> None:
    # What Datasette keeps for itself, in memory, it writes.
    if _is_ours(datasette) and database != "_internal":
        conn.execute("PRAGMA query_only = ON")
        conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE)


@hookimpl
def prepare_jinja2_environment(env: Any, datasette: Any) -> None:
    if _is_ours(datasette):
        env.filters.update(
            moment=printed.moment,
            language_name=printed.language,
            hits=printed.hits,
            counted=printed.counted,
        )
        env.globals["room_version"] = datasette.room.version


@hookimpl
def render_cell(value: Any, column: str, table: str | None, datasette: Any) -> Markup | None:
    """An article's number leads to its page."""
    if not _is_ours(datasette) or table is None or _ARTICLE_IN.get(table) != column:
        return None
    if not isinstance(value, int):
        return None
    return Markup('<a href="/article/{0}">{0}</a>').format(value)
