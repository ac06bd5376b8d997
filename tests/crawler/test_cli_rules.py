"""``copydesk rules``: list, test, and what people decide of what a site repeats."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.cli import main
from crawler.home import Home
from exporters.store import Store

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


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("[[rule", "is not TOML"), ("", "holds no rule"), ('[[rule]]\nname = "x"\n', "why")],
)
def test_a_file_without_a_sound_rule_makes_no_table(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(main, ["rules", "test", str(file)])
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr


def test_a_home_without_rules_of_its_own(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["--home", str(tmp_path), "rules", "list", "--json"])
    assert result.exit_code == 0
    assert len(json.loads(result.stdout)) > 20


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["rules", "test", str(tmp_path / "none.toml")])
    assert result.exit_code == 2
    assert "does not exist" in result.stderr


# Over stored articles


def rules(newsroom_home: Home, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--home", str(newsroom_home.path), "rules", *arguments])


def pleas(newsroom_home: Home) -> int:
    with Store.open(newsroom_home.database, read_only=True) as store:
        sql = "SELECT count(*) FROM articles WHERE text LIKE '%belongs to its readers%'"
        found: int = store.db.execute(sql).fetchone()[0]
        return found


PLEA_RULE = """\
[[rule]]
name = "own-the-ferry"
why = "Asks readers to become owners of the paper."
scope = "block"
confidence = 0.99

[rule.en]
phrases = ["The Ferry belongs to its readers …"]
drops = ["The Ferry belongs to its readers, and you can be one of its owners for ten a year."]
keep = ["That ferry belongs to the town, the mayor said."]
"""


def test_test_says_what_each_rule_cuts_in_the_stored_articles(
    newsroom: Callable[..., Home], tmp_path: Path
) -> None:
    home_ = newsroom(range(3))
    before = home_.database.read_bytes()
    file = tmp_path / "mine.toml"
    file.write_text(PLEA_RULE, encoding="utf-8")
    result = rules(home_, "test", str(file), "--stored")
    assert result.exit_code == 0, result.output
    assert "Over 3 stored articles:" in result.stdout
    assert result.stdout.splitlines()[-1].startswith("own-the-ferry       3         3  The Ferry belongs to")
    found = json.loads(rules(home_, "test", str(file), "--stored", "--limit", "2", "--json").stdout)
    assert [(row["rule"], row["blocks"], row["articles"]) for row in found] == [("own-the-ferry", 2, 2)]
    assert found[0]["samples"][0].startswith("The Ferry belongs to its readers")
    everything = json.loads(rules(home_, "test", "--stored", "--json").stdout)
    assert "own-the-ferry" not in {row["rule"] for row in everything}
    assert home_.database.read_bytes() == before
    assert pleas(home_) == 3


def test_stored_is_asked_for_before_its_options(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, [*home(tmp_path), "test", "--limit", "3"])
    assert result.exit_code == 2
    assert "--limit and --json belong to --stored" in result.stderr


def test_suggest_proposes_with_proof_and_a_person_decides(newsroom: Callable[..., Home]) -> None:
    home_ = newsroom(range(8))
    reclean = ["--home", str(home_.path), "reclean", "--force"]
    assert "Nothing to decide" in rules(home_, "suggest").stdout
    assert CliRunner().invoke(main, reclean).exit_code == 0
    assert pleas(home_) == 0
    proposals = json.loads(rules(home_, "suggest", "--json").stdout)
    (plea,) = [p for p in proposals if p["example"].startswith("The Ferry belongs") and p["kind"] == "text"]
    assert (plea["host"], plea["articles"], plea["of"], plea["blocks"]) == ("ferry.example", 8, 8, 8)
    assert (plea["in_stories"], plea["words"], plea["decision"]) == (8, 8 * 18, None)
    shown = rules(home_, "suggest", "ferry.example").stdout
    assert f"{plea['id']}  a text on 8 of 8 articles of ferry.example, 8 blocks" in shown
    assert "if it is wrong: 8 blocks, 144 words, are missing from stories" in shown
    # Rejected: the site keeps it, whatever memory counts.
    result = rules(home_, "reject", plea["id"])
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{plea['id']}: rejected: The Ferry belongs")
    assert f"copydesk --home {home_.path} reclean" in result.stderr
    assert CliRunner().invoke(main, reclean).exit_code == 0
    assert pleas(home_) == 8
    assert plea["id"] not in rules(home_, "suggest").stdout
    assert f"{plea['id']}  a text" in rules(home_, "suggest", "--all").stdout
    # Accepted: it goes. Taken back: memory decides again.
    assert rules(home_, "accept", plea["id"]).exit_code == 0
    assert CliRunner().invoke(main, reclean).exit_code == 0
    assert pleas(home_) == 0
    assert rules(home_, "accept", plea["id"], "--undo").stdout.startswith(f"{plea['id']}: undecided")
    assert CliRunner().invoke(main, reclean).exit_code == 0
    assert plea["id"] in rules(home_, "suggest").stdout


def test_decisions_on_what_is_not_there(newsroom: Callable[..., Home], tmp_path: Path) -> None:
    home_ = newsroom(range(1))
    for word in ("accept", "reject"):
        result = rules(home_, word, "0badc0de")
        assert result.exit_code == 1
        assert "nothing that repeats is called 0badc0de; see:" in result.stderr
    result = rules(home_, "suggest", "tram.example")
    assert result.exit_code == 2
    assert "nothing repeats on 'tram.example'; nothing is known of any" in result.stderr
    empty = Home(tmp_path / "empty")
    empty.sources.mkdir(parents=True)
    assert rules(empty, "suggest").exit_code == 3
