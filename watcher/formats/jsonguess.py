"""JSON whose names nobody knows ("titre", "cuerpo"): an article by what its values look like."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from watcher.formats import dates
from watcher.formats.facts import Facts, address
from watcher.formats.jsonblocks import text_of
from watcher.formats.markup import text_in

_FEWEST = 25  # words of a text that is an article's; scripts without spaces have a word in two characters
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_WORD = re.compile(r"[^\W\d_]{2,}")
_SENTENCE = re.compile(r"[.!?…][\s\"'”»)]|[.!?…]$|[。！？؟।]")
_TITLE_WORDS = range(2, 41)
_LONGEST_TITLE = 300
_LONGEST_DATE = 40
_NO_STORY = re.compile(
    "copyright|rights|terms|licen[cs]e|disclaimer|usage|bio(?![a-z])|comment", re.IGNORECASE
)  # names


class Guess:
    """The names to look for where the usual ones are not there: none. The longest prose is the text."""

    def read(self, value: Mapping[str, Any]) -> Facts:
        """What an object says of an article, if it has prose and beside it what may be its title."""
        body = prose(value)
        lines = [text for inner in value.values() if (text := _text(inner)) != body and text]
        title = next(filter(_may_be_title, lines), "")
        if not body or not title:
            return Facts()
        return Facts(
            title=title,
            body=body,
            published=next((line for line in lines if _is_date(line)), ""),
            url=next((line for line in lines if address(line)), ""),
        )


def prose(value: Mapping[str, Any]) -> str:
    """The longest of an object's texts that has sentences and words enough for an article; "" where there is none."""
    told = (_text(inner) for key, inner in value.items() if not _NO_STORY.search(key[:200]))
    return max(filter(_is_prose, told), key=len, default="")


def _text(value: Any) -> str:
    if isinstance(value, str):
        return text_in(value).strip()
    return text_of(value) if isinstance(value, list) and all(isinstance(item, str) for item in value) else ""


def _words(text: str) -> int:
    return len(_WORD.findall(text)) + len(_UNSPACED.findall(text)) // 2


def _is_prose(text: str) -> bool:
    return _SENTENCE.search(text) is not None and _words(text[:10_000]) >= _FEWEST


def _may_be_title(line: str) -> bool:
    if len(line) > _LONGEST_TITLE or "\n" in line or address(line) or _is_date(line):
        return False
    return _words(line) in _TITLE_WORDS


def _is_date(line: str) -> bool:
    """A day in words or figures; a mere number may be a row's."""
    return len(line) <= _LONGEST_DATE and not line.isdigit() and dates.stamp(line) is not None
