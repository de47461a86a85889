"""Terms: what a phrase of the rules file looks for in a text.

A term is compiled into variants (a hyphen stands for a hyphen, a space or nothing). Each variant has a literal that
one automaton looks for in the folded text; where the literal alone does not decide, the hit is verified.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Case:
    """How a stretch of word `word` of a term, from its letter `at`, must be written.

    `also` is a second spelling that will do (Nato for NATO); a `short` one means nothing amid capitals. Beside
    wildcards it may stand anywhere in the word, as `wild` has it. In `any_case` only its `accents` are looked at.
    """

    word: int
    at: int
    raw: str
    also: str = ""
    wild: re.Pattern[str] | None = None
    short: bool = False
    accents: bool = False
    any_case: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Variant:
    """One way to write a term. `literal` is a stretch of the folded text that every hit holds.

    `pattern` says what a hit is where wildcards stand inside; where there is none, a hit is the literal without the
    spaces around it, and with `star_start` and `star_end` the rest of the word before and behind it. A hit begins
    `before` letters before its literal; where that is None, so many words, and the beginning of the literal's own.
    """

    literal: str
    words: int
    word_of_literal: int
    before: int | None
    pattern: re.Pattern[str] | None
    cases: tuple[Case, ...]
    star_start: bool
    star_end: bool
    arabic: bool
    lead: int = field(init=False)
    reach: int = field(init=False)
    plain: bool = field(init=False)

    def __post_init__(self) -> None:
        """Works out where a hit starts and ends from the start of its literal, and whether every literal is a hit."""
        stars = self.star_start or self.star_end
        object.__setattr__(self, "lead", int(self.literal[0] == " "))
        object.__setattr__(self, "reach", len(self.literal) - (self.literal[-1] == " "))
        object.__setattr__(self, "plain", not (self.pattern or self.cases or stars or self.arabic))


@dataclass(frozen=True, slots=True, eq=False)
class Spelling:
    """The words of a term that is looked for by its stems, and the same as written; the words whose numbers are
    `fixed` keep their form, as they are judged by their capitals."""

    words: tuple[str, ...]
    variant: Variant

    @property
    def fixed(self) -> frozenset[int]:
        return frozenset(case.word for case in self.variant.cases)


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """A term of the rules file, compared by identity: one load keeps one of each. `language` is "" for any.

    It is looked for as written, by its variants, or by its stems, as `inflected`; one of the two is empty.
    """

    written: str
    variants: tuple[Variant, ...]
    language: str = ""
    inflected: tuple[Spelling, ...] = ()

    @property
    def meaning(self) -> tuple[object, ...]:
        """Equal for terms that find the same: Émirat and emirat."""
        stems = tuple((tuple(map(str.lower, s.words)), s.variant.cases) for s in self.inflected)
        variants = (
            (v.literal, v.pattern and v.pattern.pattern, v.cases, v.star_start, v.arabic) for v in self.variants
        )
        return (self.language, *stems, *variants)


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """What counts as one term: a term, or several spellings of it."""

    label: str
    terms: tuple[Term, ...]


def in_several(lists: Iterable[Iterable[Item]]) -> list[Item]:
    """The items that more than one of these lists have, each once."""
    return [item for item, count in Counter(item for items in lists for item in set(items)).items() if count > 1]
