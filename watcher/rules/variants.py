"""What a term means as it is written: the ways to write it, its wildcards, and the capitals that it asks for."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice, pairwise

from watcher.folding import BORDER, UNSPACED, fold, fold_words, letters, unaccent
from watcher.rules.terms import Case, Spelling, Term, Variant

MAX_TERM = 500
MAX_HYPHENS = 5

_STAR, _ONE = "\ue000", "\ue001"  # wildcards inside a word, told from an escaped * or ?
# Words of small letters, with at most their first a capital: nothing about them needs a closer look.
_WORD = "(?:[A-ZÀ-ÖØ-ÞŒЀ-Я]?[0-9a-zß-öø-ÿœа-џ]+|[A-ZÀ-ÖØ-ÞŒЀ-Я])"
_PLAIN = re.compile(f"{_WORD}(?:[ '’]{_WORD})*")
_BETWEEN = re.compile(f"[^{_STAR}{_ONE}]+")
_PARTS = re.compile(f"([{_STAR}{_ONE}])")
_HYPHENS = frozenset("-\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d")
_HANGUL = re.compile("[\uac00-\ud7af]")
_ARABIC = re.compile("[\u0620-\u06ff]")
_ARTICLE = re.compile("[اٱ]ل(?=..)ل?")
# What parts a Persian word from its endings is read as a hyphen: many write a space for it, or nothing.
_HALF_SPACE = re.compile(r"(?<=[\u0620-\u06ff])(?<!\*[\u0620-\u06ff])\u200c(?=[\u0620-\u06ff](?!\*))")


class TermError(ValueError):
    """A term that cannot mean anything; the text says why and what to write."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A word as written in a term, its wildcards marked; `joined` where a hyphen follows it."""

    raw: str
    pattern: str
    joined: bool


def compile_term(written: str, *, case: bool | None = None, exact: bool = False, language: str = "") -> Term:
    """The term that `written` means. `case` True is as written, False in any case, None judges by its capitals;
    `exact` is with its accents, and as written unless `case` is False.

    Raises TermError where it is too long, has no letter, or a wildcard stands where none may.
    """
    if len(written) > MAX_TERM:
        raise TermError(f"a term of {len(written):,} characters; at most {MAX_TERM} are allowed")
    if not (case or exact) and _PLAIN.fullmatch(written):
        return Term(written, (_plain(written),), language)
    pieces = [piece for piece in _pieces(written) if piece.pattern]
    if not pieces:
        raise TermError("a term without a letter or digit never matches")
    for piece in pieces:
        _check_wildcards(piece)
    pieces = [part for piece in pieces for part in _parted(piece)]
    hyphens = sum(p.joined for p in pieces)
    if hyphens > MAX_HYPHENS:
        raise TermError(
            f"{hyphens} hyphens in one term; at most {MAX_HYPHENS} are allowed, write spaces for the others"
        )
    variants = tuple(_variant(words, True if exact and case is None else case, exact) for words in _spellings(pieces))
    return Term(written, variants, language)


def _plain(written: str) -> Variant:
    """What `_variant` makes of words without wildcards, hyphens and capitals to judge, as most are: 10 µs against 60,
    of which 10,000 rules have 60,000."""
    words = fold_words(written)
    return Variant(f" {' '.join(words)} ", len(words), 0, None, None, (), False, False, False)


def inflected(term: Term) -> Term | None:
    """The same term to be looked for by the stems of its words. None where it has wildcards, or every word of it is
    judged by its capitals: then it stands as written or not at all."""
    if any(v.pattern or v.star_start or v.star_end for v in term.variants):
        return None
    pieces = [part for piece in _pieces(term.written) for part in _parted(piece)]
    written = [["".join(p.raw for p in word) for word in words] for words in _spellings(pieces)]
    spellings = [Spelling(tuple(map(letters, w)), v) for w, v in zip(written, term.variants, strict=True)]
    spellings = [s for s in spellings if len(s.fixed) < len(s.words)]
    return Term(term.written, (), term.language, tuple(spellings)) if spellings else None


def _pieces(written: str) -> list[_Piece]:
    pieces: list[_Piece] = []
    word = ""
    characters = iter(_HALF_SPACE.sub("-", written))
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
    folded = _BETWEEN.sub(lambda found: fold(found[0]), word)
    return _Piece(word, folded.replace(" ", ""), joined)


def _parted(piece: _Piece) -> list[_Piece]:
    """The words of a piece that scripts part and no space: 10月."""
    borders = [0, *(border.start() for border in BORDER.finditer(piece.raw)), len(piece.raw)]
    if len(borders) == 2:
        return [piece]
    parts = [_piece(piece.raw[a:b], False) for a, b in pairwise(borders)]
    return [*parts[:-1], replace(parts[-1], joined=piece.joined)]


def _check_wildcards(piece: _Piece) -> None:
    inner = piece.pattern.strip(_STAR)
    if _STAR in inner:
        raise TermError("* stands at a word's start or end; inside a word use ? for one letter")
    if inner != piece.pattern and len(inner) < 2:
        raise TermError("* needs at least two other letters beside it")
    if inner and not inner.strip(_ONE):
        raise TermError("? needs a letter beside it")


def _spellings(pieces: list[_Piece]) -> list[list[list[_Piece]]]:
    """Every way to read the hyphens: as a space, or as nothing (the pieces of one word together); and the Arabic
    article as it stands behind ل too."""
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
    if contracted := _contracted(pieces[0]):
        found += [[[contracted, *words[0][1:]], *words[1:]] for words in found]
    return found


def _contracted(piece: _Piece) -> _Piece | None:
    """A word with the Arabic article as it is written behind ل: الحكومة becomes للحكومة, and اللغة للغة."""
    raw, pattern = (_ARTICLE.sub("لل", word, count=1) for word in (piece.raw, piece.pattern))
    return replace(piece, raw=raw, pattern=pattern) if _ARTICLE.match(piece.raw) else None


def _variant(words: list[list[_Piece]], case: bool | None, exact: bool) -> Variant:
    patterns = ["".join(p.pattern for p in word) for word in words]
    first, last = patterns[0], patterns[-1]
    star_start, star_end = first.startswith(_STAR), last.endswith(_STAR)
    begins, ends = first.lstrip(_ONE), last.rstrip(_ONE)[-1]
    open_start = not star_start and bool(UNSPACED.match(begins))
    open_end = not star_end and bool(UNSPACED.match(ends) or _HANGUL.match(ends))
    arabic = bool(_ARABIC.match(first))
    whole = " ".join(patterns)
    if _ONE not in whole and _STAR not in whole[1:-1]:
        left = "" if open_start or arabic or star_start else " "
        right = "" if open_end or star_end else " "
        literal, position, before, pattern = left + whole.strip(_STAR) + right, 0, None, None
    else:
        inside = open_start or arabic  # then it may begin anywhere in a word: its literal stands in its first
        literal, position = _longest_piece(patterns[:1] if inside else patterns)
        before = first.index(literal) if inside else None
        pattern = _pattern(patterns, open_end)
    cases = tuple(c for i, word in enumerate(words) for c in _cases(i, word, case, exact))
    return Variant(literal, len(words), position, before, pattern, cases, star_start, star_end, arabic)


def _longest_piece(patterns: list[str]) -> tuple[str, int]:
    """The longest stretch without a wildcard, and the number of the word it stands in."""
    pieces = [(piece, i) for i, word in enumerate(patterns) for piece in re.split(f"[{_STAR}{_ONE}]", word)]
    return max(pieces, key=lambda p: len(p[0]))


def _pattern(patterns: list[str], open_end: bool) -> re.Pattern[str]:
    written = " ".join(
        "".join("[^ ]*" if c == _STAR else "[^ ]" if c == _ONE else re.escape(c) for c in word) for word in patterns
    )
    return re.compile(written + ("" if open_end else "(?= )"))


def _cases(number: int, word: list[_Piece], case: bool | None, exact: bool) -> list[Case]:
    found, at = [], 0
    for piece in word:
        written = piece.raw.lower() if case is False else piece.raw
        wild = [(letters if exact else unaccent)(s) if _BETWEEN.match(s) else s for s in _PARTS.split(written)]
        raw = "".join(s for s in wild if s not in (_STAR, _ONE))
        capitals = sum(c.isupper() for c in raw)
        all_capitals = capitals > 1 and not any(c.islower() for c in raw)
        also = raw.capitalize() if case is None and capitals > 3 else ""
        pattern = _as_wild(wild, also) if piece.pattern.startswith(_STAR) or _ONE in piece.pattern else None
        if case is True or exact or (case is None and all_capitals):
            found.append(Case(number, at, raw, also, pattern, case is None and capitals <= 3, exact, case is False))
        at += len(raw)
    return found


def _as_wild(parts: list[str], also: str) -> re.Pattern[str]:
    """The stretches between the wildcards of a piece as they stand, or as those of `also`."""
    spellings = []
    for written in ("".join(s for s in parts if s not in (_STAR, _ONE)), also):
        rest = iter(written)
        marked = (s if s in (_STAR, _ONE) else re.escape("".join(islice(rest, len(s)))) for s in parts)
        spellings += ["".join(marked).replace(_STAR, ".*").replace(_ONE, ".")] if written else []
    return re.compile("|".join(spellings), re.DOTALL)
