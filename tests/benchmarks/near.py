"""What `near` costs beside the finding of its hits: six conditions with a hundred hits each, every way to be close."""

from __future__ import annotations

import random
import time
from pathlib import Path

from tests.benchmarks.figure import Figure
from watcher.analyse.engine import Engine
from watcher.model import Article
from watcher.rules.bundle import Bundle
from watcher.rules.evaluate import Options

CONDITIONS, HITS, GAP = 6, 100, 3
TURNS = 40
FORMS = {
    "in any order": "within: 25",
    "in any order, just close enough": f"within: {GAP}",
    "ordered": "within: 25, ordered: true",
    "in one sentence": "within: sentence",
    "in one sentence, ordered": "within: sentence, ordered: true",
}


def measure(home: Path) -> list[Figure]:
    """Milliseconds of processor time, the least of many turns, beyond those of the same conditions in `all`: other work
    on the machine slows all alike."""
    article = Article("", _body(random.Random(1)), "en")
    conditions = ", ".join(f"{{keywords: mot{n}}}" for n in range(CONDITIONS))
    engines = [_engine(f"{{all: [{conditions}]}}")]
    engines += [_engine(f"{{near: {{{form}, all: [{conditions}]}}}}") for form in FORMS.values()]
    turns = [[_time(engine, article) for engine in engines] for _ in range(TURNS)]
    found, *near = (min(column) for column in zip(*turns, strict=True))
    return [
        Figure(f"near of {CONDITIONS} conditions with {HITS} hits each, {form}", spent - found, "ms", most=2)
        for form, spent in zip(FORMS, near, strict=True)
    ]


def _body(rng: random.Random) -> str:
    """The words that are looked for in any order, with as many others behind each, and sentences of a few hundred."""
    words = [f"mot{n}" for n in range(CONDITIONS)] * HITS
    rng.shuffle(words)
    return " ".join(f"{word}{' autre' * GAP}{'. Il' if n % 60 == 59 else ''}" for n, word in enumerate(words))


def _engine(condition: str) -> Engine:
    return Engine.of(Bundle({"rules.yaml": f"version: 1\nrules:\n  - {{id: a, condition: {condition}}}\n"}))


def _time(engine: Engine, article: Article) -> float:
    began = time.process_time()
    engine.match([article], Options())
    return 1000 * (time.process_time() - began)
