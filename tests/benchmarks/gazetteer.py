"""What the gazetteer takes: time and memory to load it, and time on an article of 4 KB."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.figure import Figure
from tests.newsroom import story

ARTICLES = 60
SIZE = 4096  # characters
_SCRIPT = """
import json, sys, time
from watcher.entities import places
from watcher.text import Text

def taken():
    with open("/proc/self/statm") as pages:
        return int(pages.read().split()[1]) * 4096 / 1e6

texts = [Text("", body, "fr") for body in json.load(sys.stdin)]
[(text.folded, text.starts, text.paragraph_firsts) for text in texts]
before, begun = taken(), time.process_time()
gazetteer = places.load().focused(["AF", "TJ", "UZ", "RU"])
gazetteer.find(texts[0])
loaded, memory = time.process_time() - begun, taken() - before
for text in texts:
    gazetteer.find(text)
def milliseconds(texts):
    begun = time.process_time()
    for text in texts:
        gazetteer.find(text)
    return (time.process_time() - begun) / len(texts) * 1000

dense = [Text("", "Le Tadjikistan est un voisin de l'Afghanistan, dit-on ici à Moscou. " * 60, "fr") for _ in range(20)]
[(text.folded, text.starts, text.paragraph_firsts) for text in dense]
print(json.dumps([loaded, memory, milliseconds(texts), milliseconds(dense)]))
"""


def measure(home: Path) -> list[Figure]:
    """The least of three runs over made-up articles in French, with the small towns of four countries."""
    rng = random.Random(2)
    stories = [made for n in range(2 * ARTICLES) if (made := story(rng, n, words=800)).language == "fr"]
    articles = json.dumps(["\n".join(made.paragraphs)[:SIZE] for made in stories])
    runs = [_once(articles) for _ in range(3)]
    seconds, megabytes, milliseconds, dense = (min(figures) for figures in zip(*runs, strict=True))
    return [
        Figure("gazetteer, load with the first article, CPU", seconds, "s", most=0.3),
        Figure("gazetteer, memory", megabytes, "MB", most=40),
        Figure("gazetteer, article of 4 KB", milliseconds, "ms", most=0.6),
        Figure("gazetteer, the same with 180 mentions", dense, "ms", most=5),
    ]


def _once(bodies: str) -> tuple[float, float, float, float]:
    run = subprocess.run(
        [sys.executable, "-c", _SCRIPT], input=bodies, capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    seconds, megabytes, milliseconds, dense = json.loads(run.stdout)
    return seconds, megabytes, milliseconds, dense
