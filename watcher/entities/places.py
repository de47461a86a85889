"""The gazetteer: which places there are, what they are called, and where a text mentions them."""

from __future__ import annotations

import gzip
import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from importlib import resources
from typing import Any

from watcher.entities.mentions import NO_PLACE, Mention, Sense, judge
from watcher.entities.phrases import PhraseBook
from watcher.model import UNKNOWN_LANGUAGE, Place
from watcher.text import Text, fold_words

WORLD = "world"
_NAMED = ("country", "region")  # kinds whose names mean one code, so that a rule can use them
_SHARED = ("country", "region", "city")  # kinds of English names that articles of every language use
_SHORTEST_UNKNOWN = 4  # letters: shorter names of all languages together are words of some of them


def load() -> Gazetteer:
    """The gazetteer that the package carries, read once a process: 30 ms and 10 MB, then up to 2 MB and 50 ms for each
    language met, and 17 MB and 0.4 s for the first article of unknown language, which is tried in all."""
    packed = resources.files("watcher.entities.data").joinpath("places.json.gz").read_bytes()
    return Gazetteer(json.loads(gzip.decompress(packed)))


class Gazetteer:
    """Places and their names. Immutable but for its books of names, one a language, made when first asked for.

    A code is ISO 3166-1 ("AF"), 3166-2 ("RU-DA"), or a region's own id ("central-asia", "nato", "world").
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._kinds: dict[str, str] = {code: kind for code, (kind, _) in data["places"].items()}
        self._parents: dict[str, list[str]] = {code: parents for code, (_, parents) in data["places"].items()}
        self._codes: dict[str, str] = {**data["ids"], **data["alpha3"], **{code: code for code in self._kinds}}
        self._names: dict[str, dict[str, dict[str, list[str]]]] = data["names"]
        self._not_places: list[str] = data["not_places"]
        self._borne = frozenset(map(_key, data["borne"]))
        self._weak = frozenset(map(_key, data["weak"]))
        self._books: dict[str, PhraseBook[Sense]] = {}
        self._regions: dict[str, tuple[str, ...]] = {}

    # ── what lies in what ─────────────────────────────────────────────────────────────────────────

    def regions(self, code: str) -> tuple[str, ...]:
        """The code itself if it is a region, and every region and country it lies in, nearest first."""
        if code not in self._regions:
            found = [code] if self._kinds[code] == "region" and code.islower() else []
            row = self._parents[code]
            while row:
                found += dict.fromkeys(p for p in row if p not in found)
                row = [grand for parent in row for grand in self._parents[parent]]
            self._regions[code] = tuple(found)
        return self._regions[code]

    @cached_property
    def _members(self) -> dict[str, frozenset[str]]:
        within: dict[str, set[str]] = {code: set() for code in self._kinds}
        for code, kind in self._kinds.items():
            if kind == "country":
                for region in self.regions(code):
                    within[region].add(code)
        return {code: frozenset(codes) for code, codes in within.items()}

    def members(self, code: str) -> frozenset[str]:
        """The countries that lie in a region, at any depth; none for a country."""
        return self._members.get(code, frozenset())

    # ── names in rules ────────────────────────────────────────────────────────────────────────────

    def resolve(self, name: str) -> tuple[str, ...]:
        """The codes that a name in a rules file means: several where it is ambiguous, none where it is unknown.

        A code, an M49 number ("143"), an ISO 3166-1 alpha-3 code, or a name: in English and French first, then in
        any language. Towns have no code: their names are unknown here.
        """
        written = name.strip()
        code = self._codes.get(written) or self._codes.get(written.lower().replace(" ", "-").replace("_", "-"))
        if code is not None:
            return (code,)
        key = _key(written)
        return self._codes_of_main_names.get(key) or self._codes_of_all_names.get(key) or ()

    @cached_property
    def _codes_of_main_names(self) -> dict[str, tuple[str, ...]]:
        return self._codes_of_names(("en", "fr"))

    @cached_property
    def _codes_of_all_names(self) -> dict[str, tuple[str, ...]]:
        return self._codes_of_names(self._names)

    def _codes_of_names(self, languages: Iterable[str]) -> dict[str, tuple[str, ...]]:
        found: dict[str, dict[str, None]] = {}
        for language in languages:
            for kind in _NAMED:
                for code, names in self._names[language].get(kind, {}).items():
                    for name in names:
                        found.setdefault(_key(name), {})[code] = None
        return {key: tuple(codes) for key, codes in found.items()}

    def region_names(self) -> list[str]:
        """The ids of regions, and the English and French names of countries: what a rule most likely means."""
        names = [n for language in ("en", "fr") for ns in self._names[language]["country"].values() for n in ns]
        return [*(code for code, kind in self._kinds.items() if kind == "region"), *names]

    # ── mentions in texts ─────────────────────────────────────────────────────────────────────────

    def find(self, text: Text) -> tuple[Place, ...]:
        """Every mention of a place, in the order of the text, none overlapping."""
        return places_of(self.mentions(text))

    def mentions(self, text: Text) -> tuple[Mention, ...]:
        """Every place's name in the text, the refused ones with the reason why they mention no place."""
        judged = judge(text, self._book(text.language).find(text), self._borne, self._weak)
        return tuple([Mention(self._place(text, sense, n.start, n.end), refusal) for n, sense, refusal in judged])

    def _place(self, text: Text, sense: Sense, start: int, end: int) -> Place:
        country = "" if sense.code.islower() else sense.code
        return Place(text.text[start:end], country, sense.kind, start, end, self.regions(sense.code))

    def _book(self, language: str) -> PhraseBook[Sense]:
        known = language if language in self._names else UNKNOWN_LANGUAGE
        if known not in self._books:
            senses = self._all_senses() if known == UNKNOWN_LANGUAGE else self._senses(known)
            nothing = ((name, Sense(NO_PLACE, "")) for name in self._not_places)
            self._books[known] = PhraseBook((*senses, *nothing))
        return self._books[known]

    def _senses(self, language: str) -> Iterator[tuple[str, Sense]]:
        """Names of the article's language, spellings of capitals in its script, and English names that it lacks."""
        own = list(_flat(self._names[language]))
        yield from own
        if language != "en":
            yield from _flat(self._names["*"])
            taken = {_key(name) for name, _ in own} | self._weak | self._borne
            for name, sense in _flat({k: self._names["en"][k] for k in _SHARED}):
                if _key(name) not in taken and len(name) > 2:
                    yield name, sense

    def _all_senses(self) -> Iterator[tuple[str, Sense]]:
        seen: set[tuple[str, Sense]] = set()
        for names in self._names.values():
            for name, sense in _flat(names):
                if (name, sense) not in seen and _is_telling(name):
                    seen.add((name, sense))
                    yield name, sense


def places_of(mentions: Sequence[Mention]) -> tuple[Place, ...]:
    """The mentions that do mention a place."""
    return tuple(m.place for m in mentions if m.refusal is None)


def _key(name: str) -> str:
    return " ".join(fold_words(name))


def _flat(names: Mapping[str, Mapping[str, Sequence[str]]]) -> Iterator[tuple[str, Sense]]:
    for kind, codes in names.items():
        for code, written in codes.items():
            sense = Sense(kind, code)
            for name in written:
                yield name, sense


def _is_telling(name: str) -> bool:
    """Whether a name says enough without knowing the language."""
    if unicodedata.name(name[0], "").startswith(("CJK", "HANGUL", "KATAKANA")):
        return len(name) > 1
    return len(_key(name)) >= _SHORTEST_UNKNOWN
