"""What stories are made of besides paragraphs comes through all of cleaning: text, HTML and Markdown."""
# ruff: noqa: E501 (markup is read in one piece)

from __future__ import annotations

import pytest

from pipelines.clean import clean
from pipelines.markdown import markdown_of
from pipelines.types import Article, Page

TITLE = "Council keeps the old trees by the river"
FIRST = (
    "The council of the town decided on Monday evening that the old trees by the river will stay, after a "
    "debate of four hours in which forty people spoke."
)
SECOND = (
    "The mayor said that the decision had been overdue for years. The opposition criticised that the costs "
    "had not been named, and asked for a report."
)
THIRD = (
    "By autumn the schools of the town are to receive plans of their own; after that the hospitals of the "
    "county will follow, according to the administration."
)


def cleaned(body: str) -> Article:
    page = (
        f'<!doctype html><html lang=en><head><title>{TITLE} | The Courier</title><meta property="og:title" '
        f'content="{TITLE}"></head><body><header><nav><ul><li><a href=/>Home</a><li><a href=/p>Politics</a>'
        f"</ul></nav></header><main><article><h1>{TITLE}</h1>{body}</article><aside><h2>Most read</h2><ul>"
        "<li><a href=/1>Bridge closed until further notice</a><li><a href=/2>Theatre opens in the mill</a>"
        "</ul></aside></main><footer><p>© The Courier</p></footer></body></html>"
    )
    return clean(Page(url="https://courier.example/news/trees", body=page.encode(), charset="utf-8"))


def short(text: str) -> str:
    for name, words in (("1", FIRST), ("2", SECOND), ("3", THIRD)):
        text = text.replace(words, name)
    return text


@pytest.mark.parametrize(
    ("body", "text", "html", "markdown"),
    [
        pytest.param(
            f"<p>{FIRST}</p><blockquote>It was about time.</blockquote><p>{SECOND}</p><p>“No.”</p><p>{THIRD}</p>",
            "1|It was about time.|2|“No.”|3",
            "<p>1</p><blockquote><p>It was about time.</p></blockquote><p>2</p><p>“No.”</p><p>3</p>",
            "1|> It was about time.|2|“No.”|3",
            id="quotes of one line",
        ),
        pytest.param(
            f"<p>{FIRST}</p><blockquote><p>We have waited.</p><p>Now it is done.</p></blockquote>"
            f"<p>{SECOND}</p><p>{THIRD}</p>",
            "1|We have waited.|Now it is done.|2|3",
            "<p>1</p><blockquote><p>We have waited.</p><p>Now it is done.</p></blockquote><p>2</p><p>3</p>",
            "1|> We have waited.\n>\n> Now it is done.|2|3",
            id="a quote of two paragraphs",
        ),
        pytest.param(
            f"<p>{FIRST}</p><p><a href=/x>{SECOND}</a></p><p>{THIRD}</p>",
            "1|2|3",
            '<p>1</p><p><a href="https://courier.example/x">2</a></p><p>3</p>',
            "1|[2](https://courier.example/x)|3",
            id="a linked paragraph",
        ),
        pytest.param(
            f"<div>{FIRST}<br/>\n<br/>\n{SECOND}<br>&nbsp;<br>{THIRD}</div>",
            "1|2|3",
            "<p>1</p><p>2</p><p>3</p>",
            "1|2|3",
            id="paragraphs by line breaks",
        ),
        pytest.param(
            f"<p>{FIRST}</p><p><strong>Why now?</strong></p><p>Because it was time, and the trees could not "
            "wait any longer for us to decide.</p><p><b>And then?</b><br>Then we shall see. Nobody needs to "
            f"be afraid that the swimming pool will have to close.</p><p>{THIRD}</p>",
            "1|Why now?|Because it was time, and the trees could not wait any longer for us to decide.|"
            "And then?\nThen we shall see. Nobody needs to be afraid that the swimming pool will have to "
            "close.|3",
            "<p>1</p><p><strong>Why now?</strong></p><p>Because it was time, and the trees could not wait any "
            "longer for us to decide.</p><p><strong>And then?</strong><br>Then we shall see. Nobody needs to "
            "be afraid that the swimming pool will have to close.</p><p>3</p>",
            "1|**Why now?**|Because it was time, and the trees could not wait any longer for us to decide.|"
            "**And then?**  \nThen we shall see. Nobody needs to be afraid that the swimming pool will have "
            "to close.|3",
            id="an interview",
        ),
        pytest.param(
            f"<p>{FIRST}</p><h3>14:15</h3><p>The session begins ten minutes late because the hall is too small "
            "for all who came.</p><h3>16:15</h3><p>The vote: 21 to 14. The trees stay.</p>"
            f"<p>{THIRD}</p>",
            "1|14:15|The session begins ten minutes late because the hall is too small for all who came.|"
            "16:15|The vote: 21 to 14. The trees stay.|3",
            "<p>1</p><h3>14:15</h3><p>The session begins ten minutes late because the hall is too small for "
            "all who came.</p><h3>16:15</h3><p>The vote: 21 to 14. The trees stay.</p><p>3</p>",
            "1|### 14:15|The session begins ten minutes late because the hall is too small for all who came.|"
            "### 16:15|The vote: 21 to 14. The trees stay.|3",
            id="a ticker",
        ),
        pytest.param(
            f"<p>{FIRST}</p><h2>Ingredients</h2><ul><li>500 g flour<li>2 eggs</ul><h2>Method</h2><ol><li>Mix "
            f"flour and eggs in a large bowl.<li>Bake at 200 degrees.</ol><p>{THIRD}</p>",
            "1|Ingredients|500 g flour|2 eggs|Method|Mix flour and eggs in a large bowl.|Bake at 200 degrees.|3",
            "<p>1</p><h2>Ingredients</h2><ul><li>500 g flour</li><li>2 eggs</li></ul><h2>Method</h2><ol>"
            "<li>Mix flour and eggs in a large bowl.</li><li>Bake at 200 degrees.</li></ol><p>3</p>",
            "1|## Ingredients|- 500 g flour\n- 2 eggs|## Method|1. Mix flour and eggs in a large bowl.\n"
            "2. Bake at 200 degrees.|3",
            id="a recipe",
        ),
        pytest.param(
            f"<p>{FIRST}</p><table><tr><th>Team<th>Goals</tr><tr><td>Reds<td>3:1</tr><tr><td>Blues<td>1:3</tr>"
            f"</table><p>{SECOND}</p><p>{THIRD}</p>",
            "1|Team / Goals|Reds / 3:1|Blues / 1:3|2|3",
            "<p>1</p><table><tr><th>Team</th><th>Goals</th></tr><tr><td>Reds</td><td>3:1</td></tr><tr>"
            "<td>Blues</td><td>1:3</td></tr></table><p>2</p><p>3</p>",
            "1|/ Team / Goals /\n/ --- / --- /\n/ Reds / 3:1 /\n/ Blues / 1:3 /|2|3",
            id="a table of results",
        ),
        pytest.param(
            f"<p>{FIRST}</p><ul><li>First <b>point</b><ul><li>with a detail</ul><li>Second point, "
            f"<a href=/m>linked</a></ul><p>{SECOND}</p><p>{THIRD}</p>",
            "1|First point|with a detail|Second point, linked|2|3",
            "<p>1</p><ul><li>First <strong>point</strong><ul><li>with a detail</li></ul></li><li>Second "
            'point, <a href="https://courier.example/m">linked</a></li></ul><p>2</p><p>3</p>',
            "1|- First **point**\n  - with a detail\n- Second point, [linked](https://courier.example/m)|2|3",
            id="nested lists",
        ),
        pytest.param(
            f"<p>{FIRST}</p><pre><code>def f(x):\n    return x &lt; 1\n</code></pre><p>{SECOND}</p><p>{THIRD}</p>",
            "1|def f(x):\n    return x < 1|2|3",
            "<p>1</p><pre>def f(x):\n    return x &lt; 1</pre><p>2</p><p>3</p>",
            "1|```\ndef f(x):\n    return x < 1\n```|2|3",
            id="code",
        ),
        pytest.param(
            f"<p>{FIRST}</p><iframe src='//video.example/embed/1' title='The debate'></iframe><p>{SECOND}</p>"
            f"<p>{THIRD}</p>",
            "1|2|3",
            '<p>1</p><p><a href="https://video.example/embed/1">The debate</a></p><p>2</p><p>3</p>',
            "1|[The debate](https://video.example/embed/1)|2|3",
            id="an embed",
        ),
        pytest.param(
            "<figure><img src=/lead.jpg alt='The trees'><figcaption>The trees in May.</figcaption></figure>"
            f"<p>{FIRST}</p><figure><img src=/hall.jpg alt='' width=800><figcaption>The hall was full."
            f"</figcaption></figure><p>{SECOND}</p><p>{THIRD}</p>",
            "1|2|3",
            '<figure><img src="https://courier.example/lead.jpg" alt="The trees"><figcaption>The trees in May.'
            '</figcaption></figure><p>1</p><figure><img src="https://courier.example/hall.jpg" alt="">'
            "<figcaption>The hall was full.</figcaption></figure><p>2</p><p>3</p>",
            "![The trees](https://courier.example/lead.jpg)|The trees in May.|1|"
            "![](https://courier.example/hall.jpg)|The hall was full.|2|3",
            id="pictures and captions in order",
        ),
        pytest.param(
            f"<p>{FIRST}</p><h2>A long debate</h2><p>{SECOND}</p><h3>What comes next</h3><p>{THIRD}</p>",
            "1|A long debate|2|What comes next|3",
            "<p>1</p><h2>A long debate</h2><p>2</p><h3>What comes next</h3><p>3</p>",
            "1|## A long debate|2|### What comes next|3",
            id="sub-headings",
        ),
    ],
)
def test_it_survives(body: str, text: str, html: str, markdown: str) -> None:
    """``|`` stands for a blank line, and ``/`` in a table for ``|``."""
    article = cleaned(body)
    table = "<table" in body
    parts = [part.replace("/", "|") if table else part for part in text.split("|")]
    assert short(article.text).split("\n\n") == parts
    assert short(article.html) == html
    parts = [part.replace("/", "|") if table else part for part in markdown.split("|")]
    assert short(markdown_of(article.html)).split("\n\n") == parts
    assert article.status == "article"
