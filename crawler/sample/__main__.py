"""``python -m crawler.sample``: the sample newspaper on loopback until Ctrl-C, to crawl it by hand."""

from __future__ import annotations

import threading
from contextlib import suppress

from crawler.sample.newspaper import newspaper
from crawler.sample.serving import serve


def main() -> None:
    with suppress(KeyboardInterrupt), serve() as served:
        for site in newspaper():
            print(f"{site.slug:<9} {served.bases[site.slug]}/", flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
