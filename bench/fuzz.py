"""Clean mutated real pages and made giants: no exception, and no more time a byte for four times the bytes.

    COPYDESK_CORPUS=… python -m bench.fuzz [--rounds 300] [--seed 1] [--size 20000]

Prints what failed and exits with 1. A mutation is named by its round, so that the same seed makes it again.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
import traceback
from collections.abc import Callable

from bench import corpus
from pipelines.clean import clean
from pipelines.markdown import markdown_of
from pipelines.types import Page

#: Process time a byte may grow by this factor from n to 4n bytes; noise and caches make up to 1.5.
SLACK = 2.5
#: Seconds below which a measurement says nothing.
LEAST = 0.2

_TAG = re.compile(rb"<[^<>]{1,300}>")
_PIECES = (
    b"<div>", b"</div>", b"<p>", b"</p>", b"<table><tr><td>", b"</table>", b"<article>", b"</article>",
    b"<b>",
    b"<a href='x'>", b"<script>", b"</script>", b"<!--", b"-->", b"<![CDATA[", b"<br><br>", b"<body>",
    b"</html>", b"<base href='//['>", b"\x00", b"\x1b$B", b"\xff\xfe", b"\xed\xa0\x80", b"&#x110000;", b"&",
    b"<svg>", b"<template>", b"<select>", b"<plaintext>", b"<h1>", b"<td colspan=999999999>", b"<li>",
    b'<script type="application/ld+json">{"@graph": [', b"<meta charset=utf-7>",
)  # fmt: skip
_CHARSETS = (None, "utf-8", "utf-16", "iso-2022-jp", "gb18030", "cp1252", "koi8-r", "hz", "nonsense")

_PROSE = "The council of the town decided on Monday evening to keep the old trees on the market square. "


def mutated(body: bytes, other: bytes, dice: random.Random) -> bytes:
    """``body`` after one to four accidents, some with a piece of another page."""
    for _ in range(dice.randint(1, 4)):
        at, to = sorted(dice.randrange(len(body) + 1) for _ in range(2))
        match dice.randrange(8):
            case 0:
                body = body[:at]
            case 1:
                body = body[:at] + other[dice.randrange(len(other) + 1) :]
            case 2:
                part = body[at : min(to, at + 20_000)]
                body = body[:at] + part * dice.randint(2, 6) + body[at:]
            case 3:
                tags = list(_TAG.finditer(body))
                for tag in sorted(dice.sample(tags, min(len(tags), 30)), key=lambda t: -t.start()):
                    body = body[: tag.start()] + body[tag.end() :]
            case 4:
                body = body[:at] + dice.choice(_PIECES) * dice.choice((1, 3, 300)) + body[at:]
            case 5:
                flipped = bytearray(body)
                for _ in range(200):
                    if flipped:
                        flipped[dice.randrange(len(flipped))] = dice.randrange(256)
                body = bytes(flipped)
            case 6:
                body = body.decode("utf-8", "replace").encode(dice.choice(("utf-16", "cp1252")), "replace")
            case _:
                body = body[to:] + body[:at]
    return body


def story(inside: str, head: str = "") -> bytes:
    return (
        f"<html><head><title>The trees stay</title>{head}</head><body><article><h1>The trees stay</h1>"
        f"<p>{_PROSE * 3}</p>{inside}<p>{_PROSE * 3}</p></article></body></html>"
    ).encode("utf-8", "replace")


def _json(inside: str) -> str:
    return f'<script type="application/ld+json">{inside}</script>'


_NEWS = '{"@type": "NewsArticle", "headline": "The trees stay", "datePublished": "2026-01-01"}'
GIANTS: dict[str, Callable[[int], bytes]] = {
    "tags in tags": lambda n: story("<div>" * n + _PROSE + "</div>" * n),
    "tags in tags with words": lambda n: story("<div>a " * n),
    "lists in lists": lambda n: story("<ul><li>a" * n),
    "tables in tables": lambda n: story("<table><tr><td>a" * n),
    "links in links": lambda n: story("<a href=/x>a " * n),
    "a table": lambda n: story("<table>" + f"<tr>{'<td>cell</td>' * 20}</tr>" * (n // 20) + "</table>"),
    "a row": lambda n: story("<table><tr>" + "<td>cell</td>" * n + "</tr></table>"),
    "a paragraph": lambda n: story("<p>" + _PROSE * n + "</p>"),
    "a word": lambda n: story("<p>" + "abcdefghij" * n + "</p>"),
    "white space": lambda n: story("<p>" + "\u00a0 \t\n" * n + "x</p>"),
    "tiny elements": lambda n: story("<p>x</p>" * n),
    "empty elements": lambda n: story("<div></div>" * n),
    "inline elements": lambda n: story("<p>" + "<i>x</i>" * n + "</p>"),
    "line breaks": lambda n: story("<p>" + "x<br>" * n + "</p>"),
    "paragraphs": lambda n: story(f"<p>{_PROSE}</p>" * (n // 4)),
    "links": lambda n: story("<ul>" + "<li><a href=/x>Some link with words</a></li>" * n + "</ul>"),
    "pictures": lambda n: story("<figure><img src=/a.jpg><figcaption>A caption</figcaption></figure>" * n),
    "embeds": lambda n: story("<iframe src=/v></iframe>" * n),
    "a script": lambda n: story("<script>" + "var a='<p>x</p>';" * n + "</script>"),
    "a style": lambda n: story("<style>" + "a{b:c}" * n + "</style>"),
    "entities": lambda n: story("<p>" + "&amp;&#128512;&bogus" * n + "</p>"),
    "a huge attribute": lambda n: story("<div class='" + "abc " * n + "'>x</div>"),
    "attributes": lambda n: story("<div " + " ".join(f"a{i}=x" for i in range(n)) + ">x</div>"),
    "headlines": lambda n: story("".join(f"<h1>A headline {i} of the page</h1>" for i in range(n))),
    "JSON-LD blocks": lambda n: story("", _json(_NEWS) * n),
    "a JSON-LD list": lambda n: story("", _json("[" + ",".join([_NEWS] * n) + "]")),
    "deep JSON-LD": lambda n: story("", _json('{"a":' * n + "1" + "}" * n)),
    "broken JSON-LD": lambda n: story("", _json('{"a":1,,,' * n)),
    "meta tags": lambda n: story("", "".join(f'<meta name="article:tag" content="t{i}">' for i in range(n))),
    "times": lambda n: story("<time datetime='2026-01-01T10:00:00Z'>1 Jan 2026</time>" * n),
    "bylines": lambda n: story("<p class=byline>By Anna Berg</p>" * n),
    "prompts": lambda n: story("<h3>Read also</h3><ul><li><a href=/x>Another story</a></li></ul>" * n),
    "control characters": lambda n: story("<p>" + "a\0\x01\x0b\x1f\ufffe" * n + "</p>"),
    "opening brackets": lambda n: story("<p>" + "<a <" * n + "</p>"),
    "closing tags": lambda n: story("</p></body></html>" * n),
    "quotation marks": lambda n: story("<p>" + '"“„»' * n + "</p>"),
    "datelines": lambda n: story("<p>" + "BERLIN / " * n + "(dpa) – x</p>"),
}  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.fuzz", description=__doc__)
    parser.add_argument("--rounds", type=int, default=300, help="mutated pages (%(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=20_000, help="of the giants' smaller half, in elements")
    options = parser.parse_args()
    failed = _mutations(options.rounds, options.seed) + _giants(options.size)
    print(f"{failed} failed", file=sys.stderr)
    return 1 if failed else 0


def _mutations(rounds: int, seed: int) -> int:
    root = corpus.folder()
    rows = [row for name in corpus.SETS for row in corpus.load(name, root)]
    failed = 0
    for number in range(rounds):
        dice = random.Random(f"{seed} {number}")
        row, other = dice.choice(rows), dice.choice(rows)
        body = mutated(row.read(), other.read(), dice)
        try:
            article = clean(Page(url=row.url, body=body, charset=dice.choice(_CHARSETS)))
            markdown_of(article.html)
        except Exception:  # noqa: BLE001 - whatever it is, it is what is looked for
            failed += 1
            print(f"round {number}, {row.set} {row.id}:\n{traceback.format_exc()}", flush=True)
    return failed


def _giants(size: int) -> int:
    failed = 0
    for name, make in GIANTS.items():
        try:
            (small, little), (large, much) = _timed(make(size)), _timed(make(4 * size))
        except Exception:  # noqa: BLE001 - whatever it is, it is what is looked for
            failed += 1
            print(f"{name}:\n{traceback.format_exc()}", flush=True)
            continue
        growth = (much / large) / (little / small) if little >= LEAST else much / max(LEAST, 4 * little)
        slow = much >= LEAST and growth > SLACK
        failed += slow
        verdict = ", TOO SLOW" if slow else ""
        print(f"{name}: {large / 1e6:.1f} MB in {much:.2f} s, × {growth:.2f} a byte{verdict}", flush=True)
    return failed


def _timed(body: bytes) -> tuple[int, float]:
    start = time.process_time()
    article = clean(Page(url="https://paper.example/news/trees", body=body, charset="utf-8"))
    markdown_of(article.html)
    return len(body), time.process_time() - start


if __name__ == "__main__":
    sys.exit(main())
