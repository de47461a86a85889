"""Who bears a last name at each place of an article: the names before it, and what vouches for its being a name."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from itertools import accumulate, compress, islice
from typing import NamedTuple

from watcher.entities.archive import given_names
from watcher.entities.listed import CASE_ENDING
from watcher.entities.lookup import once_a_text
from watcher.entities.people import MOST_PARTICLES, PARTICLES, Sighting
from watcher.entities.titles import behind_article, honorific_before, is_title, office_before, office_of_before
from watcher.entities.writing import (
    NOUNS_IN_CAPITALS,
    adjoins,
    begins_sentence,
    belongs_before,
    has_capitals,
    is_capitalised,
    is_little,
    words,
)
from watcher.smallwords import SMALL_WORDS
from watcher.text import Text

_MOST_GIVEN = 4  # names before a last name: "Abdul Salam Khan", a patronymic, two initials
_SONS = words(
    "al el bin ibn ben bint abu ag ould uld mint ولد бен бин ибн аль эль بن ابن ابو"
)  # stand between first names
_JUNIORS = words("jr jnr junior младший младшего младшему младшим младшем молодший молодшого fils hijo filho figlio")


class Bearer(NamedTuple):
    """One occurrence of a last name: the names before it, and whether an honorific or an office vouches for it.

    `given` are words of the text; `after` is the one that follows, where it may be a first name (Orbán Viktor).
    """

    found: Sighting
    given: tuple[int, ...]
    first: int
    vouched: bool
    sure: bool
    after: int | None
    junior: bool


class Stretches:
    """Stretches of a text, in any order and overlapping as they like: by bisection, as a text of 240 KB may hold
    12,000 places and as many names (28 s when each was compared with each). Immutable."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        ordered = sorted(spans)
        self._starts = [start for start, _ in ordered]
        self._ends = list(accumulate((end for _, end in ordered), max))  # the farthest of all that begin so early

    def meet(self, start: int, end: int) -> bool:
        """Whether one of them overlaps the offsets `start` to `end`."""
        i = bisect_left(self._starts, end)
        return i > 0 and self._ends[i - 1] > start


NOWHERE = Stretches(())


def bearers_of(text: Text, seen: Iterable[Sighting], towns: Stretches, named: Stretches = NOWHERE) -> list[Bearer]:
    """Who bears each occurrence of one last name, but for those that are a place there. `named` are stretches that
    somebody else takes for names of people."""
    found = [s for s in seen if not towns.meet(s.start, s.end)]
    small = _written_small(text) if found else frozenset()
    return [_bearer(text, f, towns, named.meet(f.start, f.end) or _is_clear(text, f, f.folded in small)) for f in found]


def _bearer(text: Text, found: Sighting, towns: Stretches, clear: bool) -> Bearer:
    first = found.first
    given: list[int] = []
    while first and len(given) < _MOST_GIVEN and _is_given(text, first - 1):
        if towns.meet(text.starts[first - 1], text.ends[first - 1]):
            break  # the Ukrainian president: президент Украины Зеленский
        first -= 1
        given.insert(0, first)
    vouched = honorific_before(text, first) is not None or office_before(text, first) is not None
    if (given or not vouched) and has_capitals(text, found.first) and _is_of_office(text, found, given):
        first, given, vouched = found.first, [], office_of_before(text, found.first)
    sure = bool(given) or vouched or clear
    follows = found.last + 1 < len(text) and adjoins(text, found.last) and is_capitalised(text, found.last + 1)
    after = found.last + 1 if follows and not given else None
    junior = found.last + 1 < len(text) and text.folded_word(found.last + 1) in _JUNIORS
    return Bearer(found, tuple(given), first, vouched, sure, after, junior)


def _is_of_office(text: Text, found: Sighting, given: list[int]) -> bool:
    """Whether what stands before a last name is no first name, but what somebody's office is of, or the office."""
    if any(text.folded_word(i) in given_names() or text.ends[i] - text.starts[i] == 1 for i in given):
        return False
    if not given or behind_article(text, given[0]):
        return True
    if len(given) > 1 or not office_of_before(text, found.first):
        return False
    before = given[0] - 1
    if is_little(text, before):
        return True  # Secretary of State Rubio
    # in another case than the name: глава Минобороны Белоусов
    name, of = text.word(found.last), text.word(given[0])
    return found.via != CASE_ENDING and name[-1] in "вйн" and of[-1] in "аяыи"


def _is_given(text: Text, word: int) -> bool:
    """Whether a word before a name is a first name, an initial, or a particle between them."""
    if not belongs_before(text, word):
        return False
    if not is_capitalised(text, word):
        if not has_capitals(text, word):
            return not (is_little(text, word) or is_title(text, word))
        return word > 0 and text.folded_word(word) in _SONS and belongs_before(text, word - 1)
    if begins_sentence(text, word) and is_little(text, word) and not _is_first_name(text, word):
        return False
    if text.word(word).isupper() and text.ends[word] - text.starts[word] > 1 and not text.word(word + 1).isupper():
        return False  # президент США Трамп
    return honorific_before(text, word + 1) is None and office_before(text, word + 1) is None


def _is_first_name(text: Text, word: int) -> bool:
    """Whether a word like a little one is none: an initial ("С. Лавров" is no "с"), or a first name that is a little
    word in other languages than the article's (Ali, Saïd)."""
    folded, little = text.folded_word(word), SMALL_WORDS.get(text.language)
    return text.text[text.ends[word]] == "." or (
        little is not None and text.word(word).lower() not in little and folded in given_names()
    )


def _is_clear(text: Text, found: Sighting, common: bool) -> bool:
    """Whether a capital, or a script without capitals, tells by itself that the word is a name here."""
    if not has_capitals(text, found.first):
        return True
    if text.language in NOUNS_IN_CAPITALS or begins_sentence(text, found.first):
        return False
    return not common


@once_a_text
def _written_small(text: Text) -> frozenset[str]:
    """The folded words that the article also writes small, which makes them words of the language, and what begins
    with a small particle, as last names do. One look for each spelling of a name took 0.4 s for 800 in 270 KB."""
    raw, starts = text.text, iter(text.starts)
    found: set[str] = set()
    for line in text.folded.split("\n"):
        folded = line.split()
        small = [not raw[start].isupper() for start in islice(starts, len(folded))]
        found.update(compress(folded, small))
        for first in (i for i, word in enumerate(folded) if small[i] and word in PARTICLES):
            for last in range(first + 1, min(first + 1 + MOST_PARTICLES, len(folded))):
                found.add(" ".join(folded[first : last + 1]))
                if folded[last] not in PARTICLES:
                    break
    return frozenset(found)
