"""What a document's properties say of it, where that can be believed: programs fill them in with much else."""

from __future__ import annotations

import re
from collections.abc import Sequence

from watcher.formats.normal import one_line

_WORD = re.compile(r"\w+")
_SAME = 0.6  # of the title's words that stand in the text's beginning
_LONGEST = 300
_FILE = re.compile(
    r"^microsoft |\.(?:docx?|odt|rtf|pdf|indd|qx[dp]|pptx?|xlsx?|tex|dvi|txt|html?|pages)\b|[\\_]", re.IGNORECASE
)
_NAME = re.compile(r"[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){1,5}")
_PROGRAM = re.compile(
    r"\b(?:microsoft|adobe|office|user|admin\w*|unknown|default|owner|python|acrobat)\b", re.IGNORECASE
)


def title(said: str, beginning: Sequence[str]) -> str:
    """The title that the properties give, if its words stand at the beginning of the text too: often it is that of a
    template or of the document before. "" if it is not to be believed."""
    line = one_line(said[:_LONGEST])
    words = _WORD.findall(line.casefold())
    if len(words) < 2 or _FILE.search(line):
        return ""
    there = set(_WORD.findall(" ".join(beginning).casefold()))
    return line if sum(word in there for word in words) > _SAME * len(words) else ""


def author(said: str) -> str | None:
    """The person whom the properties give, by a name of two words and more: one is what a computer calls its user."""
    line = one_line(said[:_LONGEST])
    return line if _NAME.fullmatch(line) and not _PROGRAM.search(line) else None
