"""Page → Article: the stages, in order, once, read from top to bottom. Pure; never raises on a page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any, Final

from pipelines import compose, fingerprint, judge, metadata, pictures, urls
from pipelines.boilerplate.memory import SiteMemory
from pipelines.boilerplate.observing import observe
from pipelines.boilerplate.rules import Rules, builtin
from pipelines.boilerplate.traces import Observed, Trace
from pipelines.classify import Model, Probabilities, classify
from pipelines.decide import decide
from pipelines.document import Document, parse
from pipelines.metadata import dateline, language, standfirst
from pipelines.metadata import image as metadata_image
from pipelines.metadata import title as metadata_title
from pipelines.pagekind import KindModel
from pipelines.segment import Block, segment
from pipelines.types import Article, Evidence, Image, Layout, Page

#: Stored with every article; raised whenever the same page may clean to another article.
CLEANER_VERSION: Final = "1"

DEFAULT_RULES: Final = builtin()

_TAG: Final = re.compile(r"<[^<>]*>")
#: Why a page is not the story although its feed may carry it.
_STANDS_IN_THE_WAY: Final = frozenset(
    ["consent", "challenge", "needs_javascript", "login", "paywall", "too_short", "empty"]
)
#: Where the headline is not the story's either.
_HIDES_THE_PAGE: Final = frozenset(["consent", "challenge", "needs_javascript", "login", "empty"])
#: A feed's text this many times longer than the page's is the story, the page a stub of it.
_STUB: Final = 2.0
#: Fewer words of a feed are a teaser, not a text.
_FEED_WORDS: Final = 80


@dataclass(slots=True, kw_only=True)
class Reading:
    """A page, read but not yet cut: what every cleaning of it begins with."""

    page: Page
    document: Document
    metadata: metadata.Metadata
    blocks: list[Block]
    #: Of each block how likely it is the story's, by the classifier alone.
    probabilities: Probabilities
    _observed: Observed | None = field(default=None, init=False, repr=False)

    @property
    def observed(self) -> Observed:
        """What the site's memory may know the page by. Costs a tenth of a cleaning at most, and only once."""
        if self._observed is None:
            known, entry = self.metadata, self.page.entry
            self._observed = observe(
                self.blocks,
                self.probabilities.tolist(),
                article=urls.identity(known.canonical_url or urls.canonicalise(self.page.url)),
                day=(known.published or "")[:10],
                headlines=known.headlines,
                authors=[author.name for author in known.authors],
                marked_text=(
                    known.article_body,
                    known.description,  # a standfirst, which other pages tease the story with
                    _words_of(entry.content if entry is not None else None),
                ),
            )
        return self._observed

    @property
    def trace(self) -> Trace:
        """What the page leaves in its site's memory: the same with any rules and any memory."""
        return self.observed.trace


def _words_of(content: str | None) -> str | None:
    """What a feed carries of the story, without its markup."""
    return unescape(_TAG.sub(" ", content)) if content else None


def read(page: Page, *, classifier: Model | None = None) -> Reading:
    """The half of cleaning that needs no knowledge of rules and site."""
    document = parse(page.body, url=page.url, charset=page.charset)
    known = metadata.read(document, entry=page.entry, robots_header=page.robots_header, fetched=page.fetched)
    blocks = segment(document)
    probabilities = classify(
        blocks,
        headlines=known.headlines,
        description=known.description,
        article_body=known.article_body,
        authors=[author.name for author in known.authors],
        using=classifier,
    )
    return Reading(page=page, document=document, metadata=known, blocks=blocks, probabilities=probabilities)


def clean(
    page: Page,
    *,
    rules: Rules | None = DEFAULT_RULES,
    layout: Layout | None = None,
    classifier: Model | None = None,
    memory: SiteMemory | None = None,
    kinds: KindModel | None = None,
) -> Article:
    """``rules=None`` cleans without any; ``classifier``, ``kinds``: other weights than the shipped ones;
    ``memory``: of the page's site (``memory.site_of``).

    The same page, rules, layout, weights and memory give an equal Article."""
    return finish(read(page, classifier=classifier), rules=rules, layout=layout, memory=memory, kinds=kinds)


def finish(
    reading: Reading,
    *,
    rules: Rules | None = DEFAULT_RULES,
    layout: Layout | None = None,
    memory: SiteMemory | None = None,
    kinds: KindModel | None = None,
) -> Article:
    """The other half: from a page that has been read to its article. May be done again with other rules or
    another memory."""
    page, document, known, blocks = reading.page, reading.document, reading.metadata, reading.blocks
    matches = rules.match(blocks, title=known.title) if rules is not None else [None] * len(blocks)
    verdicts = decide(
        blocks,
        reading.probabilities,
        matches,
        document=document,
        layout=layout,
        headlines=known.headlines,
        authors=[author.name for author in known.authors],
        recalled=memory.recall(reading.observed) if memory else None,
    )
    kept = [verdict.kept for verdict in verdicts]
    text = compose.text(blocks, kept)
    markup = compose.html(blocks, kept, base=document.base)
    status, reason = judge.judge(
        document=document,
        blocks=blocks,
        kept=kept,
        text=text,
        metadata=known,
        http_status=page.status,
        kinds=kinds,
    )
    if (
        memory is not None
        and status != "article"
        and reason not in _STANDS_IN_THE_WAY
        and _is_article_without(reading, rules, layout, kinds)
    ):
        status, reason = "article", None  # what repeats is cut from a page; it tells nothing of its kind
    evidence, title = known.evidence, known.title
    fed = _fed_story(page, rules, known.title)
    if fed is not None and _is_better(fed[0], text, reason):
        text, markup = fed
        if reason in _HIDES_THE_PAGE and page.entry is not None and page.entry.title:
            title = metadata_title.tidy(page.entry.title)
        status, reason = "article", None
        evidence = (*evidence, Evidence(field="text", origin="feed", raw=text[:200], chosen=True))
        paragraphs, names, bold = text.split("\n\n"), "", False
    else:
        paragraphs, names, bold = _opening(blocks, kept)
    spoken = language.of(known.language, text)
    return Article(
        url=urls.canonicalise(page.url),
        canonical_url=known.canonical_url,
        raw_url=page.url,
        status=status,
        reason=reason,
        title=title,
        alternative_title=known.alternative_title,
        standfirst=standfirst.find(paragraphs, description=known.description, names=names, bold=bold),
        authors=known.authors,
        published=known.published,
        modified=known.modified,
        published_offset=known.published_offset,
        modified_offset=known.modified_offset,
        language=spoken,
        section=known.section,
        tags=known.tags,
        image=known.image or _lead_picture(blocks, kept, document.base),
        dateline=dateline.places(text, language=spoken),
        text=text,
        html=markup,
        verdicts=tuple(verdicts),
        evidence=evidence,
        robots=known.robots,
        content_hash=fingerprint.content_hash(title, text),
        word_count=judge.count_words(text),
    )


def _is_article_without(
    reading: Reading, rules: Rules | None, layout: Layout | None, kinds: KindModel | None
) -> bool:
    """Whether the page is an article to somebody who knows no other of its site."""
    return finish(reading, rules=rules, layout=layout, kinds=kinds).status == "article"


def _fed_story(page: Page, rules: Rules | None, title: str | None) -> tuple[str, str] | None:
    """The text and HTML that the feed carries, where it carries more than a teaser.

    A feed's body is the story but for what newsrooms add to it, which the rules know."""
    if page.entry is None or not page.entry.content:
        return None
    document = parse(page.entry.content.encode("utf-8", "replace"), url=page.url, charset="utf-8")
    blocks = segment(document)
    if rules is not None:
        kept = [match is None for match in rules.match(blocks, title=title)]
    else:
        kept = [True] * len(blocks)
    text = compose.text(blocks, kept)
    if len(text.split()) < _FEED_WORDS:
        return None
    return text, compose.html(blocks, kept, base=document.base)


def _is_better(fed: str, text: str, reason: str | None) -> bool:
    """Whether the feed's text is the story, and the page only stands in its way."""
    if reason in _STANDS_IN_THE_WAY:
        return len(fed) > len(text)
    return reason is None and len(fed) > _STUB * len(text)


def _lead_picture(blocks: Sequence[Block], kept: Sequence[bool], base: str) -> Image | None:
    """The first picture in the story, for a page whose metadata name none."""
    found = pictures.lead(blocks, kept)
    address = compose.image_address(found[0], base) if found is not None else None
    if found is None or address is None:
        return None
    _, figure, line = found
    caption, credit = metadata_image.caption_of(figure) if figure is not None else (None, None)
    if caption is None and line is not None:
        caption, credit = metadata_image.parted(line)
    return Image(url=address, caption=caption, credit=credit)


def _opening(blocks: Sequence[Block], kept: Sequence[bool]) -> tuple[list[str], str, bool]:
    """The kept paragraphs, and what the first one's element is called and looks like."""
    told = [block for block, keep in zip(blocks, kept, strict=True) if keep and block.is_text]
    if not told:
        return [], "", False
    first = told[0]
    names: list[str] = []
    element: Any = first.container
    for near in (element, element.getparent()):
        if near is not None:
            names.extend(filter(None, (near.get("class"), near.get("id"), near.get("itemprop"))))
    bold = first.kind == "heading" or first.is_bold
    return [block.text for block in told], " ".join(names), bold
