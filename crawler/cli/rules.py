"""``copydesk rules``: what is known of boilerplate, and whether it behaves."""

from __future__ import annotations

import json
import textwrap
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli import pass_home
from crawler.cli._progress import Progress
from crawler.cli._table import table
from crawler.home import Home
from pipelines.errors import ConfigError, CopydeskError, StoreError
from pipelines.resources import packaged

if TYPE_CHECKING:
    from crawler.proofs import Proposal
    from exporters.store.memory import Word
    from pipelines.boilerplate.rules import Rule


@click.group()
def command() -> None:
    """List and test the boilerplate rules, and decide on what a site repeats.

    A rule says in plain words what stands on every page and is not the story. The built-in ones come with
    Copydesk; one's own are files in the home's rules folder (docs/rules.md). What a site repeats on its
    articles is learned from them; a person may accept or reject it.
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
@click.option("--stored", is_flag=True, help="Also over the stored articles: what each rule cuts there.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    metavar="N",
    help="With --stored: only the newest N articles of each source.",
)
@click.option("--json", "as_json", is_flag=True, help="With --stored: a JSON array of what each rule cuts.")
@pass_home
def test(home: Home, paths: tuple[Path, ...], stored: bool, limit: int | None, as_json: bool) -> None:
    """Run every rule's examples: what it must drop, and what it must keep.

    PATH is a file or a folder of files; without it, the built-in rules and one's own. A wrong rule ends this
    with 2, every problem with its file and line.

    With --stored the articles of the dataset are cleaned from the archive, without a request and without
    writing anything: the rules of PATH beside the built-in ones and one's own.
    """
    if (limit or as_json) and not stored:
        raise click.UsageError("--limit and --json belong to --stored")
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
    if rows and not as_json:
        click.echo(table(header, rows, right=("rules", "examples", "wrong")))
    if problems:
        raise refusal(problems)
    if stored:
        _test_stored(home, paths, [rule.name for rule in declared], limit=limit, as_json=as_json)


def _test_stored(
    home: Home, paths: tuple[Path, ...], names: list[str], *, limit: int | None, as_json: bool
) -> None:
    from crawler.processes import cores
    from crawler.proofs import cuts
    from pipelines.boilerplate.rules import load

    _require_dataset(home)
    files: dict[Path, Path] = {}
    for place in [*_places(home), *paths]:
        for file in sorted(place.glob("*.toml")) if place.is_dir() else [place]:
            files.setdefault(file.resolve(), file)
    progress = Progress("articles")
    looked, found = cuts(home, load(files.values()), limit=limit, jobs=cores(), tick=progress.tick)
    progress.clear()
    wanted = set(names)
    found = [cut for cut in found if cut.rule in wanted]
    if as_json:
        click.echo(json.dumps([asdict(cut) for cut in found], ensure_ascii=False, indent=1))
        return
    click.echo(f"\nOver {looked} stored articles:")
    header = ("rule", "blocks", "articles", "such as")
    rows = [(c.rule, c.blocks, c.articles, _short(c.samples[0]) if c.samples else None) for c in found]
    lines = table(header, rows, right=("blocks", "articles")).splitlines()
    click.echo(lines[0])
    for cut, line in zip(found, lines[1:], strict=True):
        click.echo(line)
        for sample in cut.samples[1:]:
            click.echo(f"{' ' * lines[0].index('such as')}{_short(sample)}")


@command.command("suggest")
@click.argument("sites", metavar="[SITE]...", nargs=-1)
@click.option("--all", "decided", is_flag=True, help="Also what has been accepted or rejected.")
@click.option("--json", "as_json", is_flag=True, help="A JSON array.")
@pass_home
def suggest(home: Home, sites: tuple[str, ...], decided: bool, as_json: bool) -> None:
    """Propose what to cut always: what a site repeats, with proof.

    SITE is a registered domain, such as example.org. Each proposal says on how many articles it stands, shows
    samples, and says what would be lost if cutting it is wrong. `accept` and `reject` take its name.
    """
    from crawler.processes import cores
    from crawler.proofs import proposals
    from crawler.sources import nearest
    from exporters.store import Store
    from pipelines.boilerplate.rules import load

    _require_dataset(home)
    progress = Progress("articles")
    with Store.open(home.database, read_only=True) as store:
        known = sorted({block.host for block in store.site_blocks()})
        for site in sites:
            if site not in known:
                near = nearest(site, known)
                there = f"there are: {', '.join(known)}" if known else "nothing is known of any"
                raise ConfigError(
                    f"nothing repeats on {site!r}; " + (f"did you mean {near!r}?" if near else there)
                )
        found = proposals(
            home,
            store,
            sites or known,
            rules=load(_places(home)),
            decided=decided,
            jobs=cores(),
            tick=progress.tick,
        )
    progress.clear()
    if as_json:
        click.echo(json.dumps([_proposal_as_json(p) for p in found], ensure_ascii=False, indent=1))
    elif found:
        click.echo("\n\n".join(_proposal(p) for p in found))
    else:
        click.echo("Nothing to decide: no site repeats anything that is known of it.")


def _proposal(proposal: Proposal) -> str:
    block = proposal.block
    where = f"on {block.articles} of {block.of} articles of {block.host}"
    decided = f" ({block.decision})" if block.decision else ""
    lines = [f"{proposal.id}  {_KINDS[block.kind]} {where}, {_count(proposal.blocks, 'block')}{decided}"]
    lines += [f"    {_short(sample)}" for sample in proposal.samples or [block.example]]
    if block.decision == "rejected":
        lines.append("    stays, wherever it stands in a story")
    elif proposal.in_stories:
        several = _count(proposal.in_stories, "block")
        lines.append(f"    if it is wrong: {several}, {proposal.words} words, are missing from stories")
    else:
        lines.append("    if it is wrong: nothing is missing; no page alone keeps it")
    return "\n".join(lines)


def _proposal_as_json(proposal: Proposal) -> dict[str, object]:
    row = asdict(proposal)
    return {**row.pop("block"), **row}


_KINDS = {"text": "a text", "section": "a heading and what is under it", "place": "a part of the page"}


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")


def _short(text: str) -> str:
    return textwrap.shorten(text, 100, placeholder=" …")


@command.command("accept")
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@click.option("--undo", is_flag=True, help="Take the decision back; memory decides again.")
@pass_home
def accept(home: Home, ids: tuple[str, ...], undo: bool) -> None:
    """Have what a site repeats cut wherever it stands.

    ID is the name that `suggest` gives it. The decision is kept in the dataset, for this site alone, and wins
    over what rules, memory and model say. It takes effect with `reclean`, and with the next crawl.
    """
    _decide(home, ids, None if undo else "accepted")


@command.command("reject")
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@click.option("--undo", is_flag=True, help="Take the decision back; memory decides again.")
@pass_home
def reject(home: Home, ids: tuple[str, ...], undo: bool) -> None:
    """Let a site keep what it repeats.

    ID is the name that `suggest` gives it. The decision is kept in the dataset, for this site alone, and
    memory never cuts it again. It takes effect with `reclean`, and with the next crawl.
    """
    _decide(home, ids, None if undo else "rejected")


def _decide(home: Home, ids: tuple[str, ...], decision: Word | None) -> None:
    from crawler.proofs import id_of
    from exporters.store import Store

    _require_dataset(home)
    with Store.open(home.database) as store:
        known = {id_of(block): block for block in store.site_blocks()}
        unknown = [id for id in ids if id not in known]
        if unknown:
            seen = home.hint("rules suggest --all")
            raise CopydeskError(f"nothing that repeats is called {', '.join(unknown)}; see: {seen}")
        for id in ids:
            block = known[id]
            store.decide(block.host, block.kind, block.key, decision)
            click.echo(f"{id}: {decision or 'undecided'}: {_short(block.example)}")
    click.echo(f"the stored articles follow with: {home.hint('reclean')}", err=True)


def _require_dataset(home: Home) -> None:
    home.require()
    if not home.database.exists():
        raise StoreError(f"{home.database}: no dataset there yet; `{home.hint('crawl')}` makes one")


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
