"""What a page says of its story: headline, people, dates, language, image, section. Pure, never raises on a
page.

One pass over the tree collects what can speak for any field (``clues``), each field's module turns that into
candidates and settles on one, and every candidate is kept as Evidence with the raw value.

``read`` runs before the story's text is known. What needs that text comes after it: ``language.of``,
``dateline.places`` and ``standfirst.find``.
"""

from __future__ import annotations

from pipelines.metadata.reading import Metadata, read

__all__ = ["Metadata", "read"]
