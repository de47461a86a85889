"""Forms: how the values of a rules file look, each a fragment of JSON Schema (draft-07) with a sentence for editors.

The tables of keys that the reader takes hold the form of each key, so that the schema knows every key. For the reader
every scalar is text; an editor's YAML makes numbers, booleans and null of some, which is why a text may be any of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

Form = Mapping[str, Any]
Keys = Mapping[str, Form]  # the keys of a mapping, each with the form of its value

TEXT = ("string", "number", "boolean", "null")
_WRITTEN = {  # how the analyst writes what is read as such
    "number": ("5", "-5", "+5", "0.5", "1e5", "0x5", ".inf"),
    "boolean": ("true", "false"),
    "null": ("", "~", "null"),
}
FREE: Keys = {"^x-": {}}  # keys that may stand anywhere
# A name of a list and the like. \w is ASCII for some validators, so what is no letter is named instead.
NAME = r"^(?!x-)[^\s!-,./:-@\[-^`{-~]{1,100}$"

# No "$name", which stands for a named condition in queries alone.
NO_NAMED = r"(?!\$[^\s!-@\[-^`{-~][^\s!-,./:-@\[-^`{-~]*$)"


def text(said: str = "", **more: Any) -> Form:
    """One scalar; `more` are keywords of JSON Schema that bound it (pattern, minLength, maxLength). A validator looks
    at the pattern of a string alone, so that no number may stand where none as it is written would have it."""
    types = [kind for kind in TEXT if kind == "string" or _may_be(kind, more.get("pattern", ""))]
    return _said({"type": types, **more}, said)


def _may_be(kind: str, pattern: str) -> bool:
    return any(re.search(pattern, value) for value in _WRITTEN[kind])


def choice(options: Iterable[str], said: str = "") -> Form:
    """One of the texts."""
    return _said({"enum": [str(option) for option in options]}, said)


def boolean(said: str = "") -> Form:
    """`true` or `false`."""
    return _said({"type": "boolean"}, said)


def number(least: int, most: int = 1_000_000, said: str = "") -> Form:
    """A whole number."""
    return _said({"type": "integer", "minimum": least, "maximum": most}, said)


def duration(said: str = "") -> Form:
    """`30s 5m 4h 3d`."""
    return _said({"type": "string", "pattern": "^[0-9]{1,6}[smhd]$"}, said)


def moment(said: str = "") -> Form:
    """A date, or a date and time, of ISO 8601."""
    return _said({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]|$)"}, said)


def some(form: Form, said: str = "", least: int = 1) -> Form:
    """One of the form, or a list of at least so many."""
    return _said({"anyOf": [form, {"type": "array", "items": form, "minItems": least}]}, said)


def texts(said: str = "", **more: Any) -> Form:
    """A text, or a list of texts."""
    return some(text(**more), said)


def listed(form: Form, said: str = "", least: int = 1, **more: Any) -> Form:
    """A list."""
    return _said({"type": "array", "items": form, "minItems": least, **more}, said)


def mapping(keys: Keys, required: Iterable[str] = (), said: str = "", **more: Any) -> Form:
    """A mapping that takes these keys."""
    return _said({"type": "object", **entries(keys, required), **more}, said)


def entries(keys: Keys, required: Iterable[str] = ()) -> dict[str, Any]:
    """What a mapping has to hold, for a value that may also be something else."""
    needs = {"required": list(required)} if required else {}
    return {"properties": dict(keys), "patternProperties": FREE, "additionalProperties": False, **needs}


def named(form: Form, said: str = "") -> Form:
    """A mapping of free names."""
    patterns = {**FREE, NAME: form}
    return _said({"type": "object", "patternProperties": patterns, "additionalProperties": False}, said)


def ref(definition: str, said: str = "") -> Form:
    """What stands in the schema's definitions. Validators of draft-07 pass over what stands beside a reference,
    editors show it."""
    return _said({"$ref": f"#/definitions/{definition}"}, said)


def only(names: Iterable[str]) -> Form:
    """A mapping with no other keys than these, whatever their values."""
    return {"propertyNames": {"pattern": f"^({'|'.join(names)}|x-.*)$"}}


def _said(form: Form, said: str) -> Form:
    return {**form, "description": said} if said else form


CONDITION = ref("condition")
CONDITIONS = listed(CONDITION)
TERMS = ref("terms")
LANGUAGE = ref("language")
