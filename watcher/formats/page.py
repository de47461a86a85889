"""A web page's words in a single pass."""

from __future__ import annotations

import html
import re

# No part of a tag may hold "<" or ">": so each "<" is looked at once, whatever follows it.
_TAG = re.compile(r"<!--|<(?P<close>/?)(?P<name>[a-zA-Z][a-zA-Z0-9-]*)[^<>]*>|<[!?][^<>]*>")
_RAW = frozenset({"script", "style", "noscript", "template", "svg", "textarea", "iframe", "object"})
_AROUND = frozenset({"nav", "header", "footer", "aside", "select", "button", "head"})
_HEAD = frozenset({"head"})
_BREAK = re.compile(r"<br\b[^<>]*>", re.IGNORECASE)
_INLINE = frozenset(
    ("a", "abbr", "b", "bdi", "bdo", "cite", "code", "dfn", "del", "em", "font", "i", "ins", "kbd", "mark", "q", "s")
    + ("samp", "small", "span", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr")
)


def text_of(page: str) -> str:
    """The words of `page` by the line, without scripts and without what stands around the article; of a page that is
    nothing else, all words. Linear in the page's length and blind to its depth."""
    return _words(page, _AROUND).strip() or _words(page, frozenset())


def all_words(page: str) -> str:
    """As `text_of`, with what stands around the article."""
    return _words(page, _HEAD).strip() or _words(page, frozenset())


def words_of(fragment: str) -> str:
    """As `text_of`, of a piece of HTML: nothing stands around it, and a vertical tab marks each `<br>`."""
    return _words(_BREAK.sub("\v", fragment), frozenset())


def _words(page: str, around: frozenset[str]) -> str:
    parts: list[str] = []
    absent: set[str] = set()  # ends that never come: looked for once, or a million "<!--" take quadratic time
    skipped: list[str] = []  # the open elements whose words are passed over
    at, end = 0, len(page)
    while at < end:
        tag = _TAG.search(page, at)
        if not skipped:
            parts.append(" ".join(page[at : tag.start() if tag else end].split("\n")))
        if tag is None:
            break
        at, name = tag.end(), (tag["name"] or "").lower()
        if tag[0] == "<!--":
            at = _after(page, "-->", at, absent)
        elif name in _RAW and not tag["close"]:
            at = _after(page, f"</{name}[^<>]*>", at, absent)
        elif name in around:
            _step(skipped, name, closing=bool(tag["close"]))
        if not skipped and name not in _INLINE:
            parts.append("\n")
    return html.unescape("".join(parts))


def _after(page: str, end: str, at: int, absent: set[str]) -> int:
    """Where the page goes on after `end`; right here if it never comes."""
    found = None if end in absent else re.compile(end, re.IGNORECASE).search(page, at)
    if found is None:
        absent.add(end)
        return at
    return found.end()


def _step(skipped: list[str], name: str, *, closing: bool) -> None:
    if not closing:
        skipped.append(name)
    elif name in skipped:
        del skipped[skipped.index(name) :]
