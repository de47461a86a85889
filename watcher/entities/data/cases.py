"""The cases of places' names, by language.

The rules are those of school grammars, of the ending only. A form that no one writes costs nothing; one that is left
out is a mention missed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

from watcher.entities.data.nouns import NOUNS, Rules

# Adjectives stand before the noun, in the same case.
_ADJECTIVES: dict[str, Rules] = {
    "ru": (
        ("ая", "ой ой ую ой ой"),
        ("яя", "ей ей юю ей ей"),
        ("ый", "ого ому ый ым ом"),
        ("ой", "ого ому ой ым ом"),
        ("ний", "него нему ний ним нем"),
        ("ий", "ого ому ий им ом"),
        ("ое", "ого ому ое ым ом"),
        ("ее", "его ему ее им ем"),
        ("ые", "ых ым ые ыми ых"),
        ("ие", "их им ие ими их"),
    ),
    "uk": (
        ("на", "ної ній ну ною ній"),
        ("ка", "кої кій ку кою кій"),
        ("ня", "ньої ній ню ньою ній"),
        ("ий", "ого ому ий им ому"),
        ("ій", "ього ьому ій ім ьому"),
        ("і", "их им і ими их"),
    ),
    "pl": (
        ("ka", "kiej kiej ką ką kiej"),
        ("na", "nej nej ną ną nej"),
        ("wa", "wej wej wą wą wej"),
        ("ki", "kiego kiemu ki kim kim"),
    ),
    "cs": (("á", "é é ou ou"), ("ý", "ého ému ým ém"), ("é", "ého ému ým ém ých ými"), ("í", "ího ímu ím ích")),
    "sk": (("á", "ej ej ú ou"), ("ý", "ého ému ým om"), ("é", "ého ých ým ými")),
    "sl": (("a", "e i o"), ("i", "ega emu im em"), ("o", "ega emu im em"), ("e", "ih im imi")),
    "sr": (
        ("a", "e oj u om"),
        ("o", "og om im"),
        ("e", "ih im"),
        ("i", "og om im"),
        ("а", "е ој у ом"),
        ("о", "ог ом им"),
        ("е", "их им"),
        ("и", "ог ом им"),
    ),
    "el": (("α", "ας"), ("ά", "άς"), ("η", "ης"), ("ή", "ής"), ("ο", "ου"), ("ό", "ού"), ("ες", "ων"), ("ές", "ών")),
    "lt": (("ų", "ų"), ("ės", "ių ėms ėse"), ("ė", "ės ei ę ėje"), ("oji", "osios ajai ąją ojoje"), ("os", "os")),
    "de": (("er", "en em e es"), ("es", "en em e"), ("e", "en er em")),
}


# Those that stand behind their noun, in the same case: Azja Środkowa, Afryka Zachodnia.
_BEHIND: dict[str, Rules] = {"pl": (*_ADJECTIVES["pl"], ("nia", "niej niej nią nią niej"))}
_SAME_RULES = {"hr": "sr", "bs": "sr", "sh": "sr"}
# Languages in which of several words the last alone stands in a case: what is before it is in the genitive.
_TWO = 2
_ALONE = ("ый", "ий", "ая", "ое")  # endings of adjectives that are names by themselves: Грозный
_LAST_ONLY = frozenset("hy fi hu et lv is sv da no az uz kk ky".split())
_GENITIVES = frozenset(["sv", "da", "no"])  # languages in which acronyms have one too
_ANDS = (" i ", " a ", " in ", " и ", " і ", " ja ", " és ", " ir ", " un ")


def declined(name: str, language: str, *, thoroughly: bool = False) -> Iterator[str]:
    """The other cases of a place's name, if the language has cases that stand in the word's ending. `thoroughly`: of
    several words each with each, as the cases of adjectives and nouns do not all stand in one order."""
    rules = _SAME_RULES.get(language, language)
    if name.isupper() and rules in _GENITIVES:  # USAs, EUs
        yield f"{name}s"
    if rules not in NOUNS or not (name[:1].isupper() or language == "ka") or name.isupper():
        return
    for both in _ANDS:  # Bosna i Hercegovina
        first, found, second = name.partition(both)
        if found:
            for one, other in zip(declined(first, language), declined(second, language), strict=False):
                yield f"{one}{both}{other}"
            return
    words = name.split(" ")
    if rules in _LAST_ONLY:
        yield from (" ".join([*words[:-1], form]) for form in _cases_of_noun(words[-1], rules))
        return
    pieces = _pieces(words, rules, language)
    rest = words[len(pieces) :]
    if thoroughly and len(pieces) == _TWO:  # of three words Slovene had 67,000 forms
        pieces = [[word, *forms] for word, forms in zip(words, pieces, strict=False)]
        together: Iterable[tuple[str, ...]] = product(*pieces)
    else:
        together = zip(*pieces, strict=False) if len(pieces) > 1 else product(*pieces)
    for forms in together:
        yield " ".join([*forms, *rest])


def _pieces(words: list[str], rules: str, language: str) -> list[list[str]]:
    """The cases of a name's adjectives and of the first noun behind them."""
    adjectives, behind = _ADJECTIVES.get(rules, ()), _BEHIND.get(rules, ())
    pieces: list[list[str]] = []
    for at, word in enumerate(words):
        rule = _rule(word, adjectives)
        following = _rule("".join(words[at + 1 : at + 2]), behind)
        is_noun = following and word.endswith("ka")  # Afryka Zachodnia
        if rule and not is_noun and (at + 1 < len(words) or language in ("ru", "uk") and rule[0] in _ALONE):
            pieces.append(_cases(word, rule))
            continue
        if not (language == "de" and at):  # German: the last word alone has the s, and only without an article
            pieces.append(_cases_of_noun(word, rules))
        if following:
            pieces.append(_cases(words[at + 1], following))
        break
    return pieces


def _rule(word: str, rules: Rules) -> tuple[str, str] | None:
    return next((rule for rule in rules if word.endswith(rule[0])), None)


def _cases_of_noun(word: str, rules: str) -> list[str]:
    return _cases(word, next(r for r in NOUNS[rules] if word.endswith(r[0])))


def _cases(word: str, rule: tuple[str, str]) -> list[str]:
    ending, forms = rule
    stem = word[: len(word) - len(ending)]
    return [stem + form.strip("-") for form in forms.split()]
