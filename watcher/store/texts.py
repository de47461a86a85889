"""The texts of articles, packed; behind put and get, so that a search may be added."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

from sqlalchemy import Connection, insert, select

from watcher.store.schema import article_texts

_TEXTS = insert(article_texts)
_LEVEL = 1  # of packing: 6 took half as long again, and spares 3 bytes in 100


def put_texts(conn: Connection, texts: Mapping[int, str]) -> None:
    """Keeps articles' texts, packed; a lone surrogate is kept as it is, so that offsets stay true."""
    rows = [
        {"article": n, "packed": zlib.compress(t.encode("utf-8", "surrogatepass"), _LEVEL)} for n, t in texts.items()
    ]
    conn.execute(_TEXTS, rows)


def get_text(conn: Connection, article: int) -> str | None:
    """The text that the evidence's offsets count in; None once it has been pruned."""
    packed = conn.execute(select(article_texts.c.packed).where(article_texts.c.article == article)).scalar()
    return None if packed is None else zlib.decompress(packed).decode("utf-8", "surrogatepass")
