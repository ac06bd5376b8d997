"""What ``scrapy crawl -a name=value`` may say, and how it ends where it may not."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import NoReturn

from pipelines.errors import ConfigError, CopydeskError


def refuse_unknown(given: Iterable[str], *, known: tuple[str, ...] = ()) -> None:
    """Ends the process if an argument is none of the spider's."""
    unknown = sorted(set(given) - set(known))
    if unknown:
        there = f"there are: {', '.join(known)}" if known else "a source takes none"
        fail(ConfigError(f"there is no argument -a {unknown[0]}=…; {there}"))


def fail(error: CopydeskError) -> NoReturn:
    """One sentence instead of Scrapy's traceback."""
    print(f"copydesk: {error}", file=sys.stderr)
    raise SystemExit(error.exit_code) from error
