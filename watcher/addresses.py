"""What is to be known of an address that is sent to, as the rules in force have it."""

from __future__ import annotations

from dataclasses import dataclass

from watcher.channels import Channel, Target
from watcher.live import Current
from watcher.message import Route
from watcher.policy.decide import QuietHours
from watcher.rules.spec import Pace
from watcher.store.fallback import Fallback


@dataclass(frozen=True, slots=True)
class Address:
    """An address: its channel, which of the channel's addresses it is, from 1, how many messages it takes, and who is
    told instead. `quiet` are its quiet hours. `tells_dead` is false for the operator's own channel."""

    route: Route
    channel: Channel
    number: int
    rate: Pace | None
    fallback: Fallback | None
    tells_dead: bool
    quiet: QuietHours


def address_of(route: Route, current: Current) -> Address | None:
    """The address of a route, None where the rules have none that can be used."""
    channel, spec = current.channels.get(route.channel), current.rules.channels.get(route.channel)
    if channel is None or spec is None or channel.unconfigured:
        return None
    numbered = ((n, target) for n, target in enumerate(channel.targets, 1) if target.key == route.target)
    number, target = next(numbered, (0, Target(route.target)))
    fallback = None
    if spec.fallback is not None:
        keys = tuple(target.key for target in current.channels[spec.fallback].targets)
        fallback = Fallback(spec.fallback, keys, spec.fallback_after)
    tells_dead = route.channel != current.rules.operator
    quiet = QuietHours(spec, current.by_id, current.rule)
    return Address(route, channel, number, spec.rate or target.rate, fallback, tells_dead, quiet)


def operators(current: Current) -> list[Address]:
    """The addresses of the operator's channel that can be used."""
    name = current.rules.operator or ""
    channel = current.channels.get(name)
    targets = channel.targets if channel is not None else ()
    found = (address_of(Route(name, target.key), current) for target in targets)
    return [address for address in found if address is not None]
