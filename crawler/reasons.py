"""Why an address gave no page: a short name for the dataset, and words for people."""

from __future__ import annotations

from dataclasses import dataclass

from OpenSSL.SSL import Error as TLSError
from scrapy.core.downloader.handlers.http11 import TunnelError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)

from crawler.addresses import host_of
from crawler.middlewares.guard import RefusedAddressError
from crawler.middlewares.retry import PauseAskedError
from crawler.middlewares.robots import ForbiddenByRobotsError, RobotsUnreachableError
from crawler.resolver import GUARD

_WORDS = {
    "asked_to_wait": "the site asks us to wait",
    "bad_encoding": "the body cannot be unpacked",
    "connection": "the connection failed",
    "cut_short": "the answer was cut short",
    "dns": "there is no such host",
    "home_page": "it redirects to the home page",
    "not_html": "it is no web page",
    "other_site": "it redirects to another site",
    "private_address": "it is a private address",
    "proxy": "the proxy cannot reach it",
    "redirects": "it redirects in circles, or too often",
    "refused": "the connection was refused",
    "robots": "robots.txt forbids it",
    "robots_unreachable": "robots.txt cannot be read",
    "scheme": "only http and https can be fetched",
    "timeout": "the host did not answer in time",
    "tls": "the secure connection failed",
    "too_large": "the page is too large",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    #: For the dataset: "timeout", "dns", "http_404", …
    name: str
    #: What the other side or the library said.
    detail: str | None = None

    @property
    def words(self) -> str:
        if self.name.startswith("http_"):
            said = f"the site answers {self.name.removeprefix('http_')}"
        else:
            said = _WORDS.get(self.name, self.name)
        if self.name == "private_address" and self.detail and " private address" in self.detail:
            return self.detail
        if self.name in ("tls", "asked_to_wait", "robots_unreachable", "private_address") and self.detail:
            said = f"{said}: {self.detail}"
        return said


def of_status(status: int) -> Reason:
    return Reason(name=f"http_{status}")


def of_error(error: BaseException, url: str) -> Reason:
    """``url``: what was asked for; a refused address shows in the resolver's memory, not in the error."""
    detail = str(error).strip()[:300] or None
    return Reason(name=_name(error, url), detail=_tls_detail(error) or detail)


def _name(error: BaseException, url: str) -> str:
    match error:
        case RefusedAddressError():
            return "private_address"
        case ForbiddenByRobotsError():
            return "robots"
        case RobotsUnreachableError():
            cause = _name(error.__cause__, url) if error.__cause__ is not None else "error"
            return cause if cause != "error" else "robots_unreachable"
        case PauseAskedError():
            return "asked_to_wait"
        case CannotResolveHostError():
            return "private_address" if host_of(url) in GUARD.refused else "dns"
        case DownloadTimeoutError():
            return "timeout"
        case DownloadConnectionRefusedError():
            return "refused"
        case DownloadCancelledError():
            return "too_large"
        case ResponseDataLossError():
            return "cut_short"
        case UnsupportedURLSchemeError():
            return "scheme"
        case TunnelError():
            return "proxy"
        case IgnoreRequest():
            text = str(error)
            if "DOWNLOAD_MAXSIZE" in text:
                return "too_large"
            return "redirects" if "redirect" in text else "error"
    if _tls_detail(error) is not None:
        return "tls"
    if isinstance(error, (OSError, EOFError)):
        return "bad_encoding" if not hasattr(error, "osError") and error.args else "connection"
    kind = type(error).__name__
    return "connection" if "Connect" in kind or "Download" in kind or "Response" in kind else "error"


def _tls_detail(error: BaseException) -> str | None:
    """What OpenSSL said, somewhere below Twisted's wrappers."""
    seen: list[BaseException] = [error]
    for inner in seen:
        if isinstance(inner, TLSError):
            said = [part for args in inner.args if isinstance(args, list) for row in args for part in row[2:]]
            return ", ".join(said) or "the handshake failed"
        for failure in getattr(inner, "reasons", None) or ():
            seen.append(failure.value)
        seen.extend(e for e in (inner.__cause__, inner.__context__) if e is not None and e not in seen)
        if len(seen) > 20:
            break
    return None
