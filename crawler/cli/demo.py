"""``copydesk demo``: the sample newspaper, crawled twice on this machine."""

from __future__ import annotations

import difflib
import shutil
import sys
import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import groupby, islice
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from crawler.cli import pass_home
from crawler.home import Home
from pipelines.errors import ConfigError, CopydeskError

if TYPE_CHECKING:
    from crawler.crawling import CrawlResult
    from crawler.sample import Hit, Served, Site, Truth
    from crawler.sources import Source
    from exporters.store import Store, StoredArticle
    from pipelines.types import Article, Verdict

T = TypeVar("T")

#: In the demo's folder: git leaves it alone, and the next demo may delete it.
MARK = "# made by `copydesk demo`, which deletes this folder when it runs again\n*\n"
#: The story that is shown before and after.
SHOWN = ("bitlotse", "trump-sheinbaum-kartelle")
#: Characters of a paragraph that is only quoted, and of what is cut without much ado.
QUOTED = 150
SHORT = 40
#: Wrong paragraphs that are shown of a story.
DIFFERENCES = 3


@click.command()
@pass_home
def command(home: Home) -> None:
    """Crawl a small newspaper of our own on this machine, and show what comes out.

    Three newsrooms are served on loopback, crawled into the folder demo of the home (./data/demo), compared
    with what their stories really say, and crawled again. Nothing else is asked for on the network. The exit
    code is 1 if a story is not exactly its truth, or if one is fetched twice.
    """
    from crawler.cli.crawl import table
    from crawler.sample import newspaper, serve
    from exporters.store import Store

    sites = newspaper()
    demo = _fresh(Home(home.path / "demo"))
    with serve() as served:
        _heading("The newspaper")
        for site in sites:
            click.echo(f"  {site.slug:<9} {site.name:<22} {served.bases[site.slug]}  {site.data['about']}")
        _declare(demo, served)
        _heading("The first crawl")
        first = _alone(_crawl, demo.path)
        click.echo(textwrap.indent(table(first.sources), "  "))
        asked = served.story_hits()
        before = {path: path.read_bytes() for path in sorted(demo.feeds.glob("*.xml"))}
        with Store.open(demo.database, read_only=True) as store:
            _heading("One story, before and after")
            shown = _show(store, demo, sites, served)
            _heading("The truth")
            exact = _compare(store, sites, served)
        _heading("The second crawl")
        since = len(served.hits)
        second = _alone(_crawl, demo.path)
        once = _again(served, since, asked, before)
    _heading("What is left")
    _farewell(demo, shown)
    if not exact or not once or first.exit_code or second.exit_code:
        raise click.exceptions.Exit(1)


def _fresh(demo: Home) -> Home:
    """An empty home, in place of what an earlier demo left."""
    mark = demo.path / ".gitignore"
    if demo.path.exists():
        if not mark.is_file() or mark.read_text("utf-8") != MARK:
            raise ConfigError(
                f"{demo.path} was not made by a demo and is left alone; name another home: "
                "copydesk --home DIR demo"
            )
        shutil.rmtree(demo.path)
    demo.sources.mkdir(parents=True)
    demo.rules.mkdir()
    mark.write_text(MARK, "utf-8")
    return demo


def _declare(demo: Home, served: Served) -> None:
    """One source as ``copydesk add`` finds it, one with a feed and a sitemap, one with a page that lists."""
    from crawler.sources import Section, Source, write

    found, origins = _alone(_add, served.bases["bitlotse"] + "/")
    courier, faro = (served.bases[slug] + "/" for slug in ("courier", "faro"))
    sources = (
        found,
        Source(
            slug="courier",
            url=courier,
            name="The Saltmarsh Courier",
            feeds=(courier + "news.atom",),
            sitemaps=(courier + "sitemap-news.xml",),
            delay=0,
            allow_private=True,
        ),
        Source(
            slug="faro",
            url=faro,
            name="El Faro del Ribazo",
            sections=(Section(url=faro + "ultimas/"),),
            delay=0,
            allow_private=True,
        ),
    )
    for source in sources:
        write(source, demo.sources / f"{source.slug}.toml", origins=origins)


def _add(url: str) -> tuple[Source, dict[str, str]]:
    """What ``copydesk add`` would write, without its patience: the site is this machine."""
    from crawler.cli.add import source_of
    from crawler.crawling import survey_site

    found = survey_site(url, allow_private=True)
    source = source_of(found, "bitlotse", allow_private=True)
    return source.model_copy(update={"delay": 0.0}), {e.url: e.origin for e in found.endpoints if e.chosen}


def _alone(function: Callable[..., T], *args: Any) -> T:
    """In a process of its own: Scrapy's reactor starts once a process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        result, sentence, code = pool.submit(_told, function, *args).result()
    if sentence is not None:
        click.echo(f"copydesk: {sentence}", err=True)
        raise click.exceptions.Exit(code)
    return cast("T", result)


def _told(function: Callable[..., T], *args: Any) -> tuple[T | None, str | None, int]:
    """Errors as words: they know too much of themselves to travel between processes."""
    try:
        return function(*args), None, 0
    except CopydeskError as error:
        return None, str(error), error.exit_code


def _crawl(path: Path) -> CrawlResult:
    from crawler.crawling import Options, crawl
    from crawler.sources import load

    home = Home(path)
    return crawl(home, load(home.sources), Options(all=True))


def _show(store: Store, demo: Home, sites: Iterable[Site], served: Served) -> int:
    """Its id in the dataset."""
    slug, story = SHOWN
    site = next(s for s in sites if s.slug == slug)
    stored = store.article(served.bases[slug] + site.story(story).truth.path)
    if stored is None:
        click.secho("  The story is not in the dataset.", fg="red")
        return 1
    cleaned = _cleaned(store, demo, stored)
    click.secho("  The page from top to bottom. What was cut is marked ✂, with what cut it:\n", dim=True)
    for kept, by, words in _lines(cleaned.verdicts if cleaned else ()):
        if kept:
            _paragraph(words, "    ")
        else:
            _paragraph(f"{words}  [{by}]", "  ✂ ", fg="red")
    click.secho("\n  The story as it is stored:\n", dim=True)
    _paragraph(stored.title or "", "    ", bold=True)
    for paragraph in stored.text.split("\n\n"):
        click.echo()
        _paragraph(paragraph, "    ")
    return stored.id


def _lines(verdicts: Iterable[Verdict]) -> Iterator[tuple[bool, str, str]]:
    """Kept or cut, by whom, and the words: long ones shortened, menus and the like on one line."""
    for (kept, by, short), group in groupby(
        ((" ".join(v.text.split()), v) for v in verdicts if v.text.strip()),
        key=lambda pair: (pair[1].kept, pair[1].by, not pair[1].kept and len(pair[0]) <= SHORT),
    ):
        quoted = [textwrap.shorten(words, QUOTED, placeholder=" …") for words, _ in group]
        for words in [" · ".join(quoted)] if short else quoted:
            yield kept, by, words


def _cleaned(store: Store, demo: Home, stored: StoredArticle) -> Article | None:
    """The article once more, from the archive: the dataset has what was cut, the page has the order."""
    from exporters.archive import Archive
    from pipelines.clean import clean
    from pipelines.types import Page

    snapshot = store.snapshot(stored.snapshot) if stored.snapshot is not None else None
    if snapshot is None:
        return None
    with Archive(demo.archive) as archive:
        answer = archive.read(snapshot)
    return clean(Page(url=answer.url, body=answer.body, entry=store.entry(stored.id)))


def _paragraph(text: str, lead: str, *, fg: str | None = None, bold: bool = False) -> None:
    width = min(shutil.get_terminal_size((100, 24)).columns, 100)
    indent = " " * len(lead)
    lines = textwrap.fill(text, width, initial_indent=lead, subsequent_indent=indent, break_on_hyphens=False)
    click.secho(lines, fg=fg, bold=bold)


def _compare(store: Store, sites: Iterable[Site], served: Served) -> bool:
    """Whether every address of the newspaper came out as its truth says."""
    from crawler.sample import differences

    right: Counter[str] = Counter()
    all_of: Counter[str] = Counter()
    for site, truth in _truths(sites):
        url = served.bases[site.slug] + truth.path
        stored = store.article(url)
        all_of[truth.status] += 1
        wrong = differences(truth, stored) if stored is not None else ("not stored",)
        if not wrong:
            right[truth.status] += 1
        else:
            click.secho(f"  {url}: {', '.join(wrong)}", fg="red")
            if stored is not None and "text" in wrong:
                _difference(truth.text, stored.text)
    exact = right == all_of
    click.secho(
        f"  {right['article']} of {all_of['article']} stories are exactly the truth: "
        "headline, authors, date, language, dateline and every word.",
        fg="green" if exact else "red",
    )
    click.echo(f"  {right['rejected']} of {all_of['rejected']} pages that are no story were told apart.")
    return exact


def _difference(truth: str, text: str) -> None:
    """The first paragraphs that are there and should not be, or that are missing."""
    lines = difflib.ndiff(truth.split("\n\n"), text.split("\n\n"))
    for line in islice((line for line in lines if line[0] in "+-"), DIFFERENCES):
        _paragraph(textwrap.shorten(line[2:], QUOTED, placeholder=" …"), f"    {line[0]} ")


def _truths(sites: Iterable[Site]) -> Iterator[tuple[Site, Truth]]:
    for site in sites:
        listed = {story.truth.path for story in site.stories}
        yield from ((site, truth) for truth in site.truths() if truth.path in listed)


def _again(served: Served, since: int, asked: list[Hit], before: dict[Path, bytes]) -> bool:
    """Whether nothing was fetched twice, by the server's own count."""
    again = served.story_hits(since)
    lists = served.hits[since:]
    unchanged = sum(hit.status == 304 for hit in lists)
    same = sum(path.read_bytes() == content for path, content in before.items())
    click.echo(
        f"  The server counted {len(asked)} requests for stories in the first, {len(again)} in the second."
    )
    click.echo(f"  The second asked {len(lists)} times for lists; {unchanged} of them had not changed (304).")
    click.echo(f"  {same} of {len(before)} published feeds are the same to the byte.")
    once = not again and same == len(before) and max(Counter(asked).values(), default=0) <= 1
    if not once:
        click.secho("  Something was fetched or published twice.", fg="red")
    return once


def _farewell(demo: Home, shown: int) -> None:
    here = _short(demo.path)
    me = _command()
    click.echo(f"  dataset  {_short(demo.database)}")
    click.echo(f"  feeds    {_short(demo.feeds / 'all.xml')}, and one a source beside it")
    click.echo(f"  archive  {_short(demo.archive)}: every answer as it came")
    click.echo("\n  The newspaper's servers are gone: a crawl of this home has nothing to reach. Try next:")
    for line in (
        f"{me} --home {here} serve",
        f"{me} --home {here} search kartelle",
        f"{me} --home {here} explain {shown}",
        f"{me} --home {here} export -f jsonl",
        f"{me} init newsroom && {me} --home newsroom add https://www.it-boltwise.de/",
    ):
        click.secho(f"    {line}", bold=True)


def _short(path: Path) -> str:
    """As one would type it from here."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _command() -> str:
    """How this command was called, so that what is pasted runs the same one."""
    called = Path(sys.argv[0])
    if called.stem == "__main__":
        return f"{_short(Path(sys.executable))} -m crawler.cli"
    found = shutil.which("copydesk")
    return "copydesk" if found and Path(found) == called.absolute() else _short(called.absolute())


def _heading(title: str) -> None:
    click.secho(f"\n{title}", bold=True)
