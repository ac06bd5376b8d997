from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from crawler import ledger
from crawler.ledger import Counts
from pipelines.types import Article, Author, Verdict


class Stats(dict[str, Any]):
    def inc_value(self, key: str, count: int = 1, start: int = 0) -> None:
        self[key] = self.get(key, start) + count

    def set_value(self, key: str, value: Any) -> None:
        self[key] = value

    def get_value(self, key: str, default: Any = None) -> Any:
        return self.get(key, default)


FATES = st.sampled_from(
    [
        ("new", None),
        ("changed", None),
        ("unchanged", None),
        ("known", None),
        ("rejected", "listing"),
        ("rejected", "consent"),
        ("failed", "http_404"),
    ]
)


@given(st.lists(st.tuples(st.sampled_from(["a", "b-c"]), FATES)), st.integers(0, 5))
def test_found_is_the_sum_of_the_fates(events: list[tuple[str, tuple[str, str | None]]], extra: int) -> None:
    stats = Stats({"downloader/request_count": 7})
    for source, (fate, reason) in events:
        ledger.count(stats, source, "found")
        ledger.count(stats, source, fate, reason)
    for source in {source for source, _ in events}:
        ledger.count(stats, source, "found", n=extra)
    for source, counts in ledger.read(stats).items():
        mine = [fate for name, fate in events if name == source]
        assert counts.found == len(mine) + extra
        assert counts.postponed == extra
        assert counts.articles == sum(fate in ("new", "changed", "unchanged") for fate, _ in mine)


def test_trouble() -> None:
    well = Counts(source="x", endpoints=1, found=3, new=1, failed={"timeout": 2})
    assert well.trouble is None
    assert Counts(source="x", not_modified=1).trouble is None
    assert Counts(source="x", endpoints=1, excluded=9).trouble is None
    assert Counts(source="x", endpoints=1).trouble == "it lists no articles"
    broken = Counts(source="x", broken={"https://x.example/feed": "it is no feed"})
    assert broken.trouble == "https://x.example/feed: it is no feed"
    redesigned = Counts(source="x", endpoints=1, found=9, known=6, rejected={"empty": 2}, failed={"tls": 1})
    assert redesigned.trouble == "none of 3 pages gave an article (empty, tls)"
    assert Counts(source="x", endpoints=1, found=2, failed={"timeout": 2}).trouble is None


def test_reasons_may_hold_slashes() -> None:
    stats = Stats()
    ledger.count(stats, "x", "failed", "a/b")
    ledger.put(stats, "x", "broken", {"https://x.example/feed": "no feed"})
    assert ledger.read(stats)["x"].failed == {"a/b": 1}


def test_articles_are_measured() -> None:
    stats = Stats()
    for words, authors in ((99, (Author(name="Ada Holm"),)), (399, ())):
        article = Article(
            url="https://x.example/a",
            raw_url="https://x.example/a",
            status="article",
            title="A bridge",
            authors=authors,
            word_count=words,
            verdicts=(
                Verdict("s" * 60, "paragraph", True, "classifier", ""),
                Verdict("p" * 20, "paragraph", False, "classifier", ""),
            ),
        )
        ledger.measure(stats, "x", article)
    counts = ledger.read(stats)["x"]
    assert (counts.measured, round(counts.words or 0), counts.removed_share) == (2, 199, 0.25)
    assert counts.missing == {"authors": 1, "published": 2, "image": 2}
    assert Counts(source="x").words is None
