"""A flood of characters that the sanitiser is slow with becomes what few of them become."""

from __future__ import annotations

from typing import Any

import nh3
import pytest

from pipelines import sanitising
from pipelines.sanitising import sanitised


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the sanitiser itself is given."""
    real, given = nh3.clean, []

    def clean(markup: str, **options: Any) -> str:
        given.append(markup)
        return real(markup, **options)

    monkeypatch.setattr(sanitising.nh3, "clean", clean)
    return given


@pytest.mark.parametrize("mark", ["&amp;", "&lt;", "&gt;", "&nbsp;", "\u00a0", "»", "§", "\u0085", "é“漢"])
def test_a_flood_becomes_what_few_become(mark: str, seen: list[str]) -> None:
    one = sanitised(mark)
    assert sanitised(f"<p>{mark * 30_000}<b>x</b></p>") == f"<p>{one * 30_000}<b>x</b></p>"
    assert not sanitising._SLOW.search(max(seen, key=len))


MIXED = [
    '<p>a » &amp; c<script>f("»")</script><a href="https://a.example/?a=1&amp;b=»" title="» &lt;">»</a></p>',
    '» <img src="x" alt="a > b » &amp;lt; &lt;b&gt;" onerror="f()"> &nbsp;\u00a0 &quot; &#167; & ¬',
    '<a href="java&#115;cript:f()">»</a><a href="&#x6A;avascript:f()">&gt;</a><!-- » --><p title=»>» < » &lt',
    "<table><tr><td>»</td></tr></table>» <svg><style>»</style></svg>",
]


@pytest.mark.parametrize("markup", MIXED)
def test_nothing_else_is_different(markup: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = sanitised(markup)
    monkeypatch.setattr(sanitising, "_MOST", 0)
    assert sanitised(markup) == plain


def test_private_characters_do_not_become_markup() -> None:
    private = "".join(map(chr, range(0xE080, 0xE100)))
    flood = sanitised(f"<p>{'»' * 30_000}{private}script{private}</p>")
    assert "<script" not in flood
    assert flood.startswith("<p>»»")
