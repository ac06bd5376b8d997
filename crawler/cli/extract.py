"""``copydesk extract``: recorded pages in, clean copy out."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.errors import ConfigError

if TYPE_CHECKING:
    from crawler.batch import Format, Result, Task


@click.command()
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--manifest",
    type=click.Path(path_type=Path),
    metavar="M.jsonl",
    help='Pages named by rows {"id", "path", "url"}, one a line; paths are relative to the manifest.',
)
@click.option(
    "--learn",
    is_flag=True,
    help="Read all pages first for what the articles of each site have in common, then clean.",
)
@click.option(
    "--jobs", type=click.IntRange(min=1), metavar="N", help="Processes; as many as cores unless told."
)
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["jsonl", "text", "markdown", "html"]),
    default="jsonl",
    show_default=True,
    help="What to write of a page.",
)
def command(
    paths: tuple[Path, ...], manifest: Path | None, learn: bool, jobs: int | None, form: Format
) -> None:
    """Clean recorded pages: no network, no dataset.

    PATH is a file of HTML, also gzipped, or a folder, whose .html, .htm and .html.gz files are taken in the
    order of their names. Written is one JSON object a page, in the order of input; what was cut is listed
    under "removed", and its "by" has the values that the dataset calls removed_by. A page that cannot be read
    has the status "error" and a reason. A page without an address has the one that it calls canonical.

    With --learn, what stands on many articles of a site is not the story: its prompts, its lists of links.
    The pages of a site are those of its domain or, without an address, those of a folder; at least four.

    Throughput and rejected pages are summed up on stderr. The exit code is 1 if a file named here cannot be
    read, or if no page can.
    """
    from tempfile import TemporaryDirectory

    from crawler import batch
    from crawler.batch import tasks_in, tasks_of
    from crawler.processes import cores

    if not paths and manifest is None:
        raise click.UsageError("name files or folders of pages, or a --manifest")
    if manifest is not None and not manifest.is_file():
        raise ConfigError(f"there is no manifest {manifest}")
    for path in paths:
        if str(path) == "-" and not path.exists():
            raise ConfigError("stdin is not read; name a file (in a shell: /dev/stdin)")
        if path.is_dir() and next(tasks_of(path), None) is None:
            raise ConfigError(f"there are no pages (.html, .htm, .html.gz) in {path}")

    def tasks() -> Iterator[Task]:
        return chain(
            chain.from_iterable(tasks_of(path) for path in paths), tasks_in(manifest) if manifest else ()
        )

    named = {str(path) for path in paths}
    tally = Tally()
    jobs = jobs or cores()
    out = sys.stdout.buffer
    several = len(paths) != 1 or paths[0].is_dir() or manifest is not None
    with TemporaryDirectory(prefix="copydesk-") if learn else nullcontext() as folder:
        memories = Path(folder) if folder is not None else None
        if memories is not None:
            tally.sites = batch.learn(tasks(), memories, jobs=jobs, cpu=tally.add_cpu)
        for result in batch.clean_pages(tasks(), jobs=jobs, form=form, memories=memories, cpu=tally.add_cpu):
            asked_for = str(result.task.path) in named
            tally.add(result, named=asked_for)
            if several and form != "jsonl" and result.output:
                out.write(_banner(result, form))
            out.write(result.output.encode("utf-8", "replace"))
            if result.status == "error" and (asked_for or form != "jsonl"):
                click.echo(f"copydesk: {result.task.path}: {result.reason}", err=True)
            elif result.status == "rejected" and form != "jsonl":
                click.echo(f"copydesk: {result.task.path} is no article: {result.reason}", err=True)
            tally.show_progress()
    out.flush()
    tally.report()
    if tally.failed:
        raise click.exceptions.Exit(1)


def _banner(result: Result, form: Format) -> bytes:
    line = f"<!-- {result.task.path} -->\n" if form == "html" else f"==> {result.task.path} <==\n\n"
    return line.encode("utf-8", "replace")


class Tally:
    """What became of the pages, for stderr."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.cpu = 0.0
        self.statuses: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.named_failed = False
        #: Sites that something was learned of; None: nobody asked.
        self.sites: int | None = None
        self.progress = sys.stderr.isatty() and not sys.stdout.isatty()
        self.shown = self.began

    @property
    def pages(self) -> int:
        return self.statuses.total()

    @property
    def failed(self) -> bool:
        return self.named_failed or (self.pages > 0 and self.statuses["error"] == self.pages)

    def add_cpu(self, seconds: float) -> None:
        self.cpu += seconds

    def add(self, result: Result, *, named: bool) -> None:
        self.statuses[result.status] += 1
        if result.status == "rejected":
            self.reasons[result.reason or "unknown"] += 1
        elif result.status == "error":
            self.named_failed = self.named_failed or named

    def show_progress(self) -> None:
        now = time.monotonic()
        if self.progress and now - self.shown > 0.5:
            self.shown = now
            click.echo(
                f"\r{self.pages} pages, {self.pages / (now - self.began):.0f} a second ", err=True, nl=False
            )

    def report(self) -> None:
        seconds = max(time.monotonic() - self.began, 1e-3)
        articles = self.statuses["article"]
        parts = [f"{articles} article" + ("" if articles == 1 else "s")]
        if self.reasons:
            each = ", ".join(f"{reason} {n}" for reason, n in self.reasons.most_common())
            parts.append(f"{self.statuses['rejected']} rejected ({each})")
        if self.statuses["error"]:
            parts.append(f"{self.statuses['error']} unreadable")
        pages = f"{self.pages} page" + ("" if self.pages == 1 else "s")
        speed = f"{self.pages / seconds:.1f} a second"
        if self.pages:
            speed += f", {1000 * self.cpu / self.pages:.1f} ms CPU a page"
        end = "\r\x1b[K" if self.progress else ""
        if self.sites is not None:
            parts.append(f"{self.sites} site{'' if self.sites == 1 else 's'} learned")
        click.echo(f"{end}{pages} in {seconds:.1f} s ({speed}): {', '.join(parts)}", err=True)
