"""One archive of 5,000 articles that open 20,000 alerts: how long it keeps the store from others, and takes in all."""

from __future__ import annotations

import json
import random
import sqlite3
import time
import zipfile
from contextlib import closing
from pathlib import Path

from tests.benchmarks.figure import Figure
from tests.newsroom import story
from tests.support import Daemon, running

ARTICLES = 5_000
ALERTS = 4 * ARTICLES
WAIT = 600.0  # seconds, on a busy machine
RULES = """\
version: 1
channels: {out: {file: OUT}}
defaults: {notify: [out]}
rules:
""" + "".join(f"  - {{id: r{number}, condition: {{keywords: [archived]}}}}\n" for number in range(ALERTS // ARTICLES))


def measure(home: Path) -> list[Figure]:
    """Another process asks for the store's write lock again and again, as commands do."""
    (home / "pack.zip").write_bytes(b"")
    with zipfile.ZipFile(home / "pack.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("wire.jsonl", _wire())
    with running(home, rules=RULES) as daemon:
        began = time.monotonic()
        (home / "pack.zip").rename(daemon.inbox / "pack.zip")
        longest = _ask_until_done(daemon)
        seconds = time.monotonic() - began
        ((alerts,),) = daemon.rows("SELECT count(*) FROM alerts")
    return [
        Figure("archive: alerts of its articles", alerts, "alerts", most=ALERTS, least=ALERTS),
        Figure("from its arrival to the ledger", seconds, "s"),
        Figure("the longest that another writer waited", longest, "s", most=5),
    ]


def _wire() -> str:
    rng = random.Random(11)
    texts = (story(rng, number, words=80).text().decode() for number in range(ARTICLES))
    return "\n".join(json.dumps({"title": f"Archived {n}", "text": text}) for n, text in enumerate(texts))


def _ask_until_done(daemon: Daemon) -> float:
    """The longest wait for the lock, in seconds, until the archive is in the ledger."""
    longest, until = 0.0, time.monotonic() + WAIT
    with closing(sqlite3.connect(daemon.state / "store.db", timeout=WAIT, isolation_level=None)) as store:
        while not daemon.files() and time.monotonic() < until:
            began = time.monotonic()
            store.execute("BEGIN IMMEDIATE")
            store.execute("ROLLBACK")
            longest = max(longest, time.monotonic() - began)
            time.sleep(0.2)
    return longest
