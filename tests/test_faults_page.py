"""docs/faults.md: each fault it names has tests, and those exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def rows() -> list[tuple[str, list[str]]]:
    """Each fault of the page, and the tests it names as ``file::test``."""
    found = []
    for line in (ROOT / "docs" / "faults.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        if line.startswith("| ") and cells[0] != "fault":
            assert len(cells) == 3, line
            found.append((cells[0], re.findall(r"`(\S+?\.py::\w+)`", cells[2])))
    return found


@pytest.mark.parametrize(("fault", "tests"), rows(), ids=lambda value: str(value)[:40])
def test_each_fault_has_a_test(fault: str, tests: list[str]) -> None:
    assert tests, fault
    for name in tests:
        file, test = name.split("::")
        text = (ROOT / "tests" / file).read_text(encoding="utf-8")
        assert re.search(rf"^(async )?def {test}\(", text, re.MULTILINE), name


def test_the_page_covers_what_a_pipeline_meets() -> None:
    said = " ".join(fault for fault, _ in rows()).lower()
    storing = "counter, deleted, two processes, kill -9, full, newer, older, locked"
    running = "second crawl, lock file, time limit, one source, finds nothing, redesign, clock"
    for words in f"{storing}, {running}".split(", "):
        assert words in said, words
