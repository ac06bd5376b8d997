"""Pausing a source: ``enabled = false`` in its file, the one place where it says what it is."""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path

from crawler.sources import parse
from pipelines.errors import SourceError, StoreError

_ENABLED = re.compile(r"^[ \t]*enabled[ \t]*=[ \t]*(?:true|false)", re.MULTILINE)
_TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)


def set_enabled(path: Path, enabled: bool) -> bool:
    """Writes one line of the file anew and leaves the rest as a person wrote it. False: it says so already.

    SourceError where the file is wrong, StoreError where it cannot be written."""
    try:
        text = path.read_text("utf-8")
        before = parse(text, file=path.name)
        if before.enabled == enabled:
            return False
        changed = with_enabled(text, enabled)
        after = parse(changed, file=path.name)
        if after != before.model_copy(update={"enabled": enabled}):
            problem = f"write enabled = {str(enabled).lower()} into the file by hand; its form is unusual"
            raise SourceError(path.name, (("enabled", problem),))
        _replace(path, changed)
    except UnicodeDecodeError as error:
        raise SourceError(path.name, (("", f"byte {error.start} is not UTF-8"),)) from error
    except OSError as error:
        raise StoreError(f"{path}: cannot be written: {error.strerror}") from error
    return True


def with_enabled(text: str, enabled: bool) -> str:
    """The file's text with the line changed, or put before its first table."""
    said = f"enabled = {str(enabled).lower()}"
    table = _TABLE.search(text)
    top = table.start() if table else len(text)
    found = _ENABLED.search(text, 0, top)
    if found:
        return text[: found.start()] + said + text[found.end() :]
    return f"{said}\n{text}"


def _replace(path: Path, text: str) -> None:
    """All or nothing, with the rights that the file had."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), path.stat().st_mode & 0o777)
        Path(name).replace(path.resolve())
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
