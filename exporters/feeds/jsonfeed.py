"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/). Pure."""

from __future__ import annotations

import json
from typing import Any

from exporters.feeds.model import Feed, Item
from exporters.feeds.wire import address, rfc3339, safe_html, text

VERSION = "https://jsonfeed.org/version/1.1"


def render(feed: Feed) -> bytes:
    document = _known(
        version=VERSION,
        title=text(feed.title),
        home_page_url=address(feed.link),
        feed_url=address(feed.address) if feed.address else None,
        description=text(feed.description),
        language=feed.language,
    )
    document["items"] = [_item(item) for item in feed.items]
    return json.dumps(document, ensure_ascii=False, indent=1).encode("utf-8") + b"\n"


def _item(item: Item) -> dict[str, Any]:
    body = {"content_html": safe_html(item.html, base=item.url)} if item.html else {}
    if not body:  # one of the two is required
        body = {"content_text": text(item.summary or item.title)}
    image = address(item.image.url) if item.image else None
    return _known(
        id=text(item.id),
        url=address(item.url),
        title=text(item.title),
        **body,
        summary=text(item.summary) if item.summary else None,
        image=image,
        date_published=rfc3339(item.published),
        date_modified=rfc3339(item.updated) if rfc3339(item.updated) != rfc3339(item.published) else None,
        authors=_authors(item),
        tags=[text(tag) for tag in item.tags],
        language=item.language,
    )


def _authors(item: Item) -> list[dict[str, str]]:
    if item.authors or item.origin is None:
        return [{"name": text(author)} for author in item.authors]
    home = address(item.origin.home)
    return [{"name": text(item.origin.name), **({"url": home} if home else {})}]


def _known(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value}
