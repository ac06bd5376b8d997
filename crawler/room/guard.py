"""What every answer is held to: who may ask, what a browser may do with it, and that nothing is written.

ASGI, without Datasette. A site that makes its own name point at this machine (DNS rebinding) asks with that
name in ``Host``: it gets nothing. Another site may link to a page and no more. A story cannot run a script,
load a thing or send a form to anywhere.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})

#: Parameters of Datasette's that are SQL.
_SQL = frozenset({"sql", "_where"})

_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)


def policy(*, images: bool = False) -> str:
    """Of our own pages: our style sheet, pictures if they are asked for, nothing else."""
    pictures = "'self' https:" if images else "'self'"
    return (
        f"default-src 'none'; style-src 'self'; img-src {pictures}; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )


def data_policy(scripts: Iterable[str]) -> str:
    """Of Datasette's pages: its script files, and those scripts in the page whose hashes are known."""
    hashes = " ".join(f"'{digest}'" for digest in scripts)
    return (
        f"default-src 'none'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )


def guarded(app: App, *, names: Collection[str], default_policy: str) -> App:
    """``names``: those the room is asked by, without port. ``default_policy``: where an answer has none."""

    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        if host_of(scope) not in names:
            await _refuse(send, 421, "This address is not served here.")
            return
        if scope["method"] not in ("GET", "HEAD"):
            await _refuse(send, 405, "The reading room is for reading.", (b"allow", b"GET, HEAD"))
            return

        if _is_foreign(scope):
            await _refuse(send, 403, "Other sites may link to pages here, and not ask for data or run SQL.")
            return

        async def held(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [(name.lower(), value) for name, value in message.get("headers", [])]
                present = {name for name, _ in headers}
                headers += [pair for pair in _ALWAYS if pair[0] not in present]
                if b"content-security-policy" not in present:
                    headers.append((b"content-security-policy", default_policy.encode()))
                message = {**message, "headers": headers}
            await send(message)

        await app(scope, receive, held)

    return inner


def host_of(scope: Scope) -> str:
    """The name in ``Host``, without its port."""
    given = next((value for name, value in scope["headers"] if name.lower() == b"host"), b"")
    host: str = given.decode("latin-1").lower()
    bare, colon, port = host.rpartition(":")
    return bare if colon and port.isdecimal() else host


def _is_foreign(scope: Scope) -> bool:
    """A browser asks on behalf of another site, and not because its reader followed a link to a page."""
    headers = {name.lower(): value for name, value in scope["headers"]}
    if headers.get(b"sec-fetch-site") != b"cross-site":
        return False
    query = scope.get("query_string", b"").decode("latin-1")
    asks_sql = any(name in _SQL for name, _ in parse_qsl(query, keep_blank_values=True))
    return asks_sql or headers.get(b"sec-fetch-mode") != b"navigate"


async def _refuse(send: Send, status: int, sentence: str, *headers: tuple[bytes, bytes]) -> None:
    body = f"{sentence}\n".encode()
    start = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": [*start, *_ALWAYS, *headers]})
    await send({"type": "http.response.body", "body": body})
