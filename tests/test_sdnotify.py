"""The words to systemd, heard by a real datagram socket."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from watcher import sdnotify
from watcher.sdnotify import STATUS_LIMIT, Notifier


@pytest.fixture(params=["path", "abstract"])
def supervisor(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, socket.socket]]:
    """A socket that listens as systemd does, and its NOTIFY_SOCKET."""
    name = str(tmp_path / "notify") if request.param == "path" else f"@watcher-test-{os.getpid()}-{tmp_path.name}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind("\0" + name[1:] if name.startswith("@") else name)
        sock.settimeout(5)
        yield name, sock


def heard(sock: socket.socket) -> list[str]:
    return sock.recv(4096).decode().split("\n")


def test_each_state_reaches_the_supervisor(supervisor: tuple[str, socket.socket]) -> None:
    """READY with its STATUS, RELOADING with its time, WATCHDOG and STOPPING arrive as sd_notify(3) writes them."""
    name, sock = supervisor
    notifier = Notifier.from_environment({"NOTIFY_SOCKET": name})
    before = time.monotonic_ns()

    assert notifier.ready("watching inbox")
    assert heard(sock) == ["READY=1", "STATUS=watching inbox"]
    assert notifier.reloading(before)
    assert heard(sock) == ["RELOADING=1", f"MONOTONIC_USEC={before // 1000}"]
    assert notifier.watchdog()
    assert heard(sock) == ["WATCHDOG=1"]
    assert notifier.stopping()
    assert heard(sock) == ["STOPPING=1"]


@pytest.mark.parametrize("address", ["", "relative/socket", "vsock:2:9", "@", "/"])
def test_without_a_supervisor_nothing_is_sent(address: str) -> None:
    """Started by hand, or with an address of an unknown kind, the daemon runs and tells nobody."""
    notifier = Notifier.from_environment({"NOTIFY_SOCKET": address} if address else {})
    assert not notifier.address
    assert not notifier.ready()


def test_a_supervisor_that_went_away_is_no_error(supervisor: tuple[str, socket.socket]) -> None:
    """The daemon goes on when the socket is closed or its path is gone."""
    name, sock = supervisor
    notifier = Notifier.from_environment({"NOTIFY_SOCKET": name})
    sock.close()
    assert not notifier.watchdog()
    Path(name).unlink(missing_ok=True)
    assert not notifier.watchdog()


def test_a_path_that_no_socket_can_have_is_no_error() -> None:
    """An address longer than the kernel allows is told as not sent."""
    assert not Notifier(address="/" + "x" * 200).ready()


def test_a_supervisor_that_does_not_listen_does_not_hang_the_daemon(
    supervisor: tuple[str, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full queue costs one short wait, and is told as not sent."""
    monkeypatch.setattr(sdnotify, "SEND_TIMEOUT_S", 0.05)
    notifier = Notifier(address=supervisor[0])
    assert any(not notifier.watchdog() for _ in range(10_000))


def test_a_status_cannot_smuggle_in_another_state(supervisor: tuple[str, socket.socket]) -> None:
    """Line breaks in a status become spaces, and its length is bounded."""
    name, sock = supervisor
    notifier = Notifier(address=name)
    notifier.ready("bad rules\nSTOPPING=1\u2028\x1b[31m\udcff")
    assert heard(sock) == ["READY=1", "STATUS=bad rules STOPPING=1  [31m"]
    notifier.ready("é" * 10_000)
    assert heard(sock) == ["READY=1", "STATUS=" + "é" * STATUS_LIMIT]
