"""Cleaning: what an article, which is hostile, may bring into a line that is shown, and how much of it."""

from __future__ import annotations

import re
import unicodedata

FIELD_LIMIT = 500
ELLIPSIS = "…"
_LEFT_TO_RIGHT = "\u200e"

# Marks that turn the reading direction, and invisible ones that hide text from a reader: the zero-width
# joiners stay, Persian and Hindi need them.
_INVISIBLE = {
    *range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xE0000, 0xE0080), *range(0xFFF9, 0xFFFC),
    0x00AD, 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF,
}  # fmt: skip
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
    """A field of an article as one clean line of at most `limit` characters, cut at a word."""
    # Cleaning first bounds nothing: a title may have a million characters, so cut before and after.
    line = _RUN_OF_SPACE.sub(" ", clean(str(text)[: 8 * limit])).strip()
    return cut(line, limit)


def cut(line: str, limit: int) -> str:
    """A clean line of at most `limit` characters, cut at a word."""
    if len(line) <= limit:
        return line
    part = line[: limit - 1]
    word = max(map(part.rfind, (" ", *_NO_BREAK)))
    return (part[:word] if word > limit // 2 else part).rstrip() + ELLIPSIS


def sided(text: str) -> str:
    """A clean field before more on its line. One that is written from right to left would draw what follows, such as
    the number of an age, to its own side: a mark that nobody sees ends it."""
    return text + _LEFT_TO_RIGHT if any(unicodedata.bidirectional(c) in ("R", "AL") for c in text) else text
