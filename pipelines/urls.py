"""One address, one form; which addresses belong together. Pure: no network, no cache files."""

from __future__ import annotations

#: Stored with every article; raised whenever ``canonicalise`` gives any address another form.
CANONICALIZER_VERSION = "1"


def canonicalise(url: str) -> str:
    """The form by which an address is known. Idempotent. What may name the article (id, cid, ref, source) stays."""
    return url


def same_site(a: str, b: str) -> bool:
    """The same registered domain (or the very same host, where there is none: localhost, an IP address)."""
    return False


def believable_canonical(page_url: str, link: str | None) -> str | None:
    """The canonical form of the page's canonical ``link`` where it may name this page, else None."""
    return None
