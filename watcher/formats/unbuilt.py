"""Kinds of file that are known by sight and not read."""

from __future__ import annotations

import re
from typing import NoReturn

from watcher.errors import Foreign
from watcher.formats.base import Sheet
from watcher.formats.markup import HTML, Document

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"7z\xbc\xaf\x27\x1c", "7-Zip archive"),
    (b"Rar!\x1a\x07", "RAR archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old office document, or an encrypted one"),
    (b"{\\rtf", "RTF document"),
    (b"%!PS", "PostScript document"),
    (b"\x89PNG\r\n", "PNG image"),
    (b"\xff\xd8\xff", "JPEG image"),
    (b"GIF87a", "GIF image"),
    (b"GIF89a", "GIF image"),
    (b"RIFF", "image, sound or film"),
    (b"II*\x00", "TIFF image"),
    (b"MM\x00*", "TIFF image"),
    (b"ID3", "sound"),
    (b"OggS", "sound"),
    (b"fLaC", "sound"),
    (b"\x00\x00\x00\x18ftyp", "film"),
    (b"\x00\x00\x00\x20ftyp", "film"),
    (b"\x7fELF", "program"),
    (b"MZ\x90", "program"),
    (b"SQLite format 3\x00", "SQLite database"),
)
_PAGE = re.compile(r"<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_HEAD = 2_000  # characters: a doctype and a licence comment may come before <html>


def recognises(sheet: Sheet) -> bool:
    return _kind(sheet) is not None


def read(sheet: Sheet) -> NoReturn:
    raise Foreign(f"a kind that is not read: {_kind(sheet)}")


def _kind(sheet: Sheet) -> str | None:
    for signature, kind in _SIGNATURES:
        if sheet.data.startswith(signature) and _binary_or_marked(sheet, signature):
            return kind
    return _xml(sheet.text) if sheet.text else None


def _binary_or_marked(sheet: Sheet, signature: bytes) -> bool:
    """Letters alone ("RIFF", "ID3", "BZh") may begin a text; with other bytes among them they do not."""
    return sheet.text is None or not signature.isalnum()


def _xml(text: str) -> str | None:
    """XML whose root is no known kind's: it says so itself, or ends as it began and is no page."""
    if not text.lstrip("\ufeff \t\r\n").startswith("<") or _PAGE.search(text[:_HEAD]):
        return None
    document = Document(text)
    said = text.lstrip("\ufeff \t\r\n").startswith("<?xml")
    if said or (document.name.lower() not in HTML and document.tag and text.rstrip().endswith(f"</{document.tag}>")):
        return f"XML ({document.tag})" if document.tag else "XML"
    return None
