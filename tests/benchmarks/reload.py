"""What saving 10,000 rules costs a daemon that is at work: until they are in force, and how long articles wait."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.benchmarks.figure import Figure
from tests.benchmarks.workload import documents, rules, rules_file, vocabularies
from tests.processes import children, cpu_seconds
from tests.support import Daemon, running, wait_for

RULES = 10_000
EVERY = 0.02  # seconds between two articles
BEFORE = 8.0  # seconds that are measured before the save, alone and then beside a busy process
HEAD = "version: 1\nchannels: {out: {file: OUT}}\ndefaults: {notify: [out]}\n"
FIRST = "  - {id: marker-first, condition: {keywords: [beforesave]}}\n"
NEW = "  - {id: marker-new, condition: {keywords: [aftersave]}}\n"
BUSY = "while True: pass"
_WORD = re.compile(r"\w+")


def measure(home: Path) -> list[Figure]:
    """An article comes every 20 ms by rename. In force is when the first one is found by the new rules.

    By the clock it takes 6 s on cores of its own; the bound is on processor time, which other work does not change.
    What the machine itself adds to the waits shows in the control: a process that is busy with nothing takes a core, as
    the reading of the rules does.
    """
    rng = random.Random(4)
    words = vocabularies(rng)
    articles = documents(rng, words, 1_000)
    written = rules_file(rules(rng, words, articles, RULES)).partition("\n")[2]
    debug = {"WATCHER_LOG_LEVEL": "debug"}
    with (
        running(home, rules=HEAD + "rules:\n" + FIRST, variables=debug) as daemon,
        _arriving(daemon, [_unlike(article.text) for article in articles]) as arrivals,
    ):
        log = _Log(daemon)
        wait_for(lambda: log.events("file.handled"), "the first article", 60)
        time.sleep(1)
        alone = time.time()
        time.sleep(BEFORE)
        beside = time.time()
        with _busy():
            time.sleep(BEFORE)
        saved = time.time()
        daemon.write_rules(HEAD + written + NEW)
        in_force = wait_for(lambda: log.events("alert.opened", rule="marker-new"), "the new rules", 120)[0]
        reading = _newest_worker(daemon)
        time.sleep(1)
        ended = time.time()
        loaded = _seconds(log.events("rules.loaded")[-1]["timestamp"])
        handled = {e["file"]: _seconds(e["timestamp"]) for e in log.events("file.handled")}
    waits = _Waits(arrivals.at, handled)
    control = waits.longest(beside, saved), waits.pause(beside, saved)
    return [
        Figure(f"reading {RULES:,} rules in a worker, processor time", reading, "s", most=6),
        Figure(f"saved to in force, {RULES:,} rules", _seconds(in_force["timestamp"]) - saved, "s"),
        Figure("saved to told", loaded - saved, "s"),
        Figure("mv to handled before the save, longest", waits.longest(alone, beside), "ms"),
        Figure("the same beside a busy process", control[0], "ms"),
        Figure("the same during the reload", waits.longest(saved, ended - 0.5), "ms", most=max(100, 2 * control[0])),
        Figure("nothing handled before the save, longest", waits.pause(alone, beside), "ms"),
        Figure("the same beside a busy process", control[1], "ms"),
        Figure("the same during the reload", waits.pause(saved, ended - 0.5), "ms", most=max(100, 2 * control[1])),
    ]


@dataclass(frozen=True, slots=True)
class _Waits:
    """When each article came and when it was handled, in seconds; what waits still is handled now."""

    arrived: dict[str, float]
    handled: dict[str, float]

    def longest(self, start: float, end: float) -> float:
        """The longest that an article which came in that time waited, in ms."""
        now = time.time()
        return 1000 * max(self.handled.get(name, now) - at for name, at in self.arrived.items() if start <= at < end)

    def pause(self, start: float, end: float) -> float:
        """The longest of that time in which no article was handled, though one came every 20 ms, in ms."""
        moments = [start, *sorted(at for at in self.handled.values() if start <= at < end), end]
        return 1000 * max(after - before for before, after in pairwise(moments))


@dataclass(slots=True)
class _Log:
    """What the daemon has logged so far. Each line is read once: reading all of it at each look took a core."""

    daemon: Daemon
    _read: int = 0
    _events: list[dict[str, Any]] = field(default_factory=list)
    _looked: float = 0.0

    def events(self, event: str, **fields: Any) -> list[dict[str, Any]]:
        if time.monotonic() - self._looked > 0.1:
            self._go_on()
        return [e for e in self._events if e["event"] == event and fields.items() <= e.items()]

    def _go_on(self) -> None:
        with (self.daemon.home / "log").open("rb") as log:
            log.seek(self._read)
            whole, _, _ = log.read().rpartition(b"\n")
        self._read += len(whole)
        self._events += [json.loads(line) for line in whole.splitlines() if line.startswith(b"{")]
        self._looked = time.monotonic()


@contextmanager
def _busy() -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-c", BUSY])
    try:
        yield
    finally:
        process.kill()
        process.wait()


@dataclass(slots=True)
class _Arrivals:
    """When each article was renamed into the inbox, by its name."""

    at: dict[str, float] = field(default_factory=dict)
    ended: bool = False


@contextmanager
def _arriving(daemon: Daemon, texts: Sequence[str]) -> Iterator[_Arrivals]:
    arrivals = _Arrivals()

    def drop() -> None:
        number = 0
        while not arrivals.ended:
            text = f"{texts[number % len(texts)]}\n\nbeforesave aftersave {number}\n"
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


def _unlike(text: str) -> str:
    """The text in words that no rule has: seven alerts an article took longer to enter than the rules to come."""
    return _WORD.sub(lambda word: word[0][::-1], text)


def _seconds(timestamp: str) -> float:
    return datetime.fromisoformat(timestamp).timestamp()
