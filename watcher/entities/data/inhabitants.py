"""What the inhabitants of places are called, and what is theirs: demonyms.txt, in all forms of its words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from watcher.entities.data import endings
from watcher.entities.data.demonyms import DEMONYMS
from watcher.entities.data.derived import DERIVED, FROM_NAMES, PERSONS
from watcher.entities.data.names import Names, split

_FIRST_GREEK = "\u0370"  # what follows the Latin letters


def add_inhabitants(names: Names, demonyms: Iterable[str], further: Iterable[str]) -> None:
    """Adds the kinds `adjective` and `people`, from the lines of demonyms.txt and inhabitants.txt."""
    languages = list(DEMONYMS)
    listed = _add_further(names, further)
    for line in demonyms:
        if line.startswith("#"):
            continue
        code, *written = line.split("|")
        given = dict(zip(languages, [*written, *[""] * len(languages)], strict=False))
        for language, words in given.items():
            for adjective, person in _with_persons(language, words, _derived(language, given, code, names)):
                forms = DEMONYMS[language](adjective, person)
                for kind, inflected in zip(("adjective", "people"), forms, strict=True):
                    if inflected:
                        names[language][kind][code].update(inflected)
        if code not in listed and given["ru"]:  # Bulgarian has most of its words from the same root
            names["bg"]["adjective"][code].update(endings.forms("bg", endings.bulgarian_of(given["ru"]), "")[0])
    _add_by_suffix(names)
    for language in ("bs", "hr", "mk"):
        for kind in ("adjective", "people"):
            for code, theirs in names["bg" if language == "mk" else "sr"][kind].items():
                names[language][kind][code].update(f for f in theirs if language == "mk" or f[0] < "Ѐ")


def _add_by_suffix(names: Names) -> None:
    """The adjectives that a language makes of all names of countries alike, for those that are not listed."""
    for language, derive in FROM_NAMES.items():
        adjectives = names[language]["adjective"]
        for code, written in sorted(names[language]["country"].items()):
            latin = [name for name in written if name[0] < _FIRST_GREEK]
            for name in sorted(latin, key=lambda n: (len(n), n))[:1]:
                if name.isalpha() and not name.isupper() and not adjectives.get(code):
                    adjectives[code].update(f for adjective in split(derive(name)) for f in _forms(language, adjective))


def _forms(language: str, adjective: str) -> list[str]:
    """An adjective's forms, in both alphabets of a language that has two."""
    forms = endings.forms(language, adjective, "")[0]
    return [*forms, *map(endings.cyrillic, forms)] if language == "sr" else forms


def _add_further(names: Names, further: Iterable[str]) -> frozenset[str]:
    """Adds those of inhabitants.txt; the codes that have Bulgarian ones."""
    bulgarian: set[str] = set()
    for line in further:
        language, *entries = line.split("|")
        for entry in entries if not line.startswith("#") else ():
            code, _, words = entry.partition(" ")
            bulgarian.update([code] if language == "bg" else ())
            for adjective, person in _pairs(words):
                pair = endings.forms(language, adjective, person)
                for kind, forms in zip(("adjective", "people"), pair, strict=True):
                    both = map(endings.cyrillic, forms) if language == "sr" else ()
                    if forms:
                        names[language][kind][code].update([*forms, *both])
    return frozenset(bulgarian)


def _pairs(words: str) -> Iterator[tuple[str, str]]:
    """ "russisch/russländisch Russe" to each adjective with its person."""
    adjectives, _, people = words.partition(" ")
    persons = [p for p in people.replace(" ", "/").split("/") if p]
    for at, adjective in enumerate(split(adjectives)):
        yield adjective, persons[at] if at < len(persons) else ""
    for person in persons[len(split(adjectives)) :]:
        yield split(adjectives)[0], person


def _with_persons(language: str, words: str, derived: str) -> Iterator[tuple[str, str]]:
    """The pairs of an entry, or of what is derived where it is empty; Turkish adds -li to any country's name. Where no
    man is listed, one is made of each adjective."""
    pairs = list(_pairs(words or derived))
    if language == "tr" and words and derived:
        pairs += _pairs(derived)
    if language in PERSONS and not any(person for _, person in pairs):
        pairs = [pair for adjective, _ in pairs for pair in _pairs(f"{adjective} {PERSONS[language](adjective)}")]
    yield from pairs


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
    for language in ("fr", "en", *DEMONYMS, *sorted(endings.LANGUAGES)):
        kinds = names[language]
        known = {c for kind in ("adjective", "people") for c in kinds[kind] if c in states}
        forms = sum(len(w) for kind in ("adjective", "people") for w in kinds[kind].values())
        print(f"{language}: inhabitants or adjectives of {len(known)} of {len(states)} countries, {forms} forms")
