"""Terms that a wider one beside them always finds too: `talibans` beside `taliban*`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from watcher.rules.conditions.base import Condition, every
from watcher.rules.conditions.keywords import Keywords
from watcher.rules.conditions.score import Score
from watcher.rules.terms import Item, Term, Variant

_LONGEST = 50  # letters of a word; looking at the parts of one takes their square


def counted(conditions: Iterable[Condition]) -> set[Term]:
    """The terms that make a difference beside a wider one: some condition counts each by itself, or has its stems."""
    found = set[Term]()
    for condition in conditions:
        for part in every(condition):
            if isinstance(part, Score):
                found.update(term for leaf in every(part) if isinstance(leaf, Keywords) for term in leaf.terms())
            elif isinstance(part, Keywords) and (part.least > 1 or part.inflected):
                found.update(part.terms())
    return found


def covered(items: Iterable[Item]) -> Iterator[tuple[Term, Term]]:
    """Each term with one that is found wherever it is: a single word whose wildcards leave room for it. Of all that
    could be judged only what is certain and plain to see is told: words between spaces, without wildcards, and a wider
    one whose capitals and accents make no difference and which has the accents of the other all the same: beside
    `frontalier*` people write `frontalière*` and `frontaliers*` to be read."""
    terms = [term for item in items for term in item.terms]
    wide: defaultdict[str, list[Term]] = defaultdict(list)
    for term in terms:
        if _is_wide(term):
            wide[term.variants[0].literal].append(term)
    for term in terms if wide else ():
        if (wider := _wider(term, wide)) is not None:
            yield term, wider


def _is_wide(term: Term) -> bool:
    if len(term.variants) != 1:
        return False
    (only,) = term.variants
    return _is_word(only) and (only.star_start or only.star_end) and not only.cases


def _is_word(variant: Variant) -> bool:
    """Whether it is one word between spaces, but for wildcards at its ends."""
    literal = variant.literal
    if variant.words != 1 or variant.pattern or variant.arabic or len(literal) > _LONGEST:
        return False
    return (literal[0] == " ") != variant.star_start and (literal[-1] == " ") != variant.star_end


def _wider(term: Term, wide: dict[str, list[Term]]) -> Term | None:
    variants = term.variants
    if len(variants) != 1 or not _is_word(variants[0]) or variants[0].star_start or variants[0].star_end:
        return None
    written = term.written.casefold()
    for part in _parts(variants[0].literal):
        for other in wide.get(part, ()):
            if other.language in ("", term.language) and other.written.strip("*").casefold() in written:
                return other
    return None


def _parts(literal: str) -> Iterator[str]:
    """What a wider literal may be: spaces stand at its ends alone, and hold what begins or ends a word to its place."""
    for length in range(3, len(literal) + 1):
        for start in range(len(literal) - length + 1):
            yield literal[start : start + length]
