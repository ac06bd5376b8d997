"""The sample newspaper: three newsrooms of our own under ``data/sample``, and a server for them on loopback.

docs/sample.md says what is in it and how to add a story. No Scrapy.
"""

from __future__ import annotations

from crawler.sample.newspaper import Reply, Site, newspaper
from crawler.sample.serving import Hit, Served, serve
from crawler.sample.story import FIELDS, Story, Truth, differences

__all__ = [
    "FIELDS",
    "Hit",
    "Reply",
    "Served",
    "Site",
    "Story",
    "Truth",
    "differences",
    "newspaper",
    "serve",
]
