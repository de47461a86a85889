"""When a message that failed is tried again, and an address that fails or has had enough is left alone."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from watcher.model import Level
from watcher.phrase import Phrase

FIRST_WAIT = 10.0
LONGEST_WAIT = 15 * 60.0
JITTER = 0.2
LONGEST_ASKED = 60 * 60.0
GIVE_UP_MS = 24 * 60 * 60 * 1000
BREAKS_AFTER = 3  # failures in a row after which an address is only probed
STALE_MS = 60 * 60 * 1000  # what is older when an address works again comes as one digest
FALLBACK_CRITICAL = 120  # seconds of failure after which critical alerts go to the fallback, at the latest


def backoff(tries: int, seed: str) -> float:
    """Seconds to wait after the `tries`-th failure: 10 s doubling to 15 min, 20 % more or less.

    The same `seed` (the message's id) gives the same waits; different messages spread out.
    """
    wait = min(FIRST_WAIT * 2.0 ** min(max(tries, 1) - 1, 16), LONGEST_WAIT)
    return wait * _spread(tries, seed, 1 - JITTER, 1 + JITTER)


def next_try(first_try: int, now: int, tries: int, seed: str, after: float | None = None, free: int = 0) -> int | None:
    """When to try again (UTC ms), None when 24 h have passed since `first_try` or will have by then.

    `after` is the wait in seconds that the provider asked for: kept up to an hour, never undercut. `free` is until when
    the address is left alone.
    """
    due = now + _wait(tries, seed, after)
    return due if max(due, free) - first_try <= GIVE_UP_MS else None


def _wait(tries: int, seed: str, after: float | None) -> int:
    """Milliseconds."""
    if after is None:
        wait = backoff(tries, seed)
    else:
        wait = min(max(after, 1.0), LONGEST_ASKED) * _spread(tries, seed, 1.0, 1 + JITTER)
    return round(wait * 1000)


def _spread(tries: int, seed: str, low: float, high: float) -> float:
    return random.Random(f"{seed}:{tries}").uniform(low, high)  # noqa: S311 - spreads load, hides nothing


# ── an address that fails, or has had enough ─────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Pause:
    """Why an address is left alone until `until`: it failed `failures` times in a row, the first time at `since`, or,
    with no failure, its rate is used up."""

    failures: int
    since: int
    until: int
    why: Phrase


def after_failure(pause: Pause | None, now: int, seed: str, why: Phrase, after: float | None = None) -> Pause:
    """What an address comes to that failed once more: the third time in a row, or where it asks for a wait of `after`
    seconds, nothing is sent to it for a time; then one message probes it. It began to fail by `now`, if the clock that
    said otherwise was set back."""
    failures, since = (pause.failures + 1, min(pause.since, now)) if pause and pause.failures else (1, now)
    until = now
    if after is not None or failures >= BREAKS_AFTER:
        until += _wait(failures - BREAKS_AFTER + 1, seed, after)
    return Pause(failures, since, until, why)


def free_at(tried: Sequence[int], most: int, span_ms: int, now: int) -> int:
    """When the next message may go where at most `most` may in any `span_ms`; `tried` are the last tries, the oldest
    first; those that a clock since set back says are still to come count as tried now."""
    return now if len(tried) < most else max(now, min(tried[-most], now) + span_ms)


def falls_back_at(since: int, after: int, level: Level) -> int:
    """When what waits for an address that has failed from `since` on goes to the fallback of its channel, which is told
    `after` so many seconds."""
    return since + 1000 * (min(after, FALLBACK_CRITICAL) if level is Level.CRITICAL else after)
