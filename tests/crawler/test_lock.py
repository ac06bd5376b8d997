from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler import lock
from pipelines.errors import LockHeldError, StoreError

NOW = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)


def test_the_lock_says_who_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "crawl.lock"
    with lock.hold(path, NOW):
        mine = f"pid {os.getpid()} since 2026-03-01T08:30:00Z"
        with pytest.raises(LockHeldError, match=mine) as error, lock.hold(path, NOW):
            pass
        assert error.value.exit_code == 75
    with lock.hold(path, NOW):
        pass


def test_the_lock_of_a_process_that_died_is_free(tmp_path: Path) -> None:
    path = tmp_path / "crawl.lock"
    code = (
        "import os, sys\nfrom datetime import UTC, datetime\nfrom pathlib import Path\n"
        "from crawler import lock\nheld = lock.hold(Path(sys.argv[1]), datetime.now(UTC))\n"
        "held.__enter__()\nos.kill(os.getpid(), 9)\n"
    )
    assert subprocess.run([sys.executable, "-c", code, str(path)], check=False).returncode == -9
    assert "pid" in path.read_text()
    with lock.hold(path, NOW):
        assert str(os.getpid()) in path.read_text()
    assert path.read_text() == ""


def test_a_lock_that_cannot_be_opened_is_a_store_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="crawl lock"), lock.hold(tmp_path / "no" / "crawl.lock", NOW):
        pass
