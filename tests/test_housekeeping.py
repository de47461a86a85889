"""What comes by the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from watcher.housekeeping import Housekeeping
from watcher.settings import Settings
from watcher.store import Store


@pytest.mark.parametrize(
    ("clock", "pruned"),
    [
        ("1T03:00-2T04:00", "1T03:17 2T03:17"),
        ("1T03:18-1T09:00", ""),  # begun after the hour, it waits for the next
        ("1T02:00-1T02:01 5T12:00-5T14:00", "5T13:00"),  # the machine slept
        ("1T02:00-1T02:05 9T02:00-9T02:30 1T02:35-1T04:00", "1T03:17"),  # half an hour of a wrong day takes nothing
        ("2T03:16-2T03:20 2T02:20-2T04:00", "2T03:17 2T03:17"),  # an hour once more
    ],
)
def test_the_store_is_pruned_once_a_night(store: Store, clock: str, pruned: str) -> None:
    """At 3:17 UTC; where that was not seen to come, as the clock was set or the machine slept, an hour later."""
    inbox = SimpleNamespace(there=False, waiting=0)
    keeping = Housekeeping(Settings(), store, cast(Any, inbox), cast(Any, None), cast(Any, None), lambda: None)
    done = []
    for stretch in clock.split():
        at, end = (datetime.fromisoformat(f"2026-03-0{day}:00").replace(tzinfo=UTC) for day in stretch.split("-"))
        while at <= end:
            with capture_logs() as lines:
                keeping.prune(int(at.timestamp() * 1000))
            done += [f"{at:%-dT%H:%M}" for line in lines if line["event"] == "store.pruned"]
            at += timedelta(minutes=1)
    assert " ".join(done) == pruned
