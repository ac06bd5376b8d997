"""``copydesk schedule``: what to tell cron or systemd. Prints only."""

from __future__ import annotations

import os
import re
import shlex
import sys
from pathlib import Path

import click

from crawler.cli import pass_home
from crawler.home import VARIABLE, Home
from pipelines.errors import ConfigError

#: Settings of the present environment that a crawl under cron needs too; cron starts with none of them.
PASSED_ON = (
    "COPYDESK_BASE_URL",
    "COPYDESK_PING_URL",
    "COPYDESK_WARC_MB",
    "SSL_CERT_FILE",
    "http_proxy",
    "https_proxy",
    "no_proxy",
)


@click.command()
@click.option("--every", default="15m", show_default=True, metavar="15m|1h|1d", help="How often.")
@click.option("--systemd", is_flag=True, help="A service and a timer instead of a crontab line.")
@pass_home
def command(home: Home, every: str, systemd: bool) -> None:
    """Print the crontab line, or the systemd units, that crawl regularly.

    Nothing is installed. A crawl that finds another one running ends with 75, which is no failure; one that
    makes a source unhealthy ends with 1.
    """
    minutes = _minutes(every)
    home = home.require()
    needed = _secrets(home)
    environment = {VARIABLE: str(home.path)}
    environment |= {name: os.environ[name] for name in PASSED_ON if os.environ.get(name)}
    if len(program()) > 1:  # a checkout that is not installed
        environment["PYTHONPATH"] = str(Path(__file__).parents[2])
    if systemd:
        secrets = home.path / "secrets.env" if needed else None
        click.echo(units(minutes, environment, [*program(), "crawl"], secrets), nl=False)
        if secrets is not None:
            click.echo(f"Write NAME=value for {', '.join(needed)} into {secrets}, mode 600.", err=True)
        click.echo(
            "Save them under ~/.config/systemd/user/, then: systemctl --user enable --now copydesk.timer;\n"
            "and, so that it runs while nobody is logged in: loginctl enable-linger",
            err=True,
        )
    else:
        click.echo(crontab_line(minutes, environment, [*program(), "crawl"]))
        click.echo("Add the line with: crontab -e", err=True)
        if needed:
            click.echo(f"Above it set what the sources need: {', '.join(needed)}", err=True)


def _secrets(home: Home) -> list[str]:
    """Variables that headers and cookies of sources come from; their values are never printed."""
    from crawler.sources import load

    named: set[str] = set()
    for source in load(home.sources):
        if source.enabled:
            named |= {*source.headers.values(), *source.cookies.values()}
    return sorted(named)


def _minutes(every: str) -> int:
    match = re.fullmatch(r"([1-9]\d{0,4})([mhd])", every.strip())
    if match is None:
        raise ConfigError(f"--every {every}: say 15m, 2h or 1d")
    return int(match[1]) * {"m": 1, "h": 60, "d": 24 * 60}[match[2]]


def program() -> list[str]:
    """This program, by absolute path: neither cron nor systemd has the PATH of a shell."""
    for place in (Path(sys.argv[0]).absolute(), Path(sys.executable).with_name("copydesk")):
        if place.name == "copydesk" and place.is_file():
            return [str(place)]
    return [sys.executable, "-m", "crawler.cli"]


def crontab_line(minutes: int, environment: dict[str, str], arguments: list[str]) -> str:
    """cron counts within the hour and the day, so only their even parts can be said."""
    hours, days = minutes // 60, minutes // (24 * 60)
    if minutes < 60 and 60 % minutes == 0:
        when = f"*/{minutes} * * * *" if minutes > 1 else "* * * * *"
    elif minutes % 60 == 0 and hours < 24 and 24 % hours == 0:
        when = f"7 */{hours} * * *" if hours > 1 else "7 * * * *"
    elif days == 1 and minutes % (24 * 60) == 0:
        when = "7 5 * * *"
    else:
        raise ConfigError(
            "cron cannot say that interval; take one that divides an hour or a day, such as 15m, 2h or 1d, "
            "or ask for --systemd"
        )
    words = [f"{name}={shlex.quote(value)}" for name, value in environment.items()]
    words += map(shlex.quote, arguments)
    return f"{when} " + " ".join(words).replace("%", r"\%")  # cron takes a bare % for the end of the line


def units(
    minutes: int, environment: dict[str, str], arguments: list[str], secrets: Path | None = None
) -> str:
    """``secrets``: a file of NAME=value lines that only its owner reads."""
    lines = [
        "# copydesk.service",
        "[Unit]",
        "Description=Copydesk crawl",
        "Wants=network-online.target",
        "After=network-online.target",
        "",
        "[Service]",
        "Type=oneshot",
        *(f"Environment={_unit_word(f'{name}={value}')}" for name, value in environment.items()),
        *([f"EnvironmentFile={_unit_word(str(secrets))}"] if secrets is not None else []),
        f"ExecStart={' '.join(map(_unit_word, arguments))}",
        "# another crawl was still running",
        "SuccessExitStatus=75",
        "# it is told to stop, and tells its cleaning processes; by then a page on the wire is stored",
        "KillMode=mixed",
        "Nice=10",
        "",
        "# copydesk.timer",
        "[Unit]",
        f"Description=Copydesk crawl every {minutes} minutes",
        "",
        "[Timer]",
        "OnBootSec=2min",
        f"OnUnitActiveSec={minutes}min",
        "RandomizedDelaySec=30",
        "",
        "[Install]",
        "WantedBy=timers.target",
    ]
    return "\n".join(lines) + "\n"


def _unit_word(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"' if re.search(r"[\s\"'\\;]", word) else escaped
