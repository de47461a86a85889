"""A real daemon in a folder of its own, and the things that tests wait for."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import chdir, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from watcher import cli
from watcher.store import Store, schema

WATCHER = str(Path(sys.executable).parent / "watcher")
PATIENCE = 240.0  # seconds that a test waits for what must come: some took 50 where others shared the processors
# A page that takes a second or more to read.
SLOW = b"<html><body>" + b"".join(b"<p>Paragraph %d of a page without end.</p>" % n for n in range(29_000))

RULES = """\
version: 1
channels:
  out: {file: OUT}
defaults: {notify: [out], operator: out}
rules:
  - id: taliban
    title: Taliban
    level: high
    condition: {keywords: ["taliban*"]}
"""


def wait_for(condition: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
    """What `condition` returns once it is true; fails the test when it is not for so long."""
    until = (looked := time.monotonic()) + seconds
    while not (found := condition()):
        now = time.monotonic()
        if now > until:
            raise AssertionError(f"waited {seconds:g} s for {what}")
        time.sleep(max(0.01, now - looked))  # the processor is for what is waited for, not for looking
        looked = time.monotonic()
    return found


def whole_lines(path: Path) -> list[str]:
    """The lines of a file that another process writes, without the one that it is at; none where there is no file."""
    text = path.read_text() if path.exists() else ""
    return text[: text.rfind("\n") + 1].split("\n")[:-1]


def rows(store: Store, *tables: str) -> list[int]:
    """How many rows the tables of a store have."""
    with store.read() as conn:
        found = {t.name: t for t in schema.metadata.sorted_tables}
        return [conn.execute(select(func.count()).select_from(found[t])).scalar_one() for t in tables]


def absent(why: str) -> None:
    """Skips a test for which something is not there, or fails it where everything has to be."""
    (pytest.fail if os.environ.get("WATCHER_REQUIRE_ALL") == "1" else pytest.skip)(why)


def need(program: str) -> str:
    """Where a program is, of this environment or of the system."""
    paths = (Path(sys.executable).parent, os.environ["PATH"], "/usr/sbin")
    found = shutil.which(program, path=os.pathsep.join(map(str, paths)))
    if found is None:
        absent(f"needs {program}")
    return str(found)


def in_a_namespace(head: str, script: str, folder: Path) -> None:
    """Runs a script where it may mount and set limits: in a user and mount namespace of its own. Its `head` finds the
    folder in `sys.argv[1]`."""
    unshare = shutil.which("unshare")
    if unshare is None or subprocess.run([unshare, "-Urm", "true"], capture_output=True).returncode:
        pytest.skip("no namespaces may be made here")
    project = Path(__file__).parent.parent
    code = textwrap.dedent(head) + textwrap.dedent(script)
    command = [str(unshare), "-Urm", sys.executable, "-c", code, str(folder)]
    environment = os.environ | {"PYTHONPATH": str(project)}
    ran = subprocess.run(command, cwd=project, capture_output=True, env=environment)
    assert ran.returncode == 0, ran.stderr.decode()[-4000:]


@contextmanager
def locked(database: Path, how: str = "IMMEDIATE") -> Iterator[sqlite3.Connection]:
    """Another program holds a store, until it rolls back or is done; it waits for its turn as long as need be."""
    with closing(sqlite3.connect(database, PATIENCE, isolation_level=None)) as other:
        other.execute(f"BEGIN {how}")
        yield other


@contextmanager
def nobody() -> Iterator[int]:
    """A port of the loopback at which nobody listens, nor anybody else will for so long."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@dataclass(frozen=True, slots=True)
class Done:
    """What a command said, and how it exited."""

    returncode: int
    stdout: str
    stderr: str


SPREAD = """
from watcher import batch, executor, pool
batch.BATCH, pool.ENOUGH, executor.Worker.ready = 3, 1, True
from watcher.cli import main
main()
"""


def command(words: Sequence[str | Path], folder: Path, environment: Mapping[str, str]) -> Done:
    """Runs a command of `watcher` as a user does who sits in the folder: `run` as a process, any other in this one,
    which spares the second that a process takes to start."""
    if words[0] == "run":
        return process(words, folder, environment)
    with mock.patch.dict(os.environ, environment, clear=True), chdir(folder):
        done = CliRunner().invoke(cli.app, list(map(str, words)), catch_exceptions=False)
    return Done(done.exit_code, done.stdout, done.stderr)


def process(words: Sequence[str | Path], folder: Path, environment: Mapping[str, str]) -> Done:
    """Runs a command by the console script."""
    done = subprocess.run([WATCHER, *map(str, words)], cwd=folder, env=environment, capture_output=True, text=True)
    return Done(done.returncode, done.stdout, done.stderr)


@dataclass(slots=True)
class Daemon:
    """`watcher run` on folders below `home`; its channel `out` writes to `home/out.jsonl`."""

    home: Path
    rules: str = RULES
    flags: tuple[str, ...] = ("--settle", "0.2")
    variables: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.inbox.mkdir(parents=True, exist_ok=True)
        self.write_rules(self.rules)

    @property
    def inbox(self) -> Path:
        return self.home / "inbox"

    @property
    def state(self) -> Path:
        return self.home / "state"

    @property
    def rules_file(self) -> Path:
        return self.home / "rules.yaml"

    @property
    def log(self) -> str:
        path = self.home / "log"
        return path.read_text() if path.exists() else ""

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in whole_lines(self.home / "log") if line.startswith("{")]

    def logged(self, event: str, **fields: Any) -> list[dict[str, Any]]:
        return [e for e in self.events if e["event"] == event and fields.items() <= e.items()]

    @property
    def sent(self) -> list[dict[str, Any]]:
        """What the channel `out` got, the oldest first."""
        return [json.loads(line) for line in whole_lines(self.home / "out.jsonl")]

    @property
    def alerts(self) -> list[str]:
        """The paths of the articles of the alerts that `out` got."""
        return [m["article"]["path"] for m in self.sent if "article" in m]

    @property
    def notices(self) -> list[str]:
        return [m["text"] for m in self.sent if "text" in m]

    def write_rules(self, rules: str) -> None:
        """Replaces the rules file as an editor does: by a rename."""
        part = self.home / "rules.part"
        part.write_text(rules.replace("OUT", str(self.home / "out.jsonl")))
        part.rename(self.rules_file)

    def drop(self, name: str, text: str | bytes) -> Path:
        """Moves an article into the inbox in whole."""
        part = self.home / "part"
        part.write_bytes(text.encode() if isinstance(text, str) else text)
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return part.rename(path)

    def command(self, *words: str) -> list[str]:
        return [WATCHER, *words]

    def environment(self) -> dict[str, str]:
        mine = {"WATCHER_INBOX": self.inbox, "WATCHER_STATE": self.state, "WATCHER_RULES": self.rules_file}
        kept = {k: v for k, v in os.environ.items() if not k.startswith("WATCHER_")}
        return kept | {k: str(v) for k, v in mine.items()} | {"WATCHER_LOG_FORMAT": "json"} | dict(self.variables)

    def start(self) -> None:
        """Starts the daemon and waits until its rules are loaded."""
        before = len(self.logged("inbox.watched"))
        with (self.home / "log").open("ab") as log:
            command = self.command("run", *self.flags)
            self.process = subprocess.Popen(command, env=self.environment(), stdout=log, stderr=log, cwd=self.home)
        wait_for(lambda: len(self.logged("inbox.watched")) > before or self.ended(), "the daemon's start")

    def ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def run(self, *words: str) -> Done:
        """Runs another command on the same folders."""
        return command(words, self.home, self.environment())

    def run_spread(self, workers: int, *words: str) -> Done:
        """`run --once` with so many workers, all of which get batches of three at once: they would else be started only
        for thousands of files."""
        command = [sys.executable, "-c", SPREAD, "run", "--once", "--workers", str(workers), *words]
        done = subprocess.run(command, cwd=self.home, env=self.environment(), capture_output=True, text=True)
        assert done.stderr.count('"worker.added"') == workers - 1, done.stderr
        return Done(done.returncode, done.stdout, done.stderr)

    def status(self) -> dict[str, Any]:
        return json.loads(self.run("status", "--json").stdout)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query of the store gives at this moment."""
        with closing(sqlite3.connect(f"file:{self.state}/store.db?mode=ro", PATIENCE, uri=True)) as store:
            return store.execute(query).fetchall()

    def files(self) -> int:
        """How many files are in the ledger."""
        return int(self.rows("SELECT count(*) FROM files")[0][0])

    def kill(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ends the daemon; its exit status."""
        assert self.process is not None
        if self.process.poll() is None:
            self.kill(number)
        return self.process.wait(timeout=PATIENCE)


@contextmanager
def running(home: Path, **options: Any) -> Iterator[Daemon]:
    """A daemon that is stopped at the end, however the test ends."""
    daemon = Daemon(home, **options)
    daemon.start()
    try:
        yield daemon
    finally:
        if daemon.process is not None and daemon.process.poll() is None:
            daemon.process.kill()
            daemon.process.wait()
