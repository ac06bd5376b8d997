from __future__ import annotations

from urllib.parse import urljoin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines import compose
from pipelines.document import parse
from pipelines.markdown import markdown_of
from pipelines.segment import segment

BASE = "https://a.example/news/story"


def composed(markup: str) -> tuple[str, str]:
    document = parse(markup.encode(), url=BASE)
    blocks = segment(document)
    kept = [True] * len(blocks)
    return compose.text(blocks, kept), compose.html(blocks, kept, base=document.base)


@pytest.mark.parametrize(
    ("markup", "text", "html"),
    [
        pytest.param("<p>one</p><p>two</p>", "one\n\ntwo", "<p>one</p><p>two</p>", id="paragraphs"),
        pytest.param("<div>one<br><br>two</div>", "one\n\ntwo", "<p>one</p><p>two</p>", id="double breaks"),
        pytest.param("<p>one<br>two</p>", "one\ntwo", "<p>one<br>two</p>", id="a single break"),
        pytest.param("<h3>Why</h3><p>x</p>", "Why\n\nx", "<h3>Why</h3><p>x</p>", id="a heading"),
        pytest.param(
            "<h1>Why</h1><p>x</p>", "Why\n\nx", "<h2>Why</h2><p>x</p>", id="never a first-level heading"
        ),
        pytest.param(
            "<ul><li>one<li>two<ul><li>in</ul></ul>",
            "one\n\ntwo\n\nin",
            "<ul><li>one</li><li>two<ul><li>in</li></ul></li></ul>",
            id="nested lists",
        ),
        pytest.param(
            "<ol><li><p>one</p></ol>", "one", "<ol><li><p>one</p></li></ol>", id="a paragraph in an item"
        ),
        pytest.param("<li>alone", "alone", "<p>alone</p>", id="an item without a list"),
        pytest.param(
            "<blockquote>One line.</blockquote>",
            "One line.",
            "<blockquote><p>One line.</p></blockquote>",
            id="a quote",
        ),
        pytest.param(
            "<table><tr><th>Team<th>Points<tr><td>Reds<td>3</table>",
            "Team | Points\n\nReds | 3",
            "<table><tr><th>Team</th><th>Points</th></tr><tr><td>Reds</td><td>3</td></tr></table>",
            id="a table",
        ),
        pytest.param(
            f"<table><tr><td><p>{'long ' * 150}</p></table>",
            ("long " * 150).strip(),
            f"<p>{('long ' * 150).strip()}</p>",
            id="a table that only places things",
        ),
        pytest.param(
            '<p>see <a href="../x?a=1&amp;b=2" onclick=f()>there</a>.</p>',
            "see there.",
            '<p>see <a href="https://a.example/x?a=1&amp;b=2">there</a>.</p>',
            id="links are absolute",
        ),
        pytest.param(
            "<p><a href='javascript:f()'>press</a> <a href='data:x'>x</a></p>",
            "press x",
            "<p><a>press</a> <a>x</a></p>",
            id="no link runs",
        ),
        pytest.param(
            "<p>a<b> bold</b><i>slanted </i>b</p>",
            "a boldslanted b",
            "<p>a<strong> bold</strong><em>slanted </em>b</p>",
            id="white space at marks",
        ),
        pytest.param("<pre>a &lt; b\n  c</pre>", "a < b\n  c", "<pre>a &lt; b\n  c</pre>", id="code"),
        pytest.param(
            "<figure><img src=/p.jpg alt='A bridge'><figcaption>The bridge</figcaption></figure><p>x</p>",
            "x",
            '<figure><img src="https://a.example/p.jpg" alt="A bridge">'
            "<figcaption>The bridge</figcaption></figure><p>x</p>",
            id="a picture and its caption",
        ),
        pytest.param(
            "<p><iframe src='//v.example/1' title='The video'></iframe></p>",
            "",
            '<p><a href="https://v.example/1">The video</a></p>',
            id="an embed is a link",
        ),
        pytest.param(
            "<p>1 &lt; 2 &amp; <b>3</b></p>",
            "1 < 2 & 3",
            "<p>1 &lt; 2 &amp; <strong>3</strong></p>",
            id="marks",
        ),
    ],
)
def test_composes(markup: str, text: str, html: str) -> None:
    assert composed(markup) == (text, html)


@pytest.mark.parametrize(
    ("image", "address"),
    [
        ("<img src=/a.jpg>", "https://a.example/a.jpg"),
        ("<img src=data:image/gif;base64,R0 data-src=/a.jpg>", "https://a.example/a.jpg"),
        ("<img src=/tiny.gif data-lazy-src=/a.jpg>", "https://a.example/a.jpg"),
        ("<img srcset='/s.jpg 320w, /l.jpg 1280w'>", "https://a.example/l.jpg"),
        ("<img data-srcset='/s.jpg 1x, /l.jpg 2x'>", "https://a.example/l.jpg"),
        ("<picture><source srcset='/l.webp 800w'><img alt=x></picture>", "https://a.example/l.webp"),
        ("<noscript><img src=/a.jpg></noscript>", "https://a.example/a.jpg"),
        ("<img src='javascript:f()'>", None),
        ("<img>", None),
    ],
)
def test_where_a_picture_is(image: str, address: str | None) -> None:
    _, html = composed(image)
    assert (f'src="{address}"' in html) if address else html == ""


def test_links_follow_the_base() -> None:
    _, html = composed("<base href=https://b.example/deep/><p><a href=x>x</a></p>")
    assert 'href="https://b.example/deep/x"' in html


def test_what_is_not_kept_leaves_no_wrapper() -> None:
    blocks = segment(parse(b"<ul><li>one<li>two</ul><table><tr><td>x</table><p>y", url=BASE))
    assert compose.html(blocks, [False, True, False, True], base=BASE) == "<ul><li>two</li></ul><p>y</p>"


TAGS = [
    "p",
    "div",
    "b",
    "i",
    "a",
    "ul",
    "li",
    "ol",
    "blockquote",
    "table",
    "tr",
    "td",
    "h2",
    "pre",
    "figure",
    "figcaption",
    "span",
    "svg",
    "math",
    "style",
    "script",
]
MARKUP = st.lists(
    st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS])
    | st.sampled_from(
        ["<a href='javascript:x'>", "<img src=x onerror=y>", "<iframe src=/v></iframe>", "&lt;", "]]>"]
    )
    | st.text("ab <&\"'", max_size=5),
    max_size=30,
).map("".join)


@given(MARKUP)
@settings(deadline=None)
def test_html_is_safe_and_sanitised_once(markup: str) -> None:
    _, html = composed(markup)
    assert compose.sanitise(html) == html
    for bad in ("<script", "javascript:", "onerror", "<iframe", "<style", "<svg"):
        assert bad not in html.lower() or "&lt;" in html
    markdown_of(html)


@given(MARKUP)
@settings(deadline=None)
def test_html_says_what_the_text_says(markup: str) -> None:
    text, html = composed(f"<article>{markup}</article>")
    read = "".join(str(piece) for piece in parse(html.encode(), url=BASE).root.itertext())
    for word in text.replace(" | ", " ").split():
        assert word in read


@given(st.from_regex(r"https?://[a-z]{1,8}\.example(/[a-zA-Z0-9._~%+-]{0,6}){0,3}[?#;]?", fullmatch=True))
def test_an_address_that_needs_no_joining_is_as_joined(address: str) -> None:
    joined = urljoin("https://news.example/a/b", address)
    blocks = segment(parse(f'<p>See <a href="{address}">it</a>.'.encode(), url="https://news.example/a/b"))
    assert compose.html(blocks, [True], base="https://news.example/a/b") == (
        f'<p>See <a href="{joined}">it</a>.</p>'
    )
