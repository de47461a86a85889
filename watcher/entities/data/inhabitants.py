"""What the inhabitants of places are called, and what is theirs: demonyms.txt, in all forms of its words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from watcher.entities.data.demonyms import DEMONYMS, DERIVED
from watcher.entities.data.names import Names, split


def add_inhabitants(names: Names, demonyms: Iterable[str]) -> None:
    """Adds the kinds `adjective` and `people`, from the lines of demonyms.txt."""
    languages = list(DEMONYMS)
    for line in demonyms:
        if line.startswith("#"):
            continue
        code, *written = line.split("|")
        given = dict(zip(languages, [*written, *[""] * len(languages)], strict=False))
        for language, words in given.items():
            for adjective, person in _pairs(words or _derived(language, given, code, names)):
                forms = DEMONYMS[language](adjective, person)
                for kind, inflected in zip(("adjective", "people"), forms, strict=True):
                    if inflected:
                        names[language][kind][code].update(inflected)


def _pairs(words: str) -> Iterator[tuple[str, str]]:
    """ "russisch/russländisch Russe" to each adjective with its person."""
    adjectives, _, people = words.partition(" ")
    persons = [p for p in people.replace(" ", "/").split("/") if p]
    for at, adjective in enumerate(split(adjectives)):
        yield adjective, persons[at] if at < len(persons) else ""
    for person in persons[len(split(adjectives)) :]:
        yield split(adjectives)[0], person


def _derived(language: str, given: dict[str, str], code: str, names: Names) -> str:
    if language not in DERIVED:
        return ""
    source, derive = DERIVED[language]
    if source:
        return " ".join("/".join(map(derive, split(part))) for part in given[source].split(" ") if part)
    country = sorted(names[language].get("country", {}).get(code, ()), key=lambda name: (len(name), name))
    return derive(country[0]) if country and " " not in country[0] else ""


def tell(names: Names, demonyms: Iterable[str]) -> None:
    """Prints of how many countries each language names the people."""
    states = {line.partition("|")[0] for line in demonyms}
    states = {code for code in states if len(code) == 2}
    for language in ("fr", "en", *DEMONYMS):
        kinds = names[language]
        known = {c for kind in ("adjective", "people") for c in kinds[kind] if c in states}
        forms = sum(len(w) for kind in ("adjective", "people") for w in kinds[kind].values())
        print(f"{language}: inhabitants or adjectives of {len(known)} of {len(states)} countries, {forms} forms")
