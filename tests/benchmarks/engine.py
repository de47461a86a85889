"""How fast rules are matched, as a share of the bare scan of the same automaton over text folded beforehand."""

from __future__ import annotations

import gc
import os
import random
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.figure import Figure
from tests.benchmarks.workload import Rule, bundle, documents, rules, vocabularies
from watcher.analyse.engine import Engine
from watcher.model import Article
from watcher.rules.evaluate import Options
from watcher.text import Text

DOCUMENTS = 1000
PART = 100
TURNS = 7
SHARES: dict[int, float | None] = {10: None, 1_000: 0.22, 10_000: 0.20}
FULL: dict[int, float | None] = {100_000: 0.15}  # takes two minutes to load


@dataclass(frozen=True, slots=True)
class Speed:
    """Documents a second of the bare scan, of matching with the offsets of the evidence, and of matching with the
    evidence in words, its sentences included; and matches a document."""

    bare: float
    matched: float
    told: float
    matches: float


def measure(home: Path) -> list[Figure]:
    """For each number of rules the speed on one thread; at 1,000 also beside a loop of compiled regexes."""
    rng = random.Random(1)
    words = vocabularies(rng)
    articles = documents(rng, words, DOCUMENTS)
    found: list[Figure] = []
    speeds: dict[int, Speed] = {}
    for count, share in (SHARES | FULL if os.environ.get("BENCH") == "full" else SHARES).items():
        written = rules(random.Random(count), words, articles, count)
        engine = Engine.of(bundle(written))
        gc.freeze()  # as a worker does
        speeds[count] = speed = _speed(engine, articles[: 100 if count in FULL else DOCUMENTS])
        found += [
            Figure(f"{count:,} rules, matches", speed.matches, "a document"),
            Figure(f"{count:,} rules, matches with their offsets", speed.matched, "documents/s"),
            Figure(f"{count:,} rules, evidence in words too", speed.told, "documents/s"),
            Figure(f"{count:,} rules, share of the bare scan", speed.matched / speed.bare, "", least=share),
        ]
        if count == 1_000:
            loop = _loop(written, articles[:10])
            found.append(Figure("1,000 rules, against a loop of regexes", speed.matched / loop, "times", least=300))
    slower = speeds[10].matched / speeds[1_000].matched
    return [*found, Figure("1,000 rules, time against 10", slower, "times", most=2.5)]


def _loop(written: Sequence[Rule], articles: Sequence[Article]) -> float:
    """Documents a second of the plainest way: two compiled expressions a rule, each searched in each text."""
    clauses = [
        [re.compile(rf"\b(?:{'|'.join(map(re.escape, phrases))})\b", re.IGNORECASE) for phrases in (r.first, r.second)]
        for r in written
    ]
    return len(articles) / _time(lambda: [all(c.search(a.text) for c in rule) for a in articles for rule in clauses])


def _speed(engine: Engine, articles: Sequence[Article]) -> Speed:
    """By turns over a hundred documents at a time, the quickest turn of each, in processor time: other work on the
    machine slows all alike."""
    scan = engine.program.automaton.find_matches_as_indexes
    options = Options()
    spent = [0.0, 0.0, 0.0]
    matches = 0
    for at in range(0, len(articles), PART):
        part = articles[at : at + PART]
        folded = [Text(a.title, a.body, a.language).folded for a in part]
        matches += sum(f.match for a in part for m in engine.match([a], options) for f in m.findings)
        work = (
            lambda folded=folded: [None for text in folded if scan(text, overlapping=True) is None],
            lambda part=part: [None for a in part if engine.match([a], options) is None],
            lambda part=part: [None for a in part if engine.match([a], options)[0].verdicts is None],
        )
        turns = [[_time(one) for one in work] for _ in range(TURNS)]
        spent = [total + min(column) for total, column in zip(spent, zip(*turns, strict=True), strict=True)]
    bare, matched, told = (len(articles) / seconds for seconds in spent)
    return Speed(bare, matched, told, matches / len(articles))


def _time(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
