"""A crawl that is killed again and again leaves the dataset of an undisturbed one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="measured by what Linux tells")
def test_five_kills(tmp_path: Path) -> None:
    trial = ["--kills", "5", "--sources", "3", "--articles", "10", "--longest", "0.6"]
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    done = subprocess.run(
        [sys.executable, "-m", "bench.kills", *trial, "--folder", str(tmp_path / "homes")],
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the same dataset, whole" in done.stdout
