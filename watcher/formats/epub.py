"""EPUB: books, magazines and papers; each chapter an article."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

from watcher.errors import Unreadable
from watcher.formats import dates, parts, properties
from watcher.formats.base import Sheet
from watcher.formats.bylines import ends_sentence
from watcher.formats.dates import Published
from watcher.formats.markup import WORDLESS, local, words
from watcher.formats.normal import one_line
from watcher.formats.plain import typeset
from watcher.formats.pointers import without_pointers
from watcher.model import Article

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_TYPE = b"application/epub+zip"
_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_HEADINGS = ("h1", "h2", "h3", "h4")
_LONGEST_TITLE = 300
# What stands around the chapters, as the book itself calls it.
_AROUND = re.compile(r"\b(?:cover|toc|title-?page|copyright-page|landmarks|loi|lot|index)\b")

_BAR, _WORD = re.compile(r"[|•·›»]"), re.compile(r"\w")  # what parts the links of a row


@dataclass(frozen=True, slots=True)
class _Book:
    """What a book says of itself."""

    title: str
    language: str
    author: str | None
    published: Published


def recognises(sheet: Sheet) -> bool:
    return parts.kind(sheet) == _TYPE or (parts.has(sheet, _CONTAINER) and parts.has(sheet, "OEBPS/content.opf"))


def read(sheet: Sheet) -> Iterator[Article]:
    """A book's chapters in their order, without its cover and contents. Raises Unreadable at the end if some cannot be
    read."""
    path = _package(sheet)
    package = parts.tree(sheet, path)
    book = _book(package)
    names = list(_chapters(package, posixpath.dirname(path)))
    locked, fault = _locked(sheet).intersection(names), ""
    for name in names:
        try:
            chapter = None if name in locked else _chapter(parts.tree(sheet, name), book, sheet)
        except Unreadable as why:
            chapter, fault = None, fault or str(why)
        if chapter is not None:
            yield chapter
    if locked:
        raise Unreadable("encrypted: chapters that only their shop's program opens")
    if fault:
        raise Unreadable(fault)


def _package(sheet: Sheet) -> str:
    """The name of the part that lists the others."""
    container = parts.optional(sheet, _CONTAINER)
    found = [] if container is None else [parts.attribute(e, "full-path") for e in container.iterfind(".//{*}rootfile")]
    return next(
        (name for path in found for name in (path, unquote(path)) if parts.has(sheet, name)), "OEBPS/content.opf"
    )


def _book(package: Element) -> _Book:
    meta = package.find("{*}metadata")
    said = {name: parts.first(meta, f".//{{*}}{name}") for name in ("title", "language", "creator")}
    issued = [] if meta is None else [e for e in meta.iterfind(".//{*}date") if _is_of_publication(e)]
    return _Book(
        title=one_line(said["title"][:_LONGEST_TITLE]),
        language=said["language"],
        author=properties.author(said["creator"]),
        published=next(filter(None, (dates.stamp(e.text or "") for e in issued)), None),
    )


def _is_of_publication(date: Element) -> bool:
    return parts.attribute(date, "event") in ("", "publication", "original-publication")


def _chapters(package: Element, folder: str) -> Iterator[str]:
    """The names of the chapters' parts, each once."""
    items = {parts.attribute(e, "id"): e for e in package.iterfind("{*}manifest/{*}item")}
    guide = package.iterfind("{*}guide/{*}reference")
    around = {_name(folder, e) for e in guide if _AROUND.search(parts.attribute(e, "type"))}
    for reference in package.iterfind("{*}spine/{*}itemref"):
        item = items.pop(parts.attribute(reference, "idref"), None)
        if item is None or "nav" in parts.attribute(item, "properties").split():
            continue
        name = _name(folder, item)
        if name not in around:
            yield name


def _name(folder: str, element: Element) -> str:
    """The part that an element points to; it names a member of the archive, never a file."""
    href = unquote(parts.attribute(element, "href").partition("#")[0])
    return posixpath.normpath(posixpath.join(folder, href))


def _locked(sheet: Sheet) -> frozenset[str]:
    """The parts that are encrypted; fonts often are, in books that anybody may read."""
    found = parts.optional(sheet, _ENCRYPTION)
    if found is None:
        return frozenset()
    return frozenset(unquote(parts.attribute(e, "URI")) for e in found.iterfind(".//{*}CipherReference"))


def _chapter(root: Element, book: _Book, sheet: Sheet) -> Article | None:
    """The article that a chapter is; None if it is the cover, the contents or empty."""
    body = root if local(root).lower() == "body" else root.find(".//{*}body")
    if body is None or any(_AROUND.search(parts.attribute(e, "type")) for e in (body, *list(body)[:1])):
        return None
    whole = words(body, WORDLESS) if sheet.whole is not None else ""
    _clear_bars(body)
    text = words(body)
    if not text:
        return None
    title = _heading(body) or _first_line(text, book)
    sheet.tell_whole(lambda: whole)
    found = typeset(title, without_pointers(text), book.language)
    return replace(
        found,
        published=found.published or book.published,
        published_text=None if book.published else found.published_text,
        source=found.source or book.title or None,
        author=found.author or book.author,
    )


def _clear_bars(body: Element) -> None:
    """Takes out the rows of links by which readers turn pages ("| Next | Main menu |"), as programs put them around the
    articles of a paper that they make a book of."""
    links = Counter(row for link in body.iterfind(".//{*}a") if (row := link.getparent()) is not None)
    for row, count in links.items():
        others = "".join([row.text or "", *(child.tail or "" for child in row)])
        if count > 1 and count == len(row) and _BAR.search(others) and not _WORD.search(others):
            tail = row.tail
            row.clear()
            row.tail = tail


def _heading(body: Element) -> str:
    """The first of a chapter's largest headings."""
    for name in _HEADINGS:
        for heading in body.iterfind(f".//{{*}}{name}"):
            line = one_line(" ".join(words(heading).split("\n")))
            if line and len(line) <= _LONGEST_TITLE:
                return line
    return ""


def _first_line(text: str, book: _Book) -> str:
    """The title of a chapter without heading: the book's own where the text begins with it, else its first line if it
    may be one."""
    first, _, rest = text.partition("\n")
    if believed := properties.title(book.title, [first]):
        return believed
    return first if rest and len(first) <= _LONGEST_TITLE and not ends_sentence(first) else ""
