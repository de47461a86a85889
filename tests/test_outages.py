"""What a place does to the daemon: bursts while it is frozen, lost events, a full or read-only disk, no inbox."""

from __future__ import annotations

import os
import signal
from itertools import islice
from pathlib import Path

import pytest

from tests.pdfs import bomb
from tests.processes import thread_states
from tests.support import Daemon, in_a_namespace, running, wait_for
from watcher.threads import waits

TEXT = "Les talibans progressent ({0}).\n\nLes talibans ont pris la ville de Kunduz mardi ({0}).\n"
QUIET = "Rien de neuf ({0}).\n\nLa ville de Kunduz est calme depuis mardi ({0}).\n"


MOUNTING = """
    import os, subprocess, sys
    from pathlib import Path
    from tests.support import Daemon, running, wait_for
    from tests.test_outages import TEXT
    home = Path(sys.argv[1])
    def mount(*words): subprocess.run(["mount", *map(str, words)], check=True)
    def umount(path): subprocess.run(["umount", str(path)], check=True)
"""


def test_trouble_is_looked_at_again_soon_and_then_more_seldom() -> None:
    assert list(islice(waits(), 8)) == [0.5, 1, 2, 4, 8, 16, 30, 30]


# ── bursts ───────────────────────────────────────────────────────────────────────────────────────


def test_what_comes_while_the_daemon_is_frozen_is_not_missed(tmp_path: Path) -> None:
    """SIGSTOP, a burst beyond what the kernel keeps of events, SIGCONT: each file is in the ledger at once, not at the
    next rescan, which is an hour away."""
    with running(tmp_path, variables={"WATCHER_RESCAN": "3600"}) as daemon:
        noisy = [daemon.drop(f"noisy-{n}.txt", QUIET.format(f"noise {n}")) for n in range(2)]
        wait_for(lambda: daemon.files() == 2, "the first two")
        assert daemon.process is not None
        pid = daemon.process.pid
        daemon.kill(signal.SIGSTOP)
        wait_for(lambda: thread_states(pid) == {"T"}, "every thread's standstill")
        for number in range(int(Path("/proc/sys/fs/inotify/max_queued_events").read_text()) // 2 + 100):
            for path in noisy:  # by turns: equal events that follow one another count as one
                os.utime(path, (number, number))
        for number in range(300):
            daemon.drop(f"{number}.txt", TEXT.format(number) if number == 299 else QUIET.format(number))
        daemon.kill(signal.SIGCONT)
        wait_for(lambda: daemon.files() == 302, "all files")
        wait_for(lambda: daemon.alerts == ["299.txt"], "the alert")
        assert daemon.logged("inbox.events_lost")


# ── two lanes ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
def test_a_slow_file_holds_up_no_other(tmp_path: Path) -> None:
    """One worker, and a PDF that takes far longer than a test: articles that come after it are alerted of at once; the
    PDF goes to a process of its own, and is put aside in the end."""
    with running(tmp_path, variables={"WATCHER_MAX_SECONDS": "600"}) as daemon:
        daemon.drop("big.pdf", bomb())
        wait_for(lambda: len(workers(daemon)) == 2, "the second process")
        for number in range(5):
            daemon.drop(f"{number}.txt", TEXT.format(number))
        wait_for(lambda: len(daemon.alerts) == 5, "the alerts")
        assert not daemon.logged("worker.died")
        daemon.stop(signal.SIGKILL)
        daemon.variables = {"WATCHER_MAX_SECONDS": "1.5"}
        daemon.start()
        wait_for((daemon.state / "quarantine" / "big.pdf").exists, "the quarantine")
        assert len(daemon.logged("file.slow", file="big.pdf")) == len(daemon.logged("worker.died")) == 1


def test_a_small_file_that_takes_minutes_holds_up_no_other(tmp_path: Path) -> None:
    """One worker, and a PDF of 100 KB that is called a text: the texts that came with it and after it are alerted of
    while it is still being read, in the slow lane; nobody is told of a dead reader, for none broke a limit yet."""
    with running(tmp_path, variables={"WATCHER_MAX_SECONDS": "600"}) as daemon:
        daemon.drop("0-report.txt", bomb())
        for number in range(1, 4):
            daemon.drop(f"{number}.txt", TEXT.format(number))
        wait_for(lambda: len(daemon.alerts) == 3, "the alerts of the texts beside it")
        assert daemon.logged("file.slow", file="0-report.txt") and not daemon.logged("worker.died")
        wait_for(lambda: len(workers(daemon)) >= 2, "the process of the slow lane")  # which may have a child
        daemon.drop("4.txt", TEXT.format(4))
        wait_for(lambda: len(daemon.alerts) == 4, "the alert of the text after it")
        read = [os.fsdecode(path) for (path,) in daemon.rows("SELECT path FROM files")]
        assert sorted(read) == ["1.txt", "2.txt", "3.txt", "4.txt"]


def workers(daemon: Daemon) -> list[int]:
    from tests.processes import children

    assert daemon.process is not None
    return [process.pid for process in children(daemon.process.pid) if "spawn_main" in process.command]


# ── the place ────────────────────────────────────────────────────────────────────────────────────


def test_a_full_disk_is_waited_for(tmp_path: Path) -> None:
    """No room for the store: log, status and health say so, nothing is lost, and it goes on when there is room."""
    in_a_namespace(
        MOUNTING,
        """
        (home / "state").mkdir()
        mount("-t", "tmpfs", "-o", "size=3m", "watcher-test", home / "state")
        with running(home) as daemon:
            daemon.drop("first.txt", TEXT.format("first"))
            wait_for(lambda: daemon.alerts == ["first.txt"], "the first alert")
            with (daemon.state / "filler").open("wb", buffering=0) as filler:
                try:
                    while filler.write(bytes(4096)) == 4096:
                        pass
                except OSError:
                    pass
            number = 0
            while not daemon.logged("part.waits", part="intake"):
                number += 1
                lines = "".join(f"Ligne {n} {number}.\\n" for n in range(2000))
                daemon.drop(f"{number}.txt", TEXT.format(number) + lines)
                assert number < 200
                wait_for(lambda: daemon.logged("part.waits", part="intake") or daemon.files() > number, "an end")
            assert any("no space left" in event["why"] for event in daemon.logged("part.waits"))
            wait_for(lambda: "no space left" in daemon.run("health").stdout, "the note in health")
            assert "no space left" in daemon.run("status").stdout
            (daemon.state / "filler").unlink()
            wait_for(lambda: len(daemon.alerts) == number + 1, "all alerts")
            assert len(set(daemon.alerts)) == number + 1
            wait_for(lambda: daemon.run("health").stdout == "well\\n", "health")
            assert daemon.stop() == 0
        """,
        tmp_path,
    )


def test_a_read_only_state_is_waited_for(tmp_path: Path) -> None:
    """A state that is mounted read-only: the daemon says so and starts when it can write."""
    in_a_namespace(
        MOUNTING,
        """
        (home / "state").mkdir()
        mount("-t", "tmpfs", "watcher-test", home / "state")
        with running(home) as daemon:
            daemon.stop()
        mount("-o", "remount,ro", home / "state")
        daemon.drop("a.txt", TEXT.format("a"))
        with (home / "log").open("ab") as log:
            process = subprocess.Popen(daemon.command("run"), env=daemon.environment(), stderr=log, cwd=home)
        try:
            wait_for(lambda: daemon.logged("start.waits"), "the wait")
            assert "ead-only" in daemon.logged("start.waits")[0]["why"]
            mount("-o", "remount,rw", home / "state")
            wait_for(lambda: daemon.alerts == ["a.txt"], "the alert")
        finally:
            process.kill()
            process.wait()
        """,
        tmp_path,
    )


@pytest.mark.slow
def test_an_unmounted_inbox_is_waited_for(tmp_path: Path) -> None:
    """The empty mount point is not taken for an inbox without work: log and health say so until it is mounted again."""
    in_a_namespace(
        MOUNTING,
        """
        (home / "inbox").mkdir()
        (home / "disk").mkdir()
        mount("--bind", home / "disk", home / "inbox")
        with running(home) as daemon:
            (home / "disk" / "a.txt").write_text(TEXT.format("a"))
            wait_for(lambda: daemon.alerts == ["a.txt"], "the first alert")
            subprocess.run(["umount", "-l", str(home / "inbox")], check=True)
            wait_for(lambda: daemon.logged("part.waits", part="intake"), "the wait")
            assert "not mounted" in daemon.logged("part.waits", part="intake")[0]["why"]
            wait_for(lambda: "not mounted" in daemon.run("health").stdout, "the note in health")
            (home / "disk" / "b.txt").write_text(TEXT.format("b"))
            mount("--bind", home / "disk", home / "inbox")
            wait_for(lambda: daemon.alerts == ["a.txt", "b.txt"], "the second alert")
            assert daemon.stop() == 0
        """,
        tmp_path,
    )


@pytest.mark.slow
def test_files_that_cannot_be_moved_are_counted_and_moved_later(tmp_path: Path) -> None:
    """A read-only inbox: alerts go on; that files stay is told once, counted by `status`, and made good in the end."""
    in_a_namespace(
        MOUNTING,
        """
        before = Daemon(home)
        for name in ("a", "b"):
            before.drop(f"{name}.txt", TEXT.format(name))
        (before.inbox / "bad.bin").write_bytes(bytes(range(256)) * 40)
        before.drop("empty.xml", '<rss version="2.0"><channel><title>Feed</title></channel></rss>')
        mount("--bind", before.inbox, before.inbox)
        mount("-o", "remount,bind,ro", before.inbox)
        with running(home, flags=("--settle", "0.2", "--after", "archive", "--rescan", "1")) as daemon:
            wait_for(lambda: len(daemon.alerts) == 2, "the alerts")
            wait_for(lambda: daemon.status()["stuck"] == {"unreadable": 0, "unmoved": 4}, "the count")
            assert "stuck       4 should have left the inbox" in daemon.run("status").stdout
            wait_for(lambda: [notice for notice in daemon.notices if "stays in the inbox" in notice], "the notice")
            daemon.stop()
            assert len([notice for notice in daemon.notices if "stays in the inbox" in notice]) == 1
            umount(daemon.inbox)  # without the daemon, which might be looking into it
            daemon.start()
            wait_for(lambda: not list(daemon.inbox.iterdir()), "the archive")
            assert daemon.status()["stuck"] == {"unreadable": 0, "unmoved": 0}
            assert sorted(path.name for path in (daemon.state / "archive").iterdir()) == ["a.txt", "b.txt", "empty.xml"]
            assert daemon.stop() == 0
        """,
        tmp_path,
    )
