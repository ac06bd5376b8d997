"""``copydesk rules list`` and ``copydesk rules test``."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from crawler.cli import main

OWN = """\
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


def home(tmp_path: Path, text: str | None = OWN) -> list[str]:
    (tmp_path / "rules").mkdir()
    if text is not None:
        (tmp_path / "rules" / "surveys.toml").write_text(text, encoding="utf-8")
    return ["--home", str(tmp_path), "rules"]


def test_list_names_the_built_in_rules_and_ones_own(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, [*home(tmp_path), "list"])
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["rule", "topic", "scope", "languages", "why"]
    assert any(line.startswith("comment-policy") and "de en es fr it pt" in line for line in lines)
    assert lines[-1].endswith("Asks readers to take part in a survey.")


def test_list_of_one_topic_as_json(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, [*home(tmp_path), "list", "surveys", "--json"])
    (rule,) = json.loads(result.stdout)
    assert rule == {
        "name": "survey-prompt",
        "topic": "surveys",
        "scope": "block",
        "languages": ["en"],
        "why": "Asks readers to take part in a survey.",
        "confidence": 0.9,
        "file": str(tmp_path / "rules" / "surveys.toml"),
        "line": 1,
    }


def test_list_of_an_unknown_topic(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, [*home(tmp_path), "list", "survey"])
    assert result.exit_code == 2
    assert "there is no topic 'survey'; there are: books-and-affiliates" in result.stderr


def test_test_runs_every_example(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, [*home(tmp_path), "test"])
    assert result.exit_code == 0
    assert result.stderr == ""
    last = result.stdout.splitlines()[-1].split()
    assert last == ["surveys", "1", "en", "2", "0"]


def test_test_of_one_file_needs_no_home(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(OWN, encoding="utf-8")
    result = CliRunner().invoke(main, ["--home", str(tmp_path / "none"), "rules", "test", str(file)])
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 2


def test_a_bad_rule_ends_with_2_and_its_line(tmp_path: Path) -> None:
    bad = OWN.replace('drops = ["Take', 'drops = ["Join')
    arguments = home(tmp_path, bad)
    for name in ("list", "test"):
        result = CliRunner().invoke(main, [*arguments, name])
        assert result.exit_code == 2
        assert f"{tmp_path / 'rules' / 'surveys.toml'}:9: survey-prompt does not drop" in result.stderr
        assert "Traceback" not in result.stderr


def test_a_home_without_rules_of_its_own(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["--home", str(tmp_path), "rules", "list", "--json"])
    assert result.exit_code == 0
    assert len(json.loads(result.stdout)) > 20


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["rules", "test", str(tmp_path / "none.toml")])
    assert result.exit_code == 2
    assert "does not exist" in result.stderr
