"""Why the words beside a place's name make it a person's: a first name, an honorific, a rank."""

from __future__ import annotations

from watcher.entities.archive import codes_of, given_names
from watcher.entities.beside import TOWNS, in_locative
from watcher.entities.senses import Name, Refusal, is_small
from watcher.entities.titles import RANKS, is_title, office_before
from watcher.entities.writing import (
    NOUNS_IN_CAPITALS,
    Neighbours,
    begins_sentence,
    is_capitalised,
    is_little,
    neighbours,
    titled_line,
    words,
)
from watcher.text import Text

NEEDING = ("city", "town", "area")  # kinds of places that share names with people
_OFFICES = words(
    "president king queen prince princess crown prime minister ministers foreign defence defense interior army police "
    "government parliament river valley border embassy airport state football ambassador gov sen rep republican "
    "republicans democrat democrats supreme"
)
# Words that stand before a town with a capital and are no first names.
_BEFORE_TOWNS = words(
    "old new greater central north south east west northern southern eastern western inner outer grand nouveau vieux "
    "восточный западный institut institute université university universität college collège radio hôtel hotel gare "
    "bourse aéroport airport euronext "
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december"
)
_WITH_OF = frozenset("en fr es it pt".split())  # elsewhere "мэр Тулы" and "Bürgermeister Essen" are of the town


def surname(text: Text, name: Name, near: Neighbours, taken: set[int]) -> Refusal | None:
    """Why a people's or country's name is somebody's last name: Jan Polak."""
    before = name.first - 1
    if near.before not in given_names() or not _first_name_before(text, name, near, taken):
        return None
    if begins_sentence(text, before) or not is_capitalised(text, name.first) or titled_line(text, name.first):
        return None
    return part_of_person(text, before, name.last)


def arabic_surname(text: Text, name: Name) -> Refusal | None:
    """Why an adjective is a last name where no capital tells: أحمد التونسي. With the article an adjective stands behind
    a noun that has it too, or behind a whole name."""
    if name.traits.kind != "adjective" or not name.first or not name.folded.endswith("ي"):
        return None
    before = text.folded_word(name.first - 1)
    if before.startswith("ال") or before not in given_names() or is_little(text, name.first - 1):
        return None
    written = text.text[text.starts[name.first] : name.end]
    return part_of_person(text, name.first - 1, name.last) if written.startswith("ال") else None


def is_ranked(text: Text, first: int, near: Neighbours) -> bool:
    """Whether a rank stands right before a name; in English with a capital that it does not owe to its sentence."""
    if near.before not in RANKS or not near.tied:
        return False
    return text.language != "en" or (near.led and not titled_line(text, first))


def person(text: Text, name: Name, near: Neighbours, taken: set[int]) -> Refusal | None:
    """Why the name is somebody's last or first name."""
    kind = name.traits.kind
    if kind == "town" and _goes_on(text, name, near, taken):
        return refused(text, name.first, name.last + 1, "part of a longer name", lasting=is_small(name.senses[0]))
    if not (near.led or near.followed) or in_locative(text, name.last, name.end):
        return None
    borne, first_name = name.traits.borne, name.traits.first_name
    if kind not in NEEDING and not first_name:
        return None
    # At a sentence's start any word has a capital: "Bombarder Kaboul".
    if _first_name_before(text, name, near, taken) and (
        kind == "town" or borne or not begins_sentence(text, name.first - 1) or near.before in given_names()
    ):
        return part_of_person(text, name.first - 1, name.last)
    if kind in ("town", "city") and _is_beside_town(text, name, near, taken):
        return part_of_person(text, name.first - near.led, name.last + (not near.led))
    if first_name and near.followed and _is_last_name(text, name.last + 1, taken):
        return part_of_person(text, name.first, name.last + 1)
    return None


def is_official(text: Text, word: int) -> bool:
    """Whether an office stands right before a town's name, in a language that says what it is of with a preposition;
    in English with a capital: "Rep. Cleveland", "le général Bourg", but not "the general Aleppo area"."""
    if text.language not in _WITH_OF or (office := office_before(text, word)) is None or titled_line(text, word):
        return False
    return text.language != "en" or is_capitalised(text, office)


def _is_beside_town(text: Text, name: Name, near: Neighbours, taken: set[int]) -> bool:
    """Whether it stands with another name of a town as a first and a last name do: Milan Berlin."""
    if text.language in NOUNS_IN_CAPITALS or titled_line(text, name.first):
        return False
    first = near.before if near.led else name.folded
    other = name.first - 1 if near.led else name.last + 1
    if near.led == near.followed or other not in taken or first not in given_names() or text.word(other).isupper():
        return False
    return bool(codes_of(text.folded_word(other)))


def _is_last_name(text: Text, word: int, taken: set[int]) -> bool:
    """Whether a word with a capital behind a first name may be a last name: no place, no office, no acronym."""
    if word in taken or text.folded_word(word) in _OFFICES or is_title(text, word):
        return False
    return text.language not in NOUNS_IN_CAPITALS and not (len(text.word(word)) > 1 and text.word(word).isupper())


def _goes_on(text: Text, name: Name, near: Neighbours, taken: set[int]) -> bool:
    """Whether a word with a capital follows that is no place: Mary Pierce, Lincoln Center; but not Cleveland GOP."""
    behind = name.last + 1
    return (
        behind < len(text.starts)
        and is_capitalised(text, behind)
        and (text.word(name.last).isupper() or not text.word(behind).isupper())
        and behind not in taken
        and text.language not in NOUNS_IN_CAPITALS
        and text.text[text.ends[name.last] : text.starts[behind]] in (" ", "\u00a0", "-")
        and near.behind not in _OFFICES
        and near.behind not in TOWNS
    )


def _first_name_before(text: Text, name: Name, near: Neighbours, taken: set[int]) -> bool:
    before = name.first - 1
    return (
        near.led
        and before not in taken
        and not text.word(before).isupper()
        and near.before not in _BEFORE_TOWNS
        and near.before not in TOWNS
        and not is_little(text, before)
        and not (name.traits.kind == "city" and is_title(text, before))
        and (text.language not in NOUNS_IN_CAPITALS or _is_german_first_name(name, near))
    )


def _is_german_first_name(name: Name, near: Neighbours) -> bool:
    """Whether the word is a first name where every noun has a capital: Dirk Bremen, but not Mark Brandenburg."""
    return name.traits.kind in ("city", "town") and near.before in given_names()


def part_of_person(text: Text, first: int, last: int) -> Refusal:
    return refused(text, first, last, "part of a name", person=True)


def refused(text: Text, first: int, last: int, why: str, *, person: bool = False, lasting: bool = False) -> Refusal:
    start, end = text.starts[first], text.ends[last]
    return Refusal(f"{why}: {text.text[start:end]}", start, end, person, lasting=lasting)


def known_person(text: Text, name: Name, taken: set[int]) -> Refusal | None:
    """Why a name that somebody bears in the article is theirs here too: any word may stand with a capital at a
    sentence's start; before the name of a known person it is a first name."""
    if _first_name_before(text, name, neighbours(text, name.first, name.last), taken):
        return part_of_person(text, name.first - 1, name.last)
    return None
