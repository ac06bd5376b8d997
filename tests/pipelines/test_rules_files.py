"""Rule files: what is refused, with its file, its line and what to write instead."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelines.boilerplate.rules import load
from pipelines.errors import ConfigError, RuleError

SOUND = """\
# A topic.
[[rule]]
name = "survey-prompt"
why = "Asks readers to take part in a survey."
scope = "block"
confidence = 0.9

[rule.en]
phrases = ["Take our survey"]
drops = ["Take our survey!"]
keep = ["They take our survey seriously, the mayor said."]
"""


def refusal(tmp_path: Path, text: str) -> RuleError:
    (tmp_path / "topic.toml").write_text(text, encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        load([tmp_path])
    return caught.value


def test_a_sound_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "topic.toml").write_text(SOUND, encoding="utf-8")
    (rule,) = load([tmp_path]).rules
    assert (rule.name, rule.topic, rule.languages, rule.line) == ("survey-prompt", "topic", ("en",), 2)


def test_an_empty_folder_has_no_rules(tmp_path: Path) -> None:
    assert load([tmp_path]).rules == ()


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ('name = "survey-prompt"', 'name = "Survey prompt"', 3, "small letters joined by hyphens"),
        ('name = "survey-prompt"\n', "", 2, "name is missing; write words in small letters"),
        ('why = "Asks readers to take part in a survey."', 'why = "surveys"', 4, "a sentence"),
        ("why = ", "wyh = ", 4, "unknown key 'wyh'; did you mean 'why'"),
        ('scope = "block"', 'scope = "page"', 5, 'write "block", or "section"'),
        ('scope = "block"', 'scope = "block"\nholds = "links"', 6, "only where scope is section"),
        ('scope = "block"', 'scope = "section"\nholds = "all"', 6, "one of links, lines, prose"),
        ("confidence = 0.9", "confidence = 90", 6, "0.3 to 0.99"),
        ("confidence = 0.9", "confidence = true", 6, "0.3 to 0.99"),
        ("confidence = 0.9", "confidence = 0.9\nmax_words = 0", 7, "from 1 to 100"),
        ("confidence = 0.9", "confidence = 0.9\nkinds = ['menu']", 7, "a list of heading"),
        ("confidence = 0.9", "confidence = 0.9\nlinks = 50", 7, "0 to 1"),
        ("confidence = 0.9", "confidence = 0.9\nregex = '.*'", 7, "unknown key 'regex'; there are"),
        ("[rule.en]", "[rule.english]", 8, "two letters"),
        ("phrases = ", "phrase = ", 9, "unknown key 'phrase'; did you mean 'phrases'"),
        (
            'phrases = ["Take our survey"]',
            "phrases = []",
            9,
            "phrases is empty; write what such a block says",
        ),
        ('phrases = ["Take our survey"]', 'phrases = "Take our survey"', 9, "a list of texts"),
        (
            'phrases = ["Take our survey"]',
            'phrases = [\n "Take our survey",\n "… our …",\n]',
            11,
            "ordinary prose",
        ),
        ('phrases = ["Take our survey"]', 'phrases = ["more"]', 9, "single common word"),
        ('phrases = ["Take our survey"]', 'phrases = ["Take (our survey"]', 9, "means nothing"),
        ('drops = ["Take our survey!"]\n', "", 8, "write drops as a list"),
        (
            'drops = ["Take our survey!"]',
            'drops = ["Join our survey!"]',
            10,
            "does not drop 'Join our survey!'",
        ),
        ("keep = [", "keep = [] # ", 11, "keep is empty; write a sentence of a story"),
        (
            'keep = ["They',
            'keep = ["Take our survey", "They',
            11,
            "must keep 'Take our survey' (en), but it cuts",
        ),
        ("[[rule]]", "[rule]", 2, "in two brackets"),
        ("[[rule]]", "[[rules]]", 2, "unknown key 'rules'"),
        ("confidence = 0.9", "confidence = ", 6, "not TOML"),
        ('keep = ["They', 'keep = ["They \\q', 11, "not TOML"),
    ],
)
def test_refused_with_its_line(tmp_path: Path, old: str, new: str, line: int, says: str) -> None:
    assert old in SOUND
    error = refusal(tmp_path, SOUND.replace(old, new, 1))
    assert isinstance(error, ConfigError)
    assert error.exit_code == 2
    assert error.file == str(tmp_path / "topic.toml")
    lines = {error.line, *(other.line for other in error.others)}
    assert line in lines
    assert re.search(rf":{line}: .*{re.escape(says)}", str(error))


def test_a_section_may_not_be_named_by_its_middle(tmp_path: Path) -> None:
    text = SOUND.replace('"block"', '"section"').replace('"Take our survey"', '"… our survey …"')
    assert "how it begins or ends" in str(refusal(tmp_path, text))


def test_all_problems_at_once(tmp_path: Path) -> None:
    second = SOUND.replace("survey-prompt", "other").replace("0.9", "9").replace("… ", "")
    error = refusal(tmp_path, SOUND.replace('"block"', '"page"') + second)
    assert [error.line, *(other.line for other in error.others)] == [5, 17]
    assert str(error).count("topic.toml:") == 2


def test_a_name_is_taken_once(tmp_path: Path) -> None:
    (tmp_path / "another.toml").write_text(SOUND, encoding="utf-8")
    error = refusal(tmp_path, SOUND)
    assert f"is taken by {tmp_path / 'another.toml'}:2; choose another" in str(error)
    assert error.file.endswith("topic.toml")


def test_a_rule_may_not_cut_what_another_keeps(tmp_path: Path) -> None:
    greedy = (
        SOUND.replace("survey-prompt", "greedy")
        .replace('["Take our survey"]', '["… take our survey …"]')
        .replace('["They take our survey seriously, the mayor said."]', '["Nothing else."]')
    )
    error = refusal(tmp_path, SOUND + greedy)
    assert "but greedy cuts it" in str(error)


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "topic.toml").write_bytes(b"why = '\xff'")
    with pytest.raises(RuleError, match="is not UTF-8"):
        load([tmp_path])


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="cannot be read: No such file"):
        load([tmp_path / "none.toml"])


def test_a_file_without_a_rule(tmp_path: Path) -> None:
    assert "holds no rule" in str(refusal(tmp_path, "# nothing\n"))
