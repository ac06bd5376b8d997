"""Which addresses no request may go to unless its source allows it. Pure. No Scrapy.

A name is judged by what it resolves to (``resolver.py``); this module judges literals, in every spelling that
a C library or a browser reads as one: ``127.1``, ``0x7f000001``, ``2130706433``, ``[::ffff:7f00:1]``.
"""

from __future__ import annotations

import re
import socket
import unicodedata
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import unquote, urlsplit

#: IPv6 networks that carry an IPv4 address in their last 32 bits (RFC 6052, RFC 8215, RFC 4291).
_EMBEDDED = tuple(ip_network(n) for n in ("64:ff9b::/96", "64:ff9b:1::/48", "::/96"))
_NUMERIC = re.compile(r"(0x[0-9a-f]*|[0-9]+)(\.(0x[0-9a-f]*|[0-9]+)){0,3}")


def is_public(address: str) -> bool:
    """Whether ``address``, an IP address as text, is one of the open internet."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        inner = _inner(ip)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _inner(ip: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address is only another spelling of, or a tunnel to."""
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    if ip.sixtofour is not None:
        return ip.sixtofour
    if ip.teredo is not None:
        return ip.teredo[1]
    if any(ip in network for network in _EMBEDDED) and int(ip) > 1:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return None


def literal(host: str) -> str | None:
    """The IP address that ``host`` is, in whatever spelling; None for a name."""
    host = unicodedata.normalize("NFKC", unquote(host)).strip().rstrip(".").lower()
    host = host.removeprefix("[").removesuffix("]")
    if ":" in host:
        try:
            return str(ip_address(host.partition("%")[0]))
        except ValueError:
            return None
    if _NUMERIC.fullmatch(host):
        try:
            return socket.inet_ntoa(socket.inet_aton(host))
        except OSError:
            return None
    return None


def refusal(url: str) -> str | None:
    """Why no request may go to ``url`` by what the URL itself says; None if it may, or if DNS decides."""
    host = host_of(url)
    if host == "localhost" or host.endswith(".localhost"):
        return f"{host} is this machine"
    address = literal(host)
    if address is not None and not is_public(address):
        return (
            f"{host} is a private address" if host == address else f"{host} is the private address {address}"
        )
    return None


def host_of(url: str) -> str:
    """The host as a resolver would read it: lower case, no brackets, no final dot."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return unicodedata.normalize("NFKC", unquote(host)).rstrip(".").lower()
