"""The daemon loses nothing when it is killed; `make chaos` does the same at length."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos import chaos
from tests.outage import outage


@pytest.mark.slow
@pytest.mark.parametrize(("after", "kills"), [("keep", 10), ("archive", 5)])
def test_kills_lose_no_alert_and_leave_no_worker(tmp_path: Path, after: str, kills: int) -> None:
    """After kills at random moments the alerts are those of a run without kills, each reached the sink, a repeat
    at most for each kill, every file is accounted for, and no process of a killed daemon stayed."""
    report = chaos(tmp_path, seed=kills, kills=kills, files=5 * kills, after=after)
    print(report)
    assert not report.faults
    assert report.alerts and report.received >= report.alerts


@pytest.mark.slow
def test_a_failing_channel_and_kills_cost_neither_channel_an_alert(tmp_path: Path) -> None:
    """One of two channels cuts, hangs, is broken and busy in turns while the daemon is killed: in the end both have all
    alerts, and nothing came twice but what was being sent at a kill."""
    report = outage(tmp_path, seed=8, kills=8, alerts=40)
    print(report)
    assert not report.faults
    assert report.refused
