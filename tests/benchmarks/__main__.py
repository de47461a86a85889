"""Runs the benchmarks and prints their figures: `make bench`, or with names only those (`make bench ARGS=latency`)."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks import (
    archive,
    boilerplate,
    burst,
    delivery,
    engine,
    extraction,
    formats,
    gazetteer,
    latency,
    memory,
    near,
    reference,
    reload,
    repeats,
    start,
    throughput,
)
from tests.benchmarks.figure import Figure

BENCHMARKS: dict[str, Callable[[Path], list[Figure]]] = {
    "archive": archive.measure,
    "boilerplate": boilerplate.measure,
    "burst": burst.measure,
    "delivery": delivery.measure,
    "engine": engine.measure,
    "extraction": extraction.measure,
    "formats": formats.measure,
    "gazetteer": gazetteer.measure,
    "latency": latency.measure,
    "memory": memory.measure,
    "near": near.measure,
    "reference": reference.measure,
    "reload": reload.measure,
    "repeats": repeats.measure,
    "start": start.measure,
    "throughput": throughput.measure,
}


def main(names: list[str]) -> int:
    """The exit status is 1 if a figure passes its bound, 2 for an unknown name."""
    if unknown := set(names) - BENCHMARKS.keys():
        print(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    figures = []
    for name in names or BENCHMARKS:
        print(f"{name} ...", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory() as home:
            figures += BENCHMARKS[name](Path(home))
    Console().print(_table(figures))
    return 0 if all(figure.kept for figure in figures) else 1


def _table(figures: list[Figure]) -> Table:
    table = Table("what", "unit", box=None)
    for heading in ("measured", "bound"):
        table.add_column(heading, justify="right")
    for figure in figures:
        most = "" if figure.most is None else f"at most {figure.most:g}"
        bound = most if figure.least is None else f"at least {figure.least:g}"
        late = "" if figure.kept else "  not kept"
        table.add_row(figure.name, figure.unit, f"{figure.value:,.4g}", bound + late)
    return table


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
