"""Which rules tell at all, and when a message that failed is tried again."""

from __future__ import annotations

import random

FIRST_WAIT = 10.0
LONGEST_WAIT = 15 * 60.0
JITTER = 0.2
LONGEST_ASKED = 60 * 60.0
GIVE_UP_MS = 24 * 60 * 60 * 1000

NOTIFYING_STATUS = "stable"


def recorded_only(status: str) -> str:
    """Why a rule of this status tells nobody; "" for a stable one."""
    return "" if status == NOTIFYING_STATUS else f"status {status}: recorded only"


def backoff(tries: int, seed: str) -> float:
    """Seconds to wait after the `tries`-th failure: 10 s doubling to 15 min, 20 % more or less.

    The same `seed` (the message's id) gives the same waits; different messages spread out.
    """
    wait = min(FIRST_WAIT * 2.0 ** min(max(tries, 1) - 1, 16), LONGEST_WAIT)
    return wait * _spread(tries, seed, 1 - JITTER, 1 + JITTER)


def next_try(created_at: int, now: int, tries: int, seed: str, after: float | None = None) -> int | None:
    """When to try again (UTC ms), None when 24 h have passed since `created_at` or will have by then.

    `after` is the wait in seconds that the provider asked for: kept up to an hour, never undercut.
    """
    if after is None:
        wait = backoff(tries, seed)
    else:
        wait = min(max(after, 1.0), LONGEST_ASKED) * _spread(tries, seed, 1.0, 1 + JITTER)
    due = now + round(wait * 1000)
    return due if due - created_at <= GIVE_UP_MS else None


def _spread(tries: int, seed: str, low: float, high: float) -> float:
    return random.Random(f"{seed}:{tries}").uniform(low, high)  # noqa: S311 - spreads load, hides nothing
