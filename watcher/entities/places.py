"""The gazetteer: which places there are, what they are called, and where a text mentions them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from watcher.entities.archive import Archive
from watcher.entities.books import Books
from watcher.entities.mentions import judge
from watcher.entities.senses import Doubts, Mention, Sense, country_of
from watcher.entities.traits import known
from watcher.folded import new_tuple
from watcher.folding import fold_words
from watcher.model import Place
from watcher.text import Text

WORLD = "world"
_FEW = 6  # countries: French, English, Spanish, Portuguese and Arabic are spoken in more
_KINDS = {"town": "city", "area": "region"}  # kinds that need support, as they are told


def load() -> Gazetteer:
    """The gazetteer that the package carries, to be read once a process. What belongs to a language is read when the
    first article in it comes; docs/performance.md has what it costs."""
    return Gazetteer(Archive())


class Gazetteer:
    """Places and their names. Immutable but for its books of names, made when first asked for.

    A code is ISO 3166-1 ("AF"), 3166-2 ("RU-DA"), a region's own id ("central-asia", "nato", "world"), or a town's: its
    country's and its name ("UZ/tirmiz").
    """

    def __init__(
        self, archive: Archive, *, core: Mapping[str, Any] | None = None, countries: Iterable[str] = ()
    ) -> None:
        data = core or archive.values("core")
        self._archive, self._core = archive, data
        self._kinds: dict[str, str] = {code: kind for code, (kind, _) in data["places"].items()}
        self._parents: dict[str, list[str]] = {code: parents for code, (_, parents) in data["places"].items()}
        self._codes: dict[str, str] = {**data["ids"], **data["alpha3"], **{code: code for code in self._kinds}}
        borne, weak, words = (frozenset(map(_key, data[kind])) for kind in ("borne", "weak", "words"))
        first = Counter(languages[0] for languages in data["spoken"].values())
        national = frozenset(language for language, countries in first.items() if countries <= _FEW)
        self._doubts = Doubts(borne, weak, words, data["spoken"], frozenset(data["first_names"]), national)
        self._known = known(self._doubts)
        doubtful, federations = weak | borne, frozenset(data["federations"])
        self._books = Books(archive, data["languages"], data["not_places"], doubtful, federations, tuple(countries))
        self._regions: dict[str, tuple[str, ...]] = {}
        self._told: dict[Sense, tuple[str, str, tuple[str, ...]]] = {}
        self._focused: tuple[tuple[str, ...], Gazetteer] | None = None  # the last one that was asked for

    def focused(self, codes: Iterable[str]) -> Gazetteer:
        """The gazetteer that knows the small towns of these countries too; other codes tell it nothing."""
        countries = tuple(sorted({country_of(c) for c in codes if self._kinds.get(country_of(c)) == "country"}))
        if not countries:
            return self
        if self._focused is None or self._focused[0] != countries:  # their towns take 0.1 s to read
            self._focused = countries, Gazetteer(self._archive, core=self._core, countries=countries)
        return self._focused[1]

    @property
    def kinds(self) -> Mapping[str, str]:
        """Of every code but towns' whether it is that of a `country` or a `region`."""
        return self._kinds

    # ── what lies in what ─────────────────────────────────────────────────────────────────────────

    def regions(self, code: str) -> tuple[str, ...]:
        """The code itself if it is a region or town, and every region and country it lies in, nearest first."""
        if code not in self._regions:
            country, _, town = code.partition("/")
            own = town or (self._kinds[code] == "region" and code.islower())
            found = [code] if own else []
            if town:
                found.append(country)
            row = self._parents[country]
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

        A code, an M49 number ("143"), an ISO 3166-1 alpha-3 code, or a name: of countries and regions in English and
        French first, then in any language, then of towns. Of towns of one name the biggest is meant; "Paris, US" is
        another.
        """
        found = self.meanings(name)
        return found[:1] if found and "/" in found[0] else tuple(c for c in found if "/" not in c)

    def meanings(self, name: str) -> tuple[str, ...]:
        """Every code that a name may mean in a rule, at most eight: what `resolve` takes before what else bears it, the
        greatest first."""
        written = name.strip()
        code = self._codes.get(written) or self._codes.get(written.lower().replace(" ", "-").replace("_", "-"))
        if code is not None:
            return (code,)
        found = self._archive.meanings(_key(written))
        town, _, country = written.rpartition(",")
        if not found and town and (within := self.resolve(country)):
            named = self._archive.meanings(_key(town))
            found = tuple(c for c in named if "/" in c and not {country_of(c), *self.regions(c)}.isdisjoint(within))
        return found

    def region_names(self) -> list[str]:
        """The ids of regions, and the English and French names of countries: what a rule most likely means."""
        known = [self._archive.values(f"names/{language}") for language in ("en", "fr")]
        names = [n for kinds in known for ns in kinds["country"].values() for n in ns]
        return [*(code for code, kind in self._kinds.items() if kind == "region" and code.islower()), *names]

    # ── mentions in texts ─────────────────────────────────────────────────────────────────────────

    def find(self, text: Text) -> tuple[Place, ...]:
        """Every mention of a place, in the order of the text, none overlapping."""
        return places_of(self.mentions(text))

    def mentions(self, text: Text) -> tuple[Mention, ...]:
        """Every place's name in the text, the refused ones with the reason why they mention no place."""
        written, told = text.text, self._told
        mentions = []
        for name, sense, refusal, reason in judge(text, *self._books.find(text), self._known, self._doubts):
            country, kind, regions = told.get(sense) or self._tell(sense)
            start, end = name.start, name.end
            place = new_tuple(Place, (written[start:end], country, kind, start, end, regions))
            mentions.append(new_tuple(Mention, (place, refusal, reason)))
        return tuple(mentions)

    def _tell(self, sense: Sense) -> tuple[str, str, tuple[str, ...]]:
        """A sense's country, kind and regions as they are told. A book has as many senses as it has met names."""
        country = "" if sense.code.islower() else sense.code.partition("/")[0]
        regions = (*self.regions(sense.code), *([sense.region] if sense.region else []))
        self._told[sense] = country, _KINDS.get(sense.kind, sense.kind), regions
        return self._told[sense]


def places_of(mentions: Sequence[Mention]) -> tuple[Place, ...]:
    """The mentions that do mention a place."""
    return tuple(m.place for m in mentions if m.refusal is None)


def _key(name: str) -> str:
    return " ".join(fold_words(name))
