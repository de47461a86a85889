"""Bytes to text: the byte order mark, then strict UTF-8, then the page's own word, then a guess."""

from __future__ import annotations

import codecs
import re

from chardetng_py import detect

_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # ahead of UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)[^<>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE
)
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b")) + b"\x7f"
_ESCAPED = re.compile(rb"\x1b(?:\$[@B]|\([JI])")  # ISO-2022-JP is seven bits wide and so always valid UTF-8
_SEVEN_BITS = ("iso-2022-", "hz-gb", "csiso2022")
# What browsers take these names for; Python's own tables lack characters that pages under these names use.
_WIDER = {
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "iso-8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc-kr": "cp949",
    "windows-874": "cp874",
    "iso-8859-8-i": "iso-8859-8",
    "x-mac-cyrillic": "mac_cyrillic",
}
_HEAD = 4_096  # bytes in which a page says its encoding
_SAMPLE = 1_000_000  # bytes that the guess is made from
_STRAY = 4  # NULs and controls that any text may hold
_WORST = 0.02  # share of characters that may be lost or controls before the data counts as no text


def decode(data: bytes, declared: str = "") -> str | None:
    """The text in `data`, None if it is binary. What cannot be decoded is U+FFFD, at most 2 in 100 characters.

    `declared` is the encoding that whoever sent it names: mails and servers err, so that it counts only where the data
    are not UTF-8, and where they are seven bits wide and say so.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _mostly(data[len(mark) :].decode(encoding, "replace"))
    if _binary(data):
        return None
    if _ESCAPED.search(data[:_SAMPLE]) and data.isascii():
        return _mostly(data.decode("iso2022_jp_ext", "replace"))
    if declared.lower().startswith(_SEVEN_BITS) and data.isascii():
        return _strictly(data, declared) or _mostly(data.decode("ascii"))
    text = data.decode("utf-8", "replace")
    if not _spoilt(text):
        return text
    return _legacy(data, declared)


def _binary(data: bytes) -> bool:
    """Text holds a stray NUL or control at most; compressed or compiled data a fifth of them and more."""
    head = data[:_SAMPLE]
    return len(head) - len(head.translate(None, _CONTROLS)) > max(_STRAY, _WORST * len(head))


def _spoilt(text: str) -> bool:
    """Whether bytes read as UTF-8 were not: a text cut in the middle of a letter still is."""
    lost = text.count("\ufffd")
    if not lost:
        return False
    foreign = sum(1 for c in text[:_SAMPLE] if c > "\x7f")
    return 20 * lost > foreign


def _legacy(data: bytes, declared: str) -> str | None:
    inside = _DECLARED.search(data[:_HEAD])
    for encoding in (declared, inside[1].decode("ascii", "replace") if inside else ""):
        text = _strictly(data, encoding) if encoding else None
        if text is not None:
            return text
    return _mostly(data.decode(_known(detect(data[:_SAMPLE])), "replace"))


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(_known(encoding))
    except (UnicodeError, LookupError, ValueError):  # ValueError: a NUL in its name
        return None


def _known(encoding: str) -> str:
    return _WIDER.get(encoding.lower(), encoding)


def _mostly(text: str) -> str | None:
    return text if text.count("\ufffd") <= _WORST * len(text) else None
