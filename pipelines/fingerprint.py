"""What a reader would call the same text. Pure."""

from __future__ import annotations


def content_hash(title: str | None, text: str) -> str:
    """sha-256 in hex of title and text, the same under white space, counters ("12 comments") and "2 hours ago"."""
    return ""
