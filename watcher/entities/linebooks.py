"""Names of towns by the ten thousand, kept as the lines of text that they come in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from watcher.entities.phrases import Book, Meaning, literal_of
from watcher.folding import fold_words

_MEANINGS = 6  # of a name in lines: the first are the likeliest; there are ninety San Josés


class LineBook(Book[Meaning]):
    """Names in lines of text, parted by tabs, of which only the lines are kept: 45,000 names of towns take a third of
    what they take in a PhraseBook. `meaning` reads a line; the names stand behind its first `columns`."""

    def __init__(
        self, lines: Sequence[str], folded: Sequence[str], columns: int, meaning: Callable[[str], Meaning]
    ) -> None:
        """`folded` has for each line what `folded_names` makes of it: to fold them here took 0.1 s."""
        self._lines, self._columns, self._meaning = lines, columns, meaning
        self._others: dict[str, list[int]] = {}  # of each pattern its lines but the first
        firsts: dict[str, int] = {}
        for number, (line, others) in enumerate(zip(lines, folded, strict=True)):
            for literal in _literals(line, others, columns):
                if firsts.setdefault(literal, number) != number:
                    self._others.setdefault(literal, []).append(number)
        super().__init__(firsts)

    def _written(self, number: int, literal: str) -> Iterable[tuple[str, Meaning]]:
        lines = dict.fromkeys((number, *self._others.get(literal, ())))
        for line in islice(lines, _MEANINGS):
            meaning = self._meaning(self._lines[line])
            for name in self._lines[line].split("\t")[self._columns :]:
                if literal_of(" ".join(fold_words(name))) == literal:
                    yield name, meaning


def folded_names(line: str, columns: int) -> str:
    """What a line's names are in a folded text, those alone of which it takes more than small letters to know."""
    return "\t".join(literal_of(" ".join(fold_words(n))) for n in line.split("\t")[columns:] if not _is_simple(n))


def _is_simple(name: str) -> bool:
    return name.isascii() and name.replace(" ", "").isalpha()


def _literals(line: str, folded: str, columns: int) -> Iterable[str]:
    if not folded:  # all are simple, as two thirds of the lines are
        return f" {line.lower()} ".replace("\t", " \t ").split("\t")[columns:]
    names, others = line.split("\t")[columns:], folded.split("\t")
    if len(others) == len(names):  # none is, as in scripts other than Latin
        return others
    rest = iter(others)
    return [f" {name.lower()} " if _is_simple(name) else next(rest) for name in names]
