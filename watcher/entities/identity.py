"""Which bearer of a last name is the listed person: by first names, and by whom the article names in full."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from watcher.entities import endings
from watcher.entities.archive import given_names
from watcher.entities.bearers import Bearer
from watcher.entities.listed import Alike, alike
from watcher.entities.people import Person
from watcher.entities.sounds import MOST_LETTERS
from watcher.entities.writing import adjoins, begins_sentence, has_capitals, is_capitalised, is_little
from watcher.text import Text

_MOST_BEHIND = 3  # words: Чен Ын, جونغ أون
_SECOND_NAME = 0.35  # how alike it must be at least: Yves is 0.44 like Ив, Shah 0.04 like Wali
_SAME_FIRST_NAME = 0.95  # how alike the first name must be beside a last name that is less alike than asked
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


class _FirstName(NamedTuple):
    """How a bearer's first name is a listed person's, and where it stands."""

    how: Alike
    word: int


def _first_name(text: Text, person: Person, bearer: Bearer, least: float) -> _FirstName | None:
    """The bearer's first name, before or behind the last, where it is the person's."""
    if not person.given or bearer.junior:
        return None
    if 0 < len(bearer.given) < len(person.given):  # Ocasio-Cortez is Alexandria Ocasio-Cortez, by her last names
        rest = [w.folded for w in person.given[-len(bearer.given) :]]
        if rest == [text.folded_word(i) for i in bearer.given]:
            return _FirstName(Alike(1.0, ""), bearer.given[0])
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
        _FirstName(how, i)
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


def _names_a_thing(text: Text, bearer: Bearer, first: _FirstName) -> bool:
    """Whether a hyphen ties the first name to the last, as in what is named after somebody: Charles-de-Gaulle."""
    found, word = bearer.found, first.word
    tied = word + 1 == found.first and text.text[text.ends[word] : text.starts[found.first]] == "-"
    return tied and has_capitals(text, word)


def _joined_first_names(
    text: Text, person: Person, bearer: Bearer, beside: list[tuple[str, int]], least: float
) -> Iterator[_FirstName]:
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
                yield _FirstName(how, word)


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


def _differs_behind(text: Text, person: Person, bearer: Bearer, first: _FirstName) -> bool:
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


def judged(text: Text, person: Person, bearers: Sequence[Bearer], least: float) -> Iterator[NameHit | Miss]:
    """Each occurrence, as the person's or why it is not. Who bears another first name is somebody else; a bare last
    name means whoever was last named in full."""
    cut = person.last.cut
    own = [
        _first_name(text, person, b, max(least, _SAME_FIRST_NAME) if cut or b.found.value < least else least)
        for b in bearers
    ]
    own = [o if not (cut and o and o.how.via == "initial") else None for o in own]
    others = [
        bool(person.given) and o is None and _is_another(text, person, b) for o, b in zip(own, bearers, strict=True)
    ]
    forms = {form for o, b in zip(own, bearers, strict=True) if o for form in _forms(text, b)}
    named = {text.folded_word(b.found.last) for o, b in zip(own, bearers, strict=True) if o}
    introduced = any(o and not (i > 1 and _is_doubtful(text, bearers[i])) for i, o in enumerate(others))
    meant, sure = bool(forms) or not introduced, any(own) or any(b.sure for b in bearers)
    for bearer, first_name, another in zip(bearers, own, others, strict=True):
        if first_name is not None:
            yield _hit(text, person, bearer, first_name)
            meant = True
            continue
        here = False
        if another:
            here = bool(forms) and not _has_first_name(text, bearer, named)
            meant = here or not (forms or introduced)
        why = ""
        if another and not here:
            why = "another first name"
        elif person.family_first and not (bearer.vouched or forms):
            why = "many bear that last name"
        elif (
            bearer.found.partial
            or bearer.found.value < least
            or (_is_faint(bearer) and forms.isdisjoint(_forms(text, bearer)))
        ):
            why = "too unlike to be known without the first name"
        elif not meant:
            why = "whoever was named so before has another first name"
        elif not (bearer.sure or sure):
            why = "nothing tells there that it is a name"
        yield Miss(person.name, _written(text, bearer), why) if why else _hit(text, person, bearer, None)


def _is_another(text: Text, person: Person, bearer: Bearer) -> bool:
    """Whether names beside the last one are somebody else's; Abbas is a first name in "Abbas Araghchi"."""
    if bearer.given or bearer.junior:
        return True
    if bearer.after is None or is_little(text, bearer.after):
        return False
    family_first = person.family_first or text.language == "hu"  # Orbán Balázs
    return family_first or bearer.found.folded in given_names()


def _has_first_name(text: Text, bearer: Bearer, named: set[str]) -> bool:
    """Whether what stands before a name is a first name for certain: in scripts without capitals it may be a verb, and
    at a sentence's start any word ("Słowa Putina"), where the name stands in another case than in full, as `named`."""
    last = text.folded_word(bearer.found.last)
    declined = last not in named and endings.family(last, text.language) != ""
    if has_capitals(text, bearer.found.last) and not (declined and _is_doubtful(text, bearer)):
        return True
    return any(text.folded_word(word) in given_names() for word in bearer.given)


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


def _hit(text: Text, person: Person, bearer: Bearer, first_name: _FirstName | None) -> NameHit:
    """The span is from the first name to the last, without what else begins with a capital before them."""
    found = bearer.found
    bounds = [found.first, found.last, *([first_name.word] if first_name else [])]
    if person.given or not has_capitals(text, found.last):
        first, last = min(bounds), max(bounds)
    else:
        first, last = bearer.first, found.last
    while person.family_first and last + 1 < len(text) and text.text[text.ends[last] : text.starts[last + 1]] == "-":
        last += 1  # Jong-un
    start = found.start if first == found.first else text.starts[first]
    end = found.end if last == found.last else text.ends[last]
    ways = [way for way in (Alike(found.value, found.via), first_name.how if first_name else None) if way and way.via]
    how = "full name" if first_name else "last name"
    return NameHit(person.name, first, last, start, end, ", ".join([how, *(way.via for way in sorted(ways)[:1])]))
