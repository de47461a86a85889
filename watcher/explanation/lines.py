"""What all that is printed is made of: times, numbers, columns and records."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from watcher.model import Alert
from watcher.render import one_line

LONGEST_SHOWN = 120


def columns(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Rows as lines whose cells stand below one another; the last cell is as long as it is."""
    table = list(rows)
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        yield "  ".join([*(f"{cell:<{width}}" for cell, width in zip(row[:-1], widths, strict=False)), row[-1]])


def counted(number: int, one: str, many: str = "") -> str:
    """ "1 try", "2 tries"."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def when(milliseconds: int) -> str:
    """A moment in UTC."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def blocker(entry: Mapping[str, Any]) -> str:
    """What kept a rule from an article."""
    return one_line(entry.get("why") or entry.get("text") or "", LONGEST_SHOWN)


def record(entry: Any) -> Any:
    """A dataclass of the store as JSON."""
    if isinstance(entry, Alert):
        return entry.to_json()
    if dataclasses.is_dataclass(entry):
        return {f.name: record(getattr(entry, f.name)) for f in dataclasses.fields(entry)}
    if isinstance(entry, (tuple, list)):
        return [record(item) for item in entry]
    return entry
