"""What an address and a link's text look like: an article, a list of articles, or something else. Pure.

Publishers' addresses agree on little. What they nearly share: an article's last part names it (a slug of
several words, an id, a date), and a list's or a service page's is one or two plain words.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlsplit

_FILE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|ico|css|js|json|xml|rss|atom|pdf|zip|gz|mp[34]|m4[av]|webm|m3u8|docx?|xlsx?"
    r"|pptx?|epub|ics|apk|exe|dmg|woff2?)$",
    re.IGNORECASE,
)
_EXTENSION = re.compile(r"\.(?:s?html?|php\d?|aspx?|jsp|cms|ece|do|amp|story|html?)$", re.IGNORECASE)
_INDEX = re.compile(r"(?:index|default|home|startseite|spip|start)\.\w{2,5}", re.IGNORECASE)
#: A language, a form or a page of what the part before it names.
_VARIANT = re.compile(r"[a-z]{2}|amp|full|print|\d{1,2}")
_WORDS = re.compile(r"[^\W\d_]{2,}")
_DATE = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?:[/_-](?:0?[1-9]|1[0-2])(?:[/_-](?:[0-2]?\d|3[01]))?(?!\d)"
    r"|(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?!\d))"
    r"|/\d\d_[a-z]+_\d\d/"
)
_UUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"\d{5,}")
#: Letters and digits mixed, as in "clymn8zyrp9o" or "AST1F4445T1FUTIL02SM".
_HASH = re.compile(r"(?=[A-Za-z0-9]*\d)(?=[A-Za-z0-9]*[A-Za-z])[A-Za-z0-9]{8,}")
_ID_PARAMETER = re.compile(
    r"(?:id|p|aid|nid|sid|pid|artid|art_?id|article_?id|articleid|news_?id|story_?id|idxno|no|article|artikel|story"
    r"|post|item|doc|n|num|newsseq|seq)\d*$|.*\[(?:tt_news|news|news_preview|id)\]$",
    re.IGNORECASE,
)
#: A first or later part that says "here come articles".
_ARTICLE_PART = frozenset(
    """
    article articles artikel artikelen articolo articoli articulo articulos artigo artigos articulo-de
    clanek clanky story stories news nyheter nyhet nachricht nachrichten noticia noticias notizie
    actualite actualites doc archive archives post posts haber uutiset uutinen beitrag meldung cnt a s
    content view read detail item
    """.split()
)
#: What lists articles or shows something else. Names as used in many languages.
_LIST_PART = frozenset(
    """
    tag tags topic topics thema themen tema temas theme themes sujet sujets argomenti dossier dossiers
    hashtag newsletter newsletters stichwort schlagwort keyword keywords etiqueta etiquetas label labels
    author authors autor autoren autores auteur auteurs autore autori byline journalist journalists
    profile profiles profil people person personen staff team redaktion contributor contributors
    columnist user users member members category categories kategorie kategorien categoria categorias
    rubrik section sections series collection collections page seite pagina search suche buscar
    recherche cerca sok fotos photos pictures games spiele juegos jeux horoskop horoscope shop store
    karriere career careers advertorial product products produkt produkte
    """.split()
)
#: What is no story to read, wherever in the path it stands.
_MEDIA_PART = frozenset(
    """
    video videos mediathek watch player podcast podcasts audio audios radio livestream live-tv
    tv-programm gallery galleries galerie galerien bildergalerie bildergalerien fotostrecke fotostrecken
    fotogaleria fotogalerie slideshow diaporama quiz quizzes crossword crosswords sudoku rss feed feeds
    wp-content wp-admin wp-login.php wp-json cdn-cgi assets static images img coupon coupons gutscheine
    jobs job stellenangebote stellenmarkt stellenanzeigen anzeigen anzeige kleinanzeigen classifieds
    clasificados classificados
    """.split()
)
#: The house's own pages: believed only where the address is short.
_HOUSE_WORDS = frozenset(
    """
    privacy datenschutz datenschutzerklaerung privacidad privacidade confidentialite cookie cookies
    terms agb nutzungsbedingungen bedingungen conditions legal mentions impressum imprint kontakt
    contact contacto contatti contato about ueber uns who we are help hilfe faq ayuda aide support
    feedback advertise advertising mediadaten werbung werben publicidad publicite abo abos abonnement
    abonnieren subscribe subscription subscriptions suscripcion suscribete newsletter newsletters login
    signin sign-in logout register registrieren anmelden anmeldung registration account konto mein my
    profile password passwort sitemap archiv archives app apps accessibility barrierefreiheit ethics
    corrections masthead editorial guidelines standards donate spenden spende membership epaper e-paper
    shop download downloads home index start startseite wetter weather meteo tiempo whatsapp telegram
    connexion
    """.split()
)
_MORE = re.compile(
    r"(?:read|see|show|view|learn|load|continue|find out)?\s*"
    r"(?:more|on|reading|full (?:story|article)|now|article)\s*(?:»|›|→|…|\.{3})?"
    r"|(?:jetzt |hier )?(?:mehr|weiter|weiterlesen|lesen|zum artikel|mehr (?:lesen|erfahren|dazu))\s*.?"
    r"|(?:lire (?:la suite|plus|l.article)|leer m[aá]s|seguir leyendo|leia mais|saiba mais"
    r"|lees (?:meer|verder)|leggi (?:tutto|di più|l.articolo)|läs mer|les mer|czytaj (?:więcej|dalej)).{0,3}"
    r"|continua.{0,12}"
    r"|(?:\d[\d.,]*\s*)?"
    r"(?:comments?|kommentare?|commentaires?|comentarios?|comentários?|commenti|reacties|shares?)"
    r"(?:\s*\(?\d*\)?)|share|teilen|partager|compartir|[\W\d_]*",
    re.IGNORECASE,
)


def says_more(text: str) -> bool:
    """ "Read more", "3 comments", a number: words that lead to an article without naming it."""
    return len(text) < 40 and _MORE.fullmatch(text.strip()) is not None


def is_headline(text: str) -> bool:
    """Whether a link's text may be a headline rather than a label: four words, or as much in few signs."""
    letters = sum(character.isalpha() for character in text)
    if not text.isascii():
        # Chinese, Japanese, Korean and Thai say it in fewer signs, mostly without blanks.
        dense = sum("\u0e00" <= sign <= "\u0e7f" or "\u3040" <= sign <= "\ud7af" for sign in text)
        if dense >= 8:
            return True
    words = text.split()
    return (len(words) >= 4 and letters >= 15) or (len(words) >= 2 and letters >= 24)


def is_file(url: str) -> bool:
    return _FILE.search(urlsplit(url).path) is not None


def rate(url: str) -> int:
    """How much ``url`` looks like an article's: below 0 something else, 0 unclear, from 2 on likely."""
    parts = urlsplit(url)
    path = unquote(parts.path)
    segments = [segment for segment in path.lower().split("/") if segment]
    by_query = 2 * any(
        _ID_PARAMETER.match(key) and re.search(r"\d{2}", key + value)
        for key, value in parse_qsl(parts.query, keep_blank_values=True)
    )
    if not segments or _INDEX.fullmatch(segments[-1]):
        del segments[-1:]
        return by_query if by_query else rate("/" + "/".join(segments)) if segments else -3
    if len(segments) > 1 and _VARIANT.fullmatch(segments[-1]):
        del segments[-1]
    last = _UUID.sub("", _EXTENSION.sub("", segments[-1]))
    words = _WORDS.findall(last)
    named = _named(path, segments, last, words) + by_query
    tail = segments[-2] if len(segments) > 1 else ""
    if last in _MEDIA_PART or any(segment in _MEDIA_PART for segment in segments[:-1]):
        return -2
    if last in _LIST_PART or (named < 3 and segments[0] in _LIST_PART) or (named < 5 and tail in _LIST_PART):
        return -2
    if named < 3 and len(segments) <= 3 and len(words) <= 4 and any(word in _HOUSE_WORDS for word in words):
        return -2
    return named


def _named(path: str, segments: list[str], last: str, words: list[str]) -> int:
    """How surely the end of the path names one article."""
    outer = segments[:-1]
    under_articles = any(segment in _ARTICLE_PART for segment in outer)
    has_id = (
        _UUID.search(segments[-1]) is not None
        or _LONG_NUMBER.search(last) is not None
        or (bool(outer) and _LONG_NUMBER.search(outer[-1]) is not None)
        or (_HASH.search(segments[-1]) is not None and len(words) < 3)
        or (under_articles and re.search(r"\d{3}", last) is not None)
    )
    rating = 2 * has_id + 2 * (_DATE.search(path) is not None) + under_articles
    if len(words) >= 3:
        rating += min(len(words), 6) - 1
    elif not last.isascii() and len(last) >= 8:
        rating += 2
    elif len(words) == 2 and len(last) >= 20:
        rating += 1
    if len(words) >= 2 and _EXTENSION.search(segments[-1]):
        rating += 1
    return rating
