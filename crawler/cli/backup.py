"""``copydesk backup``: the dataset in one file."""

from __future__ import annotations

from pathlib import Path

import click

from crawler.cli import pass_home
from crawler.home import Home


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@pass_home
def command(home: Home, file: Path) -> None:
    """Copy the dataset to FILE, also while a crawl runs.

    The copy is of one moment and is checked before it takes FILE's place; an older backup stays until then.
    To go back, put it where news.db was while nothing runs, and remove news.db-wal and news.db-shm.

    The archive is not in it: copy its folder as well, afterwards, with any program that copies files.
    """
    from exporters.store.backup import backup

    size = backup(home.require().database, file.absolute())
    click.echo(f"{file}: {size / 1e6:.1f} MB, checked", err=True)
