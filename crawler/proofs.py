"""What rules cut in the stored articles, and what accepting a site's repetitions would: proof for people.

Pages come from the archive; nothing is written and nothing is fetched.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from crawler.archived import Layouts, page_of
from crawler.home import Home
from crawler.memories import Memories, opened, site_of_kept
from crawler.processes import Team
from exporters.archive import Archive
from exporters.store import Store, memory, recleaning
from exporters.store.memory import SiteBlock
from exporters.store.recleaning import Kept
from pipelines.boilerplate.rules import Rule, Rules
from pipelines.clean import finish, read
from pipelines.errors import ArchiveError
from pipelines.types import Entry, Layout

#: Different texts shown of a rule or a proposal.
SAMPLES = 3


@dataclass(slots=True)
class Cuts:
    """What one rule cuts."""

    rule: str
    blocks: int = 0
    articles: int = 0
    samples: list[str] = field(default_factory=list)

    def add(self, texts: Sequence[str]) -> None:
        self.articles += 1
        self.blocks += len(texts)
        _show(self.samples, texts)


@dataclass(slots=True)
class Proposal:
    """Something that recurs on a site, and what it would mean to cut it always."""

    id: str
    block: SiteBlock
    #: Blocks of it on the articles that were looked at.
    blocks: int = 0
    #: Of these, the ones that the page alone would keep: what stories lack, if cutting it is wrong.
    in_stories: int = 0
    words: int = 0
    samples: list[str] = field(default_factory=list)

    def add(self, text: str, *, in_story: bool) -> None:
        self.blocks += 1
        if in_story:
            self.in_stories += 1
            self.words += len(text.split())
        _show(self.samples, [text])


def _show(shown: list[str], texts: Iterable[str]) -> None:
    for text in texts:
        if text and text not in shown and len(shown) < SAMPLES:
            shown.append(text)


def id_of(block: SiteBlock) -> str:
    """Its name for ``accept`` and ``reject``: the same whatever is counted later."""
    named = f"{block.host}\n{block.kind}\n{block.key}"
    return hashlib.sha256(named.encode("utf-8", "replace")).hexdigest()[:8]


# What rules cut


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    kept: Kept
    entry: Entry | None
    layout: Layout | None = None
    memory: Path | None = None


@dataclass(slots=True)
class _Tools:
    archive: Archive
    rules: Rules


_tools: _Tools | None = None


def _prepare(archive: Path, rules: Sequence[Rule]) -> None:
    global _tools
    _tools = _Tools(Archive(archive), Rules(rules))


def _cut(task: _Task) -> dict[str, list[str]] | None:
    """Texts by rule; None: there is no page."""
    assert _tools is not None
    try:
        answer = _tools.archive.read(task.kept.snapshot)
    except ArchiveError:
        return None
    reading = read(page_of(answer, url=task.kept.snapshot.url, entry=task.entry))
    known = opened(task.memory) if task.memory is not None else None
    found: dict[str, list[str]] = defaultdict(list)
    for verdict in finish(reading, rules=_tools.rules, layout=task.layout, memory=known).verdicts:
        if not verdict.kept and verdict.by.startswith("rule:"):
            found[verdict.by.removeprefix("rule:")].append(verdict.text)
    return dict(found)


def cuts(
    home: Home, rules: Rules, *, limit: int | None, jobs: int, tick: Callable[[], None]
) -> tuple[int, list[Cuts]]:
    """How many articles were looked at (the newest ``limit`` a source), and of each rule what it cuts."""
    found = {rule.name: Cuts(rule.name) for rule in rules.rules}
    looked = 0
    layouts = Layouts.declared(home)
    with (
        Store.open(home.database, read_only=True) as store,
        TemporaryDirectory(prefix="copydesk-") as folder,
    ):
        memories = Memories(Path(folder))

        def tasks() -> Iterator[_Task]:
            for source in recleaning.sources(store.db):
                articles = [
                    kept for kept in recleaning.every(lambda: store.db, source) if kept.status == "article"
                ]
                for kept in articles[-limit:] if limit else articles:
                    site = site_of_kept(kept)
                    memories.of(store, site)
                    layout = layouts.of(source, kept.snapshot.fetched[:10])
                    entry = store.entry(kept.id)
                    yield _Task(kept=kept, entry=entry, layout=layout, memory=memories.path(site))

        team = Team(do=_cut, jobs=jobs, prepare=_prepare, given=(home.archive, rules.rules))
        for _, result in team.each(tasks()):
            tick()
            if isinstance(result, dict):
                looked += 1
                for name, texts in result.items():
                    if name in found:
                        found[name].add(texts)
    return looked, sorted(found.values(), key=lambda c: (-c.blocks, c.rule))


# What recurs


def _recalled(task: _Task) -> list[tuple[str, str, str, bool]] | None:
    """Kind, key and text of the blocks that memory knows, and whether the page alone keeps them."""
    assert _tools is not None
    if task.memory is None:
        return None
    try:
        answer = _tools.archive.read(task.kept.snapshot)
    except ArchiveError:
        return None
    reading = read(page_of(answer, url=task.kept.snapshot.url, entry=task.entry))
    words = opened(task.memory).recall(reading.observed).blocks
    alone = finish(reading, rules=_tools.rules, layout=task.layout).verdicts
    return [
        (word.kind, word.key, block.text, verdict.kept)
        for block, word, verdict in zip(reading.blocks, words, alone, strict=True)
        if word is not None and block.text
    ]


def proposals(
    home: Home,
    store: Store,
    sites: Sequence[str],
    *,
    rules: Rules,
    decided: bool,
    jobs: int,
    tick: Callable[[], None],
) -> list[Proposal]:
    """What recurs on the sites, by what cutting it takes from stories; ``decided``: also what a person has
    spoken of. What stands on no article now is left out."""
    by_name: dict[tuple[str, str, str], Proposal] = {
        (block.host, block.kind, block.key): Proposal(id_of(block), block)
        for site in sites
        for block in memory.blocks(store.db, site)
        if decided or block.decision is None
    }
    with TemporaryDirectory(prefix="copydesk-") as folder:
        memories = Memories(Path(folder))
        whose: dict[int, str] = {}

        def tasks() -> Iterator[_Task]:
            for site in sorted({block.host for block in (p.block for p in by_name.values())}):
                memories.of(store, site)
                for article in memory.traces(store.db, site):
                    kept = recleaning.one(store.db, article)
                    if kept is not None:
                        whose[article] = site
                        yield _Task(kept=kept, entry=store.entry(article), memory=memories.path(site))

        team = Team(do=_recalled, jobs=jobs, prepare=_prepare, given=(home.archive, rules.rules))
        for task, result in team.each(tasks()):
            tick()
            if not isinstance(result, list):
                continue
            for kind, key, text, kept_alone in result:
                proposal = by_name.get((whose[task.kept.id], kind, key))
                if proposal is not None:
                    proposal.add(text, in_story=kept_alone)
    return sorted(
        (p for p in by_name.values() if p.blocks or p.block.decision is not None),
        key=lambda p: (p.block.host, p.block.decision is not None, -p.words, -p.block.articles, p.id),
    )
