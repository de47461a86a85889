"""NewsML-G2, as most agencies send it: each newsItem an article, alone or in a newsMessage."""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING

from watcher.errors import Empty, Incomplete, Unreadable
from watcher.formats import nitf
from watcher.formats.base import Sheet
from watcher.formats.encoding import decode
from watcher.formats.facts import Facts, headline_rank
from watcher.formats.markup import Document, is_marked, text_in, words
from watcher.formats.nitf import first, said, text_of
from watcher.formats.normal import unwrapped
from watcher.model import Article

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_ROOTS = frozenset(
    {"newsMessage", "newsItem", "packageItem", "conceptItem", "knowledgeItem", "planningItem", "catalogItem"}
)
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def recognises(sheet: Sheet) -> bool:
    return sheet.text is not None and Document(sheet.text).name in _ROOTS


def read(sheet: Sheet) -> tuple[Article, ...]:
    """The articles in a NewsML-G2 file; of one that breaks off those that are whole. Packages, concepts and plans
    point to articles and are none."""
    document = Document(sheet.text or "")
    tree = document.tree()
    items = [] if tree is None else list(tree.iter("{*}newsItem"))
    if not document.whole:
        whole = [_facts(item).article(sheet) for item in items[:-1]]
        if not whole:
            raise Unreadable("a NewsML-G2 file that breaks off before its first item ends")
        raise Incomplete("a NewsML-G2 file that breaks off", whole)
    articles = tuple(_facts(item).article(sheet) for item in items[: sheet.limits.articles + 1])
    if not any(article.title or article.body for article in articles):
        raise Empty("a NewsML-G2 file without news items that have a text")
    return articles


def _facts(item: Element) -> Facts:
    title, body = _text(item)
    about, meta = "{*}contentMeta/{*}", "{*}itemMeta/{*}"
    return Facts(
        title=_headline(item) or title or first(item, f"{meta}title"),
        body=body or first(item, f"{about}description"),
        dateline=first(item, f"{about}dateline"),
        language=said(item, f"{about}language", "tag") or item.get(_LANG, ""),
        published=first(item, f"{meta}versionCreated", f"{about}contentCreated", f"{meta}firstCreated"),
        source=_party(item, f"{meta}provider", f"{about}infoSource", "{*}rightsInfo/{*}copyrightHolder"),
        url=item.get("guid", ""),
        author=first(item, f"{about}by", f"{about}creator/{{*}}name"),
        urgency=first(item, f"{about}urgency"),
        subjects=tuple(e.get("qcode", "").rpartition(":")[2] for e in item.iterfind(f"{about}subject")),
        embargo=_embargo(item),
        uid=item.get("guid", ""),
        status=said(item, f"{meta}pubStatus", "qcode") or said(item, f"{meta}pubStatus", "uri"),
    )


def _embargo(item: Element) -> str:
    """When its embargo ends. The standard has no embargo where the element is absent, and "date and time - or nothing"
    in it: an empty one is an embargo whose end is not known. Where others beside it are empty too, a program has
    written all names of a form, and it says nothing."""
    element = item.find("{*}itemMeta/{*}embargoed")
    if element is None or (said := words(element)):
        return "" if element is None else said
    is_form = any(_is_void(other) for other in item.iterfind("{*}itemMeta/*") if other is not element)
    return "" if is_form else "not known"


def _is_void(element: Element) -> bool:
    return not (len(element) or element.attrib or (element.text or "").strip())


def _headline(item: Element) -> str:
    found = item.findall("{*}contentMeta/{*}headline")
    return next(filter(None, map(words, sorted(found, key=lambda e: headline_rank(e.get("role", ""))))), "")


def _text(item: Element) -> tuple[str, str]:
    """Headline and words of the longest rendition of the content."""
    best = ("", "")
    for content in (*item.iterfind("{*}contentSet/{*}inlineXML"), *item.iterfind("{*}contentSet/{*}inlineData")):
        inner = content.find("{*}nitf")
        found = nitf.facts(inner) if inner is not None else Facts(body=_inline(content))
        if len(found.body) > len(best[1]):
            best = (found.title, found.body)
    return best


def _inline(content: Element) -> str:
    """The words of what stands in the item itself; in base64, where that is how it is packed and it holds a text. Any
    other way of packing is not read."""
    kind = content.get("contenttype", "text/plain").lower()
    if not content.get("encoding"):
        return text_of(content)
    if not content.get("encoding", "").lower().endswith("base64") or not kind.startswith("text/"):
        return ""
    try:
        text = decode(b64decode(content.text or "")) or ""
    except ValueError:
        return ""
    return text_in(text) if is_marked(text) else unwrapped(text)


def _party(item: Element, *paths: str) -> str:
    """The first who has a name: in words, literally, or as the end of a code ("nprov:AFP")."""
    for path in paths:
        name = first(item, f"{path}/{{*}}name") or said(item, path, "literal")
        if name := name or said(item, path, "qcode").rpartition(":")[2]:
            return name
    return ""
