from __future__ import annotations

import pytest

from pipelines.markdown import markdown_of


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("", ""),
        ("<h2>Why</h2><p>one <strong>two</strong> <em>three</em></p>", "## Why\n\none **two** *three*"),
        ("<ul><li>one</li><li>two<ul><li>in</li></ul></li></ul>", "- one\n- two\n  - in"),
        ("<ol><li><p>one</p></li><li>two</li></ol>", "1. one\n2. two"),
        ("<blockquote><p>one</p><p>two</p></blockquote>", "> one\n>\n> two"),
        ('<p><a href="https://b.example/">there</a></p>', "[there](https://b.example/)"),
        ("<pre>a\n  b</pre>", "```\na\n  b\n```"),
        (
            "<table><tbody><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></tbody></table>",
            "| a | b |\n| --- | --- |\n| 1 | 2 |",
        ),
        (
            '<figure><img src="https://b.example/i.jpg" alt="x"><figcaption>y</figcaption></figure>',
            "![x](https://b.example/i.jpg)\n\ny",
        ),
        ("<p>2 * 3 [x] a_b `c`</p>", "2 \\* 3 \\[x\\] a_b \\`c\\`"),
    ],
)
def test_markdown(html: str, markdown: str) -> None:
    assert markdown_of(html) == markdown


@pytest.mark.parametrize(
    ("begin", "end", "mark"),
    [
        ("<ul><li>word", "</li></ul>", "- word"),
        ("<blockquote><p>word</p>", "</blockquote>", "> word"),
        ("<em>word <b>", "</b></em>", "word "),
    ],
)
def test_nests_of_any_depth_lose_no_word(begin: str, end: str, mark: str) -> None:
    markdown = markdown_of(f"<p>Before.</p>{begin * 900}{end * 900}<p>After.</p>")
    assert markdown.startswith(f"Before.\n\n{mark}")
    assert markdown.endswith("\n\nAfter.")
    assert markdown.count("word") == 900
