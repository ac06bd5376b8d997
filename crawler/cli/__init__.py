"""``copydesk``: one file a command. A file in this folder that defines ``command`` is a command.

The function's docstring is its help. Imports that take time belong inside the function, so that the others
stay quick; the overview reads the docstrings without importing anything.

Machine output goes to stdout, everything else to stderr. A CopydeskError anywhere becomes one sentence on
stderr and its exit code.
"""

from __future__ import annotations

import ast
import difflib
import errno
import importlib
import inspect
import sqlite3
from importlib import metadata
from pathlib import Path
from typing import Any

import click

from crawler.collecting import load_fast
from crawler.home import Home, resolve
from pipelines.errors import CopydeskError, StoreError

FOLDER = Path(__file__).parent
#: A home on a read-only or a full disk, or someone else's.
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_UNWRITABLE = {errno.EACCES, errno.EPERM, errno.EROFS, *_FULL}

#: Hands the command its home: ``@pass_home def command(home: Home, …)``.
pass_home = click.make_pass_decorator(Home)


def _home_option() -> click.Option:
    """``--home`` is understood before the command and after it."""

    def set_home(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
        if value is not None or ctx.obj is None:
            ctx.obj = resolve(value)

    return click.Option(
        ["--home"],
        metavar="DIR",
        expose_value=False,
        is_eager=True,
        callback=set_home,
        help="Folder of the runtime files; else $COPYDESK_HOME, else ./data.",
    )


class Commands(click.Group):
    """The files of this folder as commands, imported when they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(p.stem for p in FOLDER.glob("*.py") if not p.stem.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = importlib.import_module(f"{__name__}.{cmd_name}").command
        command.name = cmd_name
        parts = command.commands.values() if isinstance(command, click.Group) else ()
        for one in (command, *parts):
            if not any("--home" in p.opts for p in one.params):
                one.params.append(_home_option())
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        names = self.list_commands(ctx)
        if args and not args[0].startswith("-") and args[0] not in names:
            near = difflib.get_close_matches(args[0], names, n=1, cutoff=0.5)
            ctx.fail(
                f"there is no command {args[0]!r}; "
                + (f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(names)}")
            )
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, _summary(name)) for name in self.list_commands(ctx)]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except CopydeskError as error:
            sentence, code = str(error), error.exit_code
        except sqlite3.Error as error:
            sentence, code = f"the dataset cannot be used: {error}", StoreError.exit_code
        except OSError as error:
            if error.errno not in _UNWRITABLE:
                raise
            place = f"{error.filename}: " if error.filename else ""
            full = "the disk is full; make room and run the command again: what was stored is intact."
            said = full if error.errno in _FULL else error.strerror
            sentence, code = f"{place}{said}", StoreError.exit_code
        click.echo(f"copydesk: {sentence}", err=True)
        raise click.exceptions.Exit(code)


def _summary(name: str) -> str:
    """First sentence of the docstring of a command, without importing it."""
    tree = ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == "command":
            text = inspect.cleandoc(ast.get_docstring(node) or "")
            return text.split("\n\n")[0].replace("\n", " ").removesuffix(".")
    return ""


def _version() -> str:
    try:
        return metadata.version("copydesk")
    except metadata.PackageNotFoundError:
        return "of a checkout that is not installed"


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    params=[_home_option()],
)
@click.version_option(_version(), prog_name="copydesk", message="%(prog)s %(version)s")
def main() -> None:
    """Crawl newsrooms, strip what is not the story, keep a clean dataset, publish clean feeds."""
    load_fast()
