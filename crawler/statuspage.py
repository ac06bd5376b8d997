"""The state of a home as one page of HTML that needs nothing else: plots of each source, day by day. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from html import escape
from typing import Any

from crawler.standalone import page
from exporters.store import SourceDay

#: Days that are plotted.
DAYS = 30
_WIDE, _HIGH = 240, 56

_STYLE = """
:root { color-scheme: light dark; --ink: #1c1c1c; --dim: #62625c; --paper: #fbfaf7; --line: #dcd9d0;
  --good: #2f6f4f; --bad: #b3341f; --plot: #35618e; --bar: #e9e6de; }
@media (prefers-color-scheme: dark) { :root { --ink: #e9e6df; --dim: #a19d94; --paper: #191918;
  --line: #3a3935; --good: #7cc29a; --bad: #f08a76; --plot: #8ab6e0; --bar: #2a2926; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1.25rem; background: var(--paper); color: var(--ink);
  font: 16px/1.45 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; }
p { margin: .25rem 0; overflow-wrap: anywhere; }
.dim { color: var(--dim); }
.problems { border-left: 4px solid var(--bad); padding-left: .75rem; margin: 1rem 0; }
article { border-top: 1px solid var(--line); padding: .9rem 0; }
h2 { font-size: 1.1rem; margin: 0; overflow-wrap: anywhere; }
.well { color: var(--good); } .ill { color: var(--bad); }
.plots { display: grid; gap: .75rem 1.5rem; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr));
  margin-top: .6rem; }
figure { margin: 0; }
figcaption { font-size: .8rem; color: var(--dim); display: flex; justify-content: space-between; gap: .5rem; }
.key { font-size: .8rem; color: var(--dim); margin: .2rem 0 0; }
svg { display: block; width: 100%; height: 3.5rem; background: var(--bar); }
svg rect { fill: var(--plot); } svg .failed { fill: var(--bad); }
svg polyline { fill: none; stroke: var(--plot); stroke-width: 2; vector-effect: non-scaling-stroke; }
svg circle { fill: var(--plot); }
"""


def render(state: Mapping[str, Any], days: Sequence[SourceDay], today: date) -> str:
    """``state``: what ``copydesk status --json`` says; ``days``: the ledger of the last DAYS days."""
    by_source: dict[str, dict[str, SourceDay]] = {}
    for day in days:
        by_source.setdefault(day.source, {})[day.day] = day
    plotted = dates(today)
    ill = sum(row["healthy"] is False for row in state["sources"])
    well = sum(row["healthy"] is True for row in state["sources"])
    sections = [_source(row, by_source.get(row["source"], {}), plotted) for row in state["sources"]]
    last = state["last_run"]
    said = f"last crawl {last['started']}, {last['outcome'] or 'not finished'}" if last else "never crawled"
    wrong = "".join(f"<p>{escape(problem)}</p>" for problem in state["problems"])
    body = (
        f"<h1>{well} of {len(sections)} sources are well</h1>\n"
        f'<p class="dim">{state["articles"]} articles, {state["rejected"]} rejected pages; '
        f"{escape(said)}</p>\n"
        + (f'<div class="problems">{wrong}</div>\n' if wrong else "")
        + "".join(sections)
    )
    return page(f"Copydesk: {ill} ill of {len(sections)} sources", style=_STYLE, body=body)


def dates(today: date) -> list[str]:
    """The days that are plotted, the oldest first."""
    return [f"{today - timedelta(days=DAYS - 1 - n)}" for n in range(DAYS)]


def _source(row: Mapping[str, Any], days: Mapping[str, SourceDay], dates: Sequence[str]) -> str:
    mood = "ill" if row["healthy"] is False else "well" if row["healthy"] else "dim"
    newest = f", newest {row['newest'][:10]}" if row["newest"] else ""
    return (
        f'<article><h2>{escape(row["source"])}</h2><p class="{mood}">{escape(row["health"])}</p>'
        f'<p class="dim">{row["articles"]} articles, {row["rejected"]} rejected, '
        f'{row["failing"]} failing{newest}</p><div class="plots">{plots(days, dates)}</div></article>\n'
    )


def plots(days: Mapping[str, SourceDay], dates: Sequence[str]) -> str:
    """All of a source's plots; ``days`` by date."""
    return "".join(
        (
            bars("new articles a day", days, dates),
            _line("words an article", days, dates, lambda day: day.words, "{:.0f}"),
            _line("share of the page cut", days, dates, lambda day: day.removed_share, "{:.0%}", top=1.0),
            _line("seconds a run", days, dates, lambda day: day.seconds, "{:.1f}"),
        )
    )


def bars(name: str, days: Mapping[str, SourceDay], dates: Sequence[str]) -> str:
    """New articles, and on top of them, in another colour, the pages that failed or were none."""
    most = max([day.new + day.bad for day in days.values()], default=0)
    wide = _WIDE / len(dates)
    drawn = []
    for n, date_ in enumerate(dates):
        day = days.get(date_)
        if day is None or not most:
            continue
        base = float(_HIGH)
        for count, kind in ((day.new, "new"), (day.bad, "failed")):
            high = (_HIGH - 4) * count / most
            base -= high
            if count:
                drawn.append(
                    f'<rect class="{kind}" x="{n * wide + 0.5:.1f}" y="{base:.1f}" width="{wide - 1:.1f}" '
                    f'height="{high:.1f}"><title>{date_}: {count} {kind}</title></rect>'
                )
    new, failed = sum(day.new for day in days.values()), sum(day.bad for day in days.values())
    said = f"{new} in {len(dates)} days"
    return _figure(name, said, "".join(drawn), key=f"blue: {new} new, red: {failed} failed" if drawn else "")


def _line(
    name: str,
    days: Mapping[str, SourceDay],
    dates: Sequence[str],
    value: Callable[[SourceDay], float | None],
    form: str,
    *,
    top: float | None = None,
) -> str:
    points = [
        (n, known)
        for n, date_ in enumerate(dates)
        if date_ in days and (known := value(days[date_])) is not None
    ]
    highest = top or max([known for _, known in points], default=0) * 1.1 or 1
    placed = [
        (f"{(n + 0.5) * _WIDE / len(dates):.1f}", f"{_HIGH * (1 - known / highest):.1f}")
        for n, known in points
    ]
    if len(placed) == 1:
        drawn = f'<circle cx="{placed[0][0]}" cy="{placed[0][1]}" r="3"/>'
    else:
        drawn = f'<polyline points="{" ".join(",".join(point) for point in placed)}"/>' if placed else ""
    return _figure(name, form.format(points[-1][1]) if points else "no data", drawn)


def _figure(name: str, said: str, drawn: str, *, key: str = "") -> str:
    """``key``: what the colours mean, where there is more than one."""
    label = escape(f"{name}: {said}" + (f"; {key}" if key else ""))
    below = f'<p class="key">{escape(key)}</p>' if key else ""
    return (
        f"<figure><figcaption><span>{escape(name)}</span><span>{escape(said)}</span></figcaption>"
        f'<svg viewBox="0 0 {_WIDE} {_HIGH}" preserveAspectRatio="none" role="img" aria-label="{label}">'
        f"{drawn}</svg>{below}</figure>"
    )
