"""What an article says of countries by the names in it that leave no doubt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from watcher.entities.senses import Name, Refusal, Sense, Traits, country_of


class Said:
    """What the article says of countries: how often by names that tell one by themselves, and by those of states of
    federations. With the reading that the whole article speaks for, of each name of several senses that it is asked
    of."""

    def __init__(self, trusted: list[Name | None], towns: Iterable[Name]) -> None:
        self.sure: dict[str, int] = {}
        self.states: set[str] = set()
        self.read: dict[Traits, tuple[Sense, str]] = {}
        self._towns = towns
        for name in filter(None, trusted):
            country = country_of(name.senses[0].code)
            self.sure[country] = self.sure.get(country, 0) + 1
            if name.traits.kind == "area":
                self.states.add(country)

    @cached_property
    def towns(self) -> Mapping[str, int]:
        """How many known towns that no other place is called as the article names of each country."""
        return Counter({name.folded: country_of(name.senses[0].code) for name in self._towns}.values())


def known_towns(names: list[Name], refusals: list[Refusal | None], doubtful: frozenset[str]) -> Iterator[Name]:
    """The known towns among the names that mean but one and are in no doubt."""
    for name, refusal in zip(names, refusals, strict=True):
        if name.traits.known_town and refusal is None and name.folded not in doubtful:
            yield name
