"""What hostile feeds, sitemaps, names, layouts and addresses could try: the rows of docs/security.md that no
other test covers."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from crawler.addresses import is_public
from crawler.cli import main
from crawler.discovery import section, sitemap
from crawler.resolver import Guard
from pipelines.clean import clean
from pipelines.types import Layout, Page


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:a9fe:a9fe",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "fe80::1",
        "fd00::1",
        "::",
    ],
)
def test_addresses_that_lead_inside_are_not_public(address: str) -> None:
    assert not is_public(address)


def test_a_name_that_is_rebound_is_judged_at_each_connection() -> None:
    """The first answer is public, the second, once that has run out, is this machine."""
    guard = Guard()
    assert guard.permits("rebind.example", "93.184.216.34")
    assert not guard.permits("rebind.example", "127.0.0.1")
    assert not guard.permits("rebind.example", "::1")
    assert guard.refused == {"rebind.example": "::1"}


def test_a_sitemap_reads_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("open-sesame")
    external = f'SYSTEM "{secret.as_uri()}">'
    for entity in (f"<!ENTITY x {external}", f"<!ENTITY % x {external} %x;"):
        body = f"<!DOCTYPE u [{entity}]><urlset><url><loc>https://x.example/a&x;</loc></url></urlset>"
        assert "open-sesame" not in str(sitemap.read(body.encode(), url="https://x.example/sitemap.xml"))
    include = (
        '<urlset xmlns:xi="http://www.w3.org/2001/XInclude"><url><loc>'
        f'<xi:include href="{secret.as_uri()}" parse="text"/></loc></url></urlset>'
    )
    assert "open-sesame" not in str(sitemap.read(include.encode(), url="https://x.example/sitemap.xml"))


def test_a_page_reads_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("open-sesame")
    body = (
        f'<!DOCTYPE html [<!ENTITY x SYSTEM "{secret.as_uri()}">]><html><body><p>&x;</p>'
        f'<iframe src="{secret.as_uri()}"></iframe><img src="{secret.as_uri()}"></body></html>'
    ).encode()
    article = clean(Page(url="https://x.example/a", body=body))
    assert "open-sesame" not in article.text + article.html
    assert "file:" not in article.html
    assert "open-sesame" not in str(section.read(body, url="https://x.example/"))


@pytest.mark.parametrize("slug", ["../etc", "..", "a/b", "/etc/passwd", "a\\b", ".hidden", "a\x00b", "-"])
def test_no_slug_leaves_the_folder(slug: str, tmp_path: Path) -> None:
    """It is refused before the site is asked for anything."""
    (tmp_path / "home" / "sources").mkdir(parents=True)
    arguments = ["--home", str(tmp_path / "home"), "add", "http://127.0.0.1:1/", f"--slug={slug}"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert "cannot name a source" in result.stderr
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    "selector",
    [
        "div " * 200 + "p",
        ":not(" * 50 + "p" + ")" * 50,
        "p:contains('" + "a" * 10_000 + "')",
        "* * * * * * * *",
        "p ~ p ~ p ~ p",
    ],
)
def test_no_declared_layout_hangs(selector: str) -> None:
    inner = "<div>" * 60 + "<p>word word</p>" * 150 + "</div>" * 60
    body = f"<html><body>{inner}</body></html>".encode()
    began = time.process_time()
    try:
        article: Any = clean(Page(url="https://x.example/a", body=body), layout=Layout(drop=(selector,)))
    except ValueError:
        article = None  # refused is well, too
    assert article is None or article.url == "https://x.example/a"
    assert time.process_time() - began < 20
