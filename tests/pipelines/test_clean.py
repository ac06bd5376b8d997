from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.clean import clean
from pipelines.types import Article, Entry, Layout, Page

URL = "https://www.a.example/it/story-of-the-day-123.html"
TITLE = "Rathaus ersetzt Aktenordner durch eigene Software"
FIRST = (
    "HAMBURG / KIEL (a.example) – Das Rathaus hat am Dienstag nach zweijähriger Vorbereitung seine "
    "Aktenordner abgeschafft und arbeitet nun mit einer eigenen Software, die drei Mitarbeiter in ihrer "
    "Freizeit begonnen hatten."
)
SECOND = (
    "Die Umstellung betrifft nach Angaben der Verwaltung rund vierhundert Arbeitsplätze. Bürgermeisterin "
    "Anke Vollmer sprach von einem Schritt, der lange überfällig gewesen sei. Die Opposition kritisierte, "
    "dass der Quelltext erst im kommenden Jahr veröffentlicht werde, und verlangte einen Bericht über die "
    "Kosten. Bis zum Herbst sollen auch die Schulen der Stadt angeschlossen werden, danach die "
    "Krankenhäuser des Kreises."
)


def page(body: str, *, url: str = URL, entry: Entry | None = None, status: int = 200) -> Page:
    return Page(url=url, body=body.encode(), charset="utf-8", entry=entry, status=status)


def site(story: str, *, below: str = "") -> str:
    return (
        f'<!doctype html><html lang="de"><head><meta charset="utf-8"><title>{TITLE} | A-Blatt</title>'
        f'<meta property="og:title" content="{TITLE}"></head><body>'
        "<header><a href=/>A-Blatt</a>"
        "<nav><ul><li><a href=/stadt>Stadt</a><li><a href=/land>Land</a></ul></nav>"
        f"</header><div><div><h1>{TITLE}</h1><div>{story}{below}</div></div></div>"
        "<footer><p>© A-Blatt · Impressum · Datenschutz</p></footer></body></html>"
    )


def linked(*texts: str) -> list[str]:
    return [f'<a href="/x{number}">{text}</a>' for number, text in enumerate(texts)]


PROMOTIONS = linked(
    "Die besten Bücher rund um Stadt &amp; Land!",
    "Die besten Stadt-News kostenlos per E-Mail bekommen!",
    "Zur Startseite von A-Blatt für alle Meldungen!",
    "Aktuelle Jobs in der Verwaltung finden und bewerben!",
)
JOBS = linked(
    "Lead Platform Engineer / Consultant (m/f/d)",
    "(Senior) Cloud Engineer - Betrieb &amp; Netz (f/m/d)",
    "Junior Test Engineer (m/w/d)",
)
PROMPTS = (
    f'Hast du einen Hinweis oder eine Ergänzung zum Artikel "{TITLE}"?',
    "Alle Kommentare werden von der Redaktion geprüft!",
    "Damit alle beim Thema bleiben, behalten wir uns vor, jeden Kommentar zu löschen, der davon abführt.",
    "Ihr wollt nichts mehr verpassen?",
    f'Du möchtest über Neues wie "{TITLE}" informiert werden? Es gibt auch die Möglichkeit, den Feed '
    "des Ressorts zu abonnieren.",
    f"Nutze die Google-Suche, um mehr zu finden: »{TITLE}« bei Google oder Bing suchen.",
)


def wrapped(tag: str, texts: list[str] | tuple[str, ...]) -> str:
    return "".join(f"<{tag}>{text}</{tag}>" for text in texts)


@pytest.mark.parametrize("story", ["p", "div"])
@pytest.mark.parametrize("promotions", ["ul", "p", "div"])
@pytest.mark.parametrize("heading", ["h3", "h4", "p", "div", "strong"])
@pytest.mark.parametrize("jobs", ["p", "li", "div", "span-br"])
def test_a_page_of_the_kind_the_project_began_with(
    story: str, promotions: str, heading: str, jobs: str
) -> None:
    """Promotions, job ads and prompts in the story's own container, without a class name, in other tags."""
    listed = "".join(f"<li>{text}</li>" for text in PROMOTIONS)
    promoted = f"<ul>{listed}</ul>" if promotions == "ul" else wrapped(promotions, PROMOTIONS)
    titled = f"<{heading}>Stellenangebote</{heading}>"
    offered = (
        f"<ul>{wrapped('li', JOBS)}</ul>"
        if jobs == "li"
        else "<div>" + "<br><br>".join(f"<span>{job}</span>" for job in JOBS) + "</div>"
        if jobs == "span-br"
        else wrapped(jobs, JOBS)
    )
    below = (
        promoted + (f"<p>{titled}</p>" if heading == "strong" else titled) + offered + wrapped(story, PROMPTS)
    )
    article = clean(page(site(wrapped(story, (FIRST, SECOND)), below=below)))
    assert article.text.split("\n\n") == [FIRST, SECOND]
    assert article.title == TITLE
    assert article.status == "article"


def story_page(*paragraphs: str) -> str:
    return site(wrapped("p", paragraphs))


def test_kept_and_removed_are_the_page_in_order() -> None:
    article = clean(page(site(wrapped("p", (FIRST, SECOND)), below=wrapped("p", PROMPTS))))
    texts = [verdict.text for verdict in article.verdicts]
    assert texts[:4] == ["A-Blatt", "Stadt", "Land", TITLE]
    assert texts[4:6] == [FIRST, SECOND]
    assert [removal.text for removal in article.removed] == [t for t in texts if t not in (FIRST, SECOND)]
    assert all(removal.by and removal.why for removal in article.removed)


@pytest.mark.parametrize(
    "phrase",
    [
        "„Melden Sie sich für unseren Newsletter an“, stand auf den Zetteln, die das Rathaus verteilte.",
        "Im Schaukasten hing noch die Überschrift Stellenangebote, darunter eine einzige Anzeige (m/w/d).",
        "Es werden alle Kommentare moderiert, heißt es in den Regeln, über die der Stadtrat nun streitet.",
    ],
)
def test_a_phrase_inside_the_story_survives(phrase: str) -> None:
    assert phrase in clean(page(story_page(FIRST, SECOND, phrase, SECOND[::1], FIRST))).text


def test_without_rules_none_is_named() -> None:
    article = clean(page(site(wrapped("p", (FIRST, SECOND)), below=wrapped("p", PROMPTS))), rules=None)
    assert not any(removal.by.startswith("rule:") for removal in article.removed)


def test_a_declared_layout_wins() -> None:
    body = f"<h1>{TITLE}</h1><div id=a><p>{FIRST}</p></div><div id=b><p>{SECOND}</p></div>"
    assert clean(page(body), layout=Layout(body=("#b",))).text == SECOND
    assert clean(page(body), layout=Layout(drop=("#b",))).text == FIRST


def entry(content: str) -> Entry:
    return Entry(url=URL, via="https://www.a.example/feed", kind="feed", title=TITLE, content=content)


FED = f"<p>{FIRST}</p><p>{SECOND}</p><p>{FIRST[20:]}</p><script>x()</script>"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html><body><noscript>Please enable JavaScript</noscript><div id=root></div></body></html>",
        f"<body><h1>{TITLE}</h1><p>Das Rathaus hat seine Ordner abgeschafft.</p><a href=/abo>Weiterlesen</a>",
    ],
    ids=["empty", "needs JavaScript", "a stub"],
)
def test_where_the_page_is_no_story_the_feed_is(body: str) -> None:
    article = clean(page(body, entry=entry(FED)))
    assert article.status == "article"
    assert article.reason is None
    assert article.text.startswith(f"{FIRST}\n\n{SECOND}")
    assert "x()" not in article.html
    assert [e.origin for e in article.evidence if e.field == "text"] == ["feed"]


def test_a_whole_page_is_better_than_its_feed() -> None:
    article = clean(page(story_page(FIRST, SECOND, FIRST[20:]), entry=entry(FED)))
    assert not [e for e in article.evidence if e.field == "text"]


def test_a_teaser_in_the_feed_is_no_story() -> None:
    assert clean(page("", entry=entry("<p>Mehr dazu im Artikel.</p>"))).status == "rejected"


def test_the_same_page_gives_an_equal_article() -> None:
    whole = page(site(wrapped("p", (FIRST, SECOND)), below=wrapped("p", PROMPTS)))
    first = clean(whole)
    for _ in range(5):
        assert clean(whole) == first


def test_words_are_counted_also_where_no_blanks_part_them() -> None:
    told = ("川の上の古い木々は残ると、町議会は月曜日の夜に決めた。四十人が木々のために話しに来た。" * 3,) * 4
    article = clean(page(story_page(*told)))
    assert article.word_count == len(article.text) // 2 - 3, "pairs of characters, without the blank lines"


def test_article_fields_agree() -> None:
    article = clean(page(story_page(FIRST, SECOND)))
    assert article.dateline == ("Hamburg", "Kiel")
    assert article.language == "de"
    assert article.raw_url == URL
    assert article.word_count == len((FIRST + " " + SECOND).split())
    assert article.html == f"<p>{FIRST}</p><p>{SECOND}</p>"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00\x01\x02",
        b"%PDF-1.7 not a page",
        b"<" * 10_000,
        b"<div>" * 50_000,
        b"<table><tr>" * 5_000 + b"<td colspan=1000000000>x",
        b"<script type=application/ld+json>" + b"[" * 50_000 + b"</script>",
        b"\xff\xfe" + "<p>short".encode("utf-16-le"),
        b"<p>" + b"word " * 200_000,
        b"<p>a<br>" * 3_000,
    ],
    ids=["empty", "control", "pdf", "angles", "deep", "table", "json", "utf-16", "one long line", "breaks"],
)
def test_no_body_raises(body: bytes) -> None:
    assert isinstance(clean(Page(url=URL, body=body)), Article)


PIECES = st.sampled_from(
    [
        *(
            "<p>",
            "</p>",
            "<div class=comments>",
            "</div>",
            "<h2>",
            "<a href=//[>",
            "<img src=data:,>",
            "<li>",
            "<td>",
        ),
        *(
            FIRST,
            SECOND,
            TITLE,
            "x",
            "© 2026",
            "<script type=application/ld+json>{",
            "</script>",
            "\x00",
            "&#0;",
        ),
        *(
            "<meta property=og:title content=x>",
            "<time datetime=99>",
            "<title>",
            "<base href=//[>",
            "<br>",
            "&#xD800;",
        ),
    ]
)


@given(st.lists(PIECES, max_size=25).map("".join))
@settings(deadline=None, max_examples=150)
def test_whatever_the_page(body: str) -> None:
    found = page(body)
    article = clean(found)
    assert clean(found) == article
    kept = [v.text for v in article.verdicts if v.kept and v.kind not in ("image", "embed", "caption")]
    assert article.text.replace(" | ", "\n\n").split("\n\n") == "\n\n".join(kept).replace(
        " | ", "\n\n"
    ).split("\n\n")
    assert len(article.removed) == sum(not v.kept for v in article.verdicts)
    assert dataclasses.replace(article) == article


@given(st.binary(max_size=300))
@settings(deadline=None, max_examples=100)
def test_whatever_the_bytes(body: bytes) -> None:
    clean(Page(url=URL, body=body))


def test_the_first_paragraph_stays_however_near_the_headline() -> None:
    told = [
        "The council of Alderton met on Monday evening and decided, after long debate, to build the bridge.",
        "Residents of Alderton had waited for that decision since a flood carried the old one away.",
        "“We are relieved,” said mayor Ada Holm, who had promised the bridge of Alderton in two campaigns.",
        "The work will cost 4.2 million and is to begin in the spring, provided that the water stays low.",
        "Critics in Alderton pointed out that the ferry, which costs a tenth of that, had never been late.",
    ]
    story = "".join(f"<p>{words}</p>" for words in told)
    headline = "<h1>Alderton gets its bridge</h1>"
    article = clean(page(f"<nav><a href=/>Home</a></nav><main>{headline}{story}</main>"))
    assert article.text.split("\n\n") == told
