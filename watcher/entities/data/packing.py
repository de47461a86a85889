"""The gazetteer's file: what goes into places.zip, and the index of all names that a rule may use."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Container, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from watcher.entities.archive import DRAWERS, drawer
from watcher.entities.data.containment import Containment
from watcher.entities.data.dates import dates_of
from watcher.entities.data.demonyms import DEMONYMS
from watcher.entities.data.names import Names
from watcher.entities.data.shared import FEDERATIONS
from watcher.entities.data.towns import BIG, CASES, COLUMNS, RESPELT, Town, by_country, cases, cases_of, of_country
from watcher.entities.linebooks import folded_names
from watcher.folding import fold_words

IN_RULES = frozenset(["en", "fr", *DEMONYMS])  # languages whose names of first-level regions a rule may use


@dataclass(frozen=True, slots=True)
class Contents:
    """All that the file is made of; `english` are the names that are shown, `shared` is by script, `spoken` by
    country."""

    curated: dict[str, Any]
    containment: Containment
    alpha3: dict[str, str]
    names: Names
    english: dict[str, str]
    shared: dict[str, str]
    areas: dict[str, list[str]]
    towns: list[Town]
    given_names: list[str]
    spoken: dict[str, list[str]]


def pack(contents: Contents, path: Path) -> None:
    """Writes the file: the same bytes for the same contents."""
    members = {"core.json": _json(_core(contents))}
    for language, kinds in sorted(contents.names.items()):
        members[f"names/{language}.json"] = _json(_in_order(kinds, contents.curated["less_likely"]))
    members["english.json"] = _json(dict(sorted(contents.english.items())))
    members["given.txt"] = "\n".join(contents.given_names)
    members |= {f"dates/{language}.txt": names for language, names in sorted(dates_of(contents.names).items())}
    listed = {f"shared/{script}": lines for script, lines in sorted(contents.shared.items())}
    listed |= {f"cases/{language}": cases(contents.towns, language) for language in CASES}
    listed |= {f"towns/{c}": of_country(t) for c, t in sorted(by_country(contents.towns).items())}
    for part, lines in listed.items():
        members[f"{part}.txt"] = lines
        members[f"{part}.folded.txt"] = "\n".join(folded_names(line, COLUMNS) for line in lines.split("\n"))
    members |= _index(contents.names, contents.shared, contents.towns)
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            entry = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            archive.writestr(entry, text.encode(), zipfile.ZIP_DEFLATED, 9)


def _core(contents: Contents) -> dict[str, Any]:
    curated, containment = contents.curated, contents.containment
    return {
        "places": {code: [kind, parents] for code, (kind, parents) in sorted(containment.places.items())},
        "ids": dict(sorted(containment.ids.items())),
        "alpha3": contents.alpha3,
        "languages": sorted(contents.names),
        "not_places": curated["not_places"],
        "borne": curated["borne"],
        "weak": [*curated["weak"], *curated["weak_towns"]],
        "words": [*curated["word_towns"], *cases_of(curated["word_towns"], contents.towns)],
        "first_names": _named_as_people(contents.areas, frozenset(contents.given_names)),
        "spoken": contents.spoken,
        "federations": sorted(FEDERATIONS),
    }


def _in_order(kinds: dict[str, dict[str, set[str]]], less_likely: Container[str]) -> dict[str, dict[str, list[str]]]:
    """The names by kind and code, those that are less likely meant behind the others."""

    def later(entry: tuple[str, set[str]]) -> tuple[bool, str]:
        return entry[0] in less_likely, entry[0]

    return {
        kind: {code: sorted(written) for code, written in sorted(codes.items(), key=later) if written}
        for kind, codes in sorted(kinds.items())
    }


def _named_as_people(areas: dict[str, list[str]], people: frozenset[str]) -> list[str]:
    """The codes of first-level regions whose English name is a first name: Βλαντιμίρ is a region and Putin's."""
    return sorted(code for code, names in areas.items() if not people.isdisjoint(map(str.lower, names)))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _index(names: Names, shared: dict[str, str], towns: list[Town]) -> dict[str, str]:
    """What a name in a rule means, by name as folded: English and French first, then any language, then towns."""
    tiers: list[dict[str, dict[str, None]]] = [{} for _ in range(6)]
    for tier, languages in enumerate((("en", "fr"), sorted(names))):
        for language in languages:
            for kind in ("country", "region"):
                for code, written in sorted(names[language].get(kind, {}).items()):
                    _enter(tiers[tier], written, code)
            for code, written in sorted(names[language].get("area", {}).items() if language in IN_RULES else ()):
                _enter(tiers[3], written, code)
    for line in "\n".join(shared.values()).split("\n"):
        code, _, _, *listed = line.split("\t")
        if "/" not in code:
            _enter(tiers[3 if "-" in code else 1], listed, code)
    for language in ("en", "fr", "de", "es", "it", "ru"):
        for code, written in sorted(names[language].get("city", {}).items()):
            _enter(tiers[2], written, code)
    for town in towns:
        _enter(tiers[2 if town.people >= BIG else 4], [town.main], town.code)
        if town.people >= BIG or town.code[:2] in RESPELT:
            _enter(tiers[5], [n for spelt in town.names.values() for n in spelt], town.code)
    drawers: dict[str, list[str]] = {f"index/{n}.txt": [] for n in range(DRAWERS)}
    for key in sorted(set().union(*tiers)):
        named = next((t[key] for t in tiers[:2] if key in t), None)
        codes = named or dict.fromkeys(code for t in tiers[2:] for code in t.get(key, ()))
        slug = key.replace(" ", "-")
        short = [f"{c.partition('/')[0]}/" if c.partition("/")[2] == slug else c for c in list(codes)[:8]]
        drawers[f"index/{drawer(key)}.txt"].append("\t".join([key, *short]))
    return {name: "\n" + "\n".join(lines) + "\n" for name, lines in drawers.items()}


def _enter(tier: dict[str, dict[str, None]], written: Iterable[str], code: str) -> None:
    for name in written:
        if key := " ".join(fold_words(name)):
            tier.setdefault(key, {})[code] = None
