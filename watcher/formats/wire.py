"""IPTC 7901 and ANPA 1312, the wires' formats from before XML: one article between control characters."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from watcher.formats.base import Sheet
from watcher.formats.bylines import ends_sentence
from watcher.formats.facts import Facts
from watcher.formats.normal import unwrapped
from watcher.model import Article

_ANPA = b"\x16\x16\x01"
_IPTC = b"\x01"
_WIRE = re.compile(r"\x16*\x01(?P<head>[^\x02]{0,500})\x02(?P<text>[^\x03]*)(?:\x03(?P<tail>[^\x04]{0,200}))?")
_HEAD = re.compile(
    r"(?P<source>[A-Za-z]{2,4})\d{2,5} (?P<urgency>\d) (?:.{0,60}\s(?P<name>[A-Za-z]{2,10})[\w-]{0,10} \d{2,5}\s*)?"
)
_NOTES = re.compile(r"^#{1,2} ?(?:dpa[ -])?(?:notebook|notizblock).*\Z", re.IGNORECASE | re.MULTILINE | re.DOTALL)
_IPTC_TIME = re.compile(
    r"(?P<day>\d\d)(?P<hour>\d\d)(?P<minute>\d\d) (?:GMT )?(?P<month>[A-Za-z\xe4\xc4]{3}) (?P<year>\d\d)\b"
)
_ANPA_TIME = re.compile(r"(?P<month>\d\d)-(?P<day>\d\d)-(?P<year>\d\d) (?P<hour>\d\d)(?P<minute>\d\d)GMT")
_SOURCE = re.compile(r"\^?(?P<name>[A-Z]{2,5})-")
_CLOSED = re.compile(r"(?:,\d*)?[<=]\s*$")
_EDITORS = re.compile(r"AP Photo|Eds?:|Editors:", re.IGNORECASE)
_PARAGRAPH = re.compile(r"\n(?:[^\S\n]*\n)+|\n(?=[^\S\n]{2})")
_DASHED = re.compile(r"\)\s?[-–—_]+\s")  # "TOWN, Feb 3 (Agency) - ": a dispatch has begun
_LONGEST_HEADLINE = 500
_BYLINE = re.compile(r"(?:by|von)\s+\S", re.IGNORECASE)
_MONTHS = (
    ("jan", "feb", "mar m\xe4r mrz", "apr", "may mai", "jun", "jul", "aug", "sep")
    + ("oct okt", "nov", "dec dez")
)  # fmt: skip


def recognises(sheet: Sheet) -> bool:
    return sheet.data.startswith((_ANPA, _IPTC)) and _WIRE.match(_text(sheet)) is not None


def read(sheet: Sheet) -> tuple[Article, ...]:
    """The one article in a wire file."""
    found = _WIRE.match(_text(sheet))
    assert found is not None  # recognised
    head, text, tail = found["head"], found["text"].strip("\n"), found["tail"] or ""
    by_anpa = sheet.data.startswith(_ANPA) and not _HEAD.match(head)  # IPTC's may begin with the same signs
    return ((_anpa(text, tail) if by_anpa else _iptc(head, text, tail)).article(sheet),)


def _text(sheet: Sheet) -> str:
    """The text; where control characters, which set type here, made it look like no text, as Windows writes it."""
    text = sheet.data.decode("cp1252", "replace") if sheet.text is None else sheet.text
    return text.replace("\r\n", "\n")


def _iptc(head: str, text: str, tail: str) -> Facts:
    """The headline ends at "=", with its author on a line of its own, or where the text begins; "# Notebook" begins
    what is not to be printed."""
    said = _HEAD.match(head)
    title, equals, body = text.partition("=")
    if not equals or len(title) > _LONGEST_HEADLINE:
        title, body = _parted(text)
    lines = [line.strip() for line in title.split("\n") if line.strip()]
    author = lines.pop() if len(lines) > 1 and _BYLINE.match(lines[-1]) else ""
    return Facts(
        title=" ".join(lines),
        body=unwrapped(_NOTES.sub("", body)),
        source=(said["name"] or said["source"]) if said else "",
        urgency=said["urgency"] if said else "",
        author=author,
        published=_time(_IPTC_TIME.search(tail)),
    )


def _parted(text: str) -> tuple[str, str]:
    """The headline of a text without a sign where it ends, and what follows it: the last of the paragraphs that stand
    before the first sentence, all that are no keyword. "" where the text begins with a sentence."""
    at, titles = 0, []
    for gap in _PARAGRAPH.finditer(text, 0, _LONGEST_HEADLINE):
        written = " ".join(text[at : gap.start()].split())
        if ends_sentence(written) or _DASHED.search(written):
            break
        titles += [text[at : gap.start()]] if " " in written else []
        at = gap.end()
    return "\n".join(titles), text[at:]


def _anpa(text: str, tail: str) -> Facts:
    """Closed lines that begin with a caret say the story's name, its headline, what editors should know and the author;
    what follows them is the text."""
    lines = text.split("\n")
    count = next((i for i, line in enumerate(lines) if not (line.startswith("^") and _CLOSED.search(line))), len(lines))
    marked = [_CLOSED.sub("", line.lstrip("^")).strip() for line in lines[:count]]
    titles = [line for line in marked if not _EDITORS.match(line) and not _BYLINE.match(line)]
    source = _SOURCE.search(tail)
    return Facts(
        title="".join(titles[1:2] or titles),
        body=unwrapped("\n".join(map(_paragraph, lines[count:]))).replace("``", '"').replace("''", '"'),
        source=source["name"] if source else "",
        author=next((line for line in marked if _BYLINE.match(line)), ""),
        published=_time(_ANPA_TIME.search(tail)),
    )


def _paragraph(line: str) -> str:
    """A line of the text; a caret begins a paragraph, and "<" ends one."""
    line = line.rstrip().removesuffix("<")
    return f"\n{line[1:]}" if line.startswith("^") else line


def _time(found: re.Match[str] | None) -> str:
    if found is None:
        return ""
    written = found["month"].lower()
    month = (
        int(written) if written.isdecimal() else next((i for i, m in enumerate(_MONTHS, 1) if written in m.split()), 0)
    )
    day, hour, minute = int(found["day"]), int(found["hour"]), int(found["minute"])
    try:
        return datetime(2000 + int(found["year"]), month, day, hour, minute, tzinfo=UTC).isoformat()
    except ValueError:  # the 31st of February is no date
        return ""
