"""The files beside the rules that their tests name, whatever stands in their place."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest

from tests.judging import gazetteer
from watcher.analyse.engine import Engine
from watcher.analyse.ruletests import run_tests
from watcher.errors import RulesError
from watcher.model import Limits
from watcher.rulefiles import load_checked, read_documents
from watcher.rules.bundle import Bundle
from watcher.rules.load import load


def test_faults_of_rules_and_of_addresses_are_told_together(tmp_path: Path) -> None:
    """An analyst who mends what is told has mended all: a misspelt key hides no wrong address, nor the other way."""
    rules = tmp_path / "rules.yaml"
    rules.write_text(
        "version: 1\nrules:\n  - {id: a, condition: {keywrds: b}}\n"
        "channels:\n  desk: {urls: ['jsn://localhost', 'json://localhost', '${A B}']}\n"
    )
    with pytest.raises(RulesError) as caught:
        load_checked(rules, {})
    assert [(f.line, f.column) for f in caught.value.faults] == [(3, 25), (5, 17), (5, 56)]


def bundle(*names: str) -> Bundle:
    tests = ", ".join(f"{{file: {json.dumps(name)}, expect: match}}" for name in names)
    return Bundle({"rules.yaml": f"version: 1\nrules:\n  - {{id: a, condition: {{keywords: a1}}, tests: [{tests}]}}\n"})


def documents(home: Path, *names: str) -> dict[str, bytes]:
    return read_documents(load(bundle(*names), gazetteer()), home / "rules.yaml")


def test_files_are_read_relative_to_the_rules_file(tmp_path: Path) -> None:
    """A name means the file beside the rules, or below, or at its whole path."""
    (tmp_path / "b").mkdir()
    for name in ("a.txt", "b/c.txt"):
        (tmp_path / name).write_text(name)
    whole = str(tmp_path / "a.txt")
    assert documents(tmp_path, "a.txt", "b/c.txt", whole) == {"a.txt": b"a.txt", "b/c.txt": b"b/c.txt", whole: b"a.txt"}


@pytest.mark.parametrize("name", ["gone.txt", "x" * 300, "folder", "pipe", "socket", "file.txt/below", "a\0b", "loop"])
def test_what_cannot_be_read_stops_nothing(tmp_path: Path, name: str) -> None:
    """No name kills the reload or hangs it: the test is told to have nothing to read, and the others run."""
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file.txt").write_text("a1")
    (tmp_path / "loop").symlink_to("loop")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
        found = documents(tmp_path, name, "file.txt")
    assert found == {"file.txt": b"a1"}
    tested = run_tests(Engine.of(bundle(name, "file.txt")), found)
    assert [t.why for t in tested] == [f"cannot be run: {name} cannot be read", ""]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may enter every folder")
def test_a_folder_that_may_not_be_entered_stops_nothing(tmp_path: Path) -> None:
    """A file whose folder is closed to the daemon is one that cannot be read."""
    (tmp_path / "closed").mkdir()
    (tmp_path / "closed" / "a.txt").write_text("a1")
    (tmp_path / "closed").chmod(0o600)
    try:
        assert documents(tmp_path, "closed/a.txt") == {}
    finally:
        (tmp_path / "closed").chmod(0o700)


def test_a_file_that_is_too_large_is_told_as_such(tmp_path: Path) -> None:
    """No more of it is read than shows that it is too large."""
    with (tmp_path / "big.txt").open("wb") as big:
        big.truncate(Limits().bytes_in * 2)
    found = documents(tmp_path, "big.txt")
    assert len(found["big.txt"]) == Limits().bytes_in + 1
    (tested,) = run_tests(Engine.of(bundle("big.txt")), found)
    assert tested.why == "cannot be run: big.txt: too large: at most 50,000,000 bytes are read"
