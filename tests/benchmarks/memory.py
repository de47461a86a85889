"""What the daemon and its worker take in memory, and whether it grows."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.figure import Figure
from tests.benchmarks.latency import RULES
from tests.benchmarks.sizes import full
from tests.benchmarks.throughput import HEAD, stored
from tests.benchmarks.workload import Words, documents, rules, rules_file, vocabularies
from tests.newsroom import story
from tests.processes import Process, children, pss
from tests.sink import listening
from tests.support import Daemon, running, wait_for

ARTICLES = 1000
FIRST, LAST = (10_000, 100_000) if full() else (3_000, 10_000)
PART = 1_000
_KINDS = {"resource_tracker": "resource tracker", "spawn_main": "worker"}


def measure(home: Path) -> list[Figure]:
    """With places and web pages, and with a thousand rules of keywords over many articles."""
    (home / "pages").mkdir()
    return [*_pages(home / "pages"), *_keywords(home / "keywords")]


def _keywords(home: Path) -> list[Figure]:
    """The sum after the first articles and after many more, in MB."""
    rng = random.Random(5)
    words = vocabularies(rng)
    written = rules(rng, words, documents(rng, words, 500), 1_000)
    with running(home, rules=HEAD + rules_file(written).partition("\n")[2]) as daemon:
        first = _after(daemon, rng, words, 0, FIRST)
        last = _after(daemon, rng, words, FIRST, LAST)
    return [
        Figure(f"memory, 1,000 rules of keywords, {FIRST:,} articles", first, "MB", most=210),
        Figure(f"memory, 1,000 rules of keywords, {LAST:,} articles", last, "MB", most=210),
        Figure("the growth between", 100 * (last / first - 1), "%", most=3),
    ]


def _after(daemon: Daemon, rng: random.Random, words: Sequence[Words], start: int, end: int) -> float:
    """The articles of these numbers, a thousand at a time, and the memory of all processes when they are handled: the
    median of a few moments."""
    assert daemon.process is not None
    process = daemon.process.pid
    for at in range(start, end, PART):
        for number, article in enumerate(documents(rng, words, PART), at):
            (daemon.home / "article").write_text(article.text)
            (daemon.home / "article").rename(daemon.inbox / f"{number}.txt")
        wait_for(lambda done=at + PART: stored(daemon, "files") >= done, "the articles", 300)  # type: ignore[misc]
    moments = []
    for _ in range(5):
        moments.append(sum(pss(one.pid) for one in children(process)) / 1e6)
        time.sleep(0.5)
    return statistics.median(moments)


def _pages(home: Path) -> list[Figure]:
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
    return [*each, Figure(f"memory after {ARTICLES} articles, all processes", sum(taken.values()), "MB", most=280)]


def _kind(process: Process) -> str:
    return next((kind for word, kind in _KINDS.items() if word in process.command), "daemon")
