"""Rules on a page: which blocks they speak of, where a section ends, what stays."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.boilerplate import matching
from pipelines.boilerplate.rules import HEADLINE, ExampleBlock, Rules, builtin, example_blocks, load
from pipelines.document import parse
from pipelines.segment import segment

JOBS = """
[[rule]]
name = "jobs"
why = "A list of job advertisements."
scope = "section"
confidence = 0.9
[rule.en]
phrases = ["Open positions", "More jobs at …"]
drops = ["## Open positions\\n[Cook]"]
keep = ["Open positions are rare in the valley, the mayor said."]
"""
PROMPT = """
[[rule]]
name = "prompt"
why = "A prompt that quotes the headline."
scope = "block"
confidence = 0.8
max_words = 8
[rule.en]
phrases = ["Comments on {title}", "… write to us …"]
drops = ["Comments on “{title}”", "Please write to us!"]
keep = ["Comments on the bridge were mixed."]
"""


def rules(tmp_path: Path, *texts: str) -> Rules:
    file = tmp_path / "own.toml"
    file.write_text("\n".join(texts), encoding="utf-8")
    return load([file])


def cut(found: Rules, html: str, *, title: str | None = None) -> list[str]:
    blocks = segment(parse(html.encode(), url="https://example.com/"))
    matches = found.match(blocks, title=title)
    assert len(matches) == len(blocks)
    return [block.text for block, match in zip(blocks, matches, strict=True) if match]


@pytest.mark.parametrize(
    "widget",
    [
        "<h3>Open positions</h3><p><a>Cook</a></p><p><a>Clerk</a></p>",
        "<div><h4>Open positions</h4><ul><li><a>Cook</a></li><li>Clerk</li></ul></div>",
        "<div><div><h2>Open positions</h2></div><div><p>Cook</p><p>Clerk</p></div></div>",
        "<p><strong>Open positions</strong></p><h4><a>Cook</a></h4><h4><a>Clerk</a></h4>",
        "<div>Open positions</div><ul><li>Cook</li><li>Clerk</li></ul>",
        "<h3>OPEN POSITIONS:</h3><h4>Cook</h4><h5>Clerk</h5>",
    ],
)
def test_a_section_is_taken_whatever_its_markup(tmp_path: Path, widget: str) -> None:
    prose = "<p>The mayor takes a different view of the matter, as she said on Monday evening.</p>"
    found = cut(rules(tmp_path, JOBS), f"<body>{prose}{widget}{prose}</body>")
    assert [text.casefold().rstrip(":") for text in found] == ["open positions", "cook", "clerk"]


def test_a_section_ends_at_the_next_heading_of_its_rank(tmp_path: Path) -> None:
    html = "<h3>Open positions</h3><p>Cook</p><h4>South</h4><p>Clerk</p><h3>Weather</h3><p>Rain</p>"
    assert cut(rules(tmp_path, JOBS), html) == ["Open positions", "Cook", "South", "Clerk"]


def test_a_section_ends_with_its_box(tmp_path: Path) -> None:
    html = "<div><h3>Open positions</h3><p>Cook</p></div><p>Rain</p>"
    assert cut(rules(tmp_path, JOBS), html) == ["Open positions", "Cook"]


def test_the_heading_of_the_paragraph_behind_a_list_of_links_stays(tmp_path: Path) -> None:
    html = (
        "<p><b>Open positions</b></p><p><a>Cook</a></p><p><a>Clerk</a></p><p><b>A quiet night</b></p>"
        "<p>Nothing happened in the valley, and nobody was surprised, as the police said on Monday.</p>"
    )
    assert cut(rules(tmp_path, JOBS), html) == ["Open positions", "Cook", "Clerk"]


@pytest.mark.parametrize(
    "html",
    [
        "<p>Open positions</p>",  # nothing under it
        "<ul><li>Open positions</li><li>Contact</li></ul>",  # a menu
        "<p>More jobs at the mill.</p><p><a>Cook</a></p>",  # a sentence
        "<h3>Open positions and how the valley fills them</h3><p><a>Cook</a></p>",
    ],
)
def test_what_heads_no_section(tmp_path: Path, html: str) -> None:
    assert cut(rules(tmp_path, JOBS), html) == []


def test_a_prompt_may_quote_the_headline(tmp_path: Path) -> None:
    found = rules(tmp_path, PROMPT)
    title = "The bridge, at last"
    assert cut(found, "<p>Comments on »The bridge – at last«</p>", title=title)
    assert not cut(found, "<p>Comments on »The bridge – at last«</p>", title="Another headline entirely")
    assert not cut(found, "<h1>The bridge, at last</h1>", title=title)


def test_a_longer_block_is_not_meant(tmp_path: Path) -> None:
    found = rules(tmp_path, PROMPT)
    assert cut(found, "<p>Do write to us!</p>")
    assert not cut(found, "<p>Do write to us, the mayor had said to the people of the valley.</p>")


def test_prompts_in_the_lines_of_one_block(tmp_path: Path) -> None:
    found = rules(tmp_path, PROMPT)
    assert cut(
        found, "<p>Please write to us!<br>Comments on the bridge, at last</p>", title="the bridge, at last"
    )
    assert not cut(found, "<p>Please write to us!<br>The bridge reopened on Monday.</p>")


@pytest.mark.parametrize(
    ("text", "goes"),
    [
        ("Please write to us! Comments on “The bridge, at last”", True),
        ("Write to us soon. Please write to us! Do write to us.", True),
        ("Please write to us! The bridge reopened on Monday.", False),
        ("The bridge reopened on Monday. Please write to us!", False),
    ],
)
def test_several_prompts_in_one_block(tmp_path: Path, text: str, goes: bool) -> None:
    longer = PROMPT.replace("max_words = 8", "max_words = 6")
    assert bool(cut(rules(tmp_path, longer), f"<p>{text}</p>", title="The bridge, at last")) is goes


def test_teaser_cards_go_with_their_section(tmp_path: Path) -> None:
    card = "<h3><a>Cook</a></h3><p>The mill pays well.</p>"
    prose = "<p>The mayor takes a different view of the matter, as she said on Monday evening.</p>"
    found = rules(tmp_path, JOBS)
    boxed = f"<body>{prose}<section><h3>Open positions</h3>{card}{card}</section>{prose}</body>"
    assert cut(found, boxed) == ["Open positions", *["Cook", "The mill pays well."] * 2]
    flat = f"<body>{prose}<h3>Open positions</h3><p><a>Cook</a></p>{prose * 2}</body>"
    assert cut(found, flat) == ["Open positions", "Cook"]


def test_the_surest_rule_speaks(tmp_path: Path) -> None:
    surer = PROMPT.replace('"prompt"', '"surer"').replace("0.8", "0.95")
    blocks = example_blocks("Please write to us!")
    match = rules(tmp_path, PROMPT, surer).match(blocks)[0]
    assert match is not None
    assert (match.rule, match.confidence, match.scope) == ("surer", 0.95, "block")


def test_the_block_must_be_of_the_kind_and_the_links_that_the_rule_names(tmp_path: Path) -> None:
    linked = PROMPT.replace("max_words = 8", "max_words = 8\nlinks = 0.5\nkinds = ['item']")
    linked = linked.replace('["Comments on “{title}”", "Please write to us!"]', '["- [Please write to us!]"]')
    found = rules(tmp_path, linked)
    assert cut(found, "<ul><li><a>Please write to us</a></li></ul>")
    assert not cut(found, "<ul><li>Please write to us</li></ul>")
    assert not cut(found, "<p><a>Please write to us</a></p>")


LINES = st.sampled_from(
    [
        example
        for rule in builtin().rules
        for e in (*rule.drops.values(), *rule.keep.values())
        for example in e
    ]
)


@settings(max_examples=15, deadline=None)
@given(st.lists(LINES, max_size=8), st.integers(0, len(builtin().rules) - 1))
def test_adding_a_rule_and_taking_it_away_restores(lines: list[str], place: int) -> None:
    blocks = example_blocks("\n".join(lines)) if lines else []
    every = builtin().rules
    without = every[:place] + every[place + 1 :]
    before = Rules(without).match(blocks, title=HEADLINE)
    after_adding = Rules(every).match(blocks, title=HEADLINE)
    assert Rules(without).match(blocks, title=HEADLINE) == before
    assert builtin().match(blocks, title=HEADLINE) == after_adding
    name = every[place].name
    for one, other in zip(before, after_adding, strict=True):
        assert one == other or (other is not None and other.rule == name)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(), max_size=12), st.text())
def test_any_text_is_matched_alike_each_time(texts: list[str], title: str) -> None:
    blocks = [block for text in texts for block in example_blocks(text)]
    assert builtin().match(blocks, title=title) == builtin().match(blocks, title=title)


@pytest.mark.parametrize(
    "text",
    [
        "newsletter " * 60,
        "subscribe to our newsletter and " * 21,
        "Lesen Sie auch: " * 40,
        "a" * 700,
        "abonnieren Sie " * 46,
        "“" * 699,
        "0:0.0,0 " * 80,
        "we may earn affiliate commission if you buy through our links and " * 10,
        "\n" * 700,
        "\x1f" * 700,
        "é" * 700,
        "İ" * 700,
        "\U0001f600" * 700,
    ],
)
def test_no_text_hangs(text: str) -> None:
    blocks = example_blocks("one") * 200
    for block in blocks:
        block.text = text
    started = time.process_time()
    builtin().match(blocks, title="newsletter newsletter newsletter")
    assert time.process_time() - started < 5


def test_a_page_of_nothing_but_headings_is_linear() -> None:
    html = "<body>" + "<div>" * 300 + "<p>Most read</p><p>Related stories</p><h4><a>x</a></h4>" * 2_000
    blocks = segment(parse(html.encode(), url="https://example.com/"))
    started = time.process_time()
    builtin().match(blocks, title=None)
    assert time.process_time() - started < 10


def test_what_was_heard_is_forgotten_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "_MOST_KNOWN", 50)
    found = rules(tmp_path, PROMPT)
    for page in range(20):
        texts = [
            *(f"Write to us, line {page} {row}. Please write to us!" for row in "abcdefghij"),
            "Write to us",
        ]
        blocks = [ExampleBlock(text, "paragraph", 0, 0) for text in texts]
        matches = found.match(blocks)
        assert all(matches)
        assert found.remembered <= 50 + 3 * len(blocks)
    assert found.match(blocks) == matches


def test_a_text_heard_before_is_looked_at_anew(tmp_path: Path) -> None:
    found = rules(tmp_path, PROMPT)
    said = "<p>Comments on the bridge, at last</p>"
    assert cut(found, said, title="The bridge, at last")
    assert not cut(found, said)
    assert not cut(found, said, title="Another headline entirely")
    assert cut(found, said, title="The bridge, at last")


def test_whole_pages_are_no_prompt() -> None:
    blocks = example_blocks("Subscribe to our newsletter " + "and read on " * 100)
    assert builtin().match(blocks) == [None]
    assert builtin().match([]) == []


def test_a_list_between_line_breaks_is_a_section_in_one_block() -> None:
    listed = ExampleBlock("Related articles\n- Council saves the library\n- Ferry is back", "cell", 0, 0)
    prose = ExampleBlock("Related articles\nThe council saved the library, and now the ferry.", "cell", 0, 0)
    found = builtin().match([listed, prose])
    assert found[0] is not None
    assert found[0].scope == "section"
    assert found[1] is None
