from __future__ import annotations

import math

import pytest

from pipelines.document import parse
from pipelines.pageshape import describe
from pipelines.segment import segment


def shape(page: str) -> dict[str, float]:
    document = parse(page.encode(), url="https://shop.example/a")
    blocks = segment(document)
    numbers: dict[str, float] = {}
    kept = [block.is_text for block in blocks]
    text = "\n\n".join(block.text for block in blocks if block.is_text)
    describe(numbers, document, blocks, kept, text, None)
    return numbers


@pytest.mark.parametrize(
    ("text", "prices"),
    [("Now $ 5, €12 or £9", 3), ("5 EUR, 7 kr and 9€", 3), ("5 krill, 2026, $", 0), ("costs $5 kr", 1)],
)
def test_prices_are_counted(text: str, prices: int) -> None:
    assert shape(f"<p>{text}")["words:price"] == pytest.approx(math.log1p(prices) / math.log1p(30))


@pytest.mark.parametrize(
    ("href", "shared"),
    [("/Sharer.php?u=1", 1), ("//x.example/intent/tweet?a", 1), ("?shareArticle=1", 1), ("/shares", 0)],
)
def test_links_that_share_are_seen_in_either_case(href: str, shared: int) -> None:
    numbers = shape(f'<a href="{href}">a</a> <a href="/User/7">b</a>')
    assert numbers["links:share"] == shared
    assert numbers["links:members"] > 0


@pytest.mark.parametrize(
    ("text", "phones"), [("Call 212-555-0199", 1), ("+49 (30) 1", 1), ("In 2026 it rained", 0), ("1 + 1", 0)]
)
def test_phone_numbers_are_seen(text: str, phones: int) -> None:
    assert (shape(f"<p>{text}")["phones"] > 0) is bool(phones)


def test_who_speaks_is_counted_with_either_apostrophe() -> None:
    assert shape("<p>I'm sure. I’m not sure.")["rate:i"] == 1.0
