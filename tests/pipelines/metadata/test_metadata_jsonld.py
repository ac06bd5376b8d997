"""JSON-LD as pages really carry it."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.metadata import jsonld

STORY = {"@type": "NewsArticle", "headline": "Bees", "author": {"name": "Ann Example"}}


@pytest.mark.parametrize(
    "text",
    [
        '{"@type": "NewsArticle", "headline": "Bees", "author": {"name": "Ann Example"},}',
        '{"@type": "NewsArticle", "headline": "Bees", "author": {"name": "Ann Example",},}',
        '// a\n{"@type": "NewsArticle", /* b */ "headline": "Bees", "author": {"name": "Ann Example"}}',
        '<!--\n{"@type": "NewsArticle", "headline": "Bees", "author": {"name": "Ann Example"}}\n-->',
        '//<![CDATA[\n{"@type": "NewsArticle", "headline": "Bees", "author": {"name": "Ann Example"}}\n//]]>',
        '<![CDATA[{"@type": "NewsArticle", "headline": "Bees", "author": {"name": "Ann Example"}}]]>',
        '{"@type": "NewsArticle", "headline": "Bees", "author": {"name": "Ann Example"}};',
        "{&quot;@type&quot;: &quot;NewsArticle&quot;, &quot;headline&quot;: &quot;Bees&quot;,"
        " &quot;author&quot;: {&quot;name&quot;: &quot;Ann Example&quot;}}",
        '{"@type": "NewsArticle" "headline": "Bees" "author": {"name": "Ann Example"}}',
        '{"@type": "NewsArticle", "headline": "Bees", "author": {"name": "Ann Example"',
        '\ufeff{"@type": "NewsArticle", "headline": "Bees", "author": {"name": "Ann Example"}}',
        '{"@type": "NewsArticle", "headline": "Bees", , "author": {"name": "Ann Example"}}',
    ],
)
def test_malformed_json_is_read(text: str) -> None:
    assert jsonld.loads(text) == STORY


@pytest.mark.parametrize(
    ("text", "headline"),
    [
        ('{"headline": "Two\nlines\tand a tab"}', "Two\nlines\tand a tab"),
        ('{"headline": "He said "no", and left", "a": 1,}', 'He said "no", and left'),
        (r'{"headline": "It\'s", }', "It's"),
        (r'{"headline": "\ud83d caf\u00e9", }', " café"),
        ('{"headline": "a // b /* c */", }', "a // b /* c */"),
        ('{"headline": "Bees &amp; wasps"}', "Bees &amp; wasps"),
    ],
)
def test_strings_survive(text: str, headline: str) -> None:
    assert jsonld.loads(text)["headline"] == headline


@pytest.mark.parametrize(
    "text", ["", "   ", "null", "}{", "]", "undefined", "<p>no</p>", '"', "{", "[" * 5000]
)
def test_what_holds_nothing_gives_nothing_to_read(text: str) -> None:
    assert jsonld.nodes([text]) == []


def test_nodes_are_found_in_lists_graphs_and_nested() -> None:
    texts = [
        json.dumps([{"@type": "WebSite", "name": "The Example"}]),
        json.dumps({"@context": "x", "@graph": [{"@type": "NewsArticle", "headline": "Bees"}]}),
        json.dumps({"@type": "WebPage", "mainEntity": {"@type": "Article", "headline": "Wasps"}}),
        json.dumps({"data": {"deeper": {"@type": "Report", "headline": "Ants"}}}),
    ]
    kinds = {kind for node in jsonld.nodes(texts) for kind in jsonld.types(node)}
    assert kinds == {"WebSite", "NewsArticle", "WebPage", "Article", "Report"}


def test_types_lose_their_vocabulary() -> None:
    assert jsonld.types({"@type": ["http://schema.org/NewsArticle", "schema:Report"]}) == (
        "NewsArticle",
        "Report",
    )


def test_references_are_followed_and_circles_end() -> None:
    nodes = jsonld.nodes(
        [
            json.dumps(
                {
                    "@graph": [
                        {"@type": "Article", "@id": "#a", "author": {"@id": "#p"}},
                        {"@type": "Person", "@id": "#p", "name": "Ann Example", "worksFor": {"@id": "#a"}},
                    ]
                }
            )
        ]
    )
    assert jsonld.resolved(nodes[0], nodes)["author"]["name"] == "Ann Example"


def test_nesting_without_end_is_bounded() -> None:
    began = time.process_time()
    assert jsonld.loads('{"a":' * 100_000) is not None
    assert jsonld.nodes(["[" * 100_000 + "]" * 100_000]) == []
    jsonld.nodes([json.dumps([{"@type": "ListItem"}] * 20_000)])
    assert jsonld.loads('"' + "x" * (jsonld.MAX_CHARS + 1)) is None
    assert time.process_time() - began < 5


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9999, 9999) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@given(_JSON)
def test_sound_json_is_read_as_it_is(value: Any) -> None:
    assert jsonld.loads(json.dumps(value)) == value


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(st.text(alphabet="abc@", min_size=1, max_size=6), _JSON, min_size=1, max_size=4),
    st.data(),
)
def test_cut_or_damaged_json_never_raises(value: dict[str, Any], data: st.DataObject) -> None:
    text = json.dumps(value)
    at = data.draw(st.integers(0, len(text)))
    noise = data.draw(st.text(alphabet='{}[]",:\\/*\n \x01<!-', max_size=6))
    jsonld.nodes([text[:at] + noise + text[at + len(noise) :]])


@given(st.text(max_size=200))
def test_any_text_never_raises(text: str) -> None:
    jsonld.nodes([text])
    jsonld.text(jsonld.loads(text))
