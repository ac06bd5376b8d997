"""Which folder is home, and what is said when it is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.home import Home, resolve
from pipelines.errors import ConfigError


def test_the_option_wins_over_the_environment_and_that_over_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert resolve("x", {"COPYDESK_HOME": "/y"}).path == tmp_path / "x"
    assert resolve(None, {"COPYDESK_HOME": "/y"}).path == Path("/y")
    assert resolve(None, {"COPYDESK_HOME": ""}).path == tmp_path / "data"
    assert resolve(None, {}).path == tmp_path / "data"


def test_a_home_is_a_folder_that_init_made(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="copydesk init"):
        Home(tmp_path / "none").require()
    with pytest.raises(ConfigError, match="copydesk init"):
        Home(tmp_path).require()
    (tmp_path / "sources").mkdir()
    assert Home(tmp_path).require().database == tmp_path / "news.db"
