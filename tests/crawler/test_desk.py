"""What a crawl has read when it begins, and what it need not have."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from crawler.desk import rules_of
from crawler.home import Home
from pipelines.boilerplate.rules import builtin
from pipelines.errors import RuleError


def test_a_folder_for_rules_of_ones_own_is_none_of_them(tmp_path: Path) -> None:
    assert rules_of(Home(tmp_path)) is builtin
    (tmp_path / "rules").mkdir()
    assert rules_of(Home(tmp_path)) is builtin


def test_rules_of_ones_own_are_judged_at_once_and_stand_beside_the_others(tmp_path: Path) -> None:
    own = tmp_path / "rules" / "surveys.toml"
    own.parent.mkdir()
    own.write_text("[[rule", "utf-8")
    with pytest.raises(RuleError, match="surveys"):
        rules_of(Home(tmp_path))
    own.write_text(
        '[[rule]]\nname = "survey-prompt"\nwhy = "Asks readers to take part in a survey."\nscope = "block"\n'
        'confidence = 0.9\n\n[rule.en]\nphrases = ["Take our survey"]\ndrops = ["Take our survey!"]\n'
        'keep = ["They take our survey seriously, the mayor said."]\n',
        "utf-8",
    )
    rules = rules_of(Home(tmp_path))()
    assert [rule.name for rule in rules.rules] == [*(rule.name for rule in builtin().rules), "survey-prompt"]


def test_a_crawl_without_pages_loads_no_cleaner() -> None:
    script = (
        "import sys, crawler.crawling, exporters.components, pipelines.components; "
        "sys.exit('pipelines.clean' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], cwd=Path(__file__).parents[2], check=True, timeout=60)
