"""docs/faults.md and docs/security.md: each fault and threat they name has tests, and those exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def rows(page: str) -> list[tuple[str, list[str]]]:
    """Each fault or threat of the page, and the tests it names as ``file::test``."""
    found = []
    for line in (ROOT / "docs" / page).read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        if line.startswith("| ") and cells[0] not in ("fault", "threat"):
            assert len(cells) == 3, line
            found.append((cells[0], re.findall(r"`(\S+?\.py::\w+)`", cells[2])))
    return found


@pytest.mark.parametrize(
    ("what", "tests"), [*rows("faults.md"), *rows("security.md")], ids=lambda value: str(value)[:40]
)
def test_each_fault_and_threat_has_a_test(what: str, tests: list[str]) -> None:
    assert tests, what
    for name in tests:
        file, test = name.split("::")
        text = (ROOT / "tests" / file).read_text(encoding="utf-8")
        assert re.search(rf"^(async )?def {test}\(", text, re.MULTILINE), name


def test_the_page_of_faults_covers_what_a_pipeline_meets() -> None:
    said = " ".join(fault for fault, _ in rows("faults.md")).lower()
    storing = "counter, deleted, two processes, kill -9, full, newer, older, locked"
    running = "second crawl, lock file, time limit, one source, finds nothing, redesign, clock"
    for words in f"{storing}, {running}".split(", "):
        assert words in said, words


def test_the_page_of_security_names_every_kind_of_threat() -> None:
    said = " ".join(threat for threat, _ in rows("security.md")).lower()
    network, content = "private, rebind, redirect, certificate, secret", "bomb, entit, pattern, slug, script"
    for word in f"{network}, {content}".split(", "):
        assert word in said, word
