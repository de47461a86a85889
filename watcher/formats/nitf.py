"""NITF: one article a file, in the News Industry Text Format of the agencies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.errors import Unreadable
from watcher.formats.base import Sheet
from watcher.formats.facts import Facts
from watcher.formats.markup import Document, is_marked, text_in, words
from watcher.formats.normal import unwrapped
from watcher.model import Article

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


def recognises(sheet: Sheet) -> bool:
    return sheet.text is not None and Document(sheet.text).name.lower() == "nitf"


def read(sheet: Sheet) -> tuple[Article, ...]:
    """The one article in a NITF file."""
    document = Document(sheet.text or "")
    tree = document.tree()
    if tree is None or not document.whole:
        raise Unreadable("a NITF file that breaks off")
    return (facts(tree).article(sheet),)


def facts(nitf: Element) -> Facts:
    """What the element says, in whatever namespace; also of NITF that stands inside NewsML."""
    return Facts(
        title=first(nitf, ".//{*}hedline/{*}hl1") or first(nitf, "{*}head/{*}title"),
        body=first(nitf, ".//{*}body.content") or first(nitf, ".//{*}body.head/{*}abstract"),
        dateline=first(nitf, ".//{*}body.head/{*}dateline"),
        language=_language(nitf),
        published=_time(nitf, "date.issue", "date.release", "story.date")
        or said(nitf, ".//{*}pubdata", "date.publication"),
        source=_source(nitf),
        author=first(nitf, ".//{*}body.head/{*}byline"),
        urgency=said(nitf, ".//{*}urgency", "ed-urg"),
        subjects=tuple(e.get("tobject.subject.refnum", "") for e in nitf.iterfind(".//{*}tobject.subject")),
        embargo=_time(nitf, "date.release"),
        status=said(nitf, ".//{*}docdata", "management-status"),
        uid=said(nitf, ".//{*}doc-id", "id-string"),
    )


def first(element: Element, *paths: str) -> str:
    """The words of the first element at one of the paths that has any."""
    return next(filter(None, (words(e) for path in paths for e in element.iterfind(path))), "")


def said(element: Element, path: str, attribute: str) -> str:
    """The first value of an attribute of the elements at a path."""
    return next(filter(None, (e.get(attribute, "").strip() for e in element.iterfind(path))), "")


def text_of(content: Element) -> str:
    """The words of what a NewsML envelope holds: elements, or a text that may be HTML or broken by width."""
    if len(content):
        return words(content)
    text = content.text or ""
    return text_in(text) if is_marked(text) else unwrapped(text)


def _time(nitf: Element, *names: str) -> str:
    return next(filter(None, (said(nitf, f".//{{*}}{name}", "norm") for name in names)), "")


def _language(nitf: Element) -> str:
    tags = (e.get(name, "") for e in nitf.iter() for name in ("{http://www.w3.org/XML/1998/namespace}lang", "baselang"))
    return next(filter(None, tags), "")


def _source(nitf: Element) -> str:
    return (
        first(nitf, ".//{*}body.head/{*}distributor", ".//{*}rights/{*}rights.owner")
        or said(nitf, ".//{*}doc.copyright", "holder")
        or said(nitf, ".//{*}doc.rights", "owner")
        or said(nitf, ".//{*}from-src", "src-name")
    )
