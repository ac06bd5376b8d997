"""Runs commands in forks of a process that has everything imported: that takes longer than a small crawl.

Reads one JSON object a line (arguments, environment, files for the output), answers with one (exit code).
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from typing import Any

import crawler.cli.add
import crawler.cli.crawl
import crawler.cli.fetch
import crawler.crawling
import crawler.settings
from crawler.cli import main


def run(task: dict[str, Any]) -> None:
    """In the fork: becomes the command."""
    os.environ.clear()
    os.environ.update(task["env"])
    for number, path in ((1, task["stdout"]), (2, task["stderr"])):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    crawler.settings.DOWNLOAD_TIMEOUT = float(os.environ.get("DOWNLOAD_TIMEOUT", 30))
    try:
        main(["--home", task["home"], *task["args"]], prog_name="copydesk")
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
    serve()
