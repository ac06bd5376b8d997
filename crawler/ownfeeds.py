"""Feeds that a person defines: ``feeds.toml`` in the home, a table a feed. All fields: docs/feeds.md.

A definition that is wrong is named with its line and left out; it never stops the others.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from crawler import toml
from crawler.fields import listed
from crawler.sources import nearest
from exporters.feeds.editions import ALL, Edition
from exporters.store.search import fts_query
from exporters.store.syndication import MAX_AGE, MOST, OLDEST, Selection

#: Beside the dataset.
FILE = "feeds.toml"

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?")


def _searchable(value: str) -> str:
    if fts_query(value) is None:
        raise ValueError(f"{value!r} has no word to look for")
    return value


def _some(value: object) -> object:
    """An empty list would select everything, and whoever wrote it hardly meant that."""
    if value == []:
        raise ValueError("name at least one, or leave the field out")
    return listed(value)


def _language(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", value):
        raise ValueError(f'{value!r} is no language; write a code such as "de" or "pt-br"')
    return value


_Text = Annotated[str, Field(min_length=1, max_length=300)]
_Texts = Annotated[tuple[_Text, ...], BeforeValidator(_some)]


class Definition(BaseModel):
    """One table. Where nothing is named, everything is meant."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", hide_input_in_errors=True)

    title: _Text | None = None
    description: _Text | None = None
    search: Annotated[_Text, AfterValidator(_searchable)] | None = None
    sources: _Texts = ()
    sections: _Texts = ()
    tags: _Texts = ()
    languages: Annotated[tuple[Annotated[str, AfterValidator(_language)], ...], BeforeValidator(_some)] = ()
    copies: bool = True
    limit: Annotated[int, Field(ge=1, le=MOST)] | None = None
    max_age_days: Annotated[int, Field(ge=1, le=OLDEST)] = MAX_AGE

    def edition(self, name: str) -> Edition:
        return Edition(
            name=name,
            title=self.title or name,
            description=self.description or self.title or name,
            selection=Selection(
                sources=self.sources,
                search=self.search,
                sections=self.sections,
                tags=self.tags,
                languages=self.languages,
                copies=self.copies,
                limit=self.limit,
                max_age_days=self.max_age_days,
            ),
        )


def read(path: Path, sources: Collection[str]) -> tuple[tuple[Edition, ...], tuple[str, ...]]:
    """The feeds that a file defines, and what is wrong with it, a sentence each with file, line and field.

    ``sources``: the slugs there are. No file is no feed and no problem."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return (), ()
    except OSError as error:
        return (), (f"{path}: cannot be read: {error.strerror}",)
    except UnicodeDecodeError as error:
        return (), (f"{path}: byte {error.start} is not UTF-8; save the file as UTF-8",)
    editions, problems = parse(text, sources)
    return editions, tuple(f"{path}: line {line}: {what}" for line, what in problems)


def parse(text: str, sources: Collection[str]) -> tuple[tuple[Edition, ...], tuple[tuple[int, str], ...]]:
    """The same of a file's text; problems with their lines."""
    try:
        tables: dict[str, Any] = tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        said = re.search(r"\(at (?:line (\d+), column \d+|end of document)\)", str(error))
        line = int(said[1]) if said and said[1] else text.count("\n") + 1
        return (), ((line, f"not TOML: {str(error).partition(' (at ')[0]}"),)
    except RecursionError:
        return (), ((1, "not TOML: nested too deeply"),)
    editions: list[Edition] = []
    problems: list[tuple[int, str]] = []
    for name, table in tables.items():
        found = list(_problems_of_name(name, table, sources))
        definition = None
        if isinstance(table, dict):
            try:
                definition = Definition.model_validate(table)
            except ValidationError as error:
                found += ((e["loc"], _advice(name, e)) for e in error.errors(include_url=False))
        if definition is not None:
            found += _unknown_sources(name, definition.sources, sources)
        if definition is not None and not found:
            editions.append(definition.edition(name))
        problems += ((toml.line_of(text, (name, *loc)), what) for loc, what in found)
    return tuple(editions), tuple(problems)


_Found = tuple[tuple[int | str, ...], str]


def _problems_of_name(name: str, table: object, sources: Collection[str]) -> list[_Found]:
    if not isinstance(table, dict):
        return [((), f"{name} stands in no feed; write it below the feed's name: [my-feed]")]
    if not _NAME.fullmatch(name):
        return [((), f"[{name}] cannot name a feed and its files; use small letters, digits and -")]
    if name == ALL or name in sources:
        return [((), f"[{name}]: there is a feed of that name already; choose another one")]
    return []


def _unknown_sources(name: str, named: Collection[str], sources: Collection[str]) -> list[_Found]:
    found: list[_Found] = []
    for slug in named:
        if slug not in sources:
            near = nearest(slug, sources)
            hint = f"did you mean {near!r}?" if near else "`copydesk sources` lists them"
            found.append((("sources",), f"[{name}] sources: there is no source {slug!r}; {hint}"))
    return found


def _advice(name: str, error: ErrorDetails) -> str:
    kind, context = error["type"], error.get("ctx", {})
    field = str(error["loc"][0])
    if kind == "extra_forbidden":
        near = nearest(field, Definition.model_fields)
        return f"[{name}] has no field {field!r}; " + (f"did you mean {near!r}?" if near else "docs/feeds.md")
    if kind == "value_error":
        return f"[{name}] {field}: {context.get('error', error['msg'])}"
    wanted = {
        "string_type": "a text in quotes",
        "string_too_short": "a text that is not empty",
        "string_too_long": f"at most {context.get('max_length')} characters",
        "bool_type": "true or false",
        "tuple_type": 'a list: ["…"]',
        "int_type": "a whole number",
        "greater_than_equal": f"a number not below {context.get('ge')}",
        "less_than_equal": f"a number not above {context.get('le')}",
    }.get(kind)
    return f"[{name}] {field}: write {wanted}" if wanted else f"[{name}] {field}: {error['msg']}"
