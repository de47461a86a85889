"""Bytes to text: the byte order mark, then strict UTF-8, then the page's own word, then a guess."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

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
_WIDE = ("utf-32-be", "utf-32-le", "utf-16-be", "utf-16-le")
# Letters and signs of living languages. Read with its bytes in the wrong order a text has others, and for its spaces
# those of typesetters; other data has them at random.
_USUAL = re.compile(
    "[\t\n\r -~\xa0-\u0e7f\u1000-\u11ff\u1780-\u17ff\u1e00-\u1fff"
    "\u2010-\u206f\u3000-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff00-\uffee]"
)
_GAPS = re.compile("[ \n\u3000-\u3002]")
_SURELY = 0.95  # of the characters
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b")) + b"\x7f"
# Seven bits wide and so always valid UTF-8.
_ESCAPED = ((re.compile(rb"\x1b(?:\$[@B]|\([JI])"), "iso2022_jp_ext"), (re.compile(rb"\x1b\$\)C"), "iso2022_kr"))
_HZ = re.compile(rb"~\{((?:[!-w][!-~])+)~\}")
_COMMON = bytes(range(ord("!"), ord("X")))  # signs and the common half of the letters; small Latin ones lie beyond
_SEVEN_BITS = ("iso-2022-", "hz-gb", "csiso2022", "utf-7", "unicode-1-1-utf-7")
# What browsers take these encodings for, by Python's names; its own tables lack characters that pages under them use.
_WIDER = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
# Names that browsers know and Python does not.
_LABELS = {
    "windows-874": "cp874",
    "iso-8859-8-i": "iso-8859-8",
    "x-mac-cyrillic": "mac_cyrillic",
    "x-mac-ukrainian": "mac_cyrillic",
    "x-mac-roman": "mac_roman",
    "x-sjis": "cp932",
    "x-gbk": "gb18030",
    "x-x-big5": "big5hkscs",
    "x-euc-jp": "euc_jp",
}
# No page is written in these; the first takes quadratic time.
_PROGRAMS = frozenset({"punycode", "idna", "unicode-escape", "raw-unicode-escape"})
# What the guess does not know: old Macs and DOS.
_CYRILLIC = ("mac_cyrillic", "cp855")
_OFTEN = frozenset("оеаинтсрвлкмдпуя")  # four of five letters of a Russian or Bulgarian text
_FEW = 0.6  # of the letters beyond ASCII: fewer are not those, nor read in the right encoding
_DENSE = 0.5  # of a text's letters: more beyond ASCII than any language of the West has
_LETTER, _FOREIGN = re.compile(rb"[A-Za-z\x80-\xff]"), bytes(range(0x80, 0x100))
_INSIDE = re.compile("(?<=[a-z])[^\x00-\x7f](?=[a-z])")
_POUNDS = re.compile(rb"(?<![\x80-\xff])\xa3[0-9]")
_MAINFRAME = "cp500"  # EBCDIC; what others of its kind have elsewhere are signs
_EBCDIC = " abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789,.".encode(_MAINFRAME)
_MAINLY = 0.8  # of the bytes of such a text
_SPACED = 0.05
_SOUND = 8  # bytes beyond ASCII in lines of UTF-8 that are not so by chance
_SOUND_LINE = 20  # the same in a single line: of Thai, the likeliest, one pair in nine is sound
_OF_THE_WEST = ("cp1252", "mac_roman", "cp850", "cp852")
_HEAD = 4_096  # bytes in which a page says its encoding
_SAMPLE = 1_000_000  # bytes that the guess is made from
_STRAY = 4  # NULs and controls that any text may hold
_WORST = 0.02  # share of characters that may be lost or controls before the data counts as no text


def decode(data: bytes, declared: str = "") -> str | None:
    """The text in `data`, None if it is binary. What cannot be decoded is U+FFFD, at most 1 in 20 characters.

    `declared` is the encoding that whoever sent it names: mails and servers err, so that it counts only where the data
    are not UTF-8, and where they are seven bits wide and say so.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _mostly(data[len(mark) :].decode(encoding, "replace"))
    for encoding in _escaped(data[:_SAMPLE]) if data.isascii() else ():
        if text := _mostly(data.decode(encoding, "replace")):
            return text
    if _is_ebcdic(data[:_HEAD]):
        return _mostly(data.decode(_MAINFRAME))
    if _binary(data):
        return _wide(data)
    if declared.lower().startswith(_SEVEN_BITS) and data.isascii():
        return _strictly(data, declared) or _mostly(data.decode("ascii"))
    text = data.decode("utf-8", "replace")
    if "\ufffd" not in text:
        return text
    if not _spoilt(text):
        return _mixed(data, declared) or text
    return _mixed(data, declared) if _is_mixed(data[:_SAMPLE]) else _legacy(data, declared)


def _escaped(sample: bytes) -> Iterator[str]:
    """The encodings whose escapes stand in a text: HZ's, which may be others' signs, where they are several or most of
    it, and of common letters."""
    yield from (encoding for sign, encoding in _ESCAPED if sign.search(sample))
    parts = _HZ.findall(sample)
    letters = b"".join(parts)[::2]
    common = len(letters) - len(letters.translate(None, _COMMON))
    if (len(parts) > 1 or 4 * len(letters) >= len(sample)) and 3 * common > len(letters):
        yield "hz"


def _is_ebcdic(head: bytes) -> bool:
    """Whether a text comes from a mainframe: its spaces are what elsewhere is "@", and no byte of it is a space."""
    if b" " in head or head.count(b"@") <= _SPACED * len(head):
        return False
    return len(head.translate(None, _EBCDIC)) < (1 - _MAINLY) * len(head)


def _binary(data: bytes) -> bool:
    """Text holds a stray NUL or control at most; compressed or compiled data a fifth of them and more."""
    head = data[:_SAMPLE]
    return len(head) - len(head.translate(None, _CONTROLS)) > max(_STRAY, _WORST * len(head))


def _wide(data: bytes) -> str | None:
    """UTF-16 or UTF-32 without its mark: the one in which the characters are those of a language, with gaps between."""
    for encoding in _WIDE:
        head = data[:_HEAD].decode(encoding, "ignore")
        usual = len(_USUAL.findall(head))
        if (
            usual >= _SURELY * max(len(head), 1)
            and _GAPS.search(head)
            and len(head.encode(encoding)) >= len(data[:_HEAD]) - 4
        ):
            return _mostly(data.decode(encoding, "replace"))
    return None


def _spoilt(text: str) -> bool:
    """Whether bytes read as UTF-8 were not: a text cut in the middle of a letter still is, and one with a line that was
    put in from elsewhere."""
    lost = text.count("\ufffd")
    foreign = sum(1 for c in text[:_SAMPLE] if c > "\x7f")
    return 20 * lost > foreign


def _is_mixed(sample: bytes) -> bool:
    """Whether some lines are UTF-8 and others are not, as where files were put together: letters of several bytes are
    seldom sound by chance, and never so many in all, nor in one line."""
    told, lost, longest = 0, 0, 0
    for line in sample.split(b"\n"):
        foreign = len(line) - len(line.translate(None, _FOREIGN))
        if foreign and "\ufffd" not in line.decode("utf-8", "replace"):
            told, longest = told + foreign, max(longest, foreign)
        else:
            lost += foreign
    return longest >= _SOUND_LINE or (told >= _SOUND and told > lost / 2)


def _is_foreign(line: bytes) -> bool:
    """Whether a line is not UTF-8: one of which a letter is damaged is."""
    text = line.decode("utf-8", "replace")
    lost = text.count("\ufffd")
    return lost > 0 and 2 * lost > sum(c > "\x7f" for c in text)


def _mixed(data: bytes, declared: str) -> str | None:
    """Each line in its own encoding: UTF-8, or what the others together are taken for."""
    lines = data.split(b"\n")
    foreign = [line for line in lines if _is_foreign(line)]
    others = _legacy(b"\n".join(foreign), declared) if foreign else ""
    if others is None:
        return None
    rest = iter(others.split("\n"))
    return "\n".join(next(rest, "") if _is_foreign(line) else line.decode("utf-8", "replace") for line in lines)


def _legacy(data: bytes, declared: str) -> str | None:
    inside = _DECLARED.search(data[:_HEAD])
    for encoding in (declared, inside[1].decode("ascii", "replace") if inside else ""):
        text = _strictly(data, encoding) if encoding else None
        if text is not None:
            return text
    return _mostly(data.decode(_guess(data[:_SAMPLE]), "replace"))


def _guess(sample: bytes) -> str:
    """The encoding that browsers would guess, but for what they never guess, nor see in so few letters."""
    found = detect(sample)
    if found in ("windows-1250", "iso-8859-2") and _POUNDS.search(sample):
        return "cp1252"  # "£825" is no word that begins with "Ł"
    if found == "windows-1251":  # but for capitals and "я" that of old Macs is the same
        return max(("cp1251", "mac_cyrillic"), key=lambda encoding: _often(sample.decode(encoding, "replace")))
    if found != "windows-1252":
        return _known(found)
    letters = len(_LETTER.findall(sample))
    foreign = len(sample) - len(sample.translate(None, _FOREIGN))
    return _cyrillic(sample) if foreign > _DENSE * letters else _western(sample)


def _cyrillic(sample: bytes) -> str:
    """The encoding in which a text is one of Cyrillic letters; Windows' own where there is none."""
    often = {encoding: _often(sample.decode(encoding, "replace")) for encoding in _CYRILLIC}
    best = max(often, key=lambda encoding: often[encoding])
    return best if often[best] >= _FEW else "cp1252"


def _often(text: str) -> float:
    foreign = [c for c in text if c > "\x7f"]
    return sum(c in _OFTEN for c in foreign) / max(1, len(foreign))


def _western(sample: bytes) -> str:
    """Windows' encoding, or that of old Macs or of DOS where it has fewer capitals and signs inside words: the
    apostrophe of the one is the Õ of the other."""
    odd = {
        encoding: sum(not c.islower() and c != "’" for c in _INSIDE.findall(sample.decode(encoding, "replace")))
        for encoding in _OF_THE_WEST
    }
    return min(odd, key=lambda encoding: odd[encoding])


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(_known(encoding))
    except (UnicodeError, LookupError, ValueError):  # ValueError: a NUL in its name
        return None


def _known(encoding: str) -> str:
    """Python's name of an encoding that a page names. Raises LookupError for one that it cannot be in: data in wide
    characters have a mark or NULs, and are known by these before anybody's word counts."""
    name = codecs.lookup(_LABELS.get(encoding.lower(), encoding)).name
    if name in _PROGRAMS or name.startswith(("utf-16", "utf-32")):
        raise LookupError(name)
    return _WIDER.get(name, name)


def _mostly(text: str) -> str | None:
    return text if text.count("\ufffd") <= _WORST * len(text) else None
