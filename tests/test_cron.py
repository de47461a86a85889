"""Times by crontab(5): what a line means, and what is no line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.desk import at
from watcher.rules.cron import parse

PARIS = "Europe/Paris"


@pytest.mark.parametrize(
    ("line", "after", "expected"),
    [
        ("0 8 * * 1", "2026-03-25T00:00:00+01:00", "2026-03-30T08:00:00+02:00"),  # a Monday
        ("0 0 * * 0", "2026-03-02T00:00:00+01:00", "2026-03-08T00:00:00+01:00"),
        ("0 0 * * 7", "2026-03-02T00:00:00+01:00", "2026-03-08T00:00:00+01:00"),
        ("0 9 * * fri-sun", "2026-03-07T10:00:00+01:00", "2026-03-08T09:00:00+01:00"),
        ("0 0 13 * 5", "2026-03-01T00:00:00+01:00", "2026-03-06T00:00:00+01:00"),  # the 13th, or a Friday
        ("0 0 13 * 5", "2026-03-07T00:00:00+01:00", "2026-03-13T00:00:00+01:00"),
        ("*/20 10-11 1 jan *", "2026-03-01T00:00:00+01:00", "2027-01-01T10:00:00+01:00"),
        ("@hourly", "2026-03-01T10:30:00+01:00", "2026-03-01T11:00:00+01:00"),
        ("30 2 * * *", "2026-03-28T03:00:00+01:00", "2026-03-29T03:30:00+02:00"),  # 02:30 is left out that night
        ("30 2 * * *", "2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"),  # and is there twice in this one
        ("0 * * * *", "2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00"),  # each hour is each hour
    ],
)
def test_what_a_line_means(line: str, after: str, expected: str) -> None:
    """Weekdays count from Sunday, day and weekday mean either, and the clock may be changed."""
    assert parse(line).following(at(after), PARIS) == at(expected)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("", "five fields"),
        ("0 8 * *", "five fields"),
        ("60 * * * *", "'60' is no minute; it is a number from 0 to 59"),
        ("0 0 * * 8", "'8' is no weekday"),
        ("0 0 * foo *", "'foo' is no month"),
        ("5-1 * * * *", "it means nothing"),
        ("*/0 * * * *", "it means nothing"),
        ("0 0 31 2 *", "no month of these has a day 31"),
        ("\u0663 * * * *", "is no minute"),
        ("* " * 200, "five fields"),
    ],
)
def test_what_is_no_line(line: str, why: str) -> None:
    """A mistake is told in words."""
    with pytest.raises(ValueError, match=why):
        parse(line)


@given(st.text(alphabet="0123456789*/-, @monfri", max_size=30), st.integers(0, 4_000_000_000_000))
def test_any_line_has_a_next_time_or_a_fault(line: str, now: int) -> None:
    """No line makes the clock stand still or go back."""
    try:
        cron = parse(line)
    except ValueError:
        return
    assert cron.following(now, PARIS) > now
