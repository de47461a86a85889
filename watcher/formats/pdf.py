"""PDF: one article a file, by pdfium, which is C and so belongs into a worker."""

from __future__ import annotations

import ctypes
from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.errors import Incomplete, Unreadable
from watcher.formats import layout, pdfpage, properties
from watcher.formats.base import Sheet
from watcher.formats.plain import typeset
from watcher.formats.typeline import Line
from watcher.model import Article

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_SIGNATURE = b"%PDF-"
_HEAD = 1_024  # bytes before which it stands: printers and gateways put lines of their own ahead of it
_MOST_PAGES = 2_000
_PASSWORD = 4  # pdfium's error for a document that opens with a password only
_BEGINNING = 20  # paragraphs in which a title from the properties has to stand


def recognises(sheet: Sheet) -> bool:
    return sheet.data.startswith(_SIGNATURE) or (_SIGNATURE in sheet.data[:_HEAD] and sheet.text is None)


def read(sheet: Sheet) -> tuple[Article, ...]:
    """The one article in a PDF. The time at which the file was made is not taken for that of publication."""
    with _opened(sheet.data) as document:
        count = len(document)
        pages, unread = _pages(document, min(count, _MOST_PAGES), sheet.limits.characters)
        text = layout.read(pages)
        if not text.title and not text.paragraphs:
            raise Unreadable(_wordless(count, unread))
        sheet.tell_whole(lambda: "\n".join(text.whole))
        said = {key: _said(document, key) for key in ("Title", "Author")}
        language = _language(document)
    article = _article(text, said["Title"], said["Author"], language)
    if count > _MOST_PAGES:
        raise Incomplete(f"{count:,} pages; the first {_MOST_PAGES:,} were read", (article,))
    if unread:
        raise Incomplete(f"{len(unread)} of {count:,} pages cannot be read, page {unread[0]} first", (article,))
    return (article,)


def _article(text: layout.Text, title: str, author: str, language: str) -> Article:
    beginning = [text.title, *text.paragraphs[:_BEGINNING]]
    believed = properties.title(title, beginning)
    paragraphs = [text.title, *text.paragraphs] if believed and text.title else text.paragraphs
    article = typeset(believed or text.title, "\n".join(paragraphs), language)
    return article if article.author else replace(article, author=properties.author(author))


def _opened(data: bytes) -> PdfDocument:
    from pypdfium2 import PdfDocument, PdfiumError  # 15 MB, 40 ms

    try:
        return PdfDocument(data)
    except PdfiumError as error:
        if error.err_code == _PASSWORD:
            raise Unreadable("encrypted: a PDF that opens with its password only") from None
        raise Unreadable("a broken PDF") from None


def _pages(document: PdfDocument, count: int, most: int) -> tuple[list[list[Line]], list[int]]:
    """The lines of the first `count` pages, of somewhat more than `most` characters at the most, and the numbers of
    the pages that cannot be read."""
    from pypdfium2 import PdfiumError

    pages: list[list[Line]] = []
    unread: list[int] = []
    for number in range(count):
        try:
            page = document[number]
            page.set_rotation(0)  # it is read as it is written: shown sideways, pdfium turns its lines round
            words = page.get_textpage()
        except PdfiumError:
            unread.append(number + 1)
            continue
        pages.append(pdfpage.lines(words, number, most + 1))
        words.close()
        page.close()
        most -= sum(len(line.text) for line in pages[-1])
        if most < 0:
            break
    return pages, unread


def _wordless(count: int, unread: list[int]) -> str:
    if len(unread) == min(count, _MOST_PAGES):
        return "a broken PDF: none of its pages can be read"
    return "no text layer in it: a PDF of scans or images"


def _said(document: PdfDocument, key: str) -> str:
    try:
        return str(document.get_metadata_value(key)).replace("\0", "")
    except UnicodeDecodeError:  # half a character
        return ""


def _language(document: PdfDocument) -> str:
    from pypdfium2 import raw

    buffer = ctypes.create_string_buffer(64)
    length = raw.FPDFCatalog_GetLanguage(document, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), len(buffer))
    return buffer.raw[: max(0, min(length, len(buffer)) - 2)].decode("utf-16-le", "replace")
