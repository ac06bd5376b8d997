"""What a site's memory is worth, after how many of its articles: ``python -m bench.families``.

Every page is scored by a model that saw no page of its site. A memory of N articles is that of the first N of
a site; scored are all of the site's pages, and a page never proves its own repetition.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import corpus, measures
from pipelines.boilerplate.memory import SiteMemory, site_of
from pipelines.classify import load
from pipelines.clean import Reading, finish, read
from pipelines.document import as_utf8
from pipelines.types import Article, Page

HERE = Path(__file__).parent
REPORT = HERE / "families.md"
PLOT = HERE / "families.svg"
#: Articles of a site that its memory has seen.
STEPS = (1, 2, 3, 5, 8, 12)
#: Sets whose sites have one page, where nothing may move.
_SINGLE = ("fundus", "wcxb")


@dataclass(frozen=True, slots=True)
class One:
    """A page with its truth, read once and cleaned with every memory."""

    row: corpus.Row
    reading: Reading

    @property
    def truth(self) -> str:
        return self.row.body or ""


@dataclass(frozen=True, slots=True)
class Point:
    """All pages with memories of so many articles."""

    articles: int
    f1: float
    precision: float
    recall: float
    #: Share of the truth's words that memory took.
    lost: float


def main() -> int:
    argparse.ArgumentParser(prog="python -m bench.families", description=__doc__).parse_args()
    root = corpus.folder()
    pages = _read("families", root)
    sites: dict[str, list[One]] = defaultdict(list)
    for page in pages:
        sites[str(page.row.raw["site"])].append(page)
    without = [finish(page.reading) for page in pages]
    points = [_point(0, pages, without, without)]
    for step in STEPS:
        memories = {site: SiteMemory([p.reading.trace for p in all[:step]]) for site, all in sites.items()}
        found = [finish(page.reading, memory=memories[str(page.row.raw["site"])]) for page in pages]
        points.append(_point(step, pages, without, found))
        print(_row(points[-1]), file=sys.stderr)
    single = {name: _single(name, root) for name in _SINGLE}
    REPORT.write_text(_report(points, single, len(pages), len(sites)), encoding="utf-8")
    PLOT.write_text(plot(points), encoding="utf-8")
    print(REPORT.read_text(encoding="utf-8"))
    return 0


def _read(name: str, root: Path) -> list[One]:
    folds = corpus.folds(root)
    models = {fold: load(HERE / "folds" / f"fold{fold}.npz") for fold in range(corpus.FOLDS)}
    pages = []
    for row in corpus.load(name, root):
        if row.body is None or row.page_type != "article":
            continue
        body = as_utf8(row.read(), None).decode(errors="replace").encode("utf-8", "replace")
        page = Page(url=row.url, body=body, charset="utf-8")
        pages.append(One(row, read(page, classifier=models[folds[name, row.id]])))
    return pages


def _single(name: str, root: Path) -> tuple[float, float, int]:
    """F1 with and without what was learned of the set's sites, and the number of articles that differ."""
    pages = _read(name, root)
    traces = defaultdict(list)
    for page in pages:
        traces[site_of(page.row.url)].append(page.reading.trace)
    memories = {site: SiteMemory(several) for site, several in traces.items()}
    without = [finish(page.reading) for page in pages]
    found = [finish(page.reading, memory=memories[site_of(page.row.url)]) for page in pages]
    changed = sum(one.text != other.text for one, other in zip(without, found, strict=True))
    return _f1(pages, found)[0], _f1(pages, without)[0], changed


def _f1(pages: Sequence[One], found: Sequence[Article]) -> tuple[float, float, float]:
    return measures.average_f1(
        [measures.four_gram(page.truth, article.text) for page, article in zip(pages, found, strict=True)]
    )


def _point(
    articles: int, pages: Sequence[One], without: Sequence[Article], found: Sequence[Article]
) -> Point:
    lost = sum(
        lost_words(page.truth, before.text, after.text)
        for page, before, after in zip(pages, without, found, strict=True)
    )
    words = sum(len(page.truth.split()) for page in pages)
    return Point(articles, *_f1(pages, found), lost / max(1, words))


def lost_words(truth: str, before: str, after: str) -> int:
    """Words of paragraphs that the truth has and that were there without memory, and are not with it."""
    gone = Counter(before.split("\n\n")) - Counter(after.split("\n\n"))
    there = measures.shingles(truth, 3)
    words = 0
    for paragraph, times in gone.items():
        own = measures.shingles(paragraph, 3)
        if own and 2 * sum((own & there).values()) >= sum(own.values()):
            words += times * len(paragraph.split())
    return words


def _report(
    points: Sequence[Point], single: Mapping[str, tuple[float, float, int]], pages: int, sites: int
) -> str:
    lines = [
        "# What a site's memory is worth",
        "",
        f"Written by `python -m bench.families`: {pages} pages of {sites} sites, story text. No page "
        "is scored by a model that saw a page of its site. Lost: words of the truth that memory took.",
        "",
        "| articles seen | 4-gram F1 | precision | recall | lost |",
        "|---|---|---|---|---|",
        *map(_row, points),
        "",
        "![F1 by articles seen](families.svg)",
        "",
        "Where sites have a page or two, nothing is learned and nothing may move:",
        "",
        "| set | 4-gram F1 with memory | without | articles that differ |",
        "|---|---|---|---|",
        *(f"| {name} | {with_:.4f} | {without:.4f} | {n} |" for name, (with_, without, n) in single.items()),
        "",
    ]
    return "\n".join(lines)


def _row(point: Point) -> str:
    numbers = f"{point.f1:.4f} | {point.precision:.4f} | {point.recall:.4f} | {100 * point.lost:.3f} %"
    return f"| {point.articles or 'none'} | {numbers} |"


def plot(points: Sequence[Point]) -> str:
    """The learning curve as SVG; reads on a light and on a dark page."""
    wide, high, left, bottom = 560, 300, 56, 40
    low = min(min(point.f1, point.precision, point.recall) for point in points)
    floor = int(low * 100) / 100
    last = max(point.articles for point in points)

    def at(articles: int, value: float) -> tuple[float, float]:
        x = left + (wide - left - 20) * articles / last
        y = high - bottom - (high - bottom - 24) * (value - floor) / (1 - floor)
        return round(x, 1), round(y, 1)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" font-family="sans-serif"'
        ' font-size="12" fill="#777">',
        "<title>4-gram F1, precision and recall by articles seen of a site</title>",
    ]
    steps = 5
    for step in range(steps + 1):
        value = floor + (1 - floor) * step / steps
        x, y = at(0, value)
        parts.append(f'<path d="M{x} {y}H{wide - 20}" stroke="#8884"/>')
        parts.append(f'<text x="{left - 8}" y="{y + 4}" text-anchor="end">{value:.3f}</text>')
    for point in points:
        x, _ = at(point.articles, floor)
        parts.append(f'<text x="{x}" y="{high - bottom + 18}" text-anchor="middle">{point.articles}</text>')
    parts.append(f'<text x="{wide / 2}" y="{high - 4}" text-anchor="middle">articles seen of a site</text>')
    for place, (name, colour) in enumerate(
        (("precision", "#b08030"), ("recall", "#5a8f5a"), ("f1", "#3060c0"))
    ):
        line = [at(point.articles, getattr(point, name)) for point in points]
        path = "M" + "L".join(f"{x} {y}" for x, y in line)
        thick = 3 if name == "f1" else 1.5
        parts.append(f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{thick}"/>')
        parts.extend(f'<circle cx="{x}" cy="{y}" r="{thick}" fill="{colour}"/>' for x, y in line)
        label = "F1" if name == "f1" else name
        x, y = wide - 30, high - 60 - 18 * place
        parts.append(f'<text x="{x}" y="{y}" text-anchor="end" fill="{colour}">{label}</text>')
    return "\n".join([*parts, "</svg>", ""])


if __name__ == "__main__":
    sys.exit(main())
