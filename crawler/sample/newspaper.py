"""The sample's sites: from an address and the number of the visit to the bytes of the answer.

A page is a story in its site's template, with everything around it that is not the story. Only the job
advertisements change from visit to visit.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import format_datetime
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from crawler.sample import markup
from crawler.sample.story import Story, Truth, read, truth_of
from pipelines.resources import packaged

#: Job advertisements, other stories and readers' comments on a page.
JOBS = 4
RELATED = 4
COMMENTS = 3


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
        """The stories that a list names: "feed", "sitemap" and the like."""
        return tuple(s for s in self.stories if s.listed is None or name in s.listed)

    def truths(self) -> tuple[Truth, ...]:
        """Of every address that answers with 200 and a page of HTML."""
        language = str(self.data["language"])
        lists = (
            truth_of({"path": path, **route}, language=language)
            for path, route in self.data["routes"].items()
            if "reason" in route
        )
        return (*(s.truth for s in self.stories if s.code == 200 and not s.moved_to), *lists)

    def answer(self, address: str, *, base: str, visit: int = 1) -> Reply:
        """The answer to the ``visit``-th request for a path. ``base``: scheme and host, without a slash."""
        path = address.partition("?")[0]
        values = self._values(base, path, visit)
        if route := self.data["routes"].get(path):
            return self._reply(
                self._file(route["template"], values), route.get("type"), validators="validators" in route
            )
        for story in self.stories:
            if path == story.listed_as:
                return _redirect(base + story.truth.path)
            if path == story.truth.path:
                if story.moved_to:
                    return _redirect(base + story.moved_to)
                values |= self._page_values(story, values)
                return self._reply(self._file(story.template, values), status=story.code)
        return self._reply(self._file("missing.html", values), status=self.data["missing_status"])

    def _reply(
        self, text: str, kind: str | None = None, *, status: int = 200, validators: bool = False
    ) -> Reply:
        charset = "utf-8" if kind else self.data["charset"]
        # Old sites declare ISO-8859-1 and send Windows-1252; browsers read the one as the other.
        body = text.encode("cp1252" if charset == "iso-8859-1" else charset)
        headers = {"Content-Type": kind or self.data["content_type"], "Content-Length": str(len(body))}
        if validators:
            headers["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            headers["Last-Modified"] = format_datetime(self.stories[0].instant, usegmt=True)
        return Reply(status=status, headers=headers, body=body)

    def _file(self, name: str, values: Mapping[str, str]) -> str:
        return Template((self.folder / name).read_text("utf-8")).substitute(values)

    def _part(self, name: str, values: Mapping[str, str]) -> str:
        return Template(self.data["parts"][name]).substitute(values)

    def _each(self, part: str, items: Iterable[Mapping[str, str]], values: Mapping[str, str]) -> str:
        if part not in self.data["parts"]:
            return ""
        return "".join(self._part(part, {**values, **item}) for item in items)

    def _values(self, base: str, path: str, visit: int) -> dict[str, str]:
        """What every template can name."""
        values = {
            "base": base,
            "path": path,
            "site": escape(self.name),
            "built": format_datetime(self.stories[0].instant, usegmt=True),
            "built_iso": self.stories[0].instant.isoformat(),
        }
        place = zlib.crc32(path.encode())
        jobs = _turn(self.data["jobs"], place + visit * JOBS, JOBS)
        values["jobs"] = self._each("job", ({"job": escape(j), "job_slug": _slug(j)} for j in jobs), values)
        said = _turn(self.data.get("comments", ()), place, COMMENTS)
        values["comments"] = self._each(
            "comment", ({k: escape(v) for k, v in comment.items()} for comment in said), values
        )
        for name in self.data["lists"]:
            stories = (self._story_values(s, base) for s in self.listed(name))
            values[f"each_{name}"] = self._each(name, stories, values)
        return values

    def _page_values(self, story: Story, values: Mapping[str, str]) -> dict[str, str]:
        """What the template of a story's page can name besides."""
        base = values["base"]
        page = self._story_values(story, base)
        others = [s for s in self.stories if s is not story and s.truth.status == "article"]
        named = _turn(others, zlib.crc32(story.slug.encode()), RELATED)
        page["related"] = self._each("related", (self._story_values(s, base) for s in named), values)
        return page

    def _story_values(self, story: Story, base: str) -> dict[str, str]:
        truth, image = story.truth, story.truth.image
        written = story.published if isinstance(story.published, datetime) else story.instant
        values = {
            "base": base,
            "url": base + truth.path,
            "link": base + story.link,
            "link_path": story.link,
            "id": str(10_000 + zlib.crc32(story.slug.encode()) % 80_000),
            "title": escape(truth.title or ""),
            "teaser": escape(_teaser(truth.text)),
            "section": escape(story.section),
            "section_slug": _slug(story.section),
            "authors": escape(self._and(tuple(a.name for a in truth.authors))),
            "standfirst_text": escape(truth.standfirst or ""),
            "iso": story.published.isoformat(),
            "rfc822": format_datetime(written),
            "day": self._day(story.published),
            "clock": f"{written:%H:%M}",
            "image": base + image.url if image else "",
            "caption": escape(image.caption or "") if image else "",
            "credit": escape(image.credit or "") if image else "",
            "jsonld": _jsonld(self, story, base),
        }
        tags = ({"tag": escape(t), "tag_slug": _slug(t)} for t in story.tags)
        values["tags"] = self._each("tag", tags, values)
        for part, present in (("byline", truth.authors), ("standfirst", truth.standfirst), ("figure", image)):
            values[part] = self._each(part, ({},) if present else (), values)
        values["body"] = self._body(
            story.blocks[1:] if truth.standfirst else story.blocks, story.markup, base
        )
        # A feed has the full text of a story, and of what is none only the teaser.
        values["full"] = self._body(story.blocks, "feed", base) if truth.status == "article" else ""
        return values

    def _body(self, blocks: tuple[str, ...], how: str, base: str) -> str:
        elements = self.data["markup"].get(how)
        if elements is None:
            return ""
        own = base if self.data.get("absolute_links") or how == "feed" else ""
        parts = []
        for block in blocks:
            if not markup.is_insert(block):
                parts.append(markup.html(block, elements, base=own))
            elif how != "feed":
                parts.append(self._insert(block, base))
        return "\n".join(parts)

    def _insert(self, block: str, base: str) -> str:
        """What the site puts into the middle of a story; never part of it."""
        name, *slugs = block.removeprefix("::").split()
        insert = self.data["inserts"][name]
        items = (self.story(slug) for slug in slugs)
        links = (
            {"url": base + s.truth.path, "path": s.truth.path, "title": escape(s.truth.title or "")}
            for s in items
        )
        filled = "".join(Template(insert["item"]).substitute(link) for link in links)
        return Template(insert["html"]).substitute(items=filled)

    def _and(self, names: tuple[str, ...]) -> str:
        return f" {self.data['and']} ".join(names)

    def _day(self, when: date) -> str:
        month = self.data["months"][when.month - 1]
        return Template(self.data["day"]).substitute(d=when.day, month=month, y=when.year)


@cache
def newspaper() -> tuple[Site, ...]:
    """The three newsrooms, by slug."""
    return tuple(_site(file.parent) for file in sorted(packaged("sample").glob("*/site.toml")))


def _site(folder: Path) -> Site:
    data = tomllib.loads((folder / "site.toml").read_text("utf-8"))
    stories = [read(file, language=data["language"]) for file in sorted((folder / "stories").glob("*.md"))]
    stories.sort(key=lambda s: (s.instant, s.slug), reverse=True)
    return Site(slug=folder.name, folder=folder, data=data, stories=tuple(stories))


def _redirect(url: str) -> Reply:
    return Reply(status=301, headers={"Location": url, "Content-Length": "0"}, body=b"")


def _turn(items: Any, start: int, count: int) -> list[Any]:
    """``count`` items from ``start`` on, around and around."""
    return [items[(start + n) % len(items)] for n in range(count)] if items else []


def _teaser(text: str) -> str:
    first = text.partition("\n\n")[0]
    return first if len(first) <= 160 else first[:160].rsplit(" ", 1)[0] + " …"


def _slug(text: str) -> str:
    text = text.lower().translate(str.maketrans("äöüñáéíóú", "aounaeiou"))
    return re.sub(r"[^a-z0-9]+", "-", text).strip("-")


def _jsonld(site: Site, story: Story, base: str) -> str:
    truth = story.truth
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": {"@type": "WebPage", "@id": base + truth.path},
        "headline": truth.title,
        "datePublished": story.published.isoformat(),
        "author": [{"@type": "Person", "name": a.name} for a in truth.authors],
        "publisher": {"@type": "NewsMediaOrganization", "name": site.name},
        "articleSection": story.section,
        "inLanguage": site.data["locale"],
    }
    if truth.standfirst:
        data["description"] = truth.standfirst
    if truth.image:
        data["image"] = {
            "@type": "ImageObject",
            "url": base + truth.image.url,
            "caption": truth.image.caption,
        }
    return json.dumps(data, ensure_ascii=False).replace("</", "<\\/")
