"""What the tests of several parts need: a store of their own, and a look at whether anything shows a secret."""

from __future__ import annotations

import logging
import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Connection, event
from sqlalchemy.dialects import postgresql

from tests import judging
from tests.canary import shown_in
from watcher.entities.places import Gazetteer
from watcher.pool import Pool
from watcher.store import Store, open_store

# Hundreds of processes are started, each of which would compile the whole program where nothing may be written.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
for far_side in ("werkzeug", "mail.log"):  # the servers that tests send to: what reaches them, they may log
    logging.getLogger(far_side).setLevel(logging.CRITICAL)
# The same cases in each run, however slow the machine: a change is refused for what it breaks. New ones are looked for
# by `make test ARGS=--hypothesis-profile=search`.
settings.register_profile(
    "repeatable", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("search", deadline=None, max_examples=1_000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("repeatable")
POSTGRESQL: Any = postgresql.dialect()  # type: ignore[no-untyped-call]


def compile_for_postgresql(conn: Connection, statement: Any, *_: object) -> None:
    statement.compile(dialect=POSTGRESQL)


def pytest_xdist_auto_num_workers() -> int:
    """Half as many again as there are processors: a third of the time of the tests is waiting, for what must rest, for
    a try again, for the disk."""
    processors = len(os.sched_getaffinity(0))
    return processors + max(1, processors // 2)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A real store; each statement must be one that PostgreSQL has too."""
    with open_store(tmp_path / "state") as opened:
        event.listen(opened.engine, "before_execute", compile_for_postgresql)
        yield opened


@pytest.fixture
def pool() -> Iterator[Pool]:
    """One worker, which ends with the test."""
    made = Pool()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    """That of the package, loaded once for all tests of a process."""
    return judging.gazetteer()


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder beside the inbox, on its file system."""
    (tmp_path / "outside").mkdir()
    return tmp_path / "outside"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fails whatever test has shown the secret of the tests: in its output, its log, or a file that it left."""
    report = yield
    if report.when == "teardown" and report.passed:
        folder = getattr(item, "funcargs", {}).get("tmp_path")
        if where := list(shown_in(report.sections, folder)):
            report.outcome = "failed"
            report.longrepr = f"a secret is shown in {', '.join(where)}"
    return report
