"""What the daemon and its worker take in memory after a thousand articles."""

from __future__ import annotations

import random
from pathlib import Path

from tests.benchmarks.figure import Figure
from tests.benchmarks.latency import RULES
from tests.newsroom import story
from tests.processes import Process, children, pss
from tests.sink import listening
from tests.support import running, wait_for

ARTICLES = 1000
_KINDS = {"resource_tracker": "resource tracker", "spawn_main": "worker"}


def measure(home: Path) -> list[Figure]:
    """The proportional set size of each process, and their sum: half of the articles are text, half web pages."""
    rng = random.Random(2)
    with listening() as sink, running(home, rules=RULES.replace("URL", sink.url)) as daemon:
        assert daemon.process is not None
        alerts = 0
        for number in range(ARTICLES):
            made = story(rng, number, words=500)
            alerts += made.watched
            name, data = (f"{number}.html", made.page()) if number % 2 else (f"{number}.txt", made.text())
            (home / "article").write_bytes(data)
            (home / "article").rename(daemon.inbox / name)
        wait_for(lambda: len(sink.all) >= alerts and daemon.status()["files"]["waiting"] == 0, "the articles", 120)
        taken = {process: pss(process.pid) / 1e6 for process in children(daemon.process.pid)}
    each = [Figure(f"memory, {_kind(process)}", size, "MB") for process, size in taken.items()]
    return [*each, Figure(f"memory after {ARTICLES} articles, all processes", sum(taken.values()), "MB", most=190)]


def _kind(process: Process) -> str:
    return next((kind for word, kind in _KINDS.items() if word in process.command), "daemon")
