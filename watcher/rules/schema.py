"""The JSON Schema of a rules file, made from the tables of keys that the reader itself takes.

Draft-07, which yaml-language-server and with it most editors read; of the later drafts it passes over
`unevaluatedProperties` without a word (vscode-yaml issues 704 and 1122). So a condition is one flat mapping here: it
may have the key and the companions of every kind, and each kind says what may not stand beside it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from watcher.rules import forms, keys, lists
from watcher.rules.conditions.near import WITH_SPANS
from watcher.rules.conditions.reader import COMPANIONS, GROUPS, KINDS
from watcher.rules.conditions.score import OWN
from watcher.rules.forms import Form, Keys


def schema() -> dict[str, Any]:
    """The schema. What it refuses the reader refuses too; that the reader refuses more, it cannot help: names that
    nothing bears, numbers that do not fit together."""
    top = forms.mapping(keys.TOP, required=("version",), said="The rules of Watcher.")
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Watcher rules",
        **top,
        "definitions": {
            **lists.FORMS,
            "condition": _condition(),
            "weighed": _condition(OWN, needs=("weight",), goes_with={"repeat": ["keywords"]}),
            "spanned": _spanned(),
        },
    }


def written() -> str:
    """The schema as a file."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def _condition(own: Keys | None = None, needs: Iterable[str] = (), goes_with: Form | None = None) -> Form:
    """A condition, or a list of them; with keys of its own it is an item of something and no list."""
    own = own or {}
    kinds = {key: kind.form for key, kind in KINDS.items()}
    companions = {name: COMPANIONS[name] for kind in KINDS.values() for name in kind.companions}
    array = {} if own else {"items": forms.CONDITION, "minItems": 1}
    return {
        "type": "object" if own else ["object", "array"],
        **array,
        **forms.entries({**kinds, **companions, **own}, needs),
        "anyOf": [{"required": [key]} for key in kinds],
        "dependencies": {**{key: _beside(key, own) for key in kinds}, **(goes_with or {})},
    }


def _beside(key: str, own: Keys) -> Form:
    """What may stand in one mapping with the key of a condition: of other kinds only groups beside a group."""
    together = GROUPS if key in GROUPS else (key,)
    companions = {name: None for kind in together for name in KINDS[kind].companions}
    return forms.only((*together, *companions, *own))


def _spanned() -> Form:
    """A condition that has spans, for `near`; whether one has that is used by name or is a query, is not seen here."""
    without = [key for key in KINDS if key not in (*WITH_SPANS, "use", "query")]
    return {
        "allOf": [forms.CONDITION],
        "type": "object",
        "not": {"anyOf": [{"required": [key]} for key in without]},
        "properties": {"any": {"items": forms.ref("spanned")}},
    }
