"""What a command costs: seconds, CPU of all its processes, memory. For Linux."""

from __future__ import annotations

import ctypes
import json
import os
import re
import resource
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

#: prctl(2): who dies leaves its children to us, so that their CPU is counted, too.
_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    code: int
    seconds: float
    #: Seconds of CPU, of the command and of every process that it started.
    cpu: float


def run(
    command: Sequence[str],
    *,
    env: dict[str, str] | None = None,
    out: Path | None = None,
    watch: Callable[[int], None] | None = None,
    every: float = 0.5,
) -> Cost:
    """``out``: for what it prints. ``watch`` is called with its process id while it runs."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _run(command, env, out, writing)
    os.close(writing)
    with os.fdopen(reading) as answers:
        pid = int(answers.readline())
        while os.waitpid(child, os.WNOHANG) == (0, 0):
            if watch is not None:
                watch(pid)
            time.sleep(every if watch is not None else 0.02)
        code, seconds, cpu = json.loads(answers.readline())
    return Cost(code=code, seconds=seconds, cpu=cpu)


def _run(command: Sequence[str], env: dict[str, str] | None, out: Path | None, answers: int) -> None:
    """In the fork, which adopts whom the command leaves behind and ends when all have ended."""
    ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1)
    with (out or Path(os.devnull)).open("wb") as file:
        began = time.monotonic()
        process = subprocess.Popen(command, env=env, stdout=file, stderr=subprocess.STDOUT)
        os.write(answers, f"{process.pid}\n".encode())
        code = process.wait()
        seconds = time.monotonic() - began
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    os.write(answers, json.dumps([code, seconds, spent.ru_utime + spent.ru_stime]).encode() + b"\n")
    os._exit(0)


def spent(pid: int) -> float:
    """Seconds of CPU that the process has had so far; 0 if there is no such process."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid: int) -> float | None:
    """Megabytes that the process has in memory; None if there is no such process."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii")
    except OSError:
        return None
    found = re.search(r"VmRSS:\s+(\d+)", status)
    return int(found[1]) / 1024 if found else None
