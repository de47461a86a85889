"""Kills the real daemon at random moments while one of two channels fails in every way: `make chaos`.

Both get every alert in the end, and the healthy one never waits nor hears anything twice but what was being sent when
the daemon was killed.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos import Lives, Piece, Post, rows_of
from tests.newsroom import story
from tests.sink import Mood, Sink, listening
from tests.support import Daemon

RULES = """\
version: 1
channels:
  well: {urls: ["WELL?rto=60"], group_by: [rule, article], group_wait: 0s}
  sick: {urls: ["SICK?rto=4&cto=4"], group_by: [rule, article], group_wait: 0s}
defaults: {notify: [well, sick]}
rules:
  - {id: taliban, level: high, max_alerts: 100000/h, condition: {keywords: ["taliban*"]}}
"""
_ANSWER = 0.02  # seconds that the sinks take to answer: a kill meanwhile makes a repeat
_PATIENCE = 15.0  # seconds until something is sent after a start
_ILL = (Mood.CUTS, Mood.HANGS, Mood.BROKEN, Mood.BUSY)
_INTERRUPTED = """
    SELECT m.id FROM attempts a JOIN messages m ON m.seq = a.message
    WHERE a.outcome = 'interrupted' AND m.channel = '{channel}'
"""


@dataclass(frozen=True, slots=True)
class Report:
    """What both channels got; `inside` are repeats of what was being sent at a kill. `faults` is empty where all is
    well."""

    seed: int
    kills: int
    alerts: int
    refused: int
    received: dict[str, int]
    inside: dict[str, int]
    faults: tuple[str, ...]

    def __str__(self) -> str:
        told = f"seed {self.seed}: {self.kills} kills, {self.alerts} alerts, {self.refused} tries refused; "
        told += ", ".join(f"{name}: {n} received, {self.inside[name]} repeats" for name, n in self.received.items())
        told += ", each of a message that was being sent at a kill"
        return "\n".join([told, *(f"FAULT: {fault}" for fault in self.faults)])


@dataclass(slots=True)
class _Lives(Lives):
    """Lives that end while both channels are being sent to."""

    sick: Sink = field(kw_only=True)
    _seen: int = 0

    def _await_moment(self, aim: str) -> None:
        until = time.monotonic() + _PATIENCE
        while self._tries == self._seen and time.monotonic() < until:
            time.sleep(0.005)
        time.sleep(self.rng.uniform(0, 0.4))
        self._seen = self._tries

    @property
    def _tries(self) -> int:
        return len(self.sink.all) + self.sick.refused


def outage(home: Path, seed: int, kills: int, alerts: int) -> Report:
    """Runs the daemon below `home` with a sick channel beside a healthy one, kills it, heals the one, and compares."""
    rng = random.Random(seed)
    coming = [Piece(f"{n:05}.txt", story(rng, n, watched=True).text(), "rename") for n in range(alerts)]
    with listening(_ANSWER) as well, listening(_ANSWER) as sick:
        rules = RULES.replace("WELL", well.url).replace("SICK", sick.url)
        daemon = Daemon(home, rules, ("--settle", "0.5"))
        lives, post = _Lives(daemon, well, rng, sick=sick), Post(daemon.inbox, daemon.home)
        for kill, mood in zip(range(kills), itertools.cycle(_ILL), strict=False):
            sick.mood = mood
            lives.live(post, coming[alerts * kill // kills : alerts * (kill + 1) // kills])
        refused, sick.mood = sick.refused, Mood.WELL
        faults = [*lives.faults, *_finish(daemon)]
        sinks = {"well": well, "sick": sick}
        inside = {}
        for name, sink in sinks.items():
            inside[name], found = _compared(daemon, name, sink, alerts)
            faults += found
            faults += [f"{name}: {inside[name]} repeats are more than one a kill"] if inside[name] > kills else []
        received = {name: len(sink.all) for name, sink in sinks.items()}
    return Report(seed, kills, alerts, refused, received, inside, tuple(faults))


def _finish(daemon: Daemon) -> Iterator[str]:
    """What the operator does when the channel is well again: reads what came meanwhile, then has everything tried."""
    daemon.run("run", "--once", *daemon.flags)
    daemon.run("deliveries", "retry", "--all")
    done = daemon.run("run", "--once", *daemon.flags)
    if done.returncode:
        yield f"run --once ended with {done.returncode}: {done.stderr[-500:]}"


def _compared(daemon: Daemon, name: str, sink: Sink, alerts: int) -> tuple[int, list[str]]:
    """How many repeats a channel got, and what it should not have got or lacks."""
    faults = []
    got: dict[str, set[str]] = {}
    for message in sink.all:
        got.setdefault(message.body["id"], set()).add(message.key)
    opened = {row[0] for row in rows_of(daemon, "SELECT id FROM alerts")}
    if len(opened) != alerts:
        faults.append(f"{len(opened)} alerts were opened")
    faults += [f"{name} never got alert {alert}" for alert in opened - got.keys()]
    faults += [f"{name} got alert {alert} in {len(keys)} messages" for alert, keys in got.items() if len(keys) > 1]
    cut = Counter(row[0] for row in rows_of(daemon, _INTERRUPTED.format(channel=name)))
    repeats = {key: n - 1 for key, n in Counter(message.key for message in sink.all).items() if n > 1}
    faults += [f"{name} got {key} again outside of a kill" for key, n in repeats.items() if n > cut[key]]
    return sum(repeats.values()), faults


def main() -> int:
    """Prints what both channels got; the exit status is 1 if anything was lost or came twice."""
    parser = argparse.ArgumentParser(prog="python -m tests.outage", description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--alerts", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory() as home:
        report = outage(Path(home), options.seed, options.kills, options.alerts)
    print(report)
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
