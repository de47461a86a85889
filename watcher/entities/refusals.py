"""Why the words beside a place's name make it a part of something else: a person, a club, a paper."""

from __future__ import annotations

from watcher.entities import clubs, longer
from watcher.entities.archive import codes_of, given_names
from watcher.entities.beside import OF, TOWNS, in_locative
from watcher.entities.clubs import BEFORE_TOWNS, article_before, is_club, plays
from watcher.entities.dates import is_date
from watcher.entities.longer import (
    FIRST_HAN,
    TIED_BEFORE,
    behind_hyphen,
    in_quotes,
    is_adjective,
    is_agreement,
    is_dotted,
    is_firm,
    is_paper,
    is_street,
    named_after,
)
from watcher.entities.senses import Name, Refusal, country_of, is_small
from watcher.entities.writing import (
    HONORIFICS,
    NOUNS_IN_CAPITALS,
    OFFICES,
    Neighbours,
    begins_sentence,
    capital_before,
    honorific_before,
    is_capitalised,
    is_little,
    is_title,
    neighbours,
    office_before,
    titled_line,
    words,
)
from watcher.text import Text

_SURNAMES = ("adjective", "people", "country")  # kinds that are last names too
_TOWNS = ("city", "town", "area")
_OFFICES = words(
    "president king queen prince princess crown prime minister ministers foreign defence defense interior army police "
    "government parliament river valley border embassy airport state football ambassador gov sen rep republican "
    "republicans democrat democrats supreme"
)
_WITH_OF = frozenset("en fr es it pt".split())  # elsewhere "мэр Тулы" and "Bürgermeister Essen" are of the town
# Words that tell of a name beside them what it is: before it, before an "of" that stands there, and behind it.
_TELLING = HONORIFICS | OFFICES | longer.BEFORE | clubs.BEFORE
_TELLING_OF = longer.BEFORE_OF | clubs.BEFORE_OF
_TELLING_BEHIND = longer.BEHIND | clubs.BEHIND
# Words that stand before a town with a capital and are no first names.
_BEFORE_TOWNS = words(
    "old new greater central north south east west northern southern eastern western inner outer grand nouveau vieux "
    "восточный западный institut institute université university universität college collège radio hôtel hotel gare "
    "bourse aéroport airport euronext "
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december"
)


def around(text: Text, name: Name, taken: set[int], dated: set[int]) -> Refusal | None:
    """Why the words beside a name make it a part of something else. What needs a capital or a telling word beside it is
    asked only of a name that has one there: few have."""
    first, kind = name.first, name.traits.kind
    if first in dated and is_date(text, first):
        return _refusal(text, first, name.last, "a date")
    if (name.folded >= FIRST_HAN or text.language == "zh") and is_dotted(text, name.start, name.end):
        return _refusal(text, first, name.last, "part of a foreign name")
    inhabitants = kind == "adjective" or kind == "people"
    if inhabitants and not capital_before(text, first):
        return None
    near = neighbours(text, first, name.last)
    if near.led and kind in _SURNAMES and (refusal := _surname(text, name, near, taken)):
        return refusal
    if inhabitants:
        return None
    if told := is_told(text, name, near):
        if near.before in HONORIFICS and honorific_before(text, first) is not None:
            return _part_of_person(text, first - 1, name.last)
        if refusal := _longer(text, name, near):
            return refusal
        if kind in _TOWNS and (refusal := _something_else(text, name, near, taken)):
            return refusal
    elif not (near.led or near.followed):
        return None
    refusal = _person(text, name, near, taken)
    if refusal and text.language not in NOUNS_IN_CAPITALS and titled_line(text, first):
        return None
    if refusal is None and told and kind == "town" and _is_official(text, first):
        return _part_of_person(text, first - 1, name.last)
    return refusal


def is_told(text: Text, name: Name, near: Neighbours) -> bool:
    """Whether anything beside a name but a capital may make it a part of something else: a telling word, a hyphen, a
    quotation mark, a script that writes words together. Most names have none of it."""
    _, folded, first, last, start, end, traits = name
    before, behind, written = near.before, near.behind, text.text
    if before in _TELLING or behind in _TELLING_BEHIND or behind >= FIRST_HAN:
        return True
    if written[end : end + 1] == "-" or (start and written[start - 1] in TIED_BEFORE):
        return True
    if start != text.starts[first] or end != text.ends[last]:  # inside a run of letters
        return True
    if before in OF and first > 1 and text.folded_word(first - 2) in _TELLING_OF:
        return True
    kind = traits.kind
    return (kind == "town" and is_adjective(folded)) or (before in BEFORE_TOWNS and kind in ("town", "city"))


def _surname(text: Text, name: Name, near: Neighbours, taken: set[int]) -> Refusal | None:
    """Why a people's or country's name is somebody's last name: Jan Polak."""
    before = name.first - 1
    if near.before not in given_names() or not _first_name_before(text, name, near, taken):
        return None
    if begins_sentence(text, before) or not is_capitalised(text, name.first) or titled_line(text, name.first):
        return None
    return _part_of_person(text, before, name.last)


def _longer(text: Text, name: Name, near: Neighbours) -> Refusal | None:
    """Why the name is a paper's, a street's or a firm's."""
    kind = name.traits.kind
    if kind in ("city", "town", "area") and is_paper(text, name.last, name.end, near):
        return _refusal(text, name.first, min(name.last + near.followed, len(text.starts) - 1), "part of a longer name")
    if kind in ("city", "town") and (agreement := is_agreement(text, name.first, name.last, near)):
        return _refusal(text, *agreement, "an agreement")
    if street := is_street(text, name.first, name.last, near, country=kind == "country"):
        return _refusal(text, *street, "a street")
    if is_firm(near):
        return _refusal(text, name.first - 1, name.last, "part of a longer name")
    return None


def _person(text: Text, name: Name, near: Neighbours, taken: set[int]) -> Refusal | None:
    """Why the name is somebody's last or first name."""
    kind = name.traits.kind
    if kind == "town" and _goes_on(text, name, taken):
        return _refusal(text, name.first, name.last + 1, "part of a longer name", lasting=is_small(name.senses[0]))
    if not (near.led or near.followed) or in_locative(text, name.last, name.end):
        return None
    borne, first_name = name.traits.borne, name.traits.first_name
    if kind not in _TOWNS and not first_name:
        return None
    # At a sentence's start any word has a capital: "Bombarder Kaboul".
    if _first_name_before(text, name, near, taken) and (
        kind == "town" or borne or not begins_sentence(text, name.first - 1) or near.before in given_names()
    ):
        return _part_of_person(text, name.first - 1, name.last)
    if first_name and near.followed and _is_last_name(text, name.last + 1, taken):
        return _part_of_person(text, name.first, name.last + 1)
    return None


def _is_official(text: Text, word: int) -> bool:
    """Whether an office stands right before a town's name, in a language that says what it is of with a preposition;
    in English with a capital: "Rep. Cleveland", "le général Bourg", but not "the general Aleppo area"."""
    if text.language not in _WITH_OF or (office := office_before(text, word)) is None or titled_line(text, word):
        return False
    return text.language != "en" or is_capitalised(text, office)


def _is_last_name(text: Text, word: int, taken: set[int]) -> bool:
    """Whether a word with a capital behind a first name may be a last name: no place, no office, no acronym."""
    if word in taken or text.folded_word(word) in _OFFICES or is_title(text, word):
        return False
    return text.language not in NOUNS_IN_CAPITALS and not (len(text.word(word)) > 1 and text.word(word).isupper())


def _something_else(text: Text, name: Name, near: Neighbours, taken: set[int]) -> Refusal | None:
    """Why a town's or region's name is a club's, a ship's, or a part of what is named after somebody."""
    club = is_club(text, name.first, name.last, near, british=country_of(name.senses[0].code) == "GB")
    if club or _is_club_by_article(text, name, near):
        return _refusal(text, *(club or (name.first - 1, name.last)), "a club", lasting=True)
    if plays(text, name.first, name.last, near):
        return _refusal(text, name.first, name.last, "a club", lasting=name.traits.kind == "town")
    if in_quotes(text, name.start, name.end):
        return _refusal(text, name.first, name.last, "a name in quotation marks")
    if name.traits.kind == "city":
        return None
    if behind_hyphen(text, name.first) and name.first - 1 not in taken:
        return _refusal(text, name.first - 1, name.last, "part of a longer name")
    if name.traits.kind == "town" and named_after(text, name.last, near):
        return _refusal(text, name.first, name.last, "named after a place or somebody")
    return None


def _is_club_by_article(text: Text, name: Name, near: Neighbours) -> bool:
    """Whether an article before a town makes it a club: "al Napoli", but not "al Cairo", which is called Il Cairo."""
    if name.traits.kind == "area" or not (article := article_before(text, name.first, near)):
        return False
    return {sense.code for sense in name.senses}.isdisjoint(codes_of(f"{article} {name.folded}"))


def _goes_on(text: Text, name: Name, taken: set[int]) -> bool:
    """Whether a word with a capital follows that is no place: Mary Pierce, Lincoln Center; but not Cleveland GOP."""
    behind = name.last + 1
    return (
        behind < len(text.starts)
        and is_capitalised(text, behind)
        and (text.word(name.last).isupper() or not text.word(behind).isupper())
        and behind not in taken
        and text.language not in NOUNS_IN_CAPITALS
        and text.text[text.ends[name.last] : text.starts[behind]] in (" ", "\u00a0", "-")
        and (following := text.folded_word(behind)) not in _OFFICES
        and following not in TOWNS
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


def _part_of_person(text: Text, first: int, last: int) -> Refusal:
    return _refusal(text, first, last, "part of a name", person=True)


def _refusal(text: Text, first: int, last: int, why: str, *, person: bool = False, lasting: bool = False) -> Refusal:
    start, end = text.starts[first], text.ends[last]
    return Refusal(f"{why}: {text.text[start:end]}", start, end, person, lasting=lasting)


def known_person(text: Text, name: Name, taken: set[int]) -> Refusal | None:
    """Why a name that somebody bears in the article is theirs here too: any word may stand with a capital at a
    sentence's start; before the name of a known person it is a first name."""
    if _first_name_before(text, name, neighbours(text, name.first, name.last), taken):
        return _part_of_person(text, name.first - 1, name.last)
    return None
