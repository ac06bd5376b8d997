"""``python -m bench``: Copydesk beside its peers, on pages that its models have not seen."""

from __future__ import annotations

import argparse
import gc
import sys
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import corpus, measures
from bench.peers import PEERS, Answer, Extractor, copydesk
from pipelines.document import as_utf8

HERE = Path(__file__).parent
RESULTS = HERE / "RESULTS.md"
FLOOR = HERE / "floor.toml"
REPORT = HERE.parent / "data" / "reports" / "bench.md"
US = "Copydesk"
#: From this heading on RESULTS.md is written by hand.
NOTES = "## What was tried"
#: Pages shown in the report, a set.
WORST = 20
#: Pages of a set that are cleaned once before the clock counts.
_WARM_UP = 20


@dataclass(frozen=True, slots=True)
class Scored:
    """One page and what an extractor made of it."""

    row: corpus.Row
    answer: Answer


@dataclass(frozen=True, slots=True)
class Measure:
    """A column: its name, the sets it is for, the pages it needs, the figure."""

    name: str
    sets: tuple[str, ...]
    wants: Callable[[Scored], bool]
    of: Callable[[Sequence[Scored]], float]


def _is_story(page: Scored) -> bool:
    return page.row.body is not None and page.row.page_type == "article"


def _four_gram(pages: Sequence[Scored]) -> float:
    return measures.average_f1([_counts(page) for page in pages])[0]


def _precision(pages: Sequence[Scored]) -> float:
    return measures.average_f1([_counts(page) for page in pages])[1]


def _recall(pages: Sequence[Scored]) -> float:
    return measures.average_f1([_counts(page) for page in pages])[2]


#: Counted once a page: the intervals ask again and again.
_COUNTED: dict[int, tuple[float, float, float]] = {}
_SNIPPETS: dict[int, tuple[int, int, int]] = {}


def _counts(page: Scored) -> tuple[float, float, float]:
    if id(page) not in _COUNTED:
        _COUNTED[id(page)] = measures.four_gram(page.row.body or "", page.answer.text)
    return _COUNTED[id(page)]


def _snippets(page: Scored) -> tuple[int, int, int]:
    if id(page) not in _SNIPPETS:
        _SNIPPETS[id(page)] = measures.segments(page.answer.text, page.row.required, page.row.forbidden)
    return _SNIPPETS[id(page)]


def _word(pages: Sequence[Scored]) -> float:
    return _mean([measures.word_f1(page.row.body or "", page.answer.text) for page in pages])


def _segment(pages: Sequence[Scored]) -> float:
    found = [_snippets(page) for page in pages]
    tp, fp, fn = (sum(one[i] for one in found) for i in range(3))
    return measures.f1(tp / max(1, tp + fp), tp / max(1, tp + fn))


def _title(pages: Sequence[Scored]) -> float:
    return _mean([float(measures.same_title(p.row.title, p.answer.title)) for p in pages])


def _title_any(pages: Sequence[Scored]) -> float:
    return _mean(
        [
            float(any(measures.same_title(p.row.title, t) for t in (p.answer.title, *p.answer.titles)))
            for p in pages
        ]
    )


def _date(pages: Sequence[Scored]) -> float:
    return _mean([float((p.row.published or "")[:10] == (p.answer.published or "-")[:10]) for p in pages])


def _authors(pages: Sequence[Scored]) -> float:
    return _mean([measures.names_f1(p.row.authors, p.answer.authors) for p in pages])


def _cpu(pages: Sequence[Scored]) -> float:
    return _mean([page.answer.seconds * 1000 for page in pages])


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


_STORY_SETS = ("fundus", "wcxb", "families")
MEASURES = (
    Measure("4-gram F1", _STORY_SETS, _is_story, _four_gram),
    Measure("precision", _STORY_SETS, _is_story, _precision),
    Measure("recall", _STORY_SETS, _is_story, _recall),
    Measure("word F1", _STORY_SETS, _is_story, _word),
    Measure(
        "segment F1",
        ("wcxb", "bbaw"),
        lambda p: bool(p.row.required or p.row.forbidden) and p.row.page_type in (None, "article"),
        _segment,
    ),
    Measure("title", corpus.SETS, lambda p: bool(p.row.title) and _typed(p), _title),
    Measure("title-any", corpus.SETS, lambda p: bool(p.row.title) and _typed(p), _title_any),
    Measure("date", corpus.SETS, lambda p: bool(p.row.published) and _typed(p), _date),
    Measure("authors", corpus.SETS, lambda p: bool(p.row.authors) and _typed(p), _authors),
    Measure("CPU ms", corpus.SETS, lambda p: True, _cpu),
)
#: Measures whose intervals are worth their time.
_WITH_INTERVAL = ("4-gram F1", "segment F1")


def _typed(page: Scored) -> bool:
    return page.row.page_type in (None, "article")


def main() -> int:
    options = _options()
    root = corpus.folder()
    names = options.sets.split(",")
    peers: dict[str, Extractor] = {US: copydesk(None if options.shipped else HERE / "folds")}
    for name, make in PEERS.items():
        if options.peers == "all" or name in options.peers.split(","):
            peers[name] = make()
    dealt = corpus.folds(root)
    lines: list[str] = []
    report: list[str] = []
    reached: dict[str, float] = {}
    everything: list[dict[str, list[Scored]]] = []  # kept: what is counted is known by its page's identity
    for name in names:
        rows = corpus.load(name, root)[: options.limit]
        if not rows:
            sys.exit(f"There is no set {name!r} in {root}. The sets are {', '.join(corpus.SETS)}.")
        scored = _score(rows, peers, dealt)
        everything.append(scored)
        table = _table(name, scored, reached)
        print("\n".join(table), flush=True)
        lines.extend(table)
        report.extend(_worst(name, scored))
    missed = _missed(reached) if options.limit is None and not options.shipped else []
    if options.limit is None and set(names) == set(corpus.SETS) and options.peers == "all":
        RESULTS.write_text(_results(lines, shipped=options.shipped) + _notes(), encoding="utf-8")
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text("\n".join(report), encoding="utf-8")
    print(f"\nThe worst pages, with what leaked and was lost: {REPORT}", file=sys.stderr)
    for line in missed:
        print(line, file=sys.stderr)
    return 1 if missed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--sets", default=",".join(corpus.SETS), help="some of %(default)s")
    parser.add_argument("--limit", type=int, help="only the first pages of each set; no floor is checked")
    parser.add_argument("--peers", default="all", help=f"all, none, or some of {', '.join(PEERS)}")
    parser.add_argument("--shipped", action="store_true", help="the shipped weights, which saw these pages")
    return parser.parse_args()


def _score(
    rows: Sequence[corpus.Row], peers: dict[str, Extractor], dealt: dict[tuple[str, str], int]
) -> dict[str, list[Scored]]:
    scored: dict[str, list[Scored]] = {name: [] for name in peers}
    for row in rows[:_WARM_UP]:  # models and word lists are loaded once a process, not once a page
        text = as_utf8(row.read(), None).decode(errors="replace")
        for extract in peers.values():
            extract(row, text, dealt[row.set, row.id])
    for row in rows:
        text = as_utf8(row.read(), None).decode(errors="replace")
        for name, extract in peers.items():
            gc.collect(0)
            scored[name].append(Scored(row, extract(row, text, dealt[row.set, row.id])))
    return scored


def _table(name: str, scored: dict[str, list[Scored]], reached: dict[str, float]) -> list[str]:
    """Markdown: a row a peer. Fills ``reached`` with our figures."""
    measured = [measure for measure in MEASURES if name in measure.sets]
    lines = [
        "",
        f"### {name}, {len(next(iter(scored.values())))} pages",
        "",
        "| |"
        + "".join(f" {measure.name} |" for measure in measured)
        + (" is-article |" if name == "wcxb" else ""),
        "|---|" + "---|" * (len(measured) + (name == "wcxb")),
    ]
    for peer, pages in scored.items():
        cells = []
        for measure in measured:
            fitting = [page for page in pages if measure.wants(page)]
            says = any(page.answer.title for page in pages)
            if not fitting or (measure.name in ("title", "title-any", "date", "authors") and not says):
                cells.append("–")
                continue
            value = measure.of(fitting)
            if peer == US:
                reached[f"{name} {measure.name}"] = value
            cell = f"{value:.1f}" if measure.name == "CPU ms" else f"{value:.3f}"
            if measure.name == "CPU ms" and peer != US:
                cell += f" (×{value / reached[f'{name} {measure.name}']:.1f})"
            if measure.name in _WITH_INTERVAL:
                low, high = measures.interval(fitting, measure.of)
                cell += f" ({low:.3f}–{high:.3f})"
            cells.append(cell)
        if name == "wcxb":
            cells.append(_is_article(pages, reached))
        lines.append(f"| {peer} | " + " | ".join(cells) + " |")
    return lines


def _is_article(pages: Sequence[Scored], reached: dict[str, float]) -> str:
    """Only Copydesk tells articles from other pages."""
    if pages[0].answer.is_article is None:
        return "–"
    said = [page for page in pages if page.answer.is_article]
    true = [page for page in pages if page.row.page_type == "article"]
    both = sum(page.row.page_type == "article" for page in said)
    precision, recall = both / max(1, len(said)), both / max(1, len(true))
    reached |= {"wcxb is-article precision": precision, "wcxb is-article recall": recall}
    return f"P {precision:.3f} R {recall:.3f}"


def _worst(name: str, scored: dict[str, list[Scored]]) -> list[str]:
    """The pages with most wrong, and what it is."""
    pages = [page for page in scored[US] if _is_story(page)]
    lines = [f"# {name}: the worst pages", ""]
    for page in sorted(pages, key=lambda p: -sum(_counts(p)[1:]))[:WORST]:
        tp, fp, fn = _counts(page)
        lines += [f"## {page.row.id} {page.row.url}", f"right {tp:.3f} leaked {fp:.3f} lost {fn:.3f}", ""]
        if page.answer.reason:
            lines += [f"rejected: {page.answer.reason}", ""]
        ours, theirs = page.answer.text, page.row.body or ""
        lines += [f"+ {part[:300]}" for part in _missing(ours.split("\n"), theirs)]
        lines += [f"- {part[:300]}" for part in _missing(theirs.split("\n"), ours)]
        lines.append("")
    if name == "bbaw":
        for page in scored[US]:
            lost = [snippet for snippet in page.row.required if snippet not in page.answer.text]
            leaked = [snippet for snippet in page.row.forbidden if snippet in page.answer.text]
            if lost or leaked:
                lines += [
                    f"{page.row.id} {page.row.url}",
                    *[f"+ {s}" for s in leaked],
                    *[f"- {s}" for s in lost],
                ]
    return lines


def _missing(parts: Sequence[str], text: str) -> list[str]:
    """Paragraphs that mostly are not in the text."""
    there = measures.shingles(text, 3)
    found = []
    for part in parts:
        own = measures.shingles(part, 3)
        if own and sum((own & there).values()) < 0.5 * sum(own.values()):
            found.append(part)
    return found


def _missed(reached: dict[str, float]) -> list[str]:
    """The pinned floor; it only ever goes up."""
    floor = tomllib.loads(FLOOR.read_text(encoding="utf-8"))["floor"]
    return [
        f"{what}: {reached[what]:.4f} is below the floor of {least:.4f}"
        for what, least in floor.items()
        if what in reached and reached[what] < least
    ]


def _results(lines: Sequence[str], *, shipped: bool) -> str:
    how = (
        "The shipped weights, which saw these pages: no measure of quality."
        if shipped
        else "Copydesk is cross-validated: no page is scored by a model that saw a page of its site."
    )
    return "\n".join(
        [
            "# Results",
            "",
            "Written by `python -m bench`; bench/README.md says what is measured and how.",
            f"{how} In brackets the middle 95 % of 500 resamples.",
            "CPU is process time a page, of use only as a ratio within one run.",
            *lines,
            "",
        ]
    )


def _notes() -> str:
    """What people wrote below the tables stays."""
    before = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else ""
    return "\n" + before[before.index(NOTES) :] if NOTES in before else ""


if __name__ == "__main__":
    sys.exit(main())
