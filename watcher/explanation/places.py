"""Places of the gazetteer, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from watcher.entities.described import Described
from watcher.explanation.lines import columns

_SHOWN, _RECORDED = 12, 100  # names of a place: those that people see, and programs
_LISTED = 8  # places of one name that the gazetteer tells of


def places(found: Sequence[Described], meant: int, *, ambiguous: bool) -> str:
    """The places of a name, the first `meant` of them in full: those that a rule means by it, or, where it is
    `ambiguous`, has to choose from."""
    lines = []
    if ambiguous:
        lines.append(f"several places; a rule names one of {', '.join(sorted(one.code for one in found[:meant]))}")
    lines += [line for one in found[:meant] for line in _in_full(one)]
    if others := found[meant:]:
        lines.append("of that name too, but not meant by it; a rule writes")
        rows = [(f"  {one.write or '-'}", one.kind, one.name, _people(one) or one.country) for one in others]
        lines += [line.rstrip() for line in columns(rows)]
        if len(found) >= _LISTED:
            lines.append("  and smaller ones, if there are more than these")
    return "\n".join(lines)


def _in_full(one: Described) -> Iterator[str]:
    yield f"{one.name}: {one.kind} {one.code}" + (f", {_people(one)}" if one.people else "")
    own = [name for name in one.own if name != one.name]
    if own:
        yield f"  in your language: {_bounded(own, 4)}"
    if one.lies_in:
        yield f"  lies in: {' '.join(one.lies_in)}"
    for label, names in (
        ("found as", one.names),
        ("adjectives", one.adjectives),
        ("inhabitants, with kind: people", one.inhabitants),
    ):
        if names:
            yield f"  {label}: {_bounded(names, _SHOWN)}"
    if one.doubts:
        yield f"  the name is also {' and '.join(one.doubts)}"
    if one.members:
        yield f"  {len(one.members)} members:"
        yield from (f"    {line}" for line in columns(one.members))


def _people(one: Described) -> str:
    return f"{one.people:,} people" if one.people else ""


def _bounded(names: Sequence[str], most: int) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(islice(names, most)) + more


def place_record(one: Described, *, meant: bool) -> dict[str, Any]:
    """A place as JSON; `meant` of those that a rule means by the name. Of long lists of names the first."""
    short = replace(
        one, names=one.names[:_RECORDED], adjectives=one.adjectives[:_RECORDED], inhabitants=one.inhabitants[:_RECORDED]
    )
    return {
        "code": short.code,
        "meant": meant,
        "kind": short.kind,
        "name": short.name,
        "write": short.write or None,
        "country": short.country or None,
        "population": short.people or None,
        "lies_in": short.lies_in,
        "members": [{"code": code, "name": name} for code, name in short.members],
        "own_names": short.own,
        "names": short.names,
        "adjectives": short.adjectives,
        "inhabitants": short.inhabitants,
        "doubts": short.doubts,
    }
