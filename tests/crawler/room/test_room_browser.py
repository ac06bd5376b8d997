"""The room in a real Chromium: a reader searches, opens, switches, compares and opens a feed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Literal

import pytest

from bench.chromium import Browser, find
from crawler.home import Home

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
    browser.open(address + "feeds/all.xml")
    assert browser.value("document.documentElement.tagName") == "rss"

    assert browser.errors == []
    elsewhere = [url for url in browser.requests if not url.startswith((address, "data:"))]
    assert elsewhere == []


def test_a_hostile_story_runs_nothing(browser: Browser, address: str) -> None:
    browser.errors.clear()
    for number in range(1, 6):
        browser.open(f"{address}article/{number}")
        assert browser.value("document.querySelectorAll('script, iframe, img').length") == 0
    assert browser.errors == []
