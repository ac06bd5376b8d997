"""The state of a home as Prometheus reads it from a text file (node_exporter's textfile collector). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

#: Name, what it means, field of a source's row.
_GAUGES = (
    ("articles", "Stored articles.", "articles"),
    ("rejected", "Stored pages that are no articles.", "rejected"),
    ("gone", "Articles that the publisher took down.", "gone"),
    ("failing", "Addresses that failed and are tried again.", "failing"),
    ("healthy", "1: the source is well, 0: it is ill.", "healthy"),
    ("enabled", "1: the source is crawled.", "enabled"),
    ("last_run_timestamp_seconds", "When its last run began.", "last_run"),
    ("last_run_found", "Articles that its last run met.", "found"),
    ("last_run_new", "New articles of its last run.", "new"),
    ("last_run_changed", "Changed articles of its last run.", "changed"),
    ("last_run_failed", "Pages that failed in its last run.", "failed"),
    ("last_run_seconds", "How long its last run took.", "seconds"),
)


def render(state: Mapping[str, Any]) -> str:
    """``state``: what ``copydesk status --json`` says."""
    lines: list[str] = []
    for name, meaning, field in _GAUGES:
        rows = [(row["source"], _number(row[field])) for row in state["sources"]]
        told = [f'copydesk_{name}{{source="{_label(source)}"}} {value}' for source, value in rows if value]
        if told:
            lines += [f"# HELP copydesk_{name} {meaning}", f"# TYPE copydesk_{name} gauge", *told]
    last = state["last_run"]
    whole = [
        ("crawling", "1: a crawl is running.", _number(state["crawling"] is not None)),
        ("problems", "What is wrong with the dataset as a whole.", str(len(state["problems"]))),
        ("run_started_timestamp_seconds", "When the last run began.", _number(last and last["started"])),
        ("run_finished_timestamp_seconds", "When it ended.", _number(last and last["finished"])),
    ]
    for name, meaning, value in whole:
        if value:
            lines += [f"# HELP copydesk_{name} {meaning}", f"# TYPE copydesk_{name} gauge"]
            lines.append(f"copydesk_{name} {value}")
    return "\n".join(lines) + "\n"


def _number(value: Any) -> str:
    """Empty: there is no value, so that there is no line either."""
    if value is None:
        return ""
    if isinstance(value, str):
        return str(int(datetime.fromisoformat(value).timestamp()))
    return str(int(value) if isinstance(value, bool) else value)


def _label(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
