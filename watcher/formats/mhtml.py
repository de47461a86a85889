"""MHTML: a page that a browser saved with what it shows, in the form of a mail."""

from __future__ import annotations

import re
from collections.abc import Iterator

from watcher.errors import Unreadable
from watcher.formats import mime
from watcher.formats.base import Member, Sheet

_RELATED = re.compile(rb"^content-type:\s*multipart/related\b", re.IGNORECASE | re.MULTILINE)
_HEAD = 20_000  # bytes
_OF_MAIL = frozenset({"to", "received", "delivered-to", "return-path"})
_PAGES = ("text/html", "application/xhtml+xml")


def recognises(sheet: Sheet) -> bool:
    """By the type of a page with its parts, which mail has too: but then somebody received it."""
    names = mime.names(sheet.data)
    return "content-type" in names and not names & _OF_MAIL and _RELATED.search(sheet.data[:_HEAD]) is not None


def read(sheet: Sheet) -> Iterator[Member]:
    """The page with the address that it was saved from; frames and images inside it are not read."""
    message = mime.parsed(sheet.data)
    start = str(message.get_param("start", ""))
    pages = [part for part in mime.leaves(message) if part.get_content_type() in _PAGES]
    if not pages:
        raise Unreadable("a saved page without a page in it")
    page = next((part for part in pages if start and mime.header(part, "content-id") == start), pages[0])
    url = mime.header(page, "content-location") or mime.header(message, "snapshot-content-location")
    yield Member("page.html", mime.text(page).encode("utf-8", "replace"), url=url)
