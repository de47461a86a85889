"""50,000 files at once while the daemon is frozen: whether all come, how fast, and what memory that takes."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path

from tests.benchmarks.figure import Figure
from tests.newsroom import story
from tests.processes import children
from tests.support import Daemon, running, wait_for

FILES = 50_000
WAIT = 1_200.0  # seconds, on a busy machine
RULES = """\
version: 1
channels: {out: {file: OUT}}
defaults: {notify: [out]}
rules:
  - {id: border, condition: {all: [{keywords: ["taliban*"]}, {keywords: ["ouzbek*", "Uzbek*"]}, {keywords: [coton]}]}}
"""


def measure(home: Path) -> list[Figure]:
    """Renamed in while the daemon is stopped by SIGSTOP, so that the kernel's queue of events overflows."""
    rng = random.Random(7)
    (home / "desk").mkdir()
    for number in range(FILES):
        (home / "desk" / f"{number}.txt").write_bytes(story(rng, number, words=60).text())
    with running(home, rules=RULES) as daemon:
        daemon.kill(signal.SIGSTOP)
        for number in range(FILES):
            (home / "desk" / f"{number}.txt").rename(daemon.inbox / f"{number}.txt")
        daemon.kill(signal.SIGCONT)
        began = time.monotonic()
        early = _until(daemon, FILES // 10)
        late = _until(daemon, FILES)
        seconds = time.monotonic() - began
        stored = daemon.rows("SELECT count(*) FROM articles")[0][0]
        assert daemon.logged("inbox.events_lost")
    return [
        Figure(f"burst of {FILES:,}: files in the ledger", FILES, "files", least=FILES),
        Figure("articles in the store", stored, "articles", least=FILES),
        Figure("articles a second", FILES / seconds, "1/s"),
        Figure("peak RSS of all processes after a tenth of it", early, "MB"),
        Figure("peak RSS of all processes", late, "MB", most=300),
    ]


def _until(daemon: Daemon, files: int) -> float:
    """Waits until so many files are handled; the most memory that the processes have had by then, in MB, each for
    itself and summed."""
    assert daemon.process is not None
    wait_for(lambda: daemon.files() >= files or time.sleep(0.2), f"{files:,} files", WAIT)
    return sum(_peak(process.pid) for process in children(daemon.process.pid)) / 1e6


def _peak(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))
