"""What a place's name in a text may mean, and what is made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from watcher.model import Place
from watcher.text import Text

NO_PLACE = "none"  # the kind of longer names that hold a place's name: Washington Post
NEEDY = ("town", "area")  # kinds that count as places only with support
BIG = 500_000  # inhabitants: a town that an article names without its country
KNOWN = 100_000  # inhabitants: the name of a smaller one at a sentence's start may be any word


class Sense(NamedTuple):
    """What a name means: a place's kind and code; kind NO_PLACE means nothing, `town` a city and `area` a first-level
    region that need support. With the first-level region that a town lies in, and its inhabitants."""

    kind: str
    code: str
    region: str = ""
    people: int = 0


@dataclass(frozen=True, slots=True)
class Doubts:
    """Folded names that may be something else: people `borne` them too, `weak` need support
    from the rest of the article, `words` are those of towns that need a word of place beside them. `spoken` are the
    languages of each country, `national` those that are the first of few, `first_names` the codes of regions whose own
    name is one."""

    borne: frozenset[str]
    weak: frozenset[str]
    words: frozenset[str]
    spoken: Mapping[str, Sequence[str]] = field(default_factory=dict)
    first_names: frozenset[str] = frozenset()
    national: frozenset[str] = frozenset()

    def is_home(self, text: Text, sense: Sense) -> bool:
        """Whether a text is in a language of the country that a sense lies in."""
        return text.language in self.spoken.get(country_of(sense.code), ())

    def is_native(self, text: Text, sense: Sense) -> bool:
        """Whether a text is in the first language of the country that a sense lies in, and of few others: what it
        says of Debrecen in Hungarian is of Hungary's, where an English one may mean any Arlington or nobody's town."""
        return text.language in self.national and self.is_home(text, sense)


class Refusal(NamedTuple):
    """Why a name mentions no place, and the span of the longer name it belongs to.

    `person` where it stands as a last or first name does. `around` where the words beside it say so, and not only that
    none of the article's speaks for the place. `lasting` where the name alone may be short for the longer one in the
    rest of the article: a club's, or that of a person with the name of a small town (Gary Heidnik).
    """

    reason: str
    start: int
    end: int
    person: bool = False
    around: bool = True
    lasting: bool = False

    @property
    def unsupported(self) -> bool:
        """Whether nothing speaks against the place but that nothing speaks for it."""
        return not (self.around or self.person)


class Mention(NamedTuple):
    """A place's name in a text; `refusal` is None where it mentions the place, and `reason` says what spoke for it
    where that was in doubt."""

    place: Place
    refusal: Refusal | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Traits:
    """A folded name with all that it may mean, the likeliest first, and that one's `kind`.

    `needy` where it counts as a place only with support, `sure` where it tells a country by itself and nothing doubts
    it; `weak` and `word` are its doubts, `short` where it may as well be any word for want of capitals, `somebody` says
    that beside another name it is rather a person's, and `first_name` that it is one. `state` is the code of a state
    that it may mean, of those that stand behind their towns; "" for none. A `known_town` has but that meaning.
    """

    folded: str
    senses: tuple[Sense, ...]
    kind: str
    needy: bool
    sure: bool
    weak: bool
    word: bool
    short: bool
    somebody: bool
    borne: bool
    first_name: bool
    state: str
    known_town: bool


class Name(NamedTuple):
    """A name in a text with all that it may mean, the likeliest first, and what it tells wherever it stands."""

    senses: tuple[Sense, ...]
    folded: str
    first: int
    last: int
    start: int
    end: int
    traits: Traits


class Judged(NamedTuple):
    """A name with the sense taken, why it mentions no place, if it does not, and else what spoke for it."""

    name: Name
    sense: Sense
    refusal: Refusal | None
    reason: str = ""


def is_small(sense: Sense) -> bool:
    """Whether it is a town whose name may as well be any other name: Pierce, Lynn, Gary."""
    return sense.kind == "town" and sense.people < KNOWN


@lru_cache(4_000)
def country_of(code: str) -> str:
    """The country of a code of a town or first-level region, else the code."""
    return code.partition("/")[0].partition("-")[0] if code[:2].isupper() else code


def lacking(text: Text, name: Name, sense: Sense, *, borne: bool) -> Refusal:
    """Why a name for which nothing speaks mentions no place; `borne` where a person of the article bears it."""
    known = "also the name of something else"
    if borne:
        known = "also a person's name here"
    elif sense.kind == "town":
        known = f"a town's name ({sense.code})"
    elif sense.kind == "area":
        known = f"a region's name ({sense.code})"
    why = f"{known}, and nothing speaks for the place: {text.text[name.start : name.end]}"
    return Refusal(why, name.start, name.end, around=borne)
