"""`near` on random articles against trying every combination: what it finds, what it says is nearest, what bars it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise, product
from math import ceil, inf

from hypothesis import event, given, settings
from hypothesis import strategies as st

from tests.judging import verdict

# ── articles ─────────────────────────────────────────────────────────────────────────────────────

WORDS = st.sampled_from(["a1", "a1", "b1", "b1", "c1", "d1", "x", "中", "中国", "国中x1"])
SENTENCES = st.lists(WORDS, min_size=1, max_size=5)
PARAGRAPHS = st.lists(st.lists(SENTENCES, min_size=1, max_size=3), min_size=1, max_size=2)
TITLES = st.one_of(st.just([]), SENTENCES)


@dataclass(frozen=True)
class Word:
    """A word, its place in half words and in characters, and the section, paragraph and sentence that it stands in."""

    written: str
    start: int
    at: int
    section: int
    paragraph: int
    sentence: int

    @property
    def width(self) -> int:
        """Two half words, or one each character where a script has no spaces."""
        return len(self.written) if re.search("[中国]", self.written) else 2


@dataclass(frozen=True)
class Span:
    """Half words, the words at either end, and characters."""

    start: int
    end: int
    first: Word
    last: Word
    left: int
    right: int


def laid_out(title: list[str], paragraphs: list[list[list[str]]]) -> tuple[str, str, list[Word]]:
    """Title and body of an article, and its words: each sentence begins with "Il" and ends with a stop."""
    words: list[Word] = []
    written = f"Il {' '.join(title)}" if title else ""
    body = ""
    for n, word in enumerate(["Il", *title] if title else []):
        words.append(Word(word, _end(words), len(" ".join(["Il", *title][:n])) + bool(n), 0, 0, 0))
    before = len(written) + 2 if title else 0
    for paragraph, lines in enumerate(paragraphs, 1):
        body += "\n" if body else ""
        for line in lines:
            body += " " if body and body[-1] != "\n" else ""
            sentence = words[-1].sentence + 1 if words else 0
            for word in ["Il", *line]:
                body += " " if word != "Il" else ""
                words.append(Word(word, _end(words), before + len(body), 1, paragraph, sentence))
                body += word
            body += "."
    return written, body, words


def _end(words: list[Word]) -> int:
    return words[-1].start + words[-1].width if words else 0


# ── conditions, and what they find when everything is tried ──────────────────────────────────────


@dataclass(frozen=True)
class Keywords:
    """Terms, at most two words each."""

    terms: tuple[str, ...]

    def written(self) -> str:
        return f"{{keywords: [{', '.join(map(repr, self.terms))}]}}"

    def spans(self, words: Sequence[Word]) -> set[Span]:
        found = sorted(
            {span for term in self.terms for span in _occurrences(term, words)},
            key=lambda s: (s.start - s.end, s.start),
        )
        kept: list[Span] = []
        for span in found:
            if not any(_overlap(span, other) for other in kept):
                kept.append(span)
        return set(kept)


@dataclass(frozen=True)
class AnyOf:
    """Branches, each with its spans."""

    of: tuple[Keywords | Near, ...]

    def written(self) -> str:
        return f"{{any: [{', '.join(c.written() for c in self.of)}]}}"

    def spans(self, words: Sequence[Word]) -> set[Span]:
        return {span for branch in self.of for span in branch.spans(words)}


@dataclass(frozen=True)
class Near:
    """Close together, in order or not, nothing of `without` as close."""

    within: int | str
    ordered: bool
    of: tuple[Keywords | AnyOf | Near, ...]
    without: tuple[Keywords | AnyOf | Near, ...] = ()

    def written(self) -> str:
        of, without = (", ".join(c.written() for c in inner) for inner in (self.of, self.without))
        barred = f", none: [{without}]" if without else ""
        return f"{{near: {{within: {self.within}, ordered: {str(self.ordered).lower()}, all: [{of}]{barred}}}}}"

    def solutions(self, words: Sequence[Word]) -> list[list[Span]]:
        """Every choice of one span of each that lies close together, with nothing of `without` as close."""
        barriers = [span for c in self.without for span in c.spans(words)]
        return [s for s in self.choices(words) if self._together(s) and not any(self._bars(b, s) for b in barriers)]

    def choices(self, words: Sequence[Word]) -> Iterator[list[Span]]:
        """Every choice of one span of each, none overlapping, in the order of the text."""
        for chosen in product(*(c.spans(words) for c in self.of)):
            row = sorted(chosen, key=lambda s: s.start)
            if not any(_overlap(a, b) for a, b in combinations(chosen, 2)) and not (self.ordered and row != [*chosen]):
                yield row

    def _together(self, row: list[Span]) -> bool:
        if isinstance(self.within, int):
            return all(gap(a, b) <= 2 * self.within for a, b in pairwise(row))
        return len({getattr(word, self.within) for s in row for word in (s.first, s.last)}) == 1

    def _bars(self, barrier: Span, row: list[Span]) -> bool:
        if isinstance(self.within, int):
            return any(gap(*sorted((barrier, s), key=lambda s: s.start)) <= 2 * self.within for s in row)
        unit = getattr(row[0].first, self.within)
        return bool(getattr(barrier.first, self.within) <= unit <= getattr(barrier.last, self.within))

    def spans(self, words: Sequence[Word]) -> set[Span]:
        """From the first to the last word of each solution."""
        return {
            Span(s[0].start, s[-1].end, s[0].first, s[-1].last, s[0].left, s[-1].right) for s in self.solutions(words)
        }


def gap(a: Span, b: Span) -> float:
    """The half words between two spans, the first in the text before the second."""
    return b.start - a.end if a.first.section == b.first.section else inf


def _overlap(a: Span, b: Span) -> bool:
    return a.start < b.end and b.start < a.end


def _occurrences(term: str, words: Sequence[Word]) -> Iterator[Span]:
    parts = term.split()
    for i, word in enumerate(words):
        if re.match("[中国]", term):
            for at in (n for n in range(len(word.written)) if word.written.startswith(term, n)):
                left = word.at + at
                yield Span(word.start + at, word.start + at + len(term), word, word, left, left + len(term))
        elif [w.written for w in words[i : i + len(parts)]] == parts:
            last = words[i + len(parts) - 1]
            if last.paragraph == word.paragraph:
                yield Span(word.start, last.start + last.width, word, last, word.at, last.at + len(last.written))


TERMS = st.lists(st.sampled_from(["a1", "b1", "c1", "a1 b1", "b1 a1", "中", "中国"]), min_size=1, max_size=2)
KEYWORDS = TERMS.map(lambda terms: Keywords(tuple(dict.fromkeys(terms))))
WITHIN = st.sampled_from([0, 1, 2, 5, "sentence", "paragraph"])


Inner = Keywords | AnyOf | Near


def nears(
    inner: st.SearchStrategy[Inner], barriers: st.SearchStrategy[Inner], least: int = 0
) -> st.SearchStrategy[Near]:
    of = st.lists(inner, min_size=2, max_size=3).map(tuple)
    without = st.one_of(st.lists(barriers, min_size=least, max_size=n).map(tuple) for n in (least, 2))
    return st.builds(Near, WITHIN, st.booleans(), of, without)


BRANCHES = st.lists(KEYWORDS, min_size=1, max_size=2).map(lambda of: AnyOf(tuple(of)))
SIMPLE = st.one_of(KEYWORDS, KEYWORDS, BRANCHES)
NESTED = nears(SIMPLE, KEYWORDS)
CONDITIONS = nears(st.one_of(SIMPLE, SIMPLE, NESTED), st.one_of(SIMPLE, NESTED))


# ── the laws ─────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=500)
@given(TITLES, PARAGRAPHS, CONDITIONS)
def test_near_finds_what_trying_every_choice_finds(
    title: list[str], paragraphs: list[list[list[str]]], near: Near
) -> None:
    """Phrases, branches, a near inside, something forbidden, title and body, scripts without spaces: a match is told
    with its shortest stretch, then the first; where that is in the title, with that of the body too."""
    written, body, words = laid_out(title, paragraphs)
    found = near.spans(words)
    said = verdict(near.written(), body, written)
    event(f"match: {said.match}")
    assert said.match is bool(found)
    if said.match:
        body_start = len(written) + 2 if written else 0
        ordered = sorted(found, key=lambda s: (s.right - s.left, s.left))
        behind = [s for s in ordered if ordered[0].left < body_start <= s.left]
        told = [(s.left, s.right) for s in (*ordered[:1], *behind[:1])]
        assert [(piece.start, piece.end) for piece in said.evidence] == told


@settings(max_examples=300)
@given(TITLES, PARAGRAPHS, nears(SIMPLE, KEYWORDS).map(lambda near: replace(near, without=())))
def test_the_nearest_miss_is_the_nearest(title: list[str], paragraphs: list[list[list[str]]], near: Near) -> None:
    """The number of words told is the smallest of all choices, and what is told to be nowhere near is so."""
    written, body, words = laid_out(title, paragraphs)
    said = verdict(near.written(), body, written)
    absent = [c for c in near.of if not c.spans(words)]
    if said.match or absent:
        assert said.match or len(absent) == said.missing[0].why.count("; ") + 1
        return
    gaps = [max(gap(a, b) for a, b in pairwise(row)) for row in near.choices(words)]
    nearest = min(gaps, default=None)
    (why,) = (m.why for m in said.missing)
    event(re.sub(r"'[^']*'|\d+", "", why))
    unordered = [max(gap(a, b) for a, b in pairwise(row)) for row in replace(near, ordered=False).choices(words)]
    if "only in another order" in why:
        assert near.ordered and unordered and (nearest is None) == why.startswith("only")
    elif nearest is None:
        assert why == "its conditions hold only in one another's place" and not unordered
    elif nearest == inf:
        assert re.fullmatch("'.*' is in the title and '.*' in the body", why)
    else:
        assert f"is {ceil(nearest / 2)} word" in why
        assert why.endswith(f"within: {near.within}" if isinstance(near.within, int) else f"not in one {near.within}")


@settings(max_examples=300)
@given(TITLES, PARAGRAPHS, nears(SIMPLE, SIMPLE, 1))
def test_what_a_none_of_a_near_bars_is_told_by_the_fewest_conditions(
    title: list[str], paragraphs: list[list[list[str]]], near: Near
) -> None:
    """Without the told conditions of its `none` it would match, and without fewer it would not."""
    written, body, words = laid_out(title, paragraphs)
    for detail in (True, False):
        said = verdict(near.written(), body, written, detail=detail)
        bars = [
            f"near.none[{i}]{f'.any[{j}]' if isinstance(c, AnyOf) else ''}"
            for i, c in enumerate(near.without)
            for j in range(len(c.of) if isinstance(c, AnyOf) else 1)
        ]
        sizes = (n for n in range(len(bars) + 1) if any(_spared(near, g).spans(words) for g in combinations(bars, n)))
        fewest = next(sizes, None)
        assert said.match is (fewest == 0)
        told = {b.at for b in said.blocked_by}
        assert len(told) == (fewest or 0)
        assert not told or _spared(near, tuple(told)).spans(words)


def _spared(near: Near, gone: tuple[str, ...]) -> Near:
    """The near without some of the conditions of its `none`."""
    kept: list[Keywords | AnyOf | Near] = []
    for i, condition in enumerate(near.without):
        at = f"near.none[{i}]"
        if isinstance(condition, AnyOf):
            kept.append(AnyOf(tuple(c for j, c in enumerate(condition.of) if f"{at}.any[{j}]" not in gone)))
        elif at not in gone:
            kept.append(condition)
    return replace(near, without=tuple(kept))


def test_the_nearest_of_thousands_is_told() -> None:
    """However many hits lie farther apart before it."""
    body = "a1 x x x x x x x x x b1 x x x x x x x x x " * 2_000 + "a1 x x b1"
    (entry,) = verdict("{near: {within: 1, all: [{keywords: a1}, {keywords: b1}]}}", body).missing
    assert entry.why == "nearest 'b1' is 2 words from 'a1', within: 1"


PIECES = st.tuples(st.integers(0, 90), st.integers(1, 12), st.sampled_from(["a1", "b1"]))


@settings(max_examples=100)
@given(st.lists(PIECES, min_size=2, max_size=5), st.sampled_from([0, 5, 30, 60]))
def test_near_is_found_in_a_long_text_wherever_it_stands(pieces: list[tuple[int, int, str]], within: int) -> None:
    """Hits are too far apart only where more words lie between them, however long these are."""
    words: list[str] = []
    places: dict[str, list[int]] = {"a1": [], "b1": []}
    for gap, length, word in pieces:
        words += ["x" * length] * gap
        places[word].append(len(words))
        words.append(word)
    close = any(abs(a - b) - 1 <= within for a in places["a1"] for b in places["b1"])
    condition = f"{{near: {{within: {within}, all: [{{keywords: a1}}, {{keywords: b1}}]}}}}"
    assert verdict(condition, " ".join(words)).match == close
