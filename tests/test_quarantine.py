"""Files that could not be read: what `quarantine list` shows of them, and how `quarantine retry` puts them back."""

from __future__ import annotations

import json
import os
import shlex
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support import Daemon, running, wait_for
from watcher.inbox import Moved, put_back, quarantine, quarantined
from watcher.model import FileFacts

ARTICLE = "Les talibans progressent.\n\nLes talibans ont pris la ville de Kunduz mardi, selon des témoins.\n"
RUBBISH = bytes(range(256)) * 40


def put_aside(root: Path, to: Path, path: str, data: bytes = b"bytes", reason: str = "bad") -> Path:
    source = root / path
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_bytes(data)
    status = source.stat()
    moved = quarantine(root, FileFacts(path, status.st_size, status.st_mtime_ns), reason, to)
    assert isinstance(moved, Moved) and moved.path is not None
    return moved.path


def test_what_was_put_aside_is_listed_and_can_be_put_back(tmp_path: Path) -> None:
    """`list` says when, how big, which and why; mended in quarantine and put back, the file is read and gives its
    alert; put back unmended, it comes to quarantine again."""
    with running(tmp_path) as daemon:
        for name in ("x/a.txt", "b.bin"):
            part = tmp_path / "part"
            part.write_bytes(RUBBISH)
            (daemon.inbox / name).parent.mkdir(exist_ok=True)
            part.rename(daemon.inbox / name)
        wait_for(lambda: daemon.run("quarantine").stdout.count("\n") == 2, "the quarantine")
        lines = daemon.run("quarantine").stdout.splitlines()
        assert [line.split("bytes  ")[1] for line in lines] == [
            "b.bin: binary data of no known kind",
            "x/a.txt: binary data of no known kind",
        ]
        (first, _) = map(json.loads, daemon.run("quarantine", "list", "--json").stdout.splitlines())
        assert {k: v for k, v in first.items() if k not in ("at", "id")} == {
            "path": "b.bin",
            "file": "b.bin",
            "reason": "binary data of no known kind",
            "size": len(RUBBISH),
        }
        (daemon.state / "quarantine" / "x" / "a.txt").write_text(ARTICLE)
        done = daemon.run("quarantine", "retry", "x/a.txt", "nothing.txt")
        assert done.returncode == 1
        assert done.stdout == "x/a.txt: back in the inbox as x/a.txt\n"
        assert done.stderr == "watcher: nothing.txt is not in quarantine\n"
        assert wait_for(lambda: daemon.alerts, "the alert") == ["x/a.txt"]
        before = daemon.status()["files"]
        assert before == {"seen": 2, "done": 1, "waiting": 0, "quarantined": 1, "passed_over": 0}
        handled = daemon.rows("SELECT max(handled_at) FROM files")
        assert daemon.run("quarantine", "retry", "--all").returncode == 0
        wait_for(lambda: daemon.rows("SELECT max(handled_at) FROM files") > handled, "the second reading")
        wait_for(lambda: daemon.run("quarantine").stdout.count("\n") == 1, "the quarantine again")
        assert daemon.status()["files"] == before


@pytest.mark.parametrize("name", ["bad.pdf", "-x.pdf", "it's \x1b[31m a\nname.pdf", "$(id) `id`.pdf"])
def test_the_command_that_a_notice_shows_puts_back_the_file_that_it_tells_of(tmp_path: Path, name: str) -> None:
    """However it is called, mended or not, and where another of its name came before: nothing of its name is run or
    shown raw."""
    with running(tmp_path) as daemon:
        aside = daemon.state / "quarantine"
        put_aside(tmp_path / "before", aside, name)
        part = tmp_path / "part"
        part.write_bytes(RUBBISH)
        part.rename(daemon.inbox / name)
        (notice,) = wait_for(lambda: [n for n in daemon.notices if "once it is mended" in n], "the notice")
        wait_for(lambda: not list(daemon.inbox.iterdir()), "the quarantine")  # not before: till then it is in both
        lines = notice.splitlines()
        assert len(lines) == 2 and all(map(str.isprintable, lines))
        (newest,) = [one for one in quarantined(aside) if one.path != name]
        (aside / newest.path).write_text(ARTICLE)
        done = daemon.run(*shlex.split(lines[1].split(": watcher ", 1)[1]))
        assert (done.returncode, done.stderr) == (0, "")
        wait_for(lambda: daemon.alerts, "the alert")
        assert [one.path for one in quarantined(aside)] == [name]


@pytest.mark.parametrize("words", [(), ("a.txt", "--all")])
def test_retry_wants_names_or_all(tmp_path: Path, words: tuple[str, ...]) -> None:
    """Neither or both is wrong usage."""
    assert Daemon(tmp_path).run("quarantine", "retry", *words).returncode == 2


def test_nothing_in_the_inbox_is_overwritten(tmp_path: Path) -> None:
    """Where the name is taken the file gets the next one; its reason goes, and the other file is left alone."""
    root, to = tmp_path / "inbox", tmp_path / "quarantine"
    for text in (b"one", b"two"):
        put_aside(root, to, "x/a.txt", text)
    (root / "x" / "a.txt").write_text("three")
    back = [put_back(to, one, root) for one in quarantined(to)]
    assert sorted(path.name for path in back) == ["a-1.txt", "a-2.txt"]
    assert {path.read_text() for path in (root / "x").iterdir()} == {"one", "two", "three"}
    assert not [path for path in to.rglob("*") if path.is_file()]


def test_a_kill_amid_a_retry_leaves_no_hidden_copy(tmp_path: Path) -> None:
    """The file is in quarantine or back in the inbox; a second try finds it there."""
    root, to = tmp_path / "inbox", tmp_path / "quarantine"
    put_aside(root, to, "a.txt")
    (one,) = quarantined(to)
    with mock.patch.object(Path, "unlink", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        put_back(to, one, root)
    assert {path.name for path in to.iterdir()} == {"a.txt", "a.txt.reason.txt"}
    assert put_back(to, one, root) == root / "a.txt"
    assert not list(to.iterdir())


def test_a_file_that_is_mended_just_as_it_is_put_back_stays(tmp_path: Path) -> None:
    """It is told like any that cannot be moved, and the next ones are put back: the command ended in a traceback."""
    root, to = tmp_path / "inbox", tmp_path / "quarantine"
    put_aside(root, to, "a.txt")
    (one,) = quarantined(to)
    link = os.link

    def link_and_mend(source: Path, target: Path) -> None:
        link(source, target)
        with Path(source).open("a") as file:
            file.write("mended")

    with mock.patch("os.link", link_and_mend), pytest.raises(OSError, match="changed just then"):
        put_back(to, one, root)
    assert not list(root.iterdir())
    assert put_back(to, one, root).read_text().endswith("mended")


def test_what_is_no_file_of_ours_is_not_listed(tmp_path: Path) -> None:
    """A note without its file, a file without a note, links and notes of another make are left alone."""
    root, to = tmp_path / "inbox", tmp_path / "quarantine"
    kept = put_aside(root, to, "a.txt")
    (to / "lonely.txt.reason.txt").write_text("bad\n")
    (to / "stray.txt").write_text("x")
    (to / "link.txt").symlink_to("/etc/passwd")
    (to / "link.txt.reason.txt").write_text("bad\nfile: link.txt\n")
    (to / "empty.txt").write_text("x")
    (to / "empty.txt.reason.txt").write_text("")
    assert [to / one.path for one in quarantined(to)] == [kept]
    assert list(quarantined(tmp_path / "nothing")) == []


def test_a_note_leads_nowhere_else(tmp_path: Path) -> None:
    """A note that was written by hand cannot send the file out of the inbox."""
    root, to = tmp_path / "inbox", tmp_path / "quarantine"
    for said in ("../../evil.txt", "/etc/evil.txt", "a//b"):
        put_aside(root, to, "a.txt").with_name("a.txt.reason.txt").write_text(f"bad\nfile: {said}\n")
        (one,) = quarantined(to)
        assert put_back(to, one, root) == root / "a.txt"


NAMES = st.binary(min_size=1, max_size=60).filter(
    lambda raw: not {b"\0", b"/"} & {raw[n : n + 1] for n in range(len(raw))}
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=NAMES.filter(lambda raw: raw not in (b".", b"..")), twice=st.booleans())
def test_a_file_comes_back_under_its_own_name(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes, twice: bool
) -> None:
    """Whatever bytes its name has, and also where it has a number in quarantine."""
    home = tmp_path_factory.mktemp("q")
    root, to, name = home / "inbox", home / "quarantine", os.fsdecode(raw)
    if twice:
        put_aside(root, to, f"x/{name}", b"first").unlink()
    put_aside(root, to, f"x/{name}", b"second")
    (one,) = quarantined(to)
    assert one.file == f"x/{name}"
    assert put_back(to, one, root) == root / "x" / name
