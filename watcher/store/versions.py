"""Which new articles are new versions of articles that are known, and which rules matched those before.

Owned by the thread of intake, in the transaction that admits the articles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, select, update

from watcher.model import Reading
from watcher.store.columns import chunks, filled
from watcher.store.schema import articles
from watcher.store.texts import get_text
from watcher.versions import Identity, identity, same_article


@dataclass(frozen=True, slots=True)
class Version:
    """The article that one is a new version of, and the rules that matched that or an earlier one."""

    of: int
    matched: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Known:
    number: int
    title: str
    matched: frozenset[str]
    text: str | None = None  # none of one that is in the store


_KNOWN = select(articles.c.id, articles.c.identity, articles.c.title, articles.c.matched)
_NOTED = (
    update(articles)
    .where(articles.c.id == bindparam("article"))
    .values(
        identity=bindparam("its_identity"), version_of=bindparam("its_version_of"), matched=bindparam("its_matched")
    )
)


def versions(conn: Connection, fresh: Sequence[tuple[int, Reading, bool]]) -> dict[int, Version]:
    """Of new articles, by number, those that are new versions; noted is what their own will be known by.

    Each comes with whether it is alone in its file. Articles that no rule matched are not looked at: what there is to
    know of a version is which rules need not tell it again.
    """
    named = [(n, r, found) for n, r, alone in fresh if r.matched and (found := identity(r.article, alone=alone))]
    newest = _newest(conn, {found.key for _, _, found in named})
    found_versions, noted = {}, []
    for number, reading, found in named:
        before, matched = newest.get(found.key), reading.matched
        version = None
        if before is not None and _is_version(conn, before, reading, found):
            version = found_versions[number] = Version(before.number, before.matched)
            matched |= before.matched
        newest[found.key] = _Known(number, reading.article.title, matched, reading.article.text)
        row = {"article": number, "its_identity": found.key, "its_version_of": version.of if version else None}
        noted.append({**row, "its_matched": sorted(matched)})
    if noted:
        conn.execute(_NOTED, noted)
    return found_versions


def _newest(conn: Connection, keys: set[int]) -> dict[int, _Known]:
    """The newest article of each identity."""
    newest = {}
    for some in chunks(sorted(keys)):
        last = (
            select(func.max(articles.c.id)).where(articles.c.identity.in_(filled(some))).group_by(articles.c.identity)
        )
        for row in conn.execute(_KNOWN.where(articles.c.id.in_(last))):
            newest[row.identity] = _Known(row.id, row.title, frozenset(row.matched or ()))
    return newest


def _is_version(conn: Connection, before: _Known, reading: Reading, found: Identity) -> bool:
    text = get_text(conn, before.number) if before.text is None else before.text
    return text is not None and same_article(before.title, text, reading.article, by_path=found.by_path)
