"""TNEF, the "winmail.dat" that Outlook puts a mail's text and attachments into when it writes to other programs."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from watcher.errors import Empty, Unreadable
from watcher.formats.base import Member, Sheet
from watcher.formats.encoding import decode
from watcher.formats.facts import Facts
from watcher.model import Article

_SIGNATURE = b"\x78\x9f\x3e\x22"
_HEAD = 6  # bytes ahead of the first attribute
_FIELD = struct.Struct("<BII")  # level, name and length of the value, which a checksum follows
_CHECKSUM = 2
_CUT = 0  # no field's name: the head that would have it breaks off
_BODY, _NEW, _TITLE, _DATA = 0x0002800C, 0x00069002, 0x00018010, 0x0006800F
_SUBJECT, _SENT = 0x00018004, 0x00038005
_DAY = struct.Struct("<3H")  # year, month and day; the hour behind them names no zone


def recognises(sheet: Sheet) -> bool:
    return is_tnef(sheet.data)


def is_tnef(data: bytes) -> bool:
    return data.startswith(_SIGNATURE)


def has_text(data: bytes) -> bool:
    """Whether the text of the mail is in it in plain letters: often it is there formatted alone, which is not read."""
    return any(field == _BODY for field, _ in _fields(data))


def text(data: bytes) -> str:
    """The text of the mail, "" where it is not there in plain letters."""
    return _letter(data).body


def without_text(data: bytes) -> bytes:
    """The same without the text of the mail."""
    spans = [(at, end) for field, at, end in _spans(data) if field == _BODY]
    kept, begin = [], 0
    for at, end in spans:
        kept.append(data[begin:at])
        begin = end
    return b"".join((*kept, data[begin:]))


def read(sheet: Sheet) -> Iterator[Article | Member]:
    """The mail, if its text is there in plain letters, with its subject and day, and each attachment. Raises Empty
    where there is neither, and Unreadable at the end where it breaks off."""
    letter, attached = _letter(sheet.data), _Attachment()
    found = bool(letter.body)
    if found:
        yield letter.article(sheet)
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
    yield from attached.whole()
    if not found:
        raise Empty("a winmail.dat without attachments and plain text")


def _letter(data: bytes) -> Facts:
    """What the fields of the mail itself say, which stand ahead of its attachments."""
    told: dict[int, bytes] = {}
    for field, value in _fields(data):
        if field == _NEW:
            break
        if field in (_SUBJECT, _SENT, _BODY) and value is not None:
            told.setdefault(field, value)
    words = {field: decode(told.get(field, b"").rstrip(b"\0")) or "" for field in (_SUBJECT, _BODY)}
    return Facts(title=words[_SUBJECT], body=words[_BODY], published=_day(told.get(_SENT, b"")))


def _day(value: bytes) -> str:
    try:
        return date(*_DAY.unpack_from(value)).isoformat()
    except (struct.error, ValueError):  # too short, or the 31st of February
        return ""


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
    for field, at, end in _spans(data):
        whole = field != _CUT and end - _CHECKSUM <= len(data)
        yield field, data[at + _FIELD.size : end - _CHECKSUM] if whole else None


def _spans(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Its fields by their names, with where each begins and ends; what breaks off ends where it would."""
    at = _HEAD
    while at < len(data):
        if at + _FIELD.size > len(data):
            yield _CUT, at, len(data)
            return
        _, field, length = _FIELD.unpack_from(data, at)
        end = at + _FIELD.size + length + _CHECKSUM
        yield field, at, end
        at = end
