"""Who wrote it: people one by one, organisations as such. Pure.

Names come as lists, sentences and bylines: "By A and B", "Von A, Berlin", "A (dpa)", "Email the author". What is
no name (roles, places, handles, addresses, ages of the story, profile phrases) is cut off.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from pipelines.metadata import jsonld
from pipelines.metadata.clues import Clues, text_of
from pipelines.metadata.subject import plain
from pipelines.types import Author, Entry, Evidence

_TAG = re.compile(r"<[^<>]{0,300}>")
_LINK = re.compile(r"\S*(?:https?://|www\.)\S+|\S+@\S+\.\S+|\S*\b\w+\.(?:html?|php)\b")
_HANDLE = re.compile(r"\(?(?<!\w)@[\w.]{2,30}\)?")
_PREFIX = re.compile(
    r"^(?:(?:written|words|story|text|posted|published|reported|created|article|report|review(?:ed)?|analysis|opinion"
    r"|column|photos?|edited|compiled|medically reviewed|geschrieben|verfasst|ein (?:artikel|beitrag|kommentar"
    r"|gastbeitrag)|(?:eine? )?(?:analyse|kolumne|interview|reportage)|aktualisiert|veröffentlicht|erstellt|publié"
    r"|écrit|propos recueillis|escrito|publicado|scritto|a cura|tekst|texte|texto|testo)\s+)?"
    r"(?:by|von|vom|par|por|di|da|de|door|av|af|od|przez|oleh|autor|z)\b[\s:]+"
    r"|^(?:authors?|autor(?:in|en|es|a|e)?|autore|auteurs?|text|texte|texto|testo|tekst|words|writer|journalist|redaktion"
    r"|reporter|redakteur(?:in)?|byline|von|by|posted by|written by|contributors?|published by|penulis|fotos?|foto und text"
    r"|text und fotos?|автор|作者|文)\s*[:：|]\s*",
    re.IGNORECASE,
)
#: From here on a byline speaks of something else.
_CUT = re.compile(
    r"\s+[|•·–—]\s+|\s{3,}|\n|\(?\b(?:updated|published|posted|last updated|aktualisiert|veröffentlicht|publié|mis à jour"
    r"|actualizado|publicado|aggiornato|pubblicato|gepubliceerd|stand)\b"
    r"|\b(?:vor|il y a|hace|há)\s+\d+\s+\w+|\b\d+\s+\w+\s+ago\b"
    r"|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}|\b\d{4}-\d\d-\d\d|\b\d{1,2}:\d\d\b|\b\d{1,2}\.? \w{3,9}\.? \d{4}"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2},? \d{4}"
    r"|\b(?:is an?|ist (?:eine?|der|die)|est une?|es una?|has been|has covered|covers|writes|joined|schreibt|arbeitet|berichtet|works)\b",
    re.IGNORECASE,
)
_PHRASES = re.compile(
    r"e-?mail the author|email\b|follow(?: on| us)?(?: twitter| x| facebook| instagram)?|(?:view|see) (?:all|more|full|author)\b.*"
    r"|(?:all|more) (?:posts|articles|stories)? ?(?:by|from)\b|posts? by|read more.*|profile|alle (?:artikel|beiträge).*"
    r"|zum profil.*|mehr (?:von|über|artikel).*|opens in new .*|bio|about the author.*|contact|share|folgen|kontakt|voir .*"
    r"|ver (?:todos|más|perfil).*|seguir|comments?|kommentare?|min(?:ute)?s? read.*|lesezeit.*|by line|website|linkedin|twitter"
    r"|facebook|instagram|logo|avatar|image|photo of|bild von|portrait",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:editors?(?!ial)|editor-in-chief|reporters?|correspondents?|journalists?|writers?|contributors?|columnists?|producers?"
    r"|critics?|analysts?|fellow|professor|lecturer|director|manager|founder|ceo|cto|president|head of|chief|senior|staff"
    r"|freelance\w*|author|specialist|expert|consultant|strategist|engineer|developer|lead|coach|dietitian|nutritionist|md|phd|rd|rdn|ms|mba"
    r"|redakteur\w*|reporter\w*|korrespondent\w*|autor(?:in)?|chefredak\w*|volont\w*|ressortleit\w*|kolumnist\w*|leiter\w*"
    r"|gastautor\w*|journalistin|freie[rs]?|politik\w*|wirtschafts\w*|sport\w*|verlagsleit\w*|herausgeber\w*|praktikant\w*"
    r"|journaliste|rédac\w*|correspondante?|envoyée? spéciale?|grand reporter|chef\w*|directeur|directrice"
    r"|redactora?|periodista|corresponsal|enviad[oa] especial|jefe|jefa|colaborador\w*|redator\w*|repórter"
    r"|giornalista|inviat[oa]|direttore|corrispondente|redattor\w*|redacteur|verslaggever|journalist\w*|toimittaja|redaktor\w*)\b",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    r"\s*[;|/、・＝，\n]\s*|\s*,\s*|\s+(?:and|und|et|y|e|en|og|och|och|i|oraz|dan|ja|und|with|mit|avec|con)\s+|\s*&\s*|\s+\+\s+",
    re.IGNORECASE,
)
_AGENCIES = frozenset(
    """
    dpa afp ap reuters apa sda ansa efe kna epd sid pti ani ntb tt ritzau belga anp lusa mti pap ctk čtk tass ria xinhua
    kyodo yonhap antara bernama aap upi bloomberg cnn bbc npr dts sputnik agi adnkronos lapresse europapress ots rnd
    dpaafx dapd ddp ips dj kna keystonesda keystone red awp zdf ard wdr ndr mdr br24 swr kt
    """.split()  # noqa: SIM905
)
_ORGANIZATION = re.compile(
    r"\b(?:redaktion\w*|redaction|rédaction|redacción|redação|redazione|redactie|redakcja|redakce|toimitus|editors|editorial"
    r"|newsroom|news|nachrichten|staff|team|desk|bureau|agency|agence|agencia|agenzia|agenturen?|agencies|press|presse|prensa|gmbh"
    r"|inc|ltd|llc|corp|company|media|group|foundation|institute|university|universität|association|verein|verlag|magazine|magazin|times|post"
    r"|zeitung|tageblatt|blog|online|studio|labs?|network|council|office|ministry|department|society|society|service|services|services|bank|board|club|tv|radio"
    r"|digital|guest author|guest|contributor|admin|webmaster|administrator|anonymous|web ?desk|correspondent|correspondents"
    r"|initiative|verband|bund|partei|center|centre|zentrum|stiftung|journal|daily|today|reporter|wire|wires|services)\b"
    r"|\.(?:com|de|org|net|at|ch|be|it|fr|es|tv|io|eu|co)\b|新聞|通信|日報|デジタル|編集部|뉴스|신문|भास्कर",
    re.IGNORECASE,
)
_HONORIFIC = re.compile(r"^(?:dr|prof|mr|mrs|ms|sir)\.?$", re.IGNORECASE)
_DEGREE = re.compile(
    r"^(?:ph\.?d|m\.?d|jr|sr|ii|iii|mba|cpa|rdn?|ma|ms|bsc|msc|esq|cfa|cfp|rn|do|dds|dvm|lpc|mph|cpt|j\.?d|m\.?s|m\.?a)\.?,?$",
    re.IGNORECASE,
)
_EMPTY = frozenset(
    (
        "",
        "admin",
        "author",
        "autor",
        "none",
        "null",
        "undefined",
        "unknown",
        "anonymous",
        "by",
        "von",
        "editor",
        "user",
        "root",
        "administrator",
        "redakteur",
        "name",
        "test",
        "default",
        "na",
        "gast",
        "guest",
        "webmaster",
        "writer",
        "n/a",
    )
)
_PARTICLES = frozenset(
    [
        "van",
        "von",
        "der",
        "den",
        "de",
        "di",
        "da",
        "la",
        "le",
        "du",
        "dos",
        "das",
        "del",
        "al",
        "el",
        "bin",
        "ibn",
        "ter",
        "ten",
        "af",
        "av",
        "zu",
        "y",
        "e",
        "san",
        "santa",
    ]
)

_META = (
    "author", "article:author", "article:author_name", "og:article:author", "parsely-author", "sailthru.author",
    "dc.creator", "dcterms.creator", "dc:creator", "cxenseparse:author", "citation_author", "byl", "authors", "dc.author",
    "article.author", "mrf:authors", "vr:author", "creator", "book:author", "og:author", "rnews:author", "shareaholic:article_author_name",
)  # fmt: skip
_WRITTEN_BY = re.compile(
    r"^(?:written by|verfasst von|geschrieben von|écrit par|escrito por|scritto da|geschreven door|skrevet av|skriven av|author|autor\w*)$",
    re.IGNORECASE,
)
_NAMING = ("class", "id", "itemprop", "data-testid")
_BYLINE_NAMES = (
    "author",
    "byline",
    "autor",
    "redact",
    "writer",
    "journalist",
    "reporter",
    "signature",
    "auteur",
    "verfasser",
)
_NOT_BYLINE = ("comment", "related", "teaser", "footer", "nav", "widget", "sidebar", "recommend", "share", "social", "image", "photo",
    "avatar", "bio", "description", "date", "time", "follow", "caption", "credit", "picture", "thumb")  # fmt: skip
#: A line that names who made a picture, or where a text is from.
_PICTURE = re.compile(
    r"[(\[]?(?:photos?|fotos?|bild(?:er)?|images?|pictures?|imagen|fotografía|crédits?|credits?|quelle|source|fuente|fonte|©|grafik|video)\b\s*(?:by|von|par)?\s*[:©/]"
    r"|[(\[]?(?:photo|foto|image) (?:by|von|par|de)\b|©",
    re.IGNORECASE,
)
MAX_AUTHORS = 25


@dataclass(frozen=True, slots=True)
class Authors:
    authors: tuple[Author, ...]
    evidence: tuple[Evidence, ...]


def names(raw: str, *, site: Iterable[str] = (), organization: bool = False) -> tuple[Author, ...]:
    """The authors named in a string, as written but for what is no name. ``site``: plain names of the site."""
    text = _TAG.sub(" ", html.unescape(raw[:1000])) if "<" in raw or "&" in raw else raw[:1000]
    text = _HANDLE.sub(" ", _LINK.sub(" ", text.replace("\u00a0", " "))).strip(" \t\r\n,;|:•·-–—")
    while (prefix := _PREFIX.match(text)) and prefix.end() < len(text):
        text = text[prefix.end() :]
    if (cut := _CUT.search(text)) is not None and cut.start() > 0:
        text = text[: cut.start()]
    if organization and not re.search(r"[;|\n]", text):
        name = _clean(text)
        return (Author(name=name, kind="organization"),) if _is_name(name) else ()
    parts = [part for part in _SPLIT.split(text) if part.strip()]
    if len(parts) == 2 and "," in text and all(_one_capitalised(part) for part in parts):
        if plain(parts[1]) not in _AGENCIES and plain(parts[0]) not in _AGENCIES:
            parts = [f"{parts[1].strip()} {parts[0].strip()}"]
    known = {plain(name) for name in site if name}
    found: dict[str, Author] = {}
    for position, part in enumerate(parts[:60]):
        for name in _of_part(part):
            if not _is_name(name):
                continue
            kind = _kind(name, known)
            if position and kind == "person" and _may_be_place(name, found.values()):
                continue
            found.setdefault(plain(name), Author(name=name, kind=kind))
    return tuple(found.values())[:MAX_AUTHORS]


def _of_part(part: str) -> Iterator[str]:
    """ "A Meier (dpa)" → A Meier, dpa; "A Meier in Berlin" → A Meier."""
    bracket = re.search(r"\(([^()]{2,40})\)|\[([^\[\]]{2,40})\]", part)
    if bracket:
        inner = (bracket.group(1) or bracket.group(2)).strip()
        part = part.replace(bracket.group(), " ")
        yield _clean(part)
        if plain(inner) in _AGENCIES:
            yield inner
        return
    part = re.sub(r"(?<=\w)\s+(?:in|aus|at|for|für|à|en|a)\s+[A-ZÄÖÜ].*$", "", part)
    yield _clean(part)


def _clean(name: str) -> str:
    while (prefix := _PREFIX.match(name)) and prefix.end() < len(name):
        name = name[prefix.end() :]
    name = _PHRASES.sub(" ", name) if _PHRASES.fullmatch(name.strip()) else name
    return " ".join(name.split()).strip(" ,;|:•·-–—*\"“”'/\\<>()[]")


def _is_name(name: str) -> bool:
    key = name.lower().strip()
    if key in _EMPTY or len(name) > 70 or len(name) < 2 or _PHRASES.fullmatch(name) or _DEGREE.match(name):
        return False
    words = name.split()
    if len(words) > 7 or not any(char.isalpha() for char in name):
        return False
    if sum(char.isdigit() for char in name) > 4:
        return False
    role = _ROLE.search(name)
    return not (role and (len(role.group()) >= len(name) * 0.6 or name[:1].islower() or _all_roles(words)))


def _all_roles(words: Sequence[str]) -> bool:
    return sum(bool(_ROLE.fullmatch(word)) for word in words) * 2 >= len(words)


def _kind(name: str, known: set[str]) -> Any:
    key = plain(name)
    if key in _AGENCIES or key in known or _ORGANIZATION.search(name):
        return "organization"
    return "person"


def _one_capitalised(part: str) -> bool:
    words = part.split()
    return len(words) == 1 and words[0][:1].isupper() and words[0][1:].islower()


def _may_be_place(name: str, before: Iterable[Author]) -> bool:
    """A single word after a full name is where that person writes from, or a role."""
    return (
        len(name.split()) == 1
        and not name[:1].islower()
        and name.isalpha()
        and any(" " in a.name for a in before)
        and not name.isupper()
        and name.isascii()
    ) or (len(name.split()) == 1 and bool(_ROLE.fullmatch(name)))


def settle(
    clues: Clues,
    stories: Sequence[jsonld.Node],
    pages: Sequence[jsonld.Node],
    near: Sequence[etree._Element],
    *,
    site: Sequence[str],
    entry: Entry | None,
) -> Authors:
    """JSON-LD, then meta tags, then what a reader sees. A person named anywhere of these beats the site as its own author."""
    groups: list[tuple[str, str, tuple[Author, ...]]] = []

    def add(origin: str, raw: str, found: tuple[Author, ...]) -> None:
        if found or raw:
            groups.append((origin, raw, found))

    for node in stories:
        value = node.get("author") or node.get("creator")
        if value:
            add("json-ld:author", _raw(value), of_json(value, site))
    for name in _META:
        contents = clues.meta.get(name)
        if contents:
            merged = _merge(names(c, site=site) for c in contents[:MAX_AUTHORS])
            add(f"meta:{name}", " | ".join(contents)[:300], merged)
    for number in "1234":
        label, value = clues.first(f"twitter:label{number}"), clues.first(f"twitter:data{number}")
        if label and value and _WRITTEN_BY.match(label.strip(" :")):
            add(f"meta:twitter:data{number}", value, names(value, site=site))
    if not any(_people(found) for _, _, found in groups):
        raw, found = _byline(near, site)
        add("byline", raw, found)
    if entry and entry.authors:
        add(entry.kind, " | ".join(entry.authors)[:300], _merge(names(a, site=site) for a in entry.authors))
    for node in pages:
        value = node.get("author")
        if value:
            add("json-ld:page:author", _raw(value), of_json(value, site))
    chosen = next((g for g in groups if _people(g[2])), None) or next((g for g in groups if g[2]), None)
    return Authors(
        chosen[2] if chosen else (),
        tuple(Evidence(field="authors", origin=g[0], raw=g[1][:300], chosen=g is chosen) for g in groups),
    )


def _people(found: Iterable[Author]) -> bool:
    return any(author.kind == "person" for author in found)


def _merge(many: Iterable[tuple[Author, ...]]) -> tuple[Author, ...]:
    found: dict[str, Author] = {}
    for authors in many:
        for author in authors:
            found.setdefault(plain(author.name), author)
    return tuple(found.values())[:MAX_AUTHORS]


def _raw(value: Any) -> str:
    return " | ".join(jsonld.strings(value))[:300]


def of_json(value: Any, site: Sequence[str]) -> tuple[Author, ...]:
    """A JSON-LD author: a string, an object, a list of either, nested and half empty."""
    found = []
    for item in (value if isinstance(value, list) else [value])[:MAX_AUTHORS]:
        if isinstance(item, dict):
            name = item.get("name")
            if isinstance(name, (list, dict)):
                found.append(of_json(name, site))
                continue
            if not isinstance(name, str) or not name.strip():
                first, last = item.get("givenName"), item.get("familyName")
                name = " ".join(part for part in (first, last) if isinstance(part, str))
            kinds = jsonld.types(item)
            found.append(names(name, site=site, organization=any("Organization" in kind for kind in kinds)))
        elif isinstance(item, str):
            found.append(names(item, site=site))
    return _merge(found)


def _byline(near: Sequence[etree._Element], site: Sequence[str]) -> tuple[str, tuple[Author, ...]]:
    """The names that stand by the headline: in elements named as byline, in links of rel=author, in a line "By …"."""
    spoken: tuple[str, tuple[Author, ...]] = ("", ())
    for element in near:
        name = " ".join(filter(None, map(element.get, _NAMING))).lower()
        marked = element.get("rel") == "author" or any(word in name for word in _BYLINE_NAMES)
        if marked and not any(word in name for word in _NOT_BYLINE):
            text = text_of(element, 200)
            found = () if _PICTURE.match(text) else _linked(element, site)
            if not found and len(text) < 160 and not _PICTURE.match(text):
                found = names(text, site=site)
            if found:
                return text, found
        elif not spoken[1] and (text := element.text) and (prefix := _PREFIX.match(text.strip())):
            text = text_of(element, 200)
            if len(text) < 120 and prefix.end() < 25 and not _PICTURE.match(text):
                spoken = (text, names(text, site=site))
    return spoken


def _linked(element: etree._Element, site: Sequence[str]) -> tuple[Author, ...]:
    """The names of the links in a byline, where they are links to authors."""
    links = [
        a
        for a in element.iter("a")
        if a.get("rel") == "author"
        or re.search(
            r"/(?:author|autor|authors|autoren|people|profile|by|redaktion|auteur|staff|journalist\w*|team|writers?|contributors?)s?/",
            a.get("href") or "",
        )
    ]
    return _merge(names(text_of(a, 100), site=site) for a in links[:MAX_AUTHORS])
