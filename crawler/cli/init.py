"""``copydesk init``: a home."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from crawler.cli import pass_home
from crawler.home import Home
from pipelines.errors import ConfigError, StoreError
from pipelines.resources import packaged

README = """\
# A newsroom of Copydesk

    sources/     one TOML file a source; `copydesk add URL` writes one
    rules/       boilerplate rules of your own, beside the built-in ones
    news.db      the dataset (SQLite): `copydesk search`, `copydesk export`, or any SQL
    archive/     every answer as it came (WARC), so that it can be cleaned again without a request
    feeds/       what feed readers subscribe to: one feed a source, and all.xml; feeds.opml lists them
    feeds.toml   feeds of your own, if you write it (docs/feeds.md)
    logs/        what each crawl did
    reports/     what was asked for as a page

Only sources/, rules/ and feeds.toml are written by people. Keep news.db and archive/ together; feeds/ can be
made again from them at any time (`copydesk publish`).
"""


@click.command()
@click.argument("directory", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option("--starter", is_flag=True, help="Copy the starter sources into it as well.")
@pass_home
def command(home: Home, directory: Path | None, starter: bool) -> None:
    """Make a home: the folder that holds sources, dataset, archive and feeds.

    Without DIR it is the one that --home or $COPYDESK_HOME names, else ./data. What is there already stays
    as it is.
    """
    if directory is not None:
        home = Home(directory.expanduser().absolute())
    if home.path.exists() and not home.path.is_dir():
        raise ConfigError(f"{home.path} is a file; name a folder")
    try:
        copied = _furnish(home, starter=starter)
    except OSError as error:
        raise StoreError(f"cannot make a home at {home.path}: {error.strerror}") from error

    option = "" if home.path == Path("data").absolute() else f" --home {home.path}"
    count = sum(1 for _ in home.sources.glob("*.toml"))
    click.echo(
        f"Home: {home.path} ({count} sources" + (f", {copied} of them new)" if copied else ")"), err=True
    )
    click.echo("Next:", err=True)
    if not count:
        click.echo(f"  copydesk{option} add https://www.example.com/     a source of your own", err=True)
        click.echo(f"  copydesk{option} init --starter                   or the starter sources", err=True)
    click.echo(f"  copydesk{option} crawl", err=True)


def _furnish(home: Home, *, starter: bool) -> int:
    """Number of starter sources copied."""
    if not home.sources.is_dir():  # a home made before keeps its README, or its lack of one
        home.sources.mkdir(parents=True)
        readme = home.path / "README.md"
        if not readme.exists():
            readme.write_text(README, encoding="utf-8")
    home.rules.mkdir(exist_ok=True)
    if not starter:
        return 0
    copied = 0
    for file in sorted(packaged("sources").glob("*.toml")):
        target = home.sources / file.name
        if not target.exists():
            shutil.copyfile(file, target)
            copied += 1
    return copied
