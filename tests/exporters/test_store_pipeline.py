"""Scrapy's pipeline that stores: what comes out of it, and for whom."""

from __future__ import annotations

from typing import Any

import pytest

from exporters.components import RejectedError, StorePipeline
from exporters.store import Saved, Store, StoredArticle
from pipelines.clean import clean
from pipelines.components import Copy
from pipelines.errors import StoreError
from pipelines.types import Page

URL = "https://www.ferry.example/alder"
PEOPLE = ("The council", "A ferryman", "The mayor", "Her deputy", "The state", "A critic", "The builder")
STORY = "".join(
    f"<p>{who} said on Monday that the bridge over the river, which a flood took away in 2019, will be built"
    f" again before the harvest of year {number}, if the water stays as low as it is now.</p>"
    for number, who in enumerate(PEOPLE)
)


class Desk:
    run: int | None = None

    def __init__(self) -> None:
        self.store = Store.open(":memory:")
        self.copies: list[Saved] = []

    def filed(self, copy: Copy, saved: Saved) -> None:
        self.copies.append(saved)

    def give_up(self, error: StoreError) -> None:
        raise error


def copy_of(body: str) -> Copy:
    page = Page(url=URL, body=f"<html><body><h1>Alder</h1>{body}</body></html>".encode())
    return Copy(page=page, source="ferry", addresses=(URL,), article=clean(page))


@pytest.fixture
def desk() -> Any:
    desk = Desk()
    yield desk
    desk.store.close()


def test_a_feed_gets_the_article_that_was_stored(desk: Desk) -> None:
    item = StorePipeline(desk).process_item(copy_of(STORY))
    assert isinstance(item, StoredArticle)
    assert item.url == URL


def test_where_nobody_wants_it_nothing_is_read_back(desk: Desk) -> None:
    copy = copy_of(STORY)
    assert StorePipeline(desk, exports=False).process_item(copy) is copy
    assert [saved.outcome for saved in desk.copies] == ["new"]


def test_a_page_that_is_no_article_is_stored_and_dropped(desk: Desk) -> None:
    with pytest.raises(RejectedError):
        StorePipeline(desk).process_item(copy_of(""))
    assert [saved.outcome for saved in desk.copies] == ["rejected"]
