"""One page explained: every block in order, kept or cut, by what and why; every field with its evidence.

Pure: an Article in, text for a terminal or a page of HTML out.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from html import escape
from itertools import groupby
from typing import Any

import click

from pipelines.types import Article, Evidence, Verdict

#: Fields in the order in which a reader meets them; others follow by name.
_FIELDS = (
    "title",
    "alternative_title",
    "standfirst",
    "authors",
    "published",
    "modified",
    "dateline",
    "section",
)
#: Candidates are shown up to here; a JSON-LD text of a whole article proves nothing more.
_RAW_LENGTH = 200


def as_text(article: Article, *, origin: str, width: int = 80) -> str:
    """With ANSI colours; ``click.echo`` takes them away where they are not wanted."""
    kept = sum(verdict.kept for verdict in article.verdicts)
    cut = sum(not verdict.kept and not verdict.is_title for verdict in article.verdicts)
    lines = [
        click.style(article.title or "(no headline)", bold=True),
        article.url,
        origin,
        _fate(article),
        "",
    ]
    lines += [click.style("Fields", bold=True), *_fields_as_text(article, width), ""]
    lines += [click.style(f"Blocks: {kept} kept (+), {cut} cut (-)", bold=True), ""]
    for verdict in article.verdicts:
        lines += _verdict_as_text(verdict, width)
    return "\n".join(lines) + "\n"


def _fate(article: Article) -> str:
    if article.status == "article":
        return click.style("An article", fg="green") + f", {article.word_count} words"
    return click.style(f"Rejected: {article.reason}", fg="red")


def _fields_as_text(article: Article, width: int) -> Iterator[str]:
    for name, value, candidates in fields(article):
        shown = textwrap.shorten(value, max(20, width - 20), placeholder=" …") if value else "–"
        yield f"  {name:<18}{shown}"
        for candidate in candidates:
            raw = textwrap.shorten(candidate.raw, max(20, width - 46), placeholder=" …")
            mark = "*" if candidate.chosen else " "
            yield click.style(f"    {mark} {candidate.origin:<28}{raw}", dim=not candidate.chosen)


def _verdict_as_text(verdict: Verdict, width: int) -> Iterator[str]:
    sign, colour = ("+", "green") if verdict.kept else ("=", "cyan") if verdict.is_title else ("-", "red")
    text = verdict.text or f"({verdict.kind})"
    paragraphs = [
        textwrap.wrap(line, max(20, width - 2), break_long_words=False, break_on_hyphens=False) or [""]
        for line in text.split("\n")
    ]
    for number, line in enumerate(line for paragraph in paragraphs for line in paragraph):
        gutter = click.style(sign, fg=colour, bold=True) if number == 0 else " "
        yield f"{gutter} " + (line if verdict.kept else click.style(line, fg=colour))
    yield click.style(f"    {_cause(verdict)}", dim=True)


def _cause(verdict: Verdict) -> str:
    why = f": {verdict.why}" if verdict.why else ""
    return f"{verdict.kind}, {verdict.by}, {verdict.confidence:.0%}{why}"


def fields(article: Article) -> list[tuple[str, str | None, list[Evidence]]]:
    """Field, value as text, candidates (the chosen ones first), in the order in which a reader meets them."""
    image = article.image
    values: dict[str, str | None] = {
        "title": article.title,
        "alternative_title": article.alternative_title,
        "standfirst": article.standfirst,
        "authors": ", ".join(author.name for author in article.authors),
        "published": article.published,
        "modified": article.modified,
        "dateline": " / ".join(article.dateline),
        "section": article.section,
        "tags": ", ".join(article.tags),
        "language": article.language,
        "image": image.url if image else None,
        "canonical_url": article.canonical_url,
        "robots": ", ".join(article.robots),
        "text": f"{article.word_count} words",
    }
    names = [*values, *sorted({e.field for e in article.evidence} - values.keys())]
    return [
        (
            name,
            values.get(name) or None,
            sorted((e for e in article.evidence if e.field == name), key=lambda e: not e.chosen),
        )
        for name in names
    ]


def as_json(article: Article) -> dict[str, Any]:
    """Everything, for a program."""
    return asdict(article) | {"verdicts": [verdict._asdict() for verdict in article.verdicts]}


_STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1b; --paper: #fdfcf9; --quiet: #6a6a66; --cut: #b3261e;
  --line: #dcd9d0; --wash: #f6efe9; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e4de; --paper: #161615; --quiet: #9b988f;
  --cut: #ff8a80; --line: #383733; --wash: #241f1d; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 5rem; max-width: 46rem; background: var(--paper);
  color: var(--ink); font: 1.125rem/1.6 Georgia, "Times New Roman", serif; overflow-wrap: anywhere; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .5rem; text-wrap: balance; }
header, footer, .cause, table, summary, label, nav { font-family: system-ui, sans-serif; font-size: .875rem; }
header p { margin: .2rem 0; color: var(--quiet); }
header a { color: inherit; }
.fate { font-weight: 600; color: var(--ink); }
.rejected { color: var(--cut); }
details { margin: 1.25rem 0; border-block: 1px solid var(--line); padding: .5rem 0; }
summary { cursor: pointer; }
table { border-collapse: collapse; width: 100%; margin-top: .5rem; line-height: 1.4; }
th, td { text-align: left; vertical-align: top; padding: .3rem .75rem .3rem 0;
  border-top: 1px solid var(--line); }
td ul { margin: .25rem 0 0; padding: 0; list-style: none; color: var(--quiet); }
td .chosen { color: var(--ink); }
label { display: inline-block; margin: .5rem 0 1.5rem .35rem; cursor: pointer; }
.kept { margin: 0 0 1rem; }
.kept.heading { font-weight: 700; font-size: 1.25rem; line-height: 1.3; margin-top: 1.75rem; }
.kept.item { padding-left: 1.25rem; }
.kept.item::before { content: "•"; float: left; margin-left: -1.1rem; }
.kept.quote { padding-left: 1rem; border-left: 3px solid var(--line); font-style: italic; }
.kept.caption, .kept.image, .kept.embed { font-size: .95rem; color: var(--quiet); }
.kept.code { font-family: ui-monospace, monospace; font-size: .9rem; white-space: pre-wrap; }
.cut { margin: 0 0 1rem; padding: .5rem .9rem; background: var(--wash); border-left: 3px solid var(--cut);
  font-size: .95rem; line-height: 1.45; }
.cut p { margin: 0 0 .35rem; color: var(--quiet); }
.cut del { text-decoration-color: var(--cut); }
.cause { color: var(--cut); }
#clean:checked ~ main .cut { display: none; }
@media print { #clean, label, details { display: none; } }
"""


def as_html(article: Article, *, origin: str) -> str:
    """One page that stands alone: no script, no request, readable on a telephone and on paper."""
    kept = sum(verdict.kept for verdict in article.verdicts)
    cut = sum(not verdict.kept and not verdict.is_title for verdict in article.verdicts)
    title = escape(article.title or "(no headline)")
    language = f' lang="{escape(article.language)}"' if article.language else ""
    fate = (
        f"An article, {article.word_count} words"
        if article.status == "article"
        else f"Rejected: {escape(article.reason or 'unknown')}"
    )
    address = escape(article.url)
    link = (
        f'<a href="{address}">{address}</a>' if article.url.startswith(("http://", "https://")) else address
    )
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title} – explained</title>
<style>{_STYLE}</style>
</head>
<body>
<header>
<h1{language} dir="auto">{title}</h1>
<p class="fate{"" if article.status == "article" else " rejected"}">{fate}</p>
<p>{link}</p>
<p>{escape(origin)}</p>
</header>
<details>
<summary>Fields and where they come from</summary>
<table>
{_field_rows(article)}
</table>
</details>
<input type="checkbox" id="clean">
<label for="clean">Hide the {cut} blocks that were cut ({kept} are kept)</label>
<main{language} dir="auto">
{"".join(_blocks(article.verdicts))}</main>
</body>
</html>
"""


def _field_rows(article: Article) -> str:
    rows = []
    for name, value, candidates in fields(article):
        items = "".join(
            f"<li{' class=chosen' if c.chosen else ''}>{escape(c.origin)}: "
            f"{escape(textwrap.shorten(c.raw, _RAW_LENGTH, placeholder=' …'))}</li>"
            for c in candidates
        )
        listed = f"<ul>{items}</ul>" if items else ""
        rows.append(f'<tr><th scope="row">{escape(name)}</th><td>{escape(value or "–")}{listed}</td></tr>')
    return "\n".join(rows)


def _blocks(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """Neighbours that were cut for one reason are one cut."""
    for (was_kept, _, by, why), group in groupby(
        verdicts,
        key=lambda v: (v.kept, v.kind if v.kept else "", "" if v.kept else v.by, "" if v.kept else v.why),
    ):
        if was_kept or by == "headline":
            yield from (_kept(verdict) for verdict in group)
            continue
        cuts = list(group)
        sure = min(verdict.confidence for verdict in cuts)
        words = "".join(f"<p><del>{_words(verdict)}</del></p>\n" for verdict in cuts)
        reason = f": {escape(why)}" if why else ""
        yield (
            f'<section class="cut" aria-label="cut">\n{words}'
            f'<span class="cause">{escape(by)}, {sure:.0%}{reason}</span>\n</section>\n'
        )


def _kept(verdict: Verdict) -> str:
    note = escape(f"{verdict.by}, {verdict.confidence:.0%}" + (f": {verdict.why}" if verdict.why else ""))
    role = ' role="heading" aria-level="2"' if verdict.kind == "heading" else ""
    return f'<p class="kept {escape(verdict.kind)}"{role} title="{note}">{_words(verdict)}</p>\n'


def _words(verdict: Verdict) -> str:
    return escape(verdict.text or f"({verdict.kind})").replace("\n", "<br>")
