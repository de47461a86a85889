"""Why the words beside a place's name make it a part of something else: a club, a paper, a street, a person."""

from __future__ import annotations

from watcher.entities import clubs, longer
from watcher.entities.archive import codes_of
from watcher.entities.beside import OF
from watcher.entities.clubs import BEFORE_TOWNS, article_before, is_club, plays
from watcher.entities.dates import is_date
from watcher.entities.lastnames import (
    NEEDING,
    arabic_surname,
    is_official,
    is_ranked,
    part_of_person,
    person,
    refused,
    surname,
)
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
    is_title,
    named_after,
)
from watcher.entities.senses import Name, Refusal, country_of
from watcher.entities.titles import HONORIFICS, OFFICES, RANKS, honorific_before
from watcher.entities.writing import NOUNS_IN_CAPITALS, Neighbours, capital_before, neighbours, titled_line
from watcher.text import Text

_FIRST_ARABIC = "\u0620"
_SURNAMES = ("adjective", "people", "country")  # kinds that are last names too
# Words that tell of a name beside them what it is: before it, before an "of" that stands there, and behind it.
_TELLING = HONORIFICS | OFFICES | RANKS | longer.BEFORE | clubs.BEFORE
_TELLING_OF = longer.BEFORE_OF | clubs.BEFORE_OF
_TELLING_BEHIND = longer.BEHIND | clubs.BEHIND


def around(text: Text, name: Name, taken: set[int], dated: set[int]) -> Refusal | None:
    """Why the words beside a name make it a part of something else. What needs a capital or a telling word beside it is
    asked only of a name that has one there: few have."""
    first, kind = name.first, name.traits.kind
    if first in dated and is_date(text, first):
        return refused(text, first, name.last, "a date")
    if (name.folded >= FIRST_HAN or text.language == "zh") and is_dotted(text, name.start, name.end):
        return refused(text, first, name.last, "part of a foreign name")
    inhabitants = kind == "adjective" or kind == "people"
    if inhabitants and not capital_before(text, first):
        return arabic_surname(text, name) if name.folded >= _FIRST_ARABIC else None
    near = neighbours(text, first, name.last)
    if near.led and kind in _SURNAMES and (refusal := surname(text, name, near, taken)):
        return refusal
    if inhabitants:
        return None
    if told := is_told(text, name, near):
        if near.before in HONORIFICS and honorific_before(text, first) is not None:
            return part_of_person(text, first - 1, name.last)
        if kind in NEEDING and is_ranked(text, first, near):
            return part_of_person(text, first - 1, name.last)
        if refusal := _longer(text, name, near):
            return refusal
        if kind in NEEDING and (refusal := _something_else(text, name, near, taken)):
            return refusal
    elif not (near.led or near.followed):
        return None
    refusal = person(text, name, near, taken)
    if refusal and text.language not in NOUNS_IN_CAPITALS and titled_line(text, first):
        return None
    if refusal is None and told and kind == "town" and is_official(text, first):
        return part_of_person(text, first - 1, name.last)
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


def _longer(text: Text, name: Name, near: Neighbours) -> Refusal | None:
    """Why the name is a paper's, a street's or a firm's."""
    kind = name.traits.kind
    if kind in ("city", "town", "area") and is_paper(text, name.last, name.end, near):
        return refused(text, name.first, min(name.last + near.followed, len(text.starts) - 1), "part of a longer name")
    if kind in ("city", "town") and (agreement := is_agreement(text, name.first, name.last, near)):
        return refused(text, *agreement, "an agreement")
    if street := is_street(text, name.first, name.last, near, country=kind == "country"):
        return refused(text, *street, "a street")
    if is_firm(near):
        return refused(text, name.first - 1, name.last, "part of a longer name")
    return None


def _something_else(text: Text, name: Name, near: Neighbours, taken: set[int]) -> Refusal | None:
    """Why a town's or region's name is a club's, a ship's, or a part of what is named after somebody."""
    club = is_club(text, name.first, name.last, near, british=country_of(name.senses[0].code) == "GB")
    if club or _is_club_by_article(text, name, near):
        return refused(text, *(club or (name.first - 1, name.last)), "a club", lasting=True)
    if plays(text, name.first, name.last, near):
        return refused(text, name.first, name.last, "a club", lasting=name.traits.kind == "town")
    if is_title(text, name.first, near):
        return refused(text, name.first - 2, name.last, "a title")
    if in_quotes(text, name.start, name.end):
        return refused(text, name.first, name.last, "a name in quotation marks")
    if name.traits.kind == "city":
        return None
    if behind_hyphen(text, name.first) and name.first - 1 not in taken:
        return refused(text, name.first - 1, name.last, "part of a longer name")
    if name.traits.kind == "town" and named_after(text, name.last, near):
        return refused(text, name.first, name.last, "named after a place or somebody")
    return None


def _is_club_by_article(text: Text, name: Name, near: Neighbours) -> bool:
    """Whether an article before a town makes it a club: "al Napoli", but not "al Cairo", which is called Il Cairo."""
    if name.traits.kind == "area" or not (article := article_before(text, name.first, near)):
        return False
    return {sense.code for sense in name.senses}.isdisjoint(codes_of(f"{article} {name.folded}"))
