"""Sources: one TOML file each, validated as a whole before the first request. All fields: docs/sources.md."""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails

from crawler import toml
from crawler.discovery.addresses import host_of, matches
from crawler.fields import (
    Address,
    Day,
    Host,
    Listed,
    Parameter,
    Pattern,
    Selector,
    Token,
    Variable,
    section,
)
from pipelines.errors import SourceError
from pipelines.types import Layout
from pipelines.urls import Parameters, registered_domain, same_site

#: Names that mean something else: the spider for single addresses, and everything.
RESERVED = frozenset({"article", "all"})

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?")


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", hide_input_in_errors=True)


class Section(_Model):
    """A page that lists articles."""

    url: Address
    #: CSS of its article links, or of what holds them; without it the look of the links decides.
    selector: Selector | None = None


class LayoutTable(_Model):
    """One ``[[layout]]`` table; pipelines.types.Layout says what the fields mean."""

    since: Day = None
    body: Annotated[tuple[Selector, ...], Listed] = ()
    drop: Annotated[tuple[Selector, ...], Listed] = ()


class Source(_Model):
    """A newsroom. ``slug`` is the name of its file, everything else stands in it."""

    slug: str
    #: The home page.
    url: Address
    #: What to call it in feeds and tables; the host unless the file says otherwise.
    name: Annotated[str, Field(min_length=1, max_length=200)] = ""
    enabled: bool = True
    #: Where it lists its articles. None of the three: the first crawl looks for itself.
    feeds: Annotated[tuple[Address, ...], Listed] = ()
    sitemaps: Annotated[tuple[Address, ...], Listed] = ()
    sections: Annotated[tuple[Annotated[Section, BeforeValidator(section)], ...], Listed] = ()
    #: Other hosts whose articles are the source's; its own registered domain is always allowed.
    allowed_hosts: Annotated[tuple[Host, ...], Listed] = ()
    #: Patterns of addresses, ``*`` for anything: only those included, none of those excluded.
    include: Annotated[tuple[Pattern, ...], Listed] = ()
    exclude: Annotated[tuple[Pattern, ...], Listed] = ()
    #: Query parameters that name an article here though they elsewhere only say where a click came from, and
    #: such as only say that here; a last ``*`` stands for any ending.
    keep_parameters: Annotated[tuple[Parameter, ...], Listed] = ()
    drop_parameters: Annotated[tuple[Parameter, ...], Listed] = ()
    #: Days: what only a sitemap lists and dates earlier is not asked for, but for the newest.
    backfill: Annotated[int, Field(ge=0, le=36_500)] = 30
    #: Seconds between two requests, and how many at a time; robots.txt may ask for more patience.
    delay: Annotated[float | None, Field(ge=0, le=600)] = None
    concurrency: Annotated[int, Field(ge=1, le=8)] = 1
    #: How much of an article the published feeds carry.
    syndicate: Literal["full", "summary", "link"] = "full"
    #: Whether private, loopback and link-local addresses may be asked.
    allow_private: bool = False
    #: Name to environment variable: the values never stand in a file.
    cookies: dict[Token, Variable] = Field(default_factory=dict)
    headers: dict[Token, Variable] = Field(default_factory=dict)
    layout: Annotated[tuple[LayoutTable, ...], Listed] = ()

    @model_validator(mode="before")
    @classmethod
    def _named(cls, table: Any) -> Any:
        if isinstance(table, dict) and "name" not in table and isinstance(table.get("url"), str):
            return {**table, "name": _name_of(table["url"])}
        return table

    @field_validator("drop_parameters")
    @classmethod
    def _dropped(cls, names: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        for name in names:
            if name in info.data.get("keep_parameters", ()):
                raise ValueError(f"{name!r} is among keep_parameters, too; leave it in one of them")
        return names

    @property
    def parameters(self) -> Parameters:
        """What it says of the query parameters of its articles' addresses."""
        return Parameters(keep=frozenset(self.keep_parameters), drop=frozenset(self.drop_parameters))

    @property
    def sites(self) -> tuple[str, ...]:
        """The domains whose articles are its own, their subdomains included."""
        return (registered_domain(host_of(self.url)), *self.allowed_hosts)

    @property
    def layouts(self) -> tuple[Layout, ...]:
        """The declared layouts, the oldest first."""
        tables = sorted(self.layout, key=lambda table: table.since or "")
        return tuple(Layout(since=table.since, body=table.body, drop=table.drop) for table in tables)

    @property
    def declares_endpoints(self) -> bool:
        """Whether it names a feed, a sitemap or a section; if not, the first crawl surveys the site."""
        return bool(self.feeds or self.sitemaps or self.sections)

    def allows_host(self, url: str) -> bool:
        """Whether ``url`` lies on the source's own domain or on one of ``allowed_hosts``."""
        host = host_of(url)
        return same_site(self.url, url) or any(
            host == allowed or host.endswith("." + allowed) for allowed in self.allowed_hosts
        )

    def wants(self, url: str) -> bool:
        """Whether an article at ``url`` belongs to the source: host allowed, included, not excluded."""
        if not self.allows_host(url):
            return False
        if self.include and not any(matches(pattern, url) for pattern in self.include):
            return False
        return not any(matches(pattern, url) for pattern in self.exclude)

    def request_headers(self, environ: Mapping[str, str]) -> dict[str, str]:
        """The declared headers with their values; SourceError names the variables that are not set."""
        return _from_environment(self.slug, "headers", self.headers, environ)

    def request_cookies(self, environ: Mapping[str, str]) -> dict[str, str]:
        """The declared cookies with their values; SourceError names the variables that are not set."""
        return _from_environment(self.slug, "cookies", self.cookies, environ)


def load(folder: Path) -> tuple[Source, ...]:
    """All sources of a folder by slug, disabled ones too; SourceError with all problems of all files."""
    sources, wrong = read(folder)
    if wrong is not None:
        raise wrong
    return sources


def read(folder: Path) -> tuple[tuple[Source, ...], SourceError | None]:
    """The sources of a folder that are right, and what is wrong with the others."""
    sources: list[Source] = []
    problems: list[tuple[str, str]] = []
    files = sorted(folder.glob("*.toml"))
    for file in files:
        try:
            sources.append(parse(file.read_text("utf-8"), file=file.name))
        except OSError as error:
            problems.append((file.name, f"cannot be read: {error.strerror}"))
        except UnicodeDecodeError as error:
            problems.append((file.name, f"byte {error.start} is not UTF-8; save the file as UTF-8"))
        except SourceError as error:
            problems += (
                (f"{file.name}: {place}" if place else file.name, what) for place, what in error.problems
            )
    homes: dict[str, str] = {}
    for source in sources:
        if other := homes.get(source.url):
            problems.append((f"{source.slug}.toml", f"the same url as {other}.toml; keep one of the two"))
        homes.setdefault(source.url, source.slug)
    problems += _disagreements(sources)
    return tuple(sources), SourceError(str(folder), tuple(problems)) if problems else None


def _disagreements(sources: Iterable[Source]) -> Iterator[tuple[str, str]]:
    """An address has one form, whichever source lists it."""
    kept: dict[tuple[str, str], str] = {}
    known = sorted(sources, key=lambda source: source.slug)
    for source in known:
        kept.update(((site, name), source.slug) for site in source.sites for name in source.keep_parameters)
    for source in known:
        for site in source.sites:
            for name in source.drop_parameters:
                if other := kept.get((site, name)):
                    yield (
                        f"{source.slug}.toml",
                        f"drop_parameters: {other}.toml keeps {name!r}, and both are of {site}; "
                        "let them say the same",
                    )


def parameters(sources: Iterable[Source]) -> dict[str, Parameters]:
    """What the sources say together, by site."""
    said: dict[str, Parameters] = {}
    for source in sources:
        for site in source.sites:
            before = said.get(site, Parameters())
            said[site] = Parameters(
                keep=before.keep.union(source.keep_parameters), drop=before.drop.union(source.drop_parameters)
            )
    return said


def parse(text: str, *, file: str) -> Source:
    """One source; the slug is the file's name. SourceError with all of its problems, each with its line."""
    slug = Path(file).stem
    problems: list[tuple[str, str]] = []
    if slug in RESERVED:
        problems.append(("", f"no source can be called {slug!r}, the name has a meaning; rename the file"))
    elif not _SLUG.fullmatch(slug):
        problems.append(("", f"{slug!r} is no name for a source; use a–z, 0–9 and - in the file name"))
    try:
        table = tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        said = re.search(r"\(at (?:line (\d+), column \d+|end of document)\)", str(error))
        line = said[1] if said and said[1] else str(text.count("\n") + 1)
        raise SourceError(
            file, ((f"line {line}", f"not TOML: {str(error).partition(' (at ')[0]}"),)
        ) from None
    except RecursionError:
        raise SourceError(file, (("", "not TOML: nested too deeply"),)) from None
    if "slug" in table:
        problems.append((_line(text, ("slug",)), "the name of the file is the slug; leave the line out"))
        del table["slug"]
    try:
        source = Source.model_validate({**table, "slug": slug})
    except ValidationError as error:
        problems += ((_line(text, e["loc"]), _advice(e)) for e in error.errors(include_url=False))
        source = None
    if problems or source is None:
        raise SourceError(file, tuple(problems))
    return source


def select(sources: Iterable[Source], names: Iterable[str]) -> tuple[Source, ...]:
    """The named sources, or the enabled ones if none is named; SourceError with the nearest name."""
    known = {source.slug: source for source in sources}
    wanted = tuple(dict.fromkeys(names))
    if not wanted:
        return tuple(source for source in known.values() if source.enabled)
    problems = []
    for name in wanted:
        if name not in known:
            near = nearest(name, known)
            there = f"there are: {', '.join(sorted(known))}" if known else "none is declared"
            hint = f"did you mean {near!r}?" if near else there
            problems.append(("", f"there is no source {name!r}; {hint}"))
    if problems:
        raise SourceError("sources", tuple(problems))
    return tuple(known[name] for name in wanted)


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The most similar of ``names``, if one is similar enough to be meant."""
    found = difflib.get_close_matches(name.lower(), list(names), n=1, cutoff=0.6)
    return found[0] if found else None


def slug_of(url: str) -> str:
    """A slug for a new source: that of "https://www.it-boltwise.de/" is "it-boltwise"."""
    host = host_of(url)
    domain = registered_domain(host)
    sub = host.removesuffix(domain).strip(".").removeprefix("www").strip(".")
    words = [sub, domain.partition(".")[0] if domain != host or not host[-1:].isdigit() else domain]
    slug = _clean("-".join(filter(None, words)))
    return (
        slug
        if _SLUG.fullmatch(slug) and slug not in RESERVED
        else _clean(host.removeprefix("www.")) or "source"
    )


def write(source: Source, path: Path, *, origins: Mapping[str, str] | None = None) -> None:
    """Writes ``source`` for a person to read; ``origins`` says of an address how it was found.

    SourceError if the file exists: a person's file is never written over.
    """
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(render(source, origins=origins))
    except FileExistsError:
        raise SourceError(str(path), (("", "exists already; edit it, or choose another --slug"),)) from None
    except OSError as error:
        raise SourceError(str(path), (("", f"cannot be written: {error.strerror}"),)) from error


def render(source: Source, *, origins: Mapping[str, str] | None = None) -> str:
    """The TOML of ``source``: what differs from the defaults, in the order of the model."""
    origins = origins or {}
    lines, tables = [], []
    for name, info in Source.model_fields.items():
        value = getattr(source, name)
        if name == "slug" or (name == "name" and value == _name_of(source.url)):
            continue
        if name != "url" and value == info.get_default(call_default_factory=True):
            continue
        if name == "layout":
            for table in value:
                tables += ["", "[[layout]]", *toml.pairs(table.model_dump(exclude_defaults=True))]
        elif isinstance(value, dict):
            tables += [
                "",
                f"[{name}]",
                *toml.pairs({json.dumps(key, ensure_ascii=False): v for key, v in value.items()}),
            ]
        elif isinstance(value, tuple):
            lines.append(f"{name} = [")
            for item in value:
                url = item.url if isinstance(item, Section) else item
                comment = f"  # {' '.join(origins[url].split())}" if url in origins else ""
                lines.append(f"    {toml.value_of(_plain(item))},{comment}")
            lines.append("]")
        else:
            comment = f"  # {' '.join(origins[value].split())}" if name == "url" and value in origins else ""
            lines.append(f"{name} = {toml.value_of(value)}{comment}")
    return "\n".join([*lines, *tables]) + "\n"


def _plain(item: object) -> object:
    if isinstance(item, Section):
        return item.model_dump(exclude_defaults=True) if item.selector else item.url
    return item


def _name_of(url: str) -> str:
    return host_of(url).removeprefix("www.") or url


def _clean(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:64].strip("-")


def _from_environment(
    slug: str, name: str, variables: Mapping[str, str], environ: Mapping[str, str]
) -> dict[str, str]:
    missing = [(key, variable) for key, variable in variables.items() if not environ.get(variable)]
    if missing:
        raise SourceError(
            f"{slug}.toml",
            tuple((f"{name}.{key}", f"set the environment variable {variable}") for key, variable in missing),
        )
    return {key: environ[variable] for key, variable in variables.items()}


def _advice(error: ErrorDetails) -> str:
    """What to write instead, in words; never the input where it may be a secret."""
    kind, context = error["type"], error.get("ctx", {})
    field = ".".join(str(part) for part in error["loc"])
    if kind == "extra_forbidden":
        tables: dict[str, type[BaseModel]] = {"layout": LayoutTable, "sections": Section}
        model = tables.get(str(error["loc"][0]), Source)
        near = nearest(str(error["loc"][-1]), (name for name in model.model_fields if name != "slug"))
        return f"there is no field {field!r}; " + (
            f"did you mean {near!r}?" if near else "docs/sources.md has all"
        )
    if kind == "missing":
        return f'{field!r} is missing; write {field} = "https://www.example.org/"'
    if kind == "value_error":
        return f"{field}: {context.get('error', error['msg'])}"
    if kind == "literal_error":
        return f"{field}: write one of {context.get('expected')}"
    wanted = {
        "string_type": "a text in quotes",
        "bool_type": "true or false",
        "tuple_type": 'a list: ["…"]',
        "int_type": "a whole number",
        "float_type": "a number of seconds",
        "dict_type": f'a table: [{field}] with name = "VARIABLE"',
        "model_type": f"a table: [[{error['loc'][0]}]]",
        "greater_than_equal": f"a number not below {context.get('ge')}",
        "less_than_equal": f"a number not above {context.get('le')}",
    }.get(kind)
    return f"{field}: write {wanted}" if wanted else f"{field}: {error['msg']}"


def _line(text: str, loc: tuple[int | str, ...]) -> str:
    return f"line {toml.line_of(text, loc)}"
