"""What the gazetteer takes: time and memory to load it, and time on an article of 4 KB, made up and real."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from tests.benchmarks.figure import Figure
from tests.eval.material import DATA, Material
from tests.newsroom import story

ARTICLES = 60
SIZE = 4096  # characters
LANGUAGES = "en fr de es it pt nl pl ru uk tr ar fa".split()
_SCRIPT = """
import json, statistics, sys, time
from watcher.entities import places
from watcher.text import Text

def taken():
    with open("/proc/self/statm") as pages:
        return int(pages.read().split()[1]) * 4096 / 1e6

def text_of(body, language):
    text = Text("", body, language)
    text.folded, text.starts, text.ends, text.paragraph_firsts
    return text

given = json.load(sys.stdin)
texts = [text_of(body, "fr") for body in given["made"]]
before, begun = taken(), time.process_time()
gazetteer = places.load().focused(["AF", "TJ", "UZ", "RU"])
gazetteer.find(texts[0])
loaded, memory = time.process_time() - begun, taken() - before

def milliseconds(bodies, language):
    least = [float("inf")] * len(bodies)
    for _ in range(8):
        for i, body in enumerate(bodies):
            text = text_of(body, language)
            begun = time.process_time()
            gazetteer.find(text)
            least[i] = min(least[i], time.process_time() - begun)
    return statistics.median(least) * 1000

made = milliseconds(given["made"], "fr")
dense = milliseconds(["Le Tadjikistan est un voisin de l'Afghanistan, dit-on ici à Moscou. " * 60], "fr")
gazetteer = places.load()
news = {language: milliseconds(bodies, language) for language, bodies in given["news"].items()}
print(json.dumps({"loaded": loaded, "memory": memory, "made": made, "dense": dense, "news": news}))
"""


def measure(home: Path) -> list[Figure]:
    """The least of three runs, of made-up articles in French with the small towns of four countries, and of real news
    where there is some, in pieces of 4 KB."""
    rng = random.Random(2)
    stories = [made for n in range(2 * ARTICLES) if (made := story(rng, n, words=800)).language == "fr"]
    given = {"made": ["\n".join(made.paragraphs)[:SIZE] for made in stories], "news": _news()}
    runs = [_once(json.dumps(given)) for _ in range(3)]
    least = {name: min(run[name] for run in runs) for name in ("loaded", "memory", "made", "dense")}
    return [
        Figure("gazetteer, load with the first article, CPU", least["loaded"], "s", most=0.3),
        Figure("gazetteer, memory", least["memory"], "MB", most=40),
        Figure("gazetteer, article of 4 KB", least["made"], "ms", most=0.6),
        Figure("gazetteer, the same with 180 mentions", least["dense"], "ms", most=5),
        *(
            Figure(f"gazetteer, 4 KB of news, {language}", min(run["news"][language] for run in runs), "ms", most=0.6)
            for language in given["news"]
        ),
    ]


def _news() -> dict[str, list[str]]:
    """Real articles of each language, joined and cut, as some languages have few and short ones."""
    bodies: defaultdict[str, list[str]] = defaultdict(list)
    for row in Material(DATA).rows() if DATA.exists() else ():
        bodies[row.language].append(row.body)
    joined = {language: "\n\n".join(bodies[language]) for language in LANGUAGES}
    return {
        language: [text[i * SIZE : (i + 1) * SIZE] for i in range(min(ARTICLES, len(text) // SIZE))]
        for language, text in joined.items()
        if len(text) >= SIZE
    }


def _once(given: str) -> dict[str, Any]:
    run = subprocess.run(
        [sys.executable, "-c", _SCRIPT], input=given, capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    return dict(json.loads(run.stdout))
