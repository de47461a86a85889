"""Log lines: what an event says of itself stands beside what every line has, and over nothing of it."""

from __future__ import annotations

import ast
import os
import pty
import subprocess
from functools import partial
from pathlib import Path

from structlog.testing import capture_logs

import watcher
from tests.support import WATCHER, Daemon
from watcher.housekeeping import Summary
from watcher.store import Store

LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
OF_EVERY_LINE = {"event", "level", "logger", "timestamp", "exception"}  # as watcher.logs writes them


def test_no_event_has_a_field_that_every_line_has() -> None:
    """A field named like one of every line (`level`) would be lost without a word."""
    calls, clashes = 0, []
    for path in Path(watcher.__file__).parent.rglob("*.py"):
        text = path.read_text()
        for node in ast.walk(ast.parse(text)) if "structlog" in text else ():
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS):
                continue
            if isinstance(node.func.value, ast.Name) and node.func.value.id == "log":
                calls += 1
                fields = {keyword.arg for keyword in node.keywords} & OF_EVERY_LINE
                clashes += [f"{path.name}:{node.lineno}: {field}" for field in fields]
    assert calls > 20
    assert clashes == []


def test_on_a_terminal_a_trouble_stands_once(tmp_path: Path) -> None:
    """Where the operator's channel is the console and the log goes to the same terminal, a bad file and the rules that
    were loaded are told there, and not logged as well."""
    rules = "version: 1\ndefaults: {operator: console}\nrules:\n  - {id: a, condition: {keywords: [x1]}}\n"
    daemon = Daemon(tmp_path, rules)
    (daemon.inbox / "bad.pdf").write_bytes(b"%PDF-1.7\n")
    ours, theirs = pty.openpty()
    words = [WATCHER, "run", "--once", "--settle", "0"]
    ran = subprocess.Popen(words, cwd=tmp_path, env=daemon.environment(), stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b"".join(iter(partial(_read, ours), b"")).decode()
    os.close(ours)
    assert ran.wait() == 0
    assert (shown.count("a broken PDF"), shown.count("1 rule loaded")) == (1, 1)


def test_the_summary_is_written_when_its_numbers_are_others(store: Store) -> None:
    """A service to which nothing comes writes no line each minute; the first file that waits is a line."""
    waiting = [0, 0, 3, 3, 0]
    summary = Summary(store, lambda: waiting.pop(0))
    with capture_logs() as lines:
        while waiting:
            summary.step()
    assert [(line["event"], line["files"]["waiting"]) for line in lines] == [("summary", n) for n in (0, 3, 0)]


def _read(terminal: int) -> bytes:
    """What stands there next; nothing once nobody writes any more, which Linux tells as an error."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""
