"""The elements of a web page made ready for trafilatura: what it would take for the text, or the text for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from functools import reduce
from itertools import accumulate, islice, takewhile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_HEADLINE = 4  # words of a link that is a headline and no rubric
_NOTHING_BUT = 0.9  # of a list's characters: what its links have
_MOST_LINKS = 500
_MOST_PARAGRAPHS = 2_000
_LONG_PARAGRAPH = 60  # characters
_PART = 3  # such paragraphs in an element that is a part of an article
_NEAR = 3  # elements around a paragraph among which that is
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_WHOLE = frozenset({"html", "body"})  # "no-comments" and "related-below" may be among their classes
_ASIDE = frozenset({"aside", "footer", "nav"})
_OF_OTHERS = re.compile(r"comment|related|teaser|recommend", re.IGNORECASE)
# What stands on the button below what a reader said.
_ANSWER = frozenset(
    "reply répondre antworten responder rispondi ответить відповісти odpowiedz odpovědět svara svar vastaa "
    "beantwoorden reageer reageren yanıtla cevapla válasz απάντηση răspunde balas رد الرد השב 返信 回复 回覆 답글"
    .split()
) | {"trả lời", "جواب دیں", "जवाब दें"}  # fmt: skip
# What no browser shows where it stands, and AMP's advertisements; a template that is a shadow's is shown.
_UNSHOWN = ("template", "dialog", "amp-ad", "amp-embed", "amp-sidebar", "amp-consent")
_TABLE = ("table", "tbody", "tr", "td", "th", "center")
_MOST_TABLES = 50  # inside one another
_MOSTLY, _STORY = 0.6, 400  # of a table's characters in one cell, and so many: it holds the page, and no figures
_Path = tuple[Any, ...]


def prepare(tree: HtmlElement) -> None:
    """Changes `tree` so that its article stands in one place and by itself."""
    for element in list(tree.iter(*_UNSHOWN)):
        if not element.get("shadowrootmode") and element.getparent() is not None:
            element.drop_tree()
    _open_layout(tree)
    _drop_link_lists(tree)
    _drop_answers(tree)
    _join_parts(tree)


def _open_layout(tree: HtmlElement) -> None:
    """Makes plain blocks of the tables in which pages were once set, and mails are, without their columns of links."""
    if next(tree.iter("table"), None) is None:
        return
    sizes, links = _characters(tree)
    own = {element: sizes[element] - links[element] for element in sizes}  # a column of links would outweigh the text
    opened = 0
    for cell in list(tree.iter("td")):
        table = next(cell.iterancestors("table"), None)
        if table is None or opened == _MOST_TABLES or not _STORY <= own[cell] >= _MOSTLY * own[table]:
            continue
        opened += 1
        for element in [table, *table.iter(*_TABLE)]:
            if next(element.iterancestors("table"), table) is not table:
                continue
            if element.tag == "td" and element is not cell and links[element] > _MOSTLY * sizes[element]:
                element.drop_tree()
            else:
                element.tag = "div"


def _characters(tree: HtmlElement) -> tuple[dict[HtmlElement, int], dict[HtmlElement, int]]:
    """How many characters each element has, and how many of them in links."""
    sizes: dict[HtmlElement, int] = {}
    links: dict[HtmlElement, int] = {}
    for element in reversed(list(tree.iter(tree.tag, "*"))):
        sizes[element] = len(element.text or "") + sum(sizes.get(e, 0) + len(e.tail or "") for e in element)
        links[element] = sizes[element] if element.tag == "a" else sum(links.get(e, 0) for e in element)
    return sizes, links


def _drop_link_lists(tree: HtmlElement) -> None:
    """Takes out lists of nothing but links to other articles, which trafilatura leaves in beside the text."""
    for element in list(tree.iter("ul", "ol")):
        if next(element.iterdescendants("ul", "ol"), None) is not None:
            continue  # read at each level, 250 of them would take quadratic time
        links = [" ".join(a.text_content().split()) for a in islice(element.iter("a"), _MOST_LINKS)]
        heads = [link for link in links if link.count(" ") >= _HEADLINE - 1]
        text = len("".join(element.text_content().split()))
        if len(heads) >= 2 and sum(len("".join(link.split())) for link in links) >= _NOTHING_BUT * text:
            element.drop_tree()


def _drop_answers(tree: HtmlElement) -> None:
    """Takes out what readers say: items of one kind, side by side, each of which has its own link to answer it."""
    links = list(islice(filter(_is_answer, tree.iter("a", "button", "span")), _MOST_LINKS))
    held = Counter(around for link in links for around in link.iterancestors())
    said = {_highest(link, held): None for link in links}
    kinds = Counter(map(_kind, said))
    for element in said:
        if kinds[_kind(element)] > 1 and element.getparent() is not None:
            element.drop_tree()


def _is_answer(element: HtmlElement) -> bool:
    words = "".join(islice(element.itertext(), 5))
    return len(words) < 40 and " ".join(words.split()).casefold() in _ANSWER


def _highest(link: HtmlElement, held: Mapping[HtmlElement, int]) -> HtmlElement:
    """The largest element around a link that has no other link of its kind in it."""
    return reduce(lambda _, around: around, takewhile(lambda around: held[around] == 1, link.iterancestors()), link)


def _kind(element: HtmlElement) -> tuple[HtmlElement | None, Any, str]:
    return element.getparent(), element.tag, element.get("class", "")


def _join_parts(tree: HtmlElement) -> None:
    """Puts the text of an article into one element that stands in several of one kind, with advertisements between:
    trafilatura takes the first of them for all. What stands elsewhere in the page, or under a heading of its own, is
    another article's."""
    held: dict[HtmlElement, int] = {}
    for paragraph in islice(tree.iter("p"), _MOST_PARAGRAPHS):
        if is_long(paragraph):
            around = next((e for e in islice(paragraph.iterancestors(), _NEAR) if e.get("class")), None)
            if around is not None:
                held[around] = held.get(around, 0) + 1
    paths: dict[HtmlElement, _Path | None] = {}
    kinds: dict[_Path, list[HtmlElement]] = {}
    for element, count in held.items():
        if count >= _PART and (path := _path(element, paths)) is not None:
            kinds.setdefault(path, []).append(element)
    parts = [alike for alike in kinds.values() if len(alike) > 1]
    headings = _headings_before(tree, {element for alike in parts for element in alike}) if parts else {}
    for first, *others in parts:
        seen = headings[first] + _headings_in(first)
        for other in others:
            if headings[other] != seen:
                break
            seen += _headings_in(other)
            first.extend(list(other))


def _path(element: HtmlElement | None, known: dict[HtmlElement, _Path | None]) -> _Path | None:
    """Where an element stands in its page: tag and class of it and of all around it, each read once. None among what
    readers say and what leads to other articles."""
    if element is None:
        return ()
    if element not in known:
        above, tag, name = _path(element.getparent(), known), str(element.tag), element.get("class", "")
        aside = tag in _ASIDE or (tag not in _WHOLE and _OF_OTHERS.search(f"{name} {element.get('id', '')}"))
        known[element] = None if above is None or aside else (above, tag, name)
    return known[element]


def _headings_before(tree: HtmlElement, elements: Collection[HtmlElement]) -> dict[HtmlElement, int]:
    """How many headings of the page begin before each of the elements."""
    before: dict[HtmlElement, int] = {}
    headings = 0
    for element in tree.iter():
        if element in elements:
            before[element] = headings
        headings += element.tag in _HEADINGS
    return before


def _headings_in(element: HtmlElement) -> int:
    return sum(1 for _ in element.iter(*_HEADINGS))


def is_long(paragraph: HtmlElement) -> bool:
    """Whether a paragraph is one of a text, and no label or date."""
    return any(length >= _LONG_PARAGRAPH for length in accumulate(map(len, paragraph.itertext())))
