from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.document import parse
from pipelines.segment import MOST_BLOCKS, Block, Frame, segment


def blocks(markup: str | bytes) -> list[Block]:
    body = markup.encode() if isinstance(markup, str) else markup
    return segment(parse(body, url="https://a.example/story"))


def texts(markup: str | bytes) -> list[str]:
    return [block.text for block in blocks(markup) if block.is_text]


def frames(found: list[Block]) -> Iterator[Frame]:
    """Every frame around a block."""
    for block in found:
        frame: Frame | None = block.frame
        while frame is not None:
            yield frame
            frame = frame.parent


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        pytest.param("<p>one</p><p>two</p>", ["one", "two"], id="paragraphs"),
        pytest.param(
            "<div>one<br><br>two<br> <br/>three</div>", ["one", "two", "three"], id="two breaks part"
        ),
        pytest.param("<p>one<br>two</p>", ["one\ntwo"], id="one break does not"),
        pytest.param(
            "<p>a <b>bold</b>, <i>slanted</i>\n word</p>", ["a bold, slanted word"], id="inline stays"
        ),
        pytest.param("<div>loose<p>one</p>tail</div>", ["loose", "one", "tail"], id="loose text"),
        pytest.param(
            "<ul><li>one<ul><li>inner</li></ul>after</li></ul>", ["one", "inner", "after"], id="lists"
        ),
        pytest.param("<table><tr><td>a<td>b<tr><td>c</table>", ["a", "b", "c"], id="cells"),
        pytest.param("<a href=/x><div>one</div><div>two</div></a>", ["one", "two"], id="blocks in a link"),
        pytest.param(
            "<p>seen<script>no()</script><style>p{}</style><template>no</template>", ["seen"], id="code"
        ),
        pytest.param(
            "<p>seen</p><p hidden>no</p><div style='display: none'><p>no</p></div>tail",
            ["seen", "tail"],
            id="hidden",
        ),
        pytest.param("<div hidden id='S:1'><p>streamed</p></div>", ["streamed"], id="streamed into place"),
        pytest.param("<p>Do\u00adnau\u200bdampf</p>", ["Donaudampf"], id="invisible characters"),
        pytest.param("<select><option>no</select><p>yes</p><textarea>no</textarea>", ["yes"], id="controls"),
        pytest.param("<noscript><p>switch it on</p></noscript><p>yes</p>", ["yes"], id="noscript"),
        pytest.param("", [], id="nothing"),
        pytest.param("just text", ["just text"], id="no markup"),
    ],
)
def test_texts(markup: str, expected: list[str]) -> None:
    assert texts(markup) == expected


@pytest.mark.parametrize(
    ("markup", "kind", "level"),
    [
        ("<h2>x</h2>", "heading", 2),
        ("<p>x</p>", "paragraph", 0),
        ("<li><p>x</p></li>", "item", 0),
        ("<blockquote><p>x</p></blockquote>", "quote", 0),
        ("<table><tr><td>x</td></tr></table>", "cell", 0),
        ("<figure><figcaption><p>x</p></figcaption></figure>", "caption", 0),
        ("<pre>x</pre>", "code", 0),
        ("<dl><dt>x</dt></dl>", "item", 0),
        ("<div><span>x</span></div>", "paragraph", 0),
        ("<img alt=x src=/i.jpg>", "image", 0),
        ("<iframe title=x src=/v></iframe>", "embed", 0),
    ],
)
def test_kinds(markup: str, kind: str, level: int) -> None:
    (block,) = blocks(markup)
    assert (block.text, block.kind, block.level) == ("x", kind, level)


def test_preformatted_text_keeps_its_lines() -> None:
    assert texts("<pre>\n  if x:\n      y\n</pre>") == ["  if x:\n      y"]


def test_characters_in_links_and_buttons_are_counted() -> None:
    whole, half, button = blocks(
        "<p><a href=/x>link</a></p><p><a href=/x>half</a>rest</p><button>press</button>"
    )
    assert (whole.link_chars, half.link_chars, button.link_chars) == (4, 4, 5)


def test_a_picture_inside_a_paragraph_does_not_part_it() -> None:
    assert [b.kind for b in blocks("<p>one <img src=/i.png> two</p>")] == ["paragraph", "image"]
    assert texts("<p>one <img src=/i.png> two</p>") == ["one two"]


def test_the_picture_of_a_noscript_is_found() -> None:
    assert [b.kind for b in blocks("<noscript><img src=/real.jpg></noscript>")] == ["image"]


def test_frames_span_their_blocks() -> None:
    found = blocks("<main><section><p>a</p><p>b</p></section><p>c</p></main><footer>d</footer>")
    spans = {frame.tag: (frame.first, frame.last) for frame in frames(found)}
    assert spans["section"] == (0, 2)
    assert spans["main"] == (0, 3)
    assert spans["footer"] == (3, 4)
    assert spans["body"] == (0, 4)


def test_a_hundred_thousand_nested_tags() -> None:
    assert texts(b"<b>" * 100_000 + b"x") == ["x"]
    assert texts(b"<ul><li>" * 100_000 + b"x")[-1:] == ["x"]


def test_a_huge_table() -> None:
    found = texts(b"<table>" + b"<tr><td colspan=1000000000>x</td></tr>" * 20_000 + b"</table>")
    assert found == ["x"] * 20_000


MARKUP = st.lists(
    st.sampled_from(
        [
            "<p>",
            "</p>",
            "<div>",
            "</div>",
            "<b>",
            "</b>",
            "<br>",
            "<li>",
            "<td>",
            "<a href=x>",
            "</a>",
            "<h2>",
            "<pre>",
        ]
    )
    | st.text("ab \n\u00a0", max_size=6),
    max_size=40,
).map("".join)


@given(MARKUP)
@settings(deadline=None)
def test_every_visible_word_is_in_one_block_in_order(markup: str) -> None:
    document = parse(markup.encode(), url="https://a.example/")
    seen = "".join("".join(block.text.split()) for block in segment(document))
    assert seen == "".join("".join(str(piece) for piece in document.root.itertext()).split())


@given(MARKUP)
@settings(deadline=None)
def test_blocks_hold_text_and_lie_in_their_frames(markup: str) -> None:
    found = blocks(markup)
    for place, block in enumerate(found):
        assert block.text.strip()
        assert 0 <= block.link_chars <= len(block.text)
        assert block.frame.first <= place < block.frame.last


def test_a_page_is_read_up_to_some_number_of_blocks() -> None:
    body = b"<p>before</p><section><div>" + b"<p>x</p>" * 65_000 + b"</div></section><p>after</p>"
    blocks = segment(parse(body, url=""))
    assert MOST_BLOCKS <= len(blocks) <= MOST_BLOCKS + 2
    assert blocks[0].text == "before"
    assert all(frame.first < frame.last <= len(blocks) for frame in frames(blocks))
