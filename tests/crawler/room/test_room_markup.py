"""A body with what was cut from it put back in its place."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from crawler.room import markup
from pipelines.compose import sanitise
from pipelines.types import Removal


def cut(position: int, text: str = "Cut", by: str = "rule:x") -> Removal:
    return Removal(text=f"{text} {position}", by=by, why="because", position=position, confidence=0.9)


def made(story: str, *removed: Removal, images: bool = False, standfirst: str | None = None) -> str:
    return markup.body(story, standfirst=standfirst, removed=removed, images=images)


def outline(story: str) -> list[str]:
    """The texts in order, a run of cuts as its texts in brackets."""
    found = []
    for element in html.fragment_fromstring(f"<div>{story}</div>"):
        marks = element.xpath("descendant-or-self::*[@class='cuts']//del/text()")
        found.append(f"[{' '.join(marks)}]" if element.get("class") == "cuts" else element.text_content())
    return found


def test_cuts_stand_where_they_stood() -> None:
    story = "<p>One</p><p>Two</p><p>Three</p>"
    # The page: cut, headline, One, cut, cut, Two, Three, cut
    out = made(story, cut(0), cut(1, by="headline"), cut(3), cut(4), cut(7))
    assert outline(out) == ["[Cut 0]", "One", "[Cut 3 Cut 4]", "Two", "Three", "[Cut 7]"]


def test_more_was_kept_than_is_left() -> None:
    assert outline(made("<p>One</p>", cut(1), cut(5), cut(9))) == ["One", "[Cut 1]", "[Cut 5]", "[Cut 9]"]


def test_a_story_from_its_feed_comes_before_what_its_page_lost() -> None:
    assert outline(made("<p>One</p><p>Two</p>", cut(0), cut(1))) == ["One", "Two", "[Cut 0 Cut 1]"]


@pytest.mark.parametrize(
    ("story", "removed", "expected"),
    [
        # In a list: an item of its own; at its end: after the list.
        ("<ul><li>a</li><li>b</li></ul><p>c</p>", cut(1), "ul/li/div"),
        ("<ul><li>a</li><li>b</li></ul><p>c</p>", cut(2), "div"),
        # A table, a figure and code stay whole.
        ("<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table><p>c</p>", cut(1), "div"),
        (
            "<figure><img src='https://a.example/x.png' alt=''><figcaption>a</figcaption></figure><p>c</p>",
            cut(1),
            "div",
        ),
        ("<pre>a\nb</pre><p>c</p>", cut(1), "div"),
        ("<blockquote><p>a</p><p>b</p></blockquote><p>c</p>", cut(1), "blockquote/div"),
        ("<blockquote><p>a</p><p>b</p></blockquote><p>c</p>", cut(2), "div"),
        ("<p><img src='https://a.example/x.png' alt='x'></p><p>c</p>", cut(1), "div"),
        ("words without a paragraph", cut(3), "div"),
    ],
)
def test_cuts_break_no_structure(story: str, removed: Removal, expected: str) -> None:
    root = html.fragment_fromstring(f"<div>{made(story, removed)}</div>")
    (cuts,) = root.find_class("cuts")
    above = itertools.takewhile(lambda element: element is not root, cuts.iterancestors())
    assert "/".join([*[element.tag for element in above][::-1], "div"]) == expected


def test_the_standfirst_is_marked_not_repeated() -> None:
    out = made("<p>Short  and <em>good</em></p><p>Then</p>", standfirst="Short and good")
    assert out == '<p class="standfirst">Short  and <em>good</em></p><p>Then</p>'


def test_headings_follow_one_another() -> None:
    out = made("<h3>a</h3><p>b</p><h6>c</h6><h4>d</h4><h3>e</h3>")
    assert out == "<h2>a</h2><p>b</p><h4>c</h4><h3>d</h3><h2>e</h2>"


def test_pictures() -> None:
    story = (
        "<p><img src='https://a.example/x.png' alt='A &lt;cat&gt;'></p><p><img src='http://a.example/y.png'></p>"
        "<p>after <img src='/z.png'> words</p>"
    )
    assert made(story) == (
        '<p><a class="picture" href="https://a.example/x.png">Picture: A &lt;cat&gt;</a></p>'
        '<p><a class="picture" href="http://a.example/y.png">Picture</a></p>'
        '<p>after <a class="picture">Picture</a> words</p>'
    )
    root = html.fragment_fromstring(f"<div>{made(story, images=True)}</div>")
    assert [(i.get("src"), i.get("alt"), i.get("loading")) for i in root.xpath("//img")] == [
        ("https://a.example/x.png", "A <cat>", "lazy")
    ]


VECTORS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    '<a href="java\tscript:alert(1)">x</a>',
    '<a href="&#106;avascript:alert(1)">x</a>',
    '<math><mi//xlink:href="data:x,<script>alert(4)</script>">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    "<!--><img src=x onerror=alert(1)>-->",
    '<table><td background="javascript:alert(1)">',
    '<p style="background:url(javascript:alert(1))">x',
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<object data=x><embed src=x>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<textarea><script>alert(1)</script></textarea>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<plaintext><script>alert(1)</script>",
    "<template><script>alert(1)</script></template>",
    "<p id=main class=cuts>clobbered</p>",
    "<li><p>x</li></ul><td>y",
)


def harmless(story: str) -> bool:
    root = html.fragment_fromstring(f"<div>{story}</div>")
    allowed = {"href", "class", "colspan", "rowspan", "aria-label"}
    for element in root.iterdescendants():
        if element.tag in (
            "script",
            "style",
            "iframe",
            "object",
            "embed",
            "form",
            "input",
            "base",
            "meta",
            "svg",
            "math",
            "template",
            "noscript",
            "img",
        ):
            return False
        if set(element.attrib) - allowed:
            return False
        if not element.get("href", "https:").lower().startswith(("http:", "https:", "mailto:")):
            return False
    return True


@settings(deadline=None)
@given(st.lists(st.sampled_from(VECTORS), min_size=1, max_size=4), st.integers(0, 3))
def test_hostile_bodies_come_out_harmless(vectors: list[str], place: int) -> None:
    out = made("<p>One</p>".join(vectors), cut(place, vectors[0]))
    assert harmless(out)


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "<p>a</p>",
                "<h3>b</h3>",
                "<ul><li>c</li><li>d</li></ul>",
                "<blockquote><p>e</p></blockquote>",
                "<table><tr><td>f</td></tr></table>",
            ]
        ),
        max_size=6,
    ),
    st.sets(st.integers(0, 12), max_size=6),
)
def test_nothing_of_the_story_is_lost_and_every_cut_is_there(blocks: list[str], places: set[int]) -> None:
    story = "".join(blocks)
    out = html.fragment_fromstring(f"<div>{made(story, *map(cut, sorted(places)))}</div>")
    assert out.xpath("//del/text()") == [f"Cut {place}" for place in sorted(places)]
    for cuts in out.find_class("cuts"):
        cuts.getparent().remove(cuts) if not cuts.tail else cuts.drop_tree()
    assert out.text_content() == html.fragment_fromstring(f"<div>{sanitise(story)}</div>").text_content()
