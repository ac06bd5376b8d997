"""Datasette's own pages: described, read-only, in our frame, under a policy of their own."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from typing import Any

import pytest
from lxml import html

from exporters.store.describe import QUERIES

Ask = Callable[..., Any]


@pytest.mark.parametrize(
    "path", ["/news", "/news/articles", "/news/latest", "/news/articles/1", "/news?sql=select+1"]
)
def test_inline_scripts_are_those_that_the_policy_names(ask: Ask, path: str) -> None:
    response = ask(path)
    assert response.status_code == 200
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    directive = re.search(r"script-src ([^;]*)", policy)
    assert directive is not None
    assert "unsafe" not in directive[1]
    scripts = [script.text for script in html.fromstring(response.text).xpath("//script[not(@src)]")]
    assert scripts
    for script in scripts:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in directive[1]


def test_tables_and_columns_are_described_and_internal_ones_hidden(ask: Ask) -> None:
    tables = {table["name"]: table for table in ask("/news.json?_show_hidden=1").json()["tables"]}
    assert not tables["articles"]["hidden"]
    for name in ("story_keys", "story_marks", "site_traces", "_sqlite_migrations", "articles_fts"):
        assert tables[name]["hidden"], name
    shown = html.fromstring(ask("/news/articles").text).text_content()
    assert "One row an article, through whatever door it was found." in shown
    assert "The headline a reader sees." in shown
    assert "The headline a reader sees." in html.fromstring(ask("/news/latest").text).text_content()


def test_each_documented_question_is_a_query(ask: Ask) -> None:
    queries = ask("/news.json").json()["queries"]
    assert [query["title"] for query in queries] == [query.question for query in QUERIES]
    for query in queries:
        asked = (
            f"/news/{query['name']}.json?_shape=array&url=https://tagblatt.example/stadt/tram-bleibt-10482"
        )
        response = ask(f"{asked}&words=munich")
        assert response.status_code == 200, query["name"]
        assert response.json(), query["name"]


def test_a_query_opens_before_its_parameters_are_given(ask: Ask) -> None:
    for query in ask("/news.json").json()["queries"]:
        assert ask(f"/news/{query['name']}").status_code == 200, query["name"]
    [search] = [q["name"] for q in ask("/news.json").json()["queries"] if "munich" in q["name"]]
    found = ask(f"/news/{search}.json?_shape=array").json()
    assert found == ask(f"/news/{search}.json?_shape=array&words=munich+OR+munchen").json() != []
    assert ask(f"/news/{search}.json?_shape=array&words=zebra").json() == []


def test_json_csv_facets_and_sql(ask: Ask) -> None:
    rows = ask("/news/latest.json?_shape=array&_col=title&_facet=source").json()
    assert "Storm takes the roof of a school" in [row["title"] for row in rows]
    assert ask("/news/articles.csv?_col=title&_nofacet=1").text.splitlines()[0] == "id,title"
    facets = ask("/news/articles.json?_facet=source").json()["facet_results"]["source"]["results"]
    assert {facet["value"]: facet["count"] for facet in facets} == {"courier": 3, "tagblatt": 2}
    counted = ask("/news.json?sql=select+count(*)+as+n+from+articles&_shape=array").json()
    assert counted == [{"n": 5}]


def test_an_articles_number_leads_to_its_page(ask: Ask) -> None:
    page = html.fromstring(ask("/news/latest").text)
    assert "/article/1" in page.xpath("//td//a/@href")


@pytest.mark.parametrize(
    "sql",
    [
        "delete from articles",
        "with x as (select 1) delete from articles",
        "attach 'x.db' as x",
        "pragma user_version=3",
    ],
)
def test_sql_can_only_read(ask: Ask, sql: str) -> None:
    response = ask(f"/news.json?sql={sql}")
    assert response.status_code == 400
    assert ask("/news.json?sql=select+count(*)+as+n+from+articles&_shape=array").json() == [{"n": 5}]


@pytest.mark.parametrize("value", ["randomblob(1000000000)", "length(zeroblob(50000001))"])
def test_sql_makes_no_huge_values(ask: Ask, value: str) -> None:
    response = ask(f"/news.json?sql=select+{value}")
    assert response.status_code == 400
    assert "too big" in response.text


def test_the_file_itself_is_not_handed_out(ask: Ask) -> None:
    assert ask("/news.db").status_code in (403, 404)


def test_datasettes_pages_stand_in_our_frame(ask: Ask) -> None:
    page = html.fromstring(ask("/news").text)
    assert page.get("lang") == "en"
    assert page.xpath("//nav[@aria-label='Main']//a[@aria-current='page']/text()") == ["Data"]
    assert page.xpath("//main[@id='main']")


def test_what_is_not_there_is_said_to_the_reader_alone(ask: Ask, capsys: pytest.CaptureFixture[str]) -> None:
    missing = ask("/nowhere")
    assert missing.status_code == 404
    assert html.fromstring(missing.text).xpath("//h1/text()") == ["Not here"]
    assert capsys.readouterr() == ("", "")
