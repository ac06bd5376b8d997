"""Name resolution that gives no private address to a request that may not have one.

The guard sits where the connection is made, so what was judged is what is connected to: a name that answers
differently the second time gains nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies

from scrapy.resolver import CachingHostnameResolver
from twisted.internet.interfaces import IAddress, IHostResolution, IResolutionReceiver
from zope.interface.declarations import implementer  # type: ignore[import-untyped]

from crawler.addresses import host_of, is_public, literal


class Guard:
    """Which hosts may be private. One a process, as is the reactor that asks it."""

    def __init__(self, exempt: Iterable[str] = ()) -> None:
        #: Hosts of requests that may go to private addresses, and of the operator's proxy.
        self.exempt = set(exempt)
        #: Names that turned out to be public.
        self.public: set[str] = set()
        #: Names that were refused: the address they had.
        self.refused: dict[str, str] = {}

    def permits(self, host: str, address: str) -> bool:
        host = host.rstrip(".").lower()
        if is_public(address):
            self.public.add(host)
            return True
        if host in self.exempt:
            return True
        self.refused[host] = address
        return False

    def exempts_another(self, host: str) -> bool:
        """Whether ``host`` may be private for someone else's requests, and is not known to be public.

        Those who may not go there must be stopped before the resolver, which cannot tell who asks."""
        return host in self.exempt and host not in self.public and literal(host) is None


def _proxy_hosts() -> set[str]:
    """The proxy is the operator's choice, wherever it stands."""
    urls = (url if "//" in url else f"//{url}" for url in getproxies().values())
    return {host for host in (host_of(url) for url in urls if urlsplit(url).netloc) if host}


GUARD = Guard(_proxy_hosts())


@implementer(IResolutionReceiver)
class _Filter:
    def __init__(self, receiver: Any, host: str) -> None:
        self._receiver = receiver
        self._host = host

    def resolutionBegan(self, resolution: IHostResolution) -> None:  # noqa: N802
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        if GUARD.permits(self._host, address.host):
            self._receiver.addressResolved(address)

    def resolutionComplete(self) -> None:  # noqa: N802
        self._receiver.resolutionComplete()


class GuardedResolver(CachingHostnameResolver):
    """Scrapy's caching resolver (IPv4 and IPv6), asked through the guard, also for what it remembers."""

    def resolveHostName(  # noqa: N802
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:
        receiver: Any = _Filter(resolutionReceiver, hostName)
        return super().resolveHostName(receiver, hostName, portNumber, addressTypes, transportSemantics)
