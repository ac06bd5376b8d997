"""The feeds of a home as files, in three formats, with their list: replaced whole or left alone.

A feed whose bytes would be the same is not touched, so its readers' conditional requests stay cheap. A feed
that would be no feed, or empty where the old one was not, is not written: the old one stays.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from dataclasses import replace as but
from pathlib import Path
from typing import Literal, Protocol

from exporters.feeds import atom, check, editions, jsonfeed, opml, rss, wire
from exporters.feeds.editions import ALL, Edition, Newsroom, PublishedStory
from exporters.feeds.made import Made, digest
from exporters.feeds.model import Feed
from exporters.files import write, write_changed
from exporters.store.syndication import Selection
from pipelines.errors import ConfigError, StoreError

#: What browsers show feeds with; beside them.
STYLESHEET = "feeds.css"
#: The list of the feeds is called so.
TITLE = "Copydesk"


class Stories(Protocol):
    """What of the store is read."""

    def begin_feeds(self, sources: Iterable[str]) -> None: ...
    def syndicated(self, selection: Selection) -> Sequence[PublishedStory]: ...


@dataclass(frozen=True, slots=True)
class _Format:
    ending: str
    render: Callable[[Feed], bytes]
    #: What is wrong with bytes, or how many items are in them.
    check: Callable[[bytes], int | str]


#: Looked up when they are used, so that each stands for what its module does.
_FORMATS = (
    _Format("xml", lambda feed: rss.render(feed), check.rss),
    _Format("atom", lambda feed: atom.render(feed), check.atom),
    _Format("json", lambda feed: jsonfeed.render(feed), check.jsonfeed),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What became of one file."""

    #: The feed's name.
    slug: str
    path: Path
    outcome: Literal["written", "unchanged", "kept"]
    items: int
    #: Why the old one was kept.
    reason: str | None = None


def publish(
    store: Stories,
    folder: Path,
    sources: Sequence[Newsroom],
    *,
    only: Collection[str] | None = None,
    defined: Sequence[Edition] = (),
    all_defined: bool = True,
    base_url: str | None = None,
    may_empty: bool = False,
) -> tuple[Published, ...]:
    """Brings the feeds of ``sources``, of all, and those that a person ``defined`` up to date.

    ``sources`` are all there are: what may be syndicated of an article is its source's to say. ``only`` names
    those whose own feeds are wanted. ``all_defined``: False where some definitions could not be read; their
    feeds stay in the list. ``base_url`` is where the folder is served, unless told ``$COPYDESK_BASE_URL``.
    ``may_empty``: a feed may lose its last item, which is to be seen no more.
    """
    base_url = base_url or editions.served_at()
    if wire.address(base_url) is None:
        raise ConfigError(f"{base_url!r} is no address of feeds, such as https://www.example.org/feeds/")
    by_slug = {source.slug: source for source in sorted(sources, key=lambda source: source.slug)}
    _refuse_names_twice(by_slug, defined)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_changed(folder / STYLESHEET, Path(__file__).with_name(STYLESHEET).read_bytes())
        store.begin_feeds(by_slug)
        made = Made(folder)
        results: list[Published] = []
        for name, feed in _feeds(store, by_slug, only, defined, base_url):
            results += _renew(folder, name, feed, made, base_url, may_empty)
        made.save()
        _list(folder, by_slug, defined, base_url, keep=not all_defined)
        return tuple(results)
    except (FileExistsError, NotADirectoryError) as error:
        raise StoreError(f"{folder}: a file stands where the folder of the feeds should be") from error
    except OSError as error:
        raise StoreError(f"cannot write feeds to {folder}: {error.strerror or error}") from error


def _renew(
    folder: Path, name: str, feed: Feed, made: Made, base_url: str, may_empty: bool
) -> list[Published]:
    """The feed's files."""
    files = {form.ending: folder / f"{name}.{form.ending}" for form in _FORMATS}
    of = digest(feed, base_url)
    if made.is_current(name, of, files.values()):
        return [
            Published(slug=name, path=path, outcome="unchanged", items=len(feed.items))
            for path in files.values()
        ]
    results = []
    for form in _FORMATS:
        address = editions.address_of(base_url, name, form.ending)
        shown = but(feed, address=address, stylesheet=STYLESHEET)
        results.append(_replace(files[form.ending], shown, form, may_empty))
    if any(result.outcome == "kept" for result in results):
        made.drop(name)  # it is to be said again the next time
    else:
        made.note(name, of, files.values())
    return results


def _refuse_names_twice(sources: Collection[str], defined: Sequence[Edition]) -> None:
    if ALL in sources:
        raise ConfigError(f"no source can be called {ALL!r}: {ALL}.xml is the feed of all sources")
    for edition in defined:
        if edition.name in sources or edition.name == ALL:
            raise ConfigError(f"no feed can be called {edition.name!r}: there is one of that name already")


def _feeds(
    store: Stories,
    sources: dict[str, Newsroom],
    only: Collection[str] | None,
    defined: Sequence[Edition],
    base_url: str,
) -> Iterator[tuple[str, Feed]]:
    for slug, source in sources.items():
        if only is None or slug in only:
            yield slug, editions.of_source(source, store.syndicated(Selection(sources=(slug,))))
    yield ALL, editions.of_all(sources, store.syndicated(Selection()), base_url=base_url)
    for edition in defined:
        stories = store.syndicated(edition.selection)
        yield edition.name, editions.of_edition(edition, sources, stories, base_url=base_url)


def _list(
    folder: Path, sources: dict[str, Newsroom], defined: Sequence[Edition], base_url: str, *, keep: bool
) -> None:
    """The list of all feeds that have files, whichever were brought up to date now."""
    place = folder / opml.NAME
    home = editions.folder_of(base_url)
    named = [(ALL, TITLE, home), *((edition.name, edition.title, home) for edition in defined)]
    named += [(slug, source.name, source.url) for slug, source in sources.items()]
    names = {name for name, _, _ in named}
    if keep and place.exists():
        before = opml.read(place.read_bytes())
        named += [(old.name, old.title, home) for old in before if old.name not in names]
    feeds = [
        opml.Listed(name=name, title=title, home=link, address=editions.address_of(base_url, name, "xml"))
        for name, title, link in named
        if (folder / f"{name}.xml").exists()
    ]
    write_changed(place, opml.render(feeds, title=TITLE))


def _replace(path: Path, feed: Feed, form: _Format, may_empty: bool) -> Published:
    """The feed in place of the old one, if it is another one and no worse."""
    new = form.render(feed)
    old = path.read_bytes() if path.exists() else None

    def outcome(word: Literal["written", "unchanged", "kept"], reason: str | None = None) -> Published:
        return Published(slug=path.stem, path=path, outcome=word, items=len(feed.items), reason=reason)

    if new == old:
        return outcome("unchanged")
    found = form.check(new)
    if isinstance(found, str):
        return outcome("kept", f"of the new one, {found}" if old is not None else found)
    if found == 0 and old is not None and not may_empty and _holds_items(form.check(old)):
        return outcome("kept", "the new one would be empty, the old one is not")
    write(path, new)
    return outcome("written")


def _holds_items(found: int | str) -> bool:
    return isinstance(found, int) and found > 0
