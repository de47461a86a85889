"""Whether an article is a new version of another: by what its provider calls it, and by what it says.

A name alone proves nothing: there are feeds that give every entry one guid, pages that all name the home page as their
address, and folders where each delivery is called latest.xml. What is no version for sure is an article of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import parse_qsl, urlencode, urlsplit

from watcher.folding import fold_words
from watcher.model import Article
from watcher.stories import ALIKE, FEWEST, LONGEST, shingles

ALIKE_SHORT = 0.5  # of two texts of which one is too short to tell much: FEWEST
CONTAINED = 0.5  # of the shorter text in the longer one, as of a flash in the article that it grew into
TITLES_ALIKE = 0.6  # words in common of all in two titles, of FEWEST_IN_TITLE words at least
FEWEST_IN_TITLE = 3
FEWEST_FIGURES = 5  # in a text of fewer a new toll alone would make half of them others
_FIGURE = re.compile(r"\d+")

# What says by which way a reader came, and not where the article is.
_WAYS = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|xtor|at_\w+|cmp(?:id)?|ref(?:errer)?|src", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Identity:
    """What the versions of an article have in common; `by_path`: no more than the name of their file."""

    key: int
    by_path: bool = False


def identity(article: Article, *, alone: bool) -> Identity | None:
    """By its provider's name for it, else by its address, else by the path of its file where it is `alone` in it."""
    if article.uid:
        return Identity(_key("uid", (article.source or "").casefold(), article.uid))
    if article.url and (address := _address(article.url)):
        return Identity(_key("url", address))
    return Identity(_key("path", article.path), by_path=True) if alone else None


def same_article(title: str, text: str, later: Article, *, by_path: bool) -> bool:
    """Whether `later`, of the same identity, is the article of this title and text in other words.

    Where there is but a file's name to go by, the texts must be as alike as those of one story, and not one form filled
    in twice.
    """
    before, after = set(shingles(text)), set(shingles(later.text))
    common, shorter = len(before & after), min(len(before), len(after))
    alike = common / (len(before | after) or 1)
    if alike >= (ALIKE if shorter >= FEWEST else ALIKE_SHORT):
        return not by_path or (shorter >= FEWEST and _figures_stay(text, later.text))
    if by_path:
        return False
    contained = shorter >= FEWEST and common >= CONTAINED * shorter
    return contained or _titles_alike(title, later.title)


def _figures_stay(one: str, other: str) -> bool:
    """Whether most of the figures are still there: in a quake's or the weather's form they are others each time."""
    before, after = (set(_FIGURE.findall(text[:LONGEST])) for text in (one, other))
    return len(before) < FEWEST_FIGURES or 2 * len(before & after) >= len(before)


def _titles_alike(one: str, other: str) -> bool:
    before, after = set(fold_words(one)), set(fold_words(other))
    if min(len(before), len(after)) < FEWEST_IN_TITLE:
        return False
    return len(before & after) >= TITLES_ALIKE * len(before | after)


def _address(url: str) -> str:
    """The address however it is written; "" for one of a home page, which names no article."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").removeprefix("www.")
        fields = parse_qsl(parts.query, max_num_fields=100)
    except ValueError:  # "http://[" is no address
        return ""
    query = urlencode([(key, value) for key, value in fields if not _WAYS.fullmatch(key)])
    path = parts.path.rstrip("/")
    return f"{host}{path}?{query}" if host and (path or query) else ""


def _key(*parts: str) -> int:
    digest = blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)
