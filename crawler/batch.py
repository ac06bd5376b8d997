"""Recorded pages, cleaned in as many processes as there are cores: no network, no store.

Rows come out in the order the pages go in, and memory does not grow with their number. A page that cannot be
read is a row that says so; so is one that takes its process down with it. What pages of one site have in
common can be learned from all of them before the first is cleaned: of that, only traces are held.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, urljoin

from crawler.processes import WORTH_PROCESSES, Lost, Team
from pipelines.boilerplate.memory import FEWEST_TEXTS, MOST_TRACES, SiteMemory, newest, site_of
from pipelines.boilerplate.traces import Trace
from pipelines.clean import clean, finish, read
from pipelines.document import parse
from pipelines.errors import ConfigError, PageError
from pipelines.markdown import markdown_of
from pipelines.metadata.moments import as_given
from pipelines.types import Article, Page

Format = Literal["jsonl", "text", "markdown", "html"]
Status = Literal["article", "rejected", "error"]

ENDINGS = (".html", ".htm", ".html.gz", ".htm.gz")
#: Recorded pages are below 10 MB; one that unpacks to more is no page.
MAX_BYTES = 50 * 1024 * 1024
#: Sites whose memories a process has at hand; pages of one site mostly come together.
_AT_HAND = 16

__all__ = ["WORTH_PROCESSES", "Result", "Task", "clean_pages", "learn", "tasks_in", "tasks_of"]

_NO_PAGES = {
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"RIFF": "a media file",
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "a ZIP archive",
    b"SQLite format 3": "an SQLite database",
    b"WARC/": "a WARC archive",
    b"\x7fELF": "a program",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One recorded page. ``path`` is what the row says, ``file`` what is opened."""

    id: str | None
    path: str | None
    file: Path | None
    url: str | None = None
    #: What is wrong with the manifest's row, if anything is.
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One page, written out in the format asked for."""

    task: Task
    status: Status
    reason: str | None
    output: str = field(repr=False)
    #: CPU that it took.
    seconds: float = 0.0


# What to read


def tasks_of(path: Path) -> Iterator[Task]:
    """A file, whatever its name; or the pages of a folder and its folders, in the order of their paths."""
    if not path.is_dir():
        yield Task(id=_stem(path.name), path=str(path), file=path)
        return
    for file in sorted(file for file in path.rglob("*") if file.name.lower().endswith(ENDINGS)):
        if file.is_file():
            yield Task(id=_stem(file.relative_to(path).as_posix()), path=str(file), file=file)


def _stem(name: str) -> str:
    for ending in sorted(ENDINGS, key=len, reverse=True):
        if name.lower().endswith(ending):
            return name[: -len(ending)]
    return name


def tasks_in(manifest: Path) -> Iterator[Task]:
    """Rows ``{"id", "path", "url"}``, one a line; paths are relative to the manifest."""
    try:
        lines = manifest.open("rb")
    except OSError as error:
        raise ConfigError(f"cannot read the manifest {manifest}: {error.strerror}") from error
    with lines:
        # In bytes a line ends at \n alone; str.splitlines would also part a row at U+2028.
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _row_task(line, f"{manifest.name}:{number}", manifest.parent)


def _row_task(line: bytes, place: str, folder: Path) -> Task:
    try:
        row = json.loads(line)
    except ValueError:
        return Task(id=None, path=None, file=None, problem=f"{place}: not a line of JSON")
    if not isinstance(row, dict) or not isinstance(row.get("path"), str) or not row["path"]:
        problem = f'{place}: a row is {{"id", "path", "url"}}'
        said = row.get("id") if isinstance(row, dict) else None
        return Task(id=None if said is None else str(said), path=None, file=None, problem=problem)
    path, url = row["path"], row.get("url")
    identity = _stem(path) if row.get("id") is None else str(row["id"])
    return Task(id=identity, path=path, file=folder / path, url=url if isinstance(url, str) and url else None)


# One page


def read_page(task: Task) -> Page:
    """Raises PageError with a reason for a person."""
    if task.file is None:
        raise PageError(task.problem or "no file")
    body = read_body(task.file)
    return Page(url=task.url or own_address(body) or f"file:///{quote(str(task.path))}", body=body)


def read_body(file: Path) -> bytes:
    """A file's HTML, unpacked where it is gzip. Raises PageError."""
    try:
        with file.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            source: Any = gzip.GzipFile(fileobj=raw) if packed else raw
            body: bytes = source.read(MAX_BYTES + 1)
    except EOFError as error:
        raise PageError("the gzip file ends too early") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise PageError(f"a broken gzip file: {error}") from error
    except OSError as error:
        raise PageError(error.strerror or str(error)) from error
    if len(body) > MAX_BYTES:
        raise PageError(f"larger than {MAX_BYTES // 1024 // 1024} MB")
    for mark, what in _NO_PAGES.items():
        if body.startswith(mark):
            raise PageError(f"no HTML but {what}")
    if body.strip() and b"<" not in body:
        raise PageError("no HTML: there is no tag in it")
    return body


def own_address(body: bytes) -> str | None:
    """What the page itself says its address is: canonical link, else og:url."""
    document = parse(body, url="http://localhost/")
    for query in ("//link[@rel='canonical']/@href", "//meta[@property='og:url']/@content"):
        found = document.root.xpath(query)
        if isinstance(found, list) and found:
            try:
                address = urljoin(document.base, str(found[0]).strip())
            except ValueError:
                continue
            if address.startswith(("http://", "https://")) and not address.startswith("http://localhost/"):
                return address
    return None


def row(task: Task, article: Article | None, status: Status, reason: str | None) -> dict[str, Any]:
    """What ``extract`` writes of a page: always these keys, in this order."""
    image = article.image if article else None
    return {
        "id": task.id,
        "path": task.path,
        "url": task.url or _known_address(article),
        "status": status,
        "reason": reason,
        "title": article.title if article else None,
        "alternative_title": article.alternative_title if article else None,
        "standfirst": article.standfirst if article else None,
        "authors": [{"name": a.name, "kind": a.kind} for a in article.authors] if article else [],
        "published": _as_given(article.published, article.published_offset) if article else None,
        "modified": _as_given(article.modified, article.modified_offset) if article else None,
        "language": article.language if article else None,
        "section": article.section if article else None,
        "tags": list(article.tags) if article else [],
        "image": {"url": image.url, "caption": image.caption, "credit": image.credit} if image else None,
        "dateline": list(article.dateline) if article else [],
        "text": article.text if article else "",
        "html": article.html if article else "",
        "removed": [{"text": r.text, "by": r.by, "why": r.why} for r in article.removed] if article else [],
    }


def _as_given(utc: str | None, offset: str | None) -> str | None:
    """A file stands for itself: its dates keep the publisher's zone, and with it the day its readers saw."""
    return as_given(utc, offset) if utc else None


def _known_address(article: Article | None) -> str | None:
    """Not the one that ``read_page`` makes up where a page does not say it."""
    return None if article is None or article.raw_url.startswith("file:") else article.raw_url


def written(article: Article, form: Format) -> str:
    """An article for a reader: headline and story."""
    if form == "html":
        headline = f"<h1>{escape(article.title, quote=False)}</h1>\n" if article.title else ""
        return f"<article>\n{headline}{article.html}\n</article>\n"
    if form == "markdown":
        parts = [f"# {article.title}" if article.title else "", markdown_of(article.html)]
    else:
        parts = [article.title or "", article.text]
    return "\n\n".join(part for part in parts if part) + "\n"


def do(task: Task) -> Result:
    """Never raises: one page must not stop ten thousand."""
    began = time.process_time()
    article: Article | None = None
    status: Status = "error"
    try:
        page = read_page(task)
        memory = _memory(_work.memories, site_of_page(page)) if _work.memories is not None else None
        article = clean(page, memory=memory) if memory is not None else clean(page)
        status, reason = article.status, article.reason
    except PageError as error:
        reason = str(error)
    except Exception as error:  # noqa: BLE001 - a fault of ours on one page; the row names it
        reason = f"{type(error).__name__}: {error}"
    return _result(task, article, status, reason, _work.form, time.process_time() - began)


def _result(
    task: Task,
    article: Article | None,
    status: Status,
    reason: str | None,
    form: Format,
    seconds: float = 0.0,
) -> Result:
    output = ""
    if form == "jsonl":
        line = json.dumps(row(task, article, status, reason), ensure_ascii=False)
        # A lone surrogate cannot be written; \ud800 as an escape would trip the next reader.
        output = line.encode("utf-8", "replace").decode("utf-8") + "\n"
    elif article is not None:
        output = written(article, form)
    return Result(task=task, status=status, reason=reason, output=output, seconds=seconds)


# What pages have in common


@dataclass(frozen=True, slots=True)
class Told:
    """What one page tells of its site; no trace where it is no article."""

    site: str
    trace: bytes | None
    seconds: float


def tell(task: Task) -> Told:
    began = time.process_time()
    site, trace = "", None
    try:
        page = read_page(task)
        site = site_of_page(page)
        reading = read(page)
        if finish(reading).status == "article":
            trace = reading.trace.packed()
    except Exception:  # noqa: BLE001, S110 - its cleaning will say what is wrong
        pass
    return Told(site, trace, time.process_time() - began)


def site_of_page(page: Page) -> str:
    """The site of its address; of a page without one its folder."""
    return site_of(page.url) or page.url.rpartition("/")[0]


def learn(
    tasks: Iterable[Task], folder: Path, *, jobs: int, cpu: Callable[[float], None] = lambda _: None
) -> int:
    """Read all pages for what they have in common, and leave each site's memory in ``folder``, for
    ``clean_pages``. Gives the number of sites that have one."""
    traces: dict[str, list[bytes]] = {}
    team: Team[Task, Told] = Team(do=tell, jobs=jobs, prepare=_prepare, given=("jsonl", None))
    for _, told in team.each(tasks):
        if isinstance(told, Lost):
            continue
        cpu(told.seconds)
        if told.trace is not None:
            several = traces.setdefault(told.site, [])
            several.append(told.trace)
            if len(several) > 2 * MOST_TRACES:
                several[:] = [trace.packed() for trace in newest(_unpacked(several))]
    spoken = 0
    for site, several in traces.items():
        if len(several) > FEWEST_TEXTS:
            _file(folder, site).write_text("\n".join(trace.hex() for trace in several), "ascii")
            spoken += 1
    return spoken


def _unpacked(traces: Iterable[bytes]) -> list[Trace]:
    return [trace for trace in map(Trace.unpacked, traces) if trace is not None]


def _file(folder: Path, site: str) -> Path:
    return folder / hashlib.sha256(site.encode("utf-8", "replace")).hexdigest()


@lru_cache(maxsize=_AT_HAND)
def _memory(folder: Path, site: str) -> SiteMemory | None:
    file = _file(folder, site)
    if not file.exists():
        return None
    return SiteMemory(_unpacked(map(bytes.fromhex, file.read_text("ascii").split("\n"))))


# All pages


@dataclass(frozen=True, slots=True)
class _Work:
    form: Format = "jsonl"
    #: Where ``learn`` left what it learned; None: nothing was learned.
    memories: Path | None = None


#: Of this process.
_work = _Work()


def _prepare(form: Format, memories: Path | None) -> None:
    global _work
    _work = _Work(form, memories)


def clean_pages(
    tasks: Iterable[Task],
    *,
    jobs: int,
    form: Format = "jsonl",
    memories: Path | None = None,
    cpu: Callable[[float], None] = lambda _: None,
) -> Iterator[Result]:
    """One result a task, in order. ``cpu`` is told the CPU seconds that cleaning took, page by page.
    ``memories``: the folder that ``learn`` filled."""
    team: Team[Task, Result] = Team(do=do, jobs=jobs, prepare=_prepare, given=(form, memories))
    for task, result in team.each(tasks):
        if isinstance(result, Lost):
            yield _result(task, None, "error", "the page brought its process down", form)
            continue
        cpu(result.seconds)
        yield result
