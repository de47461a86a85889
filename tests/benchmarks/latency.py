"""From `mv article.txt inbox/` to the POST at a webhook."""

from __future__ import annotations

import random
import statistics
import time
from pathlib import Path

from tests.benchmarks.figure import Figure
from tests.newsroom import story
from tests.sink import Sink, listening
from tests.support import running

ARTICLES = 1_000
RULES = """\
version: 1
channels: {sink: {urls: ["URL"], group_by: [rule, article], group_wait: 0s}}
defaults: {notify: [sink], max_alerts: 100000/h}
rules:
  - {id: border, level: high, condition: {all: [{keywords: ["taliban*"]}, {place: central-asia}]}}
  - {id: gas, condition: {near: {within: 10, all: [{keywords: ["gaz*", "gas pipeline*"]}, {place: [TM, UZ]}]}}}
  - {id: morocco, condition: {all: [{place: [MA, EH]}, {none: [{keywords: [football]}]}]}}
"""


def measure(home: Path) -> list[Figure]:
    """The median and the 99th percentile over 1,000 articles, one at a time."""
    rng = random.Random(1)
    with listening() as sink, running(home, rules=RULES.replace("URL", sink.url)) as daemon:
        took = [_once(sink, home, daemon.inbox, story(rng, n, words=300, watched=True).text()) for n in range(ARTICLES)]
    taken = sorted(1000 * seconds for seconds in took)
    return [
        Figure("mv to POST, median", statistics.median(taken), "ms", most=60),
        Figure("mv to POST, 99th percentile", taken[len(taken) * 99 // 100 - 1], "ms", most=250),
    ]


def _once(sink: Sink, home: Path, inbox: Path, article: bytes) -> float:
    part, name = home / "article", f"{time.monotonic_ns()}.txt"
    part.write_bytes(article)
    began = time.monotonic()
    part.rename(inbox / name)
    return sink.fresh.get(timeout=30).at - began
