"""The one folder of runtime files: dataset, archive, feeds, logs, and one's own sources and rules."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import ConfigError

VARIABLE = "COPYDESK_HOME"
DEFAULT = Path("data")


@dataclass(frozen=True, slots=True)
class Home:
    """Where everything lies. Naming a path does not make it; ``copydesk init`` does."""

    #: Absolute.
    path: Path

    @property
    def database(self) -> Path:
        return self.path / "news.db"

    @property
    def archive(self) -> Path:
        return self.path / "archive"

    @property
    def feeds(self) -> Path:
        return self.path / "feeds"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def reports(self) -> Path:
        return self.path / "reports"

    @property
    def lock(self) -> Path:
        """Held by a crawl, and by nothing else."""
        return self.path / "crawl.lock"

    @property
    def reclean_lock(self) -> Path:
        """Held by a cleaning again; no crawl asks for it."""
        return self.path / "reclean.lock"

    @property
    def galley(self) -> Path:
        """What a cleaning again keeps aside while it is under way, or was interrupted."""
        return self.path / "reclean.db"

    @property
    def sources(self) -> Path:
        """One TOML file a source."""
        return self.path / "sources"

    @property
    def rules(self) -> Path:
        """Rules of one's own, beside the built-in ones."""
        return self.path / "rules"

    def hint(self, words: str) -> str:
        """The command to type next, with ``--home`` where this home is not the one meant without it."""
        option = "" if self == resolve() else f"--home {shlex.quote(str(self.path))} "
        return f"copydesk {option}{words}"

    def require(self) -> Home:
        """This home, if ``copydesk init`` has been there; else ConfigError."""
        if self.path.exists() and not self.path.is_dir():
            raise ConfigError(f"{self.path} is a file, and a home is a folder; name another one with --home")
        if not self.path.is_dir():
            raise ConfigError(f"there is no home at {self.path}; make one with: copydesk init {self.path}")
        if not self.sources.is_dir():
            raise ConfigError(
                f"{self.path} is no home of Copydesk, it has no sources/; "
                f"make it one with: copydesk init {self.path}"
            )
        return self


def resolve(option: str | Path | None = None, environment: Mapping[str, str] | None = None) -> Home:
    """``--home``, else ``$COPYDESK_HOME``, else ``./data``."""
    environment = os.environ if environment is None else environment
    return Home(Path(option or environment.get(VARIABLE) or DEFAULT).expanduser().absolute())
