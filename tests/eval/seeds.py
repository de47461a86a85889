"""The five seed articles: every place and person that a reader found in them is found, and no false country."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console

from tests.eval.material import HERE, PROJECT, Material
from watcher.folding import fold_words

EXCUSED = ("Union soviétique", "Shinkay")  # may be missing
_EXPLAIN = "from watcher.cli import main; main()"


def measure(material: Material, console: Console, *, errors: bool) -> bool:
    """Prints what is lost and what is false in each; whether there is nothing of either."""
    facts = material.facts()
    files = [PROJECT / "seeds" / fact["file"] for fact in facts.values()]
    command = [sys.executable, "-c", _EXPLAIN, "explain", "--json", "--rules", str(HERE / "rules.yaml")]
    run = subprocess.run([*command, *map(str, files)], capture_output=True, text=True, check=True, cwd=PROJECT)
    said = [json.loads(line) for line in run.stdout.splitlines()]
    faults = [
        f"{seed}: {fault}"
        for (seed, fact), one in zip(facts.items(), said, strict=True)
        for fault in _faults(fact, one)
    ]
    for fault in faults:
        console.print(fault, markup=False)
    names = sum(len(fact["people"]) + len(fact["places"]) for fact in facts.values())
    console.print(f"seeds: {len(faults)} faults in {names} places and people", highlight=False)
    return not faults


def _faults(fact: Mapping[str, Any], said: Mapping[str, Any]) -> Iterator[str]:
    found = {(" ".join(fold_words(p["name"])), _country(p["country"])) for p in said["places"]}
    for names, code in fact["places"].items():
        country = _country(code.removesuffix("region"))
        for name in names.split("/"):
            if name not in EXCUSED and not any(_begins(name, n) and c == country for n, c in found):
                yield f"{name} ({code}) is no place"
    countries = {"", "SU", *map(_country, fact["places"].values())}
    for place in said["places"]:
        if _country(place["country"]) not in countries:
            yield f"'{place['name']}' is taken for {place['country']}"
    people = [e["text"] for e in said["entities"] if e["type"] == "person"]
    for name, note in fact["people"]:
        if not any(_is_named(spelling, people) for spelling in (name, *re.findall(r"'([^']+)'", note))):
            yield f"{name} is no person"


def _country(code: str | None) -> str:
    """The country of "RU-DA", of "SU (historic)"."""
    return (code or "").partition("-")[0].partition(" ")[0]


def _begins(name: str, folded: str) -> bool:
    """Whether it is the name, but for an ending of its own language."""
    return " ".join(fold_words(name))[:5] == folded[:5]


def _is_named(name: str, people: Sequence[str]) -> bool:
    last = fold_words(name)[-1]
    return any(last in fold_words(person) for person in people)
