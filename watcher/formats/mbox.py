"""mbox: mails on end in one file, each read like a file of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from watcher.formats.base import Member, Sheet
from watcher.formats.mime import in_lines

# "From sender@example.org Thu Jan  1 00:00:00 2026", between a blank line and a header: "From " begins sentences too.
_START = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\n]{0,300}\d:\d\d[^\n]{0,60}\n(?=>?[!-9;-~]{1,80}:)")
_LONGEST_START = 1_000  # bytes
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


def recognises(sheet: Sheet) -> bool:
    return _START.match(in_lines(sheet.data[:_LONGEST_START])) is not None


def read(sheet: Sheet) -> Iterator[Member]:
    """The mails one by one."""
    data = in_lines(sheet.data)
    starts = _START.finditer(data)
    for number, (found, following) in enumerate(pairwise([*starts, None]), 1):
        assert found is not None  # only the last one is
        mail = data[found.end() : following.start() if following else None]
        yield Member(f"mail {number:,}", _QUOTED.sub(rb"\1", mail))
