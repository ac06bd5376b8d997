"""Sentences that came and went."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crawler.changes import SAMPLES, Report, changed, sentences
from exporters.store.recleaning import Difference


def test_sentences_in_several_scripts() -> None:
    assert sentences("One. “Two!” Three?\n\nFour … five\n今日は。明日は！") == [
        "One.",
        "“Two!”",
        "Three?",
        "Four …",
        "five",
        "今日は。",
        "明日は！",
    ]


@given(st.text(alphabet="ab. \n!", max_size=60), st.text(alphabet="ab. \n!", max_size=60))
def test_what_came_and_what_went_make_the_difference(old: str, new: str) -> None:
    came, went = changed(old, new)
    assert changed(new, old) == (went, came)
    assert sorted([*sentences(old), *came]) == sorted([*sentences(new), *went])
    assert changed(old, old) == ([], [])


def difference(old: str, new: str, **fields: object) -> Difference:
    given = {
        "article": 7,
        "changes": {"text": new},
        "was": "article",
        "becomes": "article",
        "old_text": old,
        "new_text": new,
        "cut": (("Buy. Now.", "rule:shop", "It sells."),),
        **fields,
    }
    return Difference(**given)  # type: ignore[arg-type]


def test_a_report_adds_up() -> None:
    report = Report(source="ferry", words=100)
    report.add(difference("Story one. Buy. Now. Buy. Now.", "Story one. More."))
    report.add(difference("", "", changes={"tags": "[]"}))
    report.add(difference("A wall after all.", "", becomes="rejected", changes={"reason": "consent"}))
    report.add(difference("", "A story after all.", was="rejected"))
    assert (report.changed, report.recorded, report.rejected, report.accepted) == (3, 1, 1, 1)
    assert (report.gained, report.lost, report.words_lost) == (2, 5, 8)
    assert report.share_lost == 0.08
    shown = [(sample.text, sample.by, sample.why) for sample in report.sentences_lost]
    assert shown == [
        ("Buy.", "rule:shop", "It sells."),
        ("Now.", "rule:shop", "It sells."),
        ("A wall after all.", "rejected:consent", "The page is no article any more."),
    ]


def test_every_sentence_that_is_lost_has_a_cause() -> None:
    report = Report(source="ferry")
    report.add(
        difference(
            "Ferry sinks\n\nIt left at noon.\n\nTicket:\n12 pounds. Read on below. Twelve. Thirteen.",
            "Ferry is afloat\n\nTwelve! Thirteen.",
            cut=(
                ("It left at noon.", "classifier", "Stands below the story."),
                ("Ticket: 12 pounds. Read on below. Or not.", "rule:shop", "It sells."),
            ),
        )
    )
    assert [(sample.text, sample.by) for sample in report.sentences_lost] == [
        ("Ferry sinks", "headline"),
        ("It left at noon.", "classifier"),
        ("Ticket:", "rule:shop"),
        ("12 pounds.", "rule:shop"),
        ("Read on below.", "rule:shop"),
    ]
    report = Report(source="ferry")
    report.add(difference("F\n\nTwelve.", "F\n\nTwelve!"))
    assert [(sample.text, sample.by) for sample in report.sentences_lost] == [("Twelve.", "reading")]


def test_a_report_shows_a_few_different_sentences() -> None:
    report = Report(source="ferry")
    for number in range(20):
        report.add(difference(f"Number {number // 2}. Always.", ""))
    assert [sample.text for sample in report.sentences_lost] == [
        "Number 0.",
        "Always.",
        "Number 1.",
        "Number 2.",
        "Number 3.",
    ]
    assert len(report.sentences_lost) == SAMPLES
    assert report.share_lost == 0.0
