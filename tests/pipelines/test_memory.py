"""A site's memory: what repeats goes, what recurs legitimately stays, and nothing depends on order."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.boilerplate.memory import Decision, SiteMemory, newest, site_of
from pipelines.boilerplate.traces import Trace
from pipelines.clean import clean, read
from pipelines.types import Article, Entry, Page

SITE = "https://kurier.example"

#: Words of which stories are made, so that no two articles share a sentence.
_NOUNS = [
    "Rat",
    "Brücke",
    "Hafen",
    "Schule",
    "Bahnhof",
    "Museum",
    "Fluss",
    "Markt",
    "Theater",
    "Klinik",
    "Garten",
    "Straße",
    "Werft",
    "Archiv",
    "Turm",
    "Bücherei",
    "Mühle",
    "Deich",
    "Rathaus",
    "Kirche",
    "Stadion",
    "Park",
    "Brauerei",
    "Werkstatt",
    "Siedlung",
]
_VERBS = [
    "plant",
    "prüft",
    "baut",
    "schließt",
    "öffnet",
    "verkauft",
    "erneuert",
    "lobt",
    "streicht",
    "verlegt",
    "vermietet",
    "saniert",
]
_MORE = [
    "im kommenden Jahr",
    "nach langer Debatte",
    "trotz hoher Kosten",
    "mit Hilfe des Landes",
    "gegen den Rat der Fachleute",
    "für die nächsten Jahre",
    "ohne weitere Verhandlung",
    "wie zuvor versprochen",
    "auf Wunsch der Anwohner",
]
_JOBS = [
    "Elektroniker für Gebäudetechnik",
    "Pflegefachkraft im Nachtdienst",
    "Duales Studium Bauwesen 2026",
    "Erzieher in Teilzeit",
    "Leitung Buchhaltung",
    "Fahrer für den Linienverkehr",
    "Ausbildung Tischlerei",
    "Köchin im Schichtdienst",
    "Sachbearbeitung Einkauf",
    "Meister Anlagenbau",
    "Assistenz der Geschäftsführung",
    "Lagerist im Hochregal",
]


def story(number: int, paragraphs: int = 3) -> list[str]:
    """Paragraphs that no other number has."""
    dice = random.Random(number)

    def sentence() -> str:
        one, other = dice.sample(_NOUNS, 2)
        return (
            f"Der Betreiber von {one} {dice.randrange(1000)} {dice.choice(_VERBS)} {dice.choice(_MORE)} auch "
            f"{other} {dice.randrange(1000)}, was {dice.choice(_NOUNS)} und {dice.choice(_NOUNS)} betrifft."
        )

    told = [" ".join(sentence() for _ in range(4)) for _ in range(paragraphs)]
    return [f"MÜNCHEN (dpa) – {told[0]}", *told[1:]]


def headline(number: int) -> str:
    dice = random.Random(-number)
    return f"{dice.choice(_NOUNS)} {number}: Was die Stadt nun {dice.choice(_VERBS)} und warum"


def promotions(number: int) -> str:
    """Below the story, in its container and with its tags: as the newsroom's template has it."""
    name, dice = headline(number), random.Random(number + 7)
    jobs = "".join(f"<p>{escape(job)} (m/w/d)</p>" for job in dice.sample(_JOBS, 4))
    return (
        "<p>Unsere Leserinnen schenken sich die schönsten Bücher über Technik und Stadtleben!</p>"
        "<p>Die besten Neuigkeiten der Woche kommen kostenlos ins Haus!</p>"
        f"<p><strong>Offene Arbeitsplätze</strong></p>{jobs}"
        f"<p>Hast du etwas zu „{escape(name)}“ zu sagen, das andere weiterbringt?</p>"
        "<p>Wir behalten uns vor, Beiträge zu streichen, die vom Thema abweichen oder jemanden schmähen. "
        "Wir wünschen uns ein Gespräch, als säßen alle an einem Tisch.</p>"
        f"<p>Such weiter nach „{escape(name)}“ in den großen Verzeichnissen!</p>"
    )


def page(number: int, body: str, *, head: str = "", entry: Entry | None = None) -> Page:
    name, day = headline(number), f"2026-02-{1 + number % 28:02}"
    html = f"""<!doctype html><html lang="de"><head><meta charset="utf-8"><title>{escape(name)}</title>
<meta property="og:title" content="{escape(name)}"><meta property="og:type" content="article">
<meta property="article:published_time" content="{day}T08:00:00+01:00">{head}</head><body>
<header><a href="/">Kurier</a><nav><ul><li><a href="/a">Stadt</a></li><li><a href="/b">Land</a></li></ul>
</nav></header><main><h1>{escape(name)}</h1><div class="entry">{body}</div></main>
<footer><p>© Kurier · <a href="/i">Impressum</a></p></footer></body></html>"""
    return Page(url=f"{SITE}/stadt/artikel-{number:05}", body=html.encode(), entry=entry)


def marked(paragraphs: Sequence[str]) -> str:
    return "".join(f"<p>{escape(text)}</p>" for text in paragraphs)


def memory_of(pages: Sequence[Page], decisions: Sequence[Decision] = ()) -> SiteMemory:
    return SiteMemory([read(page).trace for page in pages], decisions)


def like_the_example(number: int) -> Page:
    return page(number, marked(story(number)) + promotions(number))


@pytest.fixture(scope="module")
def six() -> list[Page]:
    return [like_the_example(number) for number in range(1, 7)]


# What repeats


def test_after_five_articles_the_sixth_comes_out_exactly(six: list[Page]) -> None:
    article = clean(six[5], rules=None, memory=memory_of(six[:5]))
    assert article.text.split("\n\n") == story(6)


def test_without_a_memory_it_does_not(six: list[Page]) -> None:
    assert clean(six[5], rules=None).text.split("\n\n") != story(6)


def test_nothing_is_cut_that_only_a_few_articles_have(six: list[Page]) -> None:
    for few in range(1, 3):
        assert clean(six[5], rules=None, memory=memory_of(six[:few])) == clean(six[5], rules=None)


def test_a_cut_says_why(six: list[Page]) -> None:
    removed = {cut.text: cut for cut in clean(six[5], rules=None, memory=memory_of(six)).removed}
    cut = removed["Die besten Neuigkeiten der Woche kommen kostenlos ins Haus!"]
    assert (cut.by, cut.why) == ("memory:text", "This text stands on nearly all articles of the site.")
    jobs = [cut for text, cut in removed.items() if text.endswith("(m/w/d)")]
    assert jobs
    assert {cut.by for cut in jobs} <= {"memory:section", "memory:place", "classifier"}
    (why,) = {cut.why for cut in jobs if cut.by == "memory:section"}
    assert why == (
        "Stands under “Offene Arbeitsplätze”, a heading that nearly all articles of the site have, each with "
        "other lines under it."
    )


def test_a_text_is_known_with_the_headline_and_numbers_in_it() -> None:
    pages = [
        page(
            n, marked(story(n)) + f"<p>Schon {n * 37} Leute haben „{headline(n)}“ seit dem {n}. März gern</p>"
        )
        for n in range(1, 7)
    ]
    assert clean(pages[0], rules=None, memory=memory_of(pages)).text.split("\n\n") == story(1)


def test_a_long_text_is_known_by_its_beginning_and_end() -> None:
    pages = [
        page(
            n,
            marked(story(n))
            + "<p>Mit unserem Rundbrief aus der Redaktion lesen Sie jede Woche alles über "
            + f"{_NOUNS[n]}, {_NOUNS[n + 7]} und {_NOUNS[n + 13]}, bequem und ohne jede Werbung zu Hause am "
            + "Frühstückstisch.</p>",
        )
        for n in range(1, 7)
    ]
    assert clean(pages[0], rules=None, memory=memory_of(pages)).text.split("\n\n") == story(1)


# What recurs legitimately


def test_reports_of_one_kind_that_begin_and_end_alike_stay() -> None:
    """A third of the articles are reports from the court: other people, other words between the same ends."""
    pages = []
    for number in range(12):
        told = story(number)
        if number % 3 == 0:
            middle = told[0].rstrip(".")
            told[1] = (
                f"Vor dem Amtsgericht ist am Dienstag {middle}, wie das Gericht am Abend mitgeteilt hat."
            )
        pages.append(page(number, "".join(f"<p>{line}</p>" for line in told)))
    assert "wie das Gericht am Abend mitgeteilt hat." in kept(pages, 3)


def test_a_standfirst_that_teases_the_story_on_other_pages_stays() -> None:
    teasers = "".join(
        f"<div class='card'><a href='/{number}'>{headline(number)}</a><p>{story(number)[0]}</p></div>"
        for number in range(8)
    )
    pages = [
        page(
            number,
            marked(story(number)) + f"<section>{teasers}</section>",
            head=f'<meta name="description" content="{escape(story(number)[0])}">',
        )
        for number in range(8)
    ]
    text = kept(pages, 3)
    assert text.startswith(story(3)[0])
    assert story(4)[0] not in text


def test_memory_never_says_that_a_page_is_no_article() -> None:
    pages = [page(number, "".join(f"<p>{line}</p>" for line in story(0))) for number in range(8)]
    for one in pages:
        alone = clean(one, rules=None)
        assert clean(one, rules=None, memory=memory_of(pages)).status == alone.status == "article"


def kept(pages: Sequence[Page], number: int = 0) -> str:
    article = clean(pages[number], rules=None, memory=memory_of(pages))
    assert article.status == "article"
    return article.text


INTRODUCTION = (
    "In der Reihe „Stadt im Wandel“ erzählen Menschen aus vier Vierteln, wie sich ihr Alltag verändert hat, "
    "seit die Mieten steigen und die Läden gehen."
)


def json_ld(text: str) -> str:
    return (
        '<script type="application/ld+json">{"@context": "https://schema.org", "@type": "NewsArticle", '
        f'"headline": "x", "articleBody": "{text}"}}</script>'
    )


def test_an_introduction_that_the_json_ld_has_as_text_stays() -> None:
    pages = [
        page(n, marked([INTRODUCTION, *story(n)]), head=json_ld(" ".join([INTRODUCTION, *story(n)])))
        for n in range(1, 9)
    ]
    assert INTRODUCTION in kept(pages)


def test_an_introduction_in_the_container_that_is_marked_as_text_stays() -> None:
    pages = [
        page(n, f'<div itemprop="articleBody">{marked([INTRODUCTION, *story(n)])}</div>') for n in range(1, 9)
    ]
    assert INTRODUCTION in kept(pages)


def test_an_introduction_that_the_feed_has_as_text_stays() -> None:
    pages = []
    for n in range(1, 9):
        whole = marked([INTRODUCTION, *story(n)])
        entry = Entry(url=f"{SITE}/stadt/artikel-{n:05}", via=f"{SITE}/feed", kind="feed", content=whole)
        pages.append(page(n, whole, entry=entry))
    assert INTRODUCTION in kept(pages)


def test_a_series_among_other_articles_keeps_its_introduction() -> None:
    pages = [page(n, marked([INTRODUCTION, *story(n)] if n % 3 == 1 else story(n))) for n in range(1, 13)]
    assert INTRODUCTION in kept(pages)


def test_a_quote_that_stories_share_stays() -> None:
    quote = (
        "„Wir haben das nicht gewollt, aber wir werden es jetzt zu Ende bringen“, sagte der Bürgermeister."
    )
    pages = [
        page(n, marked([*story(n)[:2], quote, *story(n)[2:]] if n < 5 else story(n))) for n in range(1, 13)
    ]
    for number in range(4):
        assert quote in kept(pages, number)


def test_datelines_and_bylines_stay_as_they_are_without_a_memory() -> None:
    pages = [
        page(n, marked(["MÜNCHEN (dpa) –", *story(n), "Von Erika Beispiel, München"])) for n in range(1, 9)
    ]
    assert kept(pages) == clean(pages[0], rules=None).text


def test_a_refrain_in_a_live_ticker_stays() -> None:
    refrain = "Der Ticker macht eine kurze Pause und ist gleich wieder für Sie da."
    pages = []
    for n in range(1, 9):
        first, second, third = story(n)
        pages.append(page(n, marked([first, refrain, second, refrain, third, refrain])))
    assert kept(pages).count(refrain) == clean(pages[0], rules=None).text.count(refrain) > 0


def test_a_correction_note_stays() -> None:
    note = "Korrektur: In einer früheren Fassung dieses Artikels stand eine falsche Zahl."
    pages = [page(n, marked([*story(n), note])) for n in range(1, 9)]
    assert (note in kept(pages)) == (note in clean(pages[0], rules=None).text)


def test_a_list_of_facts_under_a_heading_that_recurs_stays() -> None:
    pages = []
    for n in range(1, 9):
        facts = "".join(f"<li>{part}</li>" for part in story(n + 100, 2)[0].split(". ")[:3])
        pages.append(
            page(n, f"{marked(story(n)[:1])}<h2>Das Wichtigste</h2><ul>{facts}</ul>{marked(story(n)[1:])}")
        )
    with_memory, without = kept(pages), clean(pages[0], rules=None).text
    assert with_memory == without


# Nothing empties an article


def test_the_same_story_under_many_addresses_stays_whole() -> None:
    one = like_the_example(1)
    pages = [Page(url=f"{SITE}/stadt/kopie-{n:05}", body=one.body) for n in range(10)]
    assert set(story(1)) <= set(kept(pages).split("\n\n"))


def test_the_same_words_under_other_headlines_stay_too() -> None:
    pages = [page(n, marked(story(1))) for n in range(1, 9)]
    assert kept(pages).split("\n\n") == story(1)


# Order, repetition, refetching


@pytest.fixture(scope="module")
def ten() -> list[Page]:
    return [like_the_example(number) for number in range(1, 11)]


@pytest.fixture(scope="module")
def traces(ten: list[Page]) -> list[Trace]:
    return [read(page).trace for page in ten]


@pytest.fixture(scope="module")
def cleaned(ten: list[Page], traces: list[Trace]) -> Article:
    return clean(ten[0], memory=SiteMemory(traces))


@settings(max_examples=25, deadline=None)
@given(order=st.permutations(range(10)), again=st.lists(st.integers(0, 9), max_size=20))
def test_order_and_repetition_do_not_matter(
    ten: list[Page], traces: list[Trace], cleaned: Article, order: list[int], again: list[int]
) -> None:
    memory = SiteMemory([traces[number] for number in [*order, *again]])
    whole = SiteMemory(traces)
    assert memory.digest == whole.digest
    assert memory.recurring() == whole.recurring()
    assert memory.state(traces[0]) == whole.state(traces[0])
    assert clean(ten[0], memory=memory) == cleaned


@settings(max_examples=20, deadline=None)
@given(
    days=st.lists(st.integers(1, 28), min_size=8, max_size=8), most=st.integers(1, 8), seed=st.integers(0, 99)
)
def test_the_newest_are_kept_in_whatever_portions_they_come(
    traces: list[Trace], days: list[int], most: int, seed: int
) -> None:
    several = [replace(t, day=f"2026-01-{d:02}") for t, d in zip(traces, days, strict=False)]
    at_once = newest(several, most)
    random.Random(seed).shuffle(several)
    kept: list[Trace] = []
    for trace in several:
        kept = newest([*kept, trace], most)
    assert kept == at_once


def test_a_page_never_proves_its_own_repetition(six: list[Page]) -> None:
    trace = read(six[0]).trace
    for times in (1, 4, 100):
        assert clean(six[0], memory=SiteMemory([trace] * times)) == clean(six[0])


def test_an_edited_article_counts_once() -> None:
    versions = []
    for n in range(8):
        edited = page(1, marked([*story(1), f"Nachtrag {n}: {story(50 + n)[1]}"]))
        versions.append(read(edited).trace)
    assert len(SiteMemory(versions)) == 1


def test_a_trace_is_the_same_after_storing(traces: list[Trace]) -> None:
    for trace in traces:
        assert Trace.unpacked(trace.packed()) == trace


def test_the_state_changes_only_with_what_is_said() -> None:
    prompt = "<p>Die besten Neuigkeiten der Woche kommen kostenlos ins Haus!</p>"
    traces = [read(page(n, marked(story(n)) + prompt)).trace for n in range(1, 10)]
    five, nine = SiteMemory(traces[:5]), SiteMemory(traces[:9])
    assert SiteMemory(traces[:1]).state(traces[0]) != five.state(traces[0])
    assert five.state(traces[0]) == nine.state(traces[0])


# A person's word


def test_what_a_person_lets_stand_stays(six: list[Page]) -> None:
    memory = memory_of(six)
    text = "Die besten Neuigkeiten der Woche kommen kostenlos ins Haus!"
    (found,) = [r for r in memory.recurring() if r.example == text]
    assert (found.kind, found.articles, found.of, found.verdict) == ("text", 6, 6, "cut")
    silent = SiteMemory(memory.traces, [Decision("text", found.key, False)])
    without = clean(six[0], rules=None).text
    assert (text in clean(six[0], rules=None, memory=silent).text) == (text in without)
    assert next(r for r in silent.recurring() if r.key == found.key).verdict == "rejected"


def test_no_rule_speaks_of_what_a_person_lets_stand() -> None:
    prompt = "Melden Sie sich jetzt für unseren Newsletter an!"
    pages = [page(n, marked([*story(n)[:2], prompt, *story(n)[2:]]) + promotions(n)) for n in range(1, 7)]
    memory = memory_of(pages)
    (cut,) = [cut for cut in clean(pages[0], memory=memory).removed if cut.text == prompt]
    assert cut.by.startswith("rule:")
    (found,) = [one for one in memory.recurring() if one.example == prompt]
    silent = SiteMemory(memory.traces, [Decision("text", found.key, False)])
    assert prompt in clean(pages[0], memory=silent).text


def test_what_a_person_has_accepted_goes_though_it_stands_once(six: list[Page]) -> None:
    trace = read(six[0]).trace
    sample = story(1)[1][:60]
    key = next(key for key, text in trace.samples if text.startswith(sample))
    memory = SiteMemory([trace], [Decision("text", f"{key:08x}", True)])
    article = clean(six[0], rules=None, memory=memory)
    assert story(1)[1] not in article.text
    assert story(1)[2] in article.text
    (cut,) = [cut for cut in article.removed if cut.text == story(1)[1]]
    assert cut.by == "memory:text"
    assert cut.why.startswith("A person has accepted it: this text stands on ")


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.kurier.example/a", "kurier.example"),
        ("https://sport.kurier.co.uk/a", "kurier.co.uk"),
        ("http://localhost:8001/a", "localhost:8001"),
        ("file:///pages/a.html", ""),
        ("https://[broken", ""),
    ],
)
def test_whose_memory_a_page_shares(url: str, site: str) -> None:
    assert site_of(url) == site


BARE = Trace(article="", day="", title=0, told=(), untold=(), ends=(), sections=(), places=(), story=())
TEXT, ENDS = replace(BARE, untold=(7,)), replace(BARE, ends=(7,))


def with_prose(prose: int) -> Trace:
    return replace(BARE, sections=((7, prose),))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # three other articles have the text, then four: it is a part of the template
        ([TEXT] * 3, [TEXT] * 4),
        # long texts end so on two of three articles, then on nearly all
        ([*[ENDS] * 4, BARE, BARE], [ENDS] * 6),
        # a heading with nothing of the articles' own under it, then with a story's prose
        ([with_prose(0)] * 3, [with_prose(1), with_prose(2), with_prose(2)]),
    ],
)
def test_every_ground_of_a_verdict_is_in_the_state(before: list[Trace], after: list[Trace]) -> None:
    own = replace(BARE, article="0", untold=(7,), ends=(7,), sections=((7, 0),), samples=((7, "Read on"),))
    states = [
        SiteMemory([replace(trace, article=str(n), title=n) for n, trace in enumerate(traces, 1)]).state(own)
        for traces in (before, after)
    ]
    assert states[0] != states[1]
