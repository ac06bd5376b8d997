"""What an article said before, as edits to be read. Pure: stored values in, text or a page of HTML out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from typing import Any, Literal

import click

from crawler.standalone import page
from exporters.store import Revision, StoredArticle
from pipelines.types import Author
from pipelines.worddiff import Kind, Paragraph, Span, extent, html_of, word_diff

#: Fields of one line that an editor changes, in the order in which a reader meets them. The standfirst is
#: part of the text; what else changes comes with an edit or with a cleaner.
_LINES = ("title", "alternative_title", "authors", "published")
_NAMED = {"title": "headline", "alternative_title": "other headline"}

#: Words for who changed it.
BY = {"publisher": "the publisher", "cleaner": "our cleaner"}


_SPACED = re.compile(r"\n|[^\S\n]+|\S+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """From one version to the next."""

    #: When we saw it.
    seen: str
    by: Literal["publisher", "cleaner"]
    #: When it was, by the publisher's word in the version after it; None: not said.
    modified: str | None
    #: Lines that differ, by field: before and after.
    lines: dict[str, tuple[str, str]]
    #: The whole text; empty where it is the same.
    text: tuple[Paragraph, ...] = field(repr=False)

    @property
    def is_shown(self) -> bool:
        """Whether a reader of the article could see it."""
        return bool(self.lines or self.text)

    @property
    def extent(self) -> tuple[int, int]:
        """Words of headline and text that went and came."""
        counted = [extent(self.text)]
        if "title" in self.lines:
            counted.append(extent(word_diff(*self.lines["title"])))
        return sum(gone for gone, _ in counted), sum(came for _, came in counted)


def changes(article: StoredArticle, revisions: Sequence[Revision]) -> list[Change]:
    """Oldest first. Each compares two versions that followed one another, so that none takes the blame for
    another one, whichever of them are shown."""
    after: Sequence[StoredArticle | Revision] = [*revisions[1:], article]
    return [
        Change(
            seen=old.replaced,
            by=old.changed_by,
            modified=new.modified if new.modified != old.modified else None,
            lines={
                name: (before, now)
                for name in _LINES
                if (before := _line(old, name)) != (now := _line(new, name))
            },
            text=word_diff(old.text, new.text) if old.text != new.text else (),
        )
        for old, new in zip(revisions, after, strict=False)
    ]


def _line(version: StoredArticle | Revision, name: str) -> str:
    value: str | tuple[Author, ...] | None = getattr(version, name)
    return ", ".join(author.name for author in value) if isinstance(value, tuple) else value or ""


def chosen(every: Sequence[Change], *, everything: bool) -> tuple[list[Change], int]:
    """Those to show, and how many of our cleaner's are left out. What it learns is no edit of the story."""
    kept = [change for change in every if everything or change.by == "publisher"]
    return kept, len(every) - len(kept)


def as_json(article: StoredArticle, every: Sequence[Change], *, everything: bool) -> dict[str, Any]:
    shown, hidden = chosen(every, everything=everything)
    return {
        "id": article.id,
        "guid": article.guid,
        "url": article.url,
        "source": article.source,
        "status": article.status,
        "title": article.title,
        "first_seen": article.first_seen,
        "last_checked": article.last_checked,
        "changes": [
            {
                "seen": change.seen,
                "by": change.by,
                "modified": change.modified,
                "words_gone": change.extent[0],
                "words_came": change.extent[1],
                "fields": {
                    name: {"before": before or None, "after": after or None}
                    for name, (before, after) in change.lines.items()
                },
                "text": [[span._asdict() for span in paragraph.spans] for paragraph in change.text],
            }
            for change in shown
        ],
        "hidden": hidden,
    }


# For a terminal


def as_text(
    article: StoredArticle, every: Sequence[Change], *, everything: bool, colour: bool, width: int = 80
) -> str:
    """With ``colour`` what went is red and what came green; without, it stands in [-…-] and {+…+}."""
    shown, hidden = chosen(every, everything=everything)
    lines = [
        click.style(article.title or "(no headline)", bold=True),
        article.url,
        f"Article {article.id} of {article.source}, first seen {_time(article.first_seen)},"
        f" last looked at {_time(article.last_checked)}",
    ]
    for change in shown:
        lines += ["", click.style(_heading(change), bold=True)]
        for name, (before, after) in change.lines.items():
            label = f"  {_NAMED.get(name, name)}: "
            for number, line in enumerate(_wrapped(word_diff(before, after), width - len(label), colour)):
                lines.append((label if number == 0 else " " * len(label)) + line)
        for text, paragraphs in groupby(change.text, key=lambda paragraph: not paragraph.is_same):
            if text:
                for paragraph in paragraphs:
                    lines += ["  " + line for line in _wrapped([paragraph], width - 2, colour)]
            else:
                lines.append(click.style(f"  … {_as_before(sum(1 for _ in paragraphs))}", dim=True))
        if not change.is_shown:
            lines.append("  nothing that a reader sees")
    lines += ["", *_ending(shown, hidden)]
    return "\n".join(lines).rstrip() + "\n"


def _heading(change: Change) -> str:
    gone, came = change.extent
    said = f", {_time(change.modified)} by the page" if change.modified else ""
    words = f" ({came} {'word' if came == 1 else 'words'} came, {gone} went)" if gone or came else ""
    return f"{_time(change.seen)}  {BY[change.by]}{said}{words}"


def _ending(shown: Sequence[Change], hidden: int) -> Iterator[str]:
    if not shown:
        yield "The publisher has not changed it." if hidden else "It has not changed."
    if hidden:
        yield f"{hidden} more by our cleaner, which reads pages anew when it learns; --all shows them."


def _as_before(count: int) -> str:
    return "1 paragraph as before" if count == 1 else f"{count} paragraphs as before"


def _time(iso: str) -> str:
    return iso[:16].replace("T", " ") + (" UTC" if len(iso) > 10 else "")


def _wrapped(paragraphs: Iterable[Paragraph], width: int, colour: bool) -> Iterator[str]:
    """Lines of about ``width`` in which each run of one kind is marked."""
    for paragraph in paragraphs:
        line: list[Span] = []
        used = 0
        for word in _words(paragraph):
            wide = sum(len(part.text) for part in word)
            if word[0].text == "\n" or (used and used + wide > max(width, 20)):
                yield _marked(line, colour)
                line, used = [], 0
            if used or not word[0].text.isspace():
                line += word
                used += wide
        yield _marked(line, colour)


def _words(paragraph: Paragraph) -> Iterator[list[Span]]:
    """Words and the white space between them; a word may be of several kinds: [-Mon-]{+Tues+}day."""
    word: list[Span] = []
    for kind, text in paragraph.spans:
        for token in _SPACED.findall(text):
            if not token.isspace():
                word.append(Span(kind, token))
                continue
            if word:
                yield word
            yield [Span(kind, token)]
            word = []
    if word:
        yield word


def _marked(line: Sequence[Span], colour: bool) -> str:
    runs = [(kind, "".join(span.text for span in run)) for kind, run in groupby(line, lambda s: s.kind)]
    if runs:
        runs[-1] = (runs[-1][0], runs[-1][1].rstrip())
    return "".join(_run(kind, text, colour) for kind, text in runs if text)


def _run(kind: Kind, text: str, colour: bool) -> str:
    if kind == "same":
        return text
    if colour:
        return (
            click.style(text, fg="red", strikethrough=True) if kind == "gone" else click.style(text, "green")
        )
    return f"[-{text}-]" if kind == "gone" else f"{{+{text}+}}"


# As a page


_STYLE = """
:root { color-scheme: light dark; --ink: #1d1c1a; --paper: #fdfcf9; --quiet: #63615b; --line: #dedad0;
  --gone: #a3231c; --gone-wash: #fbe9e5; --came: #1f6b3a; --came-wash: #e3f3e6; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e5de; --paper: #171614; --quiet: #a3a097;
  --line: #3a3833; --gone: #ff9a8f; --gone-wash: #3a201d; --came: #8fd6a3; --came-wash: #1b3322; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1.25rem 5rem; max-width: 44rem; background: var(--paper);
  color: var(--ink); font: 1.125rem/1.6 Georgia, "Times New Roman", serif; overflow-wrap: anywhere; }
h1 { font-size: clamp(1.5rem, 5vw, 2.1rem); line-height: 1.2; margin: 0 0 .75rem; text-wrap: balance; }
h2, header p, footer, dt, summary { font-family: system-ui, sans-serif; font-size: .875rem;
  line-height: 1.45; }
header p, footer, dt, h2 span, summary { color: var(--quiet); font-weight: 400; }
header p { margin: .25rem 0; }
header a { color: inherit; }
section { margin-top: 2rem; border-top: 1px solid var(--line); }
h2 { margin: .8rem 0; }
dl { margin: 0 0 1rem; }
dd { margin: 0; }
dd p { margin: 0; }
section > p { margin: 0 0 1rem; }
del { color: var(--gone); background: var(--gone-wash); }
ins { color: var(--came); background: var(--came-wash); text-decoration: none; }
details { margin: 0 0 1rem; }
summary { cursor: pointer; }
summary:focus-visible { outline: 2px solid var(--came); outline-offset: 3px; }
"""


def as_html(article: StoredArticle, every: Sequence[Change], *, everything: bool) -> str:
    """One page that stands alone: no script, no request, readable on a telephone and on paper."""
    shown, hidden = chosen(every, everything=everything)
    title = article.title or "(no headline)"
    language = f' lang="{escape(article.language)}"' if article.language else ""
    address = escape(article.url)
    body = f"""<header>
<h1{language} dir="auto">{escape(title)}</h1>
<p><a href="{address}">{address}</a></p>
<p>First seen {_time(article.first_seen)}, last looked at {_time(article.last_checked)}</p>
</header>
<main>
{"".join(_section(change, language) for change in shown)}</main>
<footer>
{"".join(f"<p>{escape(line)}</p>" for line in _ending(shown, hidden))}
</footer>
"""
    return page(f"{title} – history", style=_STYLE, body=body)


def _section(change: Change, language: str) -> str:
    heading, _, words = _heading(change).partition(" (")
    said = f" <span>({escape(words)}</span>" if words else ""
    lines = "".join(
        f'<dt>{escape(_NAMED.get(name, name))}</dt>\n<dd{language} dir="auto">'
        f"{html_of(word_diff(before, after))}</dd>\n"
        for name, (before, after) in change.lines.items()
    )
    parts = [f"<dl>\n{lines}</dl>\n"] if lines else []
    for differs, run in groupby(change.text, key=lambda paragraph: not paragraph.is_same):
        paragraphs = list(run)
        text = html_of(paragraphs) + "\n"
        if not differs:
            text = f"<details>\n<summary>{_as_before(len(paragraphs))}</summary>\n{text}</details>\n"
        parts.append(text)
    if not change.is_shown:
        parts.append("<p>Nothing that a reader sees.</p>\n")
    return (
        f'<section{language} dir="auto">\n<h2 lang="en">{escape(heading)}{said}</h2>\n'
        f"{''.join(parts)}</section>\n"
    )
