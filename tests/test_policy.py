"""Which rules tell, and when a failed message is tried again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.judging import gazetteer
from watcher.policy import retries
from watcher.policy.decide import QuietHours, recorded_only
from watcher.rules.bundle import Bundle
from watcher.rules.load import load

HOUR = 60 * 60 * 1000
QUIET = """\
version: 1
time_intervals: {nights: {times: ["22:00-06:00"]}}
channels: {desk: {console: true, mute: [nights]}}
rules: [{id: a, condition: {keywords: [a]}, notify: [desk]}]
"""


@pytest.mark.parametrize("status", ["experimental", "test", "deprecated"])
def test_other_rules_are_only_recorded(status: str) -> None:
    """A rule that is not stable disturbs nobody, and says why; a stable one tells."""
    assert recorded_only(status) == f"status {status}: recorded only"
    assert recorded_only("stable") == ""


def test_waits_double_to_a_quarter_of_an_hour() -> None:
    """Ten seconds, then twice as long each time, at most fifteen minutes, a fifth more or less."""
    for tries, middle in enumerate([10, 20, 40, 80, 160, 320, 640, 900, 900], 1):
        assert 0.8 * middle <= retries.backoff(tries, "m") <= 1.2 * middle


@given(st.integers(-5, 10_000), st.text(max_size=10))
def test_waits_are_bounded_and_repeatable(tries: int, seed: str) -> None:
    """No number of failures makes a wait longer than 18 minutes, and the same message waits the same."""
    assert 8 <= retries.backoff(tries, seed) <= 1080
    assert retries.backoff(tries, seed) == retries.backoff(tries, seed)


def test_messages_spread_out() -> None:
    """A hundred messages that failed together do not come back together."""
    assert len({round(retries.backoff(3, f"m{n}"), 3) for n in range(100)}) > 90


@given(st.floats(0, 1e12), st.integers(1, 50))
def test_what_the_provider_asks_for_is_kept(after: float, tries: int) -> None:
    """Nobody is asked again sooner than they wished, up to an hour."""
    due = retries.next_try(0, 0, tries, "m", after)
    assert due is not None
    assert min(max(after, 1), 3600) * 1000 - 1 <= due <= 1.2 * 3600 * 1000


def test_after_a_day_it_is_given_up() -> None:
    """A message is tried for 24 hours and then is dead."""
    assert retries.next_try(0, 23 * HOUR, 100, "m") is not None
    assert retries.next_try(0, 24 * HOUR, 100, "m") is None
    assert retries.next_try(5, 24 * HOUR + 6, 1, "m", 1) is None
    assert retries.next_try(0, 23 * HOUR, 1, "m", free=24 * HOUR) is not None
    assert retries.next_try(0, 23 * HOUR, 1, "m", free=24 * HOUR + 1) is None


def test_a_clock_that_is_set_back_amid_a_turn_prolongs_no_wait() -> None:
    """An address that is being sent to while the clock loses hours waits for its rate no longer than that is long, and
    its failing is counted from no later than now, so that its fallback is not told hours later."""
    tried, now = [5 * HOUR - 2, 5 * HOUR - 1, 5 * HOUR], HOUR
    assert retries.free_at(tried, 3, 60_000, now) == now + 60_000
    assert retries.free_at(tried, 3, 60_000, 5 * HOUR) == 5 * HOUR - 2 + 60_000
    failing = retries.Pause(2, 5 * HOUR, 5 * HOUR, "down")
    assert retries.after_failure(failing, now, "desk", "down").since == now
    assert retries.after_failure(failing, 6 * HOUR, "desk", "down").since == 5 * HOUR


def test_quiet_hours_begin_and_end_with_their_minute_however_often_they_are_asked_for() -> None:
    """Asked many times within a minute they answer the same, and in the next anew."""
    rules = load(Bundle({"rules.yaml": QUIET}), gazetteer())
    by_id = {rule.id: rule for rule in rules.rules}
    quiet = QuietHours(rules.channels["desk"], by_id, by_id.__getitem__)
    night, morning = 22 * HOUR, 30 * HOUR
    asked = [night - 1, night, night + 59_999, morning - 1, morning, morning + 16 * HOUR]
    until = [hold and hold.until for hold in (quiet.hold_all(now) for now in asked)]
    assert until == [None, morning, morning, morning, None, morning + 24 * HOUR]
    assert [quiet.hold_any(now) for now in asked] == [False, True, True, True, False, True]
