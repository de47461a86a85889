"""Tar archives: the members that are files."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from watcher.errors import Empty, Unreadable
from watcher.formats.base import Member, Sheet

if TYPE_CHECKING:
    from backports.zstd.tarfile import TarInfo

_BLOCK = 512
_SUM = re.compile(rb"[ 0]{0,7}([0-7]{1,7})[ \0]{1,2}")


def recognises(sheet: Sheet) -> bool:
    """By the checksum of the first header: the oldest tar archives have no other mark."""
    header = sheet.data[:_BLOCK]
    told = _SUM.fullmatch(header[148:156]) if len(header) == _BLOCK else None
    return told is not None and int(told[1], 8) == sum(header[:148]) + 8 * ord(" ") + sum(header[156:])


def read(sheet: Sheet) -> Iterator[Member]:
    """The members one by one. Links, devices and files with holes, which may be declared of any size, are not read."""
    # The library of Python 3.14 for all versions: older ones never come to an end of members of negative size.
    from backports.zstd import tarfile

    count = 0
    try:
        with tarfile.open(fileobj=io.BytesIO(sheet.data), mode="r:") as archive:
            for info in archive:
                count += 1
                yield _member(info, sheet.data)
            if sheet.data[archive.offset : archive.offset + _BLOCK].strip(b"\0"):  # takes a broken header for the end
                raise tarfile.ReadError
    except (tarfile.TarError, EOFError, ValueError, OverflowError, RecursionError) as error:
        raise Unreadable(f"a tar archive that is broken after {count:,} members") from error
    if not count:
        raise Empty("a tar archive without members")


def _member(info: TarInfo, data: bytes) -> Member:
    if info.issparse():
        return Member(info.name, fault="a file with holes, which is not read")
    if not info.isreg():
        return Member(info.name)
    inside = data[info.offset_data : info.offset_data + info.size]
    return Member(info.name, inside, "" if len(inside) == info.size else "it breaks off")
