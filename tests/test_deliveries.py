"""Every way in which files come into an inbox, with the real daemon: watched by events, and polled as a mount is."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.support import Daemon, running, wait_for

SETTLE = 0.4


def article(name: str) -> str:
    """An article that no other test has."""
    return f"Les talibans progressent ({name}).\n\nLes talibans ont pris la ville de Kunduz mardi ({name}).\n"


def pause(seconds: float) -> None:
    """As a slow writer pauses."""
    threading.Event().wait(seconds)


def in_time(attempt: Callable[[str], float], longest: float) -> str:
    """Has something written again, under another name, until no pause was longer: of what a busy machine drew out
    beyond what a file must rest, nothing is said here. Returns the name."""
    return next(name for name in map("attempt-{}.txt".format, range(100)) if attempt(name) < longest)


@pytest.fixture(scope="module", params=["native", "poll"])
def daemon(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """One daemon for all: each test has names and articles of its own."""
    home = tmp_path_factory.mktemp(request.param)
    with running(home, flags=("--settle", str(SETTLE), "--watch", request.param)) as started:
        assert started.logged("inbox.watched")[0]["by"].startswith(request.param)
        yield started
        assert started.stop() == 0


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def alerts(daemon: Daemon, *names: str) -> list[str]:
    """The files of these names that gave an alert, once for each alert."""
    return sorted(path for path in daemon.alerts if path in names)


def told(daemon: Daemon, *names: str) -> list[str]:
    """Waits for an alert of each file, and returns those that came: nothing more may come after the last."""
    wait_for(lambda: set(names) <= set(daemon.alerts), f"the alerts of {names}")
    return alerts(daemon, *names)


def passed_over(daemon: Daemon, name: str) -> str:
    """Waits until a file is passed over, and returns why."""
    (event, *_) = wait_for(lambda: daemon.logged("file.passed_over", file=name), f"{name} to be passed over")
    return str(event["why"])


# ── ways in ──────────────────────────────────────────────────────────────────────────────────────


def test_rename_from_outside(daemon: Daemon, outside: Path) -> None:
    """mv from another folder of the same file system."""
    write(outside / "a", article("from outside")).rename(daemon.inbox / "from-outside.txt")
    assert told(daemon, "from-outside.txt") == ["from-outside.txt"]


def test_copy(daemon: Daemon, outside: Path) -> None:
    """cp, which writes in place, and mv from another file system, which does the same."""
    source = write(outside / "a", article("a copy"))
    shutil.copy2(source, daemon.inbox / "copy.txt")
    assert told(daemon, "copy.txt") == ["copy.txt"]


def test_rename_within(daemon: Daemon) -> None:
    """A file that is renamed inside the inbox after it was read is the same article under another name."""
    path = write(daemon.inbox / "within-1.txt", article("within"))
    assert told(daemon, "within-1.txt") == ["within-1.txt"]
    path.rename(daemon.inbox / "within-2.txt")
    wait_for(lambda: "within-2.txt" in handled(daemon), "the other name")
    assert alerts(daemon, "within-1.txt", "within-2.txt") == ["within-1.txt"]


def test_hard_links(daemon: Daemon, outside: Path) -> None:
    """ln: a second name of a file elsewhere; two names of one file (as a file system without regard to case may show
    it) are one article."""
    source = write(outside / "a", article("a hard link"))
    (daemon.inbox / "hard.txt").hardlink_to(source)
    assert told(daemon, "hard.txt") == ["hard.txt"]
    (daemon.inbox / "HARD.TXT").hardlink_to(source)
    wait_for(lambda: "HARD.TXT" in handled(daemon), "the other name")
    assert alerts(daemon, "hard.txt", "HARD.TXT") == ["hard.txt"]


def test_symbolic_links(daemon: Daemon, outside: Path) -> None:
    """One that stays inside is read; one that leads out is told once, with the reason, and not followed."""
    write(daemon.inbox / "sub" / "target.txt", article("a link inside"))
    (daemon.inbox / "inside.txt").symlink_to("sub/target.txt")
    (daemon.inbox / "out.txt").symlink_to(write(outside / "secret", article("a link out")))
    wait_for(lambda: {"sub/target.txt", "inside.txt"} & set(daemon.alerts), "the alert")
    assert passed_over(daemon, "out.txt") == "symbolic link out of the inbox"
    assert alerts(daemon, "out.txt") == []


def test_slow_write(daemon: Daemon) -> None:
    """A writer that takes many times as long as a file must rest, without a longer pause: it is read once, whole."""

    def slowly(name: str) -> float:
        times = [time.monotonic()]
        with (daemon.inbox / name).open("w") as file:
            for number in range(15):
                file.write(f"Les talibans progressent, {name}, {number}.\n\n")
                file.flush()
                pause(SETTLE / 4)
                times.append(time.monotonic())
            file.write("Les talibans ont fini.\n")
        times.append(time.monotonic())
        return max(later - earlier for earlier, later in pairwise(times))

    name = in_time(slowly, SETTLE)
    assert told(daemon, name) == [name]
    (message,) = [m for m in daemon.sent if m.get("article", {}).get("path") == name]
    assert "fini" in message["evidence"][-1]["sentence"] or len(message["evidence"]) > 9


def test_write_pause_write(daemon: Daemon) -> None:
    """What seemed complete is read; when it grows it is read again, and so when it is truncated and rewritten."""
    path = write(daemon.inbox / "pause.txt", article("half"))
    assert told(daemon, "pause.txt") == ["pause.txt"]
    with path.open("a") as file:
        file.write("Les talibans, deuxième partie.\n")
    wait_for(lambda: len(alerts(daemon, "pause.txt")) == 2, "the whole article")
    with path.open("w") as file:
        file.write(article("rewritten"))
    wait_for(lambda: len(alerts(daemon, "pause.txt")) == 3, "the other article")


@pytest.mark.parametrize(
    ("temporary", "name"),
    [
        (".rsync.txt.Xy12Z0", "rsync.txt"),
        (".syncthing.syncthing.txt.tmp", "syncthing.txt"),
        ("~syncthing~windows.txt.tmp", "windows.txt"),
        ("browser.txt.crdownload", "browser.txt"),
        ("winscp.txt.filepart", "winscp.txt"),
        (".in.proftpd.txt.", "proftpd.txt"),
    ],
)
def test_temporary_names(daemon: Daemon, temporary: str, name: str) -> None:
    """rsync, Syncthing, browsers and FTP servers write under another name and rename: read then, and not before."""
    path = daemon.inbox / temporary
    with path.open("w") as file:
        file.write(article(name))
    path.rename(daemon.inbox / name)
    assert told(daemon, name) == [name]


def test_a_folder_moved_in_whole(daemon: Daemon, outside: Path) -> None:
    """mv of a folder with folders: each file below is read once; one that comes into it later too."""
    names = [f"batch/{sub}{number}.txt" for sub in ("", "x/", "x/y/") for number in range(3)]
    for name in names:
        write(outside / name, article(name))
    (outside / "batch").rename(daemon.inbox / "batch")
    assert told(daemon, *names) == sorted(names)
    write(outside / "later", article("later")).rename(daemon.inbox / "batch/x/y/later.txt")
    assert told(daemon, "batch/x/y/later.txt") == ["batch/x/y/later.txt"]


def test_folders_made_on_the_way(daemon: Daemon) -> None:
    """mkdir -p and a file at once: what is there before the new folder is watched is not missed."""
    names = [f"made/{number}/deep/{number}.txt" for number in range(8)]
    for name in names:
        write(daemon.inbox / name, article(name))
    assert told(daemon, *names) == sorted(names)


@pytest.mark.parametrize("raw", [b"d\xe9p\xeache.txt", b"two\nlines.txt", b"\xe2\x80\xaefdp.txt", b"-rf.txt", b" .txt"])
def test_names_that_are_no_text(daemon: Daemon, outside: Path, raw: bytes) -> None:
    """Latin-1, a newline, a direction override: read, and the alert's path leads to the file."""
    name = os.fsdecode(raw)
    write(outside / "a", article(repr(raw))).rename(daemon.inbox / name)
    assert told(daemon, name) == [name]
    assert (daemon.inbox / alerts(daemon, name)[0]).is_file()


def test_a_read_only_file(daemon: Daemon, outside: Path) -> None:
    """Mode 0444 is no hindrance: Watcher changes no file."""
    path = write(outside / "a", article("read-only"))
    path.chmod(0o444)
    path.rename(daemon.inbox / "read-only.txt")
    assert told(daemon, "read-only.txt") == ["read-only.txt"]
    assert (daemon.inbox / "read-only.txt").stat().st_mode & 0o777 == 0o444


def test_files_that_vanish(daemon: Daemon, outside: Path) -> None:
    """Written and deleted again at once: nothing is told, and the next file comes as ever."""
    for number in range(20):
        write(daemon.inbox / f"vanishing-{number}.txt", article(f"vanishing {number}")).unlink()
    write(outside / "a", article("after them")).rename(daemon.inbox / "after.txt")
    assert told(daemon, "after.txt") == ["after.txt"]
    assert not daemon.ended()
    assert not [event for event in daemon.events if event["level"] in ("error", "critical")]


def handled(daemon: Daemon) -> set[str]:
    """The paths in the ledger."""
    return {os.fsdecode(row[0]) for row in daemon.rows("SELECT path FROM files")}


def test_a_writer_that_pauses_is_waited_for(tmp_path: Path) -> None:
    """A download that stalls for longer than a file must rest, at its start or amid a sentence: while it is open it is
    neither read nor moved, so that nothing is written to where nobody reads it. One that is never closed is read in
    the end."""
    with running(tmp_path, flags=("--settle", "0.2", "--after", "archive")) as daemon:

        def stalling(name: str) -> float:
            began = time.monotonic()
            with (daemon.inbox / name).open("w") as stalled:
                pause(0.8)
                stalled.write(f"Les talibans progressent, {name}, ")
                stalled.flush()
                pause(0.8)
                stalled.write("puis les talibans reculent.\n")
            return time.monotonic() - began

        with (daemon.inbox / "open.txt").open("w") as never_closed:
            never_closed.write(article("never closed"))
            never_closed.flush()
            name = in_time(stalling, 30 * 0.2)  # so much later a file is read that is open still
            assert told(daemon, name) == [name]
            assert "reculent" in str([m for m in daemon.sent if m.get("article", {}).get("path") == name])
            assert told(daemon, "open.txt") == ["open.txt"]
        wait_for(lambda: not list(daemon.inbox.iterdir()), "the archive")


# ── settings of the way in ───────────────────────────────────────────────────────────────────────


def test_links_out_of_the_inbox_are_followed_where_that_is_allowed(tmp_path: Path, outside: Path) -> None:
    """WATCHER_LINKS=anywhere: the file is read; archived, the link leaves as a copy and the file stays where it is."""
    target = write(outside / "wire.txt", article("linked"))
    with running(tmp_path, flags=("--settle", "0.2", "--links", "anywhere", "--after", "archive")) as daemon:
        (daemon.inbox / "linked.txt").symlink_to(target)
        assert told(daemon, "linked.txt") == ["linked.txt"]
        wait_for(lambda: not list(daemon.inbox.iterdir()), "the archive")
        assert (daemon.state / "archive" / "linked.txt").read_text() == target.read_text()
        assert not (daemon.state / "archive" / "linked.txt").is_symlink()
        (daemon.inbox / "device.txt").symlink_to("/dev/zero")
        assert "not a regular file" in passed_over(daemon, "device.txt")


@pytest.fixture
def marked(tmp_path: Path) -> Iterator[Daemon]:
    """A daemon that waits for markers, and archives."""
    flags = ("--settle", "0.2", "--ready", "marker", "--after", "archive")
    with running(tmp_path, flags=flags) as started:
        yield started


def archived(daemon: Daemon) -> list[str]:
    folder = daemon.state / "archive"
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_file_is_read_when_its_marker_comes(marked: Daemon) -> None:
    """FTP with markers: without one a file waits however long it rests; `x.txt.done` and `x.done` release it, and leave
    with it."""
    write(marked.inbox / "unmarked.txt", article("unmarked"))
    for name, marker in (("a.txt", "a.txt.done"), ("ftp/b.txt", "ftp/b.done"), ("plain", "plain.done")):
        write(marked.inbox / name, article(name))
        pause(0.3)
        write(marked.inbox / marker, "")
        assert told(marked, name) == [name]
    wait_for(lambda: len(archived(marked)) == 6, "the archive")
    assert archived(marked) == ["a.txt", "a.txt.done", "ftp/b.done", "ftp/b.txt", "plain", "plain.done"]
    assert marked.alerts == ["a.txt", "ftp/b.txt", "plain"]
    files = marked.status()["files"]
    assert files == {"seen": 7, "done": 6, "waiting": 1, "quarantined": 0, "passed_over": 0}


def test_one_marker_for_several_files(marked: Daemon) -> None:
    """`story.done` releases story.txt and story.html together, and stays until the last of them was read."""
    write(marked.inbox / "story.txt", article("text"))
    write(marked.inbox / "story.html", f"<html><body><p>{article('page')}</p></body></html>")
    write(marked.inbox / "other.txt", article("other"))
    write(marked.inbox / "story.done", "")
    assert told(marked, "story.txt", "story.html") == ["story.html", "story.txt"]
    wait_for(lambda: len(archived(marked)) == 3, "the archive")
    assert sorted(path.name for path in marked.inbox.iterdir()) == ["other.txt"]


def test_a_marker_before_its_file(marked: Daemon) -> None:
    """A marker that is older than its file says nothing of it: the file has to rest too, and is not half read."""
    write(marked.inbox / "late.txt.done", "")
    with (marked.inbox / "late.txt").open("w") as file:
        for number in range(8):
            file.write(f"Les talibans progressent, {number}.\n\n")
            file.flush()
            pause(0.05)
    assert told(marked, "late.txt") == ["late.txt"]
    wait_for(lambda: not list(marked.inbox.iterdir()), "the archive")


def test_a_marked_file_that_cannot_be_read_can_be_tried_again(marked: Daemon) -> None:
    """In quarantine without its marker, it gets one when it is put back."""
    (marked.inbox / "bad.bin").write_bytes(bytes(range(256)) * 40)
    write(marked.inbox / "bad.bin.done", "")
    put_aside = marked.state / "quarantine" / "bad.bin"
    wait_for(put_aside.exists, "the quarantine")
    wait_for(lambda: archived(marked) == ["bad.bin.done"], "the marker's archive")
    put_aside.write_text(article("mended"))
    assert marked.run("quarantine", "retry", "bad.bin").returncode == 0
    assert told(marked, "bad.bin") == ["bad.bin"]
    wait_for(lambda: not list(marked.inbox.iterdir()), "the archive")


@pytest.mark.parametrize("order", ["oldest", "newest"])
def test_oldest_or_newest_first(tmp_path: Path, order: str) -> None:
    """WATCHER_ORDER: of what lies there at the start the oldest, or the newest, is alerted of first."""
    daemon = Daemon(tmp_path)
    names = [f"{number:03}.txt" for number in range(120)]
    for number, name in enumerate(names):
        os.utime(daemon.drop(name, article(name)), (1_700_000_000 + number, 1_700_000_000 + number))
    assert daemon.run("run", "--once", "--order", order).returncode == 0
    read = [os.fsdecode(row[0]) for row in daemon.rows("SELECT path FROM sightings ORDER BY article")]
    assert read == (names if order == "oldest" else names[::-1])
