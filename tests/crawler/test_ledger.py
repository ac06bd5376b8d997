from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from crawler import ledger
from crawler.ledger import Counts


class Stats(dict[str, Any]):
    def inc_value(self, key: str, count: int = 1, start: int = 0) -> None:
        self[key] = self.get(key, start) + count

    def set_value(self, key: str, value: Any) -> None:
        self[key] = value


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


def test_health() -> None:
    well = Counts(source="x", endpoints=1, found=3, new=1, failed={"timeout": 2})
    assert well.unhealthy is None
    assert Counts(source="x", not_modified=1).unhealthy is None
    assert Counts(source="x", endpoints=1, excluded=9).unhealthy is None
    assert Counts(source="x", endpoints=1).unhealthy == "it lists no articles"
    broken = Counts(source="x", broken={"https://x.example/feed": "it is no feed"})
    assert broken.unhealthy == "https://x.example/feed: it is no feed"
    redesigned = Counts(source="x", endpoints=1, found=9, known=6, rejected={"empty": 2}, failed={"tls": 1})
    assert redesigned.unhealthy == "none of 3 pages gave an article (empty, tls)"
    assert Counts(source="x", endpoints=1, found=2, failed={"timeout": 2}).unhealthy is None


def test_reasons_may_hold_slashes() -> None:
    stats = Stats()
    ledger.count(stats, "x", "failed", "a/b")
    ledger.put(stats, "x", "broken", {"https://x.example/feed": "no feed"})
    assert ledger.read(stats)["x"].failed == {"a/b": 1}
