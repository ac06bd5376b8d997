"""A small web of our own on loopback: real sockets, and crawls in processes of their own."""

from __future__ import annotations

import gzip
import json
import os
import sqlite3
import ssl
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

ROOT = Path(__file__).parents[3]

WORDS = (
    "The council of {name} met on Monday evening and decided, after long debate, to build the bridge.",
    "Residents of {name} had waited for that decision since the flood of 2019 carried the old one away.",
    "“We are relieved,” said mayor Ada Holm, who had promised the bridge of {name} in two campaigns.",
    "The work will cost 4.2 million and is to begin in the spring, provided that the water stays low.",
    "Critics in {name} pointed out that the ferry, which costs a tenth of that, had never been late.",
    "A first pillar is to stand before the harvest; the rest follows when the state has paid its share.",
)


def story(name: str) -> bytes:
    paragraphs = "".join(f"<p>{words.format(name=name)}</p>" for words in WORDS)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{name} gets its bridge</title>"
        f'<meta property="og:title" content="{name} gets its bridge">'
        '<meta property="og:type" content="article">'
        '<meta property="article:published_time" content="2026-03-01T08:30:00Z"></head><body>'
        f"<nav><a href='/'>Home</a></nav><main><article><h1>{name} gets its bridge</h1>{paragraphs}"
        "</article></main><footer><a href='/imprint'>Imprint</a></footer></body></html>"
    ).encode()


def rss(*links: str) -> bytes:
    items = "".join(
        f"<item><title>Story {n}</title><link>{link}</link><guid>{link}</guid>"
        "<pubDate>Sun, 01 Mar 2026 08:30:00 GMT</pubDate></item>"
        for n, link in enumerate(links)
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>The Ferry</title>'
        f"<link>/</link><description>News</description>{items}</channel></rss>"
    ).encode()


@dataclass
class Reply:
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    #: Seconds after each byte.
    drip: float = 0.0


@dataclass
class Site:
    """``replies`` by path; a list is served in turn, its last one for ever."""

    url: str
    replies: dict[str, Reply | list[Reply]] = field(default_factory=dict)
    hits: Counter[str] = field(default_factory=Counter)
    times: list[tuple[float, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    lock: Any = field(default_factory=threading.Lock)

    def reply(
        self, path: str, body: bytes = b"", status: int = 200, *, drip: float = 0.0, **headers: str
    ) -> None:
        """``headers`` with _ for -; without a Content-Type it is HTML."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.replies[path] = Reply(body, status, {"Content-Type": "text/html", **named}, drip)

    def once(self, path: str, body: bytes = b"", status: int = 200, **headers: str) -> None:
        """The first answer; what is there already comes after it."""
        then = self.replies[path]
        self.reply(path, body, status, **headers)
        first = self.replies[path]
        assert isinstance(first, Reply)
        assert isinstance(then, Reply)
        self.replies[path] = [first, then]

    def story(self, path: str, **headers: str) -> bytes:
        """An article whose headline is its path: "/alder" is "Alder gets its bridge"."""
        body = story(path.rstrip("/").rpartition("/")[2].title())
        self.reply(path, body, **headers)
        return body

    def feed(self, *links: str, path: str = "/feed.xml", **headers: str) -> None:
        urls = [link if "://" in link else self.url + link for link in links]
        self.reply(path, rss(*urls), **{"Content_Type": "application/rss+xml", **headers})

    def stories(self, *paths: str) -> None:
        for path in paths:
            self.story(path)
        self.feed(*paths)

    def answer(self, path: str) -> Reply:
        with self.lock:
            self.hits[path] += 1
            self.times.append((time.monotonic(), path))
            reply = self.replies.get(path, Reply(b"<h1>not found</h1>", 404))
            if isinstance(reply, list):
                return reply.pop(0) if len(reply) > 1 else reply[0]
            return reply

    def article_hits(self) -> dict[str, int]:
        return {p: n for p, n in self.hits.items() if p not in ("/robots.txt", "/feed.xml", "/")}


def serve(host: str, certificate: Path | None) -> tuple[Site, ThreadingHTTPServer]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            reply = site.answer(self.path)
            site.headers.append({k.lower(): v for k, v in self.headers.items()})
            body, status = reply.body, reply.status
            etag = reply.headers.get("ETag")
            if status == 200 and etag and self.headers.get("If-None-Match") == etag:
                body, status = b"", 304
            if status == 200 and reply.headers.get("Content-Encoding") == "gzip":
                body = gzip.compress(body)
            self.send_response(status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                if reply.drip:
                    for byte in body:
                        self.wfile.write(bytes([byte]))
                        self.wfile.flush()
                        time.sleep(reply.drip)
                else:
                    self.wfile.write(body)
            except OSError:
                self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer((host, 0), Handler)
    server.daemon_threads = True
    if certificate is not None:
        server.socket = self_signed(certificate).wrap_socket(server.socket, server_side=True)
    site = Site(f"http{'s' if certificate else ''}://{host}:{server.server_port}")
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()  # quick to shut down
    return site, server


def self_signed(path: Path) -> ssl.SSLContext:
    """A certificate for 127.0.0.1 that nobody vouches for, in ``path``."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret = path.with_suffix(".key")
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, secret)
    return context


@pytest.fixture
def sites() -> Iterator[Any]:
    """A function that starts one more site."""
    servers = []

    def start(host: str = "127.0.0.1", certificate: Path | None = None) -> Site:
        site, server = serve(host, certificate)
        servers.append(server)
        return site

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@dataclass
class Desk:
    """A home, and the commands on it."""

    path: Path
    #: Starts commands quickly: warm_start.py.
    press: subprocess.Popen[str] | None = None
    #: Feeds are polled when they are due; else by every crawl, as if it came much later.
    on_schedule: bool = False

    def source(self, slug: str, site: Site | str, **fields: Any) -> None:
        url = site if isinstance(site, str) else site.url
        table = {"feeds": [f"{url}/feed.xml"], "allow_private": True, "delay": 0.0, **fields}
        lines = [f'url = "{url}/"', f'name = "{slug}"']
        for name, value in table.items():
            if value is not None:
                lines.append(f"{name} = {json.dumps(value)}")
        (self.path / "sources").mkdir(parents=True, exist_ok=True)
        (self.path / "sources" / f"{slug}.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def environment(self, **extra: str) -> dict[str, str]:
        proxies = {"http_proxy", "https_proxy", "all_proxy", "no_proxy"}
        env = {name: value for name, value in os.environ.items() if name.lower() not in proxies}
        return {**env, "COPYDESK_HOME": str(self.path), **extra}

    def command(self, *args: str) -> list[str]:
        """``copydesk``; the environment may shorten the time limit and give NAME this machine's address."""
        code = (
            "import os, socket\n"
            "asked = socket.getaddrinfo\n"
            "def resolve(host, *args, **more):\n"
            "    mine = host in (os.environ.get('NAME'), os.environ.get('NAME', '').encode())\n"
            "    return asked('127.0.0.1' if mine else host, *args, **more)\n"
            "socket.getaddrinfo = resolve\n"
            "from crawler import settings; from crawler.cli import main\n"
            "settings.DOWNLOAD_TIMEOUT = float(os.environ.get('DOWNLOAD_TIMEOUT', 30))\nmain()"
        )
        return [sys.executable, "-c", code, "--home", str(self.path), *args]

    def run(self, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
        if args[0] == "crawl" and not self.on_schedule:
            with suppress(sqlite3.Error), closing(sqlite3.connect(self.path / "news.db")) as db, db:
                db.execute("UPDATE fetch_state SET next_poll = NULL")
        if self.press is None or {"NAME", "http_proxy"} & env.keys():  # these are read by importing
            return subprocess.run(
                self.command(*args), capture_output=True, text=True, timeout=120, env=self.environment(**env)
            )
        return self._pressed("copydesk", "--home", str(self.path), *args, **env)

    def crawl(self, *args: str, code: int = 0, **env: str) -> dict[str, dict[str, Any]]:
        """The rows of the result by source."""
        done = self.run("crawl", "--json", *args, **env)
        assert done.returncode == code, done.stderr + done.stdout
        return {row["source"]: row for row in json.loads(done.stdout)["sources"]}

    def crawl_one(self, *args: str, code: int = 0, **env: str) -> dict[str, Any]:
        """The row of the only source there is."""
        [row] = self.crawl(*args, code=code, **env).values()
        return row

    def feeds(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (self.path / "feeds").iterdir()}

    def scrapy(self, *args: str) -> subprocess.CompletedProcess[str]:
        if self.press is None:
            return subprocess.run(
                [sys.executable, "-m", "scrapy", *args],
                capture_output=True,
                text=True,
                timeout=120,
                env=self.environment(),
                cwd=ROOT,
            )
        return self._pressed("scrapy", *args)

    def _pressed(self, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
        assert self.press is not None
        assert self.press.stdin is not None
        assert self.press.stdout is not None
        out, err = self.path.parent / "stdout", self.path.parent / "stderr"
        task = {"args": args, "env": self.environment(**env), "stdout": str(out), "stderr": str(err)}
        self.press.stdin.write(json.dumps(task) + "\n")
        self.press.stdin.flush()
        code = json.loads(self.press.stdout.readline())["code"]
        said = out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8")
        return subprocess.CompletedProcess(args, code, *said)

    def age(self, **by: float) -> None:
        """As if everything in the dataset had happened so much earlier."""
        seconds = -timedelta(**by).total_seconds()
        times = {
            "articles": ("first_seen", "last_changed", "last_checked"),
            "checks": ("due",),
            "fetch_state": ("last_checked", "last_changed", "listing_changed", "next_poll"),
            "robots": ("checked", "failed"),
            "failures": ("first_failed", "last_failed"),
        }
        with closing(sqlite3.connect(self.path / "news.db")) as db, db:
            for table, columns in times.items():
                for column in columns:
                    earlier = f"strftime('%Y-%m-%dT%H:%M:%SZ', {column}, '{seconds} seconds')"
                    db.execute(f"UPDATE {table} SET {column} = {earlier} WHERE {column} IS NOT NULL")

    def rows(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.path / "news.db")) as db:
            return db.execute(sql, parameters).fetchall()


@pytest.fixture(scope="session")
def press() -> Iterator[subprocess.Popen[str]]:
    script = Path(__file__).with_name("warm_start.py")
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    with subprocess.Popen(
        [sys.executable, str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture
def desk(tmp_path: Path, press: subprocess.Popen[str]) -> Desk:
    home = Desk(tmp_path / "home", press)
    (home.path / "sources").mkdir(parents=True)
    return home
