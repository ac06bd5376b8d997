"""A home with a small dataset, its feeds, a story that is out for harm, and a room over it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("datasette", reason="the reading room is an extra: pip install 'copydesk[serve]'")

from crawler.home import Home
from crawler.room.app import make
from exporters.store import Store, example
from pipelines.fingerprint import content_hash
from pipelines.types import Article, Evidence, Image, Verdict

NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)

#: Stored as if no sanitiser had ever seen it.
HARM = (
    "<p>Harmless words.</p><script>alert(1)</script><p onclick=alert(2)>Click</p>"
    '<a href="javascript:alert(3)">here</a><svg onload=alert(4)><iframe src="https://evil.example/"></iframe>'
    '<img src="https://evil.example/pixel.gif" onerror=alert(5) alt="a &quot;pixel&quot;">'
    '<form action="https://evil.example/"><input name=q></form><style>*{display:none}</style>'
    "<h4>Deep</h4><math><mtext></form><form><mglyph><style></math><img src onerror=alert(6)>"
)

RSS = (
    '<?xml version="1.0"?><?xml-stylesheet type="text/css" href="feeds.css"?>'
    '<rss version="2.0"><channel><title>All</title></channel></rss>\n'
)


def article(url: str, title: str, text: str, **fields: Any) -> Article:
    made = Article(
        url=url,
        raw_url=url,
        status="article",
        title=title,
        text=text,
        html="".join(f"<p>{paragraph}</p>" for paragraph in text.split("\n\n")),
        content_hash=content_hash(title, text),
        word_count=len(text.split()),
    )
    return replace(made, **fields)


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Made once; nobody writes to it."""
    home = Home(tmp_path_factory.mktemp("room") / "home")
    home.sources.mkdir(parents=True)
    home.feeds.mkdir()
    for slug in ("courier", "tagblatt"):
        (home.sources / f"{slug}.toml").write_text(f'url = "https://{slug}.example/"\n', "utf-8")
    (home.feeds / "all.xml").write_text(RSS, "utf-8")
    (home.feeds / "all.atom").write_text("<feed xmlns='http://www.w3.org/2005/Atom'/>", "utf-8")
    (home.feeds / "feeds.css").write_text("rss { display: block }", "utf-8")
    with Store.open(home.database) as store:
        example.fill(store)
        title = "<script>alert('title')</script>"
        harm = article(
            "https://courier.example/harm",
            title,
            "Harmless words.",
            html=HARM,
            section="<b>Bold</b>",
            language='"><script>',
            published="2026-03-01T09:00:00Z",
            image=Image(url="https://evil.example/lead.jpg", caption="<i>lead</i>"),
            evidence=(Evidence(field="title", origin="<u>h1</u>", raw=title, chosen=True),),
            verdicts=(
                Verdict("Harmless words.", "paragraph", True, "classifier", "prose"),
                Verdict(
                    "<script>alert('cut')</script>", "paragraph", False, "rule:<b>", "<script>why</script>"
                ),
            ),
        )
        store.save(harm, source="courier", now=NOW)
    return home


@pytest.fixture
def home(filled: Home, tmp_path: Path) -> Home:
    """A copy of one's own, to change."""
    return Home(shutil.copytree(filled.path, tmp_path / "home"))


@pytest.fixture(scope="session")
def shared_room(filled: Home) -> Iterator[Any]:
    room = make(filled)
    yield room
    close(room)


def close(room: Any) -> None:
    room.executor.shutdown()
    for database in room.databases.values():
        database.close()


@pytest.fixture
def ask(request: pytest.FixtureRequest) -> Iterator[Callable[..., Any]]:
    """Over the home that the test has, if it has one, else over that of all."""
    if "home" not in request.fixturenames:
        yield asker(request.getfixturevalue("shared_room"))
        return
    room = make(request.getfixturevalue("home"))
    yield asker(room)
    close(room)


def asker(room: Any) -> Callable[..., Any]:
    def ask(path: str, method: str = "GET", **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return asyncio.run(room.client.request(method, path, headers=named, follow_redirects=False))

    return ask


@pytest.fixture
def open_room(home: Home) -> Iterator[Callable[..., Callable[..., Any]]]:
    """``open_room(images=True)`` gives what asks a room of this kind."""
    made: list[Any] = []

    def open_room(**options: Any) -> Callable[..., Any]:
        made.append(make(home, **options))
        return asker(made[-1])

    yield open_room
    for room in made:
        close(room)


@pytest.fixture
def number(request: pytest.FixtureRequest) -> Callable[[str], int]:
    """The number of the article with this address."""
    home = request.getfixturevalue("home" if "home" in request.fixturenames else "filled")

    def number(url: str) -> int:
        with Store.open(home.database, read_only=True) as store:
            found = store.article(url)
        assert found is not None
        return found.id

    return number
