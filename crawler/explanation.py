"""One page explained: every block in order, kept or cut, by what and why; every field with its evidence.

Pure: an Article in, text for a terminal or a page of HTML out.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from html import escape
from itertools import groupby
from typing import Any

import click

from crawler.standalone import page
from pipelines.types import Article, Evidence, Removal, Verdict

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


#: Shorter cuts are lines of menus and the like.
_LINE = 80
#: So many of them in a row are one line, to be opened.
_MANY = 3
#: Blocks of one cut that are shown before one asks for the others; a few more are shown with them.
_SHOWN, _SPARED = 4, 2
#: Characters of a collapsed run that its line quotes.
_QUOTED = 90

_STYLE = """
:root { color-scheme: light dark; --ink: #1d1c1a; --paper: #fdfcf9; --quiet: #63615b; --cut: #a3231c;
  --line: #dedad0; --wash: #f7f1ea; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e5de; --paper: #171614; --quiet: #a3a097;
  --cut: #ff9a8f; --line: #3a3833; --wash: #221e1b; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1.25rem 5rem; max-width: 44rem; background: var(--paper);
  color: var(--ink); font: 1.125rem/1.6 Georgia, "Times New Roman", serif; overflow-wrap: anywhere; }
h1 { font-size: clamp(1.5rem, 5vw, 2.1rem); line-height: 1.2; margin: 0 0 .75rem; text-wrap: balance; }
header p, footer, .cause, .fields, .switch, .legend, summary { font-family: system-ui, sans-serif;
  font-size: .875rem; line-height: 1.45; }
header p { margin: .25rem 0; color: var(--quiet); }
header a { color: inherit; }
header .fate { font-weight: 600; color: var(--ink); }
header .rejected { color: var(--cut); }
.legend { margin: 1rem 0 0; padding: 0; list-style: none; display: flex; flex-wrap: wrap; gap: .35rem .5rem; }
.legend li { padding: .1rem .6rem; border: 1px solid var(--line); border-radius: 1rem; }
summary { cursor: pointer; }
summary:focus-visible, input:focus-visible { outline: 2px solid var(--cut); outline-offset: 3px; }
.fields { margin: 1.25rem 0 0; border-block: 1px solid var(--line); padding: .6rem 0; }
.fields dl { margin: .75rem 0 0; }
.fields dt { font-weight: 600; margin-top: .6rem; }
.fields dd { margin: 0; }
.fields ul { margin: .15rem 0 0; padding: 0; list-style: none; color: var(--quiet); }
.fields .chosen { color: var(--ink); }
.switch { display: flex; align-items: center; gap: .55rem; margin: 1rem 0 2rem; cursor: pointer; }
.switch input { flex: none; width: 1.05rem; height: 1.05rem; margin: 0; accent-color: var(--cut); }
main p { margin: 0 0 1rem; }
.kept.heading { font-weight: 700; font-size: 1.25rem; line-height: 1.3; margin-top: 1.75rem; }
.kept.item { padding-inline-start: 1.25rem; }
.kept.item::before { content: "•"; float: inline-start; margin-inline-start: -1.1rem; }
.kept.quote { padding-inline-start: 1rem; border-inline-start: 3px solid var(--line); font-style: italic; }
.kept.caption, .kept.image, .kept.embed { font-size: .95rem; color: var(--quiet); }
.kept.code { font-family: ui-monospace, monospace; font-size: .9rem; white-space: pre-wrap; }
.cut { margin: 0 0 1rem; padding: .55rem .8rem; background: var(--wash);
  border-inline-start: 3px solid var(--cut); border-radius: 0 .3rem .3rem 0; font-size: .95rem;
  line-height: 1.45; }
.cut p { margin: 0 0 .35rem; color: var(--quiet); }
.cut del { text-decoration: line-through; text-decoration-color: var(--cut); }
.cause { margin-top: .4rem; color: var(--ink); }
.cause b { color: var(--cut); }
.cause small { color: var(--quiet); font-size: inherit; white-space: nowrap; }
.cut summary { color: var(--quiet); }
.cut summary b { color: var(--cut); font-weight: 600; }
.run > .group { margin-top: .7rem; padding-top: .5rem; border-top: 1px solid var(--line); }
body:has(#clean:checked) .cut { display: none; }
@media (min-width: 70rem) {
  body { max-width: 66rem; }
  header, .fields, main > p, .switch { max-width: 42rem; }
  section.cut, .run > .group { display: grid; grid-template-columns: minmax(0, 41rem) 1fr; gap: 0 1.75rem; }
  .cause { margin-top: 0; }
}
@media print { .switch, .fields { display: none; } }
"""


def as_html(article: Article, *, origin: str) -> str:
    """One page that stands alone: no script, no request, readable on a telephone and on paper."""
    cuts = [verdict for verdict in article.verdicts if _is_cut(verdict)]
    kept = sum(verdict.kept for verdict in article.verdicts)
    title = article.title or "(no headline)"
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
    body = f"""<header>
<h1{language} dir="auto">{escape(title)}</h1>
<p class="fate{"" if article.status == "article" else " rejected"}">{fate}</p>
<p>{link}</p>
<p>{escape(origin)}</p>
<p>The page from top to bottom: {_blocks_of(kept)} kept, {_blocks_of(len(cuts))} cut. What was cut is struck
through, with what cut it and why.</p>
{_legend(cuts)}</header>
<details class="fields">
<summary>Headline, authors, dates and where they come from</summary>
<dl>
{_field_rows(article)}
</dl>
</details>
<label class="switch" for="clean"><input type="checkbox" id="clean">Show only what was kept</label>
<main{language} dir="auto">
{"".join(_blocks(article))}</main>
"""
    return page(f"{title} – explained", style=_STYLE, body=body)


def _blocks_of(number: int) -> str:
    return f"{number} block" + ("" if number == 1 else "s")


def _legend(cuts: Sequence[Verdict]) -> str:
    """What cut how much."""
    counted = Counter(_cutter(verdict)[0] for verdict in cuts)
    items = "".join(f"<li>{escape(name)}: {number}</li>\n" for name, number in counted.most_common())
    return f'<ul class="legend" aria-label="What cut how many blocks">\n{items}</ul>\n' if items else ""


def _field_rows(article: Article) -> str:
    rows = []
    for name, value, candidates in fields(article):
        items = "".join(
            f"<li{' class=chosen' if c.chosen else ''}>{escape(c.origin)}: "
            f"{escape(textwrap.shorten(c.raw, _RAW_LENGTH, placeholder=' …'))}</li>"
            for c in candidates
        )
        listed = f"<ul>{items}</ul>" if items else ""
        rows.append(f"<dt>{escape(_named(name))}</dt>\n<dd>{escape(value or '–')}{listed}</dd>")
    return "\n".join(rows)


def _named(field: str) -> str:
    """``alternative_title`` is "Alternative title"."""
    return field.replace("_", " ").capitalize()


def _blocks(article: Article) -> Iterator[str]:
    """In order, but for the headline, which stands above them."""
    headline = " ".join((article.title or "").split())
    below = [v for v in article.verdicts if not (v.is_title and " ".join(v.text.split()) == headline)]
    for cut, run in groupby(below, key=_is_cut):
        if cut:
            yield from _run(run)
        else:
            yield from (_kept(verdict) for verdict in run)


def _is_cut(verdict: Verdict) -> bool:
    return not verdict.kept and not verdict.is_title


def cuts_as_html(removed: Iterable[Removal]) -> str:
    """Neighbours that were cut, as they stand in their place on other pages too."""
    return "".join(_run(Verdict(r.text, "paragraph", False, r.by, r.why, r.confidence) for r in removed))


def _run(cuts: Iterable[Verdict]) -> Iterator[str]:
    """Neighbours that were cut: many short lines are one to open, the others stand there with their cause."""
    for is_line, group in groupby(cuts, key=_is_line):
        several = list(group)
        if is_line and len(several) >= _MANY:
            yield _collapsed(several)
        else:
            yield from (
                f'<section class="cut" aria-label="cut">\n{cut}</section>\n' for cut in _cuts(several)
            )


def _is_line(verdict: Verdict) -> bool:
    """Part of a menu, of buttons, of a list of links: nothing that an editor would look for."""
    name = verdict.by.partition(":")[0]
    return name in ("classifier", "order", "memory") and len(verdict.text) < _LINE


def _collapsed(cuts: Sequence[Verdict]) -> str:
    quoted = textwrap.shorten(
        " · ".join(" ".join(cut.text.split()) for cut in cuts if cut.text), _QUOTED, placeholder=" …"
    )
    groups = "".join(f'<div class="group">\n{cut}</div>\n' for cut in _cuts(cuts))
    return (
        f'<details class="cut run">\n<summary><b>{len(cuts)} short lines cut</b> {escape(quoted)}</summary>\n'
        f"{groups}</details>\n"
    )


def _cuts(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """Neighbours that were cut for one reason are one cut."""
    for (_, why), group in groupby(verdicts, key=lambda verdict: (verdict.by, verdict.why)):
        cuts = list(group)
        words = [f"<p><del>{_words(verdict)}</del></p>\n" for verdict in cuts]
        shown = _SHOWN if len(words) > _SHOWN + _SPARED else len(words)
        rest = "".join(words[shown:])
        if rest:
            rest = f"<details>\n<summary>{len(words) - shown} more</summary>\n{rest}</details>\n"
        name, detail = _cutter(cuts[0])
        named = f"<b>{escape(name)}</b>" + (f" {escape(detail)}" if detail else "")
        sure = min(verdict.confidence for verdict in cuts)
        reason = f"<br>{escape(why)}" if why else ""
        yield (
            f"<div>\n{''.join(words[:shown])}{rest}</div>\n"
            f'<div class="cause">{named} <small>{sure:.0%} sure</small>{reason}</div>\n'
        )


def _cutter(verdict: Verdict) -> tuple[str, str | None]:
    """What cut it, for an editor, and which one where there are several."""
    name, _, detail = verdict.by.partition(":")
    if name == "rule":
        return "Rule", detail
    if name == "memory":
        kind = detail.partition(":")[0]
        return "Repeats on this site", {"section": "under a heading", "place": "in this place"}.get(kind)
    return {
        "classifier": ("Looks and place", None),
        "order": ("Order of the page", None),
        "layout": ("Declared layout", None),
    }.get(name, (verdict.by, None))


def _kept(verdict: Verdict) -> str:
    note = escape(f"{verdict.by}, {verdict.confidence:.0%}" + (f": {verdict.why}" if verdict.why else ""))
    role = ' role="heading" aria-level="2"' if verdict.kind == "heading" else ""
    return f'<p class="kept {escape(verdict.kind)}"{role} title="{note}">{_words(verdict)}</p>\n'


def _words(verdict: Verdict) -> str:
    return escape(verdict.text or f"({verdict.kind})").replace("\n", "<br>")
