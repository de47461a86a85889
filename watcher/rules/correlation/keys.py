"""The keys of a correlation: of each type those that it takes, and their forms."""

from __future__ import annotations

from collections.abc import Mapping

from watcher.rules import forms, nodes
from watcher.rules.correlation.counts import MOST_EVENTS
from watcher.rules.correlation.events import BY, STORY
from watcher.rules.correlation.flatline import Flatline
from watcher.rules.correlation.kinds import Temporal
from watcher.rules.nodes import Node, Scalar

# Of each type, the keys that it needs and those that it may have.
KEYS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "frequency": (("num_events", "timeframe"), ("by",)),
    "spike": (("height", "timeframe"), ("baseline", "min_events", "by")),
    "flatline": (("below", "timeframe"), ("by", "of", "active")),
    "new_term": (("of", "window"), ("by",)),
    "cardinality": (("of", "at_least", "timeframe"), ("by",)),
    "temporal": (("rules", "timeframe"), ("ordered", "by")),
}
OF = {"cardinality": BY, "new_term": ("person", "org", "place")}
ALL: forms.Keys = {
    "type": forms.choice(KEYS, "What is counted."),
    "num_events": forms.number(1, MOST_EVENTS, said="So many articles in the timeframe."),
    "timeframe": forms.duration("How far back is counted, such as 1h."),
    "by": forms.choice(BY, "Counted for each of them by itself."),
    "height": {"type": "number", "minimum": 1, "description": "So many times the mean of the windows before."},
    "baseline": forms.number(1, 1000, "The windows before that the mean is of; 14 if not given."),
    "min_events": forms.number(1, MOST_EVENTS, said="At least so many articles."),
    "below": forms.number(1, MOST_EVENTS, "Fewer articles than that."),
    "of": forms.texts("The kind of value that is counted; for flatline the values that are expected."),
    "active": forms.text("The time interval in which silence counts."),
    "window": forms.duration("How long a name is known after it was seen, such as 30d."),
    "at_least": forms.number(2, MOST_EVENTS, said="So many different values."),
    "rules": forms.texts("The rules that must all match."),
    "ordered": forms.boolean("In the order in which they are named."),
}
NOT_TEMPORAL = ("condition", "query", "languages", "max_age", "undated")
TEMPORAL: forms.Form = {  # how a rule looks that has a temporal one
    "properties": {"correlation": {"properties": {"type": {"const": Temporal.key}}, "required": ["type"]}},
    "required": ["correlation"],
}
ONLY_TEMPORAL: forms.Form = {  # and has no condition of its own
    "not": {"anyOf": [{"required": [key]} for key in NOT_TEMPORAL]},
    "properties": {"tests": forms.some({"type": "object", "required": ["articles"]}, least=0)},
}
_OF_TYPE: forms.Keys = {  # what one type says of keys that it shares with others
    **{name: {"of": forms.choice(values)} for name, values in OF.items()},
    Flatline.key: {"by": forms.choice(kind for kind in BY if kind != STORY)},
    Temporal.key: {"rules": {"type": "array", "minItems": 2, "uniqueItems": True}},
}
FORM = forms.mapping(
    ALL,
    required=("type",),
    said="What it takes of several articles for one alert.",
    oneOf=[
        {
            "properties": {"type": {"const": name}, **_OF_TYPE.get(name, {})},
            "required": list(needed),
            **({"dependencies": {"by": ["of"], "of": ["by"]}} if name == Flatline.key else {}),
            **forms.only(("type", *needed, *allowed)),
        }
        for name, (needed, allowed) in KEYS.items()
    ],
)


def is_temporal(node: Node | None) -> bool:
    """Whether a rule takes its events from other rules, and so has no condition."""
    found = node.get("type") if isinstance(node, nodes.Mapping) else None
    return isinstance(found, Scalar) and found.value == Temporal.key


def keys_of(node: Node) -> tuple[forms.Keys, Mapping[str, str]]:
    """The keys that the type of a correlation takes, and what is to be said of those of other types; all keys where
    its type is not known."""
    found = node.get("type") if isinstance(node, nodes.Mapping) else None
    if not isinstance(found, Scalar) or found.value not in KEYS:
        return ALL, {}
    takes = [key for keys in KEYS[found.value] for key in keys]
    others = {
        key: ", ".join(name for name, (needed, allowed) in KEYS.items() if key in (*needed, *allowed))
        for key in ALL.keys() - {"type", *takes}
    }
    told = {key: f"belongs to {names}; {found.value} takes {', '.join(takes)}" for key, names in others.items()}
    return {key: ALL[key] for key in ("type", *takes)}, told
