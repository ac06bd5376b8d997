from __future__ import annotations

import pytest

from crawler.extensions.pace import site_of


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.example.co.uk/a", "example.co.uk"),
        ("https://feeds.example.co.uk/rss", "example.co.uk"),
        ("https://one.blogspot.com/", "one.blogspot.com"),
        ("http://127.0.0.1:8001/a", "127.0.0.1:8001"),
        ("http://[::1]:8001/a", "[::1]:8001"),
        ("http://user:secret@localhost:8001/a", "localhost:8001"),
    ],
)
def test_hosts_of_one_newsroom_take_turns(url: str, site: str) -> None:
    assert site_of(url) == site
