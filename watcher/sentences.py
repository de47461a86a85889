"""Sentences: where a text parts into them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from watcher.folding import BREAKS
from watcher.smallwords import SMALL_WORDS

_ENDING = frozenset(f"。！？।።។။{BREAKS}")  # what ends a sentence wherever it stands
_SENTENCE_END = re.compile(
    r"""[.!?…؟۔։]+(?:["”’)\]¹²³⁰⁴-⁹]|\[\d{1,3}\]|[ \u00a0\u202f]?»)*|[。！？।።។။]+["」』”]*"""
    r"|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+"
)
_STOP = re.compile(f"[.!?…؟۔。！？।։።។။{BREAKS}]")

# ── a full stop behind an abbreviation ───────────────────────────────────────────────────────────

_ABBREVIATIONS = frozenset(
    (
        "m mm mme mmes mlle mr mrs ms dr st ste sr sra prof gen gén col lt cap hon rev av vs cf etc env jan feb mar "
        "apr jun jul aug sept sep oct nov dec janv févr avr juil déc им ул вул просп акад обл gov sen rep sgt maj adm "
        "supt dott sig avv arq im ul al"
    ).split()
)
_BEFORE_NUMBERS = frozenset("no nr art стр".split())
_CONSONANTS = re.compile(  # "dhr", "Str", "гр": no word but of Slavs whose r and l are vowels ("trh", "vlk")
    "(?!.+[rl].)[bcdfghjklmnpqrstvwxzçñćčłńśšźžżбвгґджзклмнпрстфхцчшщ]{1,4}"
)
_DOTTED = re.compile(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]{1,2}")  # "U.S", "p.m", "bl.a"
_DOUBLED = re.compile(r"([^\W\d_IXCM])\1")  # "EE. UU.", not "World War II."
_NUMBER = re.compile(r"\d\s*$")
_ORDINALS = frozenset(("de", "lb", "tr"))  # write "3. Oktober"; their neighbours go on with a small letter
_OPENERS = frozenset().union(*SMALL_WORDS.values()) | frozenset(  # what begins a sentence behind any word
    (
        "he she it they we this these those there but if when il elle ils elles ce cette mais er sie es wir ella él "
        "pero lui lei ma ele ela mas он она они оно мы но а він вона вони але той тя те ale ona on o bu"
    ).split()
)
_LAST_WORD = re.compile(r"[\w.]*$")
_FIRST_WORD = re.compile(r"\w*")
_WORD_BEFORE = re.compile(r"(\w+)\s+$")


def sentence_ends(text: str, start: int = 0, end: int | None = None, language: str = "") -> Iterator[int]:
    """The offsets behind each sentence of `text[start:end]`, its closing quotes included.

    A full stop with no space behind it ends one where a capital follows a small letter ("Post.D'après"). One behind an
    abbreviation ends none, but before a word that begins a sentence ("in the U.S. The", not "U.S. Army"); nor does one
    behind a number of two digits in a `language` that writes ordinals so.
    """
    stop = len(text) if end is None else end
    behind = start
    for mark in _STOP.finditer(text, start, stop):  # a sixth of the time of looking for whole ends everywhere
        found = _SENTENCE_END.match(text, mark.start(), stop) if mark.start() >= behind else None
        if found is None:
            continue
        behind = found.end()
        if found[0][0] in _ENDING or _ends_sentence(text, found.start(), found.end(), stop, language):
            yield found.end()


def _ends_sentence(text: str, at: int, behind: int, stop: int, language: str) -> bool:
    if behind >= stop:
        return True
    following = text[behind]
    if not following.isspace():
        before = text[at - 1 : at]
        return following.isupper() and (behind - at > 1 or before.islower() or before in "*)»”\"'’")
    rest = text[behind : behind + 24].lstrip().lstrip("«“\"'‘([–—- ")
    if rest[:1].islower():
        return False
    return text[at:behind] != "." or not _abbreviates(text, at, rest, language)


def _abbreviates(text: str, at: int, rest: str, language: str) -> bool:
    """Whether the full stop at `at` belongs to the word before it; `rest` is what follows."""
    last = _LAST_WORD.search(text, max(0, at - 12), at)
    word = last[0] if last else ""
    small = word.lower()
    if small in _BEFORE_NUMBERS:
        return rest[:1].isdecimal()
    if word.istitle() and (len(word) == 1 or small in _ABBREVIATIONS):
        return True  # whatever follows: M. Le Pen
    if not _may_abbreviate(word, small, language, text[max(0, at - 20) : at - len(word)]):
        return False
    first = _FIRST_WORD.match(rest)
    return first is None or first[0].lower() not in _OPENERS


def _may_abbreviate(word: str, small: str, language: str, before: str) -> bool:
    if word.isdecimal():
        article = _WORD_BEFORE.search(before)  # not "auf Platz 5.", "COVID-19."
        name = article is None or not (article[1].islower() or article[1].lower() in _OPENERS)
        return len(word) < 3 and language in _ORDINALS and not name
    if small in _ABBREVIATIONS or _DOTTED.fullmatch(word) or (word.isupper() and _DOUBLED.fullmatch(word)):
        return True
    is_short = (word.islower() or word.istitle()) and _CONSONANTS.fullmatch(small)
    return bool(is_short) and not _NUMBER.search(before)  # a unit behind a number: "5 km", "2020 г"
