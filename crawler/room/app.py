"""Datasette over one home: read-only, described, with our pages in front of it."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Collection
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from datasette.app import Datasette, DatasetteClient
from datasette.plugins import pm

from crawler.home import Home
from crawler.room import guard, plugin
from crawler.room.described import metadata

_HERE = Path(__file__).parent
#: Scripts that Datasette writes into its pages, beside these files' own.
_SCRIPTS = ("DATASETTE_ALLOW_FACET = true;",)
_TEMPLATES = ("_close_open_menus.html", "_codemirror_foot.html")


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What the pages know beside the dataset."""

    home: Home
    #: Whether a story's pictures are shown: a reader's browser then asks the publishers for them.
    images: bool
    #: Names that the room answers to.
    names: frozenset[str]
    policy: str
    data_policy: str
    #: Part of the style sheets' addresses, so that a browser keeps them as long as they stay the same.
    version: str


def make(home: Home, *, images: bool = False, names: Collection[str] = guard.LOOPBACK) -> Any:
    """The application's Datasette. Raises StoreError where the dataset cannot be read."""
    database = str(home.database)
    # Readers of a write-ahead log share memory through a file beside it; where none can be made there is no
    # writer either.
    immutable = not os.access(home.path, os.W_OK)
    if not pm.is_registered(plugin):
        pm.register(plugin, "copydesk")
    datasette = Datasette(
        [] if immutable else [database],
        immutables=[database] if immutable else [],
        metadata=metadata(home.database),
        template_dir=str(_HERE / "templates"),
        static_mounts=[("room", str(_HERE / "static"))],
        settings={
            "allow_download": False,
            "default_page_size": 50,
            "facet_suggest_time_limit_ms": 10,
            "sql_time_limit_ms": 3000,
            "truncate_cells_html": 400,
        },
    )
    # With rich installed it would print every page that is asked for in vain, with all its variables.
    pm.get_plugin("datasette.handle_exception").rich = None
    datasette.room = Room(
        home=home,
        images=images,
        names=frozenset(names),
        policy=guard.policy(images=images),
        data_policy=guard.data_policy(_script_hashes()),
        version=_version(),
    )
    # Its own client for asking itself was made before it knew of the room.
    datasette.client = DatasetteClient(datasette)
    return datasette


def _script_hashes() -> list[str]:
    """Of the scripts in Datasette's templates, as a content security policy names them."""
    folder = files("datasette") / "templates"
    texts = [(folder / name).read_text(encoding="utf-8") for name in _TEMPLATES]
    scripts = [
        *_SCRIPTS,
        *(script for text in texts for script in re.findall(r"<script>(.*?)</script>", text, re.S)),
    ]
    digests = (hashlib.sha256(script.encode()).digest() for script in scripts)
    return [f"sha256-{base64.b64encode(digest).decode()}" for digest in digests]


def _version() -> str:
    digest = hashlib.sha256()
    for path in sorted((_HERE / "static").iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:10]
