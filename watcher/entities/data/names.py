"""Names of places as articles write them, by language: CLDR's, GeoNames' of capitals, and those done by hand."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from babel import Locale, localedata

from watcher.entities.data.cases import declined
from watcher.entities.data.containment import NO_PLACES, Containment, slug
from watcher.entities.data.towns import Town
from watcher.entities.writing import knows_capitals
from watcher.folding import fold_words

Names = dict[str, dict[str, dict[str, set[str]]]]  # language, kind, code -> names as written
AND = {"en": "and", "fr": "et", "de": "und", "es": "y", "it": "e", "pt": "e", "nl": "en", "sv": "och", "da": "og"}
SCRIPTS_OF_FEW = frozenset({"Dsrt", "Shaw"})
SHORTEST = 4
NUKTA = "\u093c"  # the dot of Hindi's letters of foreign sounds, which the press leaves out: अफ़गानिस्तान, अफगानिस्तान


def add_territories(names: Names, ids: dict[str, str]) -> None:
    """Countries and regions, as CLDR names them."""
    for locale in _locales():
        for code, written in locale.territories.items():
            if code in ids and code not in NO_PLACES and written != code:
                # CLDR writes "Myanmar (Burma)" where a country has two names, and only there.
                both = re.split("[()（）]", written) if code == "MM" else [written]
                kind = "region" if code.isdigit() or code == "EU" else "country"
                names[_language(locale)][kind][ids[code]].update(n for w in both for n in _readings(w, locale.language))


def _locales() -> Iterator[Locale]:
    """The locales whose language has a two-letter code: no detector tells the others."""
    for identifier in sorted(localedata.locale_identifiers()):
        language = identifier.split("_")[0]
        if (len(language) == 2 or language == "fil") and SCRIPTS_OF_FEW.isdisjoint(identifier.split("_")):
            yield Locale.parse(identifier)


def _language(locale: Locale) -> str:
    return {"fil": "tl", "nb": "no", "nn": "no"}.get(locale.language, locale.language)


def _readings(written: str, language: str) -> Iterator[str]:
    """A name of CLDR as articles write it: without brackets ("Saint-Martin (France)"), and "&" spoken."""
    plain = re.sub(r"\s*[(\[（][^)\]）]*[)\]）]", "", without_marks(written))
    shared, dash, _ = re.sub(r"\s+", " ", plain).strip(" -").partition(" - ")
    name = re.sub(r"\s+", " ", re.sub(r"\s[-\u2013]\s", "-", plain)).strip(" -")
    if len(name) > 1 and not is_small(name):  # Zulu's "imali" is money
        yield name
        if dash:  # two bear it: "Congo - Kinshasa"
            yield shared
        if NUKTA in name:
            yield name.replace(NUKTA, "")
        if "&" in name and language in AND:
            yield name.replace("&", AND[language])


def without_marks(written: str) -> str:
    """A name without the footnote marks that CLDR has on the second of two alike: "Washington²"."""
    return "".join(c for c in unicodedata.normalize("NFC", written) if unicodedata.category(c) != "No")


def is_small(written: str) -> bool:
    """Whether it is written in small letters in a script that has capitals too: Georgian's are for headlines."""
    return written.islower() and knows_capitals(written[0])


def add_first_halves(names: Names, states: frozenset[str], towns: Iterable[Town]) -> None:
    """The first name of a state that bears two ("Bosnia & Herzegovina"), in all languages, unless a town in another
    country is called so."""
    of_towns = {(town.code[:2], slug(town.main)) for town in towns}
    english = Locale("en").territories
    for code in sorted(states):
        first, both, _ = english[code].partition(" & ")
        taken = any(name == slug(first) and country != code for country, name in of_towns)
        if not both or not first.isalpha() or taken:
            continue
        for kinds in names.values():
            halves = {re.split(r"[ ・-]", name)[0] for name in kinds["country"].get(code, ())}
            kinds["country"][code].update(half for half in halves if len(half) >= SHORTEST and not is_small(half))


def english_names(ids: dict[str, str]) -> dict[str, str]:
    """CLDR's English name of each country and region, as it is read: "Bosnia and Herzegovina"."""
    written = {ids[c]: name for c, name in Locale("en").territories.items() if c in ids and c not in NO_PLACES}
    read = {code: list(_readings(name.removesuffix(" SAR China"), "en")) for code, name in written.items()}
    return {code: next((n for n in names if "&" not in n), names[0]) for code, names in read.items()}


def add_capitals(names: Names, geonames: Path, curated: dict[str, Any], states: frozenset[str]) -> None:
    """Capitals: CLDR's where a time zone bears their name, GeoNames' spellings for languages not done by hand."""
    countries = json.loads((geonames / "countries.json").read_text(encoding="utf-8"))
    english = {c: e["capital"].strip() for c, e in countries.items() if c in states and e["capital"].strip()}
    by_city = {capital: code for code, capital in english.items()}
    for locale in _locales():
        for zone, entry in locale.time_zones.items():
            code = by_city.get(zone.rpartition("/")[2].replace("_", " "))
            if code and "city" in entry:
                names[_language(locale)]["city"][code].update(_readings(entry["city"], locale.language))
    for code, capital in english.items():
        names["en"]["city"][code].add(capital)
        if code not in curated["fr"]:
            names["fr"]["city"][code].add(capital)
    for town in json.loads((geonames / "cities15000.json").read_text(encoding="utf-8")).values():
        if english.get(town["countrycode"]) == town["name"]:
            names["*"]["city"][town["countrycode"]].update(n for n in town["alternatenames"] if _usable(n))


def _usable(name: str) -> bool:
    """Whether an untagged spelling can serve every language of its script.

    Latin ones cannot: Bienne, a town of its own, stands for Vienna.
    """
    folded = "".join(fold_words(name))
    if not name.isalpha() or folded.isascii():
        return False
    return len(folded) >= (2 if unicodedata.name(name[0]).startswith(("CJK", "HANGUL")) else SHORTEST)


def remove(names: Names, wrong: dict[str, list[str]]) -> None:
    """Takes out what a source has wrong, by language."""
    for language, listed in wrong.items():
        for codes in names[language].values():
            for written in codes.values():
                written.difference_update(listed)


def split(written: str) -> list[str]:
    """The names of an entry done by hand: "Kiev/Kyiv"."""
    return [name for name in written.split("/") if name]


def add_curated(names: Names, curated: dict[str, Any], containment: Containment) -> None:
    """What was done by hand: names, capitals, and the inhabitants in French and English."""
    for language, codes in curated["names"].items():
        for code, written in codes.items():
            kind = containment.places[code][0]
            names[language][kind][code].update(split(written))
    for language, codes in curated["capitals"].items():
        for code, written in codes.items():
            names[language]["city"][code].update(split(written))
    for code, written in curated["demonyms"]["fr"].items():
        forms = [f for form in written.split() for f in (form, form if form[-1] in "sxz" else f"{form}s")]
        names["fr"]["adjective"][code].update(forms)
    for code, written in curated["demonyms"]["en"].items():
        adjectives, _, people = written.partition("|")
        names["en"]["adjective"][code].update(adjectives.split())
        names["en"]["people"][code].update(people.split())
    for language, compounds in curated["compounds"].items():
        for code, written in compounds.items():
            names[language]["adjective"][code].update(f"{first}-" for first in written.split())


def place_towns(names: Names, curated: dict[str, Any], every: list[Town]) -> None:
    """Gives each name of a capital the code of its town, and adds the towns done by hand."""
    index: dict[tuple[str, str], str] = {}
    for town in every:
        country = town.code.partition("/")[0]
        for name in (town.main, *(n for spelt in town.names.values() for n in spelt)):
            index.setdefault((country[:2], slug(name)), town.code)
            index.setdefault((country, slug(name)), town.code)
    capitals = {
        country: next((code for name in sorted(written) if (code := index.get((country, slug(name))))), country)
        for country, written in names["en"]["city"].items()
    }
    for kinds in names.values():
        placed: dict[str, set[str]] = defaultdict(set)
        for country, written in kinds.pop("city", {}).items():
            known = {name: index.get((country, slug(name))) for name in sorted(written)}
            main = next((code for code in known.values() if code), capitals.get(country, country))
            for name, code in known.items():
                placed[code or main].add(name)
        if placed:
            kinds["city"] = placed
    missing = []
    for language, countries in curated["towns"].items():
        for country, listed in countries.items():
            for entry in listed:
                known_as, *spelt = split(entry)
                code = index.get((country, slug(known_as)))
                if code is None:
                    missing.append(f"{known_as} in {country}")
                else:
                    names[language]["city"][code].update(spelt or [known_as])
    if missing:
        raise SystemExit(f"curated.yaml: GeoNames knows no {', '.join(missing)}")


def decline(names: Names) -> None:
    """Adds each name in the other cases of its language."""
    for language, kinds in names.items():
        for kind in ("country", "region", "city", "area"):
            for written in kinds.get(kind, {}).values():
                thoroughly = kind in ("country", "region")
                written.update([f for name in sorted(written) for f in declined(name, language, thoroughly=thoroughly)])
