"""The made-up work of the engine's benchmark: documents in French and English, and rules of phrases over their words.

A rule is (any of 2 to 5 phrases) and (any of 2 to 5 phrases), a phrase 1 to 3 words; a fifth of the rules want the two
`near` within 10 words, a tenth has a phrase in `none`, and 30% of the phrases never occur.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from watcher.model import Article
from watcher.rules.bundle import Bundle

ROOT = Path(__file__).parents[2]
VOCABULARY = 20_000
ABSENT = 0.3
NEAR = 0.2
NONE = 0.1
WITHIN = 10
IN_FILE = 10_000  # rules: a file has its limit
_ENGLISH = """
the of and to in a is that for it was on are as with his they at be this from have or by one had not but what all were
when we there can an your which their said if do will each about how up out them then she many some so these would other
into has more her two like him see time could no make than first been its who now people my made over did down only way
find use may water long little very after words called just where most know government president minister military
foreign officials security police forces country international border troops attack killed wounded according agreement
economic energy pipeline parliament election opposition spokesman statement yesterday company market workers strike
region province village capital refugees humanitarian organisation neighbouring negotiations ceasefire ambassador
investigation authorities development infrastructure transport weather flooding earthquake university research
"""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Rule:
    """Two clauses of phrases; `near` where they must stand within WITHIN words; `none` must not occur."""

    id: str
    first: tuple[str, ...]
    second: tuple[str, ...]
    near: bool
    none: str | None

    def yaml(self) -> str:
        both = f"[{{keywords: {_listed(self.first)}}}, {{keywords: {_listed(self.second)}}}]"
        tree = f"near: {{within: {WITHIN}, all: {both}}}" if self.near else f"all: {both}"
        if self.none and self.near:
            tree = f"all: [{{{tree}}}], none: [{{keywords: {_listed([self.none])}}}]"
        elif self.none:
            tree = f"{tree}, none: [{{keywords: {_listed([self.none])}}}]"
        return f"  - {{id: {self.id}, condition: {{{tree}}}}}\n"


def _listed(phrases: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{p}"' for p in phrases) + "]"


def rules_file(rules: Sequence[Rule]) -> str:
    return "version: 1\nrules:\n" + "".join(rule.yaml() for rule in rules)


def bundle(written: Sequence[Rule]) -> Bundle:
    """The rules in files of ten thousand each: one file has its limit."""
    parts = [rules_file(written[at : at + IN_FILE]) for at in range(0, len(written), IN_FILE)]
    if len(parts) == 1:
        return Bundle({"rules.yaml": parts[0]})
    main = "version: 1\ninclude: [rules.d/*.yaml]\n"
    return Bundle({"rules.yaml": main, **{f"rules.d/{n}.yaml": part for n, part in enumerate(parts)}})


class Words:
    """A vocabulary in the order of its frequency (Zipf's law): real words first, then others made like them."""

    def __init__(self, rng: random.Random, language: str, text: str) -> None:
        self.language = language
        real = list(dict.fromkeys(re.findall(r"[A-Za-zÀ-ÖØ-öø-ÿœ]{1,20}", text)))
        counts = {word: text.count(word) for word in real}
        self.words = sorted(real, key=lambda w: -counts[w])
        follow: dict[str, list[str]] = {}
        for word in real:
            for a, b, c in zip(f"  {word}", f" {word} ", f"{word}  ", strict=False):
                follow.setdefault(a + b, []).append(c)
        known = set(self.words)
        while len(self.words) < VOCABULARY:
            word = _made(rng, follow)
            if word not in known:
                known.add(word)
                self.words.append(word)
        self._weights = list(accumulate(1 / (rank + 3) for rank in range(len(self.words))))

    def drawn(self, rng: random.Random, count: int) -> list[str]:
        return rng.choices(self.words, cum_weights=self._weights, k=count)


def _made(rng: random.Random, follow: dict[str, list[str]]) -> str:
    while True:
        word = " "
        state = "  "
        while len(word) < 16:
            letter = rng.choice(follow.get(state, [" "]))
            if letter == " ":
                break
            word += letter
            state = word[-2:]
        if 3 <= len(word.strip()) <= 14:
            return word.strip()


def vocabularies(rng: random.Random) -> tuple[Words, Words]:
    french = "\n".join(p.read_text("utf-8") for p in sorted((ROOT / "seeds").glob("*.txt")))
    return Words(rng, "fr", french), Words(rng, "en", _ENGLISH)


def documents(rng: random.Random, vocabularies: Sequence[Words], count: int) -> list[Article]:
    """Articles of 400 to 800 words, with sentences, commas and paragraphs."""
    return [_document(rng, rng.choice(vocabularies), number) for number in range(count)]


def _document(rng: random.Random, words: Words, number: int) -> Article:
    left = rng.randrange(400, 801)
    title = " ".join(words.drawn(rng, 9)).capitalize()
    paragraphs = []
    while left > 0:
        sentences = []
        for _ in range(rng.randrange(2, 6)):
            length = min(rng.randrange(8, 30), max(left, 3))
            left -= length
            sentence = words.drawn(rng, length)
            for comma in range(6, length - 2, 9):
                sentence[comma] += rng.choice([",", ",", ";", " -", "’s", ":"])
            sentences.append(" ".join(sentence).capitalize() + ".")
        paragraphs.append(" ".join(sentences))
    return Article(title, "\n\n".join(paragraphs), words.language, path=f"{number}.txt")


def rules(rng: random.Random, vocabularies: Sequence[Words], articles: Sequence[Article], count: int) -> list[Rule]:
    """Rules whose phrases are drawn from the articles: single words from all that occur, alike; others as they come."""
    made = []
    texts = {w.language: [_WORD.findall(a.text) for a in articles if a.language == w.language] for w in vocabularies}
    occurring = {language: sorted({w for text in found for w in text}) for language, found in texts.items()}
    for number in range(count):
        language = rng.choice(list(texts))
        made.append(_rule(rng, f"r{number}", occurring[language], texts[language]))
    return made


def _rule(rng: random.Random, name: str, words: Sequence[str], texts: Sequence[Sequence[str]]) -> Rule:
    def phrase() -> str:
        length = rng.randrange(1, 4)
        if rng.random() < ABSENT:
            return " ".join(rng.choice(words) + rng.choice(["xq", "qz", "wx"]) for _ in range(length))
        if length == 1:
            return rng.choice(words)
        text = rng.choice(texts)
        at = rng.randrange(len(text) - length)
        return " ".join(text[at : at + length])

    first, second = (tuple(phrase() for _ in range(rng.randrange(2, 6))) for _ in range(2))
    return Rule(name, first, second, rng.random() < NEAR, phrase() if rng.random() < NONE else None)
