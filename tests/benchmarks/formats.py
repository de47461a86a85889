"""Every file of ../shared/data/formats, read in a worker as the daemon reads it: what became of each, by kind."""

from __future__ import annotations

import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks.figure import Figure
from watcher.analyse import Task, analyse
from watcher.formats import KINDS
from watcher.formats.base import Sheet
from watcher.model import FileFacts, FileOutcome, Limits
from watcher.pool import Pool
from watcher.rules.bundle import Bundle

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "formats"
RULES = Bundle({"rules.yaml": "version: 1\nrules:\n  - {id: none, condition: {keywords: [zqxzqx]}}\n"})
DIED = "its reader died"
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Read:
    """What became of one file; `memory` is the most that its worker ever held while it read, in MB."""

    kind: str
    outcome: str
    reason: str = ""
    articles: int = 0
    seconds: float = 0.0
    memory: float = 0.0


def measure(home: Path) -> list[Figure]:
    """Reads the files one by one, within the default limits, and prints a table; says so where they are not there."""
    if not FOLDER.is_dir():
        print(f"formats: skipped, there is no {FOLDER}", file=sys.stderr)
        return []
    files = sorted(path for path in FOLDER.rglob("*") if path.is_file())
    read = dict(zip(files, _all(files), strict=True))
    Console(width=200).print(_table(read))
    outcomes = Counter(one.outcome for one in read.values())
    return [
        Figure("files", len(files), ""),
        Figure("articles", sum(one.articles for one in read.values()), ""),
        *(Figure(f"files {outcome}", outcomes[outcome], "") for outcome in FileOutcome),
        Figure("files unaccounted for", len(files) - sum(outcomes[o] for o in FileOutcome), "", most=0),
        Figure("readers that died", sum(one.reason == DIED for one in read.values()), "", most=0),
        Figure("slowest file", max(one.seconds for one in read.values()), "s", most=Limits().seconds),
        Figure("most memory of a worker", max(one.memory for one in read.values()), "MB", most=Limits().memory_mb),
    ]


def _all(files: list[Path]) -> Iterator[Read]:
    pool = Pool()
    try:
        for path in files:
            try:
                yield pool.submit(_read, path).result()
            except BrokenProcessPool:
                yield Read("?", FileOutcome.QUARANTINED, DIED)
    finally:
        pool.stop()


def _read(path: Path) -> Read:
    status = path.stat()
    name = str(path.relative_to(FOLDER))
    facts = FileFacts(name, status.st_size, status.st_mtime_ns)
    _forget_peak()
    begun = time.perf_counter()
    found = analyse(Task(str(FOLDER), (facts,), RULES.digest, int(time.time() * 1000), Limits(), "md", RULES))
    seconds = time.perf_counter() - begun
    assert found
    (one,) = found
    kind = _kind(Sheet(name, path.read_bytes()))
    return Read(kind, one.outcome, one.reason, len(one.readings), seconds, _peak())


def _kind(sheet: Sheet) -> str:
    kinds = (kind.__name__.rpartition(".")[2] for kind in KINDS if kind.recognises(sheet))  # type: ignore[attr-defined]
    return next(kinds, "binary")


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def _peak() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1_000


def _table(read: dict[Path, Read]) -> Table:
    table = Table("folder", "kind", box=None)
    for heading in ("files", "articles", "read", "passed over", "quarantined", "slowest s", "most MB"):
        table.add_column(heading, justify="right")
    table.add_column("quarantined or passed over with")
    rows: defaultdict[tuple[str, str], list[Read]] = defaultdict(list)
    for path, one in read.items():
        rows[path.relative_to(FOLDER).parts[0], one.kind].append(one)
    for (folder, kind), group in sorted(rows.items()):
        outcomes = Counter(one.outcome for one in group)
        reasons = Counter(_NUMBER.sub("N", one.reason) for one in group if one.reason)
        table.add_row(
            folder,
            kind,
            *(f"{number:,}" for number in (len(group), sum(one.articles for one in group))),
            *(f"{outcomes[o]:,}" for o in (FileOutcome.DONE, FileOutcome.PASSED_OVER, FileOutcome.QUARANTINED)),
            f"{max(one.seconds for one in group):.2f}",
            f"{max(one.memory for one in group):.0f}",
            "; ".join(f"{reason} ({count})" for reason, count in reasons.most_common()),
        )
    return table
