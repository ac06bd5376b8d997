"""Clean 10,000 pages in one process and print how much memory that takes: flat after the first 500.

    COPYDESK_CORPUS=… python -m bench.endurance [--pages 10000]

The corpus's pages again and again, each time with other class names, names and numbers, as new sites have
them. The exit code is 1 if the memory at the end is more than a tenth above that after 500 pages.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import sys

from bench import corpus, costs
from pipelines.clean import clean
from pipelines.types import Page

STEP = 500
SLACK = 1.1
_CLASS = re.compile(rb"(class=[\"']?)([a-zA-Z])")


def varied(body: bytes, turn: int) -> bytes:
    """The page as another site would have it: other class names, and other words at their ends."""
    name = f"{turn:x}".translate(str.maketrans("0123456789", "ghijklmnop")).encode()
    body = _CLASS.sub(rb"\1" + name + rb"-\2", body)
    return body.replace(b"</p>", b" " + name + b".</p>").replace(b"</h1>", b" " + name + b"</h1>")


def most() -> float:
    """Megabytes in memory, the most so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def resident() -> float:
    """Megabytes in memory now; where the system does not tell, the most so far."""
    return costs.resident(os.getpid()) or most()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.endurance", description=__doc__)
    parser.add_argument("--pages", type=int, default=10_000, help="to clean (%(default)s)")
    pages = parser.parse_args().pages
    root = corpus.folder()
    rows = [row for name in corpus.SETS for row in corpus.load(name, root)]
    settled = 0.0
    for number in range(1, pages + 1):
        row = rows[number * 7 % len(rows)]
        clean(Page(url=f"{row.url}{number}", body=varied(row.read(), number)))
        if number % STEP == 0:
            print(f"{number} pages: {resident():.0f} MB, at most {most():.0f} MB", flush=True)
            settled = settled or resident()
    return 1 if settled and resident() > SLACK * settled else 0


if __name__ == "__main__":
    sys.exit(main())
