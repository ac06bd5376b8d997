"""``copydesk forget``: nothing of the article is left, and it does not come back."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import UTC, datetime

from click.testing import CliRunner, Result

from crawler.cli import main
from crawler.home import Home
from exporters.archive import Archive
from exporters.store import Store
from pipelines.clean import clean
from pipelines.types import Page

URL = "https://www.ferry.example/town/cedar-2"
WORD = b"Cedar2"
LATER = datetime(2026, 3, 9, tzinfo=UTC)


def invoke(home: Home, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--home", str(home.path), *arguments])


def declared(home: Home) -> Home:
    (home.sources / "ferry.toml").write_text('url = "https://www.ferry.example/"\n')
    assert invoke(home, "publish").exit_code == 0
    return home


def holds(home: Home, word: bytes) -> list[str]:
    """Files of the home that have the word in them, unpacked."""
    found = []
    for path in sorted(home.path.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            if path.name.endswith(".warc.gz"):
                data = gzip.decompress(data)
            if word in data:
                found.append(path.name)
    return found


def test_nothing_is_left_of_it(newsroom: Callable[..., Home]) -> None:
    home = declared(newsroom())
    assert {"all.xml", "ferry.xml", "news.db"} < set(holds(home, WORD))
    result = invoke(home, "forget", URL)
    assert (result.exit_code, result.stderr) == (0, "1 article and 1 archived answer forgotten\n")
    assert holds(home, WORD) == []
    assert holds(home, URL.encode()) == []
    with Store.open(home.database) as store, Archive(home.archive) as archive:
        assert store.search("Cedar2") == []
        assert store.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        kept = list(store.articles())
        assert len(kept) == 4
        for article in kept:
            assert article.snapshot is not None
            place = store.snapshot(article.snapshot)
            assert place is not None
            assert archive.read(place).url == article.url
        assert [path.name for path in home.archive.glob("*.gz")] == ["crawl-20260301-001.1.warc.gz"]
        assert len(list(archive.answers())) == 4


def test_it_does_not_come_back(newsroom: Callable[..., Home], page: Callable[[int], bytes]) -> None:
    home = declared(newsroom())
    number = "3"
    with Store.open(home.database) as store:
        found = store.article(int(number))
        assert found is not None
        url = found.url
    assert invoke(home, "forget", number).exit_code == 0
    other = "https://www.ferry.example/short/3"
    with Store.open(home.database) as store:
        spelled = url.replace("https://www.", "http://") + "?utm_source=x"
        assert store.known([spelled, other]) == {spelled}
        saved = store.save(clean(Page(url=url, body=page(2))), source="ferry", now=LATER, addresses=[other])
        assert (saved.id, saved.status) == (0, "deleted")
        assert store.known([other]) == {other}
        assert len(list(store.articles(status=None))) == 4


def test_an_address_that_leads_elsewhere_now_does_not_take_that_page_along(
    newsroom: Callable[..., Home], page: Callable[[int], bytes]
) -> None:
    home = declared(newsroom())
    assert invoke(home, "forget", URL).exit_code == 0
    home_page = "https://www.ferry.example/other/page-to-see"
    with Store.open(home.database) as store:
        store.save(clean(Page(url=home_page, body=page(8))), source="ferry", now=LATER, addresses=[URL])
        assert store.known([home_page]) == set()


def test_while_a_crawl_writes_its_file_is_named(newsroom: Callable[..., Home]) -> None:
    home = declared(newsroom())
    with Archive(home.archive) as archive:
        archive.write(URL, status=200, headers=[], body=b"Cedar2", fetched="2026-03-01T12:00:00Z")
        result = invoke(home, "forget", URL)
        assert result.exit_code == 1
        assert "a crawl writes to crawl-20260301-001.warc.gz" in result.stderr
        assert holds(home, WORD) == ["crawl-20260301-001.warc.gz"]
    assert invoke(home, "forget", URL).exit_code == 0
    assert holds(home, WORD) == []


def test_what_is_not_there(newsroom: Callable[..., Home]) -> None:
    home = declared(newsroom())
    result = invoke(home, "forget", "999")
    assert result.exit_code == 1
    assert "there is no such article" in result.stderr
    result = invoke(home, "forget", "never-seen")
    assert result.exit_code == 2
    assert "no article's number and no address" in result.stderr
    before = sorted(path.name for path in home.archive.iterdir())
    assert invoke(home, "forget", "https://www.ferry.example/never-seen").exit_code == 0
    assert sorted(path.name for path in home.archive.iterdir()) == before
