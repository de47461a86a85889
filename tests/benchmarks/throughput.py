"""How fast `run --once` takes a full inbox, beside a plain loop of regular expressions over the same files."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.benchmarks.figure import Figure
from tests.benchmarks.start import SHIPPED
from tests.newsroom import story
from tests.support import Daemon

TEXTS = 2000


def measure(home: Path) -> list[Figure]:
    """Articles a second, all in: start, reading, rules, store, delivery to a file; and the ratio to the loop."""
    rng = random.Random(3)
    daemon = Daemon(home, rules=SHIPPED.read_text())
    for number in range(TEXTS):
        (daemon.inbox / f"{number}.txt").write_bytes(story(rng, number, words=300, watched=number % 10 == 0).text())
    began = time.monotonic()
    done = daemon.run("run", "--once")
    assert done.returncode == 0, done.stderr
    watcher = TEXTS / (time.monotonic() - began)
    plain = _plain(daemon.inbox)
    return [
        Figure(f"run --once over {TEXTS} texts", watcher, "articles/s"),
        Figure("plain loop of regular expressions", plain, "articles/s"),
        Figure("ratio", watcher / plain, ""),
    ]


def _plain(inbox: Path) -> float:
    """Reads each file and asks each term's expression whether it occurs: no places, names, evidence or store."""
    written = yaml.safe_load(SHIPPED.read_text())["lists"]
    words = (re.escape(term).replace(r"\*", r"\w*") for term in _terms(written))
    patterns = [re.compile(rf"\b{word}\b", re.IGNORECASE) for word in words]
    began = time.monotonic()
    found = sum(sum(bool(p.search(text)) for p in patterns) for text in (f.read_text() for f in inbox.iterdir()))
    assert found
    return TEXTS / (time.monotonic() - began)


def _terms(written: Any) -> Iterator[str]:
    if isinstance(written, str):
        yield written
    else:
        for below in written.values() if isinstance(written, dict) else written:
            yield from _terms(below)
