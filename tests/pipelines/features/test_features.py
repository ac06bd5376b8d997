"""What the classifier is shown of a page."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipelines.document import parse
from pipelines.features import WIDTH, Vocabulary, describe
from pipelines.features.naming import parts_of, spelled
from pipelines.segment import Block, segment

PARAGRAPH = "<p class=t>The harbour was closed for three days after the storm, and nobody could say why.</p>"


def blocks_of(body: str) -> list[Block]:
    return segment(parse(f"<body>{body}</body>".encode(), url="https://paper.example/a"))


def nothing() -> Vocabulary:
    return Vocabulary({}, {}, {})


def menu(links: int) -> str:
    return "<ul>" + "".join(f"<li><a href='/{i}'>Section {i}</a></li>" for i in range(links)) + "</ul>"


def test_of_a_menu_only_the_ends_are_described() -> None:
    blocks = blocks_of(menu(9) + PARAGRAPH + menu(5))
    told = [blocks[place].text for place in describe(blocks, nothing()).places]
    assert told[:3] == ["Section 0", "Section 8", blocks[9].text]
    assert told[3:] == [f"Section {i}" for i in range(5)]


def test_long_links_are_no_menu() -> None:
    links = "".join(f"<p><a href='/{i}'>{'A headline of many words ' * 6}{i}</a></p>" for i in range(9))
    assert len(describe(blocks_of(links), nothing()).places) == 9


def test_pictures_are_not_described() -> None:
    blocks = blocks_of(PARAGRAPH + "<img src=a.jpg alt=Harbour>" + PARAGRAPH)
    assert [blocks[place].kind for place in describe(blocks, nothing()).places] == ["paragraph"] * 2


def test_blocks_in_the_same_markup_are_one_group() -> None:
    blocks = blocks_of(f"<div>{PARAGRAPH * 2}<p class=promo>Follow us.</p></div><aside>{PARAGRAPH}</aside>")
    near, holder, wide = (group.tolist() for group, _ in describe(blocks, nothing()).groups)
    assert near[0] == near[1] != near[2]
    assert near[3] not in near[:3]
    assert holder[0] == holder[1] == holder[2] != holder[3]
    assert wide[0] == wide[1] == wide[3] != wide[2]


def test_a_page_of_nothing_has_no_rows() -> None:
    assert describe([], nothing()).numbers.shape == (0, WIDTH)


def test_names_are_known_whole_and_in_parts() -> None:
    found = spelled("div", [("class", "articleBody x"), ("role", "main"), ("style", "a")])
    assert found == ["<div>", "articleBody", "x", "@main"]
    assert [part for name in found for part in parts_of(name)] == [
        "<div>",
        *("articlebody", "article", "body"),
        "x",
        "@main",
    ]


@given(st.lists(st.sampled_from([menu(7), PARAGRAPH, "<h1>One</h1>", "<div>", "</div>", "<h2>Two</h2>"])))
def test_numbers_are_finite_and_small(parts: list[str]) -> None:
    features = describe(
        blocks_of("".join(parts)), nothing(), headlines=["One"], description="harbour", authors=["Storm"]
    )
    assert features.numbers.shape == (len(features.places), WIDTH)
    assert np.isfinite(features.numbers).all()
    assert (np.abs(features.numbers) <= 4).all()
