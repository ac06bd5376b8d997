"""One address, one form; which addresses belong together. Pure: no network, no cache files.

``canonicalise`` changes spelling only, so the result can still be fetched. ``identity`` goes further and is a
key, not an address: http and https, mobile and AMP variants of a page share it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import idna

if TYPE_CHECKING:
    import tldextract

#: Stored with every article; raised whenever ``canonicalise`` or ``identity`` gives any address another form.
#: The next crawl then names all stored addresses anew.
CANONICALIZER_VERSION = "1"

#: Parameters that say where a click came from and never what is shown. Short on purpose: "cid", "ref",
#: "source", "share" name articles somewhere.
_TRACKING = frozenset(
    """
    fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid ysclid twclid ttclid igshid igsh li_fat_id srsltid
    mc_cid mc_eid mkt_tok _ga _gl _hsenc _hsmi hsctatracking vero_id oly_anon_id oly_enc_id xtor wt_mc wt_zmc
    wtmc cmpid icid ncid intcmp ito ftag smid smtyp ref_src ref_url guccounter guce_referrer guce_referrer_sig
    __twitter_impression piano_id sc_cmp sc_cid
    """.split()
)
_TRACKING_PREFIXES = ("utm_", "pk_", "mtm_", "at_", "ns_", "__hs", "hsa_")


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a source says of its site's query parameters, beyond the list above. Names in lower case; a last
    ``*`` stands for any ending."""

    #: These name an article, whatever the list says.
    keep: frozenset[str] = frozenset()
    #: These only say where a click came from.
    drop: frozenset[str] = frozenset()

    def is_tracking(self, name: str) -> bool:
        """``name`` in lower case."""
        if self.keep and _named(name, self.keep):
            return False
        if name in _TRACKING or name.startswith(_TRACKING_PREFIXES):
            return True
        return bool(self.drop) and _named(name, self.drop)


#: The list above and nothing else.
PLAIN = Parameters()
#: An address with all it came with.
EVERYTHING = Parameters(keep=frozenset({"*"}))


def _named(name: str, patterns: frozenset[str]) -> bool:
    return name in patterns or any(p[-1:] == "*" and name.startswith(p[:-1]) for p in patterns)


#: Most addresses are in their canonical form already, which is seen sooner than made.
_DONE = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*/[A-Za-z0-9._~/-]*")
_CONTROL = re.compile(r"[\x00-\x20\x7f\u200b\ufeff]+")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})|[^!-~]|[\"<>\\^`{|}]|%")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def canonicalise(url: str, parameters: Parameters = PLAIN) -> str:
    """The form by which an address is known. Idempotent. What may name the article (id, cid, ref) stays.

    ``parameters``: what the site's source says of them. What is no web address comes back without its white
    space and otherwise as it was."""
    if _DONE.fullmatch(url) and "/." not in url:
        return url
    url = _CONTROL.sub(_inner_blank, url.strip("\x00 \t\r\n\f\v\ufeff\u200b"))
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme.lower(), parts.hostname, parts.port
    except ValueError:
        return url
    if scheme not in _DEFAULT_PORTS or not host:
        return url
    host = _ascii_host(host)
    if port is not None and port != _DEFAULT_PORTS[scheme]:
        host = f"{host}:{port}"
    path = _remove_dots(_normal_escapes(parts.path)) or "/"
    query = _query(parts.query, parameters) if parts.query else ""
    return f"{scheme}://{host}{path}{'?' + query if query else ''}"


def _inner_blank(match: re.Match[str]) -> str:
    """Browsers drop line breaks and tabs inside an address and keep a blank (as %20)."""
    return "%20" * match.group().count(" ")


def _ascii_host(host: str) -> str:
    host = host.rstrip(".").lower()
    if ":" in host:
        return f"[{host}]"
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except idna.IDNAError:
            host = _normal_escapes(host)
    return host


def _normal_escapes(text: str) -> str:
    """Percent escapes in upper case, none where none is needed, all where one is."""

    def escape(match: re.Match[str]) -> str:
        digits = match.group(1)
        if digits:
            byte = int(digits, 16)
            return chr(byte) if byte in _UNRESERVED else f"%{digits.upper()}"
        return "".join(f"%{byte:02X}" for byte in match.group().encode("utf-8", "replace"))

    return _ESCAPE.sub(escape, text)


def _remove_dots(path: str) -> str:
    """RFC 3986, 5.2.4."""
    if "/." not in path:
        return path if path.startswith("/") or not path else "/" + path
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    joined = "/".join(kept)
    return joined if joined.startswith("/") else "/" + joined


def _query(query: str, parameters: Parameters) -> str:
    """Without tracking, in the order of the keys; a pair is kept as it is written, also without "="."""
    pairs = []
    for pair in query.split("&"):
        pair = _normal_escapes(pair)
        if pair and not parameters.is_tracking(pair.partition("=")[0].lower()):
            pairs.append(pair)
    return "&".join(sorted(pairs, key=lambda pair: pair.partition("=")[0]))


_MOBILE_HOST = re.compile(r"^(?:(?:www\d?|m|mobile|mobil|amp)\.(?=[^.]+\.))+")
_AMP_FOLDERS = re.compile(r"^(?:amp/)+", re.IGNORECASE)
_HTML = re.compile(r"\.html?$", re.IGNORECASE)
_AMP_PAIRS = frozenset(("amp", "amp=1", "amp=true", "amp=", "outputtype=amp", "view=amp", "mobile=1"))


def identity(url: str, parameters: Parameters = PLAIN) -> str:
    """A key that all variants of one page share: scheme, "www.", mobile host, AMP and last slash aside.
    With a scheme put before it again, it is its own key.

    >>> identity("http://m.example.org/story-of-a-day-123/amp")
    'example.org/story-of-a-day-123'
    """
    canonical = canonicalise(url, parameters)
    scheme, mark, rest = canonical.partition("://")
    if not mark or scheme not in _DEFAULT_PORTS:
        return canonical
    host, _, rest = rest.partition("/")
    host = host.removesuffix(":80").removesuffix(":443")
    path, _, query = rest.partition("?")
    pairs = [pair for pair in query.split("&") if pair and pair.lower() not in _AMP_PAIRS]
    path = _without_amp(path)
    return f"{_MOBILE_HOST.sub('', host)}/{path}{'?' + '&'.join(pairs) if pairs else ''}"


def _without_amp(path: str) -> str:
    """Without what marks an AMP page, and without a last slash. Each round takes all that stands in a row: an
    address may be as long as its page."""
    shorter = _AMP_FOLDERS.sub("", path.rstrip("/"))
    folder, _, last = shorter.rpartition("/")
    if last.lower() == "amp" and _names_a_story(f"/{folder}"):
        shorter = folder
    elif _names_a_story(shorter):
        ending = _HTML.search(shorter)
        end = ending.start() if ending else len(shorter)
        stem = shorter[:end].lower()
        while stem.endswith(".amp", 0, end):
            end -= len(".amp")
        shorter = shorter[:end] + (ending[0] if ending else "")
    return shorter if shorter == path else _without_amp(shorter)


@cache
def suffixes() -> tldextract.TLDExtract:
    """Splits hosts at their public suffix, by the list that comes with tldextract: no other is asked for."""
    import tldextract

    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


@lru_cache(maxsize=4096)
def registered_domain(host: str) -> str:
    """ "news.example.co.uk" → "example.co.uk"; the host itself where it has no public suffix."""
    found = suffixes().extract_str(host)
    return f"{found.domain}.{found.suffix}" if found.domain and found.suffix else host


def host_of(url: str) -> str | None:
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return None
    return _ascii_host(host) if host else None


def same_site(a: str, b: str) -> bool:
    """The same registered domain (or the very same host, where there is none: localhost, an IP address)."""
    host_a, host_b = host_of(a), host_of(b)
    if not host_a or not host_b:
        return False
    return host_a == host_b or registered_domain(host_a) == registered_domain(host_b)


_ID = re.compile(r"\d{5,}|[0-9a-f]{8,}(?=[-./]|$)")
_DATE_PATH = re.compile(r"(?:19|20)\d\d[-/]?[01]\d(?:[-/]?[0-3]\d)?(?=[-/.]|$)")
_WORD = re.compile(r"[^\W\d_]{3,}")
_EXTENSION = re.compile(r"\.(?:html?|php|aspx?|jsp|cms|ece|amp)$", re.IGNORECASE)
_VARIANT_TAIL = re.compile(
    r"/(?:amp|print|all|full|komplettansicht|page/\d+|seite-\d+|\d{1,2})/?$", re.IGNORECASE
)


def _names_a_story(path: str) -> bool:
    """Whether the path's end is a slug or a number, not a section's name."""
    last = _EXTENSION.sub("", path.rstrip("/").rpartition("/")[2])
    return bool(re.search(r"\d{3,}", last)) or last.count("-") + last.count("_") + last.count("%") >= 2


def believable_canonical(page_url: str, link: str | None) -> str | None:
    """The canonical form of the page's canonical ``link`` where it may name this page, else None.

    Not believed: another site's address, a home or section page for an article, an address that drops the id
    the page is known by, and one whose slug and numbers have nothing in common with the page's."""
    if not link or not link.strip():
        return None
    try:
        target = canonicalise(urljoin(page_url, link.strip()))
    except ValueError:
        return None
    page = canonicalise(page_url)
    if target == page:
        return target
    if not target.startswith(("http://", "https://")) or not same_site(page, target):
        return None
    here, there = urlsplit(page), urlsplit(target)
    if there.path == "/" and not there.query:
        return target if here.path == "/" and not here.query else None
    if identity(page) == identity(target):
        return target
    vague = not there.query and not _names_a_story(there.path)
    if vague and (here.query or _names_a_story(_VARIANT_TAIL.sub("", here.path))):
        return None
    return target if _may_be_the_same(here.path + "?" + here.query, there.path + "?" + there.query) else None


def _may_be_the_same(a: str, b: str) -> bool:
    """False only where both carry a number or a slug and nothing of it agrees."""
    ids_a, ids_b = _ids(a), _ids(b)
    if ids_a & ids_b:
        return True
    words_a, words_b = _slug_words(a), _slug_words(b)
    if len(words_a) >= 3 and len(words_b) >= 3:
        return bool(words_a & words_b)
    return not (ids_a and ids_b)


def _ids(path: str) -> set[str]:
    return set(_ID.findall(_DATE_PATH.sub("/", path.lower())))


def _slug_words(path: str) -> set[str]:
    last = _EXTENSION.sub("", max(path.partition("?")[0].split("/"), key=len))
    return set(_WORD.findall(last.lower()))
