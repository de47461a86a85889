"""What came of a message in the tries before: who of an address's several recipients has it, and need not get it again.

Apprise's plugins ask a tracker whom to leave out, which Apprise gives them for the tries of its own; as the outbox
tries again in place of it, the tracker is given to them here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from watcher.render import Rendered

if TYPE_CHECKING:
    from watcher.channels.http import Exchange

MOST = 1_000  # messages of an address that some of its recipients have and others wait for


@dataclass(slots=True)
class Progress:
    """Of one message: what recipients took, by part, and the numbers of the requests that a service took."""

    _taken: dict[int, set[Any]] = field(default_factory=dict)
    _numbers: set[int] = field(default_factory=set)

    @property
    def begun(self) -> bool:
        """Whether anybody has any of it."""
        return any(self._taken.values())

    @property
    def numbers(self) -> frozenset[int]:
        """The numbers of requests that are not made again."""
        return frozenset(self._numbers if self.begun else ())

    def of_part(self, part: Rendered | None) -> set[Any]:
        """Who has a part; None is a message that has one alone, whatever the age that it tells today."""
        return self._taken.setdefault(hash(part), set())

    def note(self, exchange: Exchange) -> None:
        """Keeps what a try came to."""
        self._numbers |= {a.number for a in exchange.answers if a.status is not None and 200 <= a.status < 300}


class ProgressByMessage:
    """Owns the progress of an address's messages; in the one thread that sends there. A restart, and rules that were
    changed, begin anew."""

    def __init__(self) -> None:
        self._known: dict[str, Progress] = {}

    def of(self, message: str) -> Progress:
        while len(self._known) >= MOST and message not in self._known:
            del self._known[next(iter(self._known))]
        return self._known.setdefault(message, Progress())

    def end(self, message: str) -> None:
        """Nothing is to be known of a message that everybody has, or nobody."""
        self._known.pop(message, None)


@contextmanager
def leaving_out(taken: set[Any]) -> Iterator[None]:
    """Plugins leave out the recipients in `taken`, and add to it who takes what they send."""
    from apprise.plugins import base

    tracker = base._delivery_tracker  # it has no public name; a test fails when plugins no longer ask it
    token = tracker.set(taken)
    try:
        yield
    finally:
        tracker.reset(token)
