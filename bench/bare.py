"""A bare Scrapy spider, to compare a crawl with: it reads feeds, asks for each article, and keeps nothing.

python -m bench.bare FEED…
"""

from __future__ import annotations

import argparse
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response

from crawler import settings

SETTINGS = {
    "CONCURRENT_REQUESTS": settings.CONCURRENT_REQUESTS,
    "CONCURRENT_REQUESTS_PER_DOMAIN": settings.CONCURRENT_REQUESTS,
    "DOWNLOAD_DELAY": 0,
    "LOG_LEVEL": "WARNING",
    "ROBOTSTXT_OBEY": False,
    "TELNETCONSOLE_ENABLED": False,
}


class BareSpider(Spider):
    name = "bare"

    def __init__(self, feeds: Sequence[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.feeds = feeds
        self.pages = 0

    async def start(self) -> AsyncIterator[Request]:
        for feed in self.feeds:
            yield Request(feed)

    def parse(self, response: Response) -> Iterator[Request]:
        for link in response.xpath("//*[local-name()='entry']/*[local-name()='link']/@href").getall():
            yield Request(link, callback=self.parse_article)

    def parse_article(self, response: Response) -> None:
        self.pages += response.status == 200


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.bare", description=__doc__.partition("\n")[0])
    parser.add_argument("feeds", nargs="+", metavar="FEED", help="address of an Atom feed")
    options = parser.parse_args()
    process = AsyncCrawlerProcess(SETTINGS)
    crawler = process.create_crawler(BareSpider)
    process.crawl(crawler, options.feeds)
    process.start()
    spider = crawler.spider
    assert isinstance(spider, BareSpider)
    print(spider.pages)


if __name__ == "__main__":
    main()
