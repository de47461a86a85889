"""How surely the same story is found again after five kinds of edits, and what it costs."""

from __future__ import annotations

import json
import random
import re
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.benchmarks.figure import Figure
from tests.retold import news
from watcher.folding import UNSPACED
from watcher.model import (
    Admission,
    Article,
    Draft,
    FileFacts,
    FileOutcome,
    Fingerprint,
    Handled,
    Level,
    Reading,
    Verdict,
)
from watcher.store import open_store
from watcher.store.articles import admit
from watcher.stories import Shelf, fingerprint

NEWS = Path(__file__).parents[3] / "shared" / "data" / "news-dev.jsonl"
ARTICLES, OTHERS = 20, 250
KEPT, WORDS, BATCH = 2_000, 500, 50
TRIES = 10  # draws of the articles, the words and the order: one draw alone may be lucky
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+|(?<=[。！？।။])")
FOOTER = "\n\nFollow us on every network. Subscribe to the morning letter.\nAll rights reserved. Contact the newsroom."

Edit = Callable[[random.Random, str, str], str]


def measure(home: Path) -> list[Figure]:
    """What is found takes the articles of `shared/data` beside the project; says so where they are not there."""
    figures = _cost([news(number, WORDS) for number in range(KEPT)], home)
    if not NEWS.is_file():
        print(f"repeats: what is found is skipped, there is no {NEWS}", file=sys.stderr)
        return figures
    texts = [f"{row['title']}\n\n{row['text']}" for row in map(json.loads, NEWS.open(encoding="utf-8"))]
    return [*_found(texts), *figures]


def _found(texts: Sequence[str]) -> list[Figure]:
    """In the worst of the draws."""
    long = [text for text in texts if len(text) > 1_000]
    found: dict[str, list[int]] = {name: [] for name in EDITS}
    false = []
    for seed in range(TRIES):
        rng = random.Random(seed)
        drawn = _apart(rng.sample(long, 2 * (ARTICLES + OTHERS)))[: ARTICLES + OTHERS]
        chosen, others = drawn[:ARTICLES], drawn[ARTICLES:]
        for name, edit in EDITS.items():
            edited = [edit(rng, text, rng.choice(others)) for text in chosen]
            shelf = Shelf()
            stories = [shelf.place(n, 0, fingerprint(text)).story for n, text in enumerate([*drawn, *edited])]
            found[name].append(sum(stories[len(drawn) + n] == n for n in range(ARTICLES)))
            false.append(sum(story != n for n, story in enumerate(stories[: len(drawn)])))
    least = {name: 15 if name == THIRD else 19 for name in EDITS}
    figures = [Figure(f"found of {ARTICLES}: {n}", min(got), "articles", least=least[n]) for n, got in found.items()]
    return [*figures, Figure(f"false pairs among {OTHERS} others", max(false), "pairs", most=0)]


def _apart(texts: Sequence[str]) -> list[str]:
    """Those that stand in no other's story by the plainest of measures: words in runs of eight."""
    kept: list[str] = []
    known: set[str] = set()
    for text in texts:
        words = list(text) if _spaceless(text) else text.casefold().split()
        runs = {" ".join(words[i : i + 8]) for i in range(len(words) - 7)}
        if len(runs & known) * 20 < len(runs):
            kept.append(text)
            known |= runs
    return kept


def _cost(texts: Sequence[str], home: Path) -> list[Figure]:
    """Of articles that all match, and the same ones without what they are found by."""
    start = time.perf_counter()
    prints = [fingerprint(text) for text in texts]
    making = (time.perf_counter() - start) / len(texts)
    with_them = _admitted(texts, prints, home / "with")
    without = _admitted(texts, [None] * len(texts), home / "without")
    words = f"of {WORDS} words"
    return [
        Figure(f"fingerprint of an article {words}", 1e3 * making, "ms", most=2),
        Figure(f"finding its story among {KEPT:,}", 1e3 * (with_them[0] - without[0]), "ms"),
        Figure("beside entering it and its alert", 1e3 * without[0], "ms"),
        Figure(f"kept for three days of each {words}", (with_them[1] - without[1]) / 1e3, "KB"),
    ]


def _admitted(texts: Sequence[str], prints: Sequence[Fingerprint | None], home: Path) -> tuple[float, float]:
    """Seconds and bytes that each article takes."""
    handled = []
    for number, (text, found) in enumerate(zip(texts, prints, strict=True)):
        article, verdict = Article(f"Title {number}", text, source=f"paper {number % 30}"), Verdict("rule", match=True)
        drafts = (Draft("rule", "Title", Level.HIGH, "d" * 64, verdict),)
        admission = Admission(Reading(article, (verdict,), fingerprint=found), drafts)
        handled.append(Handled(FileFacts(f"{number}.txt", 1, number), FileOutcome.DONE, "", (admission,)))
    with open_store(home) as store:
        start = time.perf_counter()
        for at in range(0, len(handled), BATCH):
            admit(store, handled[at : at + BATCH], 1_760_000_000_000)
        taken = time.perf_counter() - start
    return taken / len(texts), (home / "store.db").stat().st_size / len(texts)


# ── edits ────────────────────────────────────────────────────────────────────────────────────────


def _spaceless(text: str) -> bool:
    return 2 * len(UNSPACED.findall(text)) > len(text.replace(" ", ""))


def _sentences(text: str) -> list[str]:
    return [sentence for sentence in _SENTENCE.split(text) if sentence.strip()]


def tagged(rng: random.Random, text: str, other: str) -> str:
    return f"URGENT - {text}{FOOTER}"


def cut(rng: random.Random, text: str, other: str) -> str:
    return text[: len(text) * 3 // 4]


def reworded(rng: random.Random, text: str, other: str) -> str:
    """A tenth of the sentences are another article's, and of the words 4 in 100."""
    sentences, strange = _sentences(text), _sentences(other)
    for at in rng.sample(range(len(sentences)), -(-len(sentences) // 10)):
        sentences[at] = rng.choice(strange)
    joined = " ".join(sentences)
    words = list(joined) if _spaceless(text) else joined.split(" ")
    vocabulary = list(other) if _spaceless(text) else other.split()
    for at in rng.sample(range(len(words)), len(words) // 25):
        words[at] = rng.choice(vocabulary)
    return ("" if _spaceless(text) else " ").join(words)


def shuffled(rng: random.Random, text: str, other: str) -> str:
    """A new introduction, and the paragraphs in another order; sentences where there are no paragraphs."""
    parts = [part for part in text.split("\n") if part.strip()]
    parts = parts[1:] if len(parts) > 3 else _sentences(text)
    rng.shuffle(parts)
    return "\n\n".join((" ".join(_sentences(other)[:2]), *parts))


def third(rng: random.Random, text: str, other: str) -> str:
    return text[: len(text) // 3]


THIRD = "first third only"
EDITS: dict[str, Edit] = {
    "tag and footer": tagged,
    "cut by a quarter": cut,
    "sentences and words changed": reworded,
    "new introduction, shuffled": shuffled,
    THIRD: third,
}
