"""One walk over the page's tree: every visible run of text between block-level elements, in order. Pure.

A page's blocks, kept and removed together, are the page. The walk is iterative (pages nest 100,000 deep) and
collects on the way what the features need, so that the tree is walked once.
"""

from __future__ import annotations

import re
from typing import Any, Final, Literal

from pipelines.document import Document

Kind = Literal["heading", "paragraph", "item", "quote", "cell", "caption", "code", "image", "embed"]


class Frame:
    """A block-level element on the way down to a block: the page's skeleton."""

    __slots__ = ("depth", "element", "first", "index", "kind", "last", "level", "parent", "tag")

    def __init__(
        self, parent: Frame | None, element: Any, tag: str, kind: Kind, level: int, first: int, index: int
    ) -> None:
        self.parent = parent
        self.element = element
        self.tag = tag
        #: What text directly in here is; quotes and list items hand theirs down.
        self.kind: Kind = kind
        self.level = level
        self.depth: int = parent.depth + 1 if parent is not None else 0
        #: The blocks inside are ``blocks[first:last]``.
        self.first = first
        self.last = first
        #: Its place among the page's frames, in document order.
        self.index = index


class Block:
    """A visible run of text (or an image, or an embed) and its place in the tree."""

    __slots__ = ("container", "frame", "is_text", "kind", "level", "link_chars", "runs", "text")

    def __init__(
        self, text: str, kind: str, level: int, link_chars: int, frame: Frame, runs: list[tuple[str, Any]]
    ) -> None:
        #: White space collapsed; ``\n`` only for a ``<br>`` and inside ``<pre>``. For an image its alt text.
        self.text = text
        #: One of Kind.
        self.kind = kind
        self.is_text = kind != "image" and kind != "embed"
        #: 1–6 for headings, else 0.
        self.level = level
        #: How many characters of the text are inside a link or a button.
        self.link_chars = link_chars
        self.frame = frame
        #: The nearest block-level element.
        self.container: Any = frame.element
        #: Pieces of text as they stand in the source, each with the element it hangs in.
        self.runs = runs

    @property
    def is_bold(self) -> bool:
        """Whether all of its text is set in bold."""
        return all(self._has_bold(element) for words, element in self.runs if words.strip())

    def _has_bold(self, element: Any) -> bool:
        while element is not None and element is not self.container:
            if element.tag in ("b", "strong"):
                return True
            element = element.getparent()
        return False

    def __repr__(self) -> str:
        return f"Block({self.kind}, {self.text[:60]!r})"


#: A page is read up to about so many blocks; long live blogs have some thousands.
MOST_BLOCKS: Final = 60_000

_BLOCK: Final = 0
_INLINE: Final = 1
_LINK: Final = 2
_BREAK: Final = 3
_IMAGE: Final = 4
_EMBED: Final = 5
_SKIP: Final = 6
_CONTROL: Final = 7
_NOSCRIPT: Final = 8

_INLINE_TAGS: Final = """
    abbr acronym b bdi bdo big cite code data dfn em font i ins del kbd label mark nobr q ruby rb rtc s samp
    small span strike strong sub sup time tt u var wbr o:p st1:place st1:city blink math mi mn mo mrow msup
    msub picture source track output
    """.split()
_SKIPPED_TAGS: Final = """
    head script style template svg select option textarea input datalist canvas map meta link title rt rp
    param area base frame frameset noembed noframes
    """.split()
_EMBED_TAGS: Final = "iframe video audio object embed amp-iframe amp-video amp-youtube".split()

_ROLES: Final[dict[str, int]] = {
    **dict.fromkeys(_INLINE_TAGS, _INLINE),
    "a": _LINK,
    "br": _BREAK,
    **dict.fromkeys(["img", "amp-img", "image"], _IMAGE),
    **dict.fromkeys(_EMBED_TAGS, _EMBED),
    **dict.fromkeys(_SKIPPED_TAGS, _SKIP),
    "button": _CONTROL,
    "noscript": _NOSCRIPT,
}
_KINDS: Final[dict[str, Kind]] = {
    **dict.fromkeys(["h1", "h2", "h3", "h4", "h5", "h6"], "heading"),
    **dict.fromkeys(["li", "dt", "dd"], "item"),
    **dict.fromkeys(["blockquote"], "quote"),
    **dict.fromkeys(["td", "th"], "cell"),
    **dict.fromkeys(["figcaption", "caption"], "caption"),
    **dict.fromkeys(["pre", "listing", "xmp"], "code"),
}
#: Kinds that hold for the paragraphs inside too.
_HANDED_DOWN: Final = frozenset(["item", "quote", "caption", "heading", "code"])
_HIDING: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_STREAMED: Final = re.compile(r"S:[0-9a-f]+$")
_BREAKS: Final = re.compile(r"[\n\r]+")
_INVISIBLE: Final = re.compile("[\u00ad\u200b\u2060\ufeff]")


def segment(document: Document) -> list[Block]:
    """The page's blocks in document order."""
    blocks: list[Block] = []
    pieces: list[tuple[str, Any]] = []  # of the block being read
    linked = 0  # its characters inside links
    links = 0  # open links and buttons
    pictures: list[Block] = []  # inline images wait until their paragraph is whole
    frame = Frame(None, document.root, "html", "paragraph", 0, 0, 0)
    frames = 1

    def flush() -> None:
        nonlocal linked
        if pieces:
            kind = frame.kind
            text = _verbatim(pieces) if kind == "code" else _collapse(pieces)
            if text:
                blocks.append(Block(text, kind, frame.level, min(linked, len(text)), frame, pieces[:]))
            pieces.clear()
            linked = 0
        if pictures:
            blocks.extend(pictures)
            pictures.clear()

    get_role = _ROLES.get
    parent: Any = document.root
    children = iter(parent)
    above: list[tuple[Any, Any, int]] = []  # children still to come, whose they are, what led down from there
    words: str | None = parent.text
    holder: Any = parent  # the element that the words hang in
    while True:
        if words:
            if not words.isspace():
                pieces.append((words, holder))
                if links:
                    linked += len(words.strip())
            elif pieces and pieces[-1][0] != "\n":
                pieces.append((" ", holder))
        element = next(children, None)
        if element is None:  # the end of an element
            if not above:
                break
            element = parent
            children, parent, role = above.pop()
            if role == _BLOCK:
                if pieces or pictures:
                    flush()
                frame.last = len(blocks)
                frame = frame.parent or frame
                if len(blocks) >= MOST_BLOCKS:
                    break
            elif role == _LINK:
                links -= 1
            elif role == _CONTROL:
                flush()
                links -= 1
            words, holder = element.tail, parent
            continue
        tag: Any = element.tag
        role = get_role(tag, _BLOCK)
        if role == _INLINE:
            pass
        elif role == _BLOCK:
            if pieces or pictures:
                flush()
            if (element.get("style") or element.get("hidden") is not None) and _is_hidden(element, tag):
                words, holder = element.tail, parent
                continue
            own = _KINDS.get(tag)
            kind: Kind
            if own is not None:
                kind, level = own, (int(tag[1]) if own == "heading" else 0)
                if own == "item" and frame.kind == "quote":
                    kind = "quote"
            elif frame.kind in _HANDED_DOWN:
                kind, level = frame.kind, frame.level
            else:
                kind, level = "paragraph", 0
            frame = Frame(frame, element, tag, kind, level, len(blocks), frames)
            frames += 1
        elif role == _LINK:
            links += 1
        elif role == _CONTROL:
            flush()
            links += 1
        else:
            if role == _BREAK:
                if pieces and pieces[-1][0] == "\n":
                    flush()
                elif pieces:
                    pieces.append(("\n", element))
            elif role == _IMAGE:
                pictures.append(Block(element.get("alt") or "", "image", 0, 0, frame, [("", element)]))
            elif role == _EMBED:
                flush()
                title = " ".join((element.get("title") or "").split())
                blocks.append(Block(title, "embed", 0, 0, frame, [("", element)]))
            elif role == _NOSCRIPT:
                pictures.extend(
                    Block(image.get("alt") or "", "image", 0, 0, frame, [("", image)])
                    for image in element.iter("img")
                )
            words, holder = element.tail, parent
            continue
        above.append((children, parent, role))
        children, parent = iter(element), element
        words, holder = element.text, element
    flush()
    open_frame: Frame | None = frame
    while open_frame is not None:
        open_frame.last = len(blocks)
        open_frame = open_frame.parent
    return blocks


def _verbatim(pieces: list[tuple[str, Any]]) -> str:
    text = "".join([piece for piece, _ in pieces]).strip("\n")
    return text if text.strip() else ""


def _collapse(pieces: list[tuple[str, Any]]) -> str:
    words = [piece for piece, _ in pieces]
    text = " ".join("".join(words).split())
    if "\n" in words:  # a <br>, which stays a line break
        joined = "".join([piece if piece == "\n" else _BREAKS.sub(" ", piece) for piece in words])
        text = "\n".join(filter(None, (" ".join(line.split()) for line in joined.split("\n"))))
    return text if text.isascii() else _INVISIBLE.sub("", text).strip()


def _is_hidden(element: Any, tag: str) -> bool:
    if tag == "body":  # until a script has run
        return False
    if element.get("hidden") is not None:
        # React streams content into hidden boxes that its script moves into place
        return not _STREAMED.match(element.get("id") or "")
    return _HIDING.search(element.get("style") or "") is not None
