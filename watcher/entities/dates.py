"""Names of months and weekdays that towns bear too: Nov of "Nov 22" is one in Tajikistan, Mon one in India."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from watcher.entities.archive import Archive
from watcher.entities.beside import is_of_towns, leading_word
from watcher.entities.senses import Name
from watcher.text import Text

_MOST_LANGUAGES = 200
_NUMBER = re.compile(r"\d{1,4}(?:st|nd|rd|th|er|º)?")
# What parts such a name from the number or the other name beside it: "Nov. 22", "3 de Mar", "Mon and Tue", "Sa/So".
_BETWEEN = re.compile(r"\.?,?(?: ?[-\u2013/&] ?| (?:[^\W\d_]{1,3} )?)|\.")

_FIRST_ARABIC = "\u0620"
_DAY = frozenset(["روز", "يوم", "ليوم"])  # "روز دوشنبه", Monday, which is Dushanbe too


def may_be_dates(text: Text, names: Iterable[Name]) -> set[int]:
    """The words of names of towns and regions by which the article's language calls a month or weekday, in full or
    short."""
    called = _names(text.language)
    return {
        name.first
        for name in names
        if (name.traits.needy or (name.folded[0] >= _FIRST_ARABIC and _behind_day(text, name.first)))
        and name.first == name.last
        and text.word(name.first).lower() in called
    }


def is_date(text: Text, word: int) -> bool:
    """Whether a name of a month or weekday stands beside a number, or beside another such name, and no word of towns
    before it: "in the town of Nov, 22 people"."""
    if is_of_towns(leading_word(text, word, town=True)):
        return False
    if _behind_day(text, word):
        return True
    beside = (word - 2, word - 1, word + 1, word + 2)  # a little word may stand between: "3 de Mar"
    return any(
        _BETWEEN.fullmatch(text.text, text.ends[min(word, other)], text.starts[max(word, other)])
        for other in beside
        if 0 <= other < len(text.starts) and (_NUMBER.fullmatch(text.folded_word(other)) or _is_of_dates(text, other))
    )


def _behind_day(text: Text, word: int) -> bool:
    """Whether the word for "day" stands before it, which makes no town of a capital's name."""
    return word > 0 and text.folded_word(word - 1) in _DAY


def _is_of_dates(text: Text, word: int) -> bool:
    return text.word(word).lower() in _names(text.language)


@lru_cache(_MOST_LANGUAGES)
def _names(language: str) -> frozenset[str]:
    return frozenset(Archive().lines(f"dates/{language}"))
