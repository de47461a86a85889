"""TNEF, the "winmail.dat" that Outlook puts a mail's text and attachments into when it writes to other programs."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from watcher.errors import Empty, Unreadable
from watcher.formats.base import Member, Sheet

_SIGNATURE = b"\x78\x9f\x3e\x22"
_HEAD = 6  # bytes ahead of the first attribute
_FIELD = struct.Struct("<BII")  # level, name and length of the value, which a checksum follows
_CHECKSUM = 2
_CUT = 0  # no field's name: the head that would have it breaks off
_BODY, _NEW, _TITLE, _DATA = 0x0002800C, 0x00069002, 0x00018010, 0x0006800F


def recognises(sheet: Sheet) -> bool:
    return is_tnef(sheet.data)


def is_tnef(data: bytes) -> bool:
    return data.startswith(_SIGNATURE)


def has_text(data: bytes) -> bool:
    """Whether the text of the mail is in it in plain letters: often it is there formatted alone, which is not read."""
    return any(field == _BODY for field, _ in _fields(data))


def read(sheet: Sheet) -> Iterator[Member]:
    """The text, if it is there in plain letters, and each attachment. Raises Empty where there is neither, and
    Unreadable at the end where it breaks off."""
    found, attached = False, _Attachment()
    for field, value in _fields(sheet.data):
        if field == _NEW or value is None:
            yield from attached.whole()
            attached = _Attachment()
        if value is None:
            raise Unreadable("a winmail.dat that breaks off")
        if field == _TITLE:
            attached.name = value.rstrip(b"\0").decode("cp1252", "replace")
        elif field == _DATA:
            found, attached.data = True, value
        elif field == _BODY:
            found = True
            yield Member("text.txt", value.rstrip(b"\0"))
    yield from attached.whole()
    if not found:
        raise Empty("a winmail.dat without attachments and plain text")


@dataclass(slots=True)
class _Attachment:
    """What is known of one until the next begins: its fields come in any order (MS-OXTNEF 2.1.1)."""

    name: str = "attachment"
    data: bytes | None = None

    def whole(self) -> Iterator[Member]:
        if self.data is not None:
            yield Member(self.name, self.data)


def _fields(data: bytes) -> Iterator[tuple[int, bytes | None]]:
    """Its fields by their names; a last one that breaks off has no value."""
    at = _HEAD
    while at < len(data):
        if at + _FIELD.size > len(data):
            yield _CUT, None
            return
        _, field, length = _FIELD.unpack_from(data, at)
        at += _FIELD.size
        yield field, data[at : at + length] if at + length <= len(data) else None
        at += length + _CHECKSUM
