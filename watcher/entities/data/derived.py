"""Words for inhabitants that a language makes of other words: of its neighbour's, of the country's name, and of the
adjective.

A form that no one writes costs nothing; one that is left out is a mention missed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from watcher.entities.data.demonyms import BACK, FRONT

_FINNISH_VOWELS = "aeiouyäöüõ"
_SHORTEST_SMALL = 4  # letters of a name that may stand in small letters


def portuguese_of(spanish_word: str) -> str:
    """The Portuguese word of a Spanish one, as most are."""
    for ending, theirs in (("és", "ês"), ("eño", "enho"), ("í", "i"), ("ón", "ão"), ("án", "ão")):
        if spanish_word.endswith(ending):
            return spanish_word.removesuffix(ending) + theirs
    return spanish_word


_SOFT = frozenset("дтзсцчшжр")


_VOWELS = frozenset(["", *"аеиоуыэюяй"])


def ukrainian_of(russian_word: str) -> str:
    """The Ukrainian spelling of a Russian word of foreign roots: the "rule of nine" for и, -ский as -ський."""
    out: list[str] = []
    for at, letter in enumerate(russian_word):
        before, behind = russian_word[at - 1 : at] if at else "", russian_word[at:]
        if letter == "и":
            hard = behind == "ий" or (before in _SOFT and behind[1:2] not in _VOWELS)
            out.append("и" if hard else "і")
        elif letter == "е":
            out.append("є" if before in _VOWELS or before == "ь" else "е")
        else:
            out.append({"ы": "и", "э": "е", "ъ": "ʼ"}.get(letter, letter))
    word = "".join(out)
    for theirs in ("сский", "ский"):  # гондурасский, гондураський
        word = word.removesuffix(theirs) + "ський" if word.endswith(theirs) else word
    return word.removesuffix("ц") + "ць" if word.endswith(("ец", "єц")) else word


def turkish_of(country: str) -> str:
    """The inhabitant by the suffix -li, in harmony with the name's last vowel."""
    vowels = [c for c in country.lower() if c in BACK + FRONT]
    return country + {"a": "lı", "ı": "lı", "o": "lu", "u": "lu", "ö": "lü", "ü": "lü"}.get(
        vowels[-1] if vowels else "e", "li"
    )


def arabic_of(country: str) -> str:
    name = country.removeprefix("ال")
    for ending in ("يا", "ا", "ة"):
        if name.endswith(ending):
            return name.removesuffix(ending) + "ي"
    return f"{name}ي"


def persian_of(country: str) -> str:
    if country.endswith("یه"):
        return country.removesuffix("ه") + "\u200cای"
    return country + ("یی" if country[-1] in "او" else "ی")


def finnish_of(country: str) -> str:
    """The inhabitant by the suffix -lainen, in harmony with the name's vowels."""
    name = country.lower() + ("" if country[-1] in _FINNISH_VOWELS else "i")
    return name + ("lainen" if any(c in "aou" for c in name) else "läinen")


def hungarian_of(country: str) -> str:
    return country.lower() + "i"


def estonian_of(country: str) -> str:
    """The genitive, written small: Poola, poola; Venemaa, vene. None where the name ends in a consonant."""
    name = country.lower().removesuffix("maa")
    return name if name[-1] in _FINNISH_VOWELS and len(name) >= _SHORTEST_SMALL else ""


def german_person(adjective: str) -> str:
    """The man of an adjective in -isch: kiribatisch, Kiribatier; marshallesisch, Marshallese."""
    word = adjective.removesuffix("isch")
    if word == adjective:
        return ""
    return (word + {"an": "er", "es": "e"}.get(word[-2:], "er" if word[-1] in "aeou" else "ier")).title()


def dutch_person(adjective: str) -> str:
    """The man of an adjective in -aans, -isch or -ees, and the people: Gambiaans, Gambiaan, Gambianen."""
    for ending, persons in (("aans", "aan anen"), ("isch", "iër iërs"), ("ees", "ees ezen")):
        if adjective.endswith(ending):
            return "/".join(adjective.removesuffix(ending) + person for person in persons.split())
    return ""


def polish_person(adjective: str) -> str:
    """The man of an adjective in -jski, -lski or -ński: brunejski, Brunejczyk."""
    return adjective.removesuffix("ski").title() + "czyk" if adjective.endswith(("jski", "lski", "ński")) else ""


def russian_person(adjective: str) -> str:
    """The man of an adjective in -ский: багамский, багамец; фиджийский, фиджиец; сейшельский, сейшелец."""
    return adjective.removesuffix("ский").rstrip("йь") + "ец" if adjective.endswith("ский") else ""


def ukrainian_person(adjective: str) -> str:
    """The man of an adjective in -ський: багамський, багамець; фіджійський, фіджієць."""
    word = adjective.removesuffix("ський")
    if word == adjective:
        return ""
    return word.removesuffix("й") + "єць" if word.endswith("й") else word.removesuffix("ь") + "ець"


DERIVED: dict[str, tuple[str, Callable[[str], str]]] = {  # from another language's word, or from the country's name
    "pt": ("es", portuguese_of),
    "uk": ("ru", ukrainian_of),
    "tr": ("", turkish_of),
    "ar": ("", arabic_of),
    "fa": ("", persian_of),
}
# What stands for the end of a country's name in its adjective, by the first ending it has: two where either is usual.
_SLAVIC = (("o", "ský"), ("i", "ský"), ("e", "ský"), ("k", "cký"), ("", "ský"))
_SCANDINAVIAN = (("ien", "isk"), ("ia", "isk"), ("a", "isk/ansk"), ("i", "isk/iansk"), ("", "isk/iansk/sk"))
_SUFFIXES: dict[str, tuple[tuple[str, str], ...]] = {
    "cs": (("sko", "ský"), ("cko", "cký"), ("ie", "ijský"), ("a", "ský"), *_SLAVIC),
    "sk": (("sko", "ský"), ("cko", "cký"), ("ia", "ijský"), ("a", "ský"), *_SLAVIC),
    "sl": (("a", "ski"), ("o", "ski"), ("i", "ijski/ski"), ("e", "ski"), ("k", "ški"), ("", "ski")),
    "sr": (("a", "ski"), ("o", "ski"), ("i", "ijski/ski"), ("e", "ski"), ("k", "čki"), ("", "ski")),
    "sv": _SCANDINAVIAN,
    "da": _SCANDINAVIAN,
    "no": _SCANDINAVIAN,
    "is": (("land", "lenskur"), ("a", "skur"), ("k", "skur"), ("", "skur")),
    "ro": (("ia", "ian"), ("a", "ez/an"), ("i", "ian"), ("", "ian/ez")),
}


def suffixed(language: str, country: str) -> str:
    """The adjectives by suffix: cs Uganda, ugandský; is Úganda, úgandskur."""
    name = country.lower()
    ending, theirs = next(rule for rule in _SUFFIXES[language] if name.endswith(rule[0]))
    stem = name[: len(name) - len(ending)]
    return "/".join(stem + suffix for suffix in theirs.split("/"))


FROM_NAMES: dict[str, Callable[[str], str]] = {
    "fi": finnish_of,
    "hu": hungarian_of,
    "et": estonian_of,
    **{language: partial(suffixed, language) for language in _SUFFIXES},
}
PERSONS: dict[str, Callable[[str], str]] = {  # of an adjective for which no man is listed
    "de": german_person,
    "nl": dutch_person,
    "pl": polish_person,
    "ru": russian_person,
    "uk": ukrainian_person,
}
