"""What is said when a part of the daemon died of what no waiting cures: kept in the store, and told to the operator."""

from __future__ import annotations

import threading

import structlog

from watcher.clock import now_ms
from watcher.dispatch import Dispatch
from watcher.errors import WatcherError
from watcher.message import Notice
from watcher.model import Level
from watcher.operator import Operator
from watcher.store import ends
from watcher.store.engine import Store

log = structlog.get_logger(__name__)

LAST_WORDS = 4.0  # seconds


def why_of(failure: BaseException) -> str:
    """What may be said of it: the text of an error that was not raised on purpose may tell anything."""
    return str(failure) if isinstance(failure, WatcherError) else type(failure).__name__


def say(store: Store, operator: Operator, dispatch: Dispatch, part: str, failure: BaseException) -> None:
    """Keeps what ends the daemon, and tells the operator within LAST_WORDS; what is not sent by then, as where the
    channel hangs, is sent after the next start. Never fails itself."""
    why = why_of(failure)
    speaker = threading.Thread(target=_say, args=(store, operator, dispatch, part, why), name="last-words", daemon=True)
    try:
        speaker.start()
    except RuntimeError:  # there is no room for a thread: then the one that is here waits, and sends nothing
        log.warning("operator.untold", why="no thread can be started")
    else:
        speaker.join(LAST_WORDS)


def _say(store: Store, operator: Operator, dispatch: Dispatch, part: str, why: str) -> None:
    now = now_ms()
    try:
        with store.write() as conn:
            if text := ends.note(conn, part, why, now):
                operator.put(conn, Notice("daemon.ended", text, Level.CRITICAL), now)
        if text:
            dispatch.send_last(LAST_WORDS)
    except Exception as trouble:  # noqa: BLE001 - the daemon ends of the first failure, not of this one
        log.warning("operator.untold", why=type(trouble).__name__)
