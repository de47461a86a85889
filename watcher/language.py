"""Which language an article is written in, told from its own words."""

from __future__ import annotations

import math
import re
from functools import cache
from typing import Any

from watcher.alphabets import ALWAYS_WRITTEN, NEVER_WRITTEN, OF_OWN_SCRIPT, OWN_LETTERS
from watcher.model import UNKNOWN_LANGUAGE
from watcher.smallwords import SMALL_WORDS, leading

SAMPLE = 1_000  # characters of the body that are looked at
FEWEST_WORDS = 5
# How sure cld3 has to be, by the number of words up to which it counts. An unknown language tries all vocabularies, a
# wrong one the wrong ones: of 1,472 articles' first 6 words 102 were wrong at 0.8, 24 at 0.98; of 25 words 7 at 0.8.
# It answers "ja" at 0.784 to whatever it can make nothing of (no text, digits, the same word over and over).
SURE = ((10, 0.98), (20, 0.9), (math.inf, 0.8))
# The middle of the sample is asked first, and more around it only where it leaves a doubt, with how sure cld3 must be:
# 74 µs for 85 articles in 100, 349 for 2. Of 1,478 real ones none is told otherwise; at 0.99 for both a Portuguese page
# was Galician. The middle, as titles, menus and notes have other languages.
MIDDLES = ((slice(425, 575), 0.998), (slice(350, 650), 0.99))

# Names pull a guess away (a French dispatch from Kharkiv is Danish), so what is left of a short text without its words
# in capitals is asked too. Both guesses' log odds are added where they agree, and must come to this, by the number of
# words.
CLEAR = ((10, 7.0), (math.inf, 5.0))
SHORT = 40  # words; of more, only what is not told otherwise is asked so
NAMES = 0.2  # of the words; with fewer, and in scripts without capitals, both guesses would be the same one
LEAST_LEFT = 10  # characters
# Each small word that one language has more of than any other speaks for that, or against the guess; so many tell it
# where cld3 does not. Of 1,332 times the first six words of an article 898 are told right, not 847, and still 17 wrong.
SMALL_WORD = 2.0
FEWEST_SMALL = 2
IN_DOUBT = -1.0  # from here on the guess without names makes a sure one unknown

_WORD = re.compile(r"[^\W\d_]+")
_ELIDED_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
# Scripts without spaces between words: two characters are about a word.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_NO_LETTERS: frozenset[str] = frozenset()
_LIKELY = 0.5  # beside one: of 2,291 times six words 1,393 are told right and not 1,297, and 31 wrong, not 30
_FOREIGN_LETTERS = 0.02  # of a sample: more than names and quotes have
_OWN_SHARE = 0.5  # of the letters; Japanese mixes its own with Chinese ones
_QUOTED = re.compile('«[^«»]{1,300}»|„[^„“”]{1,300}[“”]|“[^“”]{1,300}”|"[^"]{1,300}"')
_LATIN, _CYRILLIC = re.compile("[A-Za-z\u00c0-\u024f]+"), re.compile("[\u0400-\u04ff]+")
_CODE = re.compile(r"([A-Za-z]{2})(?:[-_].*)?")
_OTHER_CODES = {"iw": "he", "in": "id", "ji": "yi", "nb": "no", "nn": "no"}


def detect(title: str, body: str, declared: str | None = None) -> str:
    """The ISO 639-1 code of the language of `title` and the first 1,000 characters of `body`.

    `declared` is what the article says of itself ("fr-FR"). It decides only where the words do not:
    pages made from a template declare the template's language. UNKNOWN_LANGUAGE where neither is sure.
    """
    sample = _ADDRESS.sub(" ", f"{title}\n{body[:SAMPLE]}").replace("\0", " ")
    for middle, no_doubt in MIDDLES if len(sample) >= SAMPLE else ():
        if (found := _told(sample[middle], no_doubt)) and not _is_neighbour(found, sample):
            return found
    told = _told(sample) or _told_apart(sample)
    if told is None or _words(sample) < SHORT:
        told = _weighed(sample, told)
    if told and _is_neighbour(told, sample):
        told = None
    return told or code(declared) or UNKNOWN_LANGUAGE


def code(declared: str | None) -> str | None:
    """The ISO 639-1 code in a declared language ("fr_FR", "pt-BR", "iw", "fra", "French"), None if there is none."""
    written = (declared or "").strip()
    matched = _CODE.fullmatch(written)
    if matched is None:
        return _by_name().get(written.lower()) if written else None
    short = matched[1].lower()
    return _OTHER_CODES.get(short, short)


@cache
def _by_name() -> dict[str, str]:
    """The codes by those of three letters and by the languages' English names, as programs write them: 50 ms."""
    from babel import Locale
    from babel.core import get_global

    known = dict(Locale("en").languages)
    named = {name.lower(): short for short, name in known.items() if len(short) == 2}
    longer = {long: short for long, short in get_global("language_aliases").items() if len(long) == 3}
    return {name: short for name, short in (longer | named).items() if len(short) == 2 and short in known}


def _told(sample: str, least: float = 0.0) -> str | None:
    """What the words of a sample say for sure; None where they are too few."""
    words = _words(sample)
    sure = next(bar for most, bar in SURE if words < most)
    return _most_likely(sample, max(sure, least), max(_LIKELY, least)) if words >= FEWEST_WORDS else None


def _told_apart(sample: str) -> str | None:
    """What a mixed sample says without what it quotes and names in other letters, and by a script of one language."""
    letters = sum(map(len, _WORD.findall(sample)))
    for language, own in OF_OWN_SCRIPT.items():
        if letters and len(own.findall(sample)) > _OWN_SHARE * letters:
            return language
    told = None
    if _QUOTED.search(sample):
        told = _told(_QUOTED.sub(" ", sample))
    if told is None and _CYRILLIC.search(sample) and _LATIN.search(sample):  # brands in a Russian text
        told = _told(_LATIN.sub(" ", sample))
    return told


def _weighed(sample: str, told: str | None) -> str | None:
    """`told` of a short sample, or what its small words and those without names make clearer; None where they make it
    doubtful."""
    if told and _refuted(told, sample):
        told = None
    words = _words(sample)
    spoken = _ELIDED_WORD.findall(sample)
    left = [word for word in spoken if word == word.lower()]
    plain = " ".join(left)
    if words < FEWEST_WORDS or len(plain) < LEAST_LEFT:
        return told
    few_names = len(left) > (1 - NAMES) * len(spoken)
    if few_names and told:
        return told
    whole, whole_odds = bare, bare_odds = _log_odds(sample, sample)
    if not few_names:
        bare, bare_odds = _log_odds(plain, sample)
    small, most = leading([spoken[0].lower(), *left])
    if told is None and most >= FEWEST_SMALL and bare in SMALL_WORDS and not _refuted(small, sample):
        return small
    if bare is None or (told and (told == bare or told != whole)):
        return told
    clear = bare_odds + (0.0 if few_names else max(0.0, whole_odds) * (1 if bare == whole else -1))
    clear += SMALL_WORD * most * (1 if bare == small else -1)
    if clear >= next(bar for most, bar in CLEAR if words < most):
        return bare
    return told if clear < IN_DOUBT else None


def _log_odds(words: str, sample: str) -> tuple[str | None, float]:
    """cld3's guess at some words of a sample and ln(p / (1 - p)) of it; (None, 0.0) where its letters refute it."""
    guess = _guess(words)
    language = None if guess.language.endswith("-Latn") else code(guess.language)
    if language is None or _refuted(language, sample):
        return None, 0.0
    likely = min(max(guess.probability, 0.001), 0.9999)
    return language, math.log(likely / (1 - likely))


def _refuted(language: str, sample: str) -> bool:
    return not NEVER_WRITTEN.get(language, _NO_LETTERS).isdisjoint(sample.lower())


def _is_neighbour(language: str, sample: str) -> bool:
    """Whether the letters are those of a language that cld3 does not know, and takes for this one: Faroese for
    Icelandic, Tatar for Kyrgyz, Breton for Hungarian."""
    if language in ALWAYS_WRITTEN:
        needed, among = ALWAYS_WRITTEN[language]
        small = sample.lower()
        return needed.isdisjoint(small) and len(small) - small.count(" ") >= among
    never = NEVER_WRITTEN.get(language)
    if never is None:
        return False
    small = sample.lower()
    return sum(map(small.count, never)) > _FOREIGN_LETTERS * len(small)


def _words(sample: str) -> int:
    return len(_WORD.findall(sample)) + len(_UNSPACED.findall(sample)) // 2


def _most_likely(sample: str, sure: float, likely: float) -> str | None:
    """What cld3 is sure of, or finds so likely beside letters of its own; transliterations ("ru-Latn") and languages
    without a two-letter code are left unknown."""
    guess = _guess(sample)
    if guess.probability < sure:
        own = OWN_LETTERS.get(guess.language, _NO_LETTERS)
        if guess.probability < likely or own.isdisjoint(sample.lower()):
            return None
    if guess.language.endswith("-Latn"):
        return None
    return code(guess.language)


def _guess(sample: str) -> Any:
    return _identifier().FindLanguage(text=sample.encode("utf-8", "replace").decode())


@cache
def _identifier() -> Any:
    """One model per process: 3 MB. Calls hold the interpreter's lock, so threads may share it."""
    import gcld3  # type: ignore[import-untyped,import-not-found,unused-ignore]

    return gcld3.NNetLanguageIdentifier(min_num_bytes=0, max_num_bytes=4 * SAMPLE)
