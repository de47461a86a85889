"""XML and pieces of HTML that others wrote, made safe to parse, and their words by the paragraph."""

from __future__ import annotations

import html
import re
from collections.abc import Collection
from html.entities import html5
from typing import TYPE_CHECKING

from watcher.errors import Unreadable
from watcher.formats.bylines import ends_sentence
from watcher.formats.normal import unwrapped
from watcher.formats.page import words_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_SPACE = re.compile("[\\s\ufeff]*")
_DOCTYPE = re.compile(r"<!DOCTYPE[^<>\[]*(?:\[[^\]]*\]\s*)?>", re.IGNORECASE)
_ROOT = re.compile(r"<(?P<tag>(?:[A-Za-z_][\w.-]{0,60}:)?(?P<name>[A-Za-z_][\w.-]{0,60}))(?=[\s/>])")
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,30});")
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MARKED = re.compile(
    r"</[a-z][a-z0-9]{0,10}\s*>|<(?:p|br|div|img|hr|li)\b[^<>]*>|<[a-z]{1,12}\s+[a-z-]{1,30}\s*=[^<>]*>", re.IGNORECASE
)

# The elements of NITF and XHTML that begin and end a paragraph; all others stand inside one.
_BLOCKS = frozenset(
    ("p hl1 hl2 h1 h2 h3 h4 h5 h6 li dt dd ul ol dl tr table block section article div blockquote bq pre fn hr note")
    .split()
) | {"media", "media-caption", "figure", "figcaption", "caption", "header", "footer", "body"}  # fmt: skip
HTML = frozenset(("html head body a b i em strong p div span center font ul ol table h1 h2 h3 br img").split()) | {
    "article", "section", "main", "blockquote", "pre"
}  # fmt: skip
WORDLESS = frozenset({"script", "style", "head"})
_UNREAD = WORDLESS | {"header", "footer", "nav", "byttl", "media-metadata", "media-producer", "media-reference"}
_GAP = re.compile(r"\n[^\S\n]*(?:\n\s*|(?=[*•]\s))")  # what parts paragraphs inside one element, as Reuters does it


class Document:
    """XML from its root on: what a prolog declares, entities above all, reaches no parser."""

    __slots__ = ("name", "tag", "text")

    def __init__(self, text: str) -> None:
        found = _root(text)
        self.name = found["name"] if found else ""
        self.tag = found["tag"] if found else ""
        self.text = text[found.start() :] if found else ""

    @property
    def whole(self) -> bool:
        """Whether the root is closed: a file that breaks off is not."""
        return re.search(rf"</{re.escape(self.tag)}(?![\w.:-])", self.text[-1_000:]) is not None

    @property
    def safe(self) -> str:
        """The text without characters that XML forbids; HTML's entities are characters, unknown ones plain text."""
        return _ENTITY.sub(_character, _NO_XML.sub("", self.text))

    def tree(self) -> Element | None:
        """The root, broken as its elements may be; None if there is nothing to be read. Raises Unreadable at the
        limits of libxml2, which would leave the rest out."""
        from lxml import etree  # 5 MB: plain text shall not pay for it

        parser = etree.XMLParser(
            encoding="utf-8",
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            recover=True,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            tree = etree.fromstring(self.safe.encode("utf-8"), parser)
        except etree.XMLSyntaxError:
            return None
        if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
            raise Unreadable("XML nested more than 256 levels deep, or with a text of more than 10 MB")
        return tree


def _root(text: str) -> re.Match[str] | None:
    """The root's start tag, if nothing but a prolog stands before it."""
    at = 0
    while True:
        at = _skip(_SPACE, text, at)
        if not text.startswith("<", at):
            return None
        for start, end in (("<?", "?>"), ("<!--", "-->")):
            if text.startswith(start, at):
                close = text.find(end, at)
                break
        else:
            after = _skip(_DOCTYPE, text, at)
            if after == at:
                return _ROOT.match(text, at)
            at = after
            continue
        if close < 0:
            return None
        at = close + len(end)


def _skip(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _character(entity: re.Match[str]) -> str:
    name = entity[1]
    if name in _XML_ENTITIES:
        return entity[0]
    known = html5.get(f"{name};")
    return f"&amp;{name};" if known is None else html.escape(known, quote=False)


# ── words ────────────────────────────────────────────────────────────────────────────────────────


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def words(element: Element, unread: Collection[str] = _UNREAD) -> str:
    """The words of an XML element, a line for each paragraph, without those of the elements that are not read."""
    from lxml import etree

    parts: list[str] = []
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, node in walk:
        name = local(node).lower()
        between = "\v" if name == "br" else "\n" if name in _BLOCKS else " " if name in ("td", "th") else ""
        if event == "end":
            after = node.tail if node is not element else ""
            parts.append(between + _flat(after))
        elif name == "pre":
            parts.append("\n" + unwrapped("".join(node.itertext())))
            walk.skip_subtree()
        elif name in unread:
            walk.skip_subtree()
        else:
            parts.append(("" if name == "br" else between) + _flat(node.text))
    return tidy("".join(parts))


def text_in(value: str) -> str:
    """The words of what may be HTML or plain text, by the paragraph. What was escaped once too often is read too."""
    if not is_marked(value) and is_marked(once := html.unescape(value)):
        value = once
    if not is_marked(value):
        return "\n".join(line.strip() for line in value.split("\n"))
    text = tidy(words_of(value))
    return tidy(words_of(text)) if is_marked(text) else text


def is_marked(value: str) -> bool:
    """Whether a text has tags of HTML in it."""
    return _MARKED.search(value) is not None


def _flat(text: str | None) -> str:
    return "\n".join(" ".join(part.split("\n")) for part in _GAP.split(text)) if text else ""


def tidy(raw: str) -> str:
    """Paragraphs without the spaces of their source; a single `<br>` inside a sentence only wrapped a line."""
    lines = [" ".join(line.split()) for part in raw.split("\n") for line in _unbroken(part).split("\n")]
    return "\n".join(filter(None, lines))


def _unbroken(part: str) -> str:
    pieces = part.split("\v")
    joined = pieces[:1]
    for before, piece in zip(pieces, pieces[1:], strict=False):
        ended = not before.strip() or not piece.strip() or ends_sentence(before)
        joined += ["\n" if ended else " ", piece]
    return "".join(joined)
