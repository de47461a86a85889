"""Zip archives: their members, and single ones for the kinds of document that are zip archives themselves."""

from __future__ import annotations

import io
import lzma
import re
import stat
import warnings
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from watcher.errors import Empty, Unreadable
from watcher.formats import torn
from watcher.formats.base import Member, Sheet
from watcher.formats.encoding import decode

if TYPE_CHECKING:
    from backports.zstd.zipfile import ZipFile, ZipInfo

# Bytes that are asked for at a time. The library gives no more of deflated data; of bzip2 and xz it inflates as many
# packed bytes at once, at the worst into 90 MB.
_CHUNK = 4_096
_PAGES = re.compile(r"archive/[^/]+\.warc(?:\.gz)?")
_ENCRYPTED, _UTF_8 = 0x1, 0x800
_LAST_LATIN = "\u024f"


def recognises(sheet: Sheet) -> bool:
    return sheet.data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def read(sheet: Sheet) -> Iterator[Member]:
    """The members one by one; a broken, encrypted or too large one is told and costs itself alone. Of an archive that
    breaks off those that are there."""
    archive = sheet.archive
    if archive is None:
        yield from torn.members(sheet)
        raise Unreadable("a zip archive that breaks off, or whose directory is broken")
    if not archive.infolist():
        raise Empty("a zip archive without members")
    crawled, names = _crawled(archive), _names(archive)
    for info in archive.infolist():
        name = names.get(info.filename, info.filename)
        beside = info.is_dir() or stat.S_ISLNK(info.external_attr >> 16)
        if beside or (crawled and info.filename not in crawled):
            yield Member(name)
            continue
        try:
            yield Member(name, member(sheet, info))
        except Unreadable as why:
            yield Member(name, fault=str(why))


def _crawled(archive: ZipFile) -> set[str]:
    """The members that hold a crawl's pages, where the archive is one of a crawl (WACZ): all others are about these, as
    the list of their titles, which would be articles without text."""
    names = set(archive.namelist())
    return {name for name in names if _PAGES.fullmatch(name)} if "datapackage.json" in names else set()


def _names(archive: ZipFile) -> dict[str, str]:
    """What the names mean that do not say that they are UTF-8, and of which the library makes those of an old American
    PC: UTF-8 all the same, or another script, as all of them together tell. Latin ones stay."""
    unmarked = [info.filename for info in archive.infolist() if not info.flag_bits & _UTF_8]
    old = [name for name in dict.fromkeys(unmarked) if not name.isascii() and "\n" not in name]
    try:
        written = "\n".join(old).encode("cp437")
        meant = decode(written) or ""
    except UnicodeError:
        return {}
    read = meant.split("\n")
    is_utf_8 = meant.encode() == written
    is_other = any(letter.isalpha() and letter > _LAST_LATIN for letter in meant)
    return dict(zip(old, read, strict=True)) if (is_utf_8 or is_other) and len(read) == len(old) else {}


def member(sheet: Sheet, name: str | ZipInfo) -> bytes:
    """The bytes of one member of the sheet's archive, entered in its budget. Raises Unreadable where there is no such
    member, or it is broken, encrypted or too large: then nothing is inflated beyond the limit."""
    from backports.zstd import ZstdError
    from backports.zstd.zipfile import BadZipFile

    assert sheet.archive is not None
    try:
        info = sheet.archive.getinfo(name) if isinstance(name, str) else name
    except KeyError:
        raise Unreadable(f"a document without its part {name}") from None
    if info.flag_bits & _ENCRYPTED:
        raise Unreadable("encrypted")
    sheet.budget.spend(info.file_size)  # the library inflates no more than a member is said to have
    inflated = io.BytesIO()
    try:
        with warnings.catch_warnings(action="ignore"), sheet.archive.open(info) as stream:  # of members that overlap
            while chunk := stream.read(_CHUNK):
                inflated.write(chunk)
    except NotImplementedError:
        raise Unreadable("packed in a way that is not read") from None
    except (BadZipFile, EOFError, OSError, ValueError, zlib.error, lzma.LZMAError, ZstdError) as error:
        raise Unreadable("broken zip data") from error
    return inflated.getvalue()
