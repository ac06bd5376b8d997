"""The language of the text: what the page declares, unless the text says otherwise. Pure."""

from __future__ import annotations


def of(declared: str | None, text: str) -> str | None:
    """Lower-case BCP 47: ``declared`` (Metadata.language) where ``text`` does not contradict it, else detected."""
    return declared


def detect(text: str) -> str | None:
    """The text's language, or None where the text is too short to tell. Loads a model at its first use."""
    return None
