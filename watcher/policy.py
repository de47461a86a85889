"""Whether, where and when an alert is told: decisions with their reasons, and the schedule of retries."""

from __future__ import annotations

import random
from typing import Protocol

from watcher.model import Decision, DeliveryState, Level

FIRST_WAIT = 10.0
LONGEST_WAIT = 15 * 60.0
JITTER = 0.2
LONGEST_ASKED = 60 * 60.0
GIVE_UP_MS = 24 * 60 * 60 * 1000

NOTIFYING_STATUS = "stable"


class Rule(Protocol):
    """What a decision needs to know of a rule."""

    @property
    def level(self) -> Level: ...

    @property
    def status(self) -> str: ...


class Channel(Protocol):
    """What a decision needs to know of a channel."""

    @property
    def name(self) -> str: ...

    @property
    def min_level(self) -> Level: ...


def recorded_only(status: str) -> str:
    """Why a rule of this status tells nobody; "" for a stable one."""
    return "" if status == NOTIFYING_STATUS else f"status {status}: recorded only"


def decide(rule: Rule, channel: Channel, targets: tuple[str, ...], unconfigured: str | None = None) -> Decision:
    """What becomes of an alert of `rule` at `channel`.

    `targets` are the keys of the channel's addresses; `unconfigured` says what keeps it from sending.
    """
    if reason := recorded_only(rule.status):
        return Decision(channel.name, DeliveryState.DROPPED, reason)
    if rule.level.rank < channel.min_level.rank:
        reason = f"level {rule.level.value} is below min_level {channel.min_level.value}"
        return Decision(channel.name, DeliveryState.DROPPED, reason)
    if unconfigured:
        return Decision(channel.name, DeliveryState.HELD, f"unconfigured: {unconfigured}", targets)
    return Decision(channel.name, DeliveryState.PENDING, "sent at once", targets)


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
