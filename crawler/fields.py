"""What the fields of a source may hold, each refused with what to write instead. Pure."""

from __future__ import annotations

import re
import string
from typing import Annotated
from urllib.parse import quote, urljoin, urlsplit

from cssselect import SelectorError
from lxml.cssselect import CSSSelector
from pydantic import AfterValidator, BeforeValidator

from crawler.discovery.addresses import absolute, host_of

_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_PARAMETER = re.compile(r"[A-Za-z0-9_.~\[\]-]{1,100}\*?")
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")


def address(value: str) -> str:
    found = absolute("", value)
    if found is None:
        raise ValueError(
            f'{value!r} is no web address; write one in full, such as "https://www.example.org/"'
        )
    if "@" in urlsplit(found).netloc:  # never repeat it
        raise ValueError("write no user name and password into an address; [headers] takes them from outside")
    return found if urlsplit(found).path else urljoin(found, "/")


def pattern(value: str) -> str:
    if not value.startswith(("/", "*", "http://", "https://")):
        raise ValueError(
            f"{value!r} matches nothing; begin with / for a path, https:// for an address, or * for anything"
        )
    return quote(value, safe=string.printable)  # addresses are compared in their encoded form


def host(value: str) -> str:
    found = absolute("", f"https://{value.removeprefix('*.')}/")
    name = host_of(found) if found and not re.search(r"[/:@?#]", value) else ""
    if not _HOST.fullmatch(name):
        raise ValueError(
            f'{value!r} is no host name; write it without scheme and path, such as "news.example.org"'
        )
    return name


def selector(value: str) -> str:
    try:
        CSSSelector(value)
    except (SelectorError, ValueError) as error:
        raise ValueError(f"{value!r} is no CSS selector: {error}") from error
    return value


def variable(value: str) -> str:
    if not _VARIABLE.fullmatch(value):  # the value may be the secret itself: never repeat it
        raise ValueError("write the name of an environment variable here, never the value itself")
    return value


def token(value: str) -> str:
    if not _TOKEN.fullmatch(value):
        raise ValueError(f"{value!r} cannot be the name of a header or cookie")
    return value


def parameter(value: str) -> str:
    if not _PARAMETER.fullmatch(value):
        raise ValueError(
            f'{value!r} is no name of a query parameter; write it without ? and =, such as "from", '
            'or "from_*" for all that begin so'
        )
    return value.lower()


def day(value: object) -> object:
    """TOML has a type for days; a string is fine as well."""
    value = value.isoformat() if hasattr(value, "isoformat") else value
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])", value):
        raise ValueError(f"{value!r} is no day; write it as 2026-01-31")
    return value


def listed(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def section(value: object) -> object:
    return {"url": value} if isinstance(value, str) else value


Address = Annotated[str, AfterValidator(address)]
Selector = Annotated[str, AfterValidator(selector)]
Variable = Annotated[str, AfterValidator(variable)]
Parameter = Annotated[str, AfterValidator(parameter)]
Token = Annotated[str, AfterValidator(token)]
Pattern = Annotated[str, AfterValidator(pattern)]
Host = Annotated[str, AfterValidator(host)]
Day = Annotated[str | None, BeforeValidator(day)]
Listed = BeforeValidator(listed)
