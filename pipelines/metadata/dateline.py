"""The places that open a story: "HAMBURG / KIEL (dpa) –". Pure. The text keeps its dateline."""

from __future__ import annotations

import re

_DASH = r"(?:–|—|--|-|―|\.[ ]?[-–—])"
_PLACE = r"[^\W\d_][^\W\d_'’.]*(?:[ \-'’.][^\W\d_][^\W\d_'’.]*){0,4}\.?"
_OPENING = re.compile(
    rf"^\s*({_PLACE}(?:\s*(?:/|,|;|und|and|et|y|e)\s*{_PLACE}){{0,4}})\s*"
    rf"(?:,\s*\d{{1,2}}\.?\s*[^\W\d_]{{3,12}}\.?(?:\s*\d{{4}})?|,?\s*[A-Z][a-z]{{2,8}}\.?\s+\d{{1,2}})?\s*"
    rf"(\([^()]{{2,40}}\)|\[[^\[\]]{{2,40}}\])?\s*(?:{_DASH}|(?<=[)\]]):)(?=\s|[A-ZÄÖÜ„\"“«])",
)
_END = re.compile(rf"(?:{_DASH}|(?<=[)\]]):)(?=\s|[A-ZÄÖÜ„\"“«])")
_BRACKET = re.compile(r"\([^()]{2,40}\)|\[[^\[\]]{2,40}\]")
_PARTS = re.compile(r"\s*[/;]\s*|\s*,\s*|\s+(?:und|and|et|y|e)\s+", re.IGNORECASE)
_SMALL = frozenset(
    [
        "am",
        "an",
        "der",
        "im",
        "in",
        "bei",
        "ob",
        "of",
        "the",
        "de",
        "la",
        "le",
        "les",
        "du",
        "del",
        "di",
        "da",
        "do",
        "dos",
        "sur",
        "sous",
        "and",
        "und",
        "y",
        "e",
        "upon",
        "el",
        "von",
        "vor",
    ]
)
#: Openings in capitals that are labels, not places.
_LABELS = re.compile(
    r"update|breaking|exklusiv|exclusive|live|kommentar|opinion|analysis|analyse|interview|video|foto|photo"
    r"|watch|editor|note|hinweis|anzeige"
    r"|advertisement|achtung|info|news|fakten|faktencheck|test|review|tl;?dr|spoiler|key points?|summary|top"
    r"|eilmeldung|kolumne|glosse",
    re.IGNORECASE,
)


#: "Essen. Die Stadt …": how German dailies open a story.
_GERMAN = re.compile(
    r"([A-ZÄÖÜ][a-zäöüß]+(?:[ /-](?:am |an der |im )?[A-ZÄÖÜ][a-zäöüß]+)?)\. (?=[„“\"»›]?[A-ZÄÖÜ][^.!?]{12,})"
)
_TOWN_ENDINGS = re.compile(
    r"(?:burg|berg|stadt|stedt|städt|furt|heim|hausen|dorf|ingen|haven|hafen|münde|rück|kirchen|brücken|walde"
    r"|büttel|hofen|roda|leben|weiler|gitter|horn)$"
)
#: Nouns with a town's ending that make a sentence of their own.
_NO_TOWNS = frozenset(
    """
    Geburtstag Daheim Geheim Großstadt Kleinstadt Innenstadt Altstadt Hauptstadt Heimatstadt Unstadt Dorf
    Stadt Berg Burg Heim Hafen Flughafen Horn Eisberg Ritterburg Kinderheim Pflegeheim Altenheim
    Studentenwohnheim Wohnheim Bergdorf Weltstadt Heimatdorf Vorstadt Partnerstadt Leben Überleben
    Zusammenleben Hexenkirchen Weinberg Schuldenberg Müllberg Aktenberg Tierheim Vereinsheim
    """.split()
)
#: Large cities and capitals as German papers write them; a town with a usual ending needs no entry.
_CITIES = frozenset(
    """
    Berlin München Köln Stuttgart Düsseldorf Leipzig Dortmund Essen Bremen Dresden Hannover Nürnberg
    Bochum Wuppertal Bielefeld Bonn Münster Mannheim Wiesbaden Gelsenkirchen Mönchengladbach Aachen
    Braunschweig Kiel Chemnitz Halle Krefeld Mainz Lübeck Erfurt Rostock Kassel Hagen Potsdam Saarbrücken
    Hamm Ludwigshafen Mülheim Oldenburg Leverkusen Darmstadt Heidelberg Solingen Herne Regensburg Neuss
    Paderborn Ingolstadt Fürth Ulm Würzburg Heilbronn Pforzheim Bottrop Göttingen Reutlingen Koblenz
    Trier Jena Gera Schwerin Siegen Hildesheim Cottbus Gütersloh Witten Iserlohn Duisburg Moers Celle
    Peine Goslar Helmstedt Weimar Gotha Suhl Kleve Wesel Gladbeck Velbert Menden Olpe Passau Bayreuth
    Wien Graz Linz Innsbruck Bregenz Zürich Bern Basel Genf Luzern Lausanne Davos Vaduz Luxemburg Brüssel
    Straßburg Paris London Dublin Madrid Barcelona Lissabon Rom Mailand Athen Ankara Istanbul Warschau
    Danzig Prag Budapest Bukarest Sofia Belgrad Zagreb Sarajevo Kiew Kyjiw Moskau Minsk Riga Tallinn
    Vilnius Oslo Stockholm Helsinki Kopenhagen Amsterdam Rotterdam Washington Chicago Miami Boston Ottawa
    Toronto Montreal Havanna Lima Bogotá Caracas Brasilia Kairo Tunis Tripolis Algier Rabat Nairobi Lagos
    Kapstadt Johannesburg Jerusalem Beirut Damaskus Amman Bagdad Teheran Riad Doha Dubai Kabul Islamabad
    Mumbai Dhaka Bangkok Hanoi Jakarta Manila Singapur Peking Shanghai Hongkong Taipeh Tokio Seoul
    Pjöngjang Sydney Melbourne Canberra Wellington Davos Cannes Tirana Skopje Pristina Tiflis Eriwan Baku
    """.split()
)
_TWO_WORD_CITIES = re.compile(
    r"(?:New|Los|San|Tel|Rio|Den|Buenos|Abu|Bad|Kuala|Addis|Sankt|Neu|Las|Frankfurt|Halle|Freiburg)[ -]"
)


def places(text: str, *, language: str | None = None) -> tuple[str, ...]:
    """The dateline's places in order, in normal case; () where the text opens with none.

    A dateline is in capitals, or names its agency in brackets before the dash: "Berlin (dpa) –". In German
    (``language``, BCP 47) a lone place and a full stop open a story too. A colon ends a dateline only after
    its agency: "WARNING: …" is a label.
    ``text`` is the story (a few hundred characters of its beginning are enough)."""
    if language and language.lower().partition("-")[0] == "de" and (match := _GERMAN.match(text[:200])):
        name = match.group(1)
        if _is_german_place(name):
            return tuple(name.split("/"))
    for line in text[:600].split("\n")[:4]:
        found = _of_line(line)
        if found:
            return found
    return ()


def _is_german_place(name: str) -> bool:
    """Only what is known for a place or ends like one: every noun is capitalised ("Stille. Dann …")."""
    if _TWO_WORD_CITIES.match(name):
        return True
    words = re.split(r"[ /-]", name)
    return name not in _NO_TOWNS and (
        all(word in _CITIES for word in words if word[:1].isupper())
        or (len(words) == 1 and len(name) > 6 and bool(_TOWN_ENDINGS.search(name)))
        or (len(words) > 1 and words[0] in _CITIES and name[len(words[0])] in "-/")
    )


def _of_line(line: str) -> tuple[str, ...]:
    line = line[:160]
    first = line.split(maxsplit=1)[:1]
    if not first or not ("(" in line or "[" in line or first[0].isupper()):
        return ()
    # The pattern is slow to give up: it is asked only where a dash stands, and only as far as the last one.
    ends = [end.end() for end in _END.finditer(line, 2)]
    if not ends or not (first[0].isupper() or _BRACKET.search(line, 0, ends[-1])):
        return ()
    match = _OPENING.match(line[: ends[-1] + 2])
    if not match:
        return ()
    named, bracket = match.group(1), match.group(2)
    parts = [part.strip(" .") for part in _PARTS.split(named) if part.strip(" .")]
    capitals = [part for part in parts if part.isupper() and len(part) > 2]
    if not bracket and not (parts and capitals and parts[0] in capitals):
        return ()
    if capitals and parts[0] in capitals:
        # "SACRAMENTO, Calif. —": what follows in small letters is the state.
        parts = capitals
    elif bracket and any(
        word[:1].islower() and word not in _SMALL for part in parts for word in part.split()
    ):
        return ()
    if any(_LABELS.search(part) for part in parts) or len(match.group(0)) > 110:
        return ()
    return tuple(dict.fromkeys(_normal_case(part) for part in parts))


def _normal_case(place: str) -> str:
    if not place.isupper():
        return place
    words = re.split(r"([ \-'’])", place.lower())
    return "".join(
        word if position and word in _SMALL else word[:1].upper() + word[1:]
        for position, word in enumerate(words)
    )
