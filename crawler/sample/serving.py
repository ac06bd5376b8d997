"""The sample newspaper on loopback: three sites on three ports, counting every request."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from crawler.sample.newspaper import Reply, Site, newspaper


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One request and how it was answered."""

    site: str
    #: With its query.
    path: str
    status: int


@dataclass(slots=True)
class Served:
    """The newspaper while it is being served."""

    #: Address of each site by slug, such as "http://127.0.0.1:40123".
    bases: dict[str, str] = field(default_factory=dict)
    #: Every request so far, in order.
    hits: list[Hit] = field(default_factory=list)

    def story_hits(self, since: int = 0) -> list[Hit]:
        """The requests from the ``since``-th on that asked for stories, not for lists or feeds."""
        routes = {site.slug: site.data["routes"] for site in newspaper()}
        listed = {
            (site.slug, path)
            for site in newspaper()
            for story in site.stories
            for path in (story.link, story.truth.path)
        }
        return [
            hit
            for hit in self.hits[since:]
            if (hit.site, hit.path.partition("?")[0]) in listed and hit.path not in routes[hit.site]
        ]


@contextmanager
def serve() -> Iterator[Served]:
    """Serves the three sites, each on a port of its own, until the block ends."""
    served = Served()
    servers: list[ThreadingHTTPServer] = []
    lock = threading.Lock()
    try:
        for site in newspaper():
            server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(site, served, lock))
            servers.append(server)
            served.bases[site.slug] = f"http://127.0.0.1:{server.server_port}"
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield served
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()


def _handler(site: Site, served: Served, lock: threading.Lock) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with lock:
                visit = 1 + sum(h.site == site.slug and h.path == self.path for h in served.hits)
                reply = site.answer(self.path, base=served.bases[site.slug], visit=visit)
                status = 304 if _unchanged(self.headers, reply) else reply.status
                served.hits.append(Hit(site=site.slug, path=self.path, status=status))
            self.send_response(status)
            for name, value in reply.headers.items():
                if status != 304 or name != "Content-Length":
                    self.send_header(name, value)
            self.end_headers()
            if status != 304:
                self.wfile.write(reply.body)

        def date_time_string(self, timestamp: float | None = None) -> str:
            """The newspaper's clock stopped with its newest story: no list of it ever looks abandoned."""
            return format_datetime(site.stories[0].instant, usegmt=True)

        def log_message(self, format: str, *args: Any) -> None:
            """The caller counts; nobody wants a line a request."""

    return Handler


def _unchanged(headers: Any, reply: Reply) -> bool:
    if "ETag" not in reply.headers:
        return False
    if asked := headers.get("If-None-Match"):
        return reply.headers["ETag"] in [tag.strip() for tag in asked.split(",")]
    return bool(headers.get("If-Modified-Since") == reply.headers["Last-Modified"])
