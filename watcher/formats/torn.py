"""Zip archives without their directory, which stands at the end: what can be read of them from the front."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from watcher.errors import Unreadable
from watcher.formats.base import Member, Sheet

_HEADER = struct.Struct("<4s5H3I2H")
_SIGNATURE = b"PK\x03\x04"
_ENCRYPTED, _SIZES_BEHIND, _UTF8 = 0x1, 0x8, 0x800  # flags
_STORED, _DEFLATED = 0, 8
_CHUNK = 4_096


@dataclass(frozen=True, slots=True)
class _Entry:
    """What stands before a member: its bytes begin at `start`; `size` is how many they are packed, None if that is told
    only behind them."""

    name: str
    flags: int
    method: int
    start: int
    size: int | None


def members(sheet: Sheet) -> Iterator[Member]:
    """The members in the order of the file, of the last one what there is. Each byte is looked at once, whatever the
    headers say."""
    data, at = sheet.data, 0
    while (at := data.find(_SIGNATURE, at)) >= 0:
        entry = _entry(data, at)
        if entry is None:
            return
        inside, fault, at = _content(sheet, entry)
        if entry.name.endswith("/"):
            yield Member(entry.name)
        else:
            yield Member(entry.name, inside if inside or not fault else None, fault)


def _entry(data: bytes, at: int) -> _Entry | None:
    """The header at a place; None where it breaks off."""
    if len(data) - at < _HEADER.size:
        return None
    _, _, flags, method, _, _, _, packed, size, named, extra = _HEADER.unpack_from(data, at)
    at += _HEADER.size
    start = at + named + extra
    name = data[at : at + named].decode("utf-8" if flags & _UTF8 else "cp437", "replace")
    unknown = flags & _SIZES_BEHIND or 0xFFFFFFFF in (packed, size)  # or told in the extra field
    return _Entry(name, flags, method, start, None if unknown else packed) if start <= len(data) else None


def _content(sheet: Sheet, entry: _Entry) -> tuple[bytes, str, int]:
    """The bytes of a member, why there are not more, and where the next may begin."""
    data, end = sheet.data, entry.start + (entry.size or 0)
    if entry.flags & _ENCRYPTED:
        return b"", "encrypted", end
    if entry.method == _DEFLATED:
        return _inflated(sheet, entry.start)
    if entry.method != _STORED or entry.size is None:
        return b"", "packed in a way that is not read from an archive that breaks off", end
    inside = data[entry.start : end]
    try:
        sheet.budget.spend(len(inside))
    except Unreadable as limit:
        return b"", str(limit), end
    return inside, "" if end <= len(data) else "it breaks off", end


def _inflated(sheet: Sheet, at: int) -> tuple[bytes, str, int]:
    inflater, inflated = zlib.decompressobj(-zlib.MAX_WBITS), io.BytesIO()
    try:
        while not inflater.eof:
            given = sheet.data[at : at + _CHUNK]
            chunk = inflater.decompress(given, _CHUNK)
            if not given and not chunk:
                break
            at += len(given) - len(inflater.unused_data if inflater.eof else inflater.unconsumed_tail)
            sheet.budget.spend(len(chunk))
            inflated.write(chunk)
    except zlib.error:
        return inflated.getvalue(), "broken zip data", at
    except Unreadable as limit:
        return inflated.getvalue(), str(limit), at
    return inflated.getvalue(), "" if inflater.eof else "it breaks off", at
