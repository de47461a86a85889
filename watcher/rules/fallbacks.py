"""Reads what channels say of sending: how many messages they take, and who is told when they fail."""

from __future__ import annotations

from collections.abc import Mapping

from watcher.rules import forms, nodes
from watcher.rules.nodes import Node
from watcher.rules.reading import Reading, kind
from watcher.rules.spec import FALLBACK_AFTER, ChannelSpec

MOST_DAYS = 30  # that a fallback can be made to wait
SENDING: forms.Keys = {
    "rate": forms.text(
        "The most messages to each address, such as 20/m; the rest waits.", pattern="^[0-9]{1,6}/[smhd]$"
    ),
    "fallback": forms.text("The channel that is told what this one cannot tell."),
    "fallback_after": forms.duration("How long this one fails before: 10m if not given; critical alerts 2m at most."),
}


def read_fallback_after(reading: Reading, entries: Mapping[str, Node]) -> int:
    """Seconds."""
    node = entries.get("fallback_after")
    seconds = reading.duration(node, "fallback_after")
    if node is not None and "fallback" not in entries:
        reading.fault(node, "fallback_after needs a fallback beside it")
    elif node is not None and seconds is not None and seconds > MOST_DAYS * 86_400:
        reading.fault(node, f"fallback_after must be at most {MOST_DAYS}d, not {kind(node)}")
    return FALLBACK_AFTER if seconds is None else seconds


def check_fallbacks(reading: Reading, channels: Mapping[str, ChannelSpec], written: Mapping[str, Node]) -> None:
    """Tells which fallbacks are no channels, and those that lead back to where they began; `written` are the channels
    as they stand in the file."""
    told: set[str] = set()
    for name, channel in written.items():
        spec, node = channels[name], _fallback(channel)
        if spec.fallback is None or node is None:
            continue
        if spec.fallback not in channels:
            hint = reading.hint(spec.fallback, channels) or f"; there are {', '.join(list(channels)[:20])}"
            reading.unknown(node, f"unknown channel {kind(node)} in fallback{hint}")
            continue
        if name in told:
            continue
        way = [name]
        following = spec.fallback
        while following in channels and following not in way and following not in told:
            way.append(following)
            following = channels[following].fallback or ""
        told |= set(way)
        if following in way:
            circle = way[way.index(following) :]
            node = _fallback(written[circle[0]]) or node
            shown = " -> ".join([*circle, circle[0]])
            reading.fault(node, f"the fallbacks go round in a circle: {shown}; one of them must have none")


def _fallback(channel: Node) -> Node | None:
    entries = channel.entries if isinstance(channel, nodes.Mapping) else ()
    return next((value for key, value in entries if key.value == "fallback"), None)
