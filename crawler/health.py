"""Whether a source is well, judged by its own history. Pure.

One bad poll is chance. A source is ill when it could not be read several runs in a row, when none of its
pages is an article any more, when it keeps silent for longer than it ever did, or when its pages are no
longer what they were: shorter, cut more, without a field, failing more often, slower. A change that lasts two
weeks becomes what is usual.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from crawler.ledger import Counts
from exporters.store import StoredCounts

#: Runs in a row that have to fail, or two that lie so far apart.
PATIENCE = 3
LONG = timedelta(hours=12)
#: Pages without one article among them that are an illness, over at least two runs.
MIN_PAGES = 3
#: What is compared: the newest so many articles, with what came before, at least so many articles and runs.
WINDOWS = (8, 16, 32, 64)
BASE_ARTICLES = 20
BASE_RUNS = 8
#: Standard errors that are no chance: a year of windows without a false alarm.
SIGMAS = 5.0
#: Shifts below these are nobody's concern: length by half or by a third, share of the page cut.
LENGTH_SHIFT = math.log(1.5)
REMOVED_SHIFT = 0.15
#: No source scatters less, whatever a few runs look like.
LENGTH_SCATTER = 0.3
REMOVED_SCATTER = 0.05
#: A field that was almost always there and now mostly is not.
SELDOM_MISSING, MOSTLY_MISSING = 0.2, 0.6
#: The share of pages that failed has to rise so much.
ERRORS_SHIFT = 0.4
#: Silence is judged from so many runs with new articles on, and counts from twice the longest one so far; a
#: history without two weekends says little of one.
ACTIVE_RUNS = 10
SHORTEST_SILENCE = timedelta(hours=12)
UNSEEN_WEEKEND = timedelta(days=4)
SLOW_RUNS = 5
SLOW_TIMES = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    #: What went wrong in this run, taken alone.
    trouble: str | None = None
    #: Why the source is ill; None while it is well.
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """How long a source went without a new article, at most, and how long that was watched."""

    longest: timedelta
    watched: timedelta


def judge(
    counts: Counts,
    past: Sequence[StoredCounts],
    now: datetime,
    longest_silence: Callable[[], Silence | None] = lambda: None,
) -> Verdict:
    """``past``: rows of the source's earlier runs, the newest first (``Store.history``). ``longest_silence``
    is asked only where it matters."""
    trouble = counts.trouble
    problem = (
        _unread(counts, past, now)
        or _no_articles(counts, past)
        or (None if counts.unread else _silent(counts, past, now, longest_silence))
        or _shifted(counts, past)
        or _failing_more(counts, past)
        or _slower(counts, past)
    )
    return Verdict(trouble=trouble, problem=problem)


def _unread(counts: Counts, past: Sequence[StoredCounts], now: datetime) -> str | None:
    """None of its endpoints can be read, or they list nothing."""
    why = counts.unread
    if why is None:
        return None
    if not any(row.healthy for row in past):
        return why  # it never worked: nothing to wait for
    failed = 1
    first = now
    for row in past:
        if row.trouble is None:
            break
        failed += 1
        first = _time(row.started)
    if failed >= PATIENCE or (failed > 1 and now - first >= LONG):
        return why
    return None


def _no_articles(counts: Counts, past: Sequence[StoredCounts]) -> str | None:
    """Pages are asked for and none is an article, over two runs at least; runs without pages do not count."""
    if counts.articles:
        return None
    reasons = {**counts.rejected, **counts.failed}
    bad, runs = counts.bad, int(counts.bad > 0)
    for row in past:
        if row.new or row.changed or row.unchanged:
            break
        failed = sum(row.rejected.values()) + sum(row.failed.values())
        if failed:
            bad += failed
            runs += 1
            reasons |= {**row.rejected, **row.failed}
    first = not any(row.healthy for row in past)
    if bad >= MIN_PAGES and (runs > 1 or first):
        return f"none of {bad} pages gave an article ({', '.join(sorted(reasons))})"
    return None


def _silent(
    counts: Counts,
    past: Sequence[StoredCounts],
    now: datetime,
    longest_silence: Callable[[], Silence | None],
) -> str | None:
    if counts.new or counts.postponed:
        return None
    active = [_time(row.started) for row in past if row.new]
    if len(active) <= ACTIVE_RUNS:
        return None
    silent = now - active[0]
    usual = max(later - earlier for later, earlier in pairwise(active))
    if silent < SHORTEST_SILENCE or silent < 2 * usual:
        return None
    known = longest_silence()  # all of its history, where the runs at hand are not enough
    if known is None or silent < 2 * known.longest:
        return None
    if known.watched < timedelta(days=14) and silent < UNSEEN_WEEKEND:
        return None
    return f"no new article for {_words(silent)}; before, never more than {_words(known.longest)}"


@dataclass(frozen=True, slots=True)
class _Row:
    """One run's articles as measured."""

    n: int
    length: float
    removed: float
    missing: dict[str, int]
    healthy: bool


def _shifted(counts: Counts, past: Sequence[StoredCounts]) -> str | None:
    rows = [
        _Row(row.measured, math.log1p(row.words or 0), row.removed_share or 0, dict(row.missing), row.healthy)
        for row in past
        if row.measured
    ]
    if counts.measured:
        length, removed = counts.ln_words / counts.measured, counts.removed / counts.measured
        rows.insert(0, _Row(counts.measured, length, removed, dict(counts.missing), True))
    for window in WINDOWS:
        cut, n = 0, 0
        while cut < len(rows) and n < window:
            n += rows[cut].n
            cut += 1
        recent, base = rows[:cut], rows[cut:]
        # What came while it was ill is not what is usual; ill runs of long ago are (Store.history).
        base = [row for row in base if row.healthy]
        if n < window or len(base) < BASE_RUNS or sum(row.n for row in base) < BASE_ARTICLES:
            return None
        said = _length(recent, base) or _removed(recent, base) or _missing(recent, base)
        if said is not None:
            return f"{said}; was the site redesigned?"
    return None


def _length(recent: Sequence[_Row], base: Sequence[_Row]) -> str | None:
    before, now, sigmas = _compare(
        [(r.n, r.length) for r in recent], [(r.n, r.length) for r in base], LENGTH_SCATTER
    )
    if sigmas < SIGMAS or abs(now - before) < LENGTH_SHIFT:
        return None
    return f"its articles have {math.expm1(now):.0f} words instead of {math.expm1(before):.0f}"


def _removed(recent: Sequence[_Row], base: Sequence[_Row]) -> str | None:
    before, now, sigmas = _compare(
        [(r.n, r.removed) for r in recent], [(r.n, r.removed) for r in base], REMOVED_SCATTER
    )
    if sigmas < SIGMAS or abs(now - before) < REMOVED_SHIFT:
        return None
    return f"{now:.0%} of its pages' text is cut instead of {before:.0%}"


def _missing(recent: Sequence[_Row], base: Sequence[_Row]) -> str | None:
    def share(field: str, rows: Sequence[_Row]) -> float:
        return sum(row.missing.get(field, 0) for row in rows) / sum(row.n for row in rows)

    for field in sorted({field for row in recent for field in row.missing}):
        before, now = share(field, base), share(field, recent)
        if before <= SELDOM_MISSING and now >= MOSTLY_MISSING:
            return f"{now:.0%} of its articles have no {field} instead of {before:.0%}"
    return None


def _compare(
    recent: Sequence[tuple[int, float]], base: Sequence[tuple[int, float]], least: float
) -> tuple[float, float, float]:
    """Means before and now, and the standard errors between them. An article's scatter is estimated from
    the runs' means, weighted: runs that bring several articles of one kind then count for what they are."""
    before, now = _mean(base), _mean(recent)
    scatter = math.sqrt(sum(n * (value - before) ** 2 for n, value in base) / (len(base) - 1))
    error = max(scatter, least) * math.sqrt(1 / sum(n for n, _ in recent) + 1 / sum(n for n, _ in base))
    return before, now, abs(now - before) / error


def _mean(values: Iterable[tuple[int, float]]) -> float:
    pairs = list(values)
    return sum(n * value for n, value in pairs) / sum(n for n, _ in pairs)


def _failing_more(counts: Counts, past: Sequence[StoredCounts]) -> str | None:
    rows = [(counts.bad, counts.bad + counts.articles)]
    for row in past:
        bad = sum(row.rejected.values()) + sum(row.failed.values())
        rows.append((bad, bad + row.new + row.changed + row.unchanged))
    rows = [row for row in rows if row[1]]
    cut, asked = 0, 0
    while cut < len(rows) and asked < WINDOWS[0]:
        asked += rows[cut][1]
        cut += 1
    before = sum(total for _, total in rows[cut:])
    if asked < WINDOWS[0] or cut < 2 or len(rows) - cut < BASE_RUNS or before < BASE_ARTICLES:
        return None
    usual = sum(bad for bad, _ in rows[cut:]) / before
    recent = sum(bad for bad, _ in rows[:cut]) / asked
    if recent < usual + ERRORS_SHIFT:
        return None
    return f"{recent:.0%} of its pages fail or are no articles instead of {usual:.0%}"


def _slower(counts: Counts, past: Sequence[StoredCounts]) -> str | None:
    """Each of its last runs took several times as long a request as usual."""
    pace = [counts.seconds / (1 + counts.bad + counts.articles)]
    for row in past:
        bad = sum(row.rejected.values()) + sum(row.failed.values())
        pace.append(row.seconds / (1 + bad + row.new + row.changed + row.unchanged))
    recent, base = pace[:SLOW_RUNS], pace[SLOW_RUNS:]
    if len(base) < BASE_ARTICLES:
        return None
    usual = median(base)
    if min(recent) < SLOW_TIMES * usual + 1:
        return None
    return f"a request takes {median(recent):.1f} s instead of {usual:.1f} s"


def silence(active: Sequence[str]) -> Silence | None:
    """``active``: when the runs began that brought a new article, the newest first."""
    times = [_time(stamp) for stamp in active]
    if len(times) < 2:
        return None
    longest = max(later - earlier for later, earlier in pairwise(times))
    return Silence(longest=longest, watched=times[0] - times[-1])


def _time(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp)


def _words(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    return f"{hours / 24:.0f} days" if hours >= 48 else f"{hours:.0f} hours"
