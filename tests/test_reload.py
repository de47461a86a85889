"""Saved rules come into force whatever else goes on: a backlog, a page that kills its reader, a locked store."""

from __future__ import annotations

import errno
import io
import os
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from tests.pdfs import bomb
from tests.processes import children, of_session
from tests.support import PATIENCE, RULES, Daemon, locked, running, wait_for
from watcher.analyse import load_rules
from watcher.analyse.parcel import Parcel
from watcher.errors import RulesError
from watcher.live import Live
from watcher.pool import Pool
from watcher.rulereading import RuleReading
from watcher.rules.bundle import Bundle
from watcher.settings import Settings
from watcher.store import Store
from watcher.store.boilerplate import LearnedToday

OTHER = RULES + "  - {id: kunduz, condition: {keywords: [Kunduz]}}\n"


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    with running(tmp_path, variables={"WATCHER_MAX_SECONDS": "60"}) as started:
        yield started


def told(daemon: Daemon, words: str) -> bool:
    return any(words in notice for notice in daemon.notices)


def test_a_save_waits_for_no_page(daemon: Daemon) -> None:
    """With files of several minutes in hand, the new rules are in force and told before the first of them is done."""
    for number in range(3):
        daemon.drop(f"{number}.pdf", bomb() + b"%d" % number)
    wait_for(lambda: daemon.status()["files"]["waiting"] == 3, "the files in hand")
    daemon.write_rules(OTHER)
    wait_for(lambda: told(daemon, "added: kunduz"), "the notice")
    assert daemon.status()["files"]["done"] == 0


MANY = OTHER + "".join(f"  - {{id: r{n}, condition: {{keywords: ['word{n}*', other]}}}}\n" for n in range(3_000))


def test_a_stop_while_rules_are_read_refuses_none(daemon: Daemon) -> None:
    """Rules that are being read when the daemon is told to stop are no faulty ones: the next start has them."""
    assert daemon.process is not None
    pid = daemon.process.pid
    before = {process.pid for process in children(pid)}
    daemon.write_rules(MANY)
    wait_for(lambda: {process.pid for process in children(pid)} - before, "processes that read the rules")
    assert daemon.stop() == 0
    assert daemon.status()["rules"]["error"] is None
    assert not told(daemon, "refused")


def test_a_stop_of_all_processes_at_the_start_finds_no_fault_in_the_rules(tmp_path: Path) -> None:
    """As a supervisor may stop them: what reads the rules ends too, and the exit is a stop's."""
    daemon = Daemon(tmp_path, MANY)
    with subprocess.Popen(
        daemon.command("run"), env=daemon.environment(), stderr=subprocess.PIPE, cwd=tmp_path, start_new_session=True
    ) as ran:
        wait_for(lambda: [p for p in of_session(ran.pid) if "spawn_main" in p.command], "a worker")
        os.killpg(ran.pid, signal.SIGTERM)
        _, said = ran.communicate(timeout=PATIENCE)
    assert (ran.returncode, b"no valid rules" in said, b"Traceback" in said) == (0, False, False)


def test_a_save_while_the_store_is_locked_is_not_forgotten(daemon: Daemon) -> None:
    """The rules come into force when the store is free again, without another save."""
    with locked(daemon.state / "store.db"):
        daemon.write_rules(OTHER)
        wait_for(lambda: daemon.logged("part.waits", part="rules"), "the wait")
    wait_for(lambda: told(daemon, "added: kunduz"), "the notice")


LAUGHS = "version: 1\nx-a: &a [x, x]\n" + "".join(f"x-{b}: &{b} [*{a}, *{a}]\n" for a, b in pairwise("abcdefghijkl"))

BAD = [
    (LAUGHS.encode(), "YAML anchors are not allowed"),
    (b"version: 1\nlists: {x: [" + b"taliban, " * 5_500_000, "more than 40,000,000 bytes"),
    (b"version: 1\nx-a: " + b"[" * 1_000_000, ": nested deeper than 50 levels"),
    (b"version: 1\n" + b"a: 1\n" * 100_000, "duplicate key 'a'"),
    (b"version: 1\nlists:\n\tx: [a]\n", "a tab; indent with spaces"),
    (b"version: 1\nlists: {x: [" + b"a" * 1_000_000 + b"]}\n", "a term of 1,000,000 characters"),
    (b"version: 1\nlists: {x: [a\0b]}\n", "a control character"),
    (RULES.encode("utf-16"), "not UTF-8"),
    (b"version: 1\nrules:\n  - {id: a, condition: {regex: '((a{1,100}){1,100}){1,100}'}}\n", "not a regex"),
    ("version: 1\nplaces:\n" + "".join(f"  c{i}: [c{i + 1}]\n" for i in range(5_000)), "sets of places nested deeper"),
]


def test_no_file_takes_the_good_rules_out_of_force(daemon: Daemon) -> None:
    """Whatever is saved in their place, it is told once, and articles go on being judged by the rules before."""
    for number, (data, why) in enumerate(BAD):
        part = daemon.home / "rules.bad"
        part.write_bytes(data if isinstance(data, bytes) else data.encode())
        part.rename(daemon.rules_file)
        wait_for(lambda why=why: told(daemon, why), f"the notice: {why}")
        if number in (0, len(BAD) - 1):
            daemon.drop(f"{number}.txt", f"Les talibans ont pris la ville {number}.\n")
            wait_for(lambda number=number: f"{number}.txt" in daemon.alerts, "the alert")
    assert [sum("rules refused" in notice and why in notice for notice in daemon.notices) for _, why in BAD] == [
        1
    ] * len(BAD)
    daemon.write_rules(OTHER)
    wait_for(lambda: told(daemon, "added: kunduz"), "the notice")


def read_when_not_killed(marks: Path, kills: int, *asked: Any) -> Parcel:
    """Reads rules; the first so many processes that are asked are killed, as by the kernel for want of memory."""
    with marks.open("a") as file:
        file.write("x")
    if marks.stat().st_size <= kills:
        os.kill(os.getpid(), signal.SIGKILL)
    return load_rules(*asked)


@pytest.mark.parametrize("kills", [1, 2])
def test_rules_whose_reader_was_killed_are_read_once_more(tmp_path: Path, kills: int) -> None:
    """Nothing is wrong with them: a second kill is told as what it is, with what to do."""
    asked = partial(read_when_not_killed, tmp_path / "marks", kills)
    pool = Pool()
    reading = RuleReading(pool, Settings(), list, lambda _: [], lambda: False)
    try:
        with mock.patch("watcher.rulereading.load_rules", asked):
            if kills == 1:
                with reading.anew(Bundle({"rules.yaml": RULES})) as rules:
                    assert [rule.id for rule in rules.rules] == ["taliban"]
            else:
                with pytest.raises(RulesError, match="was killed, and so was the next: out of memory?"):
                    reading.at_start(Bundle({"rules.yaml": RULES}))
    finally:
        pool.stop()


def test_tests_for_which_there_is_no_room_say_so(tmp_path: Path, store: Store, pool: Pool) -> None:
    """They stop nothing, and are told with what the place is short of: the operator read "Trouble"."""
    rules = tmp_path / "rules.yaml"
    rules.write_text(RULES + "    tests: [{text: Kunduz est prise par les talibans., expect: match}]\n", "utf-8")
    reading = RuleReading(pool, Settings(), list, lambda _: [], lambda: False)
    live = Live(rules, store, reading, LearnedToday(store, on=False), {}, io.StringIO())
    live.start(1)
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with mock.patch.object(ProcessPoolExecutor, "submit", side_effect=full):
        told = live.step(1)
    assert told is not None and told.text.endswith("no worker can be started: No space left on device in /dev/shm")
    assert not live.untested


def started_by(task: Path) -> list[str]:
    """The processes that a thread started; none where it has just ended."""
    try:
        return (task / "children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def test_reloading_again_and_again_leaves_nothing_behind(daemon: Daemon) -> None:
    """Each save is read by a process of its own, which ends with it: no process, thread or file stays open."""
    assert daemon.process is not None
    proc = Path(f"/proc/{daemon.process.pid}")

    def used() -> tuple[int, int, int]:
        children = [child for task in (proc / "task").iterdir() for child in started_by(task)]
        return len(children), len(list((proc / "task").iterdir())), len(list((proc / "fd").iterdir()))

    counts = []
    for number in range(5):
        daemon.write_rules(RULES + f"  - {{id: rule-{number}, condition: {{keywords: [Kunduz]}}}}\n")
        wait_for(partial(told, daemon, f"added: rule-{number}"), "the notice")
        counts.append(used())
    # A thread or file more may be what began late, as a timer or a connection; a leak would be one a save.
    leaked = len(counts) - 1
    wait_for(
        lambda: all(now < before + leaked for now, before in zip(used(), counts[0], strict=True)),
        "the end of what was used",
    )


def test_a_start_tells_what_changed_while_nothing_ran(tmp_path: Path) -> None:
    """Rules that were added, changed and removed since those that ran before are named at the next start, and channels,
    time intervals and defaults, which are no change of each rule; none is at a start on the same ones, or at the
    first."""
    rule = "  - {{id: {0}, condition: {{keywords: [{1}]}}}}\n"
    first = RULES + rule.format("kunduz", "Kunduz") + rule.format("herat", "Herat")
    second = RULES + rule.format("kunduz", "Kundus") + rule.format("balkh", "Balkh")
    more = second.replace("operator: out", "operator: out, level: low").replace(
        "channels:\n",
        "time_intervals: {nights: {times: ['22:00-06:00']}}\nchannels:\n  desk: {file: desk.jsonl, mute: [nights]}\n",
    )
    wanted = [
        (first, "3 rules loaded"),
        (second, "3 rules loaded\nadded: balkh\nchanged: kunduz\nremoved: herat"),
        (second, "3 rules loaded\nno rule added, changed or removed"),
        (more, "3 rules loaded\nadded: channel desk, time interval nights\nchanged: defaults"),
        (more.replace("22:", "23:"), "3 rules loaded\nchanged: time interval nights"),
    ]
    for rules, text in wanted:
        with running(tmp_path, rules=rules) as daemon:
            wait_for(lambda: any(notice == text for notice in daemon.notices), text)  # noqa: B023
