"""Whether the engine finds what a plain evaluator of its own finds: sets of token n-grams, one rule after the other.

Nothing here is the engine's: words are cut by one expression and folded by the Unicode tables.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.figure import Figure
from tests.benchmarks.sizes import full
from tests.benchmarks.workload import WITHIN, Rule, bundle, documents, rules, vocabularies
from watcher.analyse.engine import Engine
from watcher.model import Article
from watcher.rules.evaluate import Options

DOCUMENTS = 1_000
SIZES = {10: 1_000, 1_000: 1_000, 10_000: 1_000, 100_000: 100} if full() else {1_000: 1_000, 10_000: 200}
LONGEST = 3  # words of a phrase
LONG_PARAGRAPH = 120  # words, after which a paragraph ends with its sentence
_WORD = re.compile(r"[^\W_]+")


def measure(home: Path) -> list[Figure]:
    """For each number of rules: the pairs of a document and a rule that both find, and those that only one does."""
    rng = random.Random(1)
    words = vocabularies(rng)
    articles = documents(rng, words, DOCUMENTS)
    figures = []
    for count, most in SIZES.items():
        written = rules(random.Random(count), words, articles, count)
        engine = Engine.of(bundle(written))
        phrases = [_Phrases.of(rule) for rule in written]
        found = {(a.path, rule) for a in articles[:most] for rule in _engine(engine, a)}
        expected = {(a.path, rule) for a in articles[:most] for rule in _reference(phrases, a)}
        for path, rule in sorted(found ^ expected)[:5]:
            print(f"only {'the engine' if (path, rule) in found else 'the reference'}: {path} {rule}")
        name = f"{count:,} rules, {most:,} documents"
        figures += [
            Figure(f"{name}: matches", len(expected), ""),
            Figure(f"{name}: found by one alone", len(found ^ expected), "", most=0),
        ]
    return figures


def _engine(engine: Engine, article: Article) -> Iterator[str]:
    for matched in engine.match([article], Options()):
        yield from (finding.rule.id for finding in matched.findings if finding.match)


# ── the plain evaluator ──────────────────────────────────────────────────────────────────────────


def _folded(word: str) -> str:
    letters = unicodedata.normalize("NFKD", word.casefold().replace("œ", "oe").replace("æ", "ae"))
    return "".join(c for c in letters if not unicodedata.combining(c))


@dataclass(frozen=True, slots=True)
class _Phrase:
    """Words as they are looked for, and those of them whose capitals matter: "EI" only so, "NATO" also as Nato."""

    folded: str
    words: int
    capitals: tuple[tuple[int, str], ...]

    @classmethod
    def of(cls, written: str) -> _Phrase:
        words = _WORD.findall(written)
        capitals = tuple((n, w) for n, w in enumerate(words) if len(w) > 1 and w.isupper() and not w.isdigit())
        return cls(" ".join(map(_folded, words)), len(words), capitals)


@dataclass(frozen=True, slots=True)
class _Phrases:
    """A rule of the workload, its phrases ready to be looked up."""

    rule: Rule
    first: tuple[_Phrase, ...]
    second: tuple[_Phrase, ...]
    none: _Phrase | None

    @classmethod
    def of(cls, rule: Rule) -> _Phrases:
        first, second = (tuple(map(_Phrase.of, clause)) for clause in (rule.first, rule.second))
        return cls(rule, first, second, _Phrase.of(rule.none) if rule.none else None)


@dataclass(slots=True)
class _Document:
    """The words of an article by number, with their stretches, and where each n-gram begins. No n-gram leaves its
    paragraph; the title's words have numbers far below the body's."""

    written: dict[int, str] = field(default_factory=dict)
    spans: dict[int, tuple[int, int]] = field(default_factory=dict)
    grams: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, article: Article) -> _Document:
        made = cls()
        number = made._add(article.title, 0, -1_000_000)
        number = 0
        for paragraph in re.finditer(r"[^\n]+", article.body):
            for start, stretch in _stretches(paragraph[0]):
                number = made._add(stretch, 1_000_000 + paragraph.start() + start, number)
        return made

    def _add(self, text: str, offset: int, number: int) -> int:
        folded = []
        for at, found in enumerate(_WORD.finditer(text), number):
            self.written[at] = found[0]
            self.spans[at] = (offset + found.start(), offset + found.end())
            folded.append(_folded(found[0]))
        for i in range(len(folded)):
            for length in range(1, LONGEST + 1):
                if i + length <= len(folded):
                    self.grams.setdefault(" ".join(folded[i : i + length]), []).append(number + i)
        return number + len(folded)

    def places(self, phrase: _Phrase) -> list[int]:
        """The numbers of the words where the phrase begins."""
        found = self.grams.get(phrase.folded, [])
        if phrase.capitals and found:
            found = [at for at in found if all(self._as_written(at + n, word) for n, word in phrase.capitals)]
        return found

    def _as_written(self, at: int, word: str) -> bool:
        there = self.written[at]
        if len(word) > 3:
            return there in (word, word.capitalize())
        return there == word

    def hits(self, clause: Sequence[_Phrase]) -> list[tuple[int, int]]:
        """The hits of a clause as numbers of their first and last word; of those that overlap, the longest."""
        found = {(at, at + phrase.words - 1) for phrase in clause for at in self.places(phrase)}
        kept: list[tuple[int, int]] = []
        for hit in sorted(found, key=lambda h: (self.spans[h[0]][0] - self.spans[h[1]][1], h)):
            if all(hit[1] < other[0] or other[1] < hit[0] for other in kept):
                kept.append(hit)
        return kept


def _stretches(paragraph: str) -> Iterator[tuple[int, str]]:
    """A paragraph in parts: past 120 words it ends with the sentence."""
    start = words = 0
    sentences = [m.end() for m in re.finditer(r"[.!?…]+\s+(?=[^\W\d_])", paragraph) if paragraph[m.end()].isupper()]
    begun = 0
    for end in sentences:
        words += len(_WORD.findall(paragraph[begun:end]))
        begun = end
        if words > LONG_PARAGRAPH:
            yield start, paragraph[start:end]
            start, words = end, 0
    yield start, paragraph[start:]


def _reference(phrases: Sequence[_Phrases], article: Article) -> Iterator[str]:
    document = _Document.of(article)
    grams = document.grams
    for rule in phrases:
        if not any(p.folded in grams for p in rule.first) or not any(p.folded in grams for p in rule.second):
            continue
        if rule.none is not None and document.places(rule.none):
            continue
        first, second = document.hits(rule.first), document.hits(rule.second)
        if first and second and (not rule.rule.near or any(_near(a, b) for a in first for b in second)):
            yield rule.rule.id


def _near(a: tuple[int, int], b: tuple[int, int]) -> bool:
    """Whether two hits do not overlap and have at most so many words between."""
    return a != b and 0 <= max(a[0], b[0]) - min(a[1], b[1]) - 1 <= WITHIN
