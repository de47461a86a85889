"""What lies in what: regions of the world, countries and their first-level regions, by CLDR and by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from babel import Locale

from watcher.folding import fold_words

WORLD = "001"
# Groupings of banks and protocols, pseudo-locales, and the leftovers of containment: no places of the news.
NO_PLACES = frozenset(["001", "UN", "EZ", "QO", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"])
_PARTED = frozenset(["ID", "PH", "BE"])  # countries whose first level are islands and groups of provinces: Aceh


class Containment:
    """`places` has each code's kind and direct parents; `ids` the id of every M49 number and ISO code;
    `states` are the codes of those that the press calls so."""

    def __init__(self) -> None:
        self.places: dict[str, tuple[str, list[str]]] = {}
        self.ids: dict[str, str] = {}
        self.states: frozenset[str] = frozenset()


def contain(cldr: Path, curated: dict[str, Any], subdivisions: dict[str, str]) -> Containment:
    """The M49 regions with their countries, `subdivisions` in their countries, and the places and groups by hand."""
    found = _territories(cldr)
    above = _above(cldr)
    for code in subdivisions:
        found.places[code] = ("region", [above.get(code, code[:2])])
    for code, entry in curated["places"].items():
        found.places[code] = (entry["kind"], entry["in"])
        found.ids[code] = code
    for group, members in curated["groups"].items():
        found.places.setdefault(group, ("region", [curated["groups_in"].get(group, "world")]))
        for member in members:
            found.places[member][1].append(group)
    found.ids |= {"EU": "eu"}
    return found


def _territories(cldr: Path) -> Containment:
    tree = _supplemental(cldr, "territoryContainment")["territoryContainment"]
    english = Locale("en").territories
    found = Containment()
    for number in [code for code in tree if code.endswith("-status-grouping")]:
        groupings = [code for code in tree[number]["_contains"] if code.isdigit()]
        tree[number[:3]]["_contains"] = [*tree[number[:3]]["_contains"], *groupings]
    numbers = [code for code in tree if code.isdigit()]
    found.ids = {n: "world" if n == WORLD else slug(english[n]) for n in numbers}
    for number in numbers:
        for child in tree[number]["_contains"]:
            if child not in NO_PLACES and (child.isdigit() or len(child) == 2):
                found.ids.setdefault(child, child)
                kind = "region" if child.isdigit() else "country"
                found.places.setdefault(found.ids[child], (kind, []))[1].append(found.ids[number])
    found.places["world"] = ("region", [])
    found.states = frozenset(tree["UN"]["_contains"]) | {"PS", "TW", "XK", "VA"}
    return found


def slug(name: str) -> str:
    """A name as an id has it: "central-asia"."""
    return "-".join(fold_words(name))


def _supplemental(cldr: Path, name: str) -> Any:
    return json.loads((cldr / "supplemental" / f"{name}.json").read_text(encoding="utf-8"))["supplemental"]


def alpha3(cldr: Path, ids: dict[str, str]) -> dict[str, str]:
    """The ISO code of two letters of each of three."""
    mappings = _supplemental(cldr, "codeMappings")["codeMappings"]
    return {m["_alpha3"]: code for code, m in sorted(mappings.items()) if code in ids and "_alpha3" in m}


def subdivisions_of(cldr: Path, package: Path) -> dict[str, str]:
    """The English name of every first-level region but Britain's, which the press calls countries."""
    text = (package / "subdivisions" / "en" / "en.json").read_text(encoding="utf-8")
    english = json.loads(text)["subdivisions"]["localeDisplayNames"]["subdivisions"]
    within = _supplemental(cldr, "subdivisionContainment")["subdivisionContainment"]
    countries = {slug(name) for name in Locale("en").territories.values()}  # the Réunion, Hong Kong
    first = [code for country, e in within.items() if country.isupper() and country != "GB" for code in e["_contains"]]
    parted = [region for region in first if region[:2].upper() in _PARTED]
    first += [code for region in parted for code in within.get(region, {}).get("_contains", ())]
    known = [code for code in first if code in english and slug(english[code]) not in countries]
    return {_iso(code): english[code] for code in known} | {"US-GA": "Georgia"}


def _iso(code: str) -> str:
    """CLDR's "idac" as ISO has it."""
    return f"{code[:2].upper()}-{code[2:].upper()}"


def _above(cldr: Path) -> dict[str, str]:
    """The first-level region that a province lies in, where the press names the provinces."""
    within = _supplemental(cldr, "subdivisionContainment")["subdivisionContainment"]
    regions = [region for region in within if region[:2].upper() in _PARTED and region.islower()]
    return {_iso(code): _iso(region) for region in regions for code in within[region]["_contains"]}


def admin_codes(divisions: dict[str, Any], containment: Containment) -> dict[tuple[str, str], str]:
    """The ISO code of GeoNames' own number of a region."""
    found = {}
    for country, entry in divisions.items():
        for region in entry["regions"]:
            code = f"{country}-{region['iso']}"
            if code in containment.places:
                found[country, region["admin"]] = code
    return found | {("UA", "11"): "UA-43", ("UA", "20"): "UA-43"}  # Sevastopol lies on the Crimea
