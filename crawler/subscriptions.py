"""Subscription lists of feed readers (OPML) as sources. Pure: nothing is asked of the net.

lxml reads them as it reads all else here; a library for forty lines would be one more to trust.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from lxml import etree

from crawler.discovery.addresses import absolute, plain
from crawler.sources import RESERVED, Source, slug_of
from pipelines.errors import ConfigError
from pipelines.urls import identity

#: A list of ten thousand feeds has 3 MB.
MOST_BYTES = 20 * 1024 * 1024
#: Folders within folders; deeper ones are read as if they were one.
DEEPEST = 100

_LONGEST_NAME = 200
#: "feed://host/path" and "feed:https://host/path" are old ways to say that an address is a feed's.
_FEED_SCHEME = re.compile(r"\Afeed:(//(?!https?:))?(?://)?", re.IGNORECASE)
#: An ampersand that begins no reference: the parser would drop what follows it.
_BARE = re.compile(rb"&(?!#?\w{1,31};)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One feed of a list."""

    feed: str
    #: The site's home page, where the list says it.
    home: str | None
    title: str | None
    #: The folders it lies in, the outermost first.
    folders: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What becomes of a list."""

    #: Each with the addresses' origins, as a source file notes them.
    sources: tuple[tuple[Source, dict[str, str]], ...]
    #: Feeds that are declared already.
    known: tuple[str, ...]
    #: Entries of the list that name no feed, as they stand there.
    unusable: tuple[str, ...]


def read(data: bytes, name: str) -> tuple[tuple[Subscription, ...], tuple[str, ...], int | None]:
    """The feeds of a list, each once, in its order; what in it names none; and the line where it is damaged.

    Of a damaged list, such as one that was cut off, what could be read. ConfigError where it is no list."""
    if len(data) > MOST_BYTES:
        raise ConfigError(f"{name} is larger than {MOST_BYTES // 1024 // 1024} MB, and no list of feeds is")
    # Lists written by hand have a bare & here and there: what can be read is read.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    if b"\0" not in data:  # not UTF-16
        data = _BARE.sub(b"&amp;", data)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None or str(root.tag).rpartition("}")[2].lower() != "opml":
        raise ConfigError(f"{name} is no OPML; a feed reader exports one")
    if root.getroottree().docinfo.internalDTD is not None:
        raise ConfigError(f"{name} declares entities, and no list of feeds needs any; take the DOCTYPE out")
    found: dict[str, Subscription] = {}
    unusable: list[str] = []
    for outline, folders in _outlines(root):
        given = {str(key).lower(): str(value) for key, value in outline.attrib.items()}
        title = plain(given.get("title")) or plain(given.get("text"))
        if "xmlurl" not in given:
            if given.get("type", "").lower() in ("rss", "atom") or ("url" in given and not len(outline)):
                unusable.append(title or given.get("url", ""))
            continue
        feed = absolute("", _FEED_SCHEME.sub(lambda f: "https://" if f[1] else "", given["xmlurl"].strip()))
        if feed is None:
            unusable.append(given["xmlurl"][:200])
            continue
        found.setdefault(
            identity(feed),
            Subscription(feed=feed, home=absolute(feed, given.get("htmlurl")), title=title, folders=folders),
        )
    fatal = [entry.line for entry in parser.error_log if entry.level == etree.ErrorLevels.FATAL]
    return tuple(found.values()), tuple(unusable), fatal[0] if fatal else None


def _outlines(root: etree._Element) -> Iterator[tuple[etree._Element, tuple[str, ...]]]:
    """Every outline with the names of those around it; no recursion, lists may be nested without end."""
    waiting: list[tuple[etree._Element, tuple[str, ...]]] = [(root, ())]
    while waiting:
        element, folders = waiting.pop()
        tag = str(element.tag).rpartition("}")[2].lower()
        inside = folders
        if tag == "outline":
            yield element, folders
            name = plain(element.get("text") or element.get("title"))
            if name and len(folders) < DEEPEST:
                inside = (*folders, name)
        waiting += ((child, inside) for child in reversed(element) if isinstance(child.tag, str))


def sources_of(
    subscriptions: Iterable[Subscription],
    known: Collection[Source],
    *,
    name: str,
    unusable: tuple[str, ...] = (),
    taken: Collection[str] = (),
) -> Taken:
    """A source for each site that is not declared yet; feeds of one home page are one source.

    ``taken``: slugs that are not free, whether or not their files can be read."""
    declared = {identity(feed) for source in known for feed in source.feeds}
    homes = {identity(source.url) for source in known}
    slugs = {*RESERVED, *taken, *(source.slug for source in known)}
    by_home: dict[str, list[Subscription]] = {}
    skipped: list[str] = []
    for each in subscriptions:
        home = _home(each)
        if identity(each.feed) in declared or identity(home) in homes:
            skipped.append(each.feed)
        else:
            by_home.setdefault(home, []).append(each)
    sources = []
    for home, several in by_home.items():
        slug = _free(home, several[0].title, slugs)
        slugs.add(slug)
        title = (several[0].title or "")[:_LONGEST_NAME] if len(several) == 1 else ""
        given = {"name": title} if title else {}
        source = Source.model_validate(
            {"slug": slug, "url": home, "feeds": tuple(each.feed for each in several), **given}
        )
        sources.append((source, {each.feed: " / ".join((name, *each.folders)) for each in several}))
    return Taken(sources=tuple(sources), known=tuple(skipped), unusable=unusable)


def _home(subscription: Subscription) -> str:
    """The site's home page; where the list is silent, that of the feed's host."""
    home = subscription.home
    # A list may name the feed itself, or carry a password, which no source file may.
    if home is None or "@" in home.partition("://")[2].partition("/")[0]:
        home = urljoin(subscription.feed, "/")
    home = home.partition("#")[0]
    return home if urlsplit(home).path else home + "/"


def _free(home: str, title: str | None, slugs: Collection[str]) -> str:
    """A name for the source: the host's, else the title's too, else one with a number."""
    slug = slug_of(home)
    if slug not in slugs:
        return slug
    words = re.sub(r"[^a-z0-9]+", "-", (title or "").lower()).strip("-")
    longer = f"{slug}-{words}"[:60].strip("-")
    candidates = [longer] if words else []
    number = 2
    while not candidates or candidates[-1] in slugs:
        candidates.append(f"{slug[:55]}-{number}")
        number += 1
    return candidates[-1]
