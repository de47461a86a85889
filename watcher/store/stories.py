"""The stories as the store keeps them: which articles tell the same one, and which outlets told it.

Owned by the thread of intake: the story of an article is found in the very transaction that admits it, among all that
were admitted before, whoever read them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import BigInteger, Connection, Text, bindparam, insert, select, update

from watcher.model import Fingerprint
from watcher.rules.correlation.events import folded
from watcher.store.columns import chunks, filled, numbers_in
from watcher.store.schema import stories, story_articles, story_bands, story_sources
from watcher.stories import Shelf

MOST_OUTLETS = 1_000
"""Told apart of one story: an article may call its outlet what it likes."""

_STORIES, _ARTICLES, _SOURCES = map(insert, (stories, story_articles, story_sources))
# An article has 32 bands: SQLite takes them out of one JSON for much less than 32 values of a statement cost.
_THESE = numbers_in(bindparam("bands", type_=Text)).table_valued("value", name="these")
_HELD = select(story_bands.c.band, story_bands.c.article).where(story_bands.c.band.in_(select(_THESE.c.value)))
_BANDS = insert(story_bands).from_select(
    ["band", "article"], select(_THESE.c.value, bindparam("article", type_=BigInteger))
)
_PLACES = select(story_articles.c.article, story_articles.c.story, stories.c.last_at).join(stories)


@dataclass(frozen=True, slots=True)
class Telling:
    """An article as a file brought it at a time (ms). `is_new`: it has no story yet, and gets one; `version_of` is the
    article that it is a new version of."""

    article: int
    at: int
    source: str | None
    is_new: bool = False
    fingerprint: Fingerprint | None = None
    version_of: int | None = None


class Told(NamedTuple):
    """A story, and the number of outlets that told it so far."""

    story: int
    outlets: int


def tell(conn: Connection, tellings: Sequence[Telling]) -> dict[int, Told]:
    """Finds the stories of articles that are new, in this order, and notes who told them; returns those.

    An article that is known and belongs to a story is told by one more outlet.
    """
    keeper = _Keeper(conn)
    keeper.load(tellings)
    told = {}
    for telling in tellings:
        if telling.is_new and telling.article not in told:
            told[telling.article] = keeper.place(telling)
        else:
            keeper.repeat(telling)
    keeper.save()
    return told


def _name(source: str | None) -> str:
    """An outlet as it is compared; "" where an article names none."""
    return folded("source", source or "")


@dataclass(slots=True)
class _Keeper:
    """Loads what the articles of a batch may belong to and writes what became of it: one transaction owns one."""

    conn: Connection
    shelf: Shelf = field(default_factory=Shelf)
    _before: dict[int, int] = field(default_factory=dict)  # when each story was last told, as it is in the store
    _sources: dict[int, set[str]] = field(default_factory=dict)
    _new_sources: list[dict[str, object]] = field(default_factory=list)
    _new_articles: list[dict[str, object]] = field(default_factory=list)
    _new_bands: list[dict[str, object]] = field(default_factory=list)

    def load(self, tellings: Sequence[Telling]) -> None:
        known = {t.article for t in tellings if not t.is_new} | {t.version_of for t in tellings if t.version_of}
        for some in chunks(known):
            self._note(some)
        bands = {band for t in tellings if t.fingerprint for band in t.fingerprint.bands}
        held = self.conn.execute(_HELD, {"bands": json.dumps(list(bands))}) if bands else ()
        found = {(row.article, row.band) for row in held}
        for some in chunks({article for article, _ in found}):
            self._note(some)
        for article, band in sorted(found):
            self.shelf.holders.setdefault(band, []).append(article)

    def _note(self, numbers: Sequence[int]) -> None:
        """Notes the stories that some articles have, if they have any."""
        for row in self.conn.execute(_PLACES.where(story_articles.c.article.in_(filled(numbers)))):
            self.shelf.story_of[row.article] = row.story
            self.shelf.last[row.story] = self._before[row.story] = row.last_at

    def place(self, telling: Telling) -> Told:
        found = telling.fingerprint
        if found is not None:
            self._load_shingles([n for n in self.shelf.candidates(found, telling.at) if n not in self.shelf.shingles])
        placed = self.shelf.place(telling.article, telling.at, found, _name(telling.source), telling.version_of)
        kept = {"shingles": found.shingles if found and placed.bands else None, "source": _name(telling.source)}
        self._new_articles.append({"article": telling.article, "story": placed.story, **kept})
        if placed.bands:
            self._new_bands.append({"bands": json.dumps(placed.bands), "article": telling.article})
        return Told(placed.story, self._told_by(placed.story, telling.source))

    def _load_shingles(self, numbers: Sequence[int]) -> None:
        if not numbers:
            return
        for row in self.conn.execute(select(story_articles).where(story_articles.c.article.in_(filled(numbers)))):
            self.shelf.shingles[row.article], self.shelf.source_of[row.article] = row.shingles, row.source

    def repeat(self, telling: Telling) -> None:
        if self.shelf.goes_on(telling.article, telling.at):
            story = self.shelf.story_of[telling.article]
            self.shelf.tell(story, telling.at)
            self._told_by(story, telling.source)

    def _told_by(self, story: int, source: str | None) -> int:
        """Notes the outlet; returns how many there are."""
        if story not in self._sources:
            self._sources[story] = self._load_sources(story) if story in self._before else set()
        known, name = self._sources[story], _name(source)
        if name not in known and len(known) < MOST_OUTLETS:
            known.add(name)
            self._new_sources.append({"story": story, "source": name})
        return len(known)

    def _load_sources(self, story: int) -> set[str]:
        return set(self.conn.execute(select(story_sources.c.source).where(story_sources.c.story == story)).scalars())

    def save(self) -> None:
        new = [{"id": s, "last_at": at} for s, at in self.shelf.last.items() if s not in self._before]
        for statement, rows in (
            (_STORIES, new),
            (_ARTICLES, self._new_articles),
            (_BANDS, self._new_bands),
            (_SOURCES, self._new_sources),
        ):
            if rows:
                self.conn.execute(statement, rows)
        for story, before in self._before.items():
            if (at := self.shelf.last[story]) != before:
                self.conn.execute(update(stories).where(stories.c.id == story).values(last_at=at))
