"""What a message is made of before it has a form: paragraphs of lines of pieces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Mark = Literal["", "hit", "strong", "link", "faint"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a line, on which `mark` says what it is: a `hit` made a condition hold, `strong` heads what follows,
    a `link` is an address, `faint` is of second rank."""

    text: str
    mark: Mark = ""


BULLET = Piece("• ", "faint")  # no markup in any form
AGAIN = Piece("◦ ", "faint")  # below one: the same once more

Line = tuple[Piece, ...]
Paragraph = tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Composed:
    """A message in the reader's language. `level` and `headline` are clean lines that are not escaped for any form."""

    level: str
    headline: str
    paragraphs: tuple[Paragraph, ...]


def plain(text: str, mark: Mark = "") -> Line:
    """A line of one piece; none of an empty text."""
    return (Piece(text, mark),) if text else ()


def unmarked(line: Line) -> str:
    """The words of a line."""
    return "".join(piece.text for piece in line)
