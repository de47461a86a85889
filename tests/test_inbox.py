"""The inbox, with real files, real inotify and a clock in hand."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from watchdog.observers.inotify_c import InotifyConstants, InotifyEvent

from tests.support import PATIENCE, in_a_namespace, wait_for
from watcher.errors import Trouble
from watcher.inbox import Changed, Inbox, Kept, Lane, Moved, Ready, Survey, archive, delete, lane_of, quarantine, survey
from watcher.inbox.events import Hint, Hints
from watcher.inbox.leaving import check, leaving, put_back
from watcher.inbox.look import outermost
from watcher.inbox.mounts import filesystem, filesystem_of, is_remote
from watcher.inbox.names import why_not
from watcher.inbox.quarantine import printable
from watcher.model import Article, FileFacts, FileOutcome, Ways


@dataclass(frozen=True)
class Row:
    """A row of the ledger, as the store will give it."""

    size: int
    mtime_ns: int
    outcome: FileOutcome = FileOutcome.DONE
    reason: str = ""
    sha256: str = ""


@dataclass
class Desk:
    """An inbox with a ledger in memory and a clock that moves only when told; stands in for intake."""

    root: Path
    rows: dict[str, Row] = field(default_factory=dict)
    tick: float = 1000.0
    now: int = field(default_factory=lambda: int(time.time() * 1000))
    asked: list[int] = field(default_factory=list)
    wake: threading.Event = field(default_factory=threading.Event)
    inbox: Inbox = field(init=False)

    def open(self, **settings: object) -> Desk:
        ways = Ways(**settings)  # type: ignore[arg-type]
        self.inbox = Inbox(self.root, ways, known=self.known, wake=self.wake.set, ticks=lambda: self.tick)
        return self

    def known(self, paths: Sequence[str]) -> dict[str, Row]:
        self.asked.append(len(paths))
        return {path: self.rows[path] for path in paths if path in self.rows}

    def pass_time(self, seconds: float) -> None:
        self.tick += seconds
        self.now += int(seconds * 1000)

    def step(self, most: int = 500) -> Ready:
        """One step, and what it brought goes into the ledger."""
        ready = self.inbox.step(self.now, most)
        self.enter(ready)
        return ready

    def enter(self, ready: Ready) -> None:
        for rested in ready.files:
            self.rows[rested.file.path] = Row(rested.file.size, rested.file.mtime_ns)
        for passed in ready.passed_over:
            row = Row(passed.file.size, passed.file.mtime_ns, FileOutcome.PASSED_OVER, passed.reason)
            self.rows[passed.file.path] = row
        self.inbox.done(
            [rested.file.path for rested in ready.files] + [passed.file.path for passed in ready.passed_over]
        )

    def settle(self) -> Ready:
        """Step until everything there has been handed out, with time passing as it is due."""
        got = Ready()
        for _ in range(1000):
            ready = self.step()
            got = Ready(got.files + ready.files, got.passed_over + ready.passed_over, got.leftovers + ready.leftovers)
            if self.inbox.idle:
                return got
            self.pass_time(max(0, self.inbox.next_due(self.now) - self.now) / 1000)
        raise AssertionError("the inbox never came to rest")

    def await_(self, true: Callable[[Ready], bool]) -> Ready:
        """Step whenever woken, the clock standing still, until it holds of all that came."""
        got, end = Ready(), time.monotonic() + PATIENCE
        while time.monotonic() < end:
            self.wake.clear()
            ready = self.step()
            got = Ready(got.files + ready.files, got.passed_over + ready.passed_over)
            if true(got):
                return got
            if self.inbox.next_due(self.now) > self.now:
                self.wake.wait(end - time.monotonic())
        raise AssertionError(f"nothing of it came in {PATIENCE:g} s: {got}")


def paths(ready: Ready) -> list[str]:
    return [rested.file.path for rested in ready.files]


def reasons(ready: Ready) -> dict[str, str]:
    return {passed.file.path: passed.reason for passed in ready.passed_over}


def write(path: Path, text: str = "Une dépêche.", age: float = 0.0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    if age:
        at = time.time() - age
        os.utime(path, (at, at))
    return path


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    (tmp_path / "inbox").mkdir()
    desk = Desk(tmp_path / "inbox")
    yield desk
    desk.inbox.stop()


@pytest.fixture
def watched(desk: Desk) -> Desk:
    """A desk whose inbox watches with inotify and has looked through the empty folder."""
    desk.open(watch="native").inbox.start()
    desk.settle()
    return desk


NAMESPACE = """
    import subprocess, sys
    from pathlib import Path
    from tests.test_inbox import Desk, Trouble, paths, write
    root = Path(sys.argv[1])
"""


# ── what comes while it runs ─────────────────────────────────────────────────────────────────────


def test_a_file_renamed_in_is_ready_at_once(watched: Desk, outside: Path) -> None:
    """mv of a complete file into the inbox: it is handed out without any wait to settle, for which no time passes."""
    write(outside / "a.txt")
    (outside / "a.txt").rename(watched.root / "a.txt")
    ready = watched.await_(lambda got: paths(got) == ["a.txt"])
    assert ready.files[0].since == watched.now


def test_a_temporary_file_renamed_to_its_name_is_ready_at_once(watched: Desk) -> None:
    """rsync and editors write under a temporary name and rename: the file is read at once, the other never told."""
    write(watched.root / ".a.txt.Xy12Z0").rename(watched.root / "a.txt")
    watched.await_(lambda got: paths(got) == ["a.txt"])
    watched.pass_time(60)
    assert watched.settle() == Ready()


def test_files_archived_do_not_delay_the_next(desk: Desk, outside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """watchdog holds all events back for a while after a file went, here without end; the inbox does not."""
    monkeypatch.setattr("watchdog.observers.inotify_move_event_grouper.InotifyMoveEventGrouper.delay", 2 * PATIENCE)
    desk.open(watch="native").inbox.start()
    desk.settle()
    write(desk.root / "old.txt", age=60)
    write(outside / "new.txt")
    (desk.root / "old.txt").rename(outside / "gone")
    (outside / "new.txt").rename(desk.root / "new.txt")
    desk.await_(lambda got: paths(got) == ["new.txt"])


def test_a_file_that_is_written_waits_until_it_rests(watched: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow writer: not a byte is read before size and time stood still for two seconds."""
    hints, ends = watched.inbox._hints, threading.Semaphore(0)
    ended = hints.ended
    monkeypatch.setattr(hints, "ended", lambda name: (ended(name), ends.release()))
    path = write(watched.root / "slow.txt", "one")
    watched.await_(lambda _: watched.inbox.waiting == 1)
    assert ends.acquire(timeout=PATIENCE)
    for part in ("two", "three"):
        watched.pass_time(1.9)
        with path.open("a") as file:
            file.write(part)
        assert ends.acquire(timeout=PATIENCE)  # a step that hears of a writer, and not yet of its end, waits longer
        assert paths(watched.step()) == []
        watched.pass_time(0.2)  # past the first deadline: it changed, and waits anew
        assert paths(watched.step()) == []
    watched.pass_time(1.7)
    assert paths(watched.step()) == []
    watched.pass_time(0.4)
    ready = watched.step()
    assert [(r.file.path, r.file.size) for r in ready.files] == [("slow.txt", 11)]


def test_a_slow_writer_that_no_event_tells_of_is_waited_for(desk: Desk) -> None:
    """Between two scans of a network mount a file grows: at its deadline it is looked at again, and goes on waiting."""
    path = write(desk.root / "slow.txt", "one")
    desk.open(watch="poll", settle=0.5).step()
    for part in ("two", "three"):
        with path.open("a") as file:
            file.write(part)
        desk.pass_time(0.6)
        assert paths(desk.step()) == []
    desk.pass_time(0.6)
    assert [(r.file.path, r.file.size) for r in desk.step().files] == [("slow.txt", 11)]


def test_a_file_written_again_after_a_pause_is_read_again(watched: Desk) -> None:
    """Write, pause, write: what was taken for complete is handed out once more when it has changed."""
    path = write(watched.root / "a.txt", "half")
    assert paths(settled(watched, 1)) == ["a.txt"]
    with path.open("a") as file:
        file.write(" and the other half")
    assert paths(settled(watched, 1)) == ["a.txt"]
    path.write_text("truncated")
    assert paths(settled(watched, 1)) == ["a.txt"]
    watched.pass_time(60)
    assert watched.settle() == Ready()


def settled(desk: Desk, files: int) -> Ready:
    """Wait for the events of so many files, then let them settle; anew where another event of a file comes late."""
    desk.await_(lambda _: desk.inbox.waiting >= files)
    closed(desk)
    rested: list[Ready] = []

    def is_at_rest() -> bool:
        desk.pass_time(2.1)
        rested.append(desk.step())
        return bool(rested[-1].files)

    wait_for(is_at_rest, "files at rest")
    return rested[-1]


def closed(desk: Desk) -> None:
    """Wait until the inbox has heard that no file has a writer any more."""
    wait_for(lambda: not any(desk.inbox._hints._written.values()), "the writers' end")


def test_a_clock_that_jumps_changes_no_wait(watched: Desk) -> None:
    """The time of day is set forward by a day while a file is written: it waits its two seconds all the same."""
    write(watched.root / "a.txt")
    watched.await_(lambda _: watched.inbox.waiting == 1)
    closed(watched)
    watched.now += 86_400_000
    assert paths(watched.step()) == []
    assert watched.inbox.next_due(watched.now) == watched.now + 2000
    watched.now -= 2 * 86_400_000
    watched.tick += 2
    assert paths(watched.step()) == ["a.txt"]


def test_a_folder_moved_in_whole_is_read_at_once(watched: Desk, outside: Path) -> None:
    """mv of a folder with folders: every file below is handed out at once, exactly once, oldest first."""
    for age, name in enumerate(("x/3.txt", "2.txt", "x/y/1.txt")):
        write(outside / "batch" / name, age=100 + age)
    (outside / "batch").rename(watched.root / "batch")
    ready = watched.await_(lambda got: len(got.files) == 3)
    assert paths(ready) == ["batch/x/y/1.txt", "batch/2.txt", "batch/x/3.txt"]
    write(outside / "4.txt").rename(watched.root / "batch" / "x" / "y" / "4.txt")
    assert paths(watched.await_(lambda got: bool(got.files))) == ["batch/x/y/4.txt"]


def test_a_folder_renamed_inside_is_found_under_its_new_name(watched: Desk, outside: Path) -> None:
    """mv inbox/a inbox/b: its files are read under the new name, and later ones are seen there."""
    write(watched.root / "a" / "1.txt")
    assert paths(settled(watched, 1)) == ["a/1.txt"]
    (watched.root / "a").rename(watched.root / "b")
    watched.await_(lambda got: paths(got) == ["b/1.txt"])
    write(outside / "2.txt").rename(watched.root / "b" / "2.txt")
    watched.await_(lambda got: paths(got) == ["b/2.txt"])


def test_files_in_folders_made_on_the_way_are_found(watched: Desk) -> None:
    """mkdir -p and cp at once: the files that were there before the new folder was watched are not missed."""
    wanted = {f"d{number}/e/f/{number}.txt" for number in range(40)}
    for path in sorted(wanted):
        write(watched.root / path)
    watched.await_(lambda _: watched.inbox.waiting == len(wanted))
    closed(watched)
    watched.pass_time(2.1)
    assert set(paths(watched.step())) == wanted


def test_of_folders_inside_one_another_the_outermost_is_walked(watched: Desk, outside: Path) -> None:
    """One walk sees all below it: a walk of each of 1,500 inside one another took minutes, in which no file was handed
    out. What lies deepest is found all the same."""
    deep = "/".join(map(str, range(100)))
    write(outside / "0" / "deep.txt").rename(write(watched.root / deep / "x").parent / "deep.txt")
    watched.await_(lambda got: f"{deep}/deep.txt" in paths(got) or watched.inbox.waiting == 2)
    assert list(outermost(["a/b", "a", "a-b", "b/c/d", "a/b/c", "b/c"])) == ["a-b", "a", "b/c"]
    assert list(outermost([])) == []


def test_names_that_are_no_text_are_found_as_they_are(watched: Desk, outside: Path) -> None:
    """A name in Latin-1, one with a newline, one with a bidi override: read, and the path leads to the file."""
    names = [b"d\xe9p\xeache.txt", b"two\nlines.txt", "\u202efdp.txt".encode(), b" .txt"]
    for number, name in enumerate(names):
        source = write(outside / f"{number}.txt", age=100 - number)
        source.rename(watched.root / os.fsdecode(name))
    ready = watched.await_(lambda got: len(got.files) == len(names))
    assert {os.fsencode(path) for path in paths(ready)} == set(names)
    assert all((watched.root / path).is_file() for path in paths(ready))


def test_a_file_that_vanishes_is_no_matter(watched: Desk, outside: Path) -> None:
    """Written and deleted before it rested, or renamed in and out again: nothing is handed out and nothing raises."""
    path = write(watched.root / "a.txt")
    watched.await_(lambda _: watched.inbox.waiting == 1)
    path.unlink()
    write(outside / "b.txt").rename(watched.root / "b.txt")
    (watched.root / "b.txt").unlink()

    def is_gone(_: Ready) -> bool:
        watched.pass_time(3)  # until the kernel has told that the writer closed it, it goes on waiting
        return watched.inbox.waiting == 0

    watched.await_(is_gone)
    assert watched.rows == {}


def test_a_file_that_changes_while_it_is_read_is_read_again_afterwards(watched: Desk, outside: Path) -> None:
    """Replaced while a worker has it: the new state is handed out after the old one is done, not beside it."""
    write(outside / "a.txt", "old").rename(watched.root / "a.txt")
    while not (first := watched.inbox.step(watched.now)).files:
        watched.wake.wait(PATIENCE)
    write(outside / "a.txt", "newer").rename(watched.root / "a.txt")
    while watched.inbox.waiting < 2:
        assert watched.wake.wait(PATIENCE)
        assert watched.inbox.step(watched.now) == Ready()
    watched.pass_time(60)
    assert watched.inbox.step(watched.now) == Ready()
    assert watched.inbox.next_due(watched.now) > watched.now  # no busy loop in the meantime
    watched.enter(first)
    watched.pass_time(60)
    assert [rested.file.size for rested in watched.settle().files] == [5]


# ── bursts and losses ────────────────────────────────────────────────────────────────────────────


def test_a_burst_beyond_the_queue_of_hints_is_found_by_a_scan(watched: Desk, outside: Path) -> None:
    """5,000 files at once, 4,096 hints: all are handed out, each exactly once, 500 a step."""
    for number in range(5_000):
        write(outside / f"{number}.txt", str(number))
        (outside / f"{number}.txt").rename(watched.root / f"{number}.txt")
    got: list[str] = []
    end = time.monotonic() + PATIENCE
    while len(got) < 5_000:
        assert time.monotonic() < end
        ready = watched.step()
        assert len(ready.files) <= 500
        got += paths(ready)
        if watched.inbox.waiting:
            watched.pass_time(0.5)
        elif not ready.files:
            watched.wake.wait(0.05)
    assert watched.tick < 1030  # before the rescan of every half minute
    assert len(set(got)) == len(got) == 5_000
    watched.pass_time(60)
    assert watched.settle() == Ready()
    assert max(watched.asked) <= 500


def test_a_full_queue_of_hints_asks_for_a_scan() -> None:
    """Hints have a bound: what finds no room is remembered as one wish for a scan; one path is one hint."""
    woken = threading.Event()
    hints = Hints(2, woken.set)
    hints.put(Hint("a", whole=False, folder=False))
    hints.put(Hint("a", whole=True, folder=False))
    hints.put(Hint("a", whole=False, folder=False))
    hints.put(Hint("b", whole=False, folder=False))
    assert hints.take() == ([Hint("a", True, False), Hint("b", False, False)], False)
    for name in "abc":
        hints.put(Hint(name, whole=True, folder=False))
    taken, lost = hints.take()
    assert [hint.path for hint in taken] == ["a", "b"]
    assert lost
    assert woken.is_set()
    assert not hints


def test_events_lost_by_the_kernel_become_a_scan(watched: Desk) -> None:
    """inotify's own queue overflows (watchdog only logs it): a scan is wanted at once, not in half a minute."""
    watch = watched.inbox._root._watch
    assert watch is not None
    assert watched.inbox.idle
    watch._inotify.handle_event(InotifyEvent(-1, InotifyConstants.IN_Q_OVERFLOW, 0, b""))  # type: ignore[arg-type]
    assert watched.wake.is_set()
    assert not watched.inbox.idle
    assert watched.inbox.next_due(watched.now) == watched.now


def test_a_backlog_beyond_the_waiting_room_stays_in_the_folder(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """More files than may wait at once: memory stays level, and all come, exactly once."""
    monkeypatch.setattr("watcher.inbox.settle._ROOM", 1_000)
    for number in range(2_500):
        write(desk.root / f"{number % 7}" / f"{number}.txt", age=3600)
    desk.open()
    got: list[str] = []
    worst = 0
    while not desk.inbox.idle or not got:
        got += paths(desk.step())
        worst = max(worst, desk.inbox.waiting)
    assert len(set(got)) == len(got) == 2_500
    assert worst < 1_500


def test_trouble_with_the_ledger_loses_nothing(watched: Desk, outside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store is locked just when a file came: the step raises, and the file comes with a later step."""
    write(outside / "a.txt").rename(watched.root / "a.txt")
    monkeypatch.setattr(watched.inbox, "_known", lambda _paths: (_ for _ in ()).throw(Trouble("locked")))
    with pytest.raises(Trouble, match="locked"):
        watched.await_(lambda got: bool(got.files))
    monkeypatch.setattr(watched.inbox, "_known", watched.known)
    assert paths(watched.settle()) == ["a.txt"]


def test_a_file_given_back_is_found_again(desk: Desk) -> None:
    """Handed out, and done without a row in the ledger (the commit failed): the next scan hands it out again."""
    write(desk.root / "a.txt", age=60)
    desk.open()
    first = desk.inbox.step(desk.now)
    assert paths(first) == ["a.txt"]
    desk.pass_time(31)
    assert desk.inbox.step(desk.now) == Ready()
    desk.inbox.done(["a.txt"])
    desk.pass_time(31)
    assert paths(desk.settle()) == ["a.txt"]


# ── what lay there, and scans ────────────────────────────────────────────────────────────────────


def test_what_lay_there_at_start_is_ready_at_once_if_it_is_old(desk: Desk) -> None:
    """At start files written long ago are handed out in the first step, since they were written; fresh ones wait."""
    old, fresh = write(desk.root / "old.txt", age=3600), write(desk.root / "new.txt")
    future = write(desk.root / "future.txt", age=-3600)
    desk.now = fresh.stat().st_mtime_ns // 1_000_000 + 100
    ready = desk.open().step()
    assert [(r.file.path, r.since) for r in ready.files] == [("old.txt", old.stat().st_mtime_ns // 1_000_000)]
    assert not desk.inbox.idle
    assert paths(desk.settle()) == ["new.txt", "future.txt"]
    assert future.exists()


def test_a_file_in_the_ledger_is_not_read_again(desk: Desk) -> None:
    """Restarted on the same folder: known files are left alone, a changed one is read."""
    for name in ("a.txt", "b.txt", "c/d.txt"):
        write(desk.root / name, age=3600)
    assert len(desk.open().settle().files) == 3
    write(desk.root / "b.txt", "changed", age=1800)
    assert paths(desk.open().settle()) == ["b.txt"]


def test_the_rescan_finds_what_no_event_told(desk: Desk) -> None:
    """Without any event a file is found half a minute later, and waits to settle even if its time is old."""
    desk.open()
    desk.settle()
    write(desk.root / "a.txt", age=3600)
    assert desk.inbox.next_due(desk.now) == desk.now + 1000  # nobody watches: it polls
    desk.pass_time(1)
    assert paths(desk.step()) == []
    assert desk.inbox.waiting == 1
    assert paths(desk.settle()) == ["a.txt"]


def test_native_watching_rescans_every_half_minute(watched: Desk) -> None:
    """The safety net beside events is a scan every 30 s."""
    assert watched.inbox.watching == "native"
    assert watched.inbox.next_due(watched.now) == watched.now + 30_000


@pytest.mark.parametrize("mode", ["native", "poll"])
def test_the_time_between_two_scans_can_be_set(desk: Desk, mode: str) -> None:
    """WATCHER_RESCAN: longer or shorter than half a minute beside events; where there are none it can only shorten
    the second that polling waits."""
    for rescan, polled in ((90.0, 1.0), (0.5, 0.5)):
        desk.open(watch=mode, rescan=rescan).inbox.start()
        desk.settle()
        due = rescan if mode == "native" else polled
        assert desk.inbox.next_due(desk.now) == desk.now + int(due * 1000)
        desk.inbox.stop()


def test_a_backlog_comes_oldest_or_newest_first(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where more files lie there than may wait at once: whatever the order in which the folder lists them."""
    monkeypatch.setattr("watcher.inbox.settle._ROOM", 200)
    for number in range(1_000):
        write(desk.root / f"{number * 7919 % 1000:04}.txt", age=3600 + number)
    for newest_first in (False, True):
        desk.rows.clear()
        desk.open(newest_first=newest_first)
        while desk.inbox.step(desk.now, most=0) != Ready() or not desk.inbox._scans.through:
            pass
        got: list[int] = []
        while not desk.inbox.idle:
            got += [-rested.file.mtime_ns if newest_first else rested.file.mtime_ns for rested in desk.step(50).files]
        assert len(got) == 1_000
        assert got == sorted(got)
        desk.inbox.stop()


def test_a_lane_that_is_full_leaves_the_other_open(desk: Desk) -> None:
    """Big files and archives have a waiting room of their own: however many there are, a text is handed out."""
    for number in range(20):
        write(desk.root / f"{number}.pdf", age=3600)
        write(desk.root / f"{number}.txt", age=60)
    (desk.root / "big.txt").write_bytes(b"x" * 1_000_001)
    os.utime(desk.root / "big.txt", (0, 0))
    desk.open()
    ready = desk.inbox.step(desk.now, {Lane.QUICK: 5, Lane.SLOW: 0})
    assert [lane_of(path, 0) for path in paths(ready)] == [Lane.QUICK] * 5
    assert desk.inbox.next_due(desk.now, [Lane.SLOW]) == desk.inbox.next_due(desk.now, [Lane.QUICK]) == desk.now
    desk.enter(ready)
    ready = desk.inbox.step(desk.now, {Lane.QUICK: 50, Lane.SLOW: 3})
    assert len([path for path in paths(ready) if path.endswith(".txt") and path != "big.txt"]) == 15
    assert paths(ready)[-3:] == ["big.txt", "0.pdf", "1.pdf"]
    assert desk.inbox.next_due(desk.now, [Lane.QUICK]) > desk.now


def test_the_survey_counts_what_waits_and_what_is_stuck(desk: Desk) -> None:
    """`status` looks at the folder itself: files that are not handled, that cannot be read, that should have left."""
    names = ("new.txt", "unread.txt", "shut/", "done.txt", "bad.txt", "canceled.txt", "embargo.txt", "note.tmp")
    end = Article("", "x", embargo=datetime.fromtimestamp(desk.now // 1000 + 100, UTC)).barred(desk.now)
    became = {
        "unread.txt": (FileOutcome.PASSED_OVER, "unreadable: Permission denied", ""),
        "done.txt": (FileOutcome.DONE, "", "d1"),
        "bad.txt": (FileOutcome.QUARANTINED, "bad", ""),
        "canceled.txt": (FileOutcome.PASSED_OVER, "canceled by its provider", "d2"),
        "embargo.txt": (FileOutcome.PASSED_OVER, end, "d3"),
        "note.tmp": (FileOutcome.PASSED_OVER, "temporary name", ""),
    }
    for name in names:
        path = desk.root / name
        path.mkdir() if name.endswith("/") else write(path)
        if name in became:
            status = path.stat()
            desk.rows[name] = Row(status.st_size, status.st_mtime_ns, *became[name])
    desk.open()
    # unread.txt can be read by now, and so waits
    assert survey(desk.root, Ways(), desk.known) == Survey(waiting=2, unreadable=0, unmoved=1)
    assert survey(desk.root, Ways(tidy=True), desk.known) == Survey(waiting=2, unreadable=0, unmoved=3)


def test_polling_finds_everything(desk: Desk, outside: Path) -> None:
    """On a network mount there are no events: files written, renamed in and in new folders are found all the same."""
    desk.open(watch="poll").inbox.start()
    desk.settle()
    write(desk.root / "a.txt")
    write(outside / "b.txt").rename(desk.root / "b.txt")
    write(desk.root / "c" / "d" / "e.txt")
    desk.pass_time(1)
    assert set(paths(desk.settle())) == {"a.txt", "b.txt", "c/d/e.txt"}
    assert desk.inbox.watching == "poll (as set)"


def test_at_the_limits_of_inotify_auto_polls_and_native_says_so(tmp_path: Path) -> None:
    """No more inotify: `auto` polls and says why, `native` is in trouble. No more watches for folders below: it
    scans as often as when polling, beside the events that still come."""
    script = """
        limit = lambda name, value: Path(f"/proc/sys/user/max_inotify_{name}").write_text(str(value))
        write(root / "a.txt")
        limit("instances", 0)
        desk = Desk(root).open(watch="auto")
        desk.inbox.start()
        assert desk.inbox.watching == "poll (inotify limit reached)"
        assert paths(desk.settle()) == ["a.txt"]
        try:
            Desk(root).open(watch="native").inbox.start()
        except Trouble as trouble:
            assert "inotify limit reached" in str(trouble)
        else:
            raise AssertionError("no trouble")
        limit("instances", 10)
        limit("watches", 2)
        for number in range(5):
            (root / str(number)).mkdir()
        desk = Desk(root).open(watch="native")
        desk.inbox.start()
        desk.settle()
        assert desk.inbox.next_due(desk.now) == desk.now + 1000
        desk.inbox.stop()
    """
    in_a_namespace(NAMESPACE, script, tmp_path)


def test_a_dead_watch_is_made_anew(watched: Desk, outside: Path) -> None:
    """A thread of watchdog died: the next step watches again and scans, and events come as before."""
    watch = watched.inbox._root._watch
    assert watch is not None
    watch.stop()
    write(watched.root / "missed.txt")
    assert paths(watched.settle()) == ["missed.txt"]
    write(outside / "a.txt").rename(watched.root / "a.txt")
    watched.await_(lambda got: paths(got) == ["a.txt"])


def test_a_rescan_of_many_known_files_is_quick_and_keeps_nothing(desk: Desk) -> None:
    """10,000 handled files: a scan asks the ledger for 500 at a time, takes under a second, and no file waits."""
    for number in range(10_000):
        path = desk.root / f"{number:05}.txt"
        path.touch()
        desk.rows[path.name] = Row(0, path.stat().st_mtime_ns)
    desk.open()
    began = time.process_time()
    while not desk.inbox.idle:
        assert desk.step() == Ready()
        assert desk.inbox.waiting == 0
    assert time.process_time() - began < 1
    assert max(desk.asked) == 500


def test_what_should_have_left_is_told_at_start_and_once_a_minute(desk: Desk) -> None:
    """Entered in the ledger and not moved, as the power went or the place did not let it: told, so that the move is
    made good."""
    done, bad = write(desk.root / "done.txt", age=60), write(desk.root / "bad.txt", age=60)
    write(desk.root / "notes.tmp", age=60)
    for path, outcome in ((done, FileOutcome.DONE), (bad, FileOutcome.QUARANTINED)):
        status = path.stat()
        desk.rows[path.name] = Row(status.st_size, status.st_mtime_ns, outcome, "why")
    desk.open(tidy=True).settle()
    ready = desk.open(tidy=True).settle()
    assert {(left.file.path, left.outcome, left.reason) for left in ready.leftovers} == {
        ("done.txt", FileOutcome.DONE, "why"),
        ("bad.txt", FileOutcome.QUARANTINED, "why"),
    }
    desk.pass_time(30)
    assert desk.settle().leftovers == ()
    desk.pass_time(31)
    assert len(desk.settle().leftovers) == 2
    assert [left.file.path for left in desk.open(tidy=False).settle().leftovers] == ["bad.txt"]


# ── what is passed over ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "name",
    [".a.txt", ".a.txt.Xy12Z0", ".syncthing.a.txt.tmp", "~syncthing~a.txt.tmp", "a.txt~", "#a.txt#", ".#a.txt"]
    + ["a.tmp", "a.PART", "a.html.partial", "a.crdownload", ".a.txt.swp", "a.txt.filepart", "~$a.docx", ".in.a.txt."],
)
def test_temporary_and_hidden_names_are_passed_over(name: str) -> None:
    """Names that rsync, Syncthing, FTP servers, browsers and editors use while writing are not read."""
    assert why_not(name)


@pytest.mark.parametrize("name", ["a.txt", "tmp", "part.txt", "a~b.txt", "#1.txt", "c#", "2024.partie", "a.template"])
def test_ordinary_names_are_read(name: str) -> None:
    """A name that only resembles a temporary one is read."""
    assert why_not(name) == ""


def test_each_file_passed_over_has_a_reason_and_is_told_once(desk: Desk, outside: Path) -> None:
    """Hidden, temporary, linked out, broken, special: told once with the reason; a link inside is read."""
    inbox = desk.root
    secret = write(outside / "secret.txt")
    article = write(inbox / "a.txt")
    write(inbox / ".hidden")
    write(inbox / "b.part")
    write(inbox / ".git" / "config")
    (inbox / "out.txt").symlink_to(secret)
    (inbox / "inside.txt").symlink_to(article)
    (inbox / "broken.txt").symlink_to(inbox / "nothing")
    (inbox / "loop.txt").symlink_to(inbox / "loop.txt")
    (inbox / "sub").mkdir()
    (inbox / "folder").symlink_to(inbox / "sub", target_is_directory=True)
    (inbox / "elsewhere").symlink_to(outside, target_is_directory=True)
    os.mkfifo(inbox / "pipe")
    sock = socket.socket(socket.AF_UNIX)
    sock.bind(str(inbox / "s"))
    sock.close()
    ready = desk.open().settle()
    assert set(paths(ready)) == {"a.txt", "inside.txt"}
    assert reasons(ready) == {
        ".hidden": "hidden name",
        "b.part": "temporary name",
        ".git/": "hidden name",
        "out.txt": "symbolic link out of the inbox",
        "broken.txt": "broken symbolic link",
        "loop.txt": "broken symbolic link",
        "folder": "symbolic link to something that is not a regular file",
        "elsewhere": "symbolic link out of the inbox",
        "pipe": "not a regular file",
        "s": "not a regular file",
    }
    desk.pass_time(60)
    assert desk.settle() == Ready()
    assert desk.open().settle() == Ready()


def test_a_mail_is_read_when_it_has_left_the_tmp_of_its_maildir(desk: Desk, outside: Path) -> None:
    """What is being written into the `tmp` beside `cur` and `new` is not read, neither in the inbox itself nor below;
    moved to `new`, a mail is read at once. Any other folder `tmp` is read."""
    for folder in ("cur", "new", "tmp", "box/cur", "box/new", "box/tmp/deep", "other/tmp"):
        (desk.root / folder).mkdir(parents=True)
    desk.open(watch="native").inbox.start()
    assert reasons(desk.settle()) == {"tmp/": "tmp of a Maildir", "box/tmp/": "tmp of a Maildir"}
    for name in ("tmp/1", "box/tmp/2", "box/tmp/deep/3", "box/new/4", "other/tmp/5"):
        write(outside / "mail").rename(desk.root / name)
    desk.await_(lambda got: sorted(paths(got)) == ["box/new/4", "other/tmp/5"])
    (desk.root / "box/tmp/2").rename(desk.root / "box/new/2")
    desk.await_(lambda got: paths(got) == ["box/new/2"])
    desk.pass_time(31)
    assert desk.settle() == Ready()


def test_a_temporary_file_is_passed_over_only_when_it_stays(watched: Desk) -> None:
    """A download under way is not told; one that was given up is, after it rested; finished, it is read at once."""
    path = write(watched.root / "a.txt.part", "half")
    watched.await_(lambda _: watched.inbox.waiting == 1)
    closed(watched)
    watched.pass_time(2.1)
    assert reasons(watched.step()) == {"a.txt.part": "temporary name"}
    path.rename(watched.root / "a.txt")
    watched.await_(lambda got: paths(got) == ["a.txt"])


def test_a_folder_swapped_for_a_link_does_not_lead_out(desk: Desk, outside: Path) -> None:
    """While a file waits, its folder becomes a link to /elsewhere with a file of that name: it is not handed out."""
    write(desk.root / "d" / "a.txt")
    write(outside / "a.txt")
    shutil.copystat(desk.root / "d" / "a.txt", outside / "a.txt")
    desk.open().step()
    assert desk.inbox.waiting == 1
    shutil.rmtree(desk.root / "d")
    (desk.root / "d").symlink_to(outside, target_is_directory=True)
    desk.pass_time(3)
    assert paths(desk.step()) == []


def test_an_unreadable_file_is_told_once_and_read_when_it_can_be() -> None:
    """A file without read permission is passed over with the reason, not asked again, and read after chmod."""
    if os.geteuid() == 0 and " 4294967295" not in Path("/proc/self/uid_map").read_text():
        pytest.skip("root without other users reads everything")
    script = """
        import os, sys, time
        from pathlib import Path
        sys.path.insert(0, ".")
        from tests.test_inbox import Desk, Ready, paths, reasons, write
        root = Path(sys.argv[1])
        if os.geteuid() == 0:  # root reads everything
            os.setgroups([]), os.setgid(65534), os.setuid(65534)
        path = write(root / "a.txt", age=60)
        write(root / "shut" / "b.txt", age=60)
        path.chmod(0)
        (root / "shut").chmod(0)
        desk = Desk(root).open()
        ready = desk.settle()
        assert not ready.files
        assert reasons(ready) == {
            "a.txt": "unreadable: Permission denied", "shut/": "folder cannot be read: Permission denied"
        }, ready
        desk.pass_time(60)
        assert desk.settle() == Ready()
        path.chmod(0o600)
        (root / "shut").chmod(0o700)
        desk.pass_time(60)
        assert set(paths(desk.settle())) == {"a.txt", "shut/b.txt"}
    """
    with tempfile.TemporaryDirectory() as folder:
        if os.geteuid() == 0:
            os.chown(folder, 65534, 65534)
        command = [sys.executable, "-c", textwrap.dedent(script), folder]
        ran = subprocess.run(command, cwd=Path(__file__).parent.parent, capture_output=True)
        assert ran.returncode == 0, ran.stderr.decode()


def test_a_file_that_waits_for_an_embargo_is_handed_out_again_when_it_ends(desk: Desk) -> None:
    """Not before, however often the folder is looked through; and what is passed over for good stays so."""
    write(desk.root / "a.xml", age=60)
    write(desk.root / "b.xml", age=60)
    desk.open()
    assert paths(desk.settle()) == ["a.xml", "b.xml"]
    article = Article("Speech", "", embargo=datetime.fromtimestamp(desk.now // 1000 + 100, UTC))
    for name, why in (("a.xml", article.barred(desk.now)), ("b.xml", "canceled by its provider")):
        desk.rows[name] = replace(desk.rows[name], outcome=FileOutcome.PASSED_OVER, reason=why)
    desk.pass_time(60)
    assert desk.settle() == Ready()
    desk.pass_time(60)
    assert paths(desk.settle()) == ["a.xml"]
    desk.pass_time(60)
    assert desk.settle() == Ready()


# ── the root ─────────────────────────────────────────────────────────────────────────────────────


def test_an_inbox_that_is_not_there_is_trouble_until_it_is(watched: Desk, outside: Path) -> None:
    """The folder is removed and made again: every step says so meanwhile, then files and events come as before."""
    write(watched.root / "waiting.txt")
    watched.await_(lambda _: watched.inbox.waiting == 1)
    shutil.rmtree(watched.root)
    for _ in range(2):
        with pytest.raises(Trouble, match="is not there"):
            watched.step()
    assert not watched.inbox.idle
    watched.root.mkdir()
    write(watched.root / "back.txt", age=60)
    assert paths(watched.step()) == ["back.txt"]
    write(outside / "a.txt").rename(watched.root / "a.txt")
    watched.await_(lambda got: paths(got) == ["a.txt"])


def test_the_removal_of_the_inbox_wakes_it(watched: Desk) -> None:
    """Nobody waits half a minute to hear that the inbox is gone."""
    watched.wake.clear()
    watched.root.rmdir()
    assert watched.wake.wait(PATIENCE)
    with pytest.raises(Trouble):
        watched.step()


def test_another_folder_put_in_its_place_is_watched(watched: Desk, outside: Path) -> None:
    """The inbox is swapped for another by rename (or a symbolic link by a new one): that one is read and watched."""
    watched.root.rename(outside / "was")
    write(watched.root / "new.txt", age=60)
    assert paths(watched.step()) == ["new.txt"]
    write(outside / "a.txt").rename(watched.root / "a.txt")
    watched.await_(lambda got: paths(got) == ["a.txt"])


def test_an_inbox_behind_a_link_is_watched(desk: Desk, outside: Path) -> None:
    """WATCHER_INBOX may be a symbolic link to the folder proper."""
    link = outside / "link"
    link.symlink_to(desk.root, target_is_directory=True)
    linked = Desk(link).open()
    linked.inbox.start()
    linked.settle()
    write(outside / "a.txt").rename(desk.root / "a.txt")
    linked.await_(lambda got: paths(got) == ["a.txt"])
    linked.inbox.stop()
    desk.open()


def test_an_unmounted_inbox_is_trouble(tmp_path: Path) -> None:
    """Unmounted, the empty mount point looks like an inbox without work: it is trouble, until it is mounted again."""
    script = """
        mount = ["mount", "-t", "tmpfs", "watcher-test", str(root)]
        subprocess.run(mount, check=True)
        desk = Desk(root).open()
        desk.inbox.start()
        desk.settle()
        subprocess.run(["umount", str(root)], check=True)
        try:
            desk.step()
        except Trouble as trouble:
            assert "is not mounted" in str(trouble)
        else:
            raise AssertionError("no trouble")
        subprocess.run(mount, check=True)
        write(root / "a.txt", age=60)
        assert paths(desk.step()) == ["a.txt"]
        desk.inbox.stop()
        subprocess.run(["umount", str(root)], check=True)
    """
    in_a_namespace(NAMESPACE, script, tmp_path)


MOUNTS = """\
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
40 27 0:40 / /mnt/nas rw,relatime shared:1 - nfs4 server:/export rw
41 27 0:41 / /mnt/with\\040space rw - cifs //server/share rw
42 27 0:42 / /mnt/nas/inner rw - tmpfs tmpfs rw
43 42 0:43 / /mnt/nas/inner rw - fuse.sshfs me@there: rw
"""


@pytest.mark.parametrize(
    ("folder", "kind", "remote"),
    [
        ("/srv/inbox", "ext4", False),
        ("/mnt/nas", "nfs4", True),
        ("/mnt/nasty", "ext4", False),
        ("/mnt/with space/in", "cifs", True),
        ("/mnt/nas/inner/x", "fuse.sshfs", True),
    ],
)
def test_network_mounts_are_told_from_local_ones(folder: str, kind: str, remote: bool) -> None:
    """`auto` polls where another machine may write: by the innermost mount, the last of those on one point."""
    assert filesystem(folder, MOUNTS) == kind
    assert is_remote(kind) is remote


def test_the_system_lists_its_own_mounts() -> None:
    """The list of this system is understood."""
    assert filesystem_of(Path("/proc/self")) == "proc"


# ── moves ────────────────────────────────────────────────────────────────────────────────────────


def facts(root: Path, path: str) -> FileFacts:
    status = (root / path).stat()
    return FileFacts(path, status.st_size, status.st_mtime_ns)


SHM = Path("/dev/shm")
REASON = "bad\nfile: x/a.txt\nsize: 11 bytes\nid: "


def second_file_system(first: Path) -> bool:
    return os.access(SHM, os.W_OK) and SHM.stat().st_dev != first.stat().st_dev


def test_the_archive_keeps_folders_and_never_overwrites(tmp_path: Path) -> None:
    """The same path archived three times gives a.txt, a-1.txt and a-2.txt in the same folders; a file in the way of
    a folder is left alone."""
    root, to = tmp_path / "inbox", tmp_path / "archive"
    for number in range(3):
        write(root / "afp" / "fr" / "a.txt", f"text {number}")
        moved = archive(root, facts(root, "afp/fr/a.txt"), to)
        assert moved == Moved(to / "afp" / "fr" / ("a.txt" if number == 0 else f"a-{number}.txt"))
    assert [path.read_text() for path in sorted((to / "afp" / "fr").iterdir())] == ["text 1", "text 2", "text 0"]
    write(to / "ap", "a file")
    write(root / "ap" / "b.txt")
    assert archive(root, facts(root, "ap/b.txt"), to) == Moved(to / "ap-1" / "b.txt")
    assert (to / "ap").read_text() == "a file"
    assert not [path for path in root.rglob("*") if path.is_file()]


def test_a_file_goes_to_another_file_system_whole(tmp_path: Path) -> None:
    """Archive on another disk: copied with its time, then removed."""
    if not second_file_system(tmp_path):
        pytest.skip("no second file system here")
    write(tmp_path / "a.txt", "x" * 100_000, age=60)
    file = facts(tmp_path, "a.txt")
    with tempfile.TemporaryDirectory(dir=SHM) as folder:
        moved = archive(tmp_path, file, Path(folder))
        assert moved == Moved(Path(folder) / "a.txt")
        assert facts(Path(folder), "a.txt") == file
        assert (Path(folder) / "a.txt").read_text() == "x" * 100_000
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("move", ["archive", "quarantine", "delete"])
def test_a_file_that_changed_is_not_moved(tmp_path: Path, move: str) -> None:
    """Rewritten since it was read: it stays, to be read again. Gone: it has left the inbox, unless that has gone whole.
    Nothing is left at the target."""
    root, to = tmp_path / "inbox", tmp_path / "to"
    path = write(root / "a.txt")
    file = facts(root, "a.txt")
    moves = {
        "archive": lambda: archive(root, file, to),
        "quarantine": lambda: quarantine(root, file, "bad", to),
        "delete": lambda: delete(root, file),
    }
    path.write_text("another article")
    assert moves[move]() == Changed()
    assert path.read_text() == "another article"
    path.unlink()
    assert moves[move]() == Moved(None)
    assert not list(to.rglob("*"))
    root.rename(tmp_path / "unmounted")
    assert moves[move]() == Kept("No such file or directory")


@pytest.mark.parametrize("move", ["archive", "quarantine", "delete"])
@pytest.mark.parametrize("late", [False, True], ids=["before the look", "after the look"])
def test_a_file_renamed_over_one_that_leaves_is_not_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, move: str, late: bool
) -> None:
    """A sender's new version that comes in the very moment in which the old one is moved or deleted stays, unread as it
    is, and nothing else stays beside it."""
    root, to = tmp_path / "inbox", tmp_path / "to"
    write(root / "a.txt", "the article")
    new = write(tmp_path / "new", "another article")
    file = facts(root, "a.txt")

    def look_while_it_comes(status: os.stat_result, file: FileFacts) -> None:
        if not late and new.exists():  # as if the old name had been looked at and removed in two steps
            new.replace(root / "a.txt")
        check(status, file)
        if new.exists():
            new.replace(root / "a.txt")

    monkeypatch.setattr("watcher.inbox.leaving.check", look_while_it_comes)
    moves = {
        "archive": lambda: archive(root, file, to),
        "quarantine": lambda: quarantine(root, file, "bad", to),
        "delete": lambda: delete(root, file),
    }
    assert moves[move]() == Moved(None if move == "delete" else to / "a.txt")
    assert [(path.name, path.read_text()) for path in root.iterdir()] == [("a.txt", "another article")]
    assert move == "delete" or (to / "a.txt").read_text() == "the article"


@pytest.mark.parametrize("links", [True, False], ids=["hard links", "without hard links"])
def test_what_was_leaving_at_a_kill_has_its_name_back_after_the_start(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    """The first look finds it under its hidden name; one that its sender has written over since is the old one."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    if not links:
        monkeypatch.setattr(os, "link", refuse)
    write(desk.root / "x" / leaving("a.txt"), "the article", age=60)
    write(desk.root / leaving("b.txt"), "an old article", age=60)
    write(desk.root / "b.txt", "a new article", age=60)
    ready = desk.open().settle()
    assert sorted(rested.file.path for rested in ready.files) == ["b.txt", "x/a.txt"]
    assert not ready.passed_over
    assert (desk.root / "b.txt").read_text() == "a new article"
    assert (desk.root / "x" / "a.txt").read_text() == "the article"
    assert not list(desk.root.rglob(".leaving*"))


def test_a_name_that_only_looks_as_if_it_were_leaving_is_a_hidden_one(desk: Desk) -> None:
    """It is its sender's, or what is left of it is no name, or one that is never read: the file stays as it is, and the
    others are read. A sender's own `.leaving-a.txt` was renamed, or removed where there was an `a.txt`."""
    names = [leaving(name) for name in ("", ".", "..", ".a.txt", ".leaving-a.txt", leaving("a.txt"), "a.tmp")]
    names += [".leaving-", ".leaving-.", ".leaving-a.txt", ".leaving-b-c.txt", f"{leaving('a.txt')}.old"]
    for name in names:
        write(desk.root / name, "the article", age=60)
    write(desk.root / "a.txt", age=60)
    ready = desk.open().settle()
    assert [rested.file.path for rested in ready.files] == ["a.txt"]
    assert {path.name for path in desk.root.iterdir()} == {"a.txt", *names}


def test_a_file_is_deleted(tmp_path: Path) -> None:
    """`after: delete` removes the very file that was read."""
    write(tmp_path / "a.txt")
    assert delete(tmp_path, facts(tmp_path, "a.txt")) == Moved(None)
    assert list(tmp_path.iterdir()) == []


def test_a_quarantined_file_has_its_reason_beside_it(tmp_path: Path) -> None:
    """The reason is one clean line whatever the file quoted into it; a second file of the name gets its own."""
    root, to = tmp_path / "inbox", tmp_path / "quarantine"
    hostile = "d\udce9p\nêche\u202e.txt"
    for number in range(2):
        write(root / "x" / hostile, "bytes")
        file = facts(root, f"x/{hostile}")
        moved = quarantine(root, file, "no text\x1b[31m\nin it\u202e" + "!" * 900, to)
        assert isinstance(moved, Moved)
        assert moved.path is not None
        assert moved.path.name == hostile.replace(".txt", f"{'-1' * number}.txt")
        assert moved.path.read_text() == "bytes"
        lines = moved.path.with_name(moved.path.name + ".reason.txt").read_text("utf-8").splitlines()
        assert lines[0].startswith("no text [31m in it !!!!")
        assert len(lines[0]) == 500
        assert lines[1:] == ["file: x/d p êche .txt", "size: 5 bytes", f"id: {file.id}"]


def test_a_name_of_full_length_finds_its_place(tmp_path: Path) -> None:
    """A name of 255 bytes is shortened, so that its number and its reason find room beside it."""
    root, to = tmp_path / "inbox", tmp_path / "quarantine"
    name = "é" * 125 + "x.txt"
    for _ in range(2):
        write(root / name)
        moved = quarantine(root, facts(root, name), "bad", to)
        assert isinstance(moved, Moved)
    assert len(list(to.iterdir())) == 4


# Moves as often as it is asked on a line, each time in a process of its own, which costs the modules once, and says how
# that ended: as by a kill just before the nth call of those that change something in the folders.
KILLED = """
    import json, os, sys
    from pathlib import Path
    from watcher.inbox import archive, quarantine
    from watcher.model import FileFacts

    def audit(event, args):
        global left
        writes = event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if event in ("os.link", "os.rename", "os.remove", "os.utime", "os.mkdir") or writes:
            left -= 1
            if left < 0:
                os._exit(9)

    for line in sys.stdin:
        if not (child := os.fork()):
            root, to, path, move, left = json.loads(line)
            status = os.stat(f"{root}/{path}")
            file = FileFacts(path, status.st_size, status.st_mtime_ns)
            sys.addaudithook(audit)
            archive(Path(root), file, Path(to)) if move == "archive" else quarantine(Path(root), file, "bad", Path(to))
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.mark.parametrize("elsewhere", [False, True], ids=["here", "another file system"])
@pytest.mark.parametrize("move", ["archive", "quarantine"])
def test_a_kill_at_any_moment_leaves_one_whole_file(tmp_path: Path, move: str, elsewhere: bool) -> None:
    """Wherever the kill came, the next try leaves the article whole under its own name, and nothing else."""
    if elsewhere and not second_file_system(tmp_path):
        pytest.skip("no second file system here")
    command = [sys.executable, "-c", textwrap.dedent(KILLED)]
    with (
        tempfile.TemporaryDirectory(dir=SHM if elsewhere else tmp_path) as folder,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as mover,
    ):
        assert mover.stdin is not None and mover.stdout is not None
        for calls in range(40):
            root, to = tmp_path / f"inbox{calls}", Path(folder, f"to{calls}")
            write(root / "x" / "a.txt", "the article")
            file = facts(root, "x/a.txt")
            mover.stdin.write(json.dumps([str(root), str(to), "x/a.txt", move, calls]) + "\n")
            ended = int(mover.stdout.readline())
            assert [p for p in to.rglob("a*.txt") if p.read_text() not in ("the article", f"{REASON}{file.id}\n")] == []
            for left in (root / "x").glob(".leaving-*"):
                put_back(left)  # as the scan at the start does
            again = archive(root, file, to) if move == "archive" else quarantine(root, file, "bad", to)
            assert again in (Moved(to / "x" / "a.txt"), Moved(None))
            names = {"a.txt"} if move == "archive" else {"a.txt", "a.txt.reason.txt"}
            assert {path.name for path in (to / "x").iterdir()} == names, calls
            assert (to / "x" / "a.txt").read_text() == "the article"
            assert not list((root / "x").iterdir())
            if ended == 0:
                assert calls > 2
                return
            assert ended == 9
    raise AssertionError("the move never came to its end")


def test_what_a_kill_left_is_not_written_over(tmp_path: Path) -> None:
    """The draft of a killed try may be a second name of the archived file: a new article of that name harms it not."""
    if not second_file_system(tmp_path):
        pytest.skip("no second file system here")
    with tempfile.TemporaryDirectory(dir=SHM) as folder:
        to, path = Path(folder), write(tmp_path / "a.txt", "the article")
        status = path.stat()
        write(to / "a.txt", "the article")
        (to / f".{status.st_dev:x}-{status.st_ino:x}.part").hardlink_to(to / "a.txt")
        path.write_text("a new article")
        assert archive(tmp_path, facts(tmp_path, "a.txt"), to) == Moved(to / "a-1.txt")
        assert {p.name: p.read_text() for p in to.iterdir()} == {"a.txt": "the article", "a-1.txt": "a new article"}


def test_without_hard_links_files_are_moved_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of somebody else's, or a file system such as FAT, refuses hard links: nothing is overwritten there
    either."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    root, to = tmp_path / "inbox", tmp_path / "to"
    for number in range(2):
        write(root / "a.txt", f"text {number}")
        file = facts(root, "a.txt")
        name = "a.txt" if number == 0 else "a-1.txt"
        assert quarantine(root, file, f"bad {number}", to) == Moved(to / name)
        assert facts(to, name) == FileFacts(name, file.size, file.mtime_ns)
    assert {path.name: path.read_text()[:6] for path in to.iterdir()} == {
        "a.txt": "text 0",
        "a.txt.reason.txt": "bad 0\n",
        "a-1.txt": "text 1",
        "a-1.txt.reason.txt": "bad 1\n",
    }
    assert list(root.iterdir()) == []


def test_a_link_is_archived_as_what_it_leads_to(tmp_path: Path) -> None:
    """A link inside the inbox leaves as a copy of its text: moved as a link it would lead nowhere."""
    root, to = tmp_path / "inbox", tmp_path / "to"
    write(root / "a.txt", "the text")
    (root / "latest.txt").symlink_to("a.txt")
    assert archive(root, facts(root, "latest.txt"), to) == Moved(to / "latest.txt")
    assert not (to / "latest.txt").is_symlink()
    assert (to / "latest.txt").read_text() == "the text"
    assert [path.name for path in root.iterdir()] == ["a.txt"]


@pytest.mark.parametrize("path", ["../secret.txt", "a/../../secret.txt", "/etc/passwd", "", "a//b", "link/secret.txt"])
def test_no_path_leads_out_of_the_inbox(tmp_path: Path, path: str) -> None:
    """A path with "..", an absolute one, or one through a link to elsewhere is refused."""
    root = tmp_path / "inbox"
    write(root / "a" / "b")
    secret = write(tmp_path / "secret.txt")
    (root / "link").symlink_to(tmp_path, target_is_directory=True)
    status = secret.stat()
    kept = archive(root, FileFacts(path, status.st_size, status.st_mtime_ns), tmp_path / "to")
    assert isinstance(kept, Kept)
    assert "inbox" in kept.reason
    assert secret.exists()


def test_an_archive_that_cannot_be_written_is_a_reason(tmp_path: Path) -> None:
    """A file where the archive should be: the article stays, and the reason is returned."""
    write(tmp_path / "inbox" / "a.txt")
    to = write(tmp_path / "archive")
    kept = archive(tmp_path / "inbox", facts(tmp_path / "inbox", "a.txt"), to)
    assert isinstance(kept, Kept)
    assert (tmp_path / "inbox" / "a.txt").exists()


@given(st.text())
def test_a_reason_is_always_one_printable_line(text: str) -> None:
    """Whatever a file put into its own reason: one line, bounded, without control characters or half characters."""
    line = printable(text)
    assert len(line) <= 500
    assert line.isprintable()
    line.encode("utf-8")
