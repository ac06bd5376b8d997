"""How dates, languages and numbers are printed. Pure."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from markupsafe import Markup, escape

_LANGUAGES = {
    "ar": "Arabic",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hu": "Hungarian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sv": "Swedish",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "zh": "Chinese",
}


def language(tag: str) -> str:
    """``de-at`` is "German"."""
    primary = tag.partition("-")[0]
    return _LANGUAGES.get(primary, primary)


def day(value: date) -> str:
    return f"{value.day} {value:%B %Y}"


def moment(value: str | None) -> Markup:
    """A time of the dataset as ``<time>``: "4 May 2025, 05:30 UTC", or the day alone."""
    if not value:
        return Markup()
    try:
        if len(value) == len("2025-05-04"):
            words = day(date.fromisoformat(value))
        else:
            at = datetime.fromisoformat(value).astimezone(UTC)
            words = f"{day(at)}, {at:%H:%M} UTC"
    except ValueError:
        return escape(value)
    return Markup('<time datetime="{}">{}</time>').format(value, words)


def hits(snippet: str) -> Markup:
    """A snippet of the search with its hits marked."""
    return ours(re.sub(r"\[([^][]+)\]", r"<mark>\1</mark>", str(escape(" ".join(snippet.split())))))


def ours(markup: str) -> Markup:
    """What a function of ours has made, which escapes or sanitises all that it was given."""
    return Markup(markup)  # noqa: S704


def counted(number: int, one: str, many: str | None = None) -> str:
    """ "1 story", "2,000 stories"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
