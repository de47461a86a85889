"""How fast rules are matched, as a share of the bare scan of the same automaton over text folded beforehand."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.benchmarks.figure import Figure
from tests.benchmarks.workload import documents, rules, rules_file, vocabularies
from watcher.analyse import Engine
from watcher.model import Article
from watcher.rules.evaluate import Options
from watcher.rules.load import Bundle
from watcher.text import Text

DOCUMENTS = 1000
PART = 100
TURNS = 7
SHARES = {
    10: None,
    1_000: 0.22,
    10_000: 0.20,
}


def measure(home: Path) -> list[Figure]:
    """For each number of rules: documents a second, everything on one thread, evidence with its offsets included."""
    rng = random.Random(1)
    words = vocabularies(rng)
    articles = documents(rng, words, DOCUMENTS)
    found: list[Figure] = []
    speeds: dict[int, float] = {}
    for count, share in SHARES.items():
        written = rules(random.Random(count), words, articles, count)
        engine = Engine.of(Bundle({"rules.yaml": rules_file(written)}))
        sample = articles[: 100 if count == 100_000 else DOCUMENTS]
        bare, full, matches = _speed(engine, sample)
        speeds[count] = full
        found += [
            Figure(f"{count:,} rules", full, "documents/s"),
            Figure(f"{count:,} rules, share of the bare scan", full / bare, "", least=share),
            Figure(f"{count:,} rules, matches", matches, "a document"),
        ]
    found.append(Figure("1,000 rules, time against 10", speeds[10] / speeds[1_000], "times", most=2.5))
    return found


def _speed(engine: Engine, articles: Sequence[Article]) -> tuple[float, float, float]:
    """Documents a second of the bare scan and of the engine, and matches a document.

    By turns over a hundred documents at a time, the quickest turn of each, in processor time: other work on the
    machine slows both.
    """
    scan = engine.program.automaton.find_matches_as_indexes
    options = Options()
    bare = full = 0.0
    matches = 0
    for at in range(0, len(articles), PART):
        part = articles[at : at + PART]
        folded = [Text(a.title, a.body, a.language).folded for a in part]
        matches += sum(f.match for a in part for m in engine.match([a], options) for f in m.findings)
        turns = [
            (
                _time(lambda: [None for x in folded if scan(x, overlapping=True) is None]),  # noqa: B023
                _time(lambda: [None for a in part if engine.match([a], options) is None]),  # noqa: B023
            )
            for _ in range(TURNS)
        ]
        bare += min(turn[0] for turn in turns)
        full += min(turn[1] for turn in turns)
    return len(articles) / bare, len(articles) / full, matches / len(articles)


def _time(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
