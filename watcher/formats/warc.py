"""WARC, as crawlers archive what they fetched: each page, at its address."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import redirect_stderr
from typing import TYPE_CHECKING, Any

from watcher.errors import Empty, Unreadable
from watcher.formats.base import Member, Sheet
from watcher.formats.encoding import decode

if TYPE_CHECKING:
    from warcio.recordloader import ArcWarcRecord

# What is read of each kind of record: pages that were answered with or saved, and the plain text made of them.
_READ = {
    "response": {"text/html": "html", "application/xhtml+xml": "html"},
    "resource": {"text/html": "html", "application/xhtml+xml": "html"},
    "conversion": {"text/plain": "txt"},
}
_CHUNK = 65_536


def recognises(sheet: Sheet) -> bool:
    return sheet.data.startswith(b"WARC/")


def read(sheet: Sheet) -> Iterator[Member]:
    """Each page that was answered with (status 200) or saved as a resource, and each plain text made of one.

    When it was fetched is no date of publication."""
    from warcio.archiveiterator import ArchiveIterator

    # All in one block: lines without an end would be put together from blocks of it in quadratic time.
    records = iter(ArchiveIterator(io.BytesIO(sheet.data), block_size=len(sheet.data)))
    count = pages = 0
    while (record := _next(records, count)) is not None:
        count += 1
        if kind := _kind(record):
            pages += 1
            yield _page(record, f"record-{count}.{kind}", sheet)
    if not pages:
        raise Empty("a WARC file without a page")


def _next(records: Iterator[ArcWarcRecord], count: int) -> ArcWarcRecord | None:
    from warcio.exceptions import ArchiveLoadFailed
    from warcio.statusandheaders import StatusAndHeadersParserException

    try:
        with redirect_stderr(io.StringIO()):  # where it writes what it thinks of broken records
            return next(records, None)
    except (
        ArchiveLoadFailed,
        StatusAndHeadersParserException,
        EOFError,
        ValueError,
        TypeError,
        AttributeError,
    ) as error:
        raise Unreadable(f"a WARC file that is broken after {count:,} records") from error


def _kind(record: ArcWarcRecord) -> str:
    """The ending of what a record holds, "" of what is not read."""
    if record.rec_type == "response" and (record.http_headers is None or record.http_headers.get_statuscode() != "200"):
        return ""
    return _READ.get(record.rec_type, {}).get(_content_type(record).partition(";")[0].strip().lower(), "")


def _content_type(record: ArcWarcRecord) -> str:
    """What the server said, or whoever saved the page."""
    return _header(record.http_headers or record.rec_headers, "content-type")


def _page(record: ArcWarcRecord, name: str, sheet: Sheet) -> Member:
    url = _header(record.rec_headers, "warc-target-uri").strip("<>")
    data, fault = _content(record, sheet)
    text = decode(data, _charset(_content_type(record)))
    if text is None:
        return Member(name, fault=fault or "packed in a way that is not read")
    return Member(name, text.encode("utf-8", "replace"), fault, url)


def _content(record: ArcWarcRecord, sheet: Sheet) -> tuple[bytes, str]:
    """The bytes of the page, and why there are not more."""
    content, packed = io.BytesIO(), bool(record.http_headers and _header(record.http_headers, "content-encoding"))
    try:
        with redirect_stderr(io.StringIO()):
            stream = record.content_stream()
            while chunk := stream.read(_CHUNK):
                if packed:
                    sheet.budget.spend(len(chunk))
                content.write(chunk)
    except Unreadable as limit:
        return content.getvalue(), str(limit)
    except (ValueError, AssertionError, EOFError, OSError) as error:
        return content.getvalue(), f"a broken record: {type(error).__name__}"
    return content.getvalue(), "it breaks off" if getattr(record.raw_stream, "limit", 0) > 0 else ""


def _charset(content_type: str) -> str:
    return content_type.lower().partition("charset=")[2].partition(";")[0].strip(" \"'")


def _header(headers: Any, name: str) -> str:
    return headers.get_header(name) or ""
