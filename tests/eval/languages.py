"""In which language articles are, against what their sources say."""

from __future__ import annotations

import subprocess
import sys
import time

from rich.console import Console

from tests.eval.material import Material
from tests.eval.score import share
from watcher import language

WORDS = 50  # articles with more are judged
_MEMORY = """
def taken():
    with open("/proc/self/statm") as pages:
        return int(pages.read().split()[1]) * 4096 / 1e6
from watcher import language
before = taken()
language.detect("Moscou reconnaît les efforts des talibans", "La Russie a salué mercredi les efforts. " * 20)
print(taken() - before)
"""


def measure(material: Material, console: Console, *, errors: bool) -> bool:
    """Prints how many are told rightly, with time and memory; whether the goals are met."""
    rows = [row for row in material.rows() if len(row.text) > WORDS]
    language.detect("", rows[0].body)
    begun = time.process_time()
    told = [language.detect(row.title, row.body) for row in rows]
    milliseconds = (time.process_time() - begun) / len(rows) * 1000
    wrong = [(row, code) for row, code in zip(rows, told, strict=True) if row.language != code]
    for row, code in wrong if errors else ():
        console.print(f"{row.id}: {code}, its source says {row.language}", markup=False)
    run = subprocess.run([sys.executable, "-c", _MEMORY], capture_output=True, text=True, check=True)
    megabytes, right = float(run.stdout), len(rows) - len(wrong)
    console.print(
        f"languages: right {share(right, len(rows))} of {len(rows)}, {milliseconds:.2f} ms each, {megabytes:.1f} MB",
        highlight=False,
    )
    return right / len(rows) >= 0.99 and milliseconds <= 0.5 and megabytes <= 20
