"""Log lines: what an event says of itself stands beside what every line has, and over nothing of it."""

from __future__ import annotations

import ast
from pathlib import Path

import watcher

LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
OF_EVERY_LINE = {"event", "level", "logger", "timestamp", "exception"}  # as watcher.logs writes them


def test_no_event_has_a_field_that_every_line_has() -> None:
    """A field named like one of every line (`level`) would be lost without a word."""
    calls, clashes = 0, []
    for path in Path(watcher.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS):
                continue
            if isinstance(node.func.value, ast.Name) and node.func.value.id == "log":
                calls += 1
                fields = {keyword.arg for keyword in node.keywords} & OF_EVERY_LINE
                clashes += [f"{path.name}:{node.lineno}: {field}" for field in fields]
    assert calls > 20
    assert clashes == []
