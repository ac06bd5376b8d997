"""Stories that a page prints below its own."""

from __future__ import annotations

from pipelines.boilerplate.neighbours import other_stories
from pipelines.clean import clean
from pipelines.document import parse
from pipelines.segment import Block, segment
from pipelines.types import Page

LINES = [
    "The ferry to the island was out of service for the third day in a row, the company said on Monday.",
    "Passengers were taken across in fishing boats, which the harbour office had hired over the weekend.",
    "A spare part is expected from the yard on Thursday; until then the timetable of the winter is in force.",
]
OTHERS = [
    "The museum will open its new wing in spring, four years later than the city council had planned it.",
    "The costs have doubled since the first stone was laid, according to a report that was published today.",
]


def story(headline: str, lines: list[str], tag: str = "article") -> str:
    return f"<{tag}><h1>{headline}</h1>" + "".join(f"<p>{line}</p>" for line in lines) + f"</{tag}>"


def blocks_of(body: str) -> list[Block]:
    return segment(parse(f"<body><main>{body}</main></body>".encode(), url="https://paper.example/a"))


def texts(body: str, headline: str = "Ferry stays in port") -> list[str]:
    blocks = blocks_of(body)
    likely = [0.9 if len(block.text) > 80 else 0.1 for block in blocks]
    return [blocks[at].text for places in other_stories(blocks, likely, [headline]) for at in places]


def test_the_next_story_is_another() -> None:
    page = story("Ferry stays in port", LINES) + "<div>" + story("Museum late", OTHERS) + "</div>"
    assert texts(page) == ["Museum late", *OTHERS]


def test_a_section_with_a_headline_of_the_first_rank_is_the_story() -> None:
    page = f"<article><h1>Ferry stays in port</h1>{''.join(f'<p>{line}</p>' for line in LINES)}"
    page += story("What is to come", OTHERS, "section") + "</article>"
    assert texts(page) == []


def test_entries_of_a_story_told_live_are_the_story() -> None:
    page = story("Ferry stays in port", LINES) + "".join(story(f"{i} o'clock", OTHERS) for i in range(8))
    assert texts(page) == []


def test_teasers_above_the_story_do_not_make_it_another() -> None:
    page = story("Museum late", OTHERS) + story("Ferry stays in port", LINES)
    assert texts(page) == []


def test_cards_without_paragraphs_are_no_stories() -> None:
    assert texts(story("Ferry stays in port", LINES) + story("Museum late", [])) == []


def test_the_next_story_is_cut_whole_and_said_to_be_another() -> None:
    page = story("Ferry stays in port", LINES) + story("Museum late", OTHERS * 5)
    body = f"<title>Ferry stays in port</title><body><main>{page}</main>".encode()
    article = clean(Page(url="https://paper.example/a", body=body))
    assert article.text == "\n\n".join(LINES)
    why = {verdict.by for verdict in article.verdicts if not verdict.kept and verdict.text in OTHERS}
    assert why == {"order"}
