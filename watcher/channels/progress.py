"""What came of a message in the tries before: who of an address's several recipients has which of its parts, and need
not get it again.

Apprise's plugins ask a tracker whom to leave out, which Apprise gives them for the tries of its own; as the outbox
tries again in place of it, the tracker is given to them here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from watcher.message import Progress

if TYPE_CHECKING:
    from watcher.channels.http import Exchange


class NotTaken(Exception):
    """A piece was not taken: the ones after it wait for it, which Apprise would send all the same."""


class Tracker:
    """What plugins ask and tell while they send a message, `part` by part: a set of slots (a piece, and who), to them.

    What was taken is kept before the next one is asked for: a crash repeats no more than what was being sent.
    """

    def __init__(self, message: str, progress: Progress, exchange: Exchange) -> None:
        self.part = 0
        self._message = message
        self._progress = progress
        self._exchange = exchange
        self._fresh = False
        self._piece: str | None = None

    def __contains__(self, slot: Any) -> bool:
        """Whether that was taken. Raises Trouble where what was cannot be kept, NotTaken where a piece follows one that
        was not."""
        if self._fresh:
            self.note()
            self._progress.keep()
            self._fresh = False  # where that raised, a plugin that goes on all the same is stopped again
        mark, marks = self._mark(slot), self._progress.marks
        if slot[1][0] is object:  # Apprise asks it of each piece before it sends it
            if self._piece is not None and self._piece not in marks:
                raise NotTaken
            self._piece = mark
        return mark in marks

    def add(self, slot: Any) -> None:
        """What the plugin marks as taken: whoever has it gets it no second time."""
        self._progress.marks.add(self._mark(slot))
        self._fresh = True

    def note(self) -> None:
        """Notes which requests were taken: their numbers are not used again."""
        answers = self._exchange.answers
        self._progress.requests |= {a.number for a in answers if a.status is not None and 200 <= a.status < 300}

    def _mark(self, slot: Any) -> str:
        """A slot as the store may keep it: it can name a telephone or a token. One without a piece is of all parts."""
        piece, (kind, who) = slot
        part = None if piece is None else self.part
        # What a plugin marks nobody of, Apprise marks as a whole by a bare object: its text is another in each process.
        who = "whole" if kind is object else who
        return hashlib.sha256(f"{self._message} {part} {piece} {kind.__qualname__} {who}".encode()).hexdigest()[:12]


@contextmanager
def leaving_out(tracker: Tracker) -> Iterator[None]:
    """Plugins leave out who is in `tracker`, and add to it who takes what they send."""
    from apprise.plugins import base

    asked: ContextVar[Any] = base._delivery_tracker  # it has no public name; a test fails when plugins ask another
    token = asked.set(tracker)
    try:
        yield
    finally:
        asked.reset(token)
