"""Who bears a last name in an article: the listed person, somebody else, or nobody that can be told."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, compress, islice
from typing import NamedTuple

from watcher.entities import endings
from watcher.entities.listed import Alike, Word, alike, listed_word
from watcher.entities.lookup import once_a_text
from watcher.entities.spelling import MOST_LETTERS
from watcher.entities.writing import (
    NOUNS_IN_CAPITALS,
    adjoins,
    begins_sentence,
    belongs_before,
    has_capitals,
    honorific_before,
    is_capitalised,
    is_little,
    is_title,
    office_before,
    words,
)
from watcher.text import Text

_MOST_GIVEN = 4  # names before a last name: "Abdul Salam Khan", a patronymic, two initials
_MOST_PARTICLES = 4  # before one: "von und zu der"
_ARTICLES = words("al el ad as ash at ar an ال аль эль ас ад аш ан ар")  # Assad is al-Assad
_LINKS = words("la le du da di d de dos das del af zu de де ди да ле ла дю")  # M. Villepin is Dominique de Villepin
_PARTICLES = (
    _ARTICLES | _LINKS | words("von van der den ter della bin ibn ben bint abu av st фон ван дер бен бин ибн φον ντερ")
)
_PARTICLES |= words("абу بن ابن ابو بو φον בן")
_SONS = words("al el bin ibn ben bint abu бен бин ибн аль эль بن ابن ابو")  # stand between first names
_SECOND_NAME = 0.35  # how alike it must be at least: Yves is 0.44 like Ив, Shah 0.04 like Wali
_ELIDED = words("o d")  # O'Sullivan, d'Estaing
_JUNIORS = words("jr jnr junior")


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


@dataclass(frozen=True, slots=True)
class Person:
    """A listed person; `given` is empty where only a last name is listed."""

    name: str
    given: tuple[Word, ...]
    last: LastName


@dataclass(frozen=True, slots=True)
class LastName:
    """A last name: its last word, and the particles before it as folded. `whole` is all of it."""

    whole: str
    word: Word
    particles: tuple[str, ...]

    @property
    def needs_particle(self) -> bool:
        """Whether it is another's without its particle: ben Ali and Ali, but not al-Assad and Assad."""
        return not _ARTICLES.union(_LINKS).issuperset(self.particles)


class Sighting(NamedTuple):
    """A last name in a text, its particles included; `partial` where only a first name can make it one, `faint` where
    it takes that or the same word with a first name elsewhere, `fainter` where an office would do too."""

    folded: str
    first: int
    last: int
    start: int
    end: int
    value: float
    via: str
    partial: bool
    faint: bool
    fainter: bool


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


def person_of(name: str) -> Person | None:
    text = Text("", name)
    pieces = [text.word(i) for i in range(len(text))]
    folded = [text.folded_word(i) for i in range(len(text))]
    if not pieces:
        return None
    at = len(pieces) - 1
    while at > 1 and (folded[at - 1] in _PARTICLES or _is_elided(text, at - 1)):
        at -= 1
    last = LastName(" ".join(folded[at:]), listed_word(pieces[-1]), tuple(folded[at:-1]))
    return Person(name, tuple(map(listed_word, pieces[:at])), last)


def _is_elided(text: Text, word: int) -> bool:
    """Whether an apostrophe ties a particle to the word behind it."""
    return text.folded_word(word) in _ELIDED and text.text[text.ends[word] : text.starts[word + 1]] in ("'", "’")


def seen_as(text: Text, word: int, last: LastName, how: Alike) -> Sighting:
    """A word as a last name, with the particles before it."""
    first = word
    least = max(0, word - _MOST_PARTICLES) if last.particles else word
    while first > least and (
        _is_elided(text, first - 1) or (text.folded_word(first - 1) in _PARTICLES and belongs_before(text, first - 1))
    ):
        first -= 1
    partial = last.needs_particle and first == word
    follows = word + 1 < len(text) and adjoins(text, word) and is_capitalised(text, word + 1)
    follows = follows and how.via != "case ending" and bool(how.via)  # it is a first name: Marine Le Pen
    faint = follows or not last.word.is_plain(how)
    fainter = follows or not last.word.is_plain(how, vouched=True)
    whole = " ".join(text.folded_word(i) for i in range(first, word + 1))
    return Sighting(
        whole, first, word, text.starts[first], text.ends[word], how.value, how.via, partial, faint, fainter
    )


# ── who bears a last name ────────────────────────────────────────────────────────────────────────


def bearers_of(text: Text, seen: Iterable[Sighting], towns: Stretches) -> list[Bearer]:
    """Who bears each occurrence of one last name, but for those that are a place there."""
    found = [s for s in seen if not towns.meet(s.start, s.end)]
    small = _written_small(text) if found else frozenset()
    return [_bearer(text, f, towns, f.folded in small) for f in found]


def _bearer(text: Text, found: Sighting, towns: Stretches, common: bool) -> Bearer:
    first = found.first
    given: list[int] = []
    while first and len(given) < _MOST_GIVEN and _is_given(text, first - 1):
        if towns.meet(text.starts[first - 1], text.ends[first - 1]):
            break  # the Ukrainian president: президент Украины Зеленский
        first -= 1
        given.insert(0, first)
    vouched = honorific_before(text, first) is not None or office_before(text, first) is not None
    sure = bool(given) or vouched or _is_clear(text, found, common)
    follows = found.last + 1 < len(text) and adjoins(text, found.last) and is_capitalised(text, found.last + 1)
    after = found.last + 1 if follows and not given else None
    junior = found.last + 1 < len(text) and text.folded_word(found.last + 1) in _JUNIORS
    return Bearer(found, tuple(given), first, vouched, sure, after, junior)


def _is_given(text: Text, word: int) -> bool:
    """Whether a word before a name is a first name, an initial, or a particle between them."""
    if not belongs_before(text, word):
        return False
    if not is_capitalised(text, word):
        if not has_capitals(text, word):
            return not (is_little(text, word) or is_title(text, word))
        return word > 0 and text.folded_word(word) in _SONS and belongs_before(text, word - 1)
    if begins_sentence(text, word) and is_little(text, word) and text.text[text.ends[word]] != ".":
        return False  # "С. Лавров" is no "с"
    if text.word(word).isupper() and text.ends[word] - text.starts[word] > 1 and not text.word(word + 1).isupper():
        return False  # президент США Трамп
    return honorific_before(text, word + 1) is None and office_before(text, word + 1) is None


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
        for first in (i for i, word in enumerate(folded) if small[i] and word in _PARTICLES):
            for last in range(first + 1, min(first + 1 + _MOST_PARTICLES, len(folded))):
                found.add(" ".join(folded[first : last + 1]))
                if folded[last] not in _PARTICLES:
                    break
    return frozenset(found)


# ── which of them is meant ───────────────────────────────────────────────────────────────────────


class _FirstName(NamedTuple):
    """How a bearer's first name is a listed person's, and where it stands."""

    how: Alike
    word: int


def _first_name(text: Text, person: Person, bearer: Bearer, least: float) -> _FirstName | None:
    """The bearer's first name, before or behind the last, where it is the person's."""
    if not person.given or bearer.junior:
        return None
    if len(bearer.given) == len(person.given) - 1 > 0:  # Ocasio-Cortez is Alexandria Ocasio-Cortez
        rest = [w.folded for w in person.given[1:]]
        if rest == [text.folded_word(i) for i in bearer.given]:
            return _FirstName(Alike(1.0, ""), bearer.given[0])
    initials = [len(text.word(i)) == 1 for i in bearer.given]
    beside = [  # of initials the first is the first name's: S.V. Lavrov
        (text.word(i), i) for i, *two in zip(bearer.given, initials, [False, *initials], strict=False) if not all(two)
    ]
    if bearer.after is not None and len(text.word(bearer.after)) > 1:
        beside.append((text.word(bearer.after), bearer.after))
    if len(bearer.given) > 1 and len(person.given) == 1:  # Sirajuddin is سراج الدین
        beside.append(("".join(word.removeprefix("ال") for word, _ in beside), bearer.given[0]))
    found = (
        _FirstName(how, i)
        for word, i in beside
        if len(word) <= MOST_LETTERS
        and (how := alike(person.given[0], word, endings.family(word, text.language), least, given=True))
    )
    best = max(found, key=lambda f: (f.how.value, -f.word), default=None)
    return None if best and _differs_behind(text, person, bearer, best) else best


def _differs_behind(text: Text, person: Person, bearer: Bearer, first: _FirstName) -> bool:
    """Whether both have a second first name, and not the same: Ahmad Shah Massoud and his brother Ahmad Wali."""
    if len(person.given) != 2 or len(bearer.given) != 2 or first.word != bearer.given[0]:
        return False
    listed, written = person.given[1], text.word(bearer.given[1])
    if len(written) == 1 or len(listed.folded) == 1:
        return False
    return alike(listed, written, endings.family(written, text.language), _SECOND_NAME, given=True) is None


def judged(text: Text, person: Person, bearers: Sequence[Bearer], least: float) -> Iterator[NameHit | Miss]:
    """Each occurrence, as the person's or why it is not. Who bears another first name is somebody else; a bare last
    name means whoever was last named in full."""
    own = [_first_name(text, person, b, least) for b in bearers]
    others = [bool(person.given) and o is None and bool(b.given or b.junior) for o, b in zip(own, bearers, strict=True)]
    forms = {form for o, b in zip(own, bearers, strict=True) if o for form in _forms(text, b)}
    introduced = any(o and not (i > 1 and _is_doubtful(text, bearers[i])) for i, o in enumerate(others))
    meant, sure = bool(forms) or not introduced, any(b.sure for b in bearers)
    for bearer, first_name, another in zip(bearers, own, others, strict=True):
        if first_name is not None:
            yield _hit(text, person, bearer, first_name)
            meant = True
            continue
        here = False
        if another:
            here = bool(forms) and not has_capitals(text, bearer.found.last)  # no capital tells names from verbs
            meant = here or not (forms or introduced)
        why = ""
        if another and not here:
            why = "another first name"
        elif bearer.found.partial or (_is_faint(bearer) and forms.isdisjoint(_forms(text, bearer))):
            why = "too unlike to be known without the first name"
        elif not meant:
            why = "whoever was named so before has another first name"
        elif not (bearer.sure or sure):
            why = "nothing tells there that it is a name"
        yield Miss(person.name, _written(text, bearer), why) if why else _hit(text, person, bearer, None)


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
    start = found.start if first == found.first else text.starts[first]
    end = found.end if last == found.last else text.ends[last]
    ways = [way for way in (Alike(found.value, found.via), first_name.how if first_name else None) if way and way.via]
    how = "full name" if first_name else "last name"
    return NameHit(person.name, first, last, start, end, ", ".join([how, *(way.via for way in sorted(ways)[:1])]))
