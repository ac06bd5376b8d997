"""Article, or why not. A wrongly rejected story is worse than a stub let in."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines import metadata
from pipelines.document import parse
from pipelines.judge import judge
from pipelines.pagekind import KINDS, KindModel, features, model
from pipelines.segment import segment

PROSE = (
    "The council of the town decided on Monday evening that the old trees by the river will stay. "
    "Forty people had come to speak for them, among them a forester who explained how long they may live. "
)
STORY = "".join(f"<p>{PROSE * 2}</p>" for _ in range(5))
HEADLINE = "Council votes to keep the old trees by the river"


def verdict(
    body: str,
    head: str = "",
    *,
    url: str = "https://example.org/news/council-keeps-old-trees",
    status: int = 200,
) -> tuple[str, str | None]:
    """The judge's word where paragraphs and lists of the main element are the kept text."""
    markup = f"<html><head>{head}</head><body>{body}</body></html>"
    document = parse(markup.encode(), url=url)
    known = metadata.read(document)
    blocks = segment(document)
    kept = [
        block.kind in ("paragraph", "item")
        and any(
            above.tag in ("main", "article") for above in (block.container, *block.container.iterancestors())
        )
        for block in blocks
    ]
    text = "\n\n".join(block.text for block, keep in zip(blocks, kept, strict=True) if keep)
    return judge(document=document, blocks=blocks, kept=kept, text=text, metadata=known, http_status=status)


def story(text: str = STORY, headline: str = HEADLINE) -> str:
    return (
        f"<nav><a href='/'>Home</a><a href='/news'>News</a></nav><article><h1>{headline}</h1>{text}</article>"
    )


NEWS = (
    '<script type="application/ld+json">'
    + json.dumps({"@type": "NewsArticle", "headline": HEADLINE, "datePublished": "2026-03-01T08:30:00Z"})
    + '</script><meta property="og:type" content="article">'
)


def test_a_story_is_an_article() -> None:
    assert verdict(story(), NEWS) == ("article", None)
    assert verdict(story(), '<meta property="article:published_time" content="2026-03-01">') == (
        "article",
        None,
    )
    assert verdict(story()) == ("article", None)


def test_a_short_story_that_declares_itself_is_an_article() -> None:
    assert verdict(story(f"<p>{PROSE}</p><p>{PROSE}</p>"), NEWS) == ("article", None)


@pytest.mark.parametrize(
    "headline",
    [
        "Why your cookie consent banner may be against the law",
        "Page not found: what the lost diaries tell",
        "Are you a robot? How captchas changed the web",
        "Job ads: what employers may ask",
        "Log in, tune out: a generation and its screens",
        "Subscribe to read? The newspapers' long search for money",
        "404: the story of an error",
        "Please enable JavaScript, said the museum",
    ],
)
def test_a_story_about_what_stands_in_the_way_is_an_article(headline: str) -> None:
    body = story(f"<p>{headline}. We value your privacy, says the banner. Accept all?</p>" + STORY, headline)
    assert verdict(body, NEWS) == ("article", None)


def test_a_consent_dialogue_over_a_story_does_not_matter() -> None:
    dialogue = "<div class='consent'><p>We and our partners use cookies. Accept all</p></div>"
    assert verdict(dialogue + story(), NEWS) == ("article", None)


CONSENT = (
    "<main><h1>We value your privacy</h1><p>We and our 312 partners store and read cookies on your "
    "device, with your consent. You can withdraw it under privacy settings.</p><p>Accept all</p></main>"
)
CHALLENGE = (
    "<main><h1>Just a moment...</h1><p>Verifying you are human. This may take a few seconds.</p></main>"
)
LOGIN = "<main><h1>Sign in</h1><form><p>Email</p><input><p>Password</p><input type=password></form></main>"
SOFT_404 = (
    "<main><h1>Page not found</h1><p>The page you are looking for does not exist or has moved.</p></main>"
)
SOFT_404_DE = "<main><h1>Seite nicht gefunden</h1><p>Die gesuchte Seite gibt es nicht mehr.</p></main>"
PAYWALL = (
    f"<main><h1>{HEADLINE}</h1><p>The council met.</p>"
    "<p>Subscribe to continue reading. Already a subscriber?</p></main>"
)
SHELL = '<noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div>'


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (CONSENT, "consent"),
        (CHALLENGE, "challenge"),
        (LOGIN, "login"),
        (SOFT_404, "not_found"),
        (SOFT_404_DE, "not_found"),
        (PAYWALL, "paywall"),
        (SHELL, "needs_javascript"),
        ("", "empty"),
        ("<main><p>Soon more.</p></main>", "too_short"),
    ],
)
def test_what_stands_in_the_way(body: str, reason: str) -> None:
    assert verdict(body) == ("rejected", reason)


def test_a_declared_paywall_with_a_stub() -> None:
    closed = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>'
    )
    assert verdict(story("<p>The council met on Monday evening.</p>"), closed) == ("rejected", "paywall")
    assert verdict(story(), closed)[0] == "article"


def test_a_video_without_text() -> None:
    head = '<meta property="og:type" content="video.other">'
    assert verdict("<main><h1>The trees, filmed</h1><p>Watch the film.</p></main>", head) == (
        "rejected",
        "video",
    )


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (404, "not_found"),
        (410, "not_found"),
        (403, "challenge"),
        (401, "login"),
        (402, "paywall"),
        (500, "error"),
    ],
)
def test_the_status_of_the_answer(status: int, reason: str) -> None:
    assert verdict(story(), NEWS, status=status) == ("rejected", reason)


def listing() -> str:
    teasers = "".join(
        f"<div class='card'><h2><a href='/s/{n}'>Teaser number {n} of the day</a></h2><p>Two lines.</p></div>"
        for n in range(40)
    )
    return f"<main><h1>Politics</h1>{teasers}<a href='?page=2'>Load more</a></main>"


def product() -> str:
    return (
        "<main><h1>Oak bench</h1><p>$129.00</p><button>Add to cart</button><p>In stock. Free shipping.</p>"
        "<ul><li>Material: oak</li><li>Weight: 12 kg</li><li>SKU 4711</li></ul><h2>Customer reviews</h2>"
        "<p>Quantity</p><select><option>1</option></select><p>Sold out in green. $139.00</p></main>"
    )


def forum() -> str:
    posts = "".join(
        f"<div class='message post'><p>User{n}</p><p>Joined: 2019</p><p>Posts: {n * 7}</p><p>Reply Quote</p>"
        f"<div class='message-body'><p>I had the same trouble with my saw and cleaned it.</p></div></div>"
        for n in range(15)
    )
    return f"<main><h1>Saw stops</h1>{posts}</main>"


@pytest.mark.parametrize(
    ("body", "head", "url", "reason"),
    [
        (
            listing(),
            '<meta property="og:type" content="website">',
            "https://example.org/category/politics/",
            "listing",
        ),
        (
            product(),
            '<script type="application/ld+json">{"@type": "Product", "name": "Oak bench"}</script>',
            "https://shop.example.org/products/oak-bench",
            "product",
        ),
        (forum(), "", "https://forum.example.org/threads/saw-stops.123/", "forum"),
    ],
)
def test_other_kinds_of_pages(body: str, head: str, url: str, reason: str) -> None:
    assert verdict(body, head, url=url) == ("rejected", reason)


def test_the_chances_of_the_kinds_sum_to_one() -> None:
    document = parse(story().encode(), url="https://example.org/a")
    blocks = segment(document)
    numbers = features(document, blocks, [True] * len(blocks), PROSE, metadata.read(document))
    chances = model().probabilities(numbers)
    assert set(chances) == set(KINDS)
    assert sum(chances.values()) == pytest.approx(1)
    assert all(0 <= value <= 1 for value in numbers.values())


def test_every_weight_has_its_number() -> None:
    document = parse(b"", url="")
    assert set(model().names) == set(features(document, [], [], "", metadata.read(document)))


STANDS_IN_THE_WAY = [
    ("consent", "Wir und unsere 211 Partner verarbeiten Cookies. Alle akzeptieren. Mit Werbung weiterlesen."),
    ("consent", "Nous et nos partenaires utilisons des cookies avec votre consentement. Tout accepter."),
    ("consent", "Nosotros y nuestros socios usamos cookies con su consentimiento. Aceptar todo."),
    ("consent", "Noi e i nostri partner usiamo i cookie con il tuo consenso. Accetta tutto."),
    ("challenge", "Überprüfen Sie bitte, dass Sie es sind: Ich bin kein Roboter."),
    ("challenge", "Vérification que vous êtes humain. Cela peut prendre quelques secondes."),
    ("challenge", "Unusual traffic from your network. Complete the security check to go on."),
    ("not_found", "404 – Seite nicht gefunden"),
    ("not_found", "Página no encontrada"),
    ("not_found", "Page introuvable"),
    ("not_found", "Pagina non trovata"),
    ("not_found", "ページが見つかりません"),
    ("paywall", "Jetzt weiterlesen: exklusiv für Abonnenten."),
    ("paywall", "Cet article est réservé aux abonnés. Déjà abonné ?"),
    ("paywall", "Contenido exclusivo, solo para suscriptores."),
    ("paywall", "Tylko dla prenumeratorów."),
    ("needs_javascript", "Bitte JavaScript aktivieren, um die Seite zu sehen."),
    ("needs_javascript", "Veuillez activer JavaScript."),
]


@pytest.mark.parametrize(("reason", "words"), STANDS_IN_THE_WAY)
def test_what_stands_in_the_way_in_several_languages(reason: str, words: str) -> None:
    heading = f"<h1>{words}</h1>" if reason == "not_found" else ""
    assert verdict(f"<main>{heading}<p>{words}</p></main>") == ("rejected", reason)


@pytest.mark.parametrize(("reason", "words"), STANDS_IN_THE_WAY)
def test_the_same_words_over_a_story_do_not_matter(reason: str, words: str) -> None:
    assert verdict(f"<div class='over'><p>{words}</p></div>" + story(), NEWS) == ("article", None)


@pytest.mark.parametrize(
    "words", ["Anmelden", "Se connecter", "Iniciar sesión", "Accedi", "Inloggen", "Please log in"]
)
def test_a_login_in_several_languages(words: str) -> None:
    form = "<form><input name=user><input type=password></form>"
    assert verdict(f"<main><h1>{words}</h1>{form}</main>") == ("rejected", "login")


def test_other_weights_may_be_given() -> None:
    document = parse(story().encode(), url="https://example.org/news/a-b-c-d")
    blocks = segment(document)
    told = [block.kind == "paragraph" for block in blocks]
    text = "\n\n".join(block.text for block, keep in zip(blocks, told, strict=True) if keep)
    shipped = model()
    bias = np.zeros(len(KINDS), np.float32)
    bias[KINDS.index("forum")] = 100
    sees_forums = KindModel(shipped.names, {**shipped.weights, "second.bias": bias})
    known = metadata.read(document)
    for kinds, expected in ((None, ("article", None)), (sees_forums, ("rejected", "forum"))):
        assert (
            judge(document=document, blocks=blocks, kept=told, text=text, metadata=known, kinds=kinds)
            == expected
        )


@given(st.binary(max_size=300), st.text(max_size=100))
@settings(deadline=None)
def test_any_page_has_its_numbers(body: bytes, url: str) -> None:
    document = parse(body, url=url)
    blocks = segment(document)
    known = metadata.read(document)
    for keep in (True, False):
        numbers = features(document, blocks, [keep] * len(blocks), "", known)
        assert all(0 <= value <= 1 for value in numbers.values())
        assert sum(model().probabilities(numbers).values()) == pytest.approx(1)


def test_a_short_story_under_a_wordy_consent_dialogue_is_an_article() -> None:
    dialogue = "<div><p>Wir verwenden Cookies. Alle akzeptieren.</p><p>Cookie-Richtlinie</p></div>"
    body = dialogue + story(f"<p>{PROSE}</p>") + dialogue
    assert verdict(body, '<meta property="og:type" content="article">') == ("article", None)
