"""The published feeds as they lie in the home, with what a reader needs to ask only for what is new.

Without Datasette: a folder and a request's headers in, an answer out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

from exporters.feeds import opml
from exporters.store.connection import stamp

#: What is served of the folder, by the end of its name. Browsers show "application/rss+xml" as its source; as
#: plain XML they show a feed with its style sheet, and feed readers take either.
TYPES = {
    ".xml": "application/xml; charset=utf-8",
    ".atom": "application/xml; charset=utf-8",
    ".json": "application/feed+json; charset=utf-8",
    ".opml": "text/x-opml; charset=utf-8",
    ".css": "text/css; charset=utf-8",
}
#: As the list of feeds calls them.
FORMATS = {".xml": "RSS", ".atom": "Atom", ".json": "JSON Feed"}
#: A feed can hold no script, and is shown with the style sheet beside it.
POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


@dataclass(frozen=True, slots=True)
class FeedFiles:
    """The files of one feed."""

    name: str
    title: str
    #: Name of the format and of the file.
    files: tuple[tuple[str, str], ...]
    #: When one of them last changed.
    changed: str


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def listed(folder: Path) -> tuple[tuple[FeedFiles, ...], tuple[FeedFiles, ...]]:
    """Those in the list of feeds, in its order; and what lies beside them and is no longer written, by name.

    Without a list nobody can tell them apart: they all count as written, the feed of all first."""
    by_name: dict[str, list[Path]] = {}
    for suffix in FORMATS:
        for path in folder.glob(f"*{suffix}"):
            if not path.name.startswith(".") and path.is_file():
                by_name.setdefault(path.stem, []).append(path)
    shelved = {feed.name: feed.title for feed in opml.shelf(folder)}
    if shelved:
        written = [name for name in shelved if name in by_name]
    else:
        written = sorted(by_name, key=lambda name: (name != "all", name))
    return (
        tuple(_described(name, shelved.get(name), by_name[name]) for name in written),
        tuple(_described(name, None, by_name[name]) for name in sorted(by_name.keys() - set(written))),
    )


def _described(name: str, title: str | None, paths: list[Path]) -> FeedFiles:
    return FeedFiles(
        name=name,
        title="All sources" if name == "all" else title or name,
        files=tuple((FORMATS[path.suffix], path.name) for path in paths),
        changed=stamp(datetime.fromtimestamp(max(path.stat().st_mtime for path in paths), UTC)),
    )


def answer(folder: Path, name: str, headers: Mapping[str, str]) -> Answer | None:
    """None: there is no such feed. ``headers``: of the request, by their names in lower case."""
    path = folder / name
    if Path(name).name != name or name.startswith(".") or path.suffix not in TYPES or not path.is_file():
        return None
    try:
        # A file is replaced whole: what is open stays what it was.
        with path.open("rb") as file:
            changed = datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
            body = file.read()
    except FileNotFoundError:
        return None
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    validators = {
        "etag": tag,
        "last-modified": format_datetime(changed, usegmt=True),
        "cache-control": "no-cache",
        "content-security-policy": POLICY,
    }
    if _unchanged(headers, tag, changed):
        return Answer(304, headers=validators)
    return Answer(200, body, {"content-type": TYPES[path.suffix], **validators})


def _unchanged(headers: Mapping[str, str], tag: str, changed: datetime) -> bool:
    """RFC 9110, 13.2.2: where there are tags, the date does not count."""
    tags = headers.get("if-none-match")
    if tags is not None:
        given = [one.strip().removeprefix("W/") for one in tags.split(",")]
        return "*" in given or tag in given
    try:
        since = parsedate_to_datetime(headers.get("if-modified-since", ""))
    except (ValueError, OverflowError):
        return False
    return since.tzinfo is not None and changed <= since
