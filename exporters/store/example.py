"""A dataset of a few articles, for the worked queries of docs/dataset.md and their tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from exporters.store.connection import stamp
from exporters.store.rows import SourceCounts
from exporters.store.store import Store
from pipelines.fingerprint import content_hash
from pipelines.types import Article, Author, Evidence, Snapshot, Verdict

_START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
_DESK = Author(name="Stadtredaktion", kind="organization")
_AGENCY = Author(name="Nordpress", kind="organization")


def fill(store: Store) -> None:
    """Two newsrooms, two runs a quarter of an hour apart."""
    first = store.begin_run(now=_START, version="0.1.0")
    tram = _article(
        "https://tagblatt.example/stadt/tram-bleibt-10482",
        "Die Straßenbahn bleibt",
        "MÜNCHEN – Der Stadtrat will die alte Linie behalten.\n\nIm Frühjahr werden die Gleise erneuert.",
        authors=(_DESK,),
        published="2026-03-02T05:40:00Z",
        language="de",
        dateline=("München",),
        cut=(
            ("Lesen Sie auch: Was ein Fahrschein kostet", "rule:read-also", "points to another article"),
            ("Stellenangebote", "rule:job-ads", "heading of a list of job advertisements"),
        ),
        other_title="Straßenbahn: Der Stadtrat hat entschieden",
    )
    _save(store, first, 1, "tagblatt", tram)
    _save(
        store,
        first,
        2,
        "courier",
        _article(
            "https://courier.example/2026/03/02/storm-takes-roof",
            "Storm takes the roof of a school",
            "Nobody was hurt when the storm tore the roof from a school in Munich.",
            authors=(_AGENCY,),
            published="2026-03-02",
            language="en",
            cut=(("Stay informed: sign up for our newsletter", "rule:newsletter", "asks for an address"),),
        ),
    )
    wall = _article("https://courier.example/2026/03/02/members-only", None, "Subscribe to read on.")
    _save(store, first, 3, "courier", wall, reason="paywall")
    store.add_failure(
        "https://courier.example/2026/03/01/slow", source="courier", reason="timeout", now=_at(4), run=first
    )
    _finish(
        store,
        first,
        5,
        SourceCounts(source="tagblatt", new=1, seconds=2.5),
        SourceCounts(source="courier", new=1, rejected={"paywall": 1}, failed={"timeout": 1}, seconds=61.0),
    )

    second = store.begin_run(now=_at(15), version="0.1.0")
    edited = _article(
        tram.url,
        "Die Straßenbahn bleibt – vorerst",
        "MÜNCHEN – Der Stadtrat will die alte Linie behalten, aber nur zwei Jahre.\n\n"
        "Im Frühjahr werden die Gleise erneuert.",
        authors=(_DESK, _AGENCY),
        published="2026-03-02T05:40:00Z",
        language="de",
        dateline=("München",),
        cut=(("Lesen Sie auch: Was ein Fahrschein kostet", "rule:read-also", "points to another article"),),
        other_title="Straßenbahn: Der Stadtrat hat entschieden",
    )
    _save(store, second, 16, "tagblatt", edited)
    library = _article(
        "https://tagblatt.example/stadt/bibliothek-10490",
        "Die Bibliothek öffnet sonntags",
        "Von April an ist die Bibliothek auch sonntags offen.",
        authors=(_DESK,),
        language="de",
    )
    _save(store, second, 17, "tagblatt", library)
    _finish(
        store,
        second,
        18,
        SourceCounts(source="tagblatt", new=1, changed=1, seconds=3.1),
        SourceCounts(
            source="courier", seconds=0.4, healthy=False, problem="Its feed answers with an HTML page."
        ),
    )


def _at(minutes: int) -> datetime:
    return _START + timedelta(minutes=minutes)


def _article(
    url: str,
    title: str | None,
    text: str,
    *,
    authors: tuple[Author, ...] = (),
    published: str | None = None,
    language: str | None = None,
    dateline: tuple[str, ...] = (),
    cut: tuple[tuple[str, str, str], ...] = (),
    other_title: str | None = None,
) -> Article:
    evidence = [Evidence(field="title", origin="h1", raw=title, chosen=True)] if title else []
    if other_title:
        evidence.append(Evidence(field="title", origin="meta:og:title", raw=other_title, chosen=False))
    kept = [
        Verdict(text=paragraph, kind="paragraph", kept=True, by="classifier", why="prose")
        for paragraph in text.split("\n\n")
    ]
    removed = [
        Verdict(text=text, kind="paragraph", kept=False, by=by, why=why, confidence=0.97)
        for text, by, why in cut
    ]
    return Article(
        url=url,
        raw_url=url,
        status="article",
        title=title,
        alternative_title=other_title,
        authors=authors,
        published=published,
        language=language,
        dateline=dateline,
        text=text,
        html="".join(f"<p>{paragraph}</p>" for paragraph in text.split("\n\n")),
        verdicts=(*kept, *removed),
        evidence=tuple(evidence),
        content_hash=content_hash(title, text),
        word_count=len(text.split()),
    )


def _save(
    store: Store, run: int, minutes: int, source: str, article: Article, reason: str | None = None
) -> None:
    if reason:
        article = replace(article, status="rejected", reason=reason)
    snapshot = Snapshot(
        file="crawl-20260302-001.warc.gz",
        offset=20_000 * minutes,
        length=18_450,
        digest=f"sha1:{article.content_hash[:32].upper()}",
        url=article.url,
        status=200,
        fetched=stamp(_at(minutes)),
    )
    store.save(
        article, source=source, now=_at(minutes), run=run, snapshot=snapshot, cleaner_version="example"
    )


def _finish(store: Store, run: int, minutes: int, *counts: SourceCounts) -> None:
    store.finish_run(run, counts, now=_at(minutes))
