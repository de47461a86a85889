"""Which bearer of a last name is the listed person, by first names and by whom the article names in full."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from watcher.entities import endings
from watcher.entities.archive import given_names
from watcher.entities.bearers import Bearer
from watcher.entities.firstnames import FirstName, first_name
from watcher.entities.listed import Alike
from watcher.entities.people import Person
from watcher.entities.writing import begins_sentence, has_capitals, is_little, titled_line
from watcher.text import Text

_SAME_FIRST_NAME = 0.95  # how alike the first name must be beside a last name that is less alike than asked
_SERVANT = "عبد"  # with whose servant somebody is, a first name: عبد الكريم
_FIXED_ORDER = frozenset("en fr es it pt nl ca".split())
_SLACK = 1.4  # how many times as unlike it may be then: Saiful Malook, Сайфул Мулок


def least_beside(least: float) -> float:
    """How alike a last name must be at least where the first name is the same."""
    return max(0.0, 1.0 - _SLACK * (1.0 - least))


class NameHit(NamedTuple):
    """Where a listed name stands: words `first` to `last`, both included, and offsets of the text.

    `via` says how it was recognised: "full name", "last name, transliteration 0.93", "as listed".
    """

    name: str
    first: int
    last: int
    start: int
    end: int
    via: str = ""


class Miss(NamedTuple):
    """What came nearest to a listed name without being it, and why it is not."""

    name: str
    text: str
    why: str
    likeness: float = 1.0


def judged(text: Text, person: Person, bearers: Sequence[Bearer], least: float) -> Iterator[NameHit | Miss]:
    """Each occurrence, as the person's or why it is not. Who bears another first name is somebody else; a bare last
    name means whoever was last named in full."""
    own = [_first_name(text, person, bearer, least) for bearer in bearers]
    others = [
        bool(person.given) and o is None and _is_another(text, person, b) for o, b in zip(own, bearers, strict=True)
    ]
    forms = {form for o, b in zip(own, bearers, strict=True) if o for form in _forms(text, b)}
    named = {text.folded_word(b.found.last) for o, b in zip(own, bearers, strict=True) if o}
    introduced = any(o and not (i > 1 and _is_doubtful(text, bearers[i])) for i, o in enumerate(others))
    meant, sure = bool(forms) or not introduced, any(own) or any(b.sure for b in bearers)
    met = False  # somebody else of that name
    for bearer, first, another in zip(bearers, own, others, strict=True):
        if first is not None:
            yield _hit(text, person, bearer, first)
            meant = True
            continue
        here = False
        met = met or another
        if another:
            here = bool(forms) and not _has_first_name(text, bearer, named)
            meant = here or not (forms or introduced)
        why = "another first name" if another and not here else _why_not_alone(text, person, bearer, forms, least)
        if not why and not meant and (met or not bearer.vouched):
            why = "whoever was named so before has another first name"
        elif not why and not (bearer.sure or sure):
            why = "nothing tells there that it is a name"
        yield Miss(person.name, _written(text, bearer), why) if why else _hit(text, person, bearer, None)


def _first_name(text: Text, person: Person, bearer: Bearer, least: float) -> FirstName | None:
    """The bearer's first name where it is the person's, the more alike, the less the last name is; no mere initial
    beside one that lacks its ending."""
    cut = person.last.cut
    asked = max(least, _SAME_FIRST_NAME) if cut or bearer.found.value < least else least
    found = first_name(text, person, bearer, asked)
    return None if found is not None and cut and found.how.via == "initial" else found


def _why_not_alone(text: Text, person: Person, bearer: Bearer, forms: set[str], least: float) -> str:
    """Why a last name by itself does not mean the person there, whoever else bears it; "" where it may. `forms` are
    those in which the article writes it with the first name."""
    if person.family_first and not (bearer.vouched or forms):
        return "many bear that last name"
    faint = _is_faint(bearer) and forms.isdisjoint(_forms(text, bearer))
    if bearer.found.partial or bearer.found.value < least or faint:
        return "too unlike to be known without the first name"
    if bearer.after is not None and person.given and _begins_longer(text, bearer):
        return "a first name there"
    return ""


def _is_another(text: Text, person: Person, bearer: Bearer) -> bool:
    """Whether names beside the last one are somebody else's; Abbas is a first name in "Abbas Araghchi"."""
    if bearer.given or bearer.junior:
        return True
    if bearer.after is None or is_little(text, bearer.after):
        return False
    family_first = person.family_first or text.language == "hu"  # Orbán Balázs
    return family_first or bearer.found.folded in given_names()


def _begins_longer(text: Text, bearer: Bearer) -> bool:
    """Whether a name goes on behind a last name, which is a first name there: Petro Poroshenko. Where words stand in
    any order a name may follow that is another's."""
    last, after = bearer.found.last, bearer.found.last + 1
    fixed = text.language in _FIXED_ORDER and has_capitals(text, last)
    return fixed and not (is_little(text, after) or text.word(after).isupper() or titled_line(text, last))


def _has_first_name(text: Text, bearer: Bearer, named: set[str]) -> bool:
    """Whether what stands before a name is a first name for certain: in scripts without capitals it may be a verb, and
    at a sentence's start any word ("Słowa Putina"), where the name stands in another case than in full, as `named`."""
    last = text.folded_word(bearer.found.last)
    declined = last not in named and endings.family(last, text.language) != ""
    if has_capitals(text, bearer.found.last) and not (declined and _is_doubtful(text, bearer)):
        return True
    return any(text.folded_word(word) in given_names() or text.word(word) == _SERVANT for word in bearer.given)


def _is_doubtful(text: Text, bearer: Bearer) -> bool:
    """Whether the word before a name may owe its capital to its sentence ("Make Trump just go away"): who bears another
    first name is introduced with it."""
    return len(bearer.given) == 1 and begins_sentence(text, bearer.given[0])


def _is_faint(bearer: Bearer) -> bool:
    return bearer.found.fainter if bearer.vouched else bearer.found.faint


def _forms(text: Text, bearer: Bearer) -> set[str]:
    """A last name as it is written there, with and without case endings."""
    word = text.folded_word(bearer.found.last)
    return {word, *endings.stems(word, endings.family(word, text.language), "*")}


def _written(text: Text, bearer: Bearer) -> str:
    return text.text[text.starts[bearer.first] : bearer.found.end]


def _hit(text: Text, person: Person, bearer: Bearer, given: FirstName | None) -> NameHit:
    """The span is from the first name to the last, without what else begins with a capital before them."""
    found = bearer.found
    bounds = [found.first, found.last, *([given.word] if given else [])]
    if person.given or not has_capitals(text, found.last):
        first, last = min(bounds), max(bounds)
    else:
        first, last = bearer.first, found.last
    while person.family_first and last + 1 < len(text) and text.text[text.ends[last] : text.starts[last + 1]] == "-":
        last += 1  # Jong-un
    start = found.start if first == found.first else text.starts[first]
    end = found.end if last == found.last else text.ends[last]
    ways = [way for way in (Alike(found.value, found.via), given.how if given else None) if way and way.via]
    how = "full name" if given else "last name"
    return NameHit(person.name, first, last, start, end, ", ".join([how, *(way.via for way in sorted(ways)[:1])]))
