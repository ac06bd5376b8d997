"""An edit that meets a site whose memory has learned since: what is whose."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from exporters.store.alike import as_html, cleaned_alike
from pipelines.types import Author, Snapshot, Verdict

PROMPT = "Read the town's news every morning in our letter, and tell your neighbours about it as well."
BOX = "Three more stories that our readers liked."
FIRST = "The council voted on Tuesday to keep the old tram line and to pay for new rails."
EDITED = "The council voted on Tuesday evening to keep the old tram line and to pay for new rails."
LAST = "Shopkeepers along the line had asked for a shorter closure, which the council promised to consider."


def text(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs)


def cut(*texts: str) -> tuple[Verdict, ...]:
    return tuple(
        Verdict(text=text, kind="paragraph", kept=False, by="memory:text", why="stands in many articles")
        for text in texts
    )


def page(digest: str) -> Snapshot:
    return Snapshot(
        file="crawl-20260301-001.warc.gz",
        offset=ord(digest),
        length=100,
        digest=f"sha1:{digest}",
        url="https://www.example.org/town/tram-line-stays",
        status=200,
        fetched="2026-03-01T08:30:00Z",
    )


def steps(store: Any, id: int) -> list[tuple[str, str, str]]:
    """By whom, from what, to what."""
    found = store.revisions(id)
    after = [*found[1:], store.article(id)]
    return [(old.changed_by, old.text, new.text) for old, new in zip(found, after, strict=True)]


def test_what_memory_cuts_now_is_not_laid_at_the_publishers_door(store: Any, save: Any, make: Any) -> None:
    first = make(text=text(FIRST, PROMPT, LAST, BOX))
    second = make(text=text(EDITED, LAST), verdicts=cut(PROMPT, BOX))
    id = save(first, 0, snapshot=page("A")).id
    assert save(second, 60, snapshot=page("B")).outcome == "changed"
    assert steps(store, id) == [
        ("cleaner", first.text, text(FIRST, LAST)),
        ("publisher", text(FIRST, LAST), second.text),
    ]
    was, between = store.revisions(id)
    assert was.html == first.html
    assert (between.html, between.word_count) == (
        f"<p>{FIRST}</p><p>{LAST}</p>",
        len((FIRST + LAST).split()) + 1,
    )
    assert (between.title, between.content_hash) == (first.title, make(text=text(FIRST, LAST)).content_hash)
    assert store.article(id).last_changed == "2026-03-01T09:30:00Z"


def test_what_comes_back_is_the_cleaners_as_well(store: Any, save: Any, make: Any) -> None:
    id = save(make(text=text(FIRST, LAST), verdicts=cut(PROMPT)), 0, snapshot=page("A")).id
    save(make(text=text(EDITED, PROMPT, LAST)), 60, snapshot=page("B"))
    assert [(by, new) for by, _, new in steps(store, id)] == [
        ("cleaner", text(FIRST, PROMPT, LAST)),
        ("publisher", text(EDITED, PROMPT, LAST)),
    ]


def test_a_page_that_differs_only_in_what_memory_cuts_is_no_edit(store: Any, save: Any, make: Any) -> None:
    first = make(text=text(FIRST, PROMPT, LAST))
    second = make(text=text(FIRST, LAST), verdicts=cut(PROMPT))
    id = save(first, 0, snapshot=page("A")).id
    save(second, 60, snapshot=page("B"))
    assert steps(store, id) == [("cleaner", first.text, second.text)]
    stored = store.article(id)
    assert (stored.last_changed, stored.last_checked) == ("2026-03-01T08:30:00Z", "2026-03-01T09:30:00Z")


def test_another_headline_or_byline_beside_it_is_an_edit(store: Any, save: Any, make: Any) -> None:
    first = make(text=text(FIRST, PROMPT, LAST))
    clean = make(text=text(FIRST, LAST), verdicts=cut(PROMPT))
    id = save(first, 0, snapshot=page("A")).id
    save(replace(clean, authors=(Author(name="Redaktion"),)), 60, snapshot=page("B"))
    assert [by for by, _, _ in steps(store, id)] == ["cleaner", "publisher"]
    assert [revision.authors for revision in store.revisions(id)] == [(), ()]


def test_what_the_publisher_deleted_stays_the_publishers(store: Any, save: Any, make: Any) -> None:
    first = make(text=text(FIRST, PROMPT, LAST), verdicts=cut(BOX))
    id = save(first, 0, snapshot=page("A")).id
    save(make(text=text(FIRST, LAST), verdicts=cut(BOX)), 60, snapshot=page("B"))
    assert steps(store, id) == [("publisher", first.text, text(FIRST, LAST))]


def test_an_article_that_came_back_is_told_apart_too(store: Any, save: Any, make: Any) -> None:
    first = make(text=text(FIRST, PROMPT, LAST))
    id = save(first, 0, snapshot=page("A")).id
    store.db.execute("UPDATE articles SET status = 'gone' WHERE id = ?", [id])
    save(make(text=text(EDITED, LAST), verdicts=cut(PROMPT)), 60, snapshot=page("B"))
    assert [by for by, _, _ in steps(store, id)] == ["cleaner", "publisher"]


def test_of_a_text_that_stands_twice_the_first_stays() -> None:
    old, new = text(FIRST, LAST, FIRST), text(FIRST, LAST)
    assert cleaned_alike(old, new, old_removed=(), new_removed=(FIRST,)) == new


def test_what_came_back_stands_where_the_new_text_has_it() -> None:
    found = cleaned_alike(
        text(FIRST, LAST), text(FIRST, PROMPT, LAST, BOX), old_removed=(BOX, PROMPT), new_removed=()
    )
    assert found == text(FIRST, PROMPT, LAST, BOX)


def test_what_came_back_first_and_between_edits_has_its_place() -> None:
    found = cleaned_alike(
        text(FIRST, LAST),
        text(BOX, EDITED, PROMPT, PROMPT),
        old_removed=(BOX, PROMPT, PROMPT),
        new_removed=(),
    )
    assert found == text(BOX, FIRST, LAST, PROMPT, PROMPT)


def test_html_is_escaped() -> None:
    assert as_html(text("Profit & <loss>", "End")) == "<p>Profit &amp; &lt;loss&gt;</p><p>End</p>"
    assert as_html("") == ""


@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.booleans(), st.booleans()), max_size=8),
)
def test_one_page_cleaned_twice_leaves_nothing_to_the_publisher(
    blocks: list[tuple[str, bool, bool]],
) -> None:
    old = [name for name, kept, _ in blocks if kept]
    new = [name for name, _, kept in blocks if kept]
    found = cleaned_alike(
        text(*old),
        text(*new),
        old_removed=[name for name, kept, _ in blocks if not kept],
        new_removed=[name for name, _, kept in blocks if not kept],
    )
    assert sorted(found.split("\n\n")) == sorted(text(*new).split("\n\n"))
