"""What `watcher check` on the shipped rules takes: the start of every command, and the reading of rules."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.benchmarks.figure import Figure
from tests.support import WATCHER

SHIPPED = Path(__file__).parents[2] / "rules.yaml"


def measure(home: Path) -> list[Figure]:
    """The least of five runs, user and system together."""
    return [Figure("watcher check, CPU", min(_once(home) for _ in range(5)), "s", most=0.5)]


def _once(home: Path) -> float:
    process = subprocess.Popen([WATCHER, "check", "--rules", str(SHIPPED)], stdout=subprocess.DEVNULL, cwd=home)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return used.ru_utime + used.ru_stime
