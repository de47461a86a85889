"""The web requests of channels: one wrapper of `requests.Session.send` sees them all.

Apprise tells of a request only in log text, so the wrapper adds the `Idempotency-Key`, follows no
redirect (the next host would get the message), bounds the time and size of an answer, and hands the
status and `Retry-After` back. Requests outside a `carrying` block pass through untouched.
"""

from __future__ import annotations

import functools
import itertools
import logging
import math
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection

from watcher.channels.answers import TOO_MANY, Answer, retry_after, trouble_of

LARGEST_ANSWER = 1024 * 1024
CHUNK = 64 * 1024
KEY_HEADER = "Idempotency-Key"

# They log addresses and headers, and in a webhook the path is the password: urllib3 each path at debug, and
# the whole URL as a warning when a server's headers are malformed; oauthlib the signed headers at debug.
_TALKATIVE = (
    "urllib3.connection",
    "urllib3.connectionpool",
    "urllib3.poolmanager",
    "urllib3.response",
    "urllib3.util.retry",
    "requests_oauthlib.oauth1_auth",
    "oauthlib.oauth1.rfc5849",
)
_ASKS_TO_WAIT = re.compile("retry-after|x-ratelimit-", re.IGNORECASE)


@dataclass(slots=True, eq=False)
class Exchange:
    """The requests made for one message, each within `timeout` seconds. Owned by the sending thread; at
    a request's deadline the thread of `_Deadlines` shuts the socket, nothing else."""

    key: str
    timeout: float
    done: frozenset[int] = frozenset()  # numbers of requests that were taken at a try before
    answers: list[Answer] = field(default_factory=list)
    connection: HTTPConnection | None = None
    expired: bool = False

    def next_number(self) -> int:
        """The number of the next request: no two of a message share one over all tries, and who is asked again has the
        same."""
        free = (number for number in itertools.count() if number not in self.done)
        return next(itertools.islice(free, len(self.answers), None))

    @contextmanager
    def limited(self) -> Iterator[None]:
        """One request and its deadline. Apprise's own pauses between messages lie outside."""
        self.expired, self.connection = False, None
        _deadlines.put(self, time.monotonic() + self.timeout)
        try:
            yield
        finally:
            _deadlines.remove(self)

    def cut(self) -> None:
        """End a request that dribbles: a socket's own timeout starts anew with every byte."""
        self.expired = True
        sock = self.connection.sock if self.connection else None
        if isinstance(sock, socket.socket):  # of another kind it could not be cut, and one error ends this thread
            with suppress(OSError):  # it has just ended by itself
                # Not the TLS socket's own shutdown, which takes its state away under the reader.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)


class _Deadlines:
    """Owns when requests end at the latest, and the one thread that cuts them then: a timer's thread for each request
    took a tenth of all that sending costs. Any thread may put and remove."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._at: dict[Exchange, float] = {}
        self._next = math.inf
        self._thread: threading.Thread | None = None

    def put(self, exchange: Exchange, at: float) -> None:
        with self._changed:
            self._at[exchange] = at
            if self._thread is None:
                thread = threading.Thread(target=self._keep, name="deadlines", daemon=True)
                thread.start()
                self._thread = thread
            if at < self._next:
                self._changed.notify()

    def remove(self, exchange: Exchange) -> None:
        with self._changed:
            self._at.pop(exchange, None)

    def _keep(self) -> None:
        with self._changed:
            while True:
                now = time.monotonic()
                for exchange in [exchange for exchange, at in self._at.items() if at <= now]:
                    exchange.cut()
                    del self._at[exchange]
                self._next = min(self._at.values(), default=math.inf)
                self._changed.wait(None if self._next == math.inf else self._next - now)


_deadlines = _Deadlines()
_exchange: ContextVar[Exchange | None] = ContextVar("watcher_exchange", default=None)


@contextmanager
def carrying(key: str, timeout: float, done: frozenset[int] = frozenset()) -> Iterator[Exchange]:
    """Requests made inside by this thread belong to the message `key`, of which those by the numbers `done` are not
    made again; each ends within `timeout` seconds."""
    _install()
    exchange = Exchange(key, timeout, done)
    token = _exchange.set(exchange)
    try:
        yield exchange
    finally:
        _exchange.reset(token)


def note(answer: Answer) -> None:
    """Add what a service that is not of the web answered; outside a `carrying` block nobody asks for it."""
    if (exchange := _exchange.get()) is not None:
        exchange.answers.append(answer)


# ── the wrapper ──────────────────────────────────────────────────────────────────────────────────


class _Noted:
    """A connection that tells the exchange about itself, so that it can be cut."""

    def connect(self) -> None:
        exchange = _exchange.get()
        if exchange is not None:
            assert isinstance(self, HTTPConnection)
            exchange.connection = self
        super().connect()  # type: ignore[misc]


class _NotedHTTP(_Noted, HTTPConnection):
    pass


class _NotedHTTPS(_Noted, HTTPSConnection):
    pass


class _HTTPPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _NotedHTTP


class _HTTPSPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _NotedHTTPS


_POOLS = {"http": _HTTPPool, "https": _HTTPSPool}

Send = Callable[..., requests.Response]


def _install() -> None:
    """Wrap `requests.Session.send`, once."""
    if not hasattr(requests.Session.send, "carries_watcher"):
        requests.Session.send = _wrapped(requests.Session.send)  # type: ignore[method-assign]
        for name in _TALKATIVE:
            logging.getLogger(name).addFilter(quiet)


def quiet(record: logging.LogRecord) -> bool:
    """A filter for loggers and handlers: while a thread sends a message, other libraries log nothing from it."""
    return _exchange.get() is None or record.name.startswith("watcher")


def _wrapped(original: Send) -> Send:
    @functools.wraps(original)
    def send(session: requests.Session, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        exchange = _exchange.get()
        if exchange is None:
            return original(session, request, **options)
        with exchange.limited():
            return _observed(original, exchange, session, request, options)

    send.carries_watcher = True  # type: ignore[attr-defined]
    return send


def _observed(
    original: Send,
    exchange: Exchange,
    session: requests.Session,
    request: requests.PreparedRequest,
    options: dict[str, Any],
) -> requests.Response:
    """One request of a message: marked, bounded, and its answer noted."""
    if any(answer.status == TOO_MANY for answer in exchange.answers):
        raise requests.ConnectionError("the service has had enough for now")  # some plugins ask again at once
    # A message that a service takes in several requests needs a key for each, the same over all tries.
    number = exchange.next_number()
    request.headers[KEY_HEADER] = f"{exchange.key}.{number}" if number else exchange.key
    streamed = options.get("stream", False)
    adapter = session.get_adapter(url=request.url or "")
    if isinstance(adapter, HTTPAdapter):
        adapter.poolmanager.pool_classes_by_scheme = _POOLS  # requests through a proxy are not cut, only timed
    try:
        response = original(session, request, **{**options, "allow_redirects": False, "stream": True})
    except (requests.RequestException, urllib3.exceptions.HTTPError, UnicodeError) as trouble:
        exchange.answers.append(replace(trouble_of(trouble, exchange.expired), number=number))
        raise
    after = retry_after(response.headers.get("Retry-After"), time.time())
    exchange.answers.append(Answer(response.status_code, after, number=number))
    for name in [name for name in response.headers if _ASKS_TO_WAIT.match(name)]:
        del response.headers[name]  # some plugins would sleep for as long as it says: the outbox waits, not a thread
    if not streamed:
        _read(response)
    return response


def _read(response: requests.Response) -> None:
    """Take the body, as far as it comes: the status has been given, and that is what counts."""
    body = b""
    with suppress(requests.RequestException):
        for chunk in response.iter_content(CHUNK):
            body += chunk
            if len(body) >= LARGEST_ANSWER:
                break
    response._content = body  # `content` would read on without bound
    response._content_consumed = True  # type: ignore[attr-defined]
    response.close()
