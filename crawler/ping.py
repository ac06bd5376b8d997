"""Tells a watchdog that a crawl came to its end: silence is then the alarm. Never fails the run."""

from __future__ import annotations

import logging
from http.client import HTTPException
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from crawler.settings import USER_AGENT
from pipelines.errors import ConfigError

logger = logging.getLogger(__name__)

VARIABLE = "COPYDESK_PING_URL"
SECONDS = 10


def check(url: str) -> None:
    """ConfigError unless it is an address to ping: said before the crawl, not after it."""
    try:
        parts = urlsplit(url)
        fit = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        fit = False
    if not fit:
        raise ConfigError(f"{VARIABLE}: only http and https addresses can be pinged")


def ping(url: str, exit_code: int) -> bool:
    """Asks for ``url`` once; whether it answered. The crawl's exit code goes along as ``?exit=``.

    The address is a secret of sorts, so it is not logged.
    """
    check(url)
    opener = OpenerDirector()
    # No handlers for files or ftp, no redirects: what is asked for is what was set.
    for handler in (
        ProxyHandler(),
        HTTPHandler(),
        HTTPSHandler(),
        HTTPErrorProcessor(),
        HTTPDefaultErrorHandler(),
    ):
        opener.add_handler(handler)
    asked = f"{url}{'&' if urlsplit(url).query else '?'}exit={exit_code}"
    try:
        with opener.open(Request(asked, headers={"User-Agent": USER_AGENT}), timeout=SECONDS):  # noqa: S310
            return True
    except (URLError, HTTPException, OSError, ValueError) as error:
        logger.warning("the ping failed: %s", type(error).__name__)
        return False
