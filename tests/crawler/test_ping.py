"""The watchdog hears of the end of a crawl; whatever becomes of the ping, nothing becomes of the crawl."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from crawler import ping
from pipelines.errors import ConfigError


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def watchdog() -> Iterator[Any]:
    """Its address, and what it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response({"/moved": 302, "/broken": 500}.get(self.path.split("?")[0], 200))
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_the_exit_code_goes_along(watchdog: Any) -> None:
    url, asked = watchdog
    assert ping.ping(f"{url}/key", 0)
    assert ping.ping(f"{url}/key?a=b", 1)
    assert asked == ["/key?exit=0", "/key?a=b&exit=1"]


def test_a_watchdog_that_is_ill_is_a_line_in_the_log(watchdog: Any, caplog: pytest.LogCaptureFixture) -> None:
    url, asked = watchdog
    with caplog.at_level(logging.WARNING):
        assert not ping.ping(f"{url}/broken", 0)
        assert not ping.ping(f"{url}/moved", 0)
        assert not ping.ping("http://127.0.0.1:1/secret-key", 0)
    assert asked == ["/broken?exit=0", "/moved?exit=0"], "and no redirect is followed"
    assert len(caplog.records) == 3
    assert "secret-key" not in caplog.text


def test_a_watchdog_that_never_answers_does_not_hold_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ping, "SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert not ping.ping(f"http://127.0.0.1:{silent.getsockname()[1]}/", 0)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://x.example/", "x.example", "http://", "http://[::1"]
)
def test_only_http_is_pinged(url: str) -> None:
    with pytest.raises(ConfigError, match="COPYDESK_PING_URL") as refused:
        ping.check(url)
    assert refused.value.exit_code == 2
    with pytest.raises(ConfigError):
        ping.ping(url, 0)
