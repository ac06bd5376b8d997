"""Names out of strings: people one by one, organisations as such. Pure.

Names come as lists, sentences and bylines: "By A and B", "Von A, Berlin", "A (dpa)", "Email the author". What
is no name (roles, places, handles, addresses, ages of the story, profile phrases) is cut off.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Literal

from pipelines.metadata.section import is_generic
from pipelines.metadata.subject import plain
from pipelines.types import Author

_TAG = re.compile(r"<[^<>]{0,300}>")
_LINK = re.compile(r"\S*(?:https?://|www\.)\S+|\S+@\S+\.\S+|\S*\b\w+\.(?:html?|php)\b")
_HANDLE = re.compile(r"\(?(?<!\w)@[\w.]{2,30}\)?")
PREFIX = re.compile(
    r"^(?:(?:written|words|story|text|posted|published|reported|created|article|report|review(?:ed)?"
    r"|analysis|opinion"
    r"|column|authored|updated|insights|edited|compiled|medically reviewed|geschrieben|verfasst"
    r"|ein (?:artikel|beitrag|kommentar"
    r"|gastbeitrag)|(?:eine? )?(?:analyse|kolumne|interview|reportage)|aktualisiert|veröffentlicht|erstellt"
    r"|publié"
    r"|écrit|propos recueillis|escrito|publicado|scritto|a cura|tekst|texte|texto|testo)\s+)?"
    r"(?:by|from|von|vom|par|por|di|da|de|door|av|af|od|przez|oleh|autor|author|z)\b[\s:]+"
    r"|^(?:authors?|autor(?:in|en|es|a|e)?|autore|auteurs?|text|texte|texto|testo|tekst|words|writer"
    r"|journalist|redaktion"
    r"|reporter|redakteur(?:in)?|byline|von|by|posted by|written by|contributors?|published by|penulis"
    r"|fotos?|foto und text"
    r"|text und fotos?|автор|作者|文)\s*[:：|]\s*",
    re.IGNORECASE,
)
#: What stands before a name and is all of its piece.
LABEL = re.compile(
    r"(?:(?:written|posted|published|created|authored|article|story|words|text|reviewed|updated|edited|by"
    r"|von|par|por|di|author|authors|autor|autorin"
    r"|autoren|auteur|autore|redaktion|contributors?|and|publié par|écrit par|do|da|de|door|af|av|przez"
    r"|this article was written by"
    r"|この記事を書いた人|この記事を書いた記者|記者|執筆者|著者|كتب|بقلم)\W*)+",
    re.IGNORECASE,
)
#: From here on a byline speaks of something else.
_CUT = re.compile(
    r"\s+[|•·–—]\s+|\s{3,}|\n|\(?\b(?:updated|published|posted|last updated|aktualisiert|veröffentlicht"
    r"|publié|mis à jour"
    r"|actualizado|publicado|aggiornato|pubblicato|gepubliceerd|stand)\b"
    r"|\b(?:vor|il y a|hace|há)\s+\d+\s+\w+|\b\d+\s+\w+\s+ago\b"
    r"|\s+(?:at|on) (?=(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|\d))"
    r"|\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? \d"
    r"|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}|\b\d{4}-\d\d-\d\d|\b\d{1,2}:\d\d\b|\b\d{1,2}\.? \w{3,9}\.? \d{4}"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2},? \d{4}"
    r"|\b(?:is an?|ist (?:eine?|der|die)|est une?|es una?|has been|has covered|covers|writes|joined|schreibt"
    r"|arbeitet|berichtet|works)\b",
    re.IGNORECASE,
)
_PHRASES = re.compile(
    r"e-?mail the author|email\b|follow(?: on| us)?(?: twitter| x| facebook| instagram)?|(?:view|see) (?:all"
    r"|more|full|author)\b.*"
    r"|(?:all|more) (?:posts|articles|stories)? ?(?:by|from)\b|posts? by|read more.*|profile|alle (?:artikel"
    r"|beiträge).*"
    r"|zum profil.*|mehr (?:von|über|artikel).*|opens in new .*|bio|about the author.*|contact|share|folgen"
    r"|kontakt|voir .*"
    r"|ver (?:todos|más|perfil).*|seguir|comments?|kommentare?|min(?:ute)?s? read.*|lesezeit.*|by line"
    r"|website|linkedin|twitter"
    r"|facebook|instagram|logo|avatar|image|photo of|bild von|portrait",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:editors?(?!ial)|editor-in-chief|reporters?|correspondents?|journalists?|writers?|contributors?"
    r"|columnists?|producers?"
    r"|critics?|analysts?|fellow|professor|lecturer|director|manager|founder|ceo|cto|president|head of|chief"
    r"|senior|staff"
    r"|freelance\w*|author|specialist|expert|consultant|strategist|engineer|developer|lead|coach|dietitian"
    r"|nutritionist|md|phd|rd|rdn|ms|mba"
    r"|redakteur\w*|reporter\w*|korrespondent\w*|autor(?:in)?|chefredak\w*|volont\w*|ressortleit\w*"
    r"|kolumnist\w*|leiter\w*"
    r"|gastautor\w*|journalistin|freie[rs]?|politik\w*|wirtschafts\w*|sport\w*|verlagsleit\w*|herausgeber\w*"
    r"|praktikant\w*"
    r"|journaliste|rédac\w*|correspondante?|envoyée? spéciale?|grand reporter|chef\w*|directeur|directrice"
    r"|redactora?|periodista|corresponsal|enviad[oa] especial|jefe|jefa|colaborador\w*|redator\w*|repórter"
    r"|giornalista|inviat[oa]|direttore|corrispondente|redattor\w*|redacteur|verslaggever|journalist\w*"
    r"|toimittaja|redaktor\w*)\b",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    r"\s*[;|/、・＝，\n]\s*|\s*,\s*|\s+(?:and|und|et|y|e|en|og|och|och|i|oraz|dan|ja|und|with|mit|avec|con)\s+"
    r"|\s*&\s*|\s+\+\s+",
    re.IGNORECASE,
)
_AGENCIES = frozenset(
    """
    dpa afp ap reuters apa sda ansa efe kna epd sid pti ani ntb tt ritzau belga anp lusa mti pap ctk čtk tass
    ria xinhua
    kyodo yonhap antara bernama aap upi bloomberg cnn bbc npr dts sputnik agi adnkronos lapresse europapress
    ots rnd
    dpaafx dapd ddp ips dj kna keystonesda keystone red awp zdf ard wdr ndr mdr br24 swr kt
    """.split()
)
_ORGANIZATION = re.compile(
    r"\b(?:redaktion\w*|redaction|rédaction|redacción|redação|redazione|redactie|redakcja|redakce|toimitus"
    r"|editors|editorial"
    r"|newsroom|news|nachrichten|staff|team|desk|bureau|agency|agence|agencia|agenzia|agenturen?|agencies"
    r"|press|presse|prensa|gmbh"
    r"|inc|ltd|llc|corp|company|media|group|foundation|institute|university|universität|association|verein"
    r"|verlag|magazine|magazin|times|post"
    r"|zeitung|tageblatt|blog|online|studio|labs?|network|council|office|ministry|department|society|society"
    r"|service|services|services|bank|board|club|tv|radio"
    r"|digital|guest author|guest|contributor|admin|webmaster|administrator|anonymous|web ?desk"
    r"|correspondent|correspondents"
    r"|initiative|verband|bund|partei|center|centre|zentrum|stiftung|journal|daily|today|reporter|wire|wires"
    r"|services)\b"
    r"|\.(?:com|de|org|net|at|ch|be|it|fr|es|tv|io|eu|co)\b|新聞|通信|日報|デジタル|編集部|뉴스|신문|भास्कर",
    re.IGNORECASE,
)
_DEGREE = re.compile(
    r"^(?:ph\.?d|m\.?d|jr|sr|ii|iii|mba|cpa|rdn?|ma|ms|bsc|msc|esq|cfa|cfp|rn|do|dds|dvm|lpc|mph|cpt|j\.?d"
    r"|m\.?s|m\.?a)\.?,?$",
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

MAX_AUTHORS = 25

#: A line that names who made a picture, or where a text is from.
_PICTURE = re.compile(
    r"[(\[]?(?:photos?|fotos?|bild(?:er)?|images?|pictures?|imagen|fotografía|crédits?|credits?|quelle"
    r"|source|fuente|fonte|©|grafik|video)\b\s*(?:by|von|par)?\s*[:©/]"
    r"|[(\[]?(?:photo|foto|image) (?:by|von|par|de)\b|©",
    re.IGNORECASE,
)


def names(raw: str, *, site: Iterable[str] = (), organization: bool = False) -> tuple[Author, ...]:
    """The authors named in a string, as written but for what is no name. ``site``: plain names of the
    site."""
    return _names(raw[:1000], tuple(site), organization)


@lru_cache(maxsize=512)
def _names(raw: str, site: tuple[str, ...], organization: bool) -> tuple[Author, ...]:
    """Kept for a while: a page names its author in half a dozen places."""
    text = _TAG.sub(" ", html.unescape(raw)) if "<" in raw or "&" in raw else raw
    text = _HANDLE.sub(" ", _LINK.sub(" ", text.replace("\u00a0", " "))).strip(" \t\r\n,;|:•·-–—")
    if _PICTURE.match(text):
        return ()
    text = _without_prefix(text)
    if (cut := _CUT.search(text)) is not None:
        text = text[: cut.start()]
    if not text or _PICTURE.match(text):
        return ()
    text = _once(text)
    if organization and not re.search(r"[;|\n]", text):
        name = _clean(text)
        return (Author(name=name, kind="organization"),) if _is_name(name) else ()
    parts = [part for part in _SPLIT.split(text) if part.strip()]
    if len(parts) == 2 and "," in text and all(map(_one_capitalised, parts)):
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
    if any(author.kind == "person" for author in found.values()):
        # "A Meier, example.org": the site is where A Meier writes.
        for key in known & set(found):
            del found[key]
    return tuple(found.values())[:MAX_AUTHORS]


#: Prefixes that begin family names too: "Di Maio", "De Niro".
_PARTICLE = re.compile(r"(?:di|de|da|von|av|z|par|por)\s+$", re.IGNORECASE)


def _without_prefix(text: str) -> str:
    for _ in range(4):
        prefix = PREFIX.match(text)
        if not prefix or prefix.end() >= len(text):
            break
        rest = text[prefix.end() :]
        if _PARTICLE.fullmatch(prefix.group()) and " " not in rest.strip() and plain(rest) not in _AGENCIES:
            break
        text = rest
    return text


def _once(text: str) -> str:
    """ "A Meier A Meier" → "A Meier": the name under the picture and the name beside it."""
    words = text.split()
    half = len(words) // 2
    if half >= 2 and words[:half] == words[half : 2 * half]:
        return " ".join(words[:half])
    return text


def _of_part(part: str) -> Iterator[str]:
    """ "A Meier (dpa)" → A Meier, dpa; "A Meier in Berlin" → A Meier."""
    bracket = re.search(r"\(([^()]{2,40})\)|\[([^\[\]]{2,40})\]", part)
    if bracket:
        inner = (bracket.group(1) or bracket.group(2)).strip()
        part = part.replace(bracket.group(), " ")
        yield _clean(part)
        if plain(inner) in _AGENCIES or not part.strip():
            yield inner
        return
    part = re.sub(r"(?<=\w)\s+(?:in|aus|at|for|für|à|en|a)\s+[A-ZÄÖÜ].*$", "", part)
    yield _clean(part)


def _clean(name: str) -> str:
    name = _without_prefix(name)
    name = _PHRASES.sub(" ", name) if _PHRASES.fullmatch(name.strip()) else name
    return " ".join(name.split()).strip(" ,;|:•·-–—*\"“”'/\\<>()[]")


def _is_name(name: str) -> bool:
    key = name.lower().strip()
    if key in _EMPTY or LABEL.fullmatch(key) or is_generic(key):
        return False
    if len(name) > 70 or len(name) < 2 or _PHRASES.fullmatch(name) or _DEGREE.match(name):
        return False
    words = name.split()
    if len(words) > 7 or not any(char.isalpha() for char in name):
        return False
    if "@" in name or sum(char.isdigit() for char in name) > 4:
        return False
    if _GROUP.search(name):
        return True
    role = _ROLE.search(name)
    return not (role and (len(role.group()) >= len(name) * 0.6 or name[:1].islower() or _all_roles(words)))


#: A group of people goes by its name, also where that is a role's: "Example Staff", "The Example Team".
_GROUP = re.compile(r"\S\s+(?:staff|team|editors|contributors?|desk|newsroom|redaktion)$", re.IGNORECASE)


def _all_roles(words: Sequence[str]) -> bool:
    return sum(bool(_ROLE.fullmatch(word)) for word in words) * 2 >= len(words)


def _kind(name: str, known: set[str]) -> Literal["person", "organization"]:
    key = plain(name)
    if key in _AGENCIES or key in known or _ORGANIZATION.search(name):
        return "organization"
    return "person"


def _one_capitalised(part: str) -> bool:
    words = part.split()
    return (
        len(words) == 1 and words[0][:1].isupper() and words[0][1:].islower() and plain(part) not in _AGENCIES
    )


_LATIN = re.compile(r"[A-Za-zÀ-ž'’.-]+")


def _may_be_place(name: str, before: Iterable[Author]) -> bool:
    """A single word after a full name is where that person writes from, a role or a degree."""
    before = tuple(before)
    if any(plain(author.name) in _AGENCIES for author in before) and name.isupper() and len(name) > 3:
        return True  # "AFP, MANILA"
    if " " in name or not any(" " in author.name or plain(author.name) in _AGENCIES for author in before):
        return False
    if _ROLE.fullmatch(name) or _DEGREE.match(name):
        return True
    return bool(_LATIN.fullmatch(name)) and name[:1].isupper()


def is_agency(name: str) -> bool:
    return plain(name) in _AGENCIES


def merge(many: Iterable[tuple[Author, ...]]) -> tuple[Author, ...]:
    found: dict[str, Author] = {}
    for authors in many:
        for author in authors:
            found.setdefault(plain(author.name), author)
    return tuple(found.values())[:MAX_AUTHORS]
