"""A count on a terminal while something takes its time; nothing anywhere else."""

from __future__ import annotations

import sys
import time

import click

#: Seconds between two counts.
_EVERY = 0.2


class Progress:
    """``what``: of what it counts, in the plural."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._shown = 0.0
        self._began = time.monotonic()
        self._wanted = sys.stderr.isatty()
        self.count = 0

    def tick(self) -> None:
        self.count += 1
        now = time.monotonic()
        if self._wanted and now - self._shown > _EVERY:
            self._shown = now
            speed = self.count / max(now - self._began, 1e-3)
            click.echo(f"\r{self.count} {self._what}, {speed:.0f} a second \x1b[K", err=True, nl=False)

    def clear(self) -> None:
        """Room for what is said now."""
        if self._wanted and self._shown:
            click.echo("\r\x1b[K", err=True, nl=False)
            self._shown = 0.0
