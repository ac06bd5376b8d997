"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/). Pure."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable
from typing import Any

from crawler.discovery.addresses import plain, scalar
from crawler.discovery.raw import MAX_ENTRIES, Raw, RawItem, unique


def looks_like(text: str) -> bool:
    return text[:100].lstrip().startswith("{")


def read(text: str) -> Raw | None:
    """The JSON Feed in ``text``, or None if it is another kind of JSON or none at all."""
    try:
        data = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or not isinstance(items := data.get("items"), list):
        return None
    version = re.match(
        r"https?://(?:www\.)?jsonfeed\.org/version/(\d)(?:\.(\d))?", str(data.get("version") or "")
    )
    if version is None:
        return None
    hubs = [hub for hub in _list(data.get("hubs")) if isinstance(hub, dict)]
    return Raw(
        kind=f"json{version[1]}{version[2] or '0'}",
        items=tuple(_item(item) for item in items[:MAX_ENTRIES] if isinstance(item, dict)),
        title=plain(data.get("title")),
        home=_text(data.get("home_page_url")),
        language=_text(data.get("language")),
        self_url=_text(data.get("feed_url")),
        next_url=_text(data.get("next_url")),
        hub_url=next((_text(hub.get("url")) for hub in hubs), None),
    )


def _item(item: dict[str, Any]) -> RawItem:
    content = _text(item.get("content_html"))
    if content is None and (words := _text(item.get("content_text"))):
        content = "".join(f"<p>{html.escape(part, quote=False)}</p>" for part in re.split(r"\n\s*\n", words))
    summary = _text(item.get("summary"))
    identity = item.get("id")
    if isinstance(identity, int | float) and not isinstance(identity, bool):
        identity = str(identity)  # allowed to be a number in practice, a string by the specification
    identity = _text(identity)
    files = [file for file in _list(item.get("attachments")) if isinstance(file, dict)]
    return RawItem(
        link=_text(item.get("url"))
        or (identity if identity and re.match("https?://", identity) else None)
        or _text(item.get("external_url")),
        id=identity,
        title=plain(item.get("title")),
        authors=_names([*_list(item.get("authors")), item.get("author")]),
        published=_text(item.get("date_published")),
        modified=_text(item.get("date_modified")),
        language=_text(item.get("language")),
        tags=unique(plain(tag) for tag in _list(item.get("tags"))),
        image=_text(item.get("image")) or _text(item.get("banner_image")),
        summary=html.escape(summary, quote=False) if summary else None,
        content=content,
        is_media=any(str(file.get("mime_type", "")).startswith(("audio/", "video/")) for file in files),
    )


def _names(authors: Iterable[object]) -> tuple[str, ...]:
    return unique(plain(author.get("name")) for author in authors if isinstance(author, dict))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return scalar(value).strip() or None if isinstance(value, str) else None
