"""docs/commands.md, from what ``--help`` says: ``make docs`` writes it; a test fails where it is old."""

from __future__ import annotations

from collections.abc import Iterator

import click

from crawler.cli import main

INTRODUCTION = """\
# Commands

Made from what `copydesk COMMAND --help` says, by `make docs`.

Every command understands `--home DIR`, before its name or after it: the folder of the runtime files, else
`$COPYDESK_HOME`, else `./data`. Machine output goes to stdout, everything else to stderr.

| exit code | meaning |
|---|---|
| 0 | fine |
| 1 | a source became unhealthy, every source failed, or what was asked for by name failed |
| 2 | usage or configuration |
| 3 | the dataset or its home could not be used |
| 75 | another crawl holds the lock |
"""


def render() -> str:
    context = click.Context(main, info_name="copydesk", terminal_width=80, help_option_names=["-h", "--help"])
    return "\n".join([INTRODUCTION, *_sections(main, context)])


def _sections(group: click.Group, parent: click.Context) -> Iterator[str]:
    for name in group.list_commands(parent):
        command = group.get_command(parent, name)
        assert command is not None
        context = click.Context(
            command, info_name=name, parent=parent, terminal_width=80, **command.context_settings
        )
        yield f"## {context.command_path}\n\n```\n{command.get_help(context)}\n```\n"
        if isinstance(command, click.Group):
            yield from _sections(command, context)


if __name__ == "__main__":
    click.echo(render(), nl=False)
