"""Tells systemd how the daemon is, in the datagrams of sd_notify(3), and does nothing where nobody listens."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass

# systemd drains its socket at once; the limit is for one that does not: a daemon must not hang on its supervisor.
SEND_TIMEOUT_S = 1.0
STATUS_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Notifier:
    """The way to the supervisor. Holds no open socket, so that every thread may use it.

    `address` is a path, "@name" for an abstract socket, or "" for none.
    Each method returns whether the datagram was taken; a supervisor that is gone is no error of ours.
    """

    address: str = ""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Notifier:
        """Read NOTIFY_SOCKET; an address of a kind that is not known here is none."""
        address = environ.get("NOTIFY_SOCKET", "")
        return cls(address if address[:1] in ("/", "@") and len(address) > 1 else "")

    def ready(self, status: str = "") -> bool:
        """Started, or done with a reload."""
        return self._send("READY=1", _status(status))

    def reloading(self, monotonic_ns: int) -> bool:
        """About to read the rules anew; `monotonic_ns` is `time.monotonic_ns()` now. `ready` ends it."""
        return self._send("RELOADING=1", f"MONOTONIC_USEC={monotonic_ns // 1000}")

    def watchdog(self) -> bool:
        """Still alive: call it only while the work goes on."""
        return self._send("WATCHDOG=1")

    def stopping(self, status: str = "") -> bool:
        """About to end."""
        return self._send("STOPPING=1", _status(status))

    def _send(self, *lines: str) -> bool:
        if not self.address:
            return False
        address = "\0" + self.address[1:] if self.address.startswith("@") else self.address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
            sock.settimeout(SEND_TIMEOUT_S)
            try:
                sock.sendto("\n".join(filter(None, lines)).encode("utf-8", "replace"), address)
            except OSError:  # no such socket, nobody behind it, a full queue: the work matters more than the word of it
                return False
        return True


def _status(text: str) -> str:
    """A status line whose text can add no assignment of its own: control characters become spaces."""
    line = "".join(c if c.isprintable() else " " for c in text[:STATUS_LIMIT]).strip()
    return f"STATUS={line}" if line else ""
