"""What a web page declares in its markup, and its words in a single pass."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

from watcher.formats import dates
from watcher.formats.dates import Published
from watcher.formats.facts import address

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
_SAME = 0.6  # of a heading's words in the title made for sharing
_PARTED = re.compile(r"\s{1,3}[|–—·»-]\s{1,3}|\s?[|ㅣ]\s?")
_LONGEST = 2_000  # characters of a title or of one meta element
_JSON_DATE = re.compile(r'"datePublished"\s{0,9}:\s{0,9}"([^"\\]{4,40})"')
_JSON_HEADLINE = re.compile(r'"headline"\s{0,9}:\s{0,9}"((?:[^"\\]|\\.){4,500})"')
_JSON_TYPES = "application/ld+json"


@dataclass(frozen=True, slots=True)
class Declared:
    """A page's own facts; `title` is the one for sharing, without the site's name where the page keeps it apart."""

    title: str | None = None
    published: Published = None
    language: str | None = None
    url: str | None = None


def declared(tree: HtmlElement) -> Declared:
    """What `tree` says in its head and in attributes made to be read by machines."""
    metas = _metas(tree)
    url = address(_first(tree.xpath("//link[@rel='canonical']/@href")) or metas.get("og:url") or "")
    return Declared(
        title=_title(tree, metas),
        published=_published(tree, metas, url),
        language=_first(tree.xpath("/html/@lang")) or _first(tree.xpath("/html/@*[name()='xml:lang']")),
        url=url,
    )


def _title(tree: HtmlElement, metas: dict[str, str]) -> str | None:
    """The title that most of those agree on that a page gives: its heading, the title made for sharing and the one for
    search engines, each without the site's name ("... - WELT"). By these weights 207 of 244 titles are word for word
    those that people chose, by the heading alone 193; 244 pages give 241 of them somewhere."""
    shared = metas.get("og:title") or metas.get("twitter:title") or ""
    page = _first(tree.xpath("/html/head/title/text()")) or ""
    headings = [" ".join(h.text_content().split())[:_LONGEST] for h in islice(tree.iter("h1"), 20)]
    headlines = islice(_json_values(tree, _JSON_HEADLINE), 1)
    given = [
        *((heading, 14) for heading in headings if _is_heading(heading, shared or page)),
        *((text, 14) for text in map(_unescaped, headlines)),
        *((metas[name], weight) for name, weight in (("og:title", 10), ("twitter:title", 2)) if name in metas),
    ]
    sites = (metas.get("og:site_name", ""), *(text for text, _ in given), *headings)
    said: dict[str, str] = {}
    votes: Counter[str] = Counter()
    for text, weight in given:
        cut = _without_site(text, sites)
        votes[_plain(cut)] += weight
        said.setdefault(_plain(cut), cut)
    for words in votes:
        votes[words] += 8 * _plain(page).startswith(words)
    return said[max(votes, key=lambda words: votes[words])] if votes else None


def _is_heading(heading: str, shared: str) -> bool:
    """Whether a heading is that of the article: its words stand in the title made for sharing."""
    words, own = _WORD.findall(heading.casefold()), set(_WORD.findall(shared.casefold()))
    return len(words) > 2 and sum(word in own for word in words) > _SAME * len(words)


def _without_site(title: str, known: Collection[str]) -> str:
    """A title without what stands behind its last bar or dash, if that is the site's name or another title lacks it."""
    parts = list(_PARTED.finditer(title))
    if not parts:
        return title
    head, tail = title[: parts[-1].start()], _plain(title[parts[-1].end() :])
    others = set(map(_plain, known))
    return head if tail and (tail in others or (_plain(head) in others and len(_WORD.findall(head)) > 2)) else title


def _plain(title: str) -> str:
    return " ".join(_WORD.findall(title.casefold()))


def _unescaped(text: str) -> str:
    """A text out of JSON, in which some sites escape HTML's characters once more."""
    try:
        return html.unescape(str(json.loads(f'"{text}"', strict=False)))
    except ValueError:
        return text


def _metas(tree: HtmlElement) -> dict[str, str]:
    found: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop")
        content = meta.get("content")
        if name and content and content.strip():
            found.setdefault(name.lower(), content.strip()[:_LONGEST])
    return found


def _published(tree: HtmlElement, metas: dict[str, str], url: str | None) -> Published:
    """The time that the page's data for search engines give, as these are kept best: names in the head are often those
    of the print edition. Last the day in an address like ".../2025/04/01/..."."""
    candidates = (metas[name] for name in _DATES if name in metas)
    day = _DAY_IN_ADDRESS.search(url or "")
    written = "-".join(day.groups()) if day else ""
    values = chain(_json_values(tree, _JSON_DATE), candidates, _marked_times(tree), filter(None, [written]))
    return next((moment for value in values if (moment := dates.machine(value)) is not None), None)


def _json_values(tree: HtmlElement, pattern: re.Pattern[str]) -> Iterator[str]:
    """What a pattern finds in the data for search engines."""
    for script in tree.iter("script"):
        if (script.get("type") or "").lower() == _JSON_TYPES:
            yield from pattern.findall(script.text or "")


def _marked_times(tree: HtmlElement) -> Iterator[str]:
    """The times that are marked as the article's: others may belong to comments or to other articles."""
    for element in tree.iter("time", "span", "div", "p"):
        marked = element.get("itemprop") == "datePublished" or element.get("pubdate") is not None
        value = element.get("datetime") or element.get("content")
        if value and (marked or (element.tag == "time" and "published" in (element.get("class") or "").split())):
            yield value


def _first(values: object) -> str | None:
    return str(values[0]) if isinstance(values, list) and values else None


# ── words in a single pass ───────────────────────────────────────────────────────────────────────

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
