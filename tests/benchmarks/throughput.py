"""How fast `run --once` takes a full inbox, beside bare spaCy over the same texts on the same cores."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.bare import bare_ner
from tests.benchmarks.figure import Figure
from tests.benchmarks.sizes import full
from tests.benchmarks.workload import Rule, documents, rules, rules_file, vocabularies
from tests.processes import children, cpu_seconds
from tests.support import Daemon
from watcher.model import Article

TEXTS, SAMPLE = (20_000, 1_000) if full() else (8_000, 200)
RULES = 1_000
WITH_ENTITIES = 20
CANDIDATES = 0.1  # share of the articles that a rule about people has to judge
CORES = 2
PERSON = "entity: {type: person}"
# Every alert is decided on and committed, none is sent: a delivery is synced to the disk twice and would measure that.
HEAD = "version: 1\nchannels: {out: {file: OUT, min_level: critical}}\ndefaults: {notify: [out]}\n"


@dataclass(frozen=True, slots=True)
class _Run:
    """What a run took: seconds by the clock, and processor time of the daemon with all its processes and of the
    busiest of them."""

    seconds: float
    cpu: float
    busiest: float
    alerts: int

    @property
    def least(self) -> float:
        """The seconds that it would take on cores of its own."""
        return max(self.cpu / CORES, self.busiest)


def measure(home: Path) -> list[Figure]:
    """Texts of 4 KB, from the start of the command until each article and alert is in the store."""
    rng = random.Random(3)
    words = vocabularies(rng)
    articles = documents(rng, words, TEXTS)
    written = rules(rng, words, articles[:1_000], RULES)
    daemon = Daemon(home / "words", rules=HEAD + rules_file(written).partition("\n")[2])
    _fill(daemon.inbox, articles)
    bare, bare_by_clock = bare_ner(daemon.inbox, SAMPLE, CORES)
    plain = _run(daemon)
    people = Daemon(home / "people", rules=HEAD + _with_people(written, articles))
    people.inbox.rmdir()
    daemon.inbox.rename(people.inbox)
    entities = _run(people)
    return [
        Figure("bare spaCy NER, two cores", bare, "texts/s"),
        Figure("the same by the clock", bare_by_clock, "texts/s"),
        *_figures(f"run --once, {RULES:,} rules", plain, bare, bare_by_clock, 20),
        *_figures(f"run --once, {WITH_ENTITIES} of them ask for people", entities, bare, bare_by_clock, 6),
    ]


def _figures(name: str, run: _Run, bare: float, bare_by_clock: float, least: float) -> list[Figure]:
    return [
        Figure(f"{name}", TEXTS / run.least, "texts/s"),
        Figure(f"{name}, against bare spaCy", TEXTS / run.least / bare, "times", least=least),
        Figure(f"{name}, by the clock", TEXTS / run.seconds / bare_by_clock, "times"),
        Figure(f"{name}, alerts", run.alerts / TEXTS, "a text"),
    ]


def _fill(inbox: Path, articles: Sequence[Article]) -> None:
    for number, article in enumerate(articles):
        (inbox / f"{number}.txt").write_text(f"{article.text}\n", "utf-8")


def _with_people(written: Sequence[Rule], articles: Sequence[Article]) -> str:
    """The rules, 20 of which also ask for a person: each by words that stand in a two-hundredth of the articles."""
    texts = [set(a.text.split()) for a in articles[:1_000]]
    counts: dict[str, int] = {}
    for text in texts:
        for word in text:
            counts[word] = counts.get(word, 0) + 1
    wanted = len(texts) * CANDIDATES / WITH_ENTITIES
    near = sorted((w for w in counts if w.isalpha() and w.islower()), key=lambda w: (abs(counts[w] - wanted), w))
    asking = "".join(
        f"  - {{id: p{n}, condition: {{all: [{{keywords: ['{word}']}}, {{{PERSON}}}]}}}}\n"
        for n, word in enumerate(near[:WITH_ENTITIES])
    )
    return rules_file(written[WITH_ENTITIES:]).partition("\n")[2] + asking


def _run(daemon: Daemon) -> _Run:
    """Runs until the last article is in the store, and looks at the processes ten times a second."""
    with (daemon.home / "log").open("wb") as log:
        began = time.monotonic()
        process = subprocess.Popen(
            daemon.command("run", "--once", "--settle", "0"),
            env=daemon.environment(), stdout=log, stderr=log, cwd=daemon.home,
        )  # fmt: skip
        used: dict[int, float] = {}
        while stored(daemon, "files") < TEXTS:
            assert process.poll() is None, daemon.log[-2000:]
            time.sleep(0.1)
            used |= _used(process.pid)
        seconds = time.monotonic() - began
        process.kill()
        process.wait()
    return _Run(seconds, sum(used.values()), max(used.values()), stored(daemon, "alerts"))


def stored(daemon: Daemon, table: str) -> int:
    """How many rows are committed."""
    try:
        with closing(sqlite3.connect(f"file:{daemon.state}/store.db?mode=ro", uri=True)) as store:
            return int(store.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608
    except sqlite3.OperationalError:  # not made yet
        return 0


def _used(pid: int) -> dict[int, float]:
    found = {}
    for process in children(pid):
        try:
            found[process.pid] = cpu_seconds(process.pid)
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found
