"""Crontab lines and systemd units that work as they are printed."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.cli import main
from crawler.cli.schedule import crontab_line, units


def invoke(home: Path, *arguments: str) -> Result:
    (home / "sources").mkdir(parents=True, exist_ok=True)
    return CliRunner().invoke(main, ["--home", str(home), "schedule", *arguments])


@pytest.mark.parametrize(
    ("every", "when"),
    [
        ("15m", "*/15 * * * *"),
        ("1m", "* * * * *"),
        ("60m", "7 * * * *"),
        ("1h", "7 * * * *"),
        ("2h", "7 */2 * * *"),
        ("1d", "7 5 * * *"),
        ("24h", "7 5 * * *"),
    ],
)
def test_intervals_cron_can_say(tmp_path: Path, every: str, when: str) -> None:
    result = invoke(tmp_path, "--every", every)
    assert result.exit_code == 0, result.output
    line = result.stdout.rstrip("\n")
    assert line.startswith(f"{when} COPYDESK_HOME={tmp_path} ")
    assert line.endswith(" crawl")
    assert "\n" not in line


@pytest.mark.parametrize("every", ["7m", "90m", "5h", "2d", "0m", "15", "m", "quarterly"])
def test_intervals_cron_cannot_say(tmp_path: Path, every: str) -> None:
    result = invoke(tmp_path, "--every", every)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "15m" in result.stderr


def test_spaces_and_percent_signs_survive_cron() -> None:
    line = crontab_line(15, {"COPYDESK_HOME": "/srv/my news/100%"}, ["/opt/copy desk/copydesk", "crawl"])
    assert line == r"*/15 * * * * COPYDESK_HOME='/srv/my news/100\%' '/opt/copy desk/copydesk' crawl"


def test_systemd_knows_that_75_is_no_failure(tmp_path: Path) -> None:
    result = invoke(tmp_path, "--systemd", "--every", "7m")
    assert result.exit_code == 0
    assert "\nSuccessExitStatus=75\n" in result.stdout
    assert "\nKillMode=mixed\n" in result.stdout
    assert "\nOnUnitActiveSec=7min\n" in result.stdout
    assert f"\nEnvironment=COPYDESK_HOME={tmp_path}\n" in result.stdout
    assert "# copydesk.service\n" in result.stdout
    assert "# copydesk.timer\n" in result.stdout


def test_systemd_words_are_quoted() -> None:
    text = units(15, {"COPYDESK_HOME": "/srv/my news/100%"}, ["/opt/copydesk", "crawl"])
    assert '\nEnvironment="COPYDESK_HOME=/srv/my news/100%%"\n' in text


def test_the_base_address_of_feeds_goes_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPYDESK_BASE_URL", "https://feeds.example.org/")
    assert "COPYDESK_BASE_URL=https://feeds.example.org/ " in invoke(tmp_path).stdout


def test_a_home_that_is_none_is_not_scheduled(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["--home", str(tmp_path / "none"), "schedule"])
    assert result.exit_code == 2
    assert "copydesk init" in result.stderr


def test_secrets_are_named_and_never_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FERRY_KEY", "open-sesame")
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "ferry.toml").write_text(
        'url = "https://ferry.example/"\n[headers]\nX-Key = "FERRY_KEY"\n'
    )
    line = invoke(tmp_path)
    assert "FERRY_KEY" in line.stderr
    unit = invoke(tmp_path, "--systemd")
    assert f"\nEnvironmentFile={tmp_path}/secrets.env\n" in unit.stdout
    assert "FERRY_KEY" in unit.stderr
    assert "open-sesame" not in line.output + unit.output


def test_the_watchdog_goes_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPYDESK_PING_URL", "https://watch.example/key")
    assert " COPYDESK_PING_URL=https://watch.example/key " in invoke(tmp_path).stdout
    unit = invoke(tmp_path, "--systemd").stdout
    assert "\nEnvironment=COPYDESK_PING_URL=https://watch.example/key\n" in unit
    assert "EnvironmentFile" not in unit
