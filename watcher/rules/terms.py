"""Terms: what a phrase of the rules file looks for, and where it stands in a text.

A term is compiled into variants (a hyphen stands for a hyphen, a space or nothing). Each variant has a literal that
one automaton looks for in the folded text; where the literal alone does not decide, the hit is verified.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

from watcher.text import UNSPACED, Text, fold, letters, unaccent

MAX_TERM = 500
MAX_HYPHENS = 5

_STAR, _ONE = "\ue000", "\ue001"  # wildcards inside a word, told from an escaped * or ?
_STRETCH = re.compile(f"[^{_STAR}{_ONE}]+")
_HYPHENS = frozenset("-\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d")
_HANGUL = re.compile("[\uac00-\ud7af]")
_ARABIC = re.compile("[\u0620-\u06ff]")
_WITHIN = "[^ ]*?"
_ARABIC_PREFIX = re.compile("[وف]?(?:[بك]?ال|لل|[بكل])?")


class Span(NamedTuple):
    """Where something stands: words `first` to `last`, both included, and offsets of the text."""

    first: int
    last: int
    start: int
    end: int


class TermError(ValueError):
    """A term that cannot mean anything; the text says why and what to write."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A word as written in a term, its wildcards marked; `joined` where a hyphen follows it."""

    raw: str
    pattern: str
    joined: bool


@dataclass(frozen=True, slots=True)
class _Case:
    """How a word of a term must be written: its stretches between wildcards, the length of each when folded, and where
    it begins in the literal, or, of a variant with a pattern, the number of its group.

    `also` is a second spelling that will do (Nato for NATO); a `short` one means nothing amid capitals.
    """

    raw: tuple[str, ...]
    lengths: tuple[int, ...]
    places: tuple[int, ...] = ()
    also: tuple[str, ...] = ()
    short: bool = False
    accents: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Variant:
    """One way to write a term. `literal` is a stretch of the folded text that every hit holds."""

    literal: str
    words: int
    word_of_literal: int
    pattern: re.Pattern[str] | None
    cases: tuple[tuple[int, _Case], ...]
    open_start: bool
    open_end: bool
    arabic: bool


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """A term of the rules file, compared by identity: one load keeps one of each. `language` is "" for any."""

    written: str
    variants: tuple[Variant, ...]
    language: str = ""

    @property
    def meaning(self) -> tuple[object, ...]:
        """Equal for terms that find the same: Émirat and emirat."""
        return (self.language, *((v.literal, v.pattern and v.pattern.pattern, v.cases) for v in self.variants))


# ── compiling ────────────────────────────────────────────────────────────────────────────────────


def compile_term(written: str, *, case: bool | None = None, exact: bool = False, language: str = "") -> Term:
    """The term that `written` means. `case` True is as written, False in any case, None judges by its capitals.

    Raises TermError where it is too long, has no letter, or a wildcard stands where none may.
    """
    if len(written) > MAX_TERM:
        raise TermError(f"a term of {len(written):,} characters; at most {MAX_TERM} are allowed")
    pieces = [piece for piece in _pieces(written) if piece.pattern]
    if not pieces:
        raise TermError("a term without a letter or digit never matches")
    for piece in pieces:
        _check_wildcards(piece)
    hyphens = sum(p.joined for p in pieces)
    if hyphens > MAX_HYPHENS:
        raise TermError(
            f"{hyphens} hyphens in one term; at most {MAX_HYPHENS} are allowed, write spaces for the others"
        )
    variants = tuple(_variant(words, True if exact else case, exact) for words in _spellings(pieces))
    return Term(written, variants, language)


def _pieces(written: str) -> list[_Piece]:
    pieces: list[_Piece] = []
    word = ""
    characters = iter(written)
    for character in characters:
        if character == "\\":
            next(characters, "")  # an escaped * or ? is itself, and no letter
            word, pieces = ("", [*pieces, _piece(word, False)]) if word else (word, pieces)
        elif character in "*?":
            word += _STAR if character == "*" else _ONE
        elif not _separates(character):
            word += character
        elif word:
            pieces.append(_piece(word, character in _HYPHENS))
            word = ""
    if word:
        pieces.append(_piece(word, False))
    elif pieces and pieces[-1].joined:
        pieces[-1] = _Piece(pieces[-1].raw, pieces[-1].pattern, False)
    return pieces


@cache
def _separates(character: str) -> bool:
    return fold(character).isspace()


def _piece(word: str, joined: bool) -> _Piece:
    folded = _STRETCH.sub(lambda found: fold(found[0]), word)
    return _Piece(word, folded.replace(" ", ""), joined)


def _check_wildcards(piece: _Piece) -> None:
    inner = piece.pattern.strip(_STAR)
    if _STAR in inner:
        raise TermError("* stands at a word's start or end; inside a word use ? for one letter")
    if inner != piece.pattern and len(inner) < 2:
        raise TermError("* needs at least two other letters beside it")
    if inner and not inner.strip(_ONE):
        raise TermError("? needs a letter beside it")


def _spellings(pieces: list[_Piece]) -> list[list[list[_Piece]]]:
    """Every way to read the hyphens: as a space, or as nothing (the pieces of one word together)."""
    joints = [(True, False) if p.joined else (False,) for p in pieces[:-1]]
    found = []
    for glued in itertools.product(*joints):
        words = [[pieces[0]]]
        for piece, together in zip(pieces[1:], glued, strict=True):
            if together:
                words[-1].append(piece)
            else:
                words.append([piece])
        found.append(words)
    return found


def _variant(words: list[list[_Piece]], case: bool | None, exact: bool) -> Variant:
    patterns = ["".join(p.pattern for p in word) for word in words]
    first, last = patterns[0], patterns[-1]
    open_start = not first.startswith(_STAR) and bool(UNSPACED.match(first))
    open_end = not last.endswith(_STAR) and bool(UNSPACED.match(last[-1]) or _HANGUL.match(last[-1]))
    arabic = bool(_ARABIC.match(first))
    whole = " ".join(patterns)
    plain = _ONE not in whole and _STAR not in whole[1:-1]
    if plain:
        left = "" if open_start or arabic or first.startswith(_STAR) else " "
        right = "" if open_end or last.endswith(_STAR) else " "
        literal, position, pattern = left + whole.strip(_STAR) + right, 0, None
    else:
        left = ""
        literal, position = _longest_piece(patterns)
        pattern = _pattern(words, _WITHIN if open_start else _ARABIC_PREFIX.pattern if arabic else "", open_end)
    cases: list[tuple[int, _Case]] = []
    at, group = len(left) - whole.startswith(_STAR), 2
    for i, word in enumerate(words):
        for piece in word:
            stretches = [found.start() + at for found in _STRETCH.finditer(piece.pattern)]
            if required := _case(piece, case, exact):
                groups = range(group, group + len(stretches))
                cases.append((i, replace(required, places=tuple(stretches if plain else groups))))
            at += len(piece.pattern)
            group += len(stretches)
        at += 1
    return Variant(literal, len(words), position, pattern, tuple(cases), open_start, open_end, arabic)


def _longest_piece(patterns: list[str]) -> tuple[str, int]:
    """The longest stretch without a wildcard, and the number of the word it stands in."""
    pieces = [(piece, i) for i, word in enumerate(patterns) for piece in re.split(f"[{_STAR}{_ONE}]", word)]
    return max(pieces, key=lambda p: len(p[0]))


def _pattern(words: list[list[_Piece]], before: str, open_end: bool) -> re.Pattern[str]:
    """The whole is a group, without what may stand before it in its word, and so is each stretch between wildcards."""
    patterns = ("".join(_grouped(piece.pattern) for piece in word) for word in words)
    return re.compile(f"{before}({' '.join(patterns)}){'' if open_end else '(?= )'}")


def _grouped(pattern: str) -> str:
    grouped = _STRETCH.sub(lambda found: f"({re.escape(found[0])})", pattern)
    return grouped.replace(_STAR, "[^ ]*").replace(_ONE, "[^ ]")


def _case(piece: _Piece, case: bool | None, exact: bool) -> _Case | None:
    """How a piece must be written; None where any case will do."""
    if case is False or (case is None and sum(map(str.isupper, piece.raw)) < 2):
        return None
    stretches = [s for s in _STRETCH.findall(piece.raw) if fold(s)]
    raw = tuple(letters(s) if exact else unaccent(s) for s in stretches)
    lengths = tuple(map(len, _STRETCH.findall(piece.pattern)))
    whole = "".join(raw)
    capitals = sum(c.isupper() for c in whole)
    if case is True:
        return _Case(raw, lengths, accents=exact)
    if capitals < 2 or any(c.islower() for c in whole):
        return None
    if capitals <= 3:
        return _Case(raw, lengths, short=True)
    begins = itertools.accumulate((len(s) for s in raw), initial=0)
    return _Case(
        raw, lengths, also=tuple(whole.capitalize()[b : b + len(s)] for b, s in zip(begins, raw, strict=False))
    )


# ── verifying ────────────────────────────────────────────────────────────────────────────────────


def locate(variant: Variant, text: Text, place: int) -> Span | None:
    """The span of the variant whose literal stands at offset `place` of `text.folded`, if it really stands there."""
    found = None
    if variant.pattern is not None:
        first = text.word_at(place) - variant.word_of_literal
        found = variant.pattern.match(text.folded, text.places[first]) if first >= 0 else None
        if found is None:
            return None
    span = _span(variant, text, place, found)
    if span is None or not all(_as_written(text, span.first + i, c, found or place) for i, c in variant.cases):
        return None
    return span


def _span(variant: Variant, text: Text, place: int, found: re.Match[str] | None) -> Span | None:
    if found is None:
        start = place + variant.literal.startswith(" ")
        end = place + len(variant.literal) - variant.literal.endswith(" ")
        first, last = text.word_at(start), text.word_at(end - 1)
    else:
        start, end = found.span(1)
        first = text.word_at(place) - variant.word_of_literal
        last = first + variant.words - 1
    if variant.arabic and not _ARABIC_PREFIX.fullmatch(text.folded, text.places[first], start):
        return None
    left = text.offset_at(first, start) if variant.open_start else text.starts[first]
    right = text.offset_at(last, end) if variant.open_end else text.ends[last]
    return Span(first, last, left, right)


def _as_written(text: Text, word: int, case: _Case, hit: re.Match[str] | int) -> bool:
    """Whether a word stands in the text as it must; a hit of a variant without a pattern is the place of its literal.

    Only the hit's own stretches are looked at: in a script without spaces a word is a whole run, and looking at all of
    it took 23 s for 44,000 characters.
    """
    starts = [hit + at for at in case.places] if isinstance(hit, int) else [hit.start(group) for group in case.places]
    clean = letters if case.accents else unaccent
    spans = zip(starts, case.lengths, strict=True)
    written = tuple(clean(_original(text, word, start, start + length)) for start, length in spans)
    return (written == case.raw or written == case.also) and not (case.short and text.in_capitals(word))


def _original(text: Text, word: int, start: int, end: int) -> str:
    """What stands in the text for a stretch of a word of `text.folded`, with the marks on its last letter."""
    left, right = text.offset_at(word, start), text.offset_at(word, end)
    while right < text.ends[word] and not fold(text.text[right]):
        right += 1
    while left < right and start > text.places[word] and not fold(text.text[left]):
        left += 1
    return text.text[left:right]
