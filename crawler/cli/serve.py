"""``copydesk serve``: the dataset as a newspaper to read, on this machine."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import socket
from contextlib import suppress

import click

from crawler.cli import pass_home
from crawler.home import Home
from pipelines.errors import ConfigError


@click.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Address to listen at."
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8001,
    show_default=True,
    metavar="N",
    help="0: one that is free.",
)
@click.option(
    "--name", "names", multiple=True, metavar="NAME", help="A further name that readers call this machine by."
)
@click.option("--images", is_flag=True, help="Show stories' pictures: browsers ask the publishers for them.")
@click.option("--open", "browse", is_flag=True, help="Open it in a browser.")
@pass_home
def command(home: Home, host: str, port: int, names: tuple[str, ...], images: bool, browse: bool) -> None:
    """Open the reading room: the stories, what was cut from them, search, sources, feeds; SQL, JSON and CSV.

    It only reads, also while a crawl writes, and asks nobody for a password: it answers this machine alone,
    unless --host says otherwise. Ctrl-C ends it.
    """
    home.require()
    try:
        import uvicorn

        from crawler.room.app import make
    except ImportError as error:
        if (error.name or "").partition(".")[0] == "crawler":
            raise
        raise ConfigError(
            "the reading room needs Datasette: `pip install 'copydesk[serve]'` brings it."
        ) from error
    from crawler.room.guard import LOOPBACK

    room = make(home, images=images, names={*LOOPBACK, *_called(host), *map(str.lower, names)})
    with _listening(host, port) as listener:
        address = _address(host, listener.getsockname()[1])
        # Templates and descriptions are read now, not while the first reader waits.
        asyncio.run(room.client.get("/"))
        click.echo(address)
        click.echo("The reading room is open. Ctrl-C ends it.", err=True)
        if browse:
            click.launch(address)
        config = uvicorn.Config(room.app(), log_level="warning", lifespan="on", server_header=False)
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])


def _called(host: str) -> set[str]:
    """How ``Host`` names the address. Of a wildcard only the names given are believed."""
    with suppress(ValueError):
        address = ipaddress.ip_address(host)
        if address.is_unspecified:
            return set()
        return {f"[{address}]" if address.version == 6 else str(address)}
    return {host.lower()}


def _address(host: str, port: int) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - only shown
    return f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"


def _listening(host: str, port: int) -> socket.socket:
    """ConfigError where somebody else is there."""
    try:
        family, *_, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror as error:
        raise ConfigError(f"--host {host}: no address of this machine") from error
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(where)
        listener.listen(128)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise ConfigError(f"port {port} is in use; name another one with --port, or 0 for any") from error
        if error.errno == errno.EADDRNOTAVAIL:
            raise ConfigError(f"--host {host}: no address of this machine") from error
        if error.errno in (errno.EACCES, errno.EPERM):
            raise ConfigError(f"port {port} may not be used; name one from 1024 on with --port") from error
        raise
    return listener
