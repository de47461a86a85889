"""APPL: the XML in which the Associated Press delivers by its older services, one article a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.errors import Unreadable
from watcher.formats.base import Sheet
from watcher.formats.facts import Facts
from watcher.formats.markup import Document
from watcher.formats.nitf import first, said
from watcher.model import Article

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_NAMESPACE = "http://ap.org/schemas/"
_HEAD = 2_000  # characters in which the root declares it


def recognises(sheet: Sheet) -> bool:
    if sheet.text is None:
        return False
    document = Document(sheet.text)
    return document.name.lower() == "publication" and _NAMESPACE in document.text[:_HEAD]


def read(sheet: Sheet) -> tuple[Article, ...]:
    """The one article in a file: its main text, or a picture's caption."""
    document = Document(sheet.text or "")
    tree = document.tree()
    if tree is None or not document.whole:
        raise Unreadable("an APPL file that breaks off")
    return (_facts(tree).article(sheet),)


def _facts(tree: Element) -> Facts:
    lines, management, about = ("{*}NewsLines/{*}", "{*}PublicationManagement/{*}", "{*}AdministrativeMetadata/{*}")
    return Facts(
        title=first(tree, f"{lines}HeadLine", f"{lines}OriginalHeadLine", f"{lines}Title"),
        body=first(tree, "{*}PublicationComponent[@Role='Main']//{*}body.content", ".//{*}body.content"),
        dateline=first(tree, f"{lines}DateLine"),
        language=first(tree, "{*}Identification/{*}DefaultLanguage"),
        published=_created(tree) or _utc(first(tree, f"{management}ArrivalDateTime")),
        source=first(tree, f"{about}Provider", f"{about}Source"),
        author=first(tree, f"{lines}ByLine"),
        urgency=first(tree, "{*}Identification/{*}Priority"),
        embargo=_utc(first(tree, f"{management}ReleaseDateTime")),
        status=first(tree, f"{management}Status"),
        uid=first(tree, "{*}Identification/{*}ItemId"),
    )


def _created(tree: Element) -> str:
    """When it was first written, which the element's attributes say in parts."""
    path = "{*}PublicationManagement/{*}FirstCreated"
    year, month, day, time = (said(tree, path, name) for name in ("Year", "Month", "Day", "Time"))
    return _utc(f"{year}-{month:0>2}-{day:0>2}" + f"T{time}" * bool(time)) if year and month and day else ""


def _utc(time: str) -> str:
    """All its times are UTC, with a sign of it or without."""
    time = time.removesuffix("GMT").rstrip()
    return time if "T" not in time or time.endswith("Z") else f"{time}Z"
