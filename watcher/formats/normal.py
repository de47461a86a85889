"""The characters of a text made fit to be matched and shown, with nothing of the words changed."""

from __future__ import annotations

import html
import re
from itertools import pairwise

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff]")
# Bytes of Windows-1252 taken for Latin-1 become these: quotes and dashes, as browsers read them.
_MISREAD = {c: bytes([c]).decode("cp1252") for c in range(0x80, 0xA0) if c not in (0x81, 0x85, 0x8D, 0x8F, 0x90, 0x9D)}
_LONE = re.compile("[\ud800-\udfff]")
_NARROW, _WIDE = 40, 100  # characters: what widths texts are broken at
_BEGINS_A_LINE = (" ", "\t", ">", "- ", "* ", "\u2022")
_ENDS = tuple(".!?…:;\"”»')")
_BLANKS = re.compile(r"\n{4,}")


def normalise(text: str) -> str:
    """`text` with LF line ends, entities ("&#163;") as characters, no control characters but LF and TAB,
    no space at the ends of lines and at most two blank lines on end."""
    text = _ENTITY.sub(lambda m: html.unescape(m[0]), text) if "&" in text else text
    # A line whose every character can be printed, as most are, needs nothing: asking that is eight times quicker.
    # Line by line too for the spaces: a pattern takes quadratic time on long runs of them inside a line.
    lines = [(line if line.isprintable() else _cleaned(line)).rstrip() for line in text.splitlines()]
    clean = "\n".join(lines)
    # Looked for first: the pattern takes forty times as long to find none.
    return (_BLANKS.sub("\n\n", clean) if "\n\n\n\n" in clean else clean).strip("\n")


def _cleaned(line: str) -> str:
    return _LONE.sub("\ufffd", _CONTROL.sub("", line.translate(_MISREAD)))


def unwrapped(text: str) -> str:
    """`text` with each paragraph on one line, as wires and plain mail break theirs by width: a blank line or an
    indented one begins a paragraph."""
    paragraphs: list[list[str]] = [[]]
    for line in text.splitlines():
        if not line.strip() or line[:2].isspace() or line[:1] == "\t":
            paragraphs.append([])
        paragraphs[-1] += line.split()
    return "\n".join(" ".join(words) for words in paragraphs if words)


def unbroken(text: str, fewest: int = 2) -> str:
    """`text` with the lines joined that were broken by one width, a space for each break, where that is plain of most
    breaks: the next word had no place, amid a sentence `fewest` times. A paragraph on a line of its own stays, and so
    does an item of a list."""
    lines = text.split("\n")
    width = max((len(line) for line in lines if " " in line), default=0)  # an address is as long as it is
    if not _NARROW <= width <= _WIDE:
        return text
    parted = "" in lines[1:-1]  # paragraphs by blank lines: no other break is theirs
    pairs = [(a, b) for a, b in pairwise(lines) if a and b]
    full = [a for a, b in pairs if _is_full(a, b, width, parted=parted)]
    if sum(not a.endswith(_ENDS) for a in full) < fewest or 2 * len(full) < len(pairs):
        return text
    out = lines[:1]
    for line, following in pairwise(lines):
        joined = line and following and _is_full(line, following, width, parted=parted)
        out += [" " if joined else "\n", following]
    return "".join(out)


def _is_full(line: str, following: str, width: int, *, parted: bool) -> bool:
    """Whether the next word had no place on a line of words that spaces part."""
    fits = len(line) + 1 + len(following.partition(" ")[0]) <= width
    goes_on = following[0].isalnum() or parted or not line.endswith(_ENDS)
    return not fits and " " in line and goes_on and not following.startswith(_BEGINS_A_LINE)


def one_line(text: str) -> str:
    """`text` on a single line, its runs of spaces as one: for titles, names and other short facts."""
    return " ".join(normalise(text).split())
