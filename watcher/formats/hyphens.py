"""Lines put together to a text: with the spaces between them, and the words whole that a hyphen broke."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from watcher.folding import UNSPACED
from watcher.formats.typeline import Line


def is_broken(line: Line) -> bool:
    """Whether a line ends inside a word, at a hyphen that pdfium kept or not."""
    return line.broken or (line.text[-1] in "-\xad‐" and line.text[-2:-1].isalnum())


def words(lines: Iterable[Line]) -> frozenset[str]:
    """The words of all lines, those with hyphens too, by which a broken one is known."""
    return frozenset(word.strip(".,;:!?()[]\"'«»„“”").casefold() for line in lines for word in line.text.split())


def joined(lines: Sequence[Line], known: Collection[str]) -> str:
    """The lines as one, by the words that are known to be written with a hyphen or without."""
    pieces: list[str] = []
    for i, line in enumerate(lines):
        added = " ".join(line.text.split())
        if pieces:
            pieces[-1:] = _connected(pieces[-1], added, known, broken=is_broken(lines[i - 1]))
        else:
            pieces.append(added)
    return "".join(pieces)


def _connected(one: str, other: str, known: Collection[str], *, broken: bool) -> tuple[str, str]:
    """Two pieces as they stand beside each other. A hyphen at the end goes, unless a capital or a digit follows or the
    text has the word with it elsewhere."""
    if not broken:
        together = one[-1] in "([«„" or (_is_unspaced(one[-1]) and _is_unspaced(other[0]))
        return one, other if together else f" {other}"
    one = one.rstrip("-\xad‐")
    first, second = one.rpartition(" ")[2].casefold(), other.partition(" ")[0].casefold().rstrip(".,;:!?)\"'»”")
    written = f"{first}-{second}" in known and f"{first}{second}" not in known
    return one, f"-{other}" if written or not other[0].islower() else other


def _is_unspaced(character: str) -> bool:
    """Whether it stands beside others without a space: Chinese and its like, with their full stops and brackets."""
    return UNSPACED.match(character) is not None or "\uff00" <= character <= "\uff65"
