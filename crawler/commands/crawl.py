"""Scrapy's ``crawl``, ending with the exit code of its spider; Scrapy itself ends with 0 for any failure."""

from __future__ import annotations

import argparse

from scrapy import Spider
from scrapy.commands import crawl
from scrapy.crawler import Crawler


class Command(crawl.Command):
    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        super().run(args, opts)
        self.exitcode = max(self.exitcode, getattr(self._crawler.spider, "exit_code", 0))

    def _create_crawler(self, spidercls: type[Spider] | str) -> Crawler:
        self._crawler = super()._create_crawler(spidercls)
        return self._crawler
