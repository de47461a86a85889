"""What saving 10,000 rules costs a daemon that is at work: until they are in force, and how long articles wait."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.benchmarks.figure import Figure
from tests.benchmarks.workload import documents, rules, rules_file, vocabularies
from tests.processes import children, cpu_seconds
from tests.support import Daemon, running, wait_for
from watcher.model import Article

RULES = 10_000
EVERY = 0.02  # seconds between two articles
BEFORE = 8.0  # seconds that are measured before the save, alone and then beside a busy process
HEAD = "version: 1\nchannels: {out: {file: OUT}}\ndefaults: {notify: [out]}\n"
FIRST = "  - {id: marker-first, condition: {keywords: [beforesave]}}\n"
NEW = "  - {id: marker-new, condition: {keywords: [aftersave]}}\n"
BUSY = "while True: pass"


def measure(home: Path) -> list[Figure]:
    """An article comes every 20 ms by rename. In force is when the first one is found by the new rules.

    By the clock it takes 6 s on cores of its own; the bound is on processor time, which other work does not change.
    What the machine itself adds shows in the control: a process that does nothing but count takes a core as the reading
    of the rules does.
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
        log = _Log(daemon)
        wait_for(lambda: log.events("file.handled"), "the first article", 60)
        alone = time.time()
        time.sleep(BEFORE)
        control = time.time()
        with _busy():
            time.sleep(BEFORE)
        saved = time.time()
        daemon.write_rules(HEAD + written + FIRST + NEW)
        in_force = wait_for(lambda: log.events("alert.opened", rule="marker-new"), "the new rules", 120)[0]
        reading = _newest_worker(daemon)
        time.sleep(1)
        ended = time.time()
        loaded = _seconds(log.events("rules.loaded")[-1]["timestamp"])
        handled = {e["file"]: _seconds(e["timestamp"]) for e in log.events("file.handled")}
    waits = [
        _longest(arrivals.at, handled, *span) for span in ((alone, control), (control, saved), (saved, ended - 0.5))
    ]
    before, beside, during = (1000 * wait for wait in waits)
    return [
        Figure(f"reading {RULES:,} rules in a worker, processor time", reading, "s", most=6),
        Figure(f"saved to in force, {RULES:,} rules", _seconds(in_force["timestamp"]) - saved, "s"),
        Figure("saved to told", loaded - saved, "s"),
        Figure("mv to handled before the save, longest", before, "ms"),
        Figure("the same beside a busy process, longest", beside, "ms"),
        Figure("mv to handled during the reload, longest", during, "ms", most=max(100, 1.5 * beside)),
    ]


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
