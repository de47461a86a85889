"""Whose turn it is at an address that takes only so many messages: what is graver first, and everything in the end."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest

from tests.sink import Sink, listening
from tests.test_outbox import LEASE, NOW, alert, to
from tests.test_sending import Office, Service, office_of
from watcher.channels import Target, open_channels
from watcher.message import Retry, Route, Sent
from watcher.model import Level
from watcher.phrase import Phrase
from watcher.rules.spec import ChannelSpec
from watcher.store import Store
from watcher.store.claims import claim, settle

SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000
RULES = """\
version: 1
channels: {phone: {urls: ["json://one"], rate: 20/m}, ops: {urls: ["json://two"]}}
defaults: {operator: ops, notify: [phone]}
"""


@pytest.fixture
def sink() -> Iterator[Sink]:
    with listening() as found:
        yield found


def office(store: Store, sink: Sink, clock: list[int]) -> Office:
    """A daemon's sending, to a real service that is sent 20 messages a minute."""
    phone = open_channels({"phone": ChannelSpec("phone", urls=(sink.url,))}, {}, (), io.StringIO())["phone"]
    ops = Service("ops", (Target("o"),), clock)
    return office_of(store, clock, {"phone": phone, "ops": ops}, RULES)  # type: ignore[dict-item]


def test_what_is_critical_goes_ahead_of_all_that_waits_for_the_rate(store: Store, sink: Sink) -> None:
    """With 100 messages waiting at 20 a minute, a critical alert is in the next minute's, ahead of the rest; then come
    those of high level, and each level in the order in which it came."""
    clock = [NOW]
    desk = office(store, sink, clock)
    key = to(desk.services["phone"].targets[0].key, channel="phone")
    medium = [alert(store, key, number=n, now=NOW + n, level=Level.MEDIUM).id for n in range(100)]
    clock[0] += SECOND
    desk.step()
    assert [received.body["id"] for received in sink.all] == medium[:20]
    high = [alert(store, key, number=200 + n, now=clock[0] + n, level=Level.HIGH).id for n in range(3)]
    critical = alert(store, key, number=300, now=clock[0] + 5, level=Level.CRITICAL).id
    desk.until(MINUTE)
    assert [received.body["id"] for received in sink.all[20:40]] == [critical, *high, *medium[20:36]]
    desk.until(10 * MINUTE)
    assert [received.body["id"] for received in sink.all[40:]] == medium[36:]
    desk.dispatch.stop(5)


def test_what_is_slight_has_its_turn_in_the_end(store: Store) -> None:
    """Where graver messages come faster than they may go, one of low level waits 12 hours for critical ones that come
    after it, and no longer."""
    address = Route("desk", "one")
    low = alert(store, to("one"), number=1, now=NOW, level=Level.LOW)
    for hour in range(13):
        alert(store, to("one"), number=10 + 2 * hour, now=NOW + hour * HOUR + MINUTE, level=Level.CRITICAL)
        alert(store, to("one"), number=11 + 2 * hour, now=NOW + hour * HOUR + MINUTE, level=Level.CRITICAL)
    order = []
    while claimed := claim(store, address, NOW + 13 * HOUR, LEASE):
        order.append(claimed.message.content.level)
        assert settle(store, claimed, Sent(), NOW + 13 * HOUR)
    assert order.index(Level.LOW) == 24 and len(order) == 27 and low.level is Level.LOW


def test_a_grave_message_that_waits_for_its_next_try_holds_up_no_other(store: Store) -> None:
    """A critical alert that its service does not take now waits for its time, and what is slighter goes."""
    address = Route("desk", "one")
    critical = alert(store, to("one"), number=1, level=Level.CRITICAL)
    low = alert(store, to("one"), number=2, level=Level.LOW)
    first = claim(store, address, NOW, LEASE)
    assert first is not None and settle(store, first, Retry(Phrase("busy")), NOW, NOW + MINUTE)
    second = claim(store, address, NOW, LEASE)
    assert second is not None and settle(store, second, Sent(), NOW)
    again = claim(store, address, NOW + MINUTE, LEASE)
    assert again is not None
    levels = [claimed.message.content.level for claimed in (first, second, again)]
    assert levels == [critical.level, low.level, critical.level]
