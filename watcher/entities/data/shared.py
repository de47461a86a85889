"""What articles in any language of a script call places: towns, first-level regions, variants of countries' names."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from pathlib import Path

import yaml

from watcher.entities.data import towns
from watcher.entities.data.containment import Containment, slug
from watcher.entities.data.names import Names
from watcher.entities.data.towns import Town
from watcher.folding import fold_words

# Federations whose states the press names without their country.
FEDERATIONS = frozenset({"US", "CA", "AU", "DE", "RU", "CN", "IN", "UA", "BR", "ES", "IT"})


def shared_lines(
    every: list[Town], areas: dict[str, list[str]], aliases: dict[str, list[str]], names: Names, never: set[str]
) -> dict[str, str]:
    """For each script the lines of what articles in any of its languages call places."""
    mains = {(t.code[:2], slug(t.main)) for t in every if t.people >= towns.BIG or t.code[:2] not in FEDERATIONS}
    nations, words = (
        {
            slug(name)
            for language in ("en", "fr", "de", "es", "it", "ru")
            for kind in kinds
            for written in names[language][kind].values()
            for name in written
        }
        for kinds in (("country", "region"), ("adjective", "people"))
    )
    free = [town for town in every if slug(town.main) not in nations | words]
    lines: dict[str, list[str]] = {script: [] for script in towns.SCRIPTS}
    for code, written in areas.items():
        taken = nations if code[:2] in FEDERATIONS else nations | words  # Indiana is Italian for Indian too
        kept = [n for n in written if slug(n) not in taken and (code[:2], slug(n)) not in mains]
        kept = [n for n in kept if n.lower() not in never]
        if kept:
            people = 1_000_000 if code[:2] in FEDERATIONS else 0
            lines["latin"].append("\t".join([code, "", str(people), *kept]))
    for script, listed in lines.items():  # behind the regions: of a name that many bear the first lines are kept
        listed.append(towns.shared(free, script))
    for code, listed in aliases.items():
        for script, name in ((_script(name), name) for name in listed):
            if script in lines:
                lines[script].append("\t".join([code, "", "0", name]))
    return {script: "\n".join(filter(None, written)) for script, written in lines.items()}


def _script(name: str) -> str:
    first = unicodedata.name(name[0], "").partition(" ")[0]
    return {"LATIN": "latin", "CYRILLIC": "cyrillic", "ARABIC": "arabic", "CJK": "han", "KATAKANA": "han"}.get(
        first, ""
    )


def aliases_of(package: Path, names: Names, containment: Containment) -> dict[str, list[str]]:
    """countrynames' variants of the names of states, those that no other place bears."""
    taken = {slug(n) for kinds in names.values() for codes in kinds.values() for ns in codes.values() for n in ns}
    stems: dict[str, set[str]] = defaultdict(set)  # of a country's names: its variants' words begin so too
    for kinds in names.values():
        for code, written in kinds.get("country", {}).items():
            stems[code].update(word[:4] for name in written for word in fold_words(name) if len(word) > 3)
    variants = yaml.safe_load((package / "countrynames" / "data.yaml").read_text(encoding="utf-8"))
    found: dict[str, list[str]] = {}
    for code, listed in variants.items():
        if code in containment.states:
            found[code] = [n for n in dict.fromkeys(map(str, listed)) if _is_variant(n, taken, stems[code])]
    return found


def _is_variant(name: str, taken: set[str], stems: set[str]) -> bool:
    """Whether it is one: "Sussex" and "New Yorker" are listed too."""
    resembles = any(word[:4] in stems for word in fold_words(name))
    telling = resembles and len(slug(name)) > 5 and name[0].isupper() and not name.isupper()
    telling = telling and not name.startswith(("The ", "Of "))
    return telling and not re.search(r"[,;()\d]", name) and slug(name) not in taken
