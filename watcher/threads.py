"""The threads of the daemon's parts: turn after turn, with patience for trouble of the place."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import structlog

from watcher.clock import now_ms
from watcher.errors import Trouble
from watcher.phrase import Phrase

log = structlog.get_logger(__name__)

FIRST_WAIT = 0.5
LONGEST_WAIT = 30.0
STUCK_AFTER = 60.0  # seconds without a step


def waits() -> Iterator[float]:
    """The seconds to wait after one trouble of the place and the next, each twice the one before, without an end."""
    wait = FIRST_WAIT
    while True:
        yield wait
        wait = min(2 * wait, LONGEST_WAIT)


@contextmanager
def room_for_threads() -> Iterator[None]:
    """Raises Trouble where the place has no room for one more, which Python tells by an error without a kind."""
    try:
        yield
    except RuntimeError as error:
        if "can't start new thread" not in str(error):
            raise
        raise Trouble(Phrase("no thread can be started: too many processes?")) from error


class Part(threading.Thread):
    """Makes one `turn`, waits for as many seconds as it says or until it is woken, and so on until it is stopped; then
    comes `finish`.

    `trouble` is what the place keeps it from doing, "" when all is well; `failure` is what ended it.
    """

    def __init__(
        self,
        name: str,
        turn: Callable[[int], float],
        ended: Callable[[], None],
        finish: Callable[[int], None] | None = None,
    ) -> None:
        super().__init__(name=name, daemon=True)
        self._turn = turn
        self._ended = ended
        self._finish = finish
        self._woken = threading.Event()
        self._stopping = False
        self._waits = waits()
        self.trouble = Phrase("")
        self.failure: BaseException | None = None
        self.last_step = time.monotonic()

    def wake(self) -> None:
        self._woken.set()

    def stop(self) -> None:
        self._stopping = True
        self._woken.set()

    def run(self) -> None:
        try:
            while not self._stopping:
                pause = self._try_turn()
                self.last_step = time.monotonic()
                self._woken.wait(min(pause, LONGEST_WAIT))
                self._woken.clear()
            if self._finish is not None:
                self._finish(now_ms())
        except Trouble as trouble:
            log.warning("part.unfinished", part=self.name, why=str(trouble))
        except BaseException as failure:  # noqa: BLE001 - handed to the main thread, which stops the daemon with it
            self.failure = failure
        finally:
            self._ended()

    def _try_turn(self) -> float:
        try:
            with room_for_threads():
                pause = self._turn(now_ms())
        except Trouble as trouble:
            wait = next(self._waits)
            if trouble.why != self.trouble:
                log.warning("part.waits", part=self.name, why=str(trouble), seconds=wait)
            self.trouble = trouble.why
            return wait
        if self.trouble:
            log.info("part.goes_on", part=self.name)
            self._waits = waits()
        self.trouble = Phrase("")
        return pause


@dataclass(frozen=True, slots=True)
class Threads:
    """The parts of one daemon; any thread may ask how they are."""

    rules: Part
    intake: Part
    dispatch: Part
    health: Part
    heartbeat: Part
    housekeeping: Part

    @property
    def all(self) -> tuple[Part, ...]:
        return self.rules, self.intake, self.dispatch, self.health, self.heartbeat, self.housekeeping

    @property
    def troubles(self) -> Mapping[str, Phrase]:
        """What the place keeps parts from doing, by their names."""
        return {part.name: part.trouble for part in self.all if part.trouble}

    @property
    def moving(self) -> bool:
        """Whether intake and dispatch make steps: else the daemon is stuck, and feeds no heartbeat and supervisor."""
        now = time.monotonic()
        return all(now - part.last_step < STUCK_AFTER for part in (self.intake, self.dispatch))
