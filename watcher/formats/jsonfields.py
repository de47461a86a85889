"""The names under which JSON keeps the parts of an article: the usual ones, JSON Feed's, ninjs' and an admin's own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from watcher.formats import nitf
from watcher.formats.bylines import ends_sentence
from watcher.formats.facts import Facts, address, headline_rank
from watcher.formats.jsonblocks import text_of
from watcher.formats.jsonguess import prose
from watcher.formats.markup import Document, text_in

# In the order in which they are asked; letters alone, so that body_text, bodyText and body-text are one name.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "title": ("headline", "headlines", "title"),
    "dateline": ("dateline",),
    "published": tuple(
        "published publishedat datepublished publisheddate publishdate publicationdate datepublish pubdate "
        "versioncreated firstpublished datetimepub datetime date timestamp firstcreated created createdat createdutc "
        "createdtime posted postedat issued datemodified updated seendate".split()
    ),
    "url": ("url", "link", "canonicalurl", "permalink", "weburl", "href", "uri", "homepageurl", "mainentityofpage"),
    "source": tuple(
        "source publisher medianame sitename site provider outlet copyrightholder infosources infosource".split()
    ),
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
    ("paragraphs",),
    ("articlebody",),
    ("articletext",),
    ("articlehtml",),
    ("maintext",),
    ("html",),
)
_SUMMARIES = tuple(
    (name,)
    for name in (
        "leadparagraph summary abstract description descriptions descriptiontext descriptioncaption lead teaser".split()
    )
)
_KNOWN = frozenset(name for names in (*_NAMES.values(), *_BODIES, *_SUMMARIES) for name in names)
_CUT = re.compile(r"(?:…|\.{3})?\s?\[\+\d{1,7} chars\]\s*\Z")
_OPENING = 40  # characters that a summary has in common with the text, where it is but its beginning
_LONGER = 3  # times a summary: so long is a body that has a name of its own
_WORDS = (
    "value",
    "name",
    "title",
    "rendered",
    "main",
    "original",
    "text",
    "literal",
    "code",
    "@id",
)  # where an object stands for a word
_CODES = ("code", "literal", "qcode", "uri", "name")
_SINGLE = ("dateline", "published", "source", "language", "urgency", "embargo", "status", "uid")
_MOST = 1_000  # items of a list that are one part of an article
_DEEPEST = 3
_STORY = ("article", "story", "news", "post")  # what has nothing else to be called by is the text, however short
# Words before a name that say no more than that it is the article's: web_url, articleTitle, news_content.
_NEUTRAL = frozenset("article news story post page item entry doc document web main full raw clean original".split())
_KEY_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|\d+")
_RENDITION = frozenset(
    {"role", "contenttype"}
)  # what one of several renditions says of itself, and a paragraph does not


class Names:
    """The names to look for; `own` are an admin's, as (part, path of keys) pairs, and are asked first."""

    def __init__(self, own: tuple[tuple[str, str], ...] = ()) -> None:
        self._own = [(part, path.split(".")) for part, path in own]

    def read(self, value: Mapping[str, Any]) -> Facts:
        """What an object says of an article, if it is one."""
        by_name: dict[str, Any] = {}
        for name in (plain, bare):
            for key, inner in value.items():
                by_name.setdefault(name(key), inner)
        by_name = {name: by_name[name] for name in by_name.keys() & _KNOWN}
        own = {part: found for part, path in self._own if (found := _at(value, path)) is not None}
        if not by_name and not own:
            return Facts()  # as most of many small objects: to ask for each name takes 40 µs
        parts = {
            part: [own[part]] if part in own else [by_name[n] for n in names if n in by_name]
            for part, names in _NAMES.items()
        }
        return Facts(
            title=text_in(_first([_main_first(given) for given in parts["title"]])),
            body=_body(own["body"]) if "body" in own else _told(by_name) or _other_body(value, by_name),
            subjects=tuple(_codes(parts["subjects"])),
            author=", ".join(_some(parts["author"])),
            url=_address(parts["url"]),
            **{part: _first(parts[part]) for part in _SINGLE},
        )


def plain(key: str) -> str:
    """A name without its case, hyphens and underscores, but for one before it: "_source" is a search engine's own."""
    return key[:1].lower() + key[1:].lower().replace("_", "").replace("-", "")


@lru_cache(maxsize=2_000)
def bare(key: str) -> str:
    """A plain name without the words before it that say no more than that it is the article's."""
    words = [] if key.startswith("_") else [word.lower() for word in _KEY_WORD.findall(key[:200])]
    while len(words) > 1 and words[0] in _NEUTRAL:
        words.pop(0)
    return "".join(words)


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


def _address(values: list[Any]) -> str:
    """The first that is one: of "clean_url" and "link" one may be but a domain."""
    words = [word for value in values for word in _words(value) if word.strip()]
    return next(filter(address, words), next(iter(words), ""))


def _some(values: list[Any]) -> list[str]:
    """All words of the first value that has any."""
    return next((words for value in values if (words := [w.strip() for w in _words(value) if w.strip()])), [])


def _codes(values: list[Any]) -> Iterator[str]:
    for value in values:
        for item in value[:_MOST] if isinstance(value, list) else ():
            yield _first([item.get(key) for key in _CODES] if isinstance(item, dict) else [item]).rpartition("/")[2]


def _usual_body(by_name: Mapping[str, Any], among: tuple[tuple[str, ...], ...] = _BODIES) -> str:
    there = ([by_name[name] for name in names if name in by_name] for names in among)
    texts = (max(map(_body, values), key=len) for values in there if values)
    return next(filter(None, texts), "")


def _told(by_name: Mapping[str, Any]) -> str:
    """The body; of one that says how much of it is not there (of NewsAPI) what there is, with the summary."""
    body = _usual_body(by_name)
    there = _CUT.sub("…", body)
    if there == body:
        return body
    summary = _usual_body(by_name, _SUMMARIES)
    return max(summary, there, key=len) if summary[:_OPENING] in there else f"{summary}\n{there}"


def _other_body(value: Mapping[str, Any], by_name: Mapping[str, Any]) -> str:
    """Prose under a name that nobody knows ("story"), unless a summary says nearly as much."""
    summary = _usual_body(by_name, _SUMMARIES)
    if by_name.keys().isdisjoint(_NAMES["title"]):
        return summary
    body = prose(value) or max(filter(ends_sentence, (_named(value, key) for key in _STORY)), key=len, default="")
    return body if len(body) > _LONGER * len(summary) else summary


def _named(value: Mapping[str, Any], key: str) -> str:
    return text_of(value[key]) if isinstance(value.get(key), str) else ""


def _main_first(value: Any) -> Any:
    """Several headlines with the main one first."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        return value
    return sorted(value[:_MOST], key=lambda item: headline_rank(str(item.get("role", ""))))


def _body(value: Any) -> str:
    """The text of a body: a string, a list or tree of paragraphs, or the longest of several renditions."""
    if isinstance(value, list):
        renditions = [item for item in value[:_MOST] if isinstance(item, dict) and _RENDITION & set(map(plain, item))]
        return max(map(_rendition, renditions), key=len) if renditions else text_of(value)
    return _rendition(value) if isinstance(value, dict) else text_of(value)


def _rendition(value: Mapping[str, Any]) -> str:
    written = value.get("value")
    document = Document(written if isinstance(written, str) else "")
    if document.name == "nitf":
        tree = document.tree()
        return "" if tree is None else nitf.facts(tree).body
    return text_of(value) or text_in(_first([value]))
