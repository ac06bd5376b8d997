"""Pictures of the reading room and of ``explain --html``, from the sample newspaper: ``make screenshots``.

Crawls the sample newspaper on loopback into a folder of its own, serves it, and has a Chromium take the
pictures in docs/images. Nothing is asked for elsewhere.
"""

from __future__ import annotations

import argparse
import struct
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.chromium import Browser, find
from crawler.home import Home
from exporters.store import Store

IMAGES = Path(__file__).parent.parent / "docs" / "images"
#: A picture in a repository is there for good: so many bytes are enough for a page of text.
_MOST = 200_000
_STORY = "Trump bietet Mexiko US-Truppen gegen Kartelle an – Sheinbaum lehnt ab"
_HIGH = 740


def main() -> int:
    argparse.ArgumentParser(prog="python -m bench.screenshots", description=__doc__).parse_args()
    program = find()
    if program is None:
        print("There is no Chromium here: install one, such as Debian's package chromium.", file=sys.stderr)
        return 1
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="screenshots-") as folder:
        home = Home(Path(folder) / "demo")
        _copydesk(Path(folder), "demo")
        number = _number(home)
        explained = Path(folder) / "explained.html"
        _copydesk(home.path, "explain", str(number), "--html", str(explained))
        with serving(home) as address, Browser(program) as browser:
            _take(browser, "front", address, width=1280)
            _take(browser, "front-dark", address, width=1280, dark=True)
            _take(browser, "front-phone", address, width=390)
            _take(browser, "story-cuts", f"{address}article/{number}", width=1280, script=_SWITCH)
            _take(browser, "story-phone", f"{address}article/{number}", width=390, dark=True)
            _take(browser, "sources", f"{address}sources", width=1280, high=620)
            _take(browser, "explain", explained.as_uri(), width=1280)
    return 0


#: What was cut below the story, with the story's end above it.
_SWITCH = """
document.querySelector('#cuts').click();
document.querySelectorAll('section.cut')[1].scrollIntoView({block: 'center', behavior: 'instant'});
"""


def _take(
    browser: Browser,
    name: str,
    address: str,
    *,
    width: int,
    dark: bool = False,
    high: int = _HIGH,
    script: str | None = None,
) -> None:
    browser.look(width=width, height=high, scheme="dark" if dark else "light")
    browser.open(address)
    if script is not None:
        browser.value(script)
    picture = _packed(browser.picture())
    if browser.errors:
        raise RuntimeError(f"{address}: {browser.errors}")
    if len(picture) > _MOST:
        raise RuntimeError(f"{name}.png has {len(picture)} bytes, more than {_MOST}")
    (IMAGES / f"{name}.png").write_bytes(picture)
    print(f"docs/images/{name}.png  {len(picture) // 1024} KB")


def _packed(png: bytes) -> bytes:
    """The same picture, packed with more patience than the browser has."""
    packed, place = [png[:8]], 8
    data = b""
    while place < len(png):
        length, kind = struct.unpack(">I4s", png[place : place + 8])
        if kind == b"IDAT":
            data += png[place + 8 : place + 8 + length]
        else:
            if kind == b"IEND":
                again = zlib.compress(zlib.decompress(data), 9)
                crc = zlib.crc32(b"IDAT" + again)
                packed.append(struct.pack(">I4s", len(again), b"IDAT") + again + struct.pack(">I", crc))
            packed.append(png[place : place + 12 + length])
        place += 12 + length
    return b"".join(packed)


def _copydesk(home: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "crawler.cli", "--home", str(home), *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _number(home: Home) -> int:
    with Store.open(home.database, read_only=True) as store:
        return next(article.id for article in store.articles() if article.title == _STORY)


@contextmanager
def serving(home: Home) -> Iterator[str]:
    """The room over this home, as a process: its address."""
    command = [sys.executable, "-m", "crawler.cli", "--home", str(home.path), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


if __name__ == "__main__":
    sys.exit(main())
