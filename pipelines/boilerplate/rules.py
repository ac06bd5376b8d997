"""Rules: what newsrooms print on every page, in the words a person would recognise it by. Reads only TOML.

A rule is declared in ``data/rules/<topic>.toml`` (docs/rules.md): ``[[rule]]`` says why, ``[rule.de]`` holds
its German phrases and examples. It is evidence with a confidence, not a verdict: pipelines/decide.py weighs
it. A file is judged as a whole: a wrong rule is refused with its line and what to write instead.
"""

from __future__ import annotations

import difflib
import functools
import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.boilerplate.matching import HasBlock, Match, Rule, Rules
from pipelines.boilerplate.phrases import PhraseError, parse
from pipelines.errors import RuleError
from pipelines.resources import packaged

__all__ = ["HasBlock", "Match", "Rule", "Rules", "builtin", "load", "read", "refusal", "unmet"]

#: The headline of the page that an example stands on; {title} in an example is this.
HEADLINE = "Harbour bridge reopens after two years of repairs"

_RULE_KEYS = ("name", "why", "scope", "confidence", "max_words", "kinds", "links", "holds")
_LANGUAGE_KEYS = ("phrases", "drops", "keep")
_SCOPES = ("block", "section")
_HOLDS = ("links", "lines", "prose")
_KINDS = ("heading", "paragraph", "item", "quote", "cell", "caption", "code", "image", "embed")
_MOST_WORDS = 100
#: Words of the longest block, where a rule does not say.
_USUAL_WORDS = 40
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_LINK = re.compile(r"\[([^\[\]]*)\]")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a rule, where, and what to write instead."""

    file: str
    line: int | None
    message: str


@dataclass(slots=True)
class ExampleBlock:
    """A line of an example, read as a block."""

    text: str
    kind: str
    level: int
    link_chars: int
    container: Any = None


def load(paths: Iterable[Path]) -> Rules:
    """Rules from files, and from folders of ``*.toml``. Raises RuleError with every problem found."""
    return _sound(paths, examples=True)


@functools.cache
def builtin() -> Rules:
    """The rules that ship with Copydesk, read once. Their examples are run by the tests, not here."""
    return _sound([packaged("rules")], examples=False)


def _sound(paths: Iterable[Path], *, examples: bool) -> Rules:
    declared, problems = read(paths)
    rules = Rules(declared)
    if examples and not problems:
        problems = unmet(rules)
    if problems:
        raise refusal(problems)
    return rules


def refusal(problems: Sequence[Problem]) -> RuleError:
    """All problems as one error."""
    first, *others = problems
    rest = tuple(RuleError(problem.file, problem.line, problem.message) for problem in others)
    return RuleError(first.file, first.line, first.message, others=rest)


def read(paths: Iterable[Path]) -> tuple[list[Rule], list[Problem]]:
    """The sound rules, and what is wrong with the others. Examples are not run here: ``unmet`` does."""
    rules: list[Rule] = []
    problems: list[Problem] = []
    for file in _files(paths):
        try:
            text = file.read_text(encoding="utf-8")
            tables = tomllib.loads(text)
        except OSError as error:
            problems.append(Problem(str(file), None, f"cannot be read: {error.strerror or error}"))
        except UnicodeDecodeError:
            problems.append(Problem(str(file), None, "is not UTF-8; save it as UTF-8"))
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            where = re.search(r"at line (\d+)", str(error))
            line = int(where[1]) if where else max(text.count("\n"), 1)
            problems.append(Problem(str(file), line, f"is not TOML: {error}"))
        else:
            found = _File(file, text)
            rules.extend(found.rules(tables))
            problems.extend(found.problems)
    first: dict[str, Rule] = {}
    for rule in rules:
        same = first.setdefault(rule.name, rule)
        if same is not rule:
            place = f"{same.file}:{same.line}"
            problems.append(
                Problem(rule.file, rule.line, f"the name {rule.name!r} is taken by {place}; choose another")
            )
    return [rule for rule in rules if first[rule.name] is rule], problems


def unmet(rules: Rules) -> list[Problem]:
    """Examples that do not behave. Every line of a ``drops`` must go by the rule itself; the last line of a
    ``keep`` must survive every rule.
    """
    problems = []
    for rule in rules.rules:
        alone = Rules([rule])
        for language in rule.languages:
            for example in rule.drops[language]:
                blocks = example_blocks(example)
                matches = alone.match(blocks, title=HEADLINE)
                left = [b.text for b, match in zip(blocks, matches, strict=True) if match is None]
                if left:
                    what = f"does not drop {left[0]!r} ({language}); add a phrase or mend the example"
                    line = _example_line(rule, language, "drops", example)
                    problems.append(Problem(rule.file, line, f"{rule.name} {what}"))
            for example in rule.keep[language]:
                blocks = example_blocks(example)
                match = rules.match(blocks, title=HEADLINE)[-1]
                if match is not None:
                    by = "it" if match.rule == rule.name else match.rule
                    what = f"must keep {blocks[-1].text!r} ({language}), but {by} cuts it; narrow the phrase"
                    line = _example_line(rule, language, "keep", example)
                    problems.append(Problem(rule.file, line, f"{rule.name} {what}"))
    return problems


def _example_line(rule: Rule, language: str, key: str, example: str) -> int:
    lines = Path(rule.file).read_text(encoding="utf-8").split("\n")
    table = _key_line(lines, rule.line, len(lines), f"rule.{language}")
    start = _key_line(lines, table, len(lines), key)
    return _find(lines, start, len(lines), example) or start


def example_blocks(example: str) -> list[ExampleBlock]:
    """An example as blocks, one a line: ``# heading``, ``- item``, ``[link text]``, ``{title}``."""
    blocks = []
    for line in example.strip().split("\n"):
        text = line.strip().replace("{title}", HEADLINE)
        kind, level = "paragraph", 0
        if text.startswith("#"):
            level = min(len(text) - len(text.lstrip("#")), 6)
            kind, text = "heading", text.lstrip("# ")
        elif text.startswith("- "):
            kind, text = "item", text[2:]
        links = sum(len(link) for link in _LINK.findall(text))
        blocks.append(ExampleBlock(_LINK.sub(r"\1", text), kind, level, links))
    return blocks


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(path.glob("*.toml")) if path.is_dir() else [path]


def _find(lines: list[str], start: int, end: int, text: str) -> int | None:
    """The number of the line, from ``start`` to ``end``, that holds the text's first line."""
    wanted = next((part.strip() for part in text.split("\n") if part.strip()), text)
    for number in range(start, min(end, len(lines)) + 1):
        if wanted in lines[number - 1] or wanted.replace('"', '\\"') in lines[number - 1]:
            return number
    return None


def _key_line(lines: list[str], start: int, end: int, key: str) -> int:
    """The number of the line, from ``start`` to ``end``, that begins with the key; else ``start``."""
    shape = re.compile(rf"\s*(\[+\s*)?([\w-]+\.)?[\"']?{re.escape(key)}\b")
    return next((n for n in range(start, end + 1) if shape.match(lines[n - 1])), start)


class _File:
    """One file's tables, read into rules; what is wrong is collected with its line."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.lines = text.split("\n")
        self.heads = [n for n, line in enumerate(self.lines, 1) if re.match(r"\s*\[\[\s*rule\s*\]\]", line)]
        self.problems: list[Problem] = []

    def refuse(self, line: int | None, message: str) -> None:
        self.problems.append(Problem(str(self.path), line, message))

    def rules(self, tables: dict[str, Any]) -> list[Rule]:
        for key in tables:
            if key != "rule":
                self.refuse(
                    self.key_line(1, len(self.lines), key),
                    f"unknown key {key!r}; a file holds [[rule]] tables",
                )
        declared = tables.get("rule", [])
        if not isinstance(declared, list) or not all(isinstance(table, dict) for table in declared):
            self.refuse(
                self.key_line(1, len(self.lines), "rule"), "write [[rule]], in two brackets, above each rule"
            )
            return []
        if len(self.heads) != len(declared):
            self.refuse(None, "write each rule under a [[rule]] line of its own")
            return []
        if not declared:
            if not self.problems:
                self.refuse(None, "holds no rule; write a [[rule]] table")
            return []
        ends = [head - 1 for head in self.heads[1:]] + [len(self.lines)]
        read = (self.rule(t, head, end) for t, head, end in zip(declared, self.heads, ends, strict=True))
        return [rule for rule in read if rule is not None]

    def key_line(self, start: int, end: int, key: str) -> int:
        return _key_line(self.lines, start, end, key)

    def rule(self, table: dict[str, Any], start: int, end: int) -> Rule | None:
        before = len(self.problems)

        def refuse(key: str, message: str) -> None:
            self.refuse(self.key_line(start, end, key), message)

        languages = {key: value for key, value in table.items() if isinstance(value, dict)}
        for key in table:
            if key not in _RULE_KEYS and key not in languages:
                refuse(key, f"unknown key {key!r}{_nearest(key, _RULE_KEYS)}")
        for key in ("name", "why", "scope", "confidence"):
            if key not in table:
                self.refuse(start, f"{key} is missing; {_WANTED[key]}")
        name, why, scope = table.get("name", "a-rule"), table.get("why", "…."), table.get("scope", "block")
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            refuse("name", f"name {name!r}: {_WANTED['name']}")
        if not isinstance(why, str) or ("why" in table and (len(why) < 15 or not why.endswith("."))):
            refuse("why", f"why: {_WANTED['why']}")
        if scope not in _SCOPES:
            refuse("scope", f"scope {scope!r}: {_WANTED['scope']}")
        confidence = table.get("confidence", 0.5)
        if not _number(confidence) or not 0.3 <= confidence <= 0.99:
            refuse("confidence", f"confidence {confidence!r}: {_WANTED['confidence']}")
        max_words = table.get("max_words", _USUAL_WORDS)
        if type(max_words) is not int or not 1 <= max_words <= _MOST_WORDS:
            refuse("max_words", f"max_words {max_words!r}: write a whole number from 1 to {_MOST_WORDS}")
        kinds = table.get("kinds", [])
        if not isinstance(kinds, list) or not all(kind in _KINDS for kind in kinds):
            refuse("kinds", f"kinds {kinds!r}: write a list of {', '.join(_KINDS)}")
        links = table.get("links", 0.0)
        if not _number(links) or not 0 <= links <= 1:
            refuse("links", f"links {links!r}: write the least share of link text, 0 to 1")
        holds = table.get("holds", "lines")
        if holds not in _HOLDS or ("holds" in table and scope == "block"):
            refuse(
                "holds", f"holds {holds!r}: write one of {', '.join(_HOLDS)}, and only where scope is section"
            )
        if not languages:
            self.refuse(start, "no language; write a table such as [rule.en] with phrases, drops and keep")
        lists = {code: self.language(code, value, scope, start, end) for code, value in languages.items()}
        if len(self.problems) > before:
            return None
        return Rule(
            name=name,
            topic=self.path.stem,
            why=why,
            scope=scope,
            confidence=float(confidence),
            max_words=max_words,
            kinds=tuple(kinds),
            links=float(links),
            holds=holds,
            phrases={code: value["phrases"] for code, value in lists.items()},
            drops={code: value["drops"] for code, value in lists.items()},
            keep={code: value["keep"] for code, value in lists.items()},
            file=str(self.path),
            line=start,
        )

    def language(
        self, code: str, table: dict[str, Any], scope: str, start: int, end: int
    ) -> dict[str, tuple[str, ...]]:
        head = self.key_line(start, end, f"rule.{code}")
        if not _LANGUAGE.fullmatch(code):
            self.refuse(head, f"unknown table {code!r}; write a language's two letters, such as [rule.en]")
        lists: dict[str, tuple[str, ...]] = {}
        for key in table:
            if key not in _LANGUAGE_KEYS:
                self.refuse(
                    self.key_line(head, end, key), f"unknown key {key!r}{_nearest(key, _LANGUAGE_KEYS)}"
                )
        for key in _LANGUAGE_KEYS:
            value = table.get(key)
            if not isinstance(value, list) or not all(
                isinstance(text, str) and text.strip() for text in value
            ):
                self.refuse(self.key_line(head, end, key), f"{code}: write {key} as a list of texts")
            elif not value:
                self.refuse(self.key_line(head, end, key), f"{code}: {key} is empty; {_WANTED[key]}")
            else:
                lists[key] = tuple(value)
                continue
            lists[key] = ()
        for phrase in lists["phrases"]:
            try:
                read = parse(phrase, heading=scope == "section")
            except PhraseError as error:
                self.refuse(_find(self.lines, head, end, phrase) or head, str(error))
            else:
                if scope == "section" and not (read.starts or read.ends):
                    self.refuse(
                        _find(self.lines, head, end, phrase) or head,
                        f"{phrase!r} is open on both sides; name a heading by how it begins or ends",
                    )
        return lists


_WANTED = {
    "name": 'write words in small letters joined by hyphens, such as "comments-are-moderated"',
    "why": "write a sentence that an editor understands, of at least 15 characters and with a full stop",
    "scope": 'write "block", or "section" for all that stands under a heading',
    "confidence": "write how surely such a block is not the story, 0.3 to 0.99",
    "phrases": "write what such a block says",
    "drops": "write a block that must go",
    "keep": "write a sentence of a story that must stay",
}


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _nearest(key: str, keys: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(key, keys, n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(keys)}"
