"""What the gazetteer knows of a place: what it is, where it lies, what it holds and what articles call it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest

from watcher.entities.archive import Archive, given_names
from watcher.entities.places import Gazetteer
from watcher.entities.senses import country_of
from watcher.folding import fold_words

_FIRST = ("en", "fr", "de", "es", "it", "pt", "nl", "pl", "ru", "uk", "tr", "ar", "fa", "zh")  # whose names come first


@dataclass(frozen=True, slots=True)
class Described:
    """A place. `write` is what a rule calls it, `kind` what its `kind:` does; `country` is the code of the one it lies
    in, "" for none; `people` are a town's inhabitants. `own` are the names of the language that was asked for, `names`
    those of all, the likeliest first; `adjectives` and `inhabitants` the words made of them. `members` are codes with
    their English names; `doubts` what else its names may be."""

    code: str
    kind: str
    name: str
    write: str
    country: str
    people: int | None
    lies_in: tuple[str, ...]
    members: tuple[tuple[str, str], ...]
    own: tuple[str, ...]
    names: tuple[str, ...]
    adjectives: tuple[str, ...]
    inhabitants: tuple[str, ...]
    doubts: tuple[str, ...]


class Directory:
    """Describes places. Owns what it has read of the gazetteer's file: the names of all languages, a fifth of a second
    when first asked for."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer, self._archive = gazetteer, Archive()
        self._towns: dict[str, dict[str, tuple[int, tuple[str, ...]]]] = {}

    def regions(self) -> list[tuple[str, str, int]]:
        """The regions and groups that rules may name: id, English name, number of members."""
        ids = [code for code, kind in self._gazetteer.kinds.items() if kind == "region" and code.islower()]
        return [(code, self.name(code), len(self._members(code))) for code in ids]

    def describe(self, code: str, asked: str = "", language: str = "en") -> Described:
        """A place by its code, as `Gazetteer.meanings` tells it. `asked` is the name by which it was looked for."""
        within = tuple(region for region in self._gazetteer.regions(code) if region != code)
        above = code.partition("/")[0] if "/" in code else country_of(code)
        names = self._names(code, self._own(code), language)
        return Described(
            code,
            "city" if "/" in code else self._gazetteer.kinds[code],
            self.name(code),
            self._write(code, asked),
            above if above in within else "",
            self._town(code)[0] if "/" in code else None,
            within,
            tuple((member, self.name(member)) for member in self._members(code)),
            tuple(dict.fromkeys(self._of(language, code, self._own(code)))),
            names,
            self._names(code, ("adjective",), language),
            self._names(code, ("people",), language),
            tuple(self._doubts(code, [asked, self.name(code)])),
        )

    def _write(self, code: str, asked: str) -> str:
        """What means this place in a rule, and no other; "" where no name of a town does."""
        country, _, town = code.partition("/")
        if not town:
            return code
        forms = (f"{name.partition(',')[0].strip()}, {country}" for name in (self.name(code), asked))
        return next((form for form in forms if self._gazetteer.resolve(form) == (code,)), "")

    def name(self, code: str) -> str:
        """The name in English, CLDR's where it has one; of several others the one that most other languages have too. A
        town is called as its code is; a place without an English name as languages in Latin letters call it, else by
        its code."""
        if code in self._english:
            return self._english[code]
        votes = self._votes(code, self._own(code))
        english = self._of("en", code, self._own(code))
        town = code.partition("/")[2]
        if town or code.islower():
            names = (*english, *(() if english else votes), *self._town(code)[1]) if town else english
            slug = " ".join(fold_words(town or code))
            if same := [name for name in names if " ".join(fold_words(name)) == slug]:
                return same[0]
            english = english or [slug.title()]
        choices = english or self._line(code) or list(filter(_is_latin, votes))
        return max(choices, key=lambda name: (votes.get(name, 0), -len(name)), default=code)

    def _members(self, code: str) -> list[str]:
        """The countries of a region, and the places in it that lie in no country."""
        gazetteer = self._gazetteer
        if gazetteer.kinds.get(code) != "region" or not code.islower():
            return []
        apart = [c for c, kind in gazetteer.kinds.items() if kind == "region" and not c.islower()]
        apart = [c for c in apart if country_of(c) not in (within := gazetteer.regions(c)) and code in within]
        return sorted({*gazetteer.members(code), *apart})

    # ── names ─────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _english(self) -> Mapping[str, str]:
        english: dict[str, str] = self._archive.values("english")
        return english

    @cached_property
    def _languages(self) -> dict[str, Mapping[str, Mapping[str, Sequence[str]]]]:
        """The names of each language by kind and code, those that come first before the others."""
        listed = self._archive.values("core")["languages"]
        return {lang: self._archive.values(f"names/{lang}") for lang in dict.fromkeys((*_FIRST, *listed))}

    def _of(self, language: str, code: str, kinds: Iterable[str]) -> list[str]:
        known = self._languages.get(language, {})
        return [name for kind in kinds for name in known.get(kind, {}).get(code, ())]

    @staticmethod
    def _own(code: str) -> Sequence[str]:
        """The kinds of a place's own names; a country's code has its capital's too."""
        return ("city",) if "/" in code else ("country", "region", "area")

    def _votes(self, code: str, kinds: Sequence[str]) -> dict[str, float]:
        """The names in all languages. Each has one vote, to part among the names it has: cases get few."""
        votes: dict[str, float] = {}
        for language in self._languages:
            written = self._of(language, code, kinds)
            for name in written:
                votes[name] = votes.get(name, 0.0) + 1 / len(written)
        return votes

    def _names(self, code: str, kinds: Sequence[str], language: str) -> tuple[str, ...]:
        """What articles call it, in turns a name of each language: the first ones shown are of many."""
        votes = self._votes(code, kinds)
        lists = [self._of(lang, code, kinds) for lang in dict.fromkeys(("en", language, *self._languages))]
        lists = [sorted(names, key=lambda name: -votes[name]) for names in lists]
        turns = [name for turn in zip_longest(*lists) for name in turn if name]
        if kinds != self._own(code):
            return tuple(dict.fromkeys(turns))
        further = self._town(code)[1] if "/" in code else self._line(code)
        return tuple(dict.fromkeys((self.name(code), *turns, *further)))

    def _town(self, code: str) -> tuple[int, tuple[str, ...]]:
        """The inhabitants of a town and its names."""
        country = code.partition("/")[0]
        if country not in self._towns:
            rows = (line.split("\t") for line in self._archive.lines(f"towns/{country}"))
            self._towns[country] = {town: (int(people), tuple(names)) for town, _, people, *names in rows}
        return self._towns[country].get(code, (0, ()))

    def _line(self, code: str) -> list[str]:
        """The names of a first-level region that articles in all languages of Latin letters use."""
        return self._shared.get(code, [])

    @cached_property
    def _shared(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for line in self._archive.lines("shared/latin"):
            code, _, _, *names = line.split("\t")
            if "/" not in code:
                found.setdefault(code, []).extend(names)
        return found

    def _doubts(self, code: str, names: Iterable[str]) -> Iterator[str]:
        """What else its names are, where rules therefore ask for a sign that the place is meant."""
        keys = {" ".join(fold_words(name)) for name in names} - {""}
        for told, listed in self._doubtful.items():
            if not keys.isdisjoint(listed):
                yield told
        if "/" in code and not keys.isdisjoint(given_names()):
            yield "a first name"

    @cached_property
    def _doubtful(self) -> dict[str, frozenset[str]]:
        core = self._archive.values("core")
        told = {"borne": "a person's name", "words": "a word", "weak": "another name or word"}
        return {told[kind]: frozenset(" ".join(fold_words(name)) for name in core[kind]) for kind in told}


def _is_latin(name: str) -> bool:
    return unicodedata.name(name[0], "").startswith("LATIN")
