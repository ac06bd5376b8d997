"""One address, one form; what may name an article is never lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.urls import (
    EVERYTHING,
    Parameters,
    believable_canonical,
    canonicalise,
    identity,
    registered_domain,
    same_site,
)


@pytest.mark.parametrize(
    ("given_url", "expected"),
    [
        ("HTTPS://Example.ORG:443/a", "https://example.org/a"),
        ("http://example.org:80", "http://example.org/"),
        ("http://example.org:8080/a", "http://example.org:8080/a"),
        ("https://example.org/a#section-2", "https://example.org/a"),
        ("https://example.org/a?utm_source=rss&utm_medium=feed", "https://example.org/a"),
        ("https://example.org/a?fbclid=IwAR0&id=7", "https://example.org/a?id=7"),
        ("https://example.org/a?b=2&a=1", "https://example.org/a?a=1&b=2"),
        ("https://example.org/a?a=2&a=1", "https://example.org/a?a=2&a=1"),
        ("https://example.org/?/news/123", "https://example.org/?/news/123"),
        ("https://example.org/index.php?topic=5.0", "https://example.org/index.php?topic=5.0"),
        ("https://example.org/%7eann/%c3%bc", "https://example.org/~ann/%C3%BC"),
        ("https://example.org/ü", "https://example.org/%C3%BC"),
        ("https://example.org/100%", "https://example.org/100%25"),
        ("https://münchen.example/", "https://xn--mnchen-3ya.example/"),
        ("https://example.org./a", "https://example.org/a"),
        ("https://example.org/a/./b/../c", "https://example.org/a/c"),
        ("https://example.org/../a", "https://example.org/a"),
        ("  https://example.org/a\n", "https://example.org/a"),
        ("https://user:secret@example.org/a", "https://example.org/a"),
        ("https://example.org/a//b/", "https://example.org/a//b/"),
    ],
)
def test_canonical_form(given_url: str, expected: str) -> None:
    assert canonicalise(given_url) == expected


@pytest.mark.parametrize("name", ["id", "cid", "ref", "source", "share", "p", "story", "v"])
def test_what_may_name_an_article_stays(name: str) -> None:
    assert canonicalise(f"https://example.org/a?{name}=42") == f"https://example.org/a?{name}=42"


@pytest.mark.parametrize("other", ["mailto:ann@example.org", "http://[::1", "", "not a url", "https://"])
def test_what_is_no_web_address_does_not_raise(other: str) -> None:
    assert canonicalise(canonicalise(other)) == canonicalise(other)


_URLS = st.builds(
    "{}://{}{}/{}?{}#{}".format,
    st.sampled_from(["http", "https", "HTTP"]),
    st.sampled_from(
        ["example.org", "WWW.Example.org", "münchen.example", "xn--mnchen-3ya.example", "127.0.0.1"]
    ),
    st.sampled_from(["", ":80", ":443", ":8080"]),
    st.text(max_size=30),
    st.text(max_size=30),
    st.text(max_size=5),
)


@given(_URLS)
def test_canonical_form_is_stable(url: str) -> None:
    once = canonicalise(url)
    assert canonicalise(once) == once


@given(st.text(max_size=60))
def test_any_text_is_stable(text: str) -> None:
    once = canonicalise(text)
    assert canonicalise(once) == once
    identity(text)


@given(st.lists(st.tuples(st.sampled_from(["id", "cid", "page", "q"]), st.integers(0, 99)), max_size=5))
def test_no_parameter_but_tracking_is_lost(pairs: list[tuple[str, int]]) -> None:
    query = "&".join(f"{key}={value}" for key, value in pairs)
    kept = canonicalise(f"https://example.org/a?utm_source=x&{query}&gclid=y").partition("?")[2]
    assert sorted(kept.split("&") if kept else []) == sorted(query.split("&") if query else [])


def test_variants_of_one_page_share_an_identity() -> None:
    variants = [
        "https://www.example.org/politics/a-long-story-12345",
        "http://example.org/politics/a-long-story-12345/",
        "https://m.example.org/politics/a-long-story-12345",
        "https://www.example.org/politics/a-long-story-12345/amp",
        "https://www.example.org/politics/a-long-story-12345?outputType=amp",
        "https://www.example.org/politics/a-long-story-12345?utm_source=feed#top",
    ]
    assert {identity(url) for url in variants} == {"example.org/politics/a-long-story-12345"}


def test_different_pages_keep_different_identities() -> None:
    pages = ["https://example.org/a?id=1", "https://example.org/a?id=2", "https://example.org/music/amp"]
    assert len({identity(url) for url in pages}) == 3
    assert identity("https://example.org/music/amp") != identity("https://example.org/music")


def test_an_address_of_half_a_megabyte_has_its_identity_at_once() -> None:
    address = f"https://example.org/{'amp/' * 60_000}a-long-story-12345{'.amp' * 60_000}.html"
    assert identity(address) == "example.org/a-long-story-12345.html"


def test_same_site() -> None:
    assert same_site("https://news.example.co.uk/a", "http://www.example.co.uk/b")
    assert not same_site("https://example.co.uk/", "https://other.co.uk/")
    assert not same_site("https://ann.blogspot.com/", "https://bob.blogspot.com/")
    assert same_site("http://127.0.0.1:8000/", "http://127.0.0.1:9000/")
    assert not same_site("http://127.0.0.1/", "http://127.0.0.2/")
    assert not same_site("https://example.org/", "mailto:ann@example.org")
    assert registered_domain("localhost") == "localhost"


PAGE = "https://example.org/politics/new-law-on-bees-passed-48213"


@pytest.mark.parametrize(
    ("link", "believed"),
    [
        (None, False),
        ("", False),
        ("https://example.org/", False),
        ("https://example.org/politics", False),
        ("/politics/new-law-on-bees-passed-48213", True),
        ("https://www.example.org/bees-law-passed-48213", True),
        ("https://amp.example.org/politics/new-law-on-bees-passed-48213", True),
        ("https://other.example/politics/new-law-on-bees-passed-48213", False),
        ("https://example.org/sport/team-wins-cup-final-99187", False),
        ("javascript:void(0)", False),
        ("http://[", False),
    ],
)
def test_believable_canonical(link: str | None, believed: bool) -> None:
    assert (believable_canonical(PAGE, link) is not None) is believed


def test_a_canonical_that_drops_the_id_is_not_believed() -> None:
    assert believable_canonical("https://example.org/article.php?id=7", "/article.php") is None
    assert believable_canonical("https://example.org/?p=7", "https://example.org/") is None


def test_a_home_page_may_name_itself() -> None:
    assert believable_canonical("https://example.org/?utm_source=x", "/") == "https://example.org/"


@given(_URLS)
def test_a_key_is_its_own_key(url: str) -> None:
    key = identity(url)
    assert identity(f"https://{key}") == key


@pytest.mark.parametrize(
    "url",
    [
        "https://m.www.example.org/a-long-story-12345/amp",
        "https://example.org/amp/a-long-story-12345.amp.html",
        "http://amp.example.org:443/amp/a-long-story-12345/",
    ],
)
def test_variants_of_variants(url: str) -> None:
    key = identity(url)
    assert identity(f"https://{key}") == key
    assert "amp" not in key.replace("example", "")


def test_a_site_may_say_more_of_its_parameters() -> None:
    url = "https://example.org/story?at_id=7&from=home&ref_page=2&utm_source=x"
    assert canonicalise(url) == "https://example.org/story?from=home&ref_page=2"
    said = Parameters(keep=frozenset({"at_id"}), drop=frozenset({"from", "ref_*"}))
    assert canonicalise(url, said) == "https://example.org/story?at_id=7"
    assert identity(url, said) == "example.org/story?at_id=7"
    both = Parameters(keep=frozenset({"at_id"}), drop=frozenset({"at_*"}))
    assert canonicalise(url.upper().replace("HTTPS", "https"), both).endswith("?AT_ID=7&FROM=HOME&REF_PAGE=2")
    assert canonicalise(url, EVERYTHING) == "https://example.org/story?" + "&".join(
        ["at_id=7", "from=home", "ref_page=2", "utm_source=x"]
    )


_PARAMETERS = st.builds(
    Parameters,
    st.frozensets(st.sampled_from(["a", "b*", "utm_*"])),
    st.frozensets(st.sampled_from(["a", "c", "d*"])),
)


@given(_URLS, _PARAMETERS)
def test_canonical_form_is_stable_whatever_a_site_says(url: str, said: Parameters) -> None:
    once = canonicalise(url, said)
    assert canonicalise(once, said) == once
    assert identity(once, said) == identity(url, said)


@given(
    st.from_regex(r"https?://[a-z0-9-]{1,5}(\.[a-z0-9-]{1,5}){0,3}/[A-Za-z0-9._~/-]{0,30}", fullmatch=True)
)
def test_what_is_seen_to_be_canonical_is(url: str) -> None:
    """A fragment takes it the long way."""
    assert canonicalise(url) == canonicalise(f"{url}#x")
