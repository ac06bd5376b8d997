"""Writing TOML for people, and finding the line of a field: what tomllib leaves out. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any


def pairs(values: Mapping[str, Any]) -> list[str]:
    return [f"{key} = {value_of(value)}" for key, value in values.items()]


def value_of(value: object) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{ " + ", ".join(pairs(value)) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(value_of, value)) + "]"
    return str(value)


def line_of(text: str, loc: tuple[int | str, ...]) -> int:
    """The line of the field at ``loc`` (keys and list positions), as well as a search by line can tell."""
    keys = [str(part) for part in loc if isinstance(part, str)]
    index = next((part for part in loc if isinstance(part, int)), 0)
    if not keys:
        return 1
    table, seen = "", -1
    best = None
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[\[?\s*([^\]]+?)\s*\]", line):
            table = header[1].strip("\"' ")
            seen += table == keys[0]
            if table == keys[0] and (best is None or seen == index):
                best = number
        elif key := re.match(r"\s*[\"']?([\w.-]+)[\"']?\s*=", line):
            if table == keys[0] and len(keys) > 1 and key[1] == keys[1] and (seen == index or index == 0):
                return number
            if not table and key[1].split(".")[0] == keys[0]:
                best = number
    return best or 1
