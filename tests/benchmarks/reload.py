"""What saving 10,000 rules costs a daemon that is at work: until they are in force, and how long articles wait."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tests.benchmarks.figure import Figure
from tests.benchmarks.workload import documents, rules, rules_file, vocabularies
from tests.processes import children, cpu_seconds
from tests.support import Daemon, running, wait_for
from watcher.model import Article

RULES = 10_000
EVERY = 0.02  # seconds between two articles
BEFORE = 8.0  # seconds that are measured before the save
HEAD = "version: 1\nchannels: {out: {file: OUT}}\ndefaults: {notify: [out]}\n"
FIRST = "  - {id: marker-first, condition: {keywords: [beforesave]}}\n"
NEW = "  - {id: marker-new, condition: {keywords: [aftersave]}}\n"


def measure(home: Path) -> list[Figure]:
    """An article comes every 20 ms by rename. In force is when the first one is found by the new rules.

    By the clock it takes 6 s on cores of its own; the bound is on processor time, which other work does not change.
    """
    rng = random.Random(4)
    words = vocabularies(rng)
    articles = documents(rng, words, 1_000)
    written = rules_file(rules(rng, words, articles, RULES)).partition("\n")[2]
    debug = {"WATCHER_LOG_LEVEL": "debug"}
    with (
        running(home, rules=HEAD + "rules:\n" + FIRST, variables=debug) as daemon,
        _arriving(daemon, articles) as arrivals,
    ):
        wait_for(lambda: daemon.logged("file.handled"), "the first article", 60)
        began = time.time()
        time.sleep(BEFORE)
        saved = time.time()
        daemon.write_rules(HEAD + written + FIRST + NEW)
        in_force = wait_for(lambda: daemon.logged("alert.opened", rule="marker-new"), "the new rules", 120)[0]
        reading = _newest_worker(daemon)
        loaded = _seconds(daemon.logged("rules.loaded")[-1]["timestamp"])
        time.sleep(1)
        ended = time.time()
    handled = {e["file"]: _seconds(e["timestamp"]) for e in daemon.logged("file.handled")}
    before = _longest(arrivals.at, handled, began, saved)
    during = _longest(arrivals.at, handled, saved, ended - 0.5)
    return [
        Figure(f"reading {RULES:,} rules in a worker, processor time", reading, "s", most=6),
        Figure(f"saved to in force, {RULES:,} rules", _seconds(in_force["timestamp"]) - saved, "s"),
        Figure("saved to told", loaded - saved, "s"),
        Figure("mv to handled before the save, longest", 1000 * before, "ms"),
        Figure("mv to handled during the reload, longest", 1000 * during, "ms", most=max(100, 2000 * before)),
    ]


@dataclass(slots=True)
class _Arrivals:
    """When each article was renamed into the inbox, by its name."""

    at: dict[str, float] = field(default_factory=dict)
    ended: bool = False


@contextmanager
def _arriving(daemon: Daemon, articles: Sequence[Article]) -> Iterator[_Arrivals]:
    arrivals = _Arrivals()

    def drop() -> None:
        number = 0
        while not arrivals.ended:
            text = f"{articles[number % len(articles)].text}\n\nbeforesave aftersave {number}\n"
            name = f"{number}.txt"
            (daemon.home / "arriving").write_text(text)
            arrivals.at[name] = time.time()
            (daemon.home / "arriving").rename(daemon.inbox / name)
            number += 1
            time.sleep(EVERY)

    thread = threading.Thread(target=drop)
    thread.start()
    try:
        yield arrivals
    finally:
        arrivals.ended = True
        thread.join()


def _newest_worker(daemon: Daemon) -> float:
    """Processor seconds of the worker that read the rules, from its start."""
    assert daemon.process is not None
    workers = [p.pid for p in children(daemon.process.pid) if "spawn_main" in p.command]
    return cpu_seconds(max(workers))


def _longest(arrived: dict[str, float], handled: dict[str, float], start: float, end: float) -> float:
    """The longest that an article of that time waited, in seconds; those that still wait count till now."""
    now = time.time()
    return max(handled.get(name, now) - at for name, at in arrived.items() if start <= at < end)


def _seconds(timestamp: str) -> float:
    return datetime.fromisoformat(timestamp).timestamp()
