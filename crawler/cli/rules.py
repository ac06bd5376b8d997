"""``copydesk rules``: what is known of boilerplate, and whether it behaves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli import pass_home
from crawler.cli._table import table
from crawler.home import Home
from pipelines.resources import packaged

if TYPE_CHECKING:
    from pipelines.boilerplate.rules import Rule


@click.group()
def command() -> None:
    """List and test the boilerplate rules.

    A rule says in plain words what stands on every page and is not the story. The built-in ones come with
    Copydesk; one's own are files in the home's rules folder (docs/rules.md).
    """


@command.command("list")
@click.argument("topics", metavar="[TOPIC]...", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="A JSON array.")
@pass_home
def list_(home: Home, topics: tuple[str, ...], as_json: bool) -> None:
    """List the rules, built-in and one's own: name, topic, scope, languages, why."""
    from pipelines.boilerplate.rules import load

    rules = load(_places(home)).rules
    known = sorted({rule.topic for rule in rules})
    for topic in topics:
        if topic not in known:
            raise click.BadParameter(f"there is no topic {topic!r}; there are: {', '.join(known)}")
    chosen = [rule for rule in rules if not topics or rule.topic in topics]
    if as_json:
        click.echo(json.dumps([_as_json(rule) for rule in chosen], ensure_ascii=False, indent=1))
        return
    header = ("rule", "topic", "scope", "languages", "why")
    rows = [(rule.name, rule.topic, rule.scope, " ".join(rule.languages), rule.why) for rule in chosen]
    click.echo(table(header, rows))


@command.command("test")
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(exists=True, path_type=Path))
@pass_home
def test(home: Home, paths: tuple[Path, ...]) -> None:
    """Run every rule's examples: what it must drop, and what it must keep.

    PATH is a file or a folder of files; without it, the built-in rules and one's own. A wrong rule ends this
    with 2, every problem with its file and line.
    """
    from pipelines.boilerplate.rules import Rules, read, refusal, unmet

    declared, problems = read(paths or _places(home))
    rules = Rules(declared)
    problems += unmet(rules)
    wrong = {(problem.file, problem.line) for problem in problems}
    files = dict.fromkeys(rule.file for rule in rules.rules)
    rows = []
    for file in files:
        own = [rule for rule in rules.rules if rule.file == file]
        languages = dict.fromkeys(language for rule in own for language in rule.languages)
        examples = sum(len(e) for rule in own for part in (rule.drops, rule.keep) for e in part.values())
        bad = sum(place == file for place, _ in wrong)
        rows.append((own[0].topic, len(own), " ".join(languages), examples, bad))
    header = ("topic", "rules", "languages", "examples", "wrong")
    click.echo(table(header, rows, right=("rules", "examples", "wrong")))
    if problems:
        raise refusal(problems)


def _places(home: Home) -> list[Path]:
    """The built-in rules and the home's own. In a checkout ./data is a home, and its rules are built in."""
    builtin = packaged("rules")
    own = home.rules.is_dir() and not home.rules.samefile(builtin)
    return [builtin, home.rules] if own else [builtin]


def _as_json(rule: Rule) -> dict[str, object]:
    return {
        "name": rule.name,
        "topic": rule.topic,
        "scope": rule.scope,
        "languages": list(rule.languages),
        "why": rule.why,
        "confidence": rule.confidence,
        "file": rule.file,
        "line": rule.line,
    }
