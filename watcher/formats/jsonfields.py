"""The names under which JSON keeps the parts of an article: the usual ones, JSON Feed's, ninjs' and an admin's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from watcher.formats import nitf
from watcher.formats.facts import Facts
from watcher.formats.markup import Document, text_in

# In the order in which they are asked; letters alone, so that body_text, bodyText and body-text are one name.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "title": ("headline", "headlines", "title"),
    "dateline": ("dateline",),
    "published": tuple(
        "published publishedat datepublished publisheddate publishdate publicationdate datepublish pubdate "
        "versioncreated firstpublished date datetime timestamp firstcreated created createdat datemodified "
        "updated".split()
    ),
    "url": ("url", "link", "canonicalurl", "permalink", "weburl", "href", "uri", "homepageurl"),
    "source": tuple("source publisher sitename site provider outlet copyrightholder infosources infosource".split()),
    "author": ("author", "byline", "by", "authors", "creator"),
    "language": ("language", "lang", "inlanguage"),
    "urgency": ("urgency",),
    "subjects": ("subject", "subjects"),
    "embargo": ("embargoed", "embargo", "embargountil"),
    "status": ("pubstatus",),
    "uid": ("guid", "uri"),  # an "id" may be the number of a row
}
# The first of these that has a text gives the body: of several renditions the longest.
_BODIES: tuple[tuple[str, ...], ...] = (
    ("bodies",),
    ("body",),
    ("bodytext", "bodyhtml", "bodyxhtml"),
    ("text",),
    ("content",),
    ("contenttext", "contenthtml"),
    ("fulltext",),
    ("articlebody",),
    ("articletext",),
    ("articlehtml",),
    ("maintext",),
    ("html",),
    *((name,) for name in "summary abstract description descriptions descriptiontext descriptioncaption".split()),
    *((name,) for name in ("lead", "teaser")),
)
_TOLD = frozenset(_NAMES["title"]).union(*_BODIES)
_WORDS = ("value", "name", "title", "rendered", "text", "literal", "code")  # where an object stands for a word
_CODES = ("code", "literal", "qcode", "uri", "name")
_SINGLE = ("dateline", "published", "url", "source", "language", "urgency", "embargo", "status", "uid")
_MOST = 1_000  # items of a list that are one part of an article
_DEEPEST = 3


class Names:
    """The names to look for; `own` are an admin's, as (part, path of keys) pairs, and are asked first."""

    def __init__(self, own: tuple[tuple[str, str], ...] = ()) -> None:
        self._own = [(part, path.split(".")) for part, path in own]

    def read(self, value: Mapping[str, Any]) -> Facts:
        """What an object says of an article, if it is one."""
        by_name: dict[str, Any] = {}
        for key, inner in value.items():
            by_name.setdefault(plain(key), inner)
        if not self._own and by_name.keys().isdisjoint(_TOLD):
            return Facts()
        own = {part: found for part, path in self._own if (found := _at(value, path)) is not None}
        parts = {part: [own[part]] if part in own else [by_name.get(n) for n in _NAMES[part]] for part in _NAMES}

        def longest(names: tuple[str, ...]) -> str:
            return max((_body(by_name.get(n)) for n in names), key=len)

        return Facts(
            title=text_in(_first(parts["title"])),
            body=_body(own["body"]) if "body" in own else next(filter(None, map(longest, _BODIES)), ""),
            subjects=tuple(_codes(parts["subjects"])),
            author=", ".join(_some(parts["author"])),
            **{part: _first(parts[part]) for part in _SINGLE},
        )


def plain(key: str) -> str:
    """A name without its case, hyphens and underscores."""
    return key.lower().replace("_", "").replace("-", "")


def _at(value: Any, path: list[str]) -> Any:
    for key in path:
        if isinstance(value, list) and key.isdecimal() and len(key) < 6:
            value = value[int(key)] if int(key) < len(value) else None
        else:
            value = value.get(key) if isinstance(value, dict) else None
    return value


def _words(value: Any, deepest: int = _DEEPEST) -> Iterator[str]:
    """The words that a value stands for: a text, an object's name, or those of a list."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and deepest:
        for item in value[:_MOST]:
            yield from _words(item, deepest - 1)
    elif isinstance(value, dict) and deepest:
        yield from next(filter(None, (list(_words(value.get(key), deepest - 1)) for key in _WORDS)), [])


def _first(values: list[Any]) -> str:
    return next((word for value in values for word in _words(value) if word.strip()), "")


def _some(values: list[Any]) -> list[str]:
    """All words of the first value that has any."""
    return next((words for value in values if (words := [w.strip() for w in _words(value) if w.strip()])), [])


def _codes(values: list[Any]) -> Iterator[str]:
    for value in values:
        for item in value[:_MOST] if isinstance(value, list) else ():
            yield _first([item.get(key) for key in _CODES] if isinstance(item, dict) else [item]).rpartition("/")[2]


def _body(value: Any) -> str:
    """The text of a body: a string, a list of paragraphs, or the longest of several renditions."""
    if isinstance(value, list) and any(isinstance(item, dict) for item in value[:_MOST]):
        return max((_rendition(item) for item in value[:_MOST] if isinstance(item, dict)), key=len, default="")
    if isinstance(value, dict):
        return _rendition(value)
    return "\n".join(text_in(word) for word in _words(value)).strip()


def _rendition(value: Mapping[str, Any]) -> str:
    text = _first([value])
    document = Document(text)
    if document.name != "nitf":
        return text_in(text)
    tree = document.tree()
    return "" if tree is None else nitf.facts(tree).body
