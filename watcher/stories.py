"""Which articles tell one story: fingerprints of their words, how alike two are, and which story a new one joins.

Shingles and MinHash after Broder, "On the resemblance and containment of documents" (1997); the bands find candidates,
the shingles themselves decide.
"""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, field
from zlib import crc32

from watcher.folding import UNSPACED, fold_words
from watcher.model import Fingerprint

HORIZON = 72 * 3_600_000
"""ms after its last article in which a story goes on: a group of alerts closes as late."""

ALIKE = 0.25
"""Shingles in common of all that two articles have. Of 1,478 articles the pairs above it are told from one another's
text, but for one that shares its outlet's footer (0.26); pairs of one outlet and subject reach 0.23."""

ALIKE_OWN = 0.4
"""The same within one outlet, whose articles may have more of a footer than of a text. It costs the copies that are
cut to a third with a paragraph added; of 200 whose words were changed (a tenth of the sentences, 4 words in 100) it
finds 196."""

PART, CONTAINED = 0.15, 0.85
"""Or so much in common of all, and so much of the shorter one: a cut copy, from whatever outlet. A third of the
letters can be a fifth of the shingles. Of 1,478 articles all such pairs are one story; less of all would join what a
round-up of many stories holds."""

WORDS, CHARACTERS = 3, 6  # of a shingle; the latter where a script has no spaces
FEWEST = 20  # shingles: of fewer, a changed name or number is another story
LONGEST = 30_000  # characters that are looked at
BANDS = 32  # smallest hashes of an article's shingles, each by a function of its own
FEWEST_SHARED = 2  # bands: of 100 articles that are alike by a quarter 99.9 share as many, by a hundredth 4
SEED = 1
COPY = 0.9  # one so alike another is found by that one: it takes no place of its own
MOST_HOLDERS = 20  # articles of one band: what more have in common is a form, not a story
MOST_COMPARED = 20  # candidates, those with the most bands in common


def fingerprint(text: str) -> Fingerprint | None:
    """What tells that another article has the same text, however cut or headed; None of one too short to tell."""
    found = shingles(text)
    # In the order of the text and each once, which takes half the time of sorting them: they are compared as sets.
    numbers = array("I", dict.fromkeys(map(crc32, map(str.encode, found))))
    if len(numbers) < FEWEST:
        return None
    from rensa import RMinHash  # only here: most articles match nothing

    made = RMinHash(num_perm=BANDS, seed=SEED)
    made.update(found)
    # The function's number goes above its 32 bits, so that equal hashes by two of them are not taken for one another.
    bands = tuple(number << 32 | smallest for number, smallest in enumerate(made.digest()))
    return Fingerprint(numbers.tobytes(), bands)


def shingles(text: str) -> list[str]:
    """The runs of words in a text, without regard to case and accents; of characters where there are no spaces."""
    words, length = fold_words(text[:LONGEST]), WORDS
    if _is_unspaced(text[:LONGEST], letters := "".join(words)):
        words, length = list(letters), CHARACTERS
    return list(map(" ".join, zip(*(words[i:] for i in range(length)), strict=False)))


def _is_unspaced(text: str, letters: str) -> bool:
    """Whether most of a text's letters, which are folded here, are of scripts without spaces."""
    return not letters.isascii() and 2 * len(UNSPACED.findall(text)) > len(letters)


def likeness(one: bytes, other: bytes) -> float:
    """Of two fingerprints' shingles those that both have, of all that either has (Jaccard), from 0 to 1."""
    return _likeness(set(_numbers(one)), other)


def _likeness(mine: set[int], other: bytes) -> float:
    return _shared(mine, other)[0]


def _shared(mine: set[int], other: bytes) -> tuple[float, float]:
    """What two have in common: of all that either has, and of the shorter one."""
    others = _numbers(other)
    common = len(mine.intersection(others))
    return common / (len(mine) + len(others) - common), common / min(len(mine), len(others))


def _numbers(shingles: bytes) -> array[int]:
    numbers = array("I")
    numbers.frombytes(shingles)
    return numbers


# ── stories ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Placed:
    """The story of an article, and the bands by which later ones find it: none where they find it by another."""

    story: int
    bands: tuple[int, ...] = ()


@dataclass(slots=True)
class Shelf:
    """The articles by which a new one may find its story; a batch of articles or a test owns one.

    A story has the number of the article that it began with. `last` is when each was last told, in ms; `shingles` are
    those of the articles that are compared, `source_of` their outlets.
    """

    holders: dict[int, list[int]] = field(default_factory=dict)
    shingles: dict[int, bytes] = field(default_factory=dict)
    source_of: dict[int, str] = field(default_factory=dict)
    story_of: dict[int, int] = field(default_factory=dict)
    last: dict[int, int] = field(default_factory=dict)

    def place(
        self, number: int, at: int, found: Fingerprint | None, source: str = "", version_of: int | None = None
    ) -> Placed:
        """Finds the story of a new article, or begins one. A new version of an article stays in its story."""
        nearest, alike = self._nearest(found, at, source) if found else (None, 0.0)
        story = number if nearest is None else self.story_of[nearest]
        if version_of is not None and self.goes_on(version_of, at):
            story = self.story_of[version_of]
        self.story_of[number] = story
        self.tell(story, at)
        is_copy = nearest is not None and alike >= COPY and self.story_of[nearest] == story
        if found is None or is_copy:
            return Placed(story)
        bands = tuple(band for band in found.bands if not self._is_common(band, at))
        self.shingles[number], self.source_of[number] = found.shingles, source
        for band in bands:
            self.holders.setdefault(band, []).append(number)
        return Placed(story, bands)

    def tell(self, story: int, at: int) -> None:
        """Notes that a story was told."""
        self.last[story] = max(self.last.get(story, at), at)

    def goes_on(self, number: int, at: int) -> bool:
        """Whether an article has a story that had not ended by then."""
        story = self.story_of.get(number)
        return story is not None and abs(at - self.last[story]) < HORIZON

    def candidates(self, found: Fingerprint, at: int) -> list[int]:
        """The articles to compare a new one with."""
        shared = Counter(number for band in found.bands for number in self.holders.get(band, ()))
        enough = ((-count, number) for number, count in shared.items() if count >= FEWEST_SHARED)
        live = [(count, number) for count, number in enough if self.goes_on(number, at)]
        return [number for _, number in sorted(live)[:MOST_COMPARED]]

    def _is_common(self, band: int, at: int) -> bool:
        holders = self.holders.get(band, ())
        return len(holders) >= MOST_HOLDERS and sum(self.goes_on(n, at) for n in holders) >= MOST_HOLDERS

    def _nearest(self, found: Fingerprint, at: int, source: str) -> tuple[int | None, float]:
        """The article most like this one, of two the older, and how much; none where none is alike."""
        mine = set(_numbers(found.shingles))
        compared = ((*_shared(mine, self.shingles[n]), n) for n in self.candidates(found, at))
        alike = [
            (much, -n)
            for much, of_shorter, n in compared
            if much >= self._bound(source, n) or (much >= PART and of_shorter >= CONTAINED)
        ]
        much, number = max(alike, default=(0.0, 0))
        return (-number, much) if alike else (None, 0.0)

    def _bound(self, source: str, other: int) -> float:
        return ALIKE_OWN if source and source == self.source_of[other] else ALIKE
