"""Whether a bearer's first name is a listed person's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from watcher.entities import endings
from watcher.entities.bearers import Bearer
from watcher.entities.listed import Alike, alike
from watcher.entities.people import Person
from watcher.entities.sounds import MOST_LETTERS
from watcher.entities.writing import adjoins, has_capitals, is_capitalised
from watcher.text import Text

_MOST_BEHIND = 3  # words: Чен Ын, جونغ أون
_SECOND_NAME = 0.35  # how alike it must be at least: Yves is 0.44 like Ив, Shah 0.04 like Wali


class FirstName(NamedTuple):
    """How a bearer's first name is a listed person's, and where it stands."""

    how: Alike
    word: int


def first_name(text: Text, person: Person, bearer: Bearer, least: float) -> FirstName | None:
    """The bearer's first name, before or behind the last, where it is the person's."""
    if not person.given or bearer.junior:
        return None
    if 0 < len(bearer.given) < len(person.given):  # Ocasio-Cortez is Alexandria Ocasio-Cortez, by her last names
        rest = [w.folded for w in person.given[-len(bearer.given) :]]
        if rest == [text.folded_word(i) for i in bearer.given]:
            return FirstName(Alike(1.0, ""), bearer.given[0])
    initials = [len(text.word(i)) == 1 for i in bearer.given]
    beside = [  # of initials the first is the first name's: S.V. Lavrov
        (text.word(i), i) for i, *two in zip(bearer.given, initials, [False, *initials], strict=False) if not all(two)
    ]
    whole = person.family_first and len(person.given) > 1  # Jong-il begins like Jong-un
    if bearer.after is not None and len(text.word(bearer.after)) > 1 and not whole:
        beside.append((text.word(bearer.after), bearer.after))
    if (listed := _behind_comma(text, bearer)) is not None:
        beside.append((text.word(listed), listed))
    if len(bearer.given) > 1 and len(person.given) == 1:  # Sirajuddin is سراج الدین
        beside.append(("".join(word.removeprefix("ال") for word, _ in beside), bearer.given[0]))
    found = (
        FirstName(how, i)
        for word, i in beside
        if len(word) <= MOST_LETTERS
        and (how := alike(person.given[0], word, endings.family(word, text.language), least, given=True))
    )
    joined = _joined_first_names(text, person, bearer, beside, least)
    best = max((*found, *joined), key=lambda f: (f.how.value, -f.word), default=None)
    return (
        None if best and (_names_a_thing(text, bearer, best) or _differs_behind(text, person, bearer, best)) else best
    )


def _behind_comma(text: Text, bearer: Bearer) -> int | None:
    """The word behind a last name and a comma that nothing goes on behind: Lavrov, Sergueï ;"""
    word = bearer.found.last + 1
    if bearer.given or word >= len(text) or text.text[text.ends[word - 1] : text.starts[word]] != ", ":
        return None
    return None if word + 1 < len(text) and adjoins(text, word) and is_capitalised(text, word + 1) else word


def _names_a_thing(text: Text, bearer: Bearer, first: FirstName) -> bool:
    """Whether a hyphen ties the first name to the last, as in what is named after somebody: Charles-de-Gaulle."""
    found, word = bearer.found, first.word
    tied = word + 1 == found.first and text.text[text.ends[word] : text.starts[found.first]] == "-"
    return tied and has_capitals(text, word)


def _joined_first_names(
    text: Text, person: Person, bearer: Bearer, beside: list[tuple[str, int]], least: float
) -> Iterator[FirstName]:
    """Names beside the last one that are all of the person's in one word, or in more: Abdelaziz is عبد العزيز, Чен Ын
    is Jong-un."""
    if person.joined is None:
        return
    ways = beside if len(person.given) > 1 else []
    if person.family_first:
        behind = _behind(text, bearer.found.last)
        ways = [*ways, *behind[min(len(person.given), len(behind)) - 1 :]]  # Чен is not all of Yo-jong
    for written, word in ways:
        if len(written) <= MOST_LETTERS:
            how = alike(person.joined, written, endings.family(written, text.language), least, given=True)
            if how and len(written) > 1:
                yield FirstName(how, word)


def _behind(text: Text, last: int) -> list[tuple[str, int]]:
    """The words behind a last name, joined, and where each of these ends; not amid such as a hyphen ties."""
    whole, word, found = "", last, []
    while word + 1 < len(text) and word < last + _MOST_BEHIND and _goes_on(text, word):
        word += 1
        whole += text.word(word)
        found.append((whole, word))
    tied = (word + 1 < len(text) and text.text[text.ends[word] : text.starts[word + 1]] == "-" for _, word in found)
    return [each for each, open_ in zip(found, tied, strict=True) if not open_]


def _goes_on(text: Text, word: int) -> bool:
    """Whether the next word may be of the same name."""
    between = text.text[text.ends[word] : text.starts[word + 1]]
    tied = between in (" ", "\u00a0") and (is_capitalised(text, word + 1) or not has_capitals(text, word + 1))
    return tied or between == "-"


def _differs_behind(text: Text, person: Person, bearer: Bearer, first: FirstName) -> bool:
    """Whether both have a second first name, and not the same: Ahmad Shah Massoud and his brother Ahmad Wali, Kim
    Jong-un and Kim Jong-il."""
    if len(person.given) != 2:
        return False
    if first.word == bearer.after:
        second = first.word + 1
        if second >= len(text) or text.text[text.ends[first.word] : text.starts[second]] != "-":
            return False
    elif len(bearer.given) == 2 and first.word == bearer.given[0]:
        second = bearer.given[1]
    else:
        return False
    listed, written = person.given[1], text.word(second)
    if len(written) == 1 or len(listed.folded) == 1:
        return False
    return alike(listed, written, endings.family(written, text.language), _SECOND_NAME, given=True) is None
