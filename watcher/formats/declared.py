"""What a web page declares of its article: title, day, language, address."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

from watcher.formats import dates
from watcher.formats.dates import Published
from watcher.formats.facts import address
from watcher.formats.linked import Linked, linked
from watcher.formats.prepare import is_long

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# The names under which pages keep the time of publication, the surest first.
_DATES = (
    "article:published_time",
    "article:published:time",
    "og:article:published_time",
    "datepublished",
    "date_published",
    "pubdate",
    "publishdate",
    "publish-date",
    "publication_date",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date",
    "dcterms.date",
    "cxenseparse:recs:publishtime",
    "date",
)
_DAY_IN_ADDRESS = re.compile(r"/(20\d\d)/(0[1-9]|1[0-2])/(0[1-9]|[12]\d|3[01])/")
_WORD = re.compile(r"\w+")
_SAME = 0.6  # of a heading's words in a title that the page declares
_MOST_HEADINGS = 100
_BESIDE = 3  # elements around a heading and a time of which one is the same
_NEAR = 8  # elements around a heading that say what it is
_PARTED = re.compile(r"\s{1,3}[|–—·»-]\s{1,3}|\s?[|ㅣ]\s?")
_LONGEST = 2_000  # characters of a title or of one meta element


@dataclass(frozen=True, slots=True)
class Declared:
    """A page's own facts; `title` is the one for sharing, without the site's name where the page keeps it apart."""

    title: str | None = None
    published: Published = None
    language: str | None = None
    url: str | None = None
    body: str = ""
    site: str | None = None


def declared(tree: HtmlElement) -> Declared:
    """What `tree` says in its head and in attributes made to be read by machines."""
    metas, told = _metas(tree), linked(tree)
    url = address(_first(tree.xpath("//link[@rel='canonical']/@href")) or metas.get("og:url") or "")
    title = _title(tree, metas, told)
    return Declared(
        title=title,
        published=_published(tree, metas, told, url, title or ""),
        language=_first(tree.xpath("/html/@lang")) or _first(tree.xpath("/html/@*[name()='xml:lang']")),
        url=url,
        body=told.bodies[0] if told.bodies else "",
        site=metas.get("og:site_name") or _behind(_first(tree.xpath("/html/head/title/text()")) or "", tree),
    )


def _title(tree: HtmlElement, metas: dict[str, str], told: Linked) -> str | None:
    """The title that most of those agree on that a page gives: its heading, the title made for sharing and the one for
    search engines, each without the site's name ("... - WELT"). The weights are those by which most titles are word for
    word those that people chose."""
    page = _first(tree.xpath("/html/head/title/text()")) or ""
    shared = [metas[name] for name in ("og:title", "twitter:title") if name in metas]
    headlines = [*told.headlines[:1], *filter(None, [metas.get("headline")])][:1]
    headings = _headings(tree, [*(shared or [page]), *headlines])
    given = [
        *((text, 14) for text in (*headings, *headlines)),
        *((metas[name], weight) for name, weight in (("og:title", 10), ("twitter:title", 2)) if name in metas),
    ]
    sites = (metas.get("og:site_name") or _behind(page, tree) or "", *(text for text, _ in given))
    # As one text has it: in a heading the kicker may stand in an element of its own, with no mark between.
    said = {_plain(cut): cut for text in reversed(shared) if (cut := _without_site(text, sites))}
    votes: Counter[str] = Counter()
    for text, weight in given:
        cut = _without_site(text, sites)
        votes[_plain(cut)] += weight
        said.setdefault(_plain(cut), cut)
    for words in votes:
        votes[words] += 8 * _plain(page).startswith(words)
    return said[max(votes, key=lambda words: votes[words])] if votes else None


def _headings(tree: HtmlElement, declared: Collection[str]) -> Iterator[str]:
    """The headings that are the article's: of the first order those that share most words with a title that the page
    declares, of the second those that are one, as where the first is but the last of the "crumbs" above the article."""
    titles = set(map(_plain, declared))
    for heading in islice(tree.iter("h1", "h2"), _MOST_HEADINGS):
        if any(map(_guides, (heading, *islice(heading.iterancestors(), _NEAR)))):
            continue
        texts = [" ".join(part.text_content().split())[:_LONGEST] for part in islice(heading.iter(), _NEAR)]
        same = next((text for text in texts if _plain(text) in titles), None)
        if same or (heading.tag == "h1" and any(_is_heading(texts[0], own) for own in declared)):
            yield same or texts[0]


def _guides(element: HtmlElement) -> bool:
    """Whether an element only says where the page stands on its site."""
    return element.tag == "nav" or "crumb" in (element.get("class") or "").lower()


def _is_heading(heading: str, declared: str) -> bool:
    """Whether most words of a heading stand in a title that the page declares."""
    words, own = _WORD.findall(heading.casefold()), set(_WORD.findall(declared.casefold()))
    return len(words) > 2 and sum(word in own for word in words) > _SAME * len(words)


def _without_site(title: str, known: Collection[str]) -> str:
    """A title without what stands behind its last bar or dash, if that is the site's name or another title lacks it."""
    parts = list(_PARTED.finditer(title))
    if not parts:
        return title
    head, tail = title[: parts[-1].start()], _plain(title[parts[-1].end() :])
    others = set(map(_plain, known))
    return head if tail and (tail in others or (_plain(head) in others and len(_WORD.findall(head)) > 2)) else title


def _behind(title: str, tree: HtmlElement) -> str | None:
    """What the page's title has behind the words of a heading: the site's name."""
    parts = list(_PARTED.finditer(title))
    if not parts:
        return None
    head, tail = _plain(title[: parts[-1].start()]), title[parts[-1].end() :].strip()
    headings = islice(tree.iter("h1", "h2"), _MOST_HEADINGS)
    return (
        tail if tail and any(_plain(" ".join(h.text_content().split())[:_LONGEST]) == head for h in headings) else None
    )


def _plain(title: str) -> str:
    return " ".join(_WORD.findall(title.casefold()))


def _metas(tree: HtmlElement) -> dict[str, str]:
    found: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop")
        content = meta.get("content")
        if name and content and content.strip():
            found.setdefault(name.lower(), content.strip()[:_LONGEST])
    return found


def _published(tree: HtmlElement, metas: dict[str, str], told: Linked, url: str | None, title: str) -> Published:
    """The time that the page's data for search engines give, as these are kept best: names in the head are often those
    of the print edition. Last the day in an address like ".../2025/04/01/...", and a time beside the heading."""
    candidates = (metas[name] for name in _DATES if name in metas)
    day = _DAY_IN_ADDRESS.search(url or "")
    written = "-".join(day.groups()) if day else ""
    values = chain(told.dates, candidates, _marked_times(tree), filter(None, [written]), _time_beside(title, tree))
    return next((moment for value in values if (moment := dates.machine(value)) is not None), None)


def _marked_times(tree: HtmlElement) -> Iterator[str]:
    """The times that are marked as the article's: others may belong to comments or to other articles."""
    for element in tree.iter("time", "span", "div", "p"):
        marked = element.get("itemprop") == "datePublished" or element.get("pubdate") is not None
        value = element.get("datetime") or element.get("content")
        if value and (marked or (element.tag == "time" and "published" in (element.get("class") or "").split())):
            yield value


def _time_beside(title: str, tree: HtmlElement) -> Iterator[str]:
    """The time that stands between the page's heading and its first paragraph, or close above that heading: of 238
    pages 75 have one that nothing marks as the article's, and 73 of these are right."""
    heading: HtmlElement | None = None
    above: HtmlElement | None = None
    only = list(islice(tree.iter("h1"), 2))
    for element in tree.iter("h1", "h2", "time", "p"):
        if element.tag == "time":
            if element.get("datetime") and heading is not None:
                yield element.get("datetime", "")
                return
            above = element if element.get("datetime") else above
        elif element.tag == "p":
            if heading is not None and is_long(element):
                break
        elif heading is None and (only == [element] or _says(element, title)):
            heading = element
    if heading is not None and above is not None:
        around = {
            element for element in islice(heading.iterancestors(), _BESIDE) if element.tag not in ("body", "html")
        }
        if not around.isdisjoint(islice(above.iterancestors(), _BESIDE)):
            yield above.get("datetime", "")


def _says(element: HtmlElement, title: str) -> bool:
    return bool(title) and _plain(" ".join(element.text_content().split())[:_LONGEST]) == _plain(title)


def _first(values: object) -> str | None:
    return str(values[0]) if isinstance(values, list) and values else None
