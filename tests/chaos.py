"""Kills the real daemon at random moments while articles arrive, and looks for what was lost: `make chaos`."""

from __future__ import annotations

import argparse
import random
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.newsroom import rubbish, story
from tests.processes import of_session
from tests.sink import Sink, listening
from tests.support import PATIENCE, Daemon, wait_for
from watcher.store.engine import open_store
from watcher.store.files import ledger

RULES = """\
version: 1
channels: {sink: {urls: ["URL?rto=60"], group_by: [rule, article], group_wait: 0s}}
defaults: {notify: [sink], max_alerts: 100000/h}
rules:
  - {id: taliban, level: high, condition: {keywords: ["taliban*"]}}
  - id: border
    condition: {all: [{keywords: ["taliban*"]}, {place: central-asia}, {keywords: ["frontière*", "border*"]}]}
  - {id: council, level: low, condition: {near: {within: 20, all: [{keywords: [conseil, council]}, {place: UZ}]}}}
"""
_SETTLE = "1.5"  # seconds: well over the pauses of the slow writers, on a busy machine too
_ANSWER = 0.02  # seconds that the sink takes to answer: a kill meanwhile makes a repeat


@dataclass(frozen=True, slots=True)
class Piece:
    """A file that is to arrive, and the way it comes: renamed in, written slowly, or in a folder renamed in."""

    path: str
    data: bytes
    way: str


@dataclass(frozen=True, slots=True)
class Report:
    """What the kills left behind; `faults` is empty where nothing was lost."""

    seed: int
    kills: int
    files: int
    alerts: int
    received: int
    repeats: int
    slowest_end: float
    faults: tuple[str, ...]

    def __str__(self) -> str:
        told = f"seed {self.seed}: {self.kills} kills, {self.files} files, {self.alerts} alerts, "
        told += f"{self.received} received by the sink, {self.repeats} of them repeats; "
        told += f"workers gone {self.slowest_end:.2f} s after a kill at the latest"
        return "\n".join([told, *(f"FAULT: {fault}" for fault in self.faults)])


def pieces(rng: random.Random, count: int) -> list[Piece]:
    """Files of all kinds: stories as text and as pages, the same story again, and rubbish."""
    made: list[Piece] = []
    for number in range(count):
        way = rng.choices(["rename", "write", "folder"], [6, 2, 1])[0]
        folder = rng.choice(["", "agency/", "agency/fr/", f"batch-{number}/"])
        path = f"batch-{number}/{number:05}" if way == "folder" else f"{folder}{number:05}"
        kind = rng.random()
        if kind < 0.05:
            made.append(Piece(f"{path}.bin", rubbish(rng), way))
        elif kind < 0.1 and made:
            earlier = rng.choice(made)
            made.append(Piece(path + Path(earlier.path).suffix, earlier.data, way))
        elif kind < 0.2:
            made.append(Piece(f"{path}.html", story(rng, number).page(), way))
        else:
            made.append(Piece(f"{path}.txt", story(rng, number).text(), way))
    return made


@dataclass(slots=True)
class Post:
    """Brings the pieces into the inbox, each in its way; slow writers go on beside everything else."""

    inbox: Path
    desk: Path
    writers: list[threading.Thread] = field(default_factory=list)

    def bring(self, piece: Piece, *, slowly: float = 0.0) -> None:
        target = self.inbox / piece.path
        if piece.way == "write" and slowly:
            self.writers.append(threading.Thread(target=self._write, args=(target, piece.data, slowly)))
            self.writers[-1].start()
        elif piece.way == "folder":
            self._folder(piece)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            whole = self.desk / target.name
            whole.write_bytes(piece.data)
            whole.rename(target)

    def finish(self) -> None:
        for writer in self.writers:
            writer.join()

    def _folder(self, piece: Piece) -> None:
        folder, name = piece.path.split("/")
        (self.desk / folder).mkdir()
        (self.desk / folder / name).write_bytes(piece.data)
        (self.desk / folder).rename(self.inbox / folder)

    def _write(self, target: Path, data: bytes, seconds: float) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb", buffering=0) as stream:
            for at in range(0, len(data), len(data) // 4 or 1):
                stream.write(data[at : at + (len(data) // 4 or 1)])
                time.sleep(seconds / 5)


@dataclass(slots=True)
class Lives:
    """The lives of one daemon: it is started, given articles and killed, again and again."""

    daemon: Daemon
    sink: Sink
    rng: random.Random
    faults: list[str] = field(default_factory=list)
    slowest_end: float = 0.0

    def live(self, post: Post, share: list[Piece]) -> None:
        """One start, what arrives before and meanwhile, and the kill, aimed at the start, the work, the sending or
        at nothing."""
        early = self.rng.randint(0, len(share))
        for piece in share[:early]:
            post.bring(piece, slowly=self.rng.uniform(0.1, 0.75))
        aim = self.rng.choice(["start", "work", "send", "any"])
        process = self._start()
        if aim in ("work", "send"):
            wait_for(lambda: "inbox.watched" in self._log.read_text() or process.poll() is not None, "the start")
        for piece in share[early:]:
            time.sleep(self.rng.uniform(0, 1.5 / len(share)) if aim == "any" else 0)
            post.bring(piece, slowly=self.rng.uniform(0.1, 0.75))
        self._await_moment(aim)
        said = self._log.read_text()  # before the kill: a worker that was just being spawned complains of it
        if process.poll() is not None:
            self.faults.append(f"the daemon ended by itself with {process.returncode}: {said[-500:]}")
        if "Traceback" in said:
            self.faults.append(f"an error that nobody expected: {said[said.index('Traceback') :][:3000]}")
        process.kill()
        process.wait()
        self._see_it_gone(process.pid)

    def _start(self) -> subprocess.Popen[bytes]:
        command, environment = self.daemon.command("run", *self.daemon.flags), self.daemon.environment()
        with self._log.open("wb") as log:
            return subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)

    @property
    def _log(self) -> Path:
        return self.daemon.home / "log"

    def _await_moment(self, aim: str) -> None:
        before, until = len(self.sink.all), time.monotonic() + 1
        while aim == "send" and len(self.sink.all) == before and time.monotonic() < until:
            time.sleep(0.001)
        time.sleep(self.rng.uniform(0, {"start": 1.2, "work": 0.3, "send": 0.05, "any": 1.5}[aim]))

    def _see_it_gone(self, session: int) -> None:
        killed = time.monotonic()
        while left := of_session(session):
            if time.monotonic() - killed > PATIENCE:  # one that is being started ends as soon as it can look around
                self.faults.append(f"left {PATIENCE:g} s after a kill: {[p.command[:80] for p in left]}")
                return
            time.sleep(0.02)
        self.slowest_end = max(self.slowest_end, time.monotonic() - killed)


def chaos(home: Path, seed: int, kills: int, files: int, after: str = "keep") -> Report:
    """Runs the daemon on the same files undisturbed and with kills, below `home`, and compares."""
    rng = random.Random(seed)
    coming = pieces(rng, files)
    with listening(_ANSWER) as sink:
        calm = _daemon(home / "calm", sink, after)
        for piece in coming:
            Post(calm.inbox, calm.home).bring(piece)
        _finish(calm)
        sink.all.clear()
        lives = Lives(_daemon(home / "killed", sink, after), sink, rng)
        post = Post(lives.daemon.inbox, lives.daemon.home)
        for kill in range(kills):
            lives.live(post, coming[files * kill // kills : files * (kill + 1) // kills])
        post.finish()
        _finish(lives.daemon)
        faults = [*lives.faults, *_compared(calm, lives.daemon, coming), *_undelivered(lives.daemon, sink)]
        repeats = len(sink.all) - len({message.key for message in sink.all})
        if repeats > kills:
            faults.append(f"{repeats} repeats are more than one a kill")
        alerts = len(_alerts(lives.daemon))
        return Report(seed, kills, files, alerts, len(sink.all), repeats, lives.slowest_end, tuple(faults))


def _daemon(home: Path, sink: Sink, after: str) -> Daemon:
    home.mkdir(parents=True)
    return Daemon(home, RULES.replace("URL", sink.url), ("--settle", _SETTLE, "--after", after))


def _finish(daemon: Daemon) -> None:
    """Handles what is left and sends every message."""
    done = daemon.run("run", "--once", *daemon.flags)
    assert done.returncode == 0, done.stderr


# ── what is found afterwards ─────────────────────────────────────────────────────────────────────


def rows_of(daemon: Daemon, query: str) -> list[tuple[Any, ...]]:
    """What a question to the daemon's store brings."""
    with closing(sqlite3.connect(daemon.state / "store.db")) as store:
        return store.execute(query).fetchall()


def _alerts(daemon: Daemon) -> list[tuple[Any, ...]]:
    """Rule, article and evidence of every alert."""
    return rows_of(daemon, "SELECT rule, key, level, json_extract(content, '$.evidence') FROM alerts")


def _compared(calm: Daemon, killed: Daemon, coming: list[Piece]) -> Iterator[str]:
    """How the two runs differ in alerts, articles and in what became of each file."""
    wanted, found = Counter(_alerts(calm)), Counter(_alerts(killed))
    yield from (f"lost alert {alert[:2]}" for alert in wanted - found)
    yield from (f"alert too many {alert[:2]}" for alert in found - wanted)
    articles = "SELECT digest FROM articles"
    if Counter(rows_of(calm, articles)) != Counter(rows_of(killed, articles)):
        yield "the articles differ"
    calmly, disturbed = _outcomes(calm, coming), _outcomes(killed, coming)
    yield from (
        f"{piece.path}: {disturbed.get(piece.path)} where a run without kills says {calmly.get(piece.path)}"
        for piece in coming
        if calmly.get(piece.path) is None or calmly.get(piece.path) != disturbed.get(piece.path)
    )
    for piece in coming:
        places = [path for path in killed.home.rglob(f"{Path(piece.path).stem}*") if _holds(path, piece.data)]
        if len(places) != 1:
            yield f"{piece.path} lies in {len(places)} places: {places}"


def _outcomes(daemon: Daemon, coming: list[Piece]) -> dict[str, tuple[str, str]]:
    """What the ledger says became of each file, and why."""
    with open_store(daemon.state, create=False) as store, store.read() as conn:
        return {path: (row.outcome, row.reason) for path, row in ledger(conn, [p.path for p in coming]).items()}


def _holds(path: Path, data: bytes) -> bool:
    return path.is_file() and path.read_bytes() == data


def _undelivered(daemon: Daemon, sink: Sink) -> Iterator[str]:
    """Alerts that the sink never got, got in two messages, or that the store knows nothing of."""
    got: dict[str, set[str]] = {}
    for message in sink.all:
        if "id" in message.body:
            got.setdefault(message.body["id"], set()).add(message.key)
    opened = {row[0] for row in rows_of(daemon, "SELECT id FROM alerts")}
    yield from (f"alert {alert} never reached the sink" for alert in opened - got.keys())
    yield from (f"the sink got an alert {alert} that is not in the store" for alert in got.keys() - opened)
    yield from (f"alert {alert} came as {len(keys)} messages" for alert, keys in got.items() if len(keys) > 1)
    unsent = rows_of(daemon, "SELECT id, state FROM messages WHERE state != 'sent'")
    unsent += rows_of(daemon, "SELECT id, state FROM deliveries WHERE state != 'sent'")
    yield from (f"{state}: {number}" for number, state in unsent)


def main() -> int:
    """Prints what the kills did; the exit status is 1 if anything was lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--articles", type=int, default=500)
    parser.add_argument("--after", choices=["keep", "archive"], default="keep")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--home", type=Path, help="an empty folder that is kept; a temporary one if not given")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        home = options.home or Path(temporary)
        report = chaos(home, options.seed, options.kills, options.articles, options.after)
    print(report)
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
