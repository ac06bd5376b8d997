"""The room in a real Chromium: a reader searches, opens, switches, compares and opens a feed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest

from bench.chromium import Browser, find
from crawler.home import Home
from exporters.feeds import atom, publish, rss
from exporters.feeds.model import Feed, Item, Origin

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(find() is None, reason="no Chromium is installed"),
]


@pytest.fixture(scope="module")
def address(filled: Home) -> Iterator[str]:
    command = [sys.executable, "-m", "crawler.cli", "--home", str(filled.path), "serve", "--port", "0"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": "."},
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = find()
    assert program is not None
    with Browser(program) as browser:
        yield browser


def fits(browser: Browser) -> bool:
    """Nothing sticks out at the side."""
    return bool(browser.value("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_reader(browser: Browser, address: str, width: int, scheme: Literal["light", "dark"]) -> None:
    browser.errors.clear()
    browser.requests.clear()
    browser.look(width=width, scheme=scheme)

    browser.open(address)
    assert fits(browser)
    paper = browser.value("getComputedStyle(document.body).backgroundColor")
    assert paper == {"light": "rgb(251, 249, 244)", "dark": "rgb(22, 21, 19)"}[scheme]

    # Search: the first stop of Tab is the way past the masthead.
    browser.press("Tab")
    assert browser.value("document.activeElement.textContent") == "Skip to the content"
    browser.value("document.querySelector('#find').value = 'Straßenbahn'")
    browser.act("document.querySelector('.find').requestSubmit()")
    assert browser.value("document.querySelectorAll('.hit').length") == 1
    assert fits(browser)

    # Open
    browser.act("document.querySelector('.hit a').click()")
    assert browser.value("document.querySelector('h1').textContent") == "Die Straßenbahn bleibt – vorerst"
    assert fits(browser)

    # Switch, by keyboard
    cuts = "getComputedStyle(document.querySelector('.cuts')).display"
    assert browser.value(cuts) == "none"
    browser.value("document.querySelector('#cuts').focus()")
    browser.press(" ", " ")
    assert browser.value(cuts) == "block"
    assert fits(browser)

    # Compare
    browser.act("document.querySelector('a[href$=history]').click()")
    assert "nur zwei Jahre" in browser.value("document.querySelector('.diff').textContent")
    assert browser.value("document.querySelectorAll('.diff ins').length") > 0
    assert fits(browser)

    # The feed, as the page that its style sheet makes of it
    for path in ("sources", "sources/tagblatt", "feeds/", "news", "news/latest", "article/4"):
        browser.open(address + path)
    browser.open(address + "news/which-articles-speak-of-munich-or-m-nchen-best-match-first")
    assert fits(browser)
    browser.open(address + "feeds/all.xml")
    assert browser.value("document.documentElement.tagName") == "rss"

    assert browser.errors == []
    elsewhere = [url for url in browser.requests if not url.startswith((address, "data:"))]
    assert elsewhere == []


@pytest.mark.parametrize("name", ["phone.atom", "phone.xml"])
def test_a_feed_on_a_telephone(browser: Browser, tmp_path: Path, name: str) -> None:
    origin = Origin(id="courier", name="The Courier", home="https://courier.example/")
    item = Item(
        id="urn:1",
        url="https://courier.example/1",
        title="Ferry sails",
        published="2026-03-01",
        updated="2026-03-01",
        origin=origin,
    )
    feed = Feed(
        id="urn:all",
        title="All",
        description="All sources",
        link="https://desk.example/",
        stylesheet="feeds.css",
        items=(item,),
    )
    style = Path(publish.__file__).with_name("feeds.css").read_text("utf-8")
    (tmp_path / "feeds.css").write_text(style, "utf-8")
    path = tmp_path / name
    path.write_bytes(atom.render(feed) if path.suffix == ".atom" else rss.render(feed))
    browser.look(width=390)
    browser.open(path.as_uri())
    # Pixels as the reader sees them.
    seen = "parseFloat(getComputedStyle(document.querySelector({!r})).fontSize) * screen.width / innerWidth"
    parent = "entry" if path.suffix == ".atom" else "item"
    assert browser.value(seen.format(f"{parent} > title")) >= 16
    assert browser.value(seen.format(f"{parent} > link")) >= 11
    source = f"{parent} > source" + (" > title" if parent == "entry" else "")
    assert browser.value(seen.format(source)) >= 11
    assert browser.value(f"document.querySelector('{source}').getBoundingClientRect().height") > 0
    browser.look(width=1280)
    assert browser.value(seen.format(f"{parent} > title")) < 30


def test_a_hostile_story_runs_nothing(browser: Browser, address: str) -> None:
    browser.errors.clear()
    for number in range(1, 6):
        browser.open(f"{address}article/{number}")
        assert browser.value("document.querySelectorAll('script, iframe, img').length") == 0
    assert browser.errors == []
