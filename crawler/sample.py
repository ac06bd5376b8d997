"""The sample newspaper: three newsrooms of our own under ``data/sample``, and a server for them on loopback.

A story is a Markdown file with TOML front matter and is its own truth; a site's templates turn it into a page
with everything around it that is not the story. The same address, base and visit give the same bytes; only the
job advertisements change from visit to visit. docs/sample.md says how to add a story. No Scrapy.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
import tomllib
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.utils import format_datetime
from functools import cache
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template
from typing import Any, Protocol

from pipelines.resources import packaged
from pipelines.types import Author, Image, Status

#: Job advertisements on a page.
JOBS = 4
#: Other stories named on a page.
RELATED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What must come out of one address of the sample newspaper."""

    #: Path of the address that answers, after redirects.
    path: str
    status: Status
    reason: str | None
    title: str | None
    authors: tuple[Author, ...]
    #: As pipelines/types.py writes times.
    published: str | None
    language: str
    dateline: tuple[str, ...]
    standfirst: str | None
    #: ``url`` is a path on the site.
    image: Image | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One file of ``stories/``: the story, and how its address behaves."""

    slug: str
    truth: Truth
    published: datetime | date | None
    section: str
    tags: tuple[str, ...]
    #: Markdown, with ``:: name slug …`` lines where a site puts something of its own into the story.
    body: str
    template: str = "article.html"
    #: Which of the site's ways to write paragraphs.
    markup: str = "default"
    #: HTTP status of its page.
    code: int = 200
    #: Where its page redirects to.
    moved_to: str | None = None
    #: The address that feeds and lists give, where it is not the story's own.
    listed_as: str | None = None
    #: The lists that name it; None is all of them.
    listed: tuple[str, ...] | None = None

    @property
    def link(self) -> str:
        return self.listed_as or self.truth.path


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    slug: str
    folder: Path
    #: site.toml.
    data: Mapping[str, Any]
    #: Newest first.
    stories: tuple[Story, ...]

    @property
    def name(self) -> str:
        return str(self.data["name"])

    @property
    def home(self) -> str:
        """Where the newsroom would live if it existed."""
        return f"https://{self.data['host']}"

    def story(self, slug: str) -> Story:
        return next(s for s in self.stories if s.slug == slug)

    def listed(self, name: str) -> tuple[Story, ...]:
        return tuple(s for s in self.stories if s.listed is None or name in s.listed)

    def truths(self) -> tuple[Truth, ...]:
        """One for every address that answers with a page of its own: stories, and what is none."""
        pages = tuple(
            _truth(str(self.data["language"]), {"path": path, "reason": r["reason"]}, "")
            for path, r in self.data["routes"].items()
            if "reason" in r
        )
        return tuple(s.truth for s in self.stories if s.moved_to is None and s.code == 200) + pages

    def answer(self, path: str, *, base: str, visit: int = 1) -> Reply:
        """The answer to the ``visit``-th request for ``path``. ``base``: scheme and host, without a slash."""
        path = path.partition("?")[0]
        route = self.data["routes"].get(path)
        if route is not None:
            return self._reply(
                self._render(route["template"], self._values(base, visit, path, None)),
                route.get("type"),
                validators=route.get("validators", False),
            )
        for story in self.stories:
            target = story.truth.path if story.listed_as and path == story.link else story.moved_to
            if path == story.link and target and target != path:
                return Reply(status=301, headers={"Location": base + target, "Content-Length": "0"}, body=b"")
            if path == story.truth.path:
                page = self._render(story.template, self._values(base, visit, path, story))
                return self._reply(page, status=story.code)
        page = self._render("missing.html", self._values(base, visit, path, None))
        return self._reply(page, status=int(self.data.get("missing_status", 404)))

    def _reply(
        self, text: str, kind: str | None = None, *, status: int = 200, validators: bool = False
    ) -> Reply:
        # Old sites declare ISO-8859-1 and send Windows-1252; browsers read the one as the other.
        charset = "utf-8" if kind else str(self.data.get("charset", "utf-8"))
        body = text.encode("cp1252" if charset == "iso-8859-1" else charset)
        headers = {"Content-Type": kind or str(self.data["content_type"]), "Content-Length": str(len(body))}
        if validators:
            headers["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            newest = max(_instant(s.published) for s in self.stories if s.published)
            headers["Last-Modified"] = format_datetime(newest, usegmt=True)
        return Reply(status=status, headers=headers, body=body)

    def _render(self, template: str, values: Mapping[str, str]) -> str:
        return Template((self.folder / template).read_text("utf-8")).substitute(values)

    def _part(self, name: str, values: Mapping[str, str]) -> str:
        return Template(self.data["parts"][name]).substitute(values)

    def _values(self, base: str, visit: int, path: str, story: Story | None) -> dict[str, str]:
        """Everything that a template of this site can name."""
        values = {"base": base, "path": path, "site": escape(self.name), "host": self.data["host"]}
        newest = max(_instant(s.published) for s in self.stories if s.published)
        values["built"] = format_datetime(newest, usegmt=True)
        values["built_iso"] = newest.isoformat()
        if story is not None:
            values |= self._story_values(story, base)
            values["related"] = "".join(
                self._part("related", values | self._story_values(other, base))
                for other in self._others(story)
            )
        values["jobs"] = "".join(self._part("job", values | job) for job in self._jobs(path, visit))
        if "comment" in self.data["parts"]:
            values["comments"] = "".join(
                self._part("comment", values | {k: escape(v) for k, v in comment.items()})
                for comment in self._comments(path)
            )
        for name in self.data.get("lists", ()):
            values[f"each_{name}"] = "".join(
                self._part(name, values | self._story_values(s, base)) for s in self.listed(name)
            )
        return values

    def _story_values(self, story: Story, base: str) -> dict[str, str]:
        truth, markup = story.truth, self.data["markup"]
        values = {
            "title": escape(truth.title or ""),
            "slug": story.slug,
            "id": str(10_000 + zlib.crc32(story.slug.encode()) % 80_000),
            "url": base + truth.path,
            "link": base + story.link,
            "link_path": story.link,
            "section": escape(story.section),
            "authors": escape(", ".join(a.name for a in truth.authors)),
            "teaser": escape(_teaser(truth.text)),
            "standfirst_text": escape(truth.standfirst or ""),
            "tags": "".join(
                self._part("tag", {"base": base, "tag": escape(t), "tag_slug": _slug(t)}) for t in story.tags
            )
            if "tag" in self.data["parts"]
            else "",
        }
        if story.published is not None:
            values |= _dates(story.published, self.data)
        else:
            values |= dict.fromkeys(("iso", "rfc822", "day", "clock"), "")
        body = _body_blocks(story.body)
        if truth.standfirst:
            body = body[1:]
        values["body"] = self._html(body, markup[story.markup], base)
        if "feed" in markup:
            values["full"] = self._html(_body_blocks(story.body), markup["feed"], base)
        if truth.image:
            values["image"] = base + truth.image.url
            values["caption"] = escape(truth.image.caption or "")
            values["credit"] = escape(truth.image.credit or "")
        values["jsonld"] = _jsonld(self, story, base)
        wanted = {"byline": truth.authors, "standfirst": truth.standfirst, "figure": truth.image}
        for name, present in wanted.items():
            values[name] = self._part(name, values) if present and name in self.data["parts"] else ""
        return values

    def _html(self, blocks: tuple[str, ...], markup: Mapping[str, str], base: str) -> str:
        return "\n".join(self._block(b, markup, base) for b in blocks)

    def _block(self, block: str, markup: Mapping[str, str], base: str) -> str:
        def fill(name: str, html: str, **more: str) -> str:
            return Template(markup[name]).substitute(html=html, **more)

        def inline(text: str) -> str:
            return _inline(text, base if self.data.get("absolute_links") else "")

        lines = block.splitlines()
        if block.startswith("::"):
            name, *slugs = block[2:].split()
            insert = self.data["inserts"].get(name) if "insert" not in markup else None
            if insert is None:  # feeds do not carry them
                return ""
            items = "".join(
                Template(insert.get("item", "")).substitute(self._link_values(self.story(s), base))
                for s in slugs
            )
            return Template(insert["html"]).substitute(items=items, base=base)
        if heading := re.match(r"(#{2,3}) ", block):
            return fill(f"heading{len(heading[1])}", inline(block[heading.end() :]))
        if block.startswith("- "):
            return fill("list", "".join(fill("item", inline(line[2:])) for line in lines))
        if block.startswith("> "):
            return fill("quote", inline(" ".join(line[2:] for line in lines)))
        if block.startswith("|"):
            rows = []
            for number, line in enumerate(lines):
                cell = "cell" if number else "head"
                rows.append(fill("row", "".join(fill(cell, inline(c)) for c in _cells(line))))
            return fill("table", "".join(rows))
        return fill("paragraph", inline(" ".join(lines)))

    def _link_values(self, story: Story, base: str) -> dict[str, str]:
        return {"url": base + story.truth.path, "path": story.truth.path, "title": escape(story.truth.title or "")}

    def _others(self, story: Story) -> tuple[Story, ...]:
        others = [s for s in self.stories if s is not story and s.truth.status == "article"]
        start = zlib.crc32(story.slug.encode()) % len(others)
        return tuple((others + others)[start : start + RELATED])

    def _jobs(self, path: str, visit: int) -> Iterator[dict[str, str]]:
        jobs = self.data["jobs"]
        start = zlib.crc32(path.encode()) + visit * JOBS
        for number in range(start, start + JOBS):
            title = jobs[number % len(jobs)]
            yield {"job": escape(title), "job_id": str(2000 + number % len(jobs)), "job_slug": _slug(title)}

    def _comments(self, path: str) -> list[dict[str, str]]:
        comments = self.data["comments"]
        start = zlib.crc32(path.encode()) % len(comments)
        return [comments[(start + n) % len(comments)] for n in range(3)]


class Cleaned(Protocol):
    """An article as the cleaner gives it, or as the store gives it back."""

    @property
    def status(self) -> str: ...
    @property
    def reason(self) -> str | None: ...
    @property
    def title(self) -> str | None: ...
    @property
    def authors(self) -> tuple[Author, ...]: ...
    @property
    def published(self) -> str | None: ...
    @property
    def language(self) -> str | None: ...
    @property
    def dateline(self) -> tuple[str, ...]: ...
    @property
    def standfirst(self) -> str | None: ...
    @property
    def text(self) -> str: ...


#: What is compared of a story; of a page that is none, only the first two.
FIELDS = (
    "status",
    "reason",
    "title",
    "authors",
    "published",
    "language",
    "dateline",
    "standfirst",
    "text",
)


def differences(truth: Truth, article: Cleaned) -> tuple[str, ...]:
    """The names of the fields in which ``article`` is not ``truth``."""
    fields = FIELDS if truth.status == "article" else FIELDS[:2]
    return tuple(name for name in fields if getattr(truth, name) != getattr(article, name))


@cache
def newspaper() -> tuple[Site, ...]:
    """The three newsrooms, by slug."""
    return tuple(_site(folder) for folder in sorted(packaged("sample").iterdir()) if folder.is_dir())


def _site(folder: Path) -> Site:
    data = tomllib.loads((folder / "site.toml").read_text("utf-8"))
    stories = [_story(file, str(data["language"])) for file in sorted((folder / "stories").glob("*.md"))]
    stories.sort(key=lambda s: (_instant(s.published or date(2025, 1, 1)), s.slug), reverse=True)
    return Site(slug=folder.name, folder=folder, data=data, stories=tuple(stories))


def _story(file: Path, language: str) -> Story:
    _, front, body = re.split(r"^\+\+\+$", file.read_text("utf-8"), maxsplit=2, flags=re.M)
    data = tomllib.loads(front)
    how = {k: data[k] for k in ("template", "markup", "code", "moved_to", "listed_as") if k in data}
    return Story(
        slug=file.stem,
        truth=_truth(language, data, body),
        published=data.get("published"),
        section=data.get("section", ""),
        tags=tuple(data.get("tags", ())),
        body=body.strip(),
        listed=tuple(data["listed"]) if "listed" in data else None,
        **how,
    )


def _truth(language: str, data: Mapping[str, Any], body: str) -> Truth:
    blocks = _body_blocks(body)
    image = data.get("image")
    return Truth(
        path=data["path"],
        status="rejected" if "reason" in data else "article",
        reason=data.get("reason"),
        title=data.get("title"),
        authors=tuple(Author(name=name) for name in data.get("authors", ())),
        published=_stamp(data["published"]) if "published" in data else None,
        language=language,
        dateline=tuple(data.get("dateline", ())),
        standfirst=_plain(blocks[0]) if data.get("standfirst") else None,
        image=Image(**image) if image else None,
        text="\n\n".join(_block_text(b) for b in blocks if not b.startswith("::")),
    )


# -- the small Markdown of the stories ----------------------------------------------------------------------


def _body_blocks(body: str) -> tuple[str, ...]:
    return tuple(b.strip() for b in re.split(r"\n\s*\n", body) if b.strip())


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def _plain(text: str) -> str:
    text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text)
    return " ".join(re.sub(r"\*\*?", "", text).split())


def _block_text(block: str) -> str:
    """A block as the cleaner writes it into ``text``."""
    lines = block.splitlines()
    if block.startswith("#"):
        return _plain(block.lstrip("# "))
    if block.startswith("- "):
        return "\n".join("- " + _plain(line[2:]) for line in lines)
    if block.startswith("> "):
        return _plain(" ".join(line[2:] for line in lines))
    if block.startswith("|"):
        return "\n".join(" | ".join(_plain(c) for c in _cells(line)) for line in lines)
    return _plain(block)


def _inline(text: str, base: str) -> str:
    text = escape(text, quote=False)
    text = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", text)
    text = re.sub(r"\*(.+?)\*", r"<em>\1</em>", text)

    def link(match: re.Match[str]) -> str:
        address = match[2] if "://" in match[2] else base + match[2]
        return f'<a href="{address}">{match[1]}</a>'

    return re.sub(r"\[([^]]*)\]\(([^)]*)\)", link, text)


def _teaser(text: str) -> str:
    first = text.partition("\n\n")[0]
    return first if len(first) <= 200 else first[:200].rsplit(" ", 1)[0] + " …"


def _slug(text: str) -> str:
    text = text.lower().translate(str.maketrans("äöüñáéíóú", "aounaeiou"))
    return re.sub(r"[^a-z0-9]+", "-", text).strip("-")


# -- times and structured data ------------------------------------------------------------------------------


def _instant(when: datetime | date) -> datetime:
    if isinstance(when, datetime):
        return when.astimezone(UTC)
    return datetime(when.year, when.month, when.day, tzinfo=UTC)


def _stamp(when: datetime | date) -> str:
    if isinstance(when, datetime):
        return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return when.isoformat()


def _dates(when: datetime | date, site: Mapping[str, Any]) -> dict[str, str]:
    month = site["months"][when.month - 1]
    return {
        "iso": when.isoformat(),
        "rfc822": format_datetime(when if isinstance(when, datetime) else _instant(when)),
        "day": Template(site["day"]).substitute(d=when.day, month=month, y=when.year),
        "clock": f"{when:%H:%M}",
    }


def _jsonld(site: Site, story: Story, base: str) -> str:
    truth = story.truth
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": base + truth.path,
        "headline": truth.title,
        "author": [{"@type": "Person", "name": a.name} for a in truth.authors],
        "publisher": {"@type": "NewsMediaOrganization", "name": site.name},
        "articleSection": story.section,
        "inLanguage": site.data["locale"],
    }
    if story.published:
        data["datePublished"] = story.published.isoformat()
    if truth.standfirst:
        data["description"] = truth.standfirst
    if truth.image:
        data["image"] = {"@type": "ImageObject", "url": base + truth.image.url, "caption": truth.image.caption}
    return json.dumps(data, ensure_ascii=False).replace("</", "<\\/")


# -- on loopback --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One request that was answered."""

    site: str
    #: With its query.
    path: str
    status: int


@dataclass(slots=True)
class Served:
    """The newspaper while it is being served."""

    #: Address of each site by slug, such as "http://127.0.0.1:40123".
    bases: dict[str, str]
    #: Every request so far, in order.
    hits: list[Hit] = field(default_factory=list)

    def pages(self, since: int = 0) -> list[Hit]:
        """The requests from the ``since``-th on that were for stories: no feeds, lists or robots.txt."""
        routes = {site.slug: site.data["routes"] for site in newspaper()}
        return [h for h in self.hits[since:] if h.path.partition("?")[0] not in routes[h.site]]


@contextmanager
def serve() -> Iterator[Served]:
    """Serves the three sites, each on a port of its own, until the block ends."""
    served = Served(bases={})
    lock = threading.Lock()
    servers = []
    try:
        for site in newspaper():
            server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(site, served, lock))
            servers.append(server)
            served.bases[site.slug] = f"http://127.0.0.1:{server.server_port}"
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield served
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()


def _handler(site: Site, served: Served, lock: threading.Lock) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            base = served.bases[site.slug]
            with lock:
                visit = 1 + sum(h.site == site.slug and h.path == self.path for h in served.hits)
                reply = site.answer(self.path, base=base, visit=visit)
                status = 304 if _unchanged(self.headers, reply) else reply.status
                served.hits.append(Hit(site=site.slug, path=self.path, status=status))
            self.send_response(status)
            for name, value in reply.headers.items():
                if status != 304 or name != "Content-Length":
                    self.send_header(name, value)
            self.end_headers()
            if status != 304:
                self.wfile.write(reply.body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler


def _unchanged(headers: Any, reply: Reply) -> bool:
    if "ETag" not in reply.headers:
        return False
    if asked := headers.get("If-None-Match"):
        return reply.headers["ETag"] in [tag.strip() for tag in asked.split(",")]
    return headers.get("If-Modified-Since") == reply.headers["Last-Modified"]
