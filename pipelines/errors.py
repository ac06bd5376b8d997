"""Every error Copydesk raises on purpose. A message says what is wrong and what to do.

CopydeskError
├── ConfigError          a file or an argument is wrong            exit 2
│   ├── SourceError      a source file
│   └── RuleError        a rule file
├── FetchError           what was asked for by name did not come    exit 1
├── PageError            bytes that cannot be read as a page        exit 1
├── StoreError           the dataset or the archive cannot be used  exit 3
│   └── ArchiveError     a WARC file
└── LockHeldError        another crawl is running                   exit 75 (EX_TEMPFAIL, sysexits.h)
"""

from __future__ import annotations

from typing import ClassVar


class CopydeskError(Exception):
    """The root. ``exit_code`` is what a command returns when it ends with this error."""

    exit_code: ClassVar[int] = 1


class ConfigError(CopydeskError):
    exit_code = 2


class SourceError(ConfigError):
    """A source file is wrong. ``problems``: all of its ``(place, what to write instead)`` pairs at once."""

    def __init__(self, file: str, problems: tuple[tuple[str, str], ...]) -> None:
        self.file = file
        self.problems = problems
        super().__init__(
            "\n".join(f"{file}: {place}: {what}" if place else f"{file}: {what}" for place, what in problems)
        )


class RuleError(ConfigError):
    """A rule is refused, with its file and line and what to write instead. ``others``: what else is wrong."""

    def __init__(
        self, file: str, line: int | None, message: str, *, others: tuple[RuleError, ...] = ()
    ) -> None:
        self.file = file
        self.line = line
        self.others = others
        first = f"{file}:{line}: {message}" if line is not None else f"{file}: {message}"
        super().__init__("\n".join((first, *map(str, others))))


class FetchError(CopydeskError):
    def __init__(self, url: str, message: str) -> None:
        self.url = url
        self.message = message
        super().__init__(f"{url}: {message}")


class PageError(CopydeskError):
    pass


class StoreError(CopydeskError):
    exit_code = 3


class ArchiveError(StoreError):
    pass


class LockHeldError(CopydeskError):
    exit_code = 75
