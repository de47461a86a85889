"""Cleaning: what an article, which is hostile, may bring into a line that is shown, and how much of it."""

from __future__ import annotations

import re
import unicodedata
from itertools import accumulate

FIELD_LIMIT = 500
ELLIPSIS = "…"
LONGEST_LETTER = 20  # characters of one: of more marks on it the rest is no letter of any language
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"
_JOINER = "\u200d"
_TONES = frozenset(map(chr, range(0x1F3FB, 0x1F400)))  # of the skin of the hand or face before

# Marks that turn the reading direction, and invisible ones that hide text from a reader: the zero-width
# joiners stay, Persian and Hindi need them.
_INVISIBLE = {
    *range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xE0000, 0xE0080), *range(0xFFF9, 0xFFFC),
    0x00AD, 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, 0xFEFF,
}  # fmt: skip
# What shows nothing by itself: spaces, joiners, marks on letters, and the letters of Korean and Braille that stand for
# none.
_UNSEEN = frozenset({"Zs", "Cf", "Mn", "Me"})
_EMPTY = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_SPACES = "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029"
_CLEAN = (
    dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), *_INVISIBLE))
    | dict.fromkeys(map(ord, _SPACES), " ")
    | dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
)
_NO_BREAK = "\u00a0\u202f"
_RUN_OF_SPACE = re.compile(rf"\s{{2,}}|[^\S{_NO_BREAK}]")  # one that does not break stays


def clean(text: str) -> str:
    """`text` on one line, without control, bidi or invisible characters; nothing else is changed."""
    return text.translate(_CLEAN)


def one_line(text: object, limit: int = FIELD_LIMIT) -> str:
    """A field of an article as one clean line of at most `limit` characters, cut at a word; "" if none is seen."""
    # Cleaning first bounds nothing: a title may have a million characters, so cut before and after.
    line = _RUN_OF_SPACE.sub(" ", clean(str(text)[: 8 * limit])).strip()
    return cut(line, limit) if any(map(_is_seen, line)) else ""


def _is_seen(character: str) -> bool:
    return character not in _EMPTY and unicodedata.category(character) not in _UNSEEN


def cut(line: str, limit: int) -> str:
    """A clean line of at most `limit` characters, cut at a word, else between two letters."""
    return line if len(line) <= limit else _parted(line, limit - 1)


def cut_to_screen(line: str, limit: int) -> str:
    """A clean line that takes at most `limit` columns of a screen, and has no more characters than that."""
    room = 0
    for width in accumulate(map(_width, line)):
        if width > limit:
            return _parted(line, room)
        room += width < limit  # the last column is the ellipsis'
    return line


def screen_width(line: str) -> int:
    """The columns that a line takes: East Asian wide characters take two, all others, marks too, one at most."""
    return sum(map(_width, line))


def _width(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _parted(line: str, room: int) -> str:
    """The words at the start of a line for which there is room, and an ellipsis."""
    part = line[:room]
    word = max(map(part.rfind, (" ", *_NO_BREAK)))
    return part[: word if word > room // 2 else _letter(line, room)].rstrip() + ELLIPSIS


def _letter(line: str, at: int) -> int:
    """Where the letter begins that a place lies in: its marks, and what a joiner joins to it, stay with it."""
    for start in range(at, max(0, at - LONGEST_LETTER), -1):
        joined = line[start] == _JOINER or line[start - 1] == _JOINER or line[start] in _TONES
        if not joined and unicodedata.category(line[start])[0] != "M":
            return start
    return at


def isolates(text: str) -> tuple[str, str]:
    """What stands around a clean field beside others on its line. One with letters from right to left would draw what
    stands beside it, such as the number of an age, to its own side, and a number that it begins with away: two marks
    that nobody sees keep it to itself. Empty around any other."""
    turns = any(unicodedata.bidirectional(c) in ("R", "AL") for c in text)
    return (_FIRST_STRONG_ISOLATE, _POP_ISOLATE) if turns else ("", "")


def isolated(text: str) -> str:
    """A clean field in its `isolates`."""
    return text.join(isolates(text))
