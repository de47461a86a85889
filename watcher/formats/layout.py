"""What lines of type mean: which is the title, which belong to a paragraph, and which stand on every page."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from watcher.folding import UNSPACED
from watcher.formats.bylines import ends_sentence
from watcher.formats.hyphens import is_broken, joined, words
from watcher.formats.typeline import Line

_EDGE = 2  # lines at the head and the foot of a page among which running ones are looked for
_RECURS = 3  # pages on which a line stands at the same place before it is a running one; on both of two
_FOLIO = re.compile(
    r"\W*(?:(?:page|seite|pagina|página|strona|strana|sida|side|стр\.?|страница|p\.|s\.)\s*)?\d{1,4}"
    r"(?:\s*(?:/|of|sur|von|de|di|van|z|av|из)\s*\d{1,4})?\W*",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")
_WORD = re.compile(r"\w+")
_BULLET = re.compile(r"[•·▪●○‣∙*–—-]\s|\(?\d{1,3}[.)]\s")
_BIG = 1.15  # times the size of the text: what a title has at least
_SAME_SIZE = 0.06
_LONGEST_TITLE = 300
_GAP = 1.3  # times the usual distance of lines: more parts paragraphs
_WIDER = 1.3  # times its length by the mean of its line: what a word may take
_INDENT = 0.8  # of the size
_OVERLAP = 0.2  # of the shorter line: what lines of one column have in common


@dataclass(frozen=True, slots=True)
class Text:
    """`title` is the largest line of the first page, "" where none stands out; `paragraphs` hold all other text, and
    `whole` all that stands on the pages, in its order."""

    title: str
    paragraphs: tuple[str, ...]
    whole: tuple[str, ...] = ()


def read(pages: Iterable[Sequence[Line]]) -> Text:
    """The text in lines that are given page by page, each page in the order of reading. Lines that run at the head or
    foot of the pages and their numbers are left out."""
    every = [page for page in pages if page]
    lines = _without_running(every)
    if not lines:
        return Text("", ())
    size = _usual_size(lines)
    first = [line for line in lines if line.page == lines[0].page]
    heading = _heading(first, size)
    known = words(lines) if any(is_broken(line) for line in lines) else frozenset()
    taken = set(map(id, heading))
    rest = [line for line in lines if id(line) not in taken]
    paragraphs = _paragraphs(rest)
    made = {id(p[0]): joined(p, known) for p in (heading, *paragraphs) if p}
    kept = set(map(id, lines))
    whole = (made.get(id(line), "" if id(line) in kept else line.text) for page in every for line in page)
    return Text(joined(heading, known), tuple(made[id(p[0])] for p in paragraphs), tuple(filter(None, whole)))


def _usual_size(lines: Sequence[Line]) -> float:
    """The size in which most characters are set."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0]


# ── running lines ────────────────────────────────────────────────────────────────────────────────


def _without_running(pages: Sequence[Sequence[Line]]) -> list[Line]:
    every = [line for page in pages for line in page]
    edges = [_edges(page) for page in pages]
    seen = Counter(place for edge in edges for place in {_place(line) for line in edge})
    least = min(_RECURS, max(2, len(pages)))
    running = {place for place, count in seen.items() if count >= least}
    at_edge = {id(line) for edge in edges for line in edge}
    kept = [
        line
        for line in every
        if id(line) not in at_edge or not (_place(line) in running or _FOLIO.fullmatch(line.text))
    ]
    return kept or every


def _edges(page: Sequence[Line]) -> list[Line]:
    level = sorted((line for line in page if not line.turned), key=lambda line: line.foot)
    return level[:_EDGE] + level[-_EDGE:]


def _place(line: Line) -> tuple[str, int]:
    return _DIGITS.sub("0", line.text), round(line.foot)


# ── the title ────────────────────────────────────────────────────────────────────────────────────


def _heading(first: Sequence[Line], usual: float) -> list[Line]:
    """The largest lines of the first page that may be a title: of several words, before a single one, as "Report" and
    a paper's own name are often larger than its headline."""
    groups = [list(group) for _, group in groupby(first, key=lambda line: (round(line.size, 1), line.turned))]
    big = [g for g in groups if g[0].size >= _BIG * usual and len(joined(g, ())) <= _LONGEST_TITLE]
    for least in (3, 2):
        worthy = [g for g in big if _weight(g) >= least]
        if worthy:
            return max(worthy, key=lambda g: g[0].size)
    return []


def _weight(lines: Sequence[Line]) -> int:
    text = " ".join(line.text for line in lines)
    letters = [w for w in _WORD.findall(text) if any(map(str.isalpha, w))]
    return len(letters) + len(UNSPACED.findall(text)) // 2


# ── paragraphs ───────────────────────────────────────────────────────────────────────────────────


def _paragraphs(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines of each paragraph; one that goes on in the next column or page is one."""
    found: list[list[Line]] = []
    latest: dict[int, list[Line]] = {}  # the last paragraph in each size: notes stand between columns
    for block in _blocks(lines):
        for number, paragraph in enumerate(_parted(block)):
            size = round(paragraph[0].size)
            before = latest.get(size)
            if number == 0 and before is not None and _goes_on(before[-1], paragraph[0]):
                before += paragraph
            else:
                found.append(paragraph)
                latest[size] = paragraph
    return found


def _blocks(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Lines that stand under each other at their usual distance, in one size."""
    usual = _usual_distances(lines)
    block: list[Line] = []
    for line in lines:
        if block and not (_follows(block[-1], line) and _distance(block[-1], line) <= _GAP * usual[round(line.size)]):
            yield block
            block = []
        block.append(line)
    if block:
        yield block


def _usual_distances(lines: Sequence[Line]) -> dict[int, float]:
    """The distance of lines by their size, in sizes: that of the closer ones, for others part paragraphs."""
    distances: dict[int, list[float]] = defaultdict(list)
    for one, other in pairwise(lines):
        if _follows(one, other):
            distances[round(other.size)].append(_distance(one, other))
    return defaultdict(lambda: 1.2, {size: sorted(found)[len(found) // 4] for size, found in distances.items()})


def _follows(one: Line, other: Line) -> bool:
    """Whether the second stands under the first in one column, or beside it, as pieces of one line may."""
    if one.page != other.page or one.turned != other.turned or not _same_size(one, other):
        return False
    if abs(one.foot - other.foot) < _SAME_SIZE * one.size:
        return True
    common = min(one.right, other.right) - max(one.left, other.left)
    return other.foot < one.foot and common > _OVERLAP * min(one.right - one.left, other.right - other.left)


def _distance(one: Line, other: Line) -> float:
    return (one.foot - other.foot) / (other.size or 1.0)


def _same_size(one: Line, other: Line) -> bool:
    return abs(one.size - other.size) <= _SAME_SIZE * max(one.size, other.size)


def _parted(block: Sequence[Line]) -> Iterator[list[Line]]:
    """The paragraphs in a block: a line ends one where the first word of the next would have found room on it."""
    end = max(map(_end, block))
    paragraph = [block[0]]
    for one, other in pairwise(block):
        if _ends_paragraph(one, other, end):
            yield paragraph
            paragraph = []
        paragraph.append(other)
    yield paragraph


def _ends_paragraph(one: Line, other: Line, end: float) -> bool:
    if is_broken(one) or abs(one.foot - other.foot) < _SAME_SIZE * one.size:
        return False
    if _BULLET.match(other.text) or _is_centred(one, other) or end - _end(one) > _WIDER * _first_word(other):
        return True
    return _start(other) - _start(one) > _INDENT * one.size and ends_sentence(one.text)


def _is_centred(one: Line, other: Line) -> bool:
    apart = abs(one.left - other.left) > _INDENT * one.size
    return apart and abs(one.left + one.right - other.left - other.right) < _SAME_SIZE * one.size


def _first_word(line: Line) -> float:
    """How wide the first word of a line is, and the space before it."""
    word = line.text.split(maxsplit=1)[0]
    letters = 2 if UNSPACED.match(word) else len(word) + 1
    return (line.right - line.left) * letters / len(line.text)


def _start(line: Line) -> float:
    return -line.right if line.rtl else line.left


def _end(line: Line) -> float:
    return -line.left if line.rtl else line.right


def _goes_on(one: Line, other: Line) -> bool:
    """Whether a paragraph goes on at the top of the next column or page."""
    jumps = one.page + 1 == other.page or (one.page == other.page and other.foot > one.foot)
    if not jumps or one.turned != other.turned or not _same_size(one, other):
        return False
    return is_broken(one) or (not ends_sentence(one.text) and unicodedata.category(other.text[0]) in ("Ll", "Lo"))
