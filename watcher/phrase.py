"""What Watcher says, as values: an English template with named values, which can be said in another language later.

The idea is gettext's: the template is the name by which a translation is found, and values stand apart from it, each of
a kind that a language has words of its own for. `render.spoken` says a phrase to a reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from watcher.model import Level

HOLE = re.compile(r"\{(\w+)\}")
_UNITS = (("d", 86_400), ("h", 3600), ("m", 60), ("s", 1))


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time."""

    seconds: int

    @property
    def parts(self) -> list[tuple[int, str]]:
        """Numbers and units, the greatest first: (1, "m"), (30, "s")."""
        found, left = [], self.seconds
        for unit, size in _UNITS:
            number, left = divmod(left, size)
            found += [(number, unit)] if number else []
        return found or [(0, "s")]

    def __str__(self) -> str:
        """As rules write it: "1m30s"."""
        return "".join(f"{number}{unit}" for number, unit in self.parts)


@dataclass(frozen=True, slots=True)
class Moment:
    """A time in UTC ms, as the clocks of a timezone show it."""

    at: int
    timezone: str = "UTC"

    @property
    def local(self) -> datetime:
        return datetime.fromtimestamp(self.at / 1000, UTC).astimezone(ZoneInfo(self.timezone))

    def __str__(self) -> str:
        """ "2026-03-29 06:00 CEST"."""
        return f"{self.local:%Y-%m-%d %H:%M %Z}"


Value = str | int | Span | Moment
"""What stands in a phrase: among texts a Level and another Phrase are said in the reader's language."""


class Phrase(str):
    """A text that remembers what it was made of: as a text it is the English, for logs and for programs.

    `Phrase("channel {channel} works again", channel=name)`; where there is a `plural`, the value `n` chooses it. The
    template is literal in the code and no value is ever part of it, so that nothing an article or a rule says can
    choose what is said.
    """

    __slots__ = ("plural", "template", "values")
    template: str
    plural: str
    values: Mapping[str, Value]

    def __new__(cls, template: str, plural: str = "", /, **values: Value) -> Phrase:
        form = plural if plural and values.get("n") != 1 else template
        phrase = super().__new__(cls, filled(form, {name: str(value) for name, value in values.items()}))
        phrase.template, phrase.plural, phrase.values = template, plural, values
        return phrase

    def __reduce__(self) -> tuple[Any, ...]:
        return _made, (self.template, self.plural, self.values)

    def with_values(self, **values: Value) -> Phrase:
        """The same with other values for some; those that it does not tell change nothing."""
        return Phrase(self.template, self.plural, **{**self.values, **values})

    @classmethod
    def plain(cls, text: str) -> Phrase:
        """A text that is the same in all languages, or that nobody translates."""
        return cls("{text}", text=text)

    @classmethod
    def joined(cls, parts: Iterable[str], joint: str = ", ") -> Phrase:
        """Phrases one after the other; an empty one for none."""
        values = {f"p{number}": part for number, part in enumerate(parts)}
        return cls(joint.join(f"{{{name}}}" for name in values), **values)


def filled(template: str, values: Mapping[str, str]) -> str:
    """A template with its values in place; a hole without one stays."""
    return HOLE.sub(lambda hole: values.get(hole[1], hole[0]), template)


# ── as JSON ──────────────────────────────────────────────────────────────────────────────────────


def to_json(text: str) -> Any:
    """A phrase as the store keeps it; a text that is none as it is."""
    if not isinstance(text, Phrase):
        return text
    kept: dict[str, Any] = {"template": text.template}
    kept |= {"plural": text.plural} if text.plural else {}
    return kept | ({"values": {name: _coded(value) for name, value in text.values.items()}} if text.values else {})


def from_json(data: Any) -> Phrase:
    """What `to_json` kept. A text, which stores hold that were written before there were phrases, reads as it is in all
    languages."""
    match data:
        case {"template": str(template)}:
            values = {name: _decoded(value) for name, value in data.get("values", {}).items()}
            return _made(template, data.get("plural", ""), values)
        case _:
            return Phrase.plain(str(data)) if data else Phrase("")


def _made(template: str, plural: str, values: Mapping[str, Value]) -> Phrase:
    return Phrase(template, plural, **values)


def _coded(value: Value) -> Any:
    match value:
        case Phrase():
            return {"phrase": to_json(value)}
        case Level():
            return {"level": value.value}
        case Span():
            return {"span": value.seconds}
        case Moment():
            return {"moment": value.at, "timezone": value.timezone}
        case _:
            return value


def _decoded(data: Any) -> Value:
    match data:
        case {"phrase": phrase}:
            return from_json(phrase)
        case {"level": level}:
            return Level(level)
        case {"span": seconds}:
            return Span(seconds)
        case {"moment": at, "timezone": timezone}:
            return Moment(at, timezone)
        case int():
            return data
        case _:
            return str(data)
