"""What changed since a run, whoever changed it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exporters.store import Store


@pytest.fixture
def run(store: Store, at: Any) -> Any:
    """Runs of the ledger: their numbers, as they end."""

    def end(minutes: int = 0) -> int:
        number = store.begin_run(now=at(minutes), version="1")
        store.finish_run(number, [], now=at(minutes))
        return number

    return end


@pytest.fixture
def tell(make: Any) -> Any:
    """An article that is no copy of another."""
    return lambda name, **fields: make(name, **{"text": f"A story about {name}. " * 20, **fields})


@pytest.fixture
def since(store: Store) -> Any:
    return lambda run, **options: {
        (article.id, article.status) for article in store.changed_since(run, **options)
    }


def test_new_changed_gone_and_deleted_articles_are_told_once(
    store: Store, save: Any, tell: Any, run: Any, since: Any, at: Any
) -> None:
    one, two, three = (save(tell(name)).id for name in ("one", "two", "three"))
    first = run()
    assert since(0) == {(one, "article"), (two, "article"), (three, "article")}
    assert since(first) == set()
    save(tell("two"), 5)  # looked at again, as it was
    assert since(first) == set()
    save(tell("two", title="Another headline"), 6)
    four = save(tell("four"), 6).id
    store.set_status(three, "gone", reason=None, now=at(7))
    assert since(first) == {(two, "article"), (three, "gone"), (four, "article")}
    second = run(8)
    assert since(second) == set()
    assert since(first) == {(two, "article"), (three, "gone"), (four, "article")}
    store.set_status(one, "deleted", reason="asked", now=at(9))
    assert since(second) == {(one, "deleted")}
    assert since(second, source="other") == set()


def test_pages_that_never_were_articles_are_left_out_and_those_that_were_are_not(
    store: Store, save: Any, tell: Any, run: Any, since: Any
) -> None:
    wall = tell("wall", status="rejected", reason="consent")
    number = save(wall).id
    first = run()
    assert since(0) == set()
    assert save(tell("wall"), 5).id == number
    assert since(first) == {(number, "article")}
    second = run(6)
    # The cleaner, wiser now, says that this very page is none.
    store.db.execute(
        "INSERT INTO revisions (article, since, replaced, changed_by, authors, word_count, content_hash,"
        " cleaner_version, text, html) SELECT id, first_seen, last_changed, 'cleaner', authors, word_count,"
        " content_hash, cleaner_version, text, html FROM articles"
    )
    store.db.execute("UPDATE articles SET status = 'rejected', reason = 'consent'")
    assert since(second) == {(number, "rejected")}


def test_a_link_between_copies_is_a_change(store: Store, save: Any, tell: Any, run: Any, since: Any) -> None:
    one, two = save(tell("one")).id, save(tell("two")).id
    first = run()
    with store.transaction():
        store.db.execute("UPDATE articles SET cluster = ?, duplicate_of = ? WHERE id = ?", [one, one, two])
    assert since(first) == {(two, "article")}


def test_a_forgotten_article_leaves_its_number(
    store: Store, save: Any, tell: Any, run: Any, since: Any, at: Any
) -> None:
    one, two = save(tell("one")).id, save(tell("two")).id
    first = run()
    assert store.forget(None, two, now=at(1)).articles == 1
    assert since(first) == set()
    gone = "SELECT article FROM article_changes WHERE article NOT IN (SELECT id FROM articles)"
    assert store.db.execute(gone).fetchall() == [(two,)]
    # Numbers of changes are never given twice, even where the number of the article is.
    three = save(tell("three"), 2).id
    assert three == two
    assert since(first) == {(three, "article")}
    assert one not in {id for id, _ in since(first)}


def test_a_run_that_was_killed_is_told_of_again(
    store: Store, save: Any, tell: Any, run: Any, since: Any, at: Any
) -> None:
    one = save(tell("one")).id
    assert since(run()) == set()
    killed = store.begin_run(now=at(1), version="1")
    two = save(tell("two"), 1).id
    assert store.last_finished_run() == killed - 1
    assert since(killed) == {(two, "article")}
    assert since(run(2)) == set()
    assert {one, two} == {id for id, _ in since(0)}


def test_runs_of_before_changes_were_numbered_leave_nothing_out(
    store: Store, save: Any, tell: Any, run: Any, since: Any
) -> None:
    one = save(tell("one")).id
    old = run()
    # As the migration finds it.
    store.db.execute("DELETE FROM article_changes")
    store.db.execute("UPDATE runs SET change = NULL")
    assert since(old) == {(one, "article")}
    new = run(1)
    assert since(new) == set()
    save(tell("one", title="Another headline"), 5)
    assert since(new) == {(one, "article")}


steps = st.lists(st.sampled_from(["new", "edit", "look", "gone", "run", "copy"]), max_size=25)


@given(steps=steps)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_copy_that_is_kept_up_to_date_is_the_dataset(make: Any, at: Any, steps: list[str]) -> None:
    copy: dict[int, Any] = {}
    last = 0
    with Store.open(":memory:") as store:

        def keep_up() -> int:
            ended = store.last_finished_run() or 0
            copy.update({article.id: article for article in store.changed_since(last)})
            return ended

        for minute, step in enumerate([*steps, "copy"]):
            known = [row[0] for row in store.db.execute("SELECT id FROM articles ORDER BY id")]
            match step:
                case "new" | "edit" | "look":
                    name = f"story-{len(known) if step == 'new' else len(known) // 2}"
                    title = f"Headline {minute if step == 'edit' else ''}"
                    article = make(name, title=title, text=f"A story about {name}. " * 20)
                    store.save(article, source="example", now=at(minute), cleaner_version="1")
                case "gone" if known:
                    store.set_status(known[0], "gone", reason=None, now=at(minute))
                case "run":
                    store.finish_run(store.begin_run(now=at(minute), version="1"), [], now=at(minute))
                case "copy":
                    last = keep_up()
        seen = {article.id: article for article in store.articles(status=None)}
    # When we last looked is no change.
    same = {id: replace(copy[id], last_checked=article.last_checked) for id, article in seen.items()}
    assert same == seen
    assert copy.keys() == seen.keys()


def test_an_article_goes_that_others_are_copies_of(
    store: Store, save: Any, tell: Any, run: Any, since: Any
) -> None:
    """The foreign key that lets go of the copies fires the trigger in the middle of a deletion."""
    one, two = (save(tell(name)).id for name in ("one", "two"))
    store.db.execute("UPDATE articles SET duplicate_of = ? WHERE id = ?", [one, two])
    first = run()
    with store.db.atomic():
        store.db.execute("DELETE FROM articles WHERE id = ?", [one])
    assert since(first) == {(two, "article")}
