"""Copydesk and what it is compared with, one call a page: text and metadata together."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.corpus import Row
from pipelines.classify import Model, load
from pipelines.clean import clean
from pipelines.metadata.moments import as_given
from pipelines.pagekind import KindModel
from pipelines.pagekind import load as load_kinds
from pipelines.types import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one extractor makes of one page."""

    text: str
    seconds: float
    title: str | None = None
    #: Other headlines it offers.
    titles: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    published: str | None = None
    is_article: bool | None = None
    #: Copydesk's reason for a rejection.
    reason: str | None = None


#: (page, text of the page, its fold) → answer
Extractor = Callable[[Row, str, int], Answer]


def copydesk(folder: Path | None) -> Extractor:
    """With the model of each page's fold, or the shipped one where ``folder`` is None."""
    models: dict[int, Model] = {}
    kinds: dict[int, KindModel] = {}

    def extract(row: Row, text: str, fold: int) -> Answer:
        if folder is not None and fold not in models:
            models[fold] = load(folder / f"fold{fold}.npz")
            kinds[fold] = load_kinds(folder / f"page-kind{fold}.npz")
        body = text.encode("utf-8", "replace")
        using = models[fold] if folder is not None else None
        start = time.process_time()
        article = clean(
            Page(url=row.url, body=body, charset="utf-8"), classifier=using, kinds=kinds.get(fold)
        )
        seconds = time.process_time() - start
        return Answer(
            text=article.text,
            seconds=seconds,
            title=article.title,
            titles=tuple(filter(None, (article.alternative_title,))),
            authors=tuple(author.name for author in article.authors),
            published=as_given(article.published, article.published_offset) if article.published else None,
            is_article=article.status == "article",
            reason=article.reason,
        )

    return extract


def trafilatura(**options: Any) -> Extractor:
    import trafilatura as peer

    def extract(row: Row, text: str, fold: int) -> Answer:
        start = time.process_time()
        found: Any = peer.bare_extraction(text, with_metadata=True, include_comments=False, **options)
        seconds = time.process_time() - start
        if found is None:
            return Answer(text="", seconds=seconds)
        return Answer(
            text=found.text or "",
            seconds=seconds,
            title=found.title,
            authors=tuple(name.strip() for name in (found.author or "").split(";") if name.strip()),
            published=found.date,
        )

    return extract


def resiliparse() -> Extractor:
    from resiliparse.extract.html2text import extract_plain_text

    def extract(row: Row, text: str, fold: int) -> Answer:
        start = time.process_time()
        found = extract_plain_text(text, main_content=True)
        return Answer(text=found, seconds=time.process_time() - start)

    return extract


PEERS: dict[str, Callable[[], Extractor]] = {
    "trafilatura": trafilatura,
    "trafilatura fast": lambda: trafilatura(fast=True),
    "trafilatura precision": lambda: trafilatura(favor_precision=True),
    "resiliparse": resiliparse,
}
