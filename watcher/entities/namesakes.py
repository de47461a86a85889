"""Which other place a name in a rule means or is meant for: the region around a town, and towns that sound alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import cached_property, lru_cache
from typing import NamedTuple

from watcher.entities.archive import DRAWERS, Archive
from watcher.entities.senses import KNOWN, country_of
from watcher.entities.sounds import DOUBLED, sounds
from watcher.entities.spelling import likeness
from watcher.folding import fold_words
from watcher.model import NAME_LIKENESS

SMALL = 15_000  # inhabitants: a town of fewer is rarely meant by a name that is also that of one of KNOWN
_LEAST = 5  # letters of a name that is guessed at: less sounds like anything
_FLESH = re.compile("[^mnlr]")
_LENGTHS = 3  # letters more or less: what another romanisation makes of a name


class Town(NamedTuple):
    """A town's code, the first-level region it is known to lie in ("" for none), its inhabitants and its names."""

    code: str
    region: str
    people: int
    names: Sequence[str]


class Namesakes:
    """Looks names up in the gazetteer's lists of towns, of which those that were read last are kept."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def around(self, name: str, meanings: Sequence[str]) -> tuple[str, ...]:
        """What else a name means beside the first of its meanings: the region of a town's name in its country, unless
        it has another big town; of a region's its town, where that does not lie elsewhere."""
        code, country = meanings[0], country_of(meanings[0])
        if "/" in code:
            town = self.town(code)
            spelt = {key_of(n) for n in (name, code.partition("/")[2], *(town.names if town else ()))}
            named = [c for c in meanings if "/" not in c and "-" in c and country_of(c) == country]
            named += [c for c, english in self._areas.get(country, ()) if english in spelt]
            wide = {other.region for other in self._towns(country) if other.code != code}
            around = (town.region,) if town and town.region in named else tuple(dict.fromkeys(named))
            return tuple(region for region in around if region not in wide)
        if "-" not in code or not code[:2].isupper():
            return ()
        own = (self.town(c) for c in meanings if "/" in c and country_of(c) == country)
        towns = [*filter(None, own), *self._bearing(country, key_of(name))]
        near = [town.code for town in towns if town.region in ("", code)]
        return tuple(near or [town.code for town in towns if town.people >= KNOWN])[:1]

    def bigger(self, meanings: Sequence[str]) -> str | None:
        """The code of a big town, where the first of a name's meanings is a small one and the big one bears the name
        too, or in the same country one of the same sound."""
        small = self.town(meanings[0]) if "/" in meanings[0] else None
        if small is None or small.people >= SMALL:
            return None
        same = filter(None, (self.town(code) for code in meanings[1:] if "/" in code))
        heard = sounds_of(small.names[0])
        alike = (t for t in self._towns(country_of(small.code)) if heard & sounds_of(t.names[0]))
        return next((t.code for t in (*same, *alike) if t.people >= KNOWN), None)

    def sounding(self, name: str) -> str:
        """The name of a town, of all that a rule may use, that is most like an unknown one; "" for none."""
        heard, key = sounds_of(name), key_of(name)
        if not heard or len(key) < _LEAST:
            return ""
        bones = _bones(key)
        near = (o for o in self._spelt(key[:1]) if abs(len(o) - len(key)) <= _LENGTHS and _bones(o) == bones)
        ranked = ((max((likeness(a, b) for a in heard for b in sounds_of(o)), default=0.0), o) for o in near)
        best = max(((v, _common(key, o), o) for v, o in ranked if v > NAME_LIKENESS), default=(0.0, 0.0, ""))
        return best[-1].title()

    def _spelt(self, first: str) -> Iterator[str]:
        """The folded names of towns in the index that begin with that letter."""
        for number in range(DRAWERS):
            for line in self._archive.lines(f"index/{number}"):
                if line.startswith(first) and "/" in line:
                    yield line.partition("\t")[0]

    def town(self, code: str) -> Town | None:
        """A town by its code."""
        lines = _lines(self._archive, f"towns/{code.partition('/')[0]}")
        return next((_town(line) for line in lines if line.startswith(f"{code}\t")), None)

    def _towns(self, country: str) -> Iterable[Town]:
        """The towns of a country with KNOWN inhabitants and more."""
        return (town for town in map(_town, _lines(self._archive, f"towns/{country}")) if town.people >= KNOWN)

    def _bearing(self, country: str, key: str) -> Iterator[Town]:
        """The towns of a name in a country, the biggest first."""
        for line in _lines(self._archive, f"towns/{country}"):
            if any(key_of(name) == key for name in line.split("\t")[3:] if len(name) <= 2 * len(key)):
                yield _town(line)

    @cached_property
    def _areas(self) -> dict[str, list[tuple[str, str]]]:
        """The first-level regions of each country with their English names."""
        found: dict[str, list[tuple[str, str]]] = {}
        for code, english in self._archive.values("english").items():
            if "-" in code and "/" not in code and code[:2].isupper():
                found.setdefault(country_of(code), []).append((code, key_of(english)))
        return found


def key_of(name: str) -> str:
    """A name as the index of names has it."""
    return " ".join(fold_words(name))


def _bones(key: str) -> str:
    """The letters of a name that other romanisations leave as they are: looked at before its slow sound."""
    return DOUBLED.sub(r"\1", _FLESH.sub("", key))


def _common(one: str, other: str) -> float:
    """How many letters two names share, to choose among those that sound alike."""
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def sounds_of(name: str) -> set[str]:
    """How a name may sound as a whole; empty for one without a sound."""
    return set(sounds("".join(fold_words(name)))) - {""}


@lru_cache(4)
def _lines(archive: Archive, part: str) -> list[str]:
    return [line for line in archive.lines(part) if line]


def _town(line: str) -> Town:
    code, region, people, *names = line.split("\t")
    return Town(code, region, int(people), names)
