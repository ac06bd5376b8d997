"""One crawl: from sources to a dataset and feeds, in one Scrapy crawl for all of them.

Scrapy's reactor starts once a process. Whoever crawls twice starts a process each time
(``python -m crawler.cli crawl``), which is what ``copydesk demo`` and the tests do.
"""

from __future__ import annotations

import logging
import signal
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from logging.handlers import RotatingFileHandler
from time import monotonic
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings

from crawler import settings as own_settings
from crawler.collecting import collect_seldom
from crawler.desk import Options, open_desk
from crawler.home import Home
from crawler.ledger import Counts
from crawler.ping import ping
from crawler.press import press
from crawler.reasons import Reason
from crawler.remembering import AGAIN_SECONDS, AGAIN_SHARE, clean_again
from crawler.sources import Source
from crawler.spiders.base import BaseSpider
from crawler.spiders.errand import Errand, ErrandSpider
from crawler.spiders.news import NewsSpider, is_web_page, page_of
from crawler.survey import Answer, Survey, survey
from crawler.visits import answer_of
from exporters.archive import Archive
from exporters.feeds.publish import Published
from pipelines.errors import FetchError, StoreError
from pipelines.types import Page, Snapshot

__all__ = ["CrawlResult", "Fetched", "Options", "crawl", "fetch_pages", "survey_site"]

logger = logging.getLogger(__name__)

#: The log is at most so large, times the number of files kept.
LOG_BYTES = 5 * 1024 * 1024
LOG_FILES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlResult:
    sources: tuple[Counts, ...]
    seconds: float
    #: "finished", "max-time", or "shutdown" (a signal).
    reason: str
    #: Id of the run in the dataset.
    run: int
    exit_code: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What became of one address that was asked for by name."""

    url: str
    page: Page | None = None
    snapshot: Snapshot | None = None
    #: Every address on the way, the one asked for first.
    addresses: tuple[str, ...] = ()
    #: Why there is no page, in words.
    error: str | None = None


def crawl(home: Home, sources: Sequence[Source], options: Options, *, progress: bool = False) -> CrawlResult:
    """Crawls ``sources`` and publishes. LockHeldError, StoreError or RuleError come before any request."""
    began = monotonic()
    with open_desk(home, sources, options) as desk, _log(home):
        collect_seldom()
        crawler = _run(NewsSpider, desk, progress=progress)
        spider = crawler.spider
        assert isinstance(spider, NewsSpider)
        if spider.store_error is not None:
            raise spider.store_error
        if spider.stopping != "shutdown":
            # a long first crawl has more to clean again than the next ones should have left for them
            share = 0.0 if spider.stopping else AGAIN_SHARE * (monotonic() - began)
            clean_again(desk, seconds=max(AGAIN_SECONDS, share))
        counts = desk.finish(crawler.stats.get_stats(), stopped=spider.stopping is not None)
        for line in counts:
            _log_source(line)
        if options.publish:
            # The feed of all sources holds their articles too that were not crawled now.
            crawled = {source.slug for source in sources}
            results, problems = press(home, desk.store, desk.declared, only=crawled)
            _log_feeds(results, problems)
        exit_code = _exit_code(counts, options, asked=len(sources))
        if options.ping is not None:
            ping(options.ping, exit_code)
        return CrawlResult(
            sources=counts,
            seconds=monotonic() - began,
            reason=spider.stopping or "finished",
            run=desk.run,
            exit_code=exit_code,
        )


def _exit_code(counts: Sequence[Counts], options: Options, *, asked: int) -> int:
    """1 where a source became unhealthy, all of them failed, or one that was named did.

    ``asked``: how many sources the crawl was for. Those that were not due have no counts, and have not
    failed: a dead site that alone is due does not make each run a failure.
    """
    ill = [c for c in counts if c.trouble or c.unhealthy]
    if not ill:
        return 0
    became = any(c.became == "unhealthy" for c in ill)
    named = any(c.source in options.named for c in ill)
    return int(became or named or (len(counts) == asked and all(c.trouble for c in counts)))


def fetch_pages(
    urls: Sequence[str], *, allow_private: bool = False, archive: Archive | None = None
) -> list[Fetched]:
    """The pages named, in order. Nothing is stored; with an ``archive`` every answer is kept there."""

    async def errand(spider: BaseSpider) -> list[Fetched]:
        return [await one(spider, url) for url in urls]

    async def one(spider: BaseSpider, url: str) -> Fetched:
        try:
            response = await spider.ask(url, allow_private=allow_private)
        except FetchError as error:
            return Fetched(url=url, error=error.message)
        if response.status == 200 and not is_web_page(response):
            return Fetched(url=url, error=Reason(name="not_html").words)
        meta = response.request.meta if response.request is not None else {}
        return Fetched(
            url=url,
            page=page_of(response, None),
            snapshot=meta.get("snapshot"),
            addresses=(url, *meta.get("redirect_urls", ()), response.url),
        )

    result: list[Fetched] = _send(errand, archive)
    return result


def survey_site(url: str, *, allow_private: bool = False) -> Survey:
    """Looks at a site for ``copydesk add``. FetchError where it does not answer."""

    async def errand(spider: BaseSpider) -> Survey:
        async def fetch(address: str) -> Answer:
            return answer_of(await spider.ask(address, allow_private=allow_private))

        return await survey(url, fetch)

    result: Survey = _send(errand, None)
    return result


def _send(errand: Errand, archive: Archive | None) -> Any:
    # What the errand has to say it says by its result; without any handler Python writes to stderr.
    logging.getLogger().addHandler(logging.NullHandler())
    spider = _run(ErrandSpider, errand, archive, log=False).spider
    assert isinstance(spider, ErrandSpider)
    if spider.error is not None:
        raise spider.error
    return spider.result


def _run(spider: type[BaseSpider], *args: Any, progress: bool = False, log: bool = True) -> Crawler:
    """Runs one spider to its end in this process's reactor."""
    settings = Settings()
    settings.setmodule(own_settings, priority="project")
    # The spider is at hand; the loader would look for sources in a home that may not be the one meant.
    settings.set("SPIDER_LOADER_CLASS", "scrapy.spiderloader.DummySpiderLoader", priority="cmdline")
    settings.set("COPYDESK_PROGRESS", progress, priority="cmdline")
    settings.set("LOG_ENABLED", log, priority="cmdline")
    settings.set("LOG_INSTALL_ROOT_HANDLER", False, priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(spider)
    task = process.crawl(crawler, *args)
    with _stopped_by_signals(crawler):
        process.start(install_signal_handlers=False)
    if task.done() and not task.cancelled() and (error := task.exception()) is not None:
        raise error
    return crawler


@contextmanager
def _stopped_by_signals(crawler: Crawler) -> Iterator[None]:
    """The first SIGINT or SIGTERM ends the crawl in order, the second one at once."""

    def end(number: int, _: Any) -> None:
        signal.signal(number, before[number])
        from twisted.internet import reactor

        spider = crawler.spider
        if not isinstance(spider, BaseSpider) or not crawler.crawling:
            raise KeyboardInterrupt
        reactor.callFromThread(spider.stop, "shutdown")

    before = {int(number): signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _LogFile(RotatingFileHandler):
    """On a full disk the crawl says so once, by its end; the log falls silent."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        pass

    def close(self) -> None:
        with suppress(OSError):
            super().close()


@contextmanager
def _log(home: Home) -> Iterator[None]:
    """All logging of a crawl goes to a file that rotates by size."""
    path = home.logs / "copydesk.log"
    try:
        home.logs.mkdir(parents=True, exist_ok=True)
        handler = _LogFile(path, maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8")
    except OSError as error:
        raise StoreError(f"{path}: the log cannot be written: {error.strerror}") from error
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.setLevel(logging.INFO)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        handler.close()


def _log_feeds(results: Iterable[Published], problems: Iterable[str]) -> None:
    for problem in problems:
        logger.warning("a feed of one's own is left as it is: %s", problem)
    for result in results:
        if result.outcome == "kept":
            logger.warning("%s is left as it is: %s", result.path, result.reason)


def _log_source(c: Counts) -> None:
    logger.info(
        "%s: %d found, %d new, %d changed, %d unchanged, %d known, "
        "%s rejected, %s failed, %d postponed, %.1f s%s",
        c.source,
        c.found,
        c.new,
        c.changed,
        c.unchanged,
        c.known,
        dict(c.rejected) or 0,
        dict(c.failed) or 0,
        c.postponed,
        c.seconds,
        f"; {said}" if (said := c.unhealthy or c.trouble) else "",
    )
