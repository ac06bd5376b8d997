"""Runs commands in forks of a process that has everything imported and has cleaned a page: that takes
longer than a small crawl.

Reads one JSON object a line (arguments, environment, files for the output), answers with one (exit code).
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from importlib import import_module
from pathlib import Path
from typing import Any

from scrapy import cmdline
from scrapy.settings import Settings
from scrapy.utils.misc import load_object

import crawler.settings
from crawler.cli import FOLDER, main
from pipelines.clean import clean
from pipelines.types import Page

ROOT = Path(__file__).parents[3]

BRIDGE = b"<html><head><title>A bridge</title></head><body><h1>A bridge</h1>%s</body></html>" % (
    b"<p>The council decided on Monday evening, after long debate, to build the bridge at last.</p>" * 9
)


def warm_up() -> None:
    """What the first crawl of a process would load: Scrapy's components, rules, weights, languages."""
    for path in FOLDER.glob("[a-z]*.py"):
        import_module(f"crawler.cli.{path.stem}")
    import_module("crawler.crawling")
    settings = Settings()
    settings.setmodule(crawler.settings)
    for name in ("DOWNLOADER_MIDDLEWARES", "EXTENSIONS", "ITEM_PIPELINES", "SPIDER_MIDDLEWARES"):
        for component in settings.get_component_priority_dict_with_base(name):
            load_object(component)
    for name in ("DUPEFILTER_CLASS", "LOG_FORMATTER", "SCHEDULER", "SCHEDULER_PRIORITY_QUEUE", "STATS_CLASS"):
        load_object(settings[name])
    for component in settings.getwithbase("FEED_EXPORTERS").values():
        load_object(component)
    assert clean(Page(url="https://www.ferry.example/bridge", body=BRIDGE)).text


def run(task: dict[str, Any]) -> None:
    """In the fork: becomes the command."""
    os.environ.clear()
    os.environ.update(task["env"])
    for number, path in ((1, task["stdout"]), (2, task["stderr"])):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    crawler.settings.DOWNLOAD_TIMEOUT = float(os.environ.get("DOWNLOAD_TIMEOUT", 30))
    program, *arguments = task["args"]
    try:
        if program == "scrapy":
            os.chdir(ROOT)
            cmdline.execute([program, *arguments])
        else:
            main(arguments, prog_name=program)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - a fork must not return to the loop
        traceback.print_exc()
        code = 1
    else:
        code = 0
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def serve() -> None:
    for line in sys.stdin:
        task = json.loads(line)
        child = os.fork()
        if child == 0:
            run(task)
        print(json.dumps({"code": os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}), flush=True)


if __name__ == "__main__":
    warm_up()
    serve()
