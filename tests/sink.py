"""A web server on the loopback that takes messages and remembers them, as a webhook of a newsroom would."""

from __future__ import annotations

import json
import queue
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Received:
    """One POST: `at` in seconds of the monotonic clock, the `Idempotency-Key` and the JSON."""

    at: float
    key: str
    body: dict[str, Any]


class Mood(StrEnum):
    """How a sink answers: as it should, or not at all, or with a cut, or that it cannot."""

    WELL = "well"
    HANGS = "hangs"
    CUTS = "cuts"
    BROKEN = "500"
    BUSY = "429"


@dataclass(slots=True)
class Sink:
    """What was taken, in `all` and, for who waits for the next one, in `fresh`. Written by the server's threads."""

    port: int
    pause: float = 0.0
    mood: Mood = Mood.WELL
    refused: int = 0
    all: list[Received] = field(default_factory=list)
    fresh: queue.SimpleQueue[Received] = field(default_factory=queue.SimpleQueue)

    @property
    def url(self) -> str:
        """The address as Apprise writes it."""
        return f"json://127.0.0.1:{self.port}/hook"

    def take(self, message: Received) -> None:
        self.all.append(message)
        self.fresh.put(message)
        time.sleep(self.pause)  # a server needs time to answer: a kill in it makes a repeat


@contextmanager
def listening(pause: float = 0.0) -> Iterator[Sink]:
    """A sink that answers `pause` seconds after it took a message."""
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if (mood := sink.mood) is not Mood.WELL:
                self._refuse(mood)
                return
            sink.take(Received(time.monotonic(), self.headers["Idempotency-Key"], body))
            self.send_response(204)
            self.end_headers()

        def _refuse(self, mood: Mood) -> None:
            sink.refused += 1
            if mood is Mood.CUTS:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            elif mood is Mood.HANGS:
                over.wait(10)
            else:
                self.send_response(int(mood))
                self.send_header("Retry-After", "1")
                self.end_headers()
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the inherited name
            pass

    with Server(("127.0.0.1", 0), Handler) as server:
        sink = Sink(server.server_address[1], pause)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield sink
        finally:
            over.set()
            server.shutdown()


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed no longer hears the answer: nobody has to know."""
