"""NewsML 1.2, as AFP and Business Wire send it: each NewsItem an article."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.errors import Empty, Incomplete, Unreadable
from watcher.formats import nitf
from watcher.formats.base import Sheet
from watcher.formats.facts import Facts
from watcher.formats.markup import Document
from watcher.formats.nitf import first, said, text_of
from watcher.model import Article

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_NO_TEXT = ("text/css", "image", "video", "audio", "photo", "graphic", "base64")


def recognises(sheet: Sheet) -> bool:
    return sheet.text is not None and Document(sheet.text).name == "NewsML"


def read(sheet: Sheet) -> tuple[Article, ...]:
    """The articles in a NewsML file; of one that breaks off those that are whole."""
    document = Document(sheet.text or "")
    tree = document.tree()
    items = [] if tree is None else tree.findall("{*}NewsItem")
    if not document.whole:
        items = items[:-1]
        if not items:
            raise Unreadable("a NewsML file that breaks off before its first item ends")
        raise Incomplete("a NewsML file that breaks off", [_facts(item, tree).article(sheet) for item in items])
    if not items:
        raise Empty("a NewsML file without items")
    return tuple(_facts(item, tree).article(sheet) for item in items[: sheet.limits.articles + 1])


def _facts(item: Element, tree: Element | None) -> Facts:
    title, body = _text(item)
    status, until = _status(item)
    return Facts(
        title=first(item, ".//{*}NewsLines/{*}HeadLine") or title,
        body=body or first(item, ".//{*}NewsLines/{*}SubHeadLine"),
        dateline=first(item, ".//{*}NewsLines/{*}DateLine"),
        language=said(item, ".//{*}DescriptiveMetadata/{*}Language", "FormalName") or item.get(_LANG, ""),
        published=first(item, "{*}NewsManagement/{*}ThisRevisionCreated", "{*}NewsManagement/{*}FirstCreated"),
        source=_source(item, tree),
        author=first(item, ".//{*}NewsLines/{*}ByLine"),
        urgency=said(item, "{*}NewsManagement/{*}Urgency", "FormalName"),
        subjects=tuple(e.get("FormalName", "") for e in item.iterfind(".//{*}SubjectCode/*")),
        embargo=until,
        status=status,
        uid=_uid(item),
    )


def _text(item: Element) -> tuple[str, str]:
    """Headline and words of the longest text of the item: captions and other languages stand beside it."""
    best = ("", "")
    for content in item.iterfind(".//{*}ContentItem"):
        kind = " ".join(said(content, path, "FormalName") for path in ("{*}MediaType", "{*}MimeType", "{*}Format"))
        data = content.find("{*}DataContent")
        if data is None or any(word in kind.lower() for word in _NO_TEXT):
            continue
        inner = data.find("{*}nitf")
        found = nitf.facts(inner) if inner is not None else Facts(body=text_of(data))
        if len(found.body) > len(best[1]):
            best = (found.title, found.body)
    return best


def _status(item: Element) -> tuple[str, str]:
    """The item's status, and when it becomes usable if it is not yet."""
    status = said(item, "{*}NewsManagement/{*}Status", "FormalName").lower()
    coming = item.find("{*}NewsManagement/{*}StatusWillChange")
    if status == "embargoed" and coming is not None:
        return status, first(coming, "{*}DateAndTime")
    return status, ""


def _uid(item: Element) -> str:
    """What stays the same over the revisions of an item."""
    names = (f"{{*}}Identification/{{*}}NewsIdentifier/{{*}}{part}" for part in ("ProviderId", "DateId", "NewsItemId"))
    parts = [first(item, name) for name in names]
    return ":".join(parts) if parts[-1] else ""


def _source(item: Element, tree: Element | None) -> str:
    parts = [
        said(item, f".//{{*}}AdministrativeMetadata/{{*}}{who}/{{*}}Party", "FormalName")
        for who in ("Provider", "Source")
    ]
    sender = said(tree, "{*}NewsEnvelope/{*}SentFrom/{*}Party", "FormalName") if tree is not None else ""
    return parts[0] or sender or parts[1] or first(item, "{*}Identification/{*}NewsIdentifier/{*}ProviderId")
