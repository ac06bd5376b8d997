"""An edited article as it stood before the edit, had it been cleaned like the edit. Pure.

Between two visits a site's memory learns. What it cuts from the new page and left in the old one, the
publisher has not deleted; what it cut from the old one and leaves in the new one is not new.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from html import escape


def cleaned_alike(old: str, new: str, *, old_removed: Iterable[str], new_removed: Iterable[str]) -> str:
    """``old`` without the paragraphs that only the cleaning of ``new`` cut, and with those that only its own
    cleaning cut. Both pages have all of them, so that what differs from ``new`` is the publisher's."""
    before, after = _parted(old), _parted(new)
    cut = Counter(new_removed)
    cut.subtract(Counter(old_removed))
    lost, gained = Counter(before) - Counter(after), Counter(after) - Counter(before)
    went = lost & +cut
    came = gained & -cut
    kept = []
    for paragraph in reversed(before):  # of a text that stands twice the first stays: the story's own
        if went[paragraph]:
            went[paragraph] -= 1
        else:
            kept.append(paragraph)
    kept.reverse()
    return "\n\n".join(_put_back(kept, after, came) if came else kept)


def _put_back(kept: list[str], after: list[str], came: Counter[str]) -> list[str]:
    """``kept`` with what came back where ``after`` has it: behind the paragraph that it follows there, or, if
    that one was edited, before the next that was not."""
    spots: dict[str, list[int]] = {}
    for index, paragraph in enumerate(kept):
        spots.setdefault(paragraph, []).append(index)
    left, place = Counter(came), 0
    found: list[int | None] = []  # for each of ``after`` its place in ``kept``
    is_back: list[bool] = []
    for paragraph in after:
        is_back.append(left[paragraph] > 0)
        left[paragraph] -= 1
        own = spots.get(paragraph, ())
        nearest = bisect_left(own, place)
        here = own[nearest] if not is_back[-1] and nearest < len(own) else None
        place = place if here is None else here + 1
        found.append(here)
    following = [len(kept)]  # for each of ``after``, from its end, the next place in ``kept``
    for here in reversed(found):
        following.append(following[-1] if here is None else here)
    following.reverse()
    before: list[list[str]] = [[] for _ in range(len(kept) + 1)]
    slot = 0
    for index, paragraph in enumerate(after):
        here = found[index]
        if is_back[index]:
            before[slot].append(paragraph)
        else:
            slot = following[index + 1] if here is None else here + 1
    together = []
    for back, own_paragraph in zip(before, [*kept, None], strict=True):
        together += back if own_paragraph is None else [*back, own_paragraph]
    return together


def as_html(text: str) -> str:
    """Its paragraphs and no more: no page ever had this text, so there are no links or pictures to keep."""
    return "".join(f"<p>{escape(paragraph, quote=False)}</p>" for paragraph in _parted(text))


def _parted(text: str) -> list[str]:
    return text.split("\n\n") if text else []
