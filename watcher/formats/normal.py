"""The characters of a text made fit to be matched and shown, with nothing of the words changed."""

from __future__ import annotations

import html
import re

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff]")
# Bytes of Windows-1252 taken for Latin-1 become these: quotes and dashes, as browsers read them.
_MISREAD = {c: bytes([c]).decode("cp1252") for c in range(0x80, 0xA0) if c not in (0x81, 0x85, 0x8D, 0x8F, 0x90, 0x9D)}
_LONE = re.compile("[\ud800-\udfff]")
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


def one_line(text: str) -> str:
    """`text` on a single line, its runs of spaces as one: for titles, names and other short facts."""
    return " ".join(normalise(text).split())
