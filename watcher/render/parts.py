"""Long messages in parts: no longer than a service takes, and parted where a reader would pause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from watcher.render.cleaning import ELLIPSIS
from watcher.render.forms import MARKUPS, Form, formed, formed_line
from watcher.render.pieces import Paragraph

MOST_PARTS = 10


def parted(paragraphs: Iterable[Paragraph], form: Form, limit: int) -> list[str]:
    """The paragraphs as bodies of at most `limit` characters: whole paragraphs, else whole lines; only a line that is
    longer itself stands in a longer body. Of more than ten bodies the rest is left out, and that is shown."""
    bodies: list[str] = []
    for joint, unit in _units(paragraphs, form, limit):
        if bodies and len(bodies[-1]) + len(joint) + len(unit) <= limit:
            bodies[-1] += joint + unit
        else:
            bodies.append(unit)
    return bodies if len(bodies) <= MOST_PARTS else [*bodies[: MOST_PARTS - 1], ELLIPSIS]


def _units(paragraphs: Iterable[Paragraph], form: Form, limit: int) -> Iterator[tuple[str, str]]:
    """What is not to be parted, with what joins it to the one before."""
    markup = MARKUPS[form]
    for paragraph in paragraphs:
        whole = formed([paragraph], form)
        if len(whole) <= limit:
            yield from [(markup.paragraph, whole)] if whole else []
            continue
        joint = markup.paragraph
        for line in filter(None, (formed_line(line, form) for line in paragraph)):
            yield joint, line
            joint = markup.line


def numbers(parts: int) -> list[str]:
    """What tells the parts from one another, where there are several."""
    return [f" ({number}/{parts})" for number in range(1, parts + 1)] if parts > 1 else [""]
