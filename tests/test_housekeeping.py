"""What comes by the clock."""

from __future__ import annotations

from datetime import UTC, datetime
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
        ("1T03:16 1T03:17 1T03:18 2T03:16 2T03:18", "1T03:17 2T03:18"),
        ("1T03:18 1T09:00", ""),  # begun after the hour, it waits for the next
        ("1T02:00 5T12:00 5T12:01 6T03:17", "5T12:00 6T03:17"),  # the machine slept
        ("9T02:00 2T02:00 2T03:17 3T03:17", "2T03:17 3T03:17"),  # a clock that was ahead is set right
        ("2T03:16 2T03:17 2T02:17 2T03:17", "2T03:17 2T03:17"),  # an hour once more
    ],
)
def test_the_store_is_pruned_once_a_night(store: Store, clock: str, pruned: str) -> None:
    """At 3:17 UTC, or when that is over, however the clock is set."""
    settings, inbox = Settings(), SimpleNamespace(there=False, waiting=0)
    keeping = Housekeeping(settings, store, cast(Any, inbox), cast(Any, None), cast(Any, None), lambda: None)
    done = []
    for at in clock.split():
        with capture_logs() as lines:
            keeping.prune(int(datetime.fromisoformat(f"2026-03-0{at}:00").replace(tzinfo=UTC).timestamp() * 1000))
        done += [at for line in lines if line["event"] == "store.pruned"]
    assert " ".join(done) == pruned
