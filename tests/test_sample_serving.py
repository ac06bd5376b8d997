"""The sample newspaper on loopback: three origins, conditional requests, every request counted."""

from __future__ import annotations

import signal
import subprocess
import sys
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

from crawler.sample import Hit, Served, newspaper, serve


def get(
    served: Served, slug: str, path: str, headers: dict[str, str] | None = None
) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection(urlsplit(served.bases[slug]).netloc, timeout=5)
    try:
        connection.request("GET", path, headers=headers or {})
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def test_three_origins_that_answer_as_the_sites_do() -> None:
    with serve() as served:
        assert len(set(served.bases.values())) == 3
        for site in newspaper():
            base = served.bases[site.slug]
            assert base.startswith("http://127.0.0.1:")
            story = site.stories[0]
            response, body = get(served, site.slug, story.truth.path)
            assert response.status == 200
            assert body == site.answer(story.truth.path, base=base, visit=1).body


def test_links_lead_back_to_the_server() -> None:
    with serve() as served:
        _, body = get(served, "bitlotse", "/feed/")
        assert served.bases["bitlotse"].encode() in body
        assert b"bitlotse.example" not in body
        response, _ = get(served, "bitlotse", "/2025/04/rechner-spende-schulen-test/")
        assert response.status == 301
        assert response.headers["Location"].startswith(served.bases["bitlotse"])


def test_a_visit_later_other_jobs_are_advertised() -> None:
    path = newspaper()[0].stories[0].truth.path
    with serve() as served:
        bodies = [get(served, "bitlotse", path)[1] for _ in range(2)]
    assert bodies[0] != bodies[1]


def test_lists_are_not_sent_again() -> None:
    with serve() as served:
        for slug, path in (
            ("bitlotse", "/feed/"),
            ("courier", "/news.atom"),
            ("courier", "/sitemap-news.xml"),
        ):
            first, body = get(served, slug, path)
            assert body
            for name, answer in (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified")):
                again, nothing = get(served, slug, path, {name: first.headers[answer]})
                assert (again.status, nothing) == (304, b"")
            changed, _ = get(served, slug, path, {"If-None-Match": '"another"'})
            assert changed.status == 200


def test_every_request_is_counted() -> None:
    story = newspaper()[0].stories[0]
    with serve() as served:
        get(served, "bitlotse", "/feed/")
        get(served, "bitlotse", story.truth.path)
        get(served, "bitlotse", "/favicon.ico")
        assert served.hits == [
            Hit(site="bitlotse", path="/feed/", status=200),
            Hit(site="bitlotse", path=story.truth.path, status=200),
            Hit(site="bitlotse", path="/favicon.ico", status=404),
        ]
        assert served.story_hits() == [served.hits[1]]
        assert served.story_hits(since=2) == []


def test_by_hand_until_interrupted() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "crawler.sample"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            said = dict(process.stdout.readline().split() for _ in newspaper())
            assert list(said) == [site.slug for site in newspaper()]
            for site in newspaper():
                assert said[site.slug].startswith("http://127.0.0.1:")
                connection = HTTPConnection(urlsplit(said[site.slug]).netloc, timeout=5)
                connection.request("GET", site.stories[0].truth.path)
                assert connection.getresponse().status == 200
                connection.close()
            process.send_signal(signal.SIGINT)
            _, complaints = process.communicate(timeout=10)
        finally:
            process.kill()
        assert (process.returncode, complaints) == (0, "")
