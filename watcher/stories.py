"""Which articles tell one story: fingerprints of their words, how alike two are, and which story a new one joins.

Shingles and MinHash after Broder, "On the resemblance and containment of documents" (1997); the bands find candidates,
the shingles themselves decide.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from zlib import crc32

from watcher.folding import UNSPACED, fold_words
from watcher.model import Fingerprint

HORIZON = 72 * 3_600_000
"""ms after its last article in which a story goes on: a group of alerts closes as late."""

ALIKE = 0.25
"""Shingles in common of all that two articles have. Of 1,478 articles the pairs above it are told from one another's
text, but for one that shares its outlet's footer (0.26); pairs of one outlet and subject reach 0.23."""

WORDS, CHARACTERS = 3, 6  # of a shingle; the latter where a script has no spaces
FEWEST = 20  # shingles: of fewer, a changed name or number is another story
LONGEST = 30_000  # characters that are looked at
BANDS, ROWS = 64, 2  # finds 99.9 of 100 pairs that are alike by a third, 98.4 by a quarter
SEED = 1
COPY = 0.9  # one so alike another is found by that one: it takes no place of its own
MOST_HOLDERS = 50  # articles of one band: what more have in common is a form, not a story
MOST_COMPARED = 20  # candidates, those with the most bands in common


def fingerprint(text: str) -> Fingerprint | None:
    """What tells that another article has the same text, however cut or headed; None of one too short to tell."""
    found = shingles(text)
    if len(found) < FEWEST:
        return None
    from rensa import RMinHash  # only here: most articles match nothing

    made = RMinHash(num_perm=BANDS * ROWS, seed=SEED)
    made.update(found)
    digest = made.digest()
    pairs = zip(digest[::ROWS], digest[1::ROWS], strict=True)
    # The band's number goes into the highest bits, so that equal values of two bands are not taken for one another.
    bands = tuple(((high << 32 | low) ^ (number << 58)) - 2**63 for number, (high, low) in enumerate(pairs))
    return Fingerprint(array("I", sorted({crc32(s.encode("utf-8", "surrogatepass")) for s in found})).tobytes(), bands)


def shingles(text: str) -> list[str]:
    """The runs of words in a text, without regard to case and accents; of characters where there are no spaces."""
    words, length = fold_words(text[:LONGEST]), WORDS
    if 2 * len(UNSPACED.findall(text[:LONGEST])) > sum(map(len, words)):
        words, length = list("".join(words)), CHARACTERS
    return list(dict.fromkeys(" ".join(words[i : i + length]) for i in range(len(words) - length + 1)))


def likeness(one: Fingerprint, other: Fingerprint) -> float:
    """The shingles that both have, of all that either has (Jaccard), from 0 to 1."""
    mine, others = _numbers(one), _numbers(other)
    common = len(mine & others)
    return common / (len(mine) + len(others) - common)


def _numbers(of: Fingerprint) -> set[int]:
    numbers = array("I")
    numbers.frombytes(of.shingles)
    return set(numbers)


# ── stories ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Placed:
    """The story of an article, and the bands by which later ones find it."""

    story: int
    bands: tuple[int, ...] = ()


@dataclass(slots=True)
class Shelf:
    """The articles by which a new one may find its story; a batch of articles or a test owns one.

    A story has the number of the article that it began with. `last` is when each was last told.
    """

    holders: dict[int, list[int]] = field(default_factory=dict)
    prints: dict[int, Fingerprint] = field(default_factory=dict)
    story_of: dict[int, int] = field(default_factory=dict)
    last: dict[int, int] = field(default_factory=dict)

    def hold(self, number: int, story: int, found: Fingerprint, bands: Iterable[int]) -> None:
        """Takes in an article that has its place already."""
        self.story_of[number] = story
        self.prints[number] = found
        for band in bands:
            self.holders.setdefault(band, []).append(number)

    def place(self, number: int, at: int, found: Fingerprint | None, version_of: int | None = None) -> Placed:
        """Finds the story of a new article, or begins one. A new version of an article stays in its story."""
        best, alike = self._nearest(found, at) if found else (None, 0.0)
        before = self.story_of.get(version_of) if version_of is not None else None
        if before is not None and self._goes_on(before, at):
            story = before
        else:
            story = number if best is None else self.story_of[best]
        self.story_of[number] = story
        self.tell(story, at)
        if found is None or (best is not None and alike >= COPY and self.story_of[best] == story):
            return Placed(story)
        bands = tuple(band for band in found.bands if len(self.holders.get(band, ())) < MOST_HOLDERS)
        self.hold(number, story, found, bands)
        return Placed(story, bands)

    def tell(self, story: int, at: int) -> None:
        """Notes that a story was told."""
        self.last[story] = max(self.last.get(story, at), at)

    def _goes_on(self, story: int, at: int) -> bool:
        return story in self.last and abs(at - self.last[story]) < HORIZON

    def _nearest(self, found: Fingerprint, at: int) -> tuple[int | None, float]:
        """The article most like this one, and how much; of two the older. None where none is alike."""
        nearest, most = None, 0.0
        for number in self._candidates(found.bands, at):
            alike = likeness(found, self.prints[number])
            if alike >= ALIKE and (alike > most or (alike == most and nearest is not None and number < nearest)):
                nearest, most = number, alike
        return nearest, most

    def _candidates(self, bands: Sequence[int], at: int) -> list[int]:
        shared = Counter(number for band in bands for number in self.holders.get(band, ()))
        live = [(-count, number) for number, count in shared.items() if self._goes_on(self.story_of[number], at)]
        return [number for _, number in sorted(live)[:MOST_COMPARED]]
