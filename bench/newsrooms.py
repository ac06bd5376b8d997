"""Newsrooms of our making on loopback: any number of sources and articles, served by a process of its own.

A source has the template of one recorded page; each of its articles is that page with a headline, an address,
a day and an order of words of its own, and with the rest of the page as it is. Everything follows from the
numbers of source, article and edition: the same newsrooms can be crawled twice. Every request is in a log.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import re
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape, unescape
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from bench import corpus
from crawler.sample import newspaper

#: In a second edition one article of so many has been edited.
EDITED = 5
#: One source of so many has a sitemap beside its feed.
WITH_SITEMAP = 5
#: Words of a headline.
_HEADLINE = 8

_HIDDEN = re.compile(rb"(?is)<(script|style|noscript|template)\b.*?</\1\s*>|<!--.*?-->")
_RUN = re.compile(rb">([^<>]{12,})(?=<)")
_WORD = re.compile(rb"[A-Za-z\x80-\xff]{4,}")
_SPACE = re.compile(r"\s+")


class Template:
    """A page in UTF-8, taken apart: what stays, and what each article has for itself."""

    def __init__(self, body: bytes, *, url: str, title: str | None, day: str | None, story: str) -> None:
        """``story``: its text; the words of no other part of the page are touched."""
        slots = {**_words(body, _plain(story))}
        for kind, text in (("title", title), ("url", url), ("day", (day or "")[:10])):
            for said in {text or "", escape(text or ""), (text or "").replace("/", "\\/")} - {""}:
                for match in re.finditer(re.escape(said.encode()), body):
                    slots[match.start()] = (match.end(), kind)
        self._pieces: list[bytes] = []
        #: Piece and kind.
        self._slots: list[tuple[int, str]] = []
        at = 0
        for start, (end, kind) in sorted(slots.items()):
            if start < at:
                continue
            self._slots.append((len(self._pieces) + 1, kind))
            self._pieces += [body[at:start], body[start:end]]
            at = end
        self._pieces.append(body[at:])
        self._at = [place for place, kind in self._slots if kind == "word"]
        self._vocabulary = np.array([self._pieces[place] for place in self._at], dtype=object)

    @property
    def words(self) -> int:
        """How many words of the story are an article's own."""
        return len(self._at)

    def title(self, seed: Sequence[int]) -> str:
        """A headline from the story's words; the same for the same numbers."""
        chosen = np.random.default_rng([*seed, 1]).permutation(len(self._vocabulary))[:_HEADLINE]
        return b" ".join(self._vocabulary[chosen].tolist()).decode("utf-8", "ignore").capitalize()

    def page(self, seed: Sequence[int], *, url: str, day: str, edition: int = 0) -> bytes:
        words = self._vocabulary[np.random.default_rng([*seed]).permutation(len(self._vocabulary))]
        if edition:  # a paragraph of it says something else
            part = max(4, len(words) // 20)
            at = edition * part % (len(words) - part)
            words[at : at + part] = words[at : at + part][::-1].copy()
        pieces = list(self._pieces)
        for place, word in zip(self._at, words.tolist(), strict=True):
            pieces[place] = word
        own = {"url": url.encode(), "day": day.encode(), "title": escape(self.title(seed)).encode()}
        for place, kind in self._slots:
            if kind != "word":
                pieces[place] = own[kind]
        return b"".join(pieces)


def _words(body: bytes, story: str) -> dict[int, tuple[int, str]]:
    """The words of the text that stands in the story."""
    found = {}
    hidden = [match.span() for match in _HIDDEN.finditer(body)]
    for run in _RUN.finditer(body):
        if any(start <= run.start() < end for start, end in hidden):
            continue
        if _plain(unescape(run[1].decode("utf-8", "replace"))) in story:
            for word in _WORD.finditer(body, run.start(1), run.end(1)):
                found[word.start()] = (word.end(), "word")
    return found


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def sample_templates() -> list[Template]:
    """The stories of the sample newspaper: small pages, nothing needed but the project."""
    found = []
    for site in newspaper():
        for story in site.stories:
            truth = story.truth
            if truth.status != "article" or story.code != 200 or story.moved_to:
                continue
            reply = site.answer(truth.path, base=site.home)
            body = reply.body.decode("cp1252" if site.data["charset"] == "iso-8859-1" else "utf-8")
            body = re.sub(r"(?i)charset=([\"']?)iso-8859-1", r"charset=\1utf-8", body)
            template = Template(
                body.encode(),
                url=site.home + truth.path,
                title=truth.title,
                day=truth.published,
                story=truth.text,
            )
            if template.words >= 80:
                found.append(template)
    return found


def corpus_templates(smallest: int, largest: int) -> list[Template]:
    """Recorded articles of so many bytes, in UTF-8."""
    root = corpus.folder()
    found = []
    for row in [row for name in ("fundus", "wcxb") for row in corpus.load(name, root)]:
        if not row.body or row.page_type not in (None, "article"):
            continue
        body = row.read()
        if not smallest <= len(body) <= largest:
            continue
        try:
            body.decode()
        except UnicodeDecodeError:
            continue
        template = Template(body, url=row.url, title=row.title, day=row.published, story=row.body)
        if template.words >= 80:
            found.append(template)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    body: bytes = b""
    kind: str = "text/html; charset=utf-8"
    etag: str | None = None


class Newsrooms:
    """What each source answers. ``began``: the day of the newest article; the others are 10 minutes apart."""

    def __init__(
        self, templates: Sequence[Template], *, sources: int, articles: int, began: datetime, seed: int = 1
    ) -> None:
        self.templates = templates
        self.sources = sources
        self.articles = articles
        self.began = began
        self.seed = seed
        #: By source, once they are served.
        self.bases: list[str] = []

    def slug(self, source: int) -> str:
        return f"room-{source:03}"

    def path(self, source: int, article: int) -> str:
        return f"/news/{source:03}-story-{article:05}.html"

    def urls(self) -> list[str]:
        """Of all articles."""
        return [
            self.bases[source] + self.path(source, article)
            for source in range(self.sources)
            for article in range(self.articles)
        ]

    def is_edited(self, source: int, article: int) -> bool:
        return (source * 7 + article) % EDITED == 0

    def answer(self, source: int, path: str, edition: int) -> Answer:
        if path == "/feed.xml":
            return self._listing(self._feed(source, edition), "application/atom+xml")
        if path == "/sitemap.xml" and source % WITH_SITEMAP == 0:
            return self._listing(self._sitemap(source, edition), "application/xml")
        if path == "/robots.txt":
            return Answer(status=200, body=b"User-agent: *\nDisallow: /private/\n", kind="text/plain")
        named = re.fullmatch(r"/news/(\d{3})-story-(\d{5})\.html", path)
        if named is None or int(named[1]) != source or int(named[2]) >= self.articles:
            return Answer(status=404, body=b"<h1>Not found</h1>")
        article = int(named[2])
        edited = edition if self.is_edited(source, article) else 0
        body = self._template(source).page(
            (self.seed, source, article),
            url=self.bases[source] + path,
            day=f"{self._published(article):%Y-%m-%d}",
            edition=edited,
        )
        return Answer(status=200, body=body, etag=f'"{source}-{article}-{edited}"')

    def _template(self, source: int) -> Template:
        return self.templates[source % len(self.templates)]

    def _published(self, article: int) -> datetime:
        return self.began - timedelta(minutes=10 * article)

    def _listing(self, body: bytes, kind: str) -> Answer:
        return Answer(status=200, body=body, kind=kind, etag=f'"{hashlib.sha256(body).hexdigest()[:16]}"')

    def _updated(self, source: int, article: int, edition: int) -> datetime:
        edited = edition and self.is_edited(source, article)
        return self.began + timedelta(hours=edition) if edited else self._published(article)

    def _feed(self, source: int, edition: int) -> bytes:
        base = self.bases[source]
        entries = "".join(
            f"<entry><title>{escape(self._template(source).title((self.seed, source, article)))}</title>"
            f'<id>{base}{self.path(source, article)}</id><link href="{base}{self.path(source, article)}"/>'
            f"<published>{self._published(article).isoformat()}</published>"
            f"<updated>{self._updated(source, article, edition).isoformat()}</updated></entry>"
            for article in range(self.articles)
        )
        return (
            '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">'
            f"<title>{self.slug(source)}</title><id>{base}/</id>"
            f"<updated>{self.began.isoformat()}</updated>{entries}</feed>"
        ).encode()

    def _sitemap(self, source: int, edition: int) -> bytes:
        base = self.bases[source]
        urls = "".join(
            f"<url><loc>{base}{self.path(source, article)}</loc>"
            f"<lastmod>{self._updated(source, article, edition).isoformat()}</lastmod></url>"
            for article in range(self.articles)
        )
        return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode()

    def write_sources(self, home: Path) -> None:
        """A file a source, so that ``home`` can be crawled."""
        folder = home / "sources"
        folder.mkdir(parents=True, exist_ok=True)
        for source, base in enumerate(self.bases):
            lines = [
                f'url = "{base}/"',
                f'feeds = ["{base}/feed.xml"]',
                "allow_private = true",
                "delay = 0.0",
            ]
            if source % WITH_SITEMAP == 0:
                lines.insert(2, f'sitemaps = ["{base}/sitemap.xml"]')
            (folder / f"{self.slug(source)}.toml").write_text("\n".join(lines) + "\n", "utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One request and its answer."""

    time: float
    source: int
    path: str
    status: int
    #: With If-None-Match or If-Modified-Since.
    conditional: bool


@dataclass(slots=True)
class Served:
    log: Path
    _edition: Any
    _answered: Any

    @property
    def answered(self) -> int:
        """Requests so far."""
        return int(self._answered.value)

    def publish(self, edition: int) -> None:
        """From now on the articles and lists of that edition are served."""
        self._edition.value = edition

    def hits(self, since: float = 0.0) -> list[Hit]:
        with self.log.open(encoding="ascii") as lines:
            rows = [json.loads(line) for line in lines]
        names = ("time", "source", "path", "status", "conditional")
        return [hit for row in rows if (hit := Hit(**dict(zip(names, row, strict=True)))).time >= since]


@contextmanager
def serve(rooms: Newsrooms, log: Path) -> Iterator[Served]:
    """Each source on a port of its own, until the block ends; ``log``: a file for the requests."""
    context = get_context("fork")
    edition, answered = context.Value("i", 0), context.Value("i", 0)
    sockets = [socket.create_server(("127.0.0.1", 0), backlog=64) for _ in range(rooms.sources)]
    rooms.bases = [f"http://127.0.0.1:{each.getsockname()[1]}" for each in sockets]
    log.touch()
    process = context.Process(target=_serve, args=(rooms, sockets, log, edition, answered), daemon=True)
    process.start()
    for each in sockets:
        each.close()
    try:
        yield Served(log, edition, answered)
    finally:
        process.terminate()
        process.join()


def _serve(rooms: Newsrooms, sockets: list[socket.socket], log: Path, edition: Any, answered: Any) -> None:
    file = os.open(log, os.O_WRONLY | os.O_APPEND)

    async def run() -> None:
        loop = asyncio.get_running_loop()
        for source, each in enumerate(sockets):

            def connection(source: int = source) -> _Connection:
                return _Connection(rooms, source, file, edition, answered)

            await loop.create_server(connection, sock=each)
        await asyncio.Event().wait()

    asyncio.run(run())


class _Connection(asyncio.Protocol):
    """As much of HTTP as a crawler speaks: requests without a body, one after the other."""

    def __init__(self, rooms: Newsrooms, source: int, log: int, edition: Any, answered: Any) -> None:
        self._rooms, self._source, self._log = rooms, source, log
        self._edition, self._answered = edition, answered
        self._read = b""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        while b"\r\n\r\n" in self._read:
            head, _, self._read = self._read.partition(b"\r\n\r\n")
            self._respond(head.decode("latin-1"))

    def _respond(self, head: str) -> None:
        first, *lines = head.split("\r\n")
        path = first.split(" ")[1]
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        answer = self._rooms.answer(self._source, path, self._edition.value)
        status, body = answer.status, answer.body
        if answer.etag is not None and headers.get("if-none-match") == answer.etag:
            status, body = 304, b""
        conditional = bool({"if-none-match", "if-modified-since"} & headers.keys())
        row = [time.time(), self._source, path, status, conditional]
        os.write(self._log, json.dumps(row).encode() + b"\n")
        self._answered.value += 1  # this process alone counts
        said = [
            f"HTTP/1.1 {status} {'OK' if status == 200 else 'Other'}",
            f"Date: {format_datetime(datetime.now(UTC), usegmt=True)}",
            f"Content-Type: {answer.kind}",
            f"Content-Length: {len(body)}",
            *([f"ETag: {answer.etag}"] if answer.etag else []),
        ]
        self._transport.write("\r\n".join(said).encode() + b"\r\n\r\n" + body)
