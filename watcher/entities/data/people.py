"""Whom a text may mean instead of a place: first names; and which languages are spoken where."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

from watcher.folding import fold_words


def given_names(package: Path, others: list[str]) -> list[str]:
    """The first names that people bear in the countries that Faker knows, and others, folded. Those that are little
    words of some language too (Ali, Kai, Per) stay: whether a word of a text is one, its reader asks."""
    sys.path.insert(0, str(package))
    found = {" ".join(fold_words(name)) for name in others}
    for file in sorted((package / "faker" / "providers" / "person").glob("??_??/__init__.py")):
        provider = importlib.import_module(f"faker.providers.person.{file.parent.name}").Provider
        named = [names for kind, names in vars(provider).items() if "first_name" in kind]
        listed = [names for names in named if isinstance(names, (tuple, list, dict))]
        words = [fold_words(str(name)) for names in listed for name in names]
        found.update(word[0] for word in words if len(word) == 1 and len(word[0]) > 2)
    return sorted(found)


def spoken_in(geonames: Path) -> dict[str, list[str]]:
    """The languages that most speak in each country, by GeoNames."""
    countries = json.loads((geonames / "countries.json").read_text(encoding="utf-8"))
    spoken = {c: [tag.partition("-")[0] for tag in e["languages"].split(",")[:3]] for c, e in countries.items()}
    return {country: languages for country, languages in spoken.items() if languages[0]}
