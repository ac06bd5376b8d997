"""Rules: what newsrooms print on every page, in the words a person would recognise it by. Pure.

A rule is declared in ``data/rules/<topic>.toml`` (docs/rules.md). It is evidence with a confidence, not a verdict:
``pipelines.classify.decide`` weighs it with what else is known of the block.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

Scope = Literal["block", "section"]
Holds = Literal["links", "lines", "prose"]


class HasBlock(Protocol):
    """What a rule looks at; ``pipelines.segment.Block`` is one."""

    text: str
    kind: str
    #: 1–6 for a heading, else 0.
    level: int
    #: How many characters of the text are link text.
    link_chars: int
    #: The block's element: anything with ``getparent()``.
    container: Any


@dataclass(frozen=True, slots=True)
class Match:
    """A rule's word on one block."""

    rule: str
    why: str
    confidence: float
    #: "section": the block is the heading of such a section, or stands under it.
    scope: Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One declaration, as read."""

    name: str
    #: The file's name without ``.toml``.
    topic: str
    why: str
    scope: Scope
    confidence: float
    #: A block of more words is not meant; in a section, it is where the section ends.
    max_words: int
    #: Only blocks of these kinds; empty: any.
    kinds: tuple[str, ...] = ()
    #: At least this share of the text is link text.
    links: float = 0.0
    #: What a section may hold; anything else ends it.
    holds: Holds = "lines"
    #: By language.
    phrases: dict[str, tuple[str, ...]]
    drops: dict[str, tuple[str, ...]]
    keep: dict[str, tuple[str, ...]]
    #: Where it is declared.
    file: str = ""
    line: int = 0

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.phrases)


class Rules:
    """Rules ready to match."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)

    def match(self, blocks: Sequence[HasBlock], *, title: str | None = None) -> list[Match | None]:
        """One answer a block, in order: the surest rule that speaks of it, or None."""
        return [None] * len(blocks)


def load(paths: Iterable[Path]) -> Rules:
    """Rules from files, and from folders of ``*.toml``. Raises RuleError with every problem found."""
    return Rules(())


def builtin() -> Rules:
    """The rules that ship with Copydesk; read once."""
    return Rules(())
