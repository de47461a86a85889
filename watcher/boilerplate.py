"""The boilerplate of a source, lines that recur over its articles: how it is learned, and an article without it.

What a single page puts around its article is cut by `formats/menus` when it is read.

A line is known by the words in it, as a number. What is seen once a day for a week, in a quarter of all that a source
tells, is no news: rules saw it in the ten articles or more by which it was learned.
"""

from __future__ import annotations

import pickle
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from watcher.folding import UNSPACED
from watcher.model import Article

WINDOW = 60
"""Articles of a source that are looked back on."""

A_DAY = 6
"""Articles of a source that are counted of one day: the window of an agency reaches back ten days, not an hour."""

LEAST, DAYS, SHARE = 10, 7, 0.25
"""In so many of these articles, on so many days, and in this share of them a line stands that is boilerplate."""

KEPT_DAYS = 90
"""A line that was seen in none of so many days is forgotten."""

COPY = 0.5
"""Of the words of an article, those in lines that another has too: one with so many is a copy or a version of it. Two
pages of one outlet that tell different stories share a fifth at most (457 pages), two copies all."""

MOST_LINES = 100  # learned of a source
MOST_LEARNED = 20_000  # of all sources
FEWEST_WORDS = 20  # that must remain of a body: else nothing is cut
_HEAD, _TAIL = 40, 80  # lines that are looked at: an article may have a million
_LONGEST = 2_000  # characters of a line
_LONGEST_SOURCE = 200


class Line(NamedTuple):
    """A line of an article's body: its span in the article's text, and its number, whose lowest byte is how many words
    it has (255: or more), two characters being one where there are no spaces."""

    start: int
    end: int
    number: int

    @property
    def words(self) -> int:
        return self.number & 0xFF


class Share(NamedTuple):
    """In how many of a source's last articles a line stands."""

    seen: int
    of: int


class Cut(NamedTuple):
    """A line that the rules do not see, by its span in the article's text, and why."""

    start: int
    end: int
    why: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A counted article: its day, in days since 1970, and the numbers of its lines, the lead's first."""

    day: int
    lines: Sequence[int]


Learned = Mapping[str, Mapping[int, Share]]
"""The boilerplate of each source."""


def source_of(article: Article) -> str:
    """The source by which the lines of an article are counted; "" for none."""
    return source_key(article.source or "")


def source_key(written: str) -> str:
    """A source as it is compared and told: without regard to case, in characters that every store takes."""
    key = " ".join(written[:_LONGEST_SOURCE].casefold().split())
    return key if key.isprintable() else "".join(c if c.isprintable() else "\ufffd" for c in key)


def lines(article: Article) -> list[Line]:
    """The lines of the body, the lead first; of a long body those at either end."""
    body, at = article.body, article.body_start
    pieces = body.split("\n", _HEAD + _TAIL)
    if len(pieces) <= _HEAD + _TAIL:
        return [*_lines(pieces, at)]
    before, *tail = body.rsplit("\n", _TAIL)
    return [*_lines(pieces[:_HEAD], at), *_lines(tail, at + len(before) + 1)]


def _lines(pieces: Iterable[str], at: int) -> Iterator[Line]:
    for piece in pieces:
        if piece and not piece.isspace():
            yield Line(at, at + len(piece), _number(piece[:_LONGEST]))
        at += len(piece) + 1


def _number(line: str) -> int:
    words = line.casefold().split()  # no Unicode form: outlets keep to one, and marks without end take quadratic time
    digest = blake2b(" ".join(words).encode("utf-8", "surrogatepass"), digest_size=7).digest()
    half_words = 0 if line.isascii() else len(UNSPACED.findall(line))
    return int.from_bytes(digest) << 8 | min(len(words) + half_words // 2, 0xFF)


def packed(article: Article) -> bytes:
    """The numbers of the lines that are to be counted, the lead's first; b"" of an article of no known source."""
    return array("Q", [line.number for line in lines(article)]).tobytes() if source_of(article) else b""


def unpacked(numbers: bytes) -> Sequence[int]:
    """What `packed` packed."""
    found = array("Q")
    found.frombytes(numbers)
    return found


# ── learning ─────────────────────────────────────────────────────────────────────────────────────


def is_copy(article: Sequence[int], others: Iterable[Sequence[int]]) -> bool:
    """Whether an article says little that one of the others does not say: the same story, repeated or brought up to
    date, must not make boilerplate of itself."""
    mine = set(article)
    words = _words(mine)
    return not words or any(_is_copy(mine, words, other) for other in others)


def _is_copy(mine: set[int], words: int, other: Sequence[int]) -> bool:
    common = mine.intersection(other)
    return bool(common) and _words(common) >= COPY * min(words, _words(set(other)))


def _words(numbers: Iterable[int]) -> int:
    return sum(number & 0xFF for number in numbers)


def learn(samples: Sequence[Sample]) -> dict[int, Share]:
    """The boilerplate of a source, the most frequent lines first, from its last articles; no lead counts."""
    if len(samples) < LEAST:
        return {}
    seen: Counter[int] = Counter()
    for sample in samples:
        seen.update(set(sample.lines[1:]))
    enough = max(LEAST, SHARE * len(samples))
    often = {number for number, n in seen.items() if n >= enough}
    days: dict[int, set[int]] = {number: set() for number in often}
    for sample in samples if often else ():
        for number in often.intersection(sample.lines[1:]):
            days[number].add(sample.day)
    ranked = sorted((-seen[number], number) for number in often if len(days[number]) >= DAYS)
    return {number: Share(-n, len(samples)) for n, number in ranked[:MOST_LINES]}


def pack(learned: Learned) -> bytes:
    """What workers are handed, the least frequent lines left out where there are too many."""
    ranked = sorted(((-s.seen / s.of, source, n) for source, found in learned.items() for n, s in found.items()))
    kept: dict[str, dict[int, tuple[int, int]]] = {}
    for _, source, number in ranked[:MOST_LEARNED]:
        share = learned[source][number]
        kept.setdefault(source, {})[number] = share.seen, share.of
    return pickle.dumps(kept)


@lru_cache(maxsize=2)
def unpack(learned: bytes) -> Learned:
    """What `pack` packed, kept from one batch to the next: within a day it is the same."""
    found: dict[str, dict[int, tuple[int, int]]] = pickle.loads(learned)  # noqa: S301 - from the daemon to its worker
    return {source: {number: Share(*share) for number, share in shares.items()} for source, shares in found.items()}


# ── cutting ──────────────────────────────────────────────────────────────────────────────────────


def cuts(article: Article, learned: Learned) -> tuple[Cut, ...]:
    """The lines of the article's body that are boilerplate of its source: never the first, and none at all where hardly
    anything would remain."""
    known = learned.get(source_of(article)) if learned else None
    if not known:
        return ()
    found = lines(article)
    gone = [line for line in found[1:] if line.number in known and line.end - line.start <= _LONGEST]
    if not gone or sum(line.words for line in set(found).difference(gone)) < FEWEST_WORDS:
        return ()
    name = source_of(article)
    return tuple(Cut(line.start, line.end, _why(name, known[line.number])) for line in gone)


def _why(source: str, share: Share) -> str:
    return f"boilerplate of {source}: in {share.seen} of its last {share.of} articles"


def without(article: Article, cut: Sequence[Cut]) -> Article:
    """The article as the rules see it: a line that is cut is blank, so that all others stand where they stood."""
    if not cut:
        return article
    pieces, done, start = [], 0, article.body_start
    for line in cut:
        pieces += [article.body[done : line.start - start], " " * (line.end - line.start)]
        done = line.end - start
    return replace(article, body="".join([*pieces, article.body[done:]]))
