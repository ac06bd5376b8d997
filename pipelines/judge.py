"""Is the page an article, or why not? Recall first: a wrongly rejected story is worse than a stub let in. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from pipelines.document import Document
from pipelines.metadata import Metadata
from pipelines.types import Status


class HasBlock(Protocol):
    """What the judge looks at in a block; pipelines.segment.Block is one."""

    text: str
    kind: str
    link_chars: int


def judge(
    *,
    document: Document,
    blocks: Sequence[HasBlock],
    kept: Sequence[bool],
    text: str,
    metadata: Metadata,
    http_status: int = 200,
) -> tuple[Status, str | None]:
    """("article", None) or ("rejected", reason). ``kept``: one a block. ``text``: the composed story."""
    return "article", None
