"""One container holds the story and everything around it, in the same tags and without a class name."""

from __future__ import annotations

from itertools import product

import pytest

from pipelines.clean import clean
from pipelines.types import Article, Page

EN_TITLE = "Village hall swaps its boiler for a stream"
EN = (
    "MILLBECK – The village hall of Millbeck has heated its winter season with water from the stream behind "
    "it, and the treasurer says that the bill has fallen by two thirds.",
    "The pump was put in by four volunteers over eleven weekends. It takes the water at six degrees, returns "
    "it at three, and has stopped only once, when a trout got into the inlet. The fish was released unhurt, "
    "according to the minutes, and a second grille has been fitted since.",
    "Other parishes are asking for the drawings. The committee sends them to anybody who pays the postage.",
)
EN_PROMOTIONS = (
    "Our pick of books on engines and energy",
    "The Hill Post in your inbox every morning: subscribe to our free newsletter",
    "Back to the homepage",
    "Support our journalism",
)
EN_JOBS = ("Heating engineer, Harrow Lane", "Warehouse lead (m/f/d)", "School cook, part time")
EN_PROMPTS = (
    f"Have you anything to add to “{EN_TITLE}”? We would love to read it.",
    "All comments are moderated before publication.",
    "We reserve the right to delete comments that have nothing to do with the subject or that insult others.",
    "Whoever writes here sits at our table. Most people come to listen as much as to talk, and it shows.",
    f"Would you like to hear more about things like “{EN_TITLE}”? Leave us your address and we will write.",
    f"Look up “{EN_TITLE}” on Google, on Bing or on Google News.",
)

ES_TITLE = "El ateneo cambia la caldera por un arroyo"
ES = (
    "VALDERÍO – El ateneo de Valderío ha calentado sus salas durante todo el invierno con el agua del arroyo "
    "que pasa por detrás, y el tesorero asegura que la factura ha bajado dos tercios.",
    "La bomba la instalaron cuatro voluntarios en once fines de semana. Toma el agua a seis grados, la "
    "devuelve a tres y solo se ha parado una vez, cuando una trucha entró por la toma. El pez salió ileso, "
    "según consta en acta, y desde entonces hay una segunda rejilla.",
    "Otros pueblos han pedido los planos. La junta los enviará a quien pague los sellos.",
)
ES_PROMOTIONS = (
    "Los libros del mes sobre energía y máquinas",
    "Suscríbete a nuestro boletín",
    "Volver a la portada",
    "Apoya el periodismo independiente",
)
ES_JOBS = ("Técnico de calefacción", "Jefa de almacén, jornada completa", "Cocinero escolar")
ES_PROMPTS = (
    f"¿Sabes algo más sobre «{ES_TITLE}»? Nos encantará leerlo.",
    "Todos los comentarios son moderados antes de su publicación.",
    "Nos reservamos el derecho de borrar los comentarios que no tengan que ver con el tema o que insulten.",
    "Quien escribe aquí se sienta a nuestra mesa. La mayoría viene a escuchar más que a hablar, y se nota.",
    f"¿Quieres saber más sobre noticias como «{ES_TITLE}»? Déjanos tu dirección y te escribiremos.",
    f"Busca «{ES_TITLE}» en Google, en Bing o en Google Noticias.",
)

PAGES = {
    "en": (EN_TITLE, EN, EN_PROMOTIONS, "Jobs near you", EN_JOBS, EN_PROMPTS),
    "es": (ES_TITLE, ES, ES_PROMOTIONS, "Ofertas de empleo", ES_JOBS, ES_PROMPTS),
}


def wrapped(tag: str, texts: tuple[str, ...]) -> str:
    if tag == "li":
        return "<ul>" + "".join(f"<li>{text}</li>" for text in texts) + "</ul>"
    if tag == "span":
        return "<div>" + "<br><br>".join(f"<span>{text}</span>" for text in texts) + "</div>"
    if tag == "a":
        return "".join(f'<p><a href="/{number}">{text}</a></p>' for number, text in enumerate(texts))
    return "".join(f"<{tag}>{text}</{tag}>" for text in texts)


def cleaned(language: str, tags: tuple[str, str, str, str], heading: str) -> Article:
    title, story, promotions, jobs, offers, prompts = PAGES[language]
    paragraph, promotion, offer, prompt = tags
    head = f"<p><strong>{jobs}</strong></p>" if heading == "strong" else f"<{heading}>{jobs}</{heading}>"
    body = (
        wrapped(paragraph, story)
        + wrapped(promotion, promotions)
        + head
        + wrapped(offer, offers)
        + wrapped(prompt, prompts)
    )
    markup = (
        f'<!doctype html><html lang="{language}"><title>{title} | The Hill Post</title><body>'
        f'<p><a href="/">The Hill Post</a></p><div><h1>{title}</h1><div>{body}</div></div>'
        "<p>© The Hill Post</p></body></html>"
    )
    return clean(
        Page(url=f"https://post.example/{language}/stream-4711.html", body=markup.encode(), charset="utf-8")
    )


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("heading", ["h4", "h2", "strong", "div"])
@pytest.mark.parametrize(
    "tags",
    [
        *product(["p", "div"], ["li", "p", "a"], ["li", "span"], ["p"]),
        ("p", "span", "p", "li"),
        ("p", "div", "div", "div"),
        ("div", "li", "p", "span"),
        ("p", "p", "p", "h4"),
    ],
    ids="-".join,
)
def test_only_the_story_is_left(language: str, heading: str, tags: tuple[str, str, str, str]) -> None:
    article = cleaned(language, tags, heading)
    title, story, *_ = PAGES[language]
    assert article.text.split("\n\n") == list(story)
    assert article.title == title
