"""The phrase language: what a phrase fits, and which phrases are refused."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.boilerplate.phrases import LONGEST, PART, PhraseError, headline, line, normal, parse


def fits(phrase: str, text: str) -> bool:
    return parse(phrase).fits(line(text))


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("Read also", "READ ALSO:"),
        ("Read also", "→ Read also »"),
        ("Read also: …", "Read also: The bridge"),
        ("… our newsletter …", "Get our newsletter"),
        ("… our newsletter", "Sign up for our newsletter!"),
        ("Get … newsletter", "Get newsletter"),
        ("Get … newsletter", "Get the finest weekly newsletter"),
        ("(Get|Take) our [free|new] newsletter", "Take our free newsletter"),
        ("(Get|Take) our [free|new] newsletter", "Get our newsletter"),
        ("(Get it|Get) now", "Get it now"),
        ("(Get it|Get) … it now", "Get it now"),
        ("12 comments", "3 comments"),
        ("12 comments", "1.234 comments"),
        ("Über uns berichten", "ÜBER UNS BERICHTEN"),
        ("l'article", "L’ARTICLE"),
        ("© 2024 …", "© 2019–2026 Example"),
        ("sem anúncios", "SEM ANU\u0301NCIOS"),
        ("читайте также", "ЧИТАЙТЕ ТАКЖЕ:"),
        ("İlgili haber", "İLGİLİ HABER"),
        ("相关阅读: …", "相关阅读：桥梁"),
        ("news letter", "news\u00a0letter 📩"),
    ],
)
def test_fits(phrase: str, text: str) -> None:
    assert fits(phrase, text)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("Read also", "Read also this"),
        ("Read also: …", "Read also the bridge"),
        ("Read also: …", "Please read also: the bridge"),
        ("… our newsletter", "our newsletter is free"),
        ("… our newsletter …", "our newsletters"),
        ("Get … newsletter", "Get the newsletter now"),
        ("(Get|Take) our newsletter", "Give our newsletter"),
        ("12 comments", "comments"),
        ("(buy|sell) the book", "buy the books"),
    ],
)
def test_does_not_fit(phrase: str, text: str) -> None:
    assert not fits(phrase, text)


@pytest.mark.parametrize(
    ("phrase", "says"),
    [
        ("", "every block"),
        ("…", "every block"),
        ("{title}", "every block"),
        ("… {title} …", "every block"),
        ("[newsletter]", "every block"),
        ("12", "every block"),
        ("also", "common word"),
        ("… also …", "ordinary prose"),
        ("… newsletter …", "two words"),
        ("more …", "ordinary prose"),
        ("… auch die …", "ordinary prose"),
        ("(this|", "stands where it means nothing"),
        ("a | b", "stands where it means nothing"),
        ("((a|b)|c) newsletter", "stands where it means nothing"),
        ("our {date} newsletter", "{title}"),
        ("(newsletter)", "no choice"),
        ("(newsletter|)", "no choice"),
        ("[a|b|c|d|e|f|g] " * 5 + "newsletter", "several phrases"),
    ],
)
def test_refused(phrase: str, says: str) -> None:
    with pytest.raises(PhraseError, match=says.replace("{", r"\{")):
        parse(phrase)


def test_a_heading_may_say_less() -> None:
    with pytest.raises(PhraseError):
        parse("More from …")
    assert parse("More from …", heading=True)


def test_normal_text_knows_no_signs() -> None:
    text = "„Jetzt“ – 12.345,67 Newsletter® & mehr: 10:30 Uhr… Kom\u00admentar\u200b!"
    words, lines = normal([text, "", "Read also:", "来源：新闻 ✉\ufe0f"])
    assert lines == [" jetzt 0 newsletter mehr : 0 uhr kommentar ", " ", " read also ", " 来源 : 新闻 "]
    assert words[-8:] == [PART, "read", "also", ":", PART, "来源", ":", "新闻", PART][-8:]


def test_a_short_headline_is_not_looked_for() -> None:
    assert headline("Bridge opens") is None
    assert headline(None) is None
    assert headline("The bridge: open") == " the bridge : open "


@settings(deadline=None)
@given(st.lists(st.text(), min_size=1, max_size=6))
def test_each_text_has_its_row(texts: list[str]) -> None:
    words, lines = normal(texts)
    assert lines == list(map(line, texts))
    assert words.count(PART) == len(texts) + 1
    assert all(said[0] == said[-1] == " " and "  " not in said for said in lines)


@settings(deadline=None)
@given(st.text(alphabet="ab (|)[]…{}tile", max_size=40), st.text(alphabet="ab ", max_size=LONGEST))
def test_any_phrase_is_read_or_refused_and_ends(phrase: str, text: str) -> None:
    try:
        read = parse(phrase, heading=True)
    except PhraseError:
        return
    read.fits(line(text))


def test_the_worst_phrase_ends_soon() -> None:
    choice = "(" + "|".join("a" + " a" * n for n in range(6)) + ")"
    phrase = parse(f"… {choice} {choice} {choice} … {choice} … news letter …", heading=True)
    text = "a " * (LONGEST // 2)
    started = time.process_time()
    assert not phrase.fits(text)
    assert time.process_time() - started < 1
