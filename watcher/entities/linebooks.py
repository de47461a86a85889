"""Names of towns by the ten thousand, kept as the lines of text that they come in."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from watcher.entities.phrases import Book, Meaning, literal_of
from watcher.folding import fold_words

_MOST_NAMES = 4096  # in a line: a name's place is this times its line's number, and its own in the line
_MEANINGS = 6  # of a name in lines: the first are the likeliest; there are ninety San Josés


class LineBook(Book[Meaning]):
    """Names in lines of text, parted by tabs, of which only the lines are kept: 45,000 names of towns take a third of
    what they take in a PhraseBook. `meaning` reads a line; the names stand behind its first `columns`."""

    def __init__(
        self, lines: Sequence[str], folded: Sequence[str], columns: int, meaning: Callable[[str], Meaning]
    ) -> None:
        """`folded` has for each line what `folded_names` makes of it: to fold them here took 0.1 s."""
        self._lines, self._columns, self._meaning = lines, columns, meaning
        self._others: dict[int, list[int]] = {}  # places of a pattern's further names, by that of its first
        firsts: dict[str, int] = {}
        for number, (line, others) in enumerate(zip(lines, folded, strict=True)):
            for place, literal in enumerate(_literals(line, others, columns), number * _MOST_NAMES):
                if (first := firsts.setdefault(literal, place)) != place:
                    self._others.setdefault(first, []).append(place)
        patterns = sorted(firsts)  # of 40,000 in the order of the lines the automaton takes 0.10 s, of sorted ones 0.05
        super().__init__(patterns)
        self._firsts = array("I", map(firsts.__getitem__, patterns))

    def _written(self, number: int) -> Iterable[tuple[str, Meaning]]:
        lines: dict[int, list[int]] = {}
        first = self._firsts[number]
        for place in (first, *self._others.get(first, ())):
            lines.setdefault(place // _MOST_NAMES, []).append(place % _MOST_NAMES)
        for line, names in islice(lines.items(), _MEANINGS):
            meaning, written = self._meaning(self._lines[line]), self._lines[line].split("\t")[self._columns :]
            for name in names:
                yield written[name], meaning


def folded_names(line: str, columns: int) -> str:
    """What a line's names are in a folded text, those alone of which it takes more than small letters to know."""
    return "\t".join(literal_of(" ".join(fold_words(n))) for n in line.split("\t")[columns:] if not _is_simple(n))


def _is_simple(name: str) -> bool:
    return name.isascii() and name.replace(" ", "").isalpha()


def _literals(line: str, folded: str, columns: int) -> list[str]:
    if not folded:  # half of the lines: they are read at the start, where each microsecond a name is 0.1 s
        return [f" {name} " for name in line.lower().split("\t")[columns:]]
    names, others = line.split("\t")[columns:], folded.split("\t")
    if len(names) == len(others):
        return others
    further = iter(others)
    return [f" {name.lower()} " if _is_simple(name) else next(further) for name in names]
