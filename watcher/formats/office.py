"""Office documents that are known by sight and not read: their tables and slides would pass for an archive's pages."""

from __future__ import annotations

import re
from typing import NoReturn

from watcher.errors import Foreign
from watcher.formats import parts
from watcher.formats.base import Sheet

_PARTS = (
    ("xl/workbook.xml", "Excel workbook"),
    ("xl/workbook.bin", "Excel workbook"),
    ("ppt/presentation.xml", "PowerPoint presentation"),
    ("visio/document.xml", "Visio drawing"),
    ("Index/Document.iwa", "iWork document"),
)
_OPEN_DOCUMENT = re.compile(rb"application/vnd\.oasis\.opendocument\.([a-z-]{1,30})")


def recognises(sheet: Sheet) -> bool:
    return bool(_kind(sheet))


def read(sheet: Sheet) -> NoReturn:
    raise Foreign(f"a kind that is not read: {_kind(sheet)}")


def _kind(sheet: Sheet) -> str:
    if said := _OPEN_DOCUMENT.fullmatch(parts.kind(sheet)):
        return f"OpenDocument {said[1].decode()}"
    return next((kind for name, kind in _PARTS if parts.has(sheet, name)), "")
