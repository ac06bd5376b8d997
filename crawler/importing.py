"""An archive made elsewhere becomes snapshots and articles, as if we had crawled it then. No request.

An answer that is here already is left out, so what was interrupted is simply done again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from crawler.archived import Layouts, page_of
from crawler.desk import rules_of
from crawler.home import Home
from crawler.processes import Lost, Team, cores
from crawler.sources import slug_of
from exporters.archive import Answer, Archive
from exporters.bulk import Damage, Response, responses
from exporters.encodings import TooLargeError
from exporters.store import Store, memory, recleaning
from exporters.store.connection import stamp
from exporters.warc import decoded, digest_of
from pipelines.boilerplate.memory import site_of
from pipelines.boilerplate.rules import Rule, Rules
from pipelines.boilerplate.traces import Trace
from pipelines.clean import finish, read
from pipelines.types import Article, Layout, Page, Snapshot

#: Articles a transaction.
_AT_ONCE = 25


@dataclass(slots=True)
class Tally:
    """What became of a file's answers."""

    file: str
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    #: Pages that are no articles, by reason.
    rejected: Counter[str] = field(default_factory=Counter)
    #: Answers that are here already; pages older than what is here of their article.
    known: int = 0
    older: int = 0
    #: Answers that are no pages: pictures, redirects, errors.
    others: int = 0
    #: Damaged, cut short or too large records, and where the first is.
    damaged: int = 0
    damaged_at: int | None = None
    #: Pages whose cleaning failed, and the first one's reason.
    failed: int = 0
    failure: str | None = None

    @property
    def answers(self) -> int:
        fates = (self.new, self.changed, self.unchanged, self.known, self.older, self.others, self.failed)
        return sum(fates) + self.rejected.total()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    page: Page
    layout: Layout | None
    source: str
    snapshot: Snapshot


_Result = tuple[Article, Trace] | str

_rules: Rules | None = None


def _prepare(rules: Sequence[Rule]) -> None:
    global _rules
    _rules = Rules(rules)


def _clean(task: _Task) -> _Result:
    """In words why there is nothing."""
    try:
        reading = read(task.page)
        return finish(reading, rules=_rules, layout=task.layout), reading.trace
    except Exception as error:  # noqa: BLE001 - a fault of ours on one page; the tally names it
        return f"{task.page.url}: {type(error).__name__}: {error}"


class Import:
    """Files into one home. ``tick`` is called after each page."""

    def __init__(self, home: Home, *, tick: Callable[[], None] = lambda: None) -> None:
        self._home = home
        self._tick = tick
        self._layouts = Layouts.declared(home)
        self._rules = rules_of(home)()

    def warc(self, path: Path) -> Tally:
        tally = Tally(str(path))
        sites: set[str] = set()
        today = datetime.now(UTC).strftime("%Y%m%d")
        with (
            Store.open(self._home.database) as store,
            Archive(self._home.archive, prefix="import", day=today) as archive,
        ):
            archive.prepare()
            team = Team(do=_clean, jobs=cores(), prepare=_prepare, given=(self._rules.rules,))
            done: list[tuple[_Task, _Result | Lost]] = []
            for result in team.each(self._tasks(path, store, archive, tally)):
                done.append(result)
                self._tick()
                if len(done) >= _AT_ONCE:
                    _save(store, done, tally, sites)
            _save(store, done, tally, sites)
            for site in sorted(sites):
                with store.transaction():
                    memory.recount(store.db, site)
        return tally

    def _tasks(self, path: Path, store: Store, archive: Archive, tally: Tally) -> Iterator[_Task]:
        under_way: set[tuple[str, str, str]] = set()
        for found in responses(path):
            if isinstance(found, Damage):
                tally.damaged += 1
                tally.damaged_at = found.offset if tally.damaged_at is None else tally.damaged_at
                continue
            when = _moment(found.fetched)
            answer = _page(found) if when is not None else None
            if when is None or answer is None:
                tally.others += 1
                continue
            fetched = stamp(when)
            key = (found.url, fetched, digest_of(found.body))
            if key in under_way or recleaning.has_snapshot(store.db, *key):
                tally.known += 1
                continue
            under_way.add(key)
            snapshot = archive.write(
                found.url, status=found.status, headers=found.headers, body=found.body, fetched=fetched
            )
            source = self._source(found.url)
            yield _Task(
                page=page_of(answer, url=found.url, entry=None),
                layout=self._layouts.of(source, fetched[:10]),
                source=source,
                snapshot=snapshot,
            )

    def _source(self, url: str) -> str:
        """The declared one whose host it is, else a name of its own."""
        declared = (source.slug for source in self._layouts.sources if source.allows_host(url))
        return next(declared, None) or slug_of(url)


def _save(store: Store, done: list[tuple[_Task, _Result | Lost]], tally: Tally, sites: set[str]) -> None:
    with store.transaction():
        for task, result in done:
            if isinstance(result, str | Lost):
                tally.failed += 1
                lost = f"{task.page.url}: it brought its process down"
                tally.failure = tally.failure or (result if isinstance(result, str) else lost)
                continue
            article, trace = result
            fetched = task.snapshot.fetched
            if recleaning.seen_since(store.db, article.url, fetched):
                store.add_snapshot(task.snapshot)
                tally.older += 1
                continue
            saved = store.save(
                article,
                source=task.source,
                now=datetime.fromisoformat(fetched),
                snapshot=task.snapshot,
                addresses=[task.page.url],
                trace=trace,
            )
            sites.add(site_of(article.url))
            match saved.outcome:
                case "new":
                    tally.new += 1
                case "changed":
                    tally.changed += 1
                case "unchanged":
                    tally.unchanged += 1
                case "rejected":
                    tally.rejected[saved.reason or "unknown"] += 1
    done.clear()


def _moment(text: str) -> datetime | None:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


def _page(found: Response) -> Answer | None:
    """As the archive would give it back; None: it is no page."""
    if found.status != 200 or not found.url.startswith(("http://", "https://")):
        return None
    kind = found.header("content-type").partition(";")[0].strip().lower()
    if kind not in ("", "text/html", "application/xhtml+xml"):
        return None
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in found.headers)
    try:
        answer = decoded(
            Answer(url=found.url, status=200, headers=headers, body=found.body, fetched=found.fetched)
        )
    except TooLargeError:
        return None
    looks = b"<html" in answer.body[:4000].lower() or b"<!doctype html" in answer.body[:1000].lower()
    return answer if kind or looks else None
