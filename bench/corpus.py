"""Recorded pages with truth, by the folder that COPYDESK_CORPUS names. Never part of the project."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipelines.urls import registered_domain

SETS = ("fundus", "wcxb", "bbaw", "families")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One page and what a person says it holds."""

    set: str
    id: str
    url: str
    #: "article", another type, or None where nobody said.
    page_type: str | None
    body: str | None
    file: Path
    title: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    #: Segments that the text must hold, and such that it must not.
    required: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    raw: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def read(self) -> bytes:
        return gzip.decompress(self.file.read_bytes())

    @property
    def domain(self) -> str:
        """The site's registered domain: pages of one domain are never on both sides of a fold."""
        return registered_domain(urlsplit(self.url).hostname or self.id)


def folder() -> Path:
    """The corpus, or an end with a plain sentence."""
    named = os.environ.get("COPYDESK_CORPUS")
    if not named:
        sys.exit(
            "COPYDESK_CORPUS is not set. It names the folder of recorded pages; bench/README.md says which."
        )
    path = Path(named)
    if not path.is_dir():
        sys.exit(f"COPYDESK_CORPUS names {named}, which is not a folder.")
    return path


def load(name: str, root: Path) -> list[Row]:
    return list(_rows(name, root / name)) if (root / name / "truth.jsonl").exists() else []


def _rows(name: str, base: Path) -> Iterator[Row]:
    for line in (base / "truth.jsonl").read_text(encoding="utf-8").split("\n"):
        if not line:
            continue
        raw = json.loads(line)
        yield Row(
            set=name,
            id=raw["id"],
            url=raw.get("url") or f"https://{raw['id'].lower().replace('_', '-')}.example/",
            page_type=raw.get("page_type"),
            body=raw.get("body"),
            file=base / "pages" / f"{raw['id']}.html.gz",
            title=raw.get("title"),
            authors=_authors(raw),
            published=raw.get("published") or raw.get("date"),
            required=tuple(raw.get("with") or ()),
            forbidden=tuple(raw.get("without") or ()),
            raw=raw,
        )


def _authors(raw: dict[str, Any]) -> tuple[str, ...]:
    given = raw.get("authors") or raw.get("author") or ()
    if isinstance(given, str):
        for mark in (";", " and ", " und ", " & "):
            given = given.replace(mark, ",")
        given = given.split(",")
    return tuple(name.strip() for name in given if name and name.strip())


#: Parts that the sites are dealt into; each is scored by a model that was trained on the others.
FOLDS = 5


def folds(root: Path) -> dict[tuple[str, str], int]:
    """The fold of every page, by (set, id): a site's pages are in one, and a family where its template is."""
    template = {row.id: row.domain for row in load("fundus", root)}
    found = {}
    for name in SETS:
        for row in load(name, root):
            site = template.get(row.id.partition("__")[0], row.domain) if name == "families" else row.domain
            found[name, row.id] = int(hashlib.sha1(site.encode()).hexdigest(), 16) % FOLDS
    return found
