"""The outbox: each message is claimed by one, tried until it is sent or dead, and its delivery says so."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select, update

from tests.desk import tell_alone
from watcher.message import Bulletin, Failed, MessageKind, Notice, Retry, Route, SendOutcome, Sent
from watcher.model import (
    Admission,
    Alert,
    Article,
    Decision,
    DeliveryState,
    Draft,
    FileFacts,
    FileOutcome,
    Handled,
    Level,
    Reading,
    Verdict,
)
from watcher.phrase import Phrase
from watcher.policy.retries import Pause
from watcher.render import say
from watcher.store import Store, open_store
from watcher.store.alerts import DeliveryRecord, list_alerts, show_alert
from watcher.store.articles import admit
from watcher.store.claims import Claimed, claim, reset_leases, settle
from watcher.store.outbox import MessageState, put_notice
from watcher.store.routes import list_pauses, put_pause, waiting
from watcher.store.schema import deliveries as deliveries_table
from watcher.store.schema import messages
from watcher.store.status import counts
from watcher.store.unusable import hold, readdress, release

NOW = 1_760_000_000_000
LEASE = 60_000
HELD = DeliveryState.HELD
DESK = Route("desk", "one")


def to(*targets: str, channel: str = "desk") -> tuple[str, tuple[str, ...]]:
    return channel, targets


def alert(
    store: Store,
    *wanted: tuple[str, tuple[str, ...]],
    number: int = 1,
    now: int = NOW,
    level: Level = Level.HIGH,
    title: str | None = None,
) -> Alert:
    """Opens the alert of article `number`, with a message of its own to each target."""
    decisions = tuple(Decision(channel, DeliveryState.NEW) for channel, _ in wanted)
    reading = Reading(Article(f"Titre {number}" if title is None else title, "Les talibans."))
    draft = Draft("r", "Rule", level, "d", Verdict("r", True), decisions)
    facts = FileFacts(f"{number}.txt", 1, 1)
    (opened,) = admit(store, [Handled(facts, FileOutcome.DONE, "", (Admission(reading, (draft,)),))], now)
    tell_alone(store, now, **dict(wanted))
    return opened


def told(claimed: Claimed) -> Alert:
    """The alert that a message tells alone."""
    content = claimed.message.content
    assert isinstance(content, Bulletin) and len(content.alerts) == 1
    return content.lead


def try_to_take(store: Store, channel: str = "desk", now: int = NOW) -> Claimed | None:
    """The next message of a channel, from the first of its routes that has one."""
    with store.read() as conn:
        routes = [route for route in waiting(conn) if route.channel == channel]
    return next((claimed for route in routes if (claimed := claim(store, route, now, LEASE))), None)


def take(store: Store, channel: str = "desk", now: int = NOW) -> Claimed:
    claimed = try_to_take(store, channel, now)
    assert claimed is not None
    return claimed


def deliveries(store: Store, opened: Alert) -> tuple[DeliveryRecord, ...]:
    with store.read() as conn:
        return show_alert(conn, opened.id).deliveries


def due(store: Store) -> dict[Route, int]:
    with store.read() as conn:
        return waiting(conn)


def post(store: Store, channel: str, targets: Sequence[str], notice: Notice) -> None:
    with store.write() as conn:
        put_notice(conn, channel, targets, notice, NOW)


# ── claim ────────────────────────────────────────────────────────────────────────────────────────


def test_claim_hands_out_the_alert_and_its_target(store: Store) -> None:
    """What dispatch gets is the alert as it was opened, the target's key, and which try this is."""
    opened = alert(store, to("one"))
    claimed = take(store)
    assert (claimed.message.kind, told(claimed)) == (MessageKind.ALERT, opened)
    assert (claimed.route, claimed.tries, claimed.first_try) == (DESK, 1, NOW)
    assert claim(store, DESK, NOW, LEASE) is None
    assert claim(store, Route("mail", "one"), NOW, LEASE) is None


def test_oldest_due_message_goes_first(store: Store) -> None:
    """Messages leave in the order in which they became due; one that waits for its next try holds up no other."""
    first, second, third = (alert(store, to("one"), number=n, now=NOW + n) for n in range(3))
    claimed = take(store, now=NOW + 5)
    assert told(claimed) == first
    assert settle(store, claimed, Retry("busy"), NOW + 6, NOW + 10_000)
    assert [told(take(store, now=NOW + 7)) for _ in range(2)] == [second, third]
    assert claim(store, DESK, NOW + 9_999, LEASE) is None
    assert told(take(store, now=NOW + 10_000)) == first


def test_claims_of_many_threads_never_meet(store: Store) -> None:
    """Eight threads that empty one channel send each message exactly once."""
    for number in range(10):
        alert(store, to("one", "two", "three"), number=number)
    sent: list[str] = []

    def work() -> None:
        while claimed := try_to_take(store):
            sent.append(claimed.message.id)
            assert settle(store, claimed, Sent(), NOW)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(Counter(sent).values()) == {1: 30}
    with store.read() as conn:
        assert counts(conn)["deliveries"]["sent"] == 10


def test_lease_that_ran_out_is_claimed_again_and_the_late_sender_is_told(store: Store) -> None:
    """A sender that hangs loses its message to the next; what it says afterwards changes nothing."""
    opened = alert(store, to("one"))
    slow = take(store)
    assert claim(store, DESK, NOW + LEASE - 1, LEASE) is None
    quick = take(store, now=NOW + LEASE)
    assert (quick.message.id, quick.tries) == (slow.message.id, 2)
    assert not settle(store, slow, Failed("gone"), NOW + LEASE)
    assert settle(store, quick, Sent(), NOW + LEASE)
    assert not settle(store, quick, Sent(), NOW + LEASE)
    (delivery,) = deliveries(store, opened)
    assert delivery.state is DeliveryState.SENT
    assert [a.outcome for a in delivery.messages[0].attempts] == ["sent"]


def test_each_lane_says_when_it_has_something_to_send(store: Store) -> None:
    """Dispatch learns for each address until when it can sleep: for a try or for a lease's end."""
    assert due(store) == {}
    alert(store, to("one", channel="b"), to("one", "two", channel="a"))
    one, two, b = Route("a", "one"), Route("a", "two"), Route("b", "one")
    assert due(store) == {one: NOW, two: NOW, b: NOW}
    claimed = claim(store, one, NOW, LEASE)
    assert claimed is not None
    settle(store, take(store, "b"), Retry("busy"), NOW, NOW + 500)
    assert due(store) == {one: NOW + LEASE, two: NOW, b: NOW + 500}
    settle(store, claimed, Sent(), NOW)
    settle(store, take(store, "b", NOW + 500), Sent(), NOW)
    assert due(store) == {two: NOW}


# ── settle ───────────────────────────────────────────────────────────────────────────────────────


def test_delivery_is_sent_when_every_target_has_it(store: Store) -> None:
    """Each URL of a channel is settled by itself; the delivery waits for the last."""
    opened = alert(store, to("one", "two"))
    settle(store, take(store), Sent(), NOW + 1)
    assert deliveries(store, opened)[0].state is DeliveryState.PENDING
    settle(store, take(store), Sent(), NOW + 2)
    (delivery,) = deliveries(store, opened)
    assert (delivery.state, delivery.reason, delivery.changed_at) == (DeliveryState.SENT, "notify", NOW + 2)


def test_delivery_is_dead_when_one_target_is(store: Store) -> None:
    """A target that cannot succeed does not stop the other, and its error is the delivery's reason."""
    opened = alert(store, to("one", "two"))
    settle(store, take(store), Failed("401 Unauthorized"), NOW)
    assert deliveries(store, opened)[0].state is DeliveryState.PENDING
    settle(store, take(store), Sent(), NOW)
    (delivery,) = deliveries(store, opened)
    assert (delivery.state, delivery.reason) == (DeliveryState.DEAD, "401 Unauthorized")
    assert [m.state for m in delivery.messages] == [MessageState.DEAD, MessageState.SENT]


def test_retries_are_kept_with_their_errors(store: Store) -> None:
    """Each try leaves when it was and what it met; the last try without success ends it as dead."""
    opened = alert(store, to("one"))
    settle(store, take(store), Retry("timeout"), NOW + 1, NOW + 10)
    (message,) = deliveries(store, opened)[0].messages
    assert (message.state, message.tries, message.due, message.last_error) == ("pending", 1, NOW + 10, "timeout")
    settle(store, take(store, now=NOW + 10), Retry("500"), NOW + 11, None)
    (delivery,) = deliveries(store, opened)
    (message,) = delivery.messages
    assert (delivery.state, delivery.reason) == (DeliveryState.DEAD, "500")
    assert (message.state, message.tries, message.settled_at) == ("dead", 2, NOW + 11)
    assert [(a.at, a.outcome, a.why) for a in message.attempts] == [
        (NOW + 1, "retry", "timeout"),
        (NOW + 11, "retry", "500"),
    ]


def test_one_channel_never_touches_another(store: Store) -> None:
    """The dead webhook's delivery is dead, the healthy one's is sent, once."""
    opened = alert(store, to("one", channel="bad"), to("one", channel="good"))
    settle(store, take(store, "bad"), Failed("404"), NOW)
    settle(store, take(store, "good"), Sent(), NOW)
    assert [(d.channel, d.state) for d in deliveries(store, opened)] == [
        ("bad", DeliveryState.DEAD),
        ("good", DeliveryState.SENT),
    ]


def test_notice_to_the_operator(store: Store) -> None:
    """A notice goes through the same outbox, to each target, and has no delivery."""
    notice = Notice("rules.refused", "rules.yaml:1:1: \ud800 no", Level.HIGH)
    post(store, "mail", ("one", "two"), notice)
    with pytest.raises(ValueError, match="no target"):
        post(store, "mail", (), notice)
    claimed = take(store, "mail")
    assert (claimed.message.kind, claimed.message.content) == (MessageKind.NOTICE, notice)
    assert settle(store, claimed, Sent(), NOW)
    assert settle(store, take(store, "mail"), Failed("no such user"), NOW)


# ── the daemon's end ─────────────────────────────────────────────────────────────────────────────

SENDING = """
import pathlib, sys, time
from watcher.message import Route
from watcher.store import claims, open_store
claimed = claims.claim(open_store(pathlib.Path(sys.argv[1])), Route("desk", "one"), int(sys.argv[2]), 60_000)
print(claimed.message.id, flush=True)
time.sleep(60)
"""


def test_message_that_was_being_sent_at_a_kill_is_due_again(store: Store) -> None:
    """After `kill -9` in mid-send the message goes out at the next start, and the possible repeat is on record."""
    opened = alert(store, to("one"))
    command = [sys.executable, "-c", SENDING, str(store.path.parent), str(NOW)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        ident = child.stdout.readline().strip()
        child.kill()
    assert claim(store, DESK, NOW, LEASE) is None
    assert reset_leases(store, NOW + 1) == 1
    assert reset_leases(store, NOW + 1) == 0
    claimed = take(store)
    assert (claimed.message.id, claimed.tries) == (ident, 2)
    settle(store, claimed, Sent(), NOW + 2)
    assert [a.outcome for a in deliveries(store, opened)[0].messages[0].attempts] == ["interrupted", "sent"]


# ── whole channels ───────────────────────────────────────────────────────────────────────────────


def test_what_was_held_for_a_channel_is_planned_when_it_is_there(store: Store) -> None:
    """What was held before it had a message is planned anew, and says for what it was held."""
    why = Phrase("unconfigured: {why}", why=Phrase("{name} is not set", name="PHONE"))
    drafts = tuple(
        Draft(f"r{n}", "", Level.LOW, "d", Verdict("r", True), (Decision("phone", HELD),)) for n in range(250)
    )
    admission = Admission(Reading(Article("Titre", "Les talibans.")), drafts)
    opened = admit(store, [Handled(FileFacts("a.txt", 1, 1), FileOutcome.DONE, "", (admission,))], NOW)
    with store.write() as conn:
        conn.execute(update(deliveries_table).values(waits_for="channel", reason=why))
    assert due(store) == {}
    assert release(store, "phone", NOW + 5) == 250
    assert release(store, "phone", NOW + 5) == 0
    (delivery,) = deliveries(store, opened[0])
    assert (delivery.state, delivery.reason) == (DeliveryState.NEW, "released: unconfigured: PHONE is not set")
    assert say(delivery.reason, "fr") == "libéré\u00a0: non configuré\u00a0: PHONE n'est pas défini"
    tell_alone(store, NOW + 6, phone=("one", "two"))
    claimed = take(store, "phone", NOW + 6)
    assert (told(claimed), claimed.route.target) == (opened[0], "one")


def test_channel_that_lost_its_secret_is_held_and_released(store: Store) -> None:
    """Messages of a channel that became unusable wait, notices too; the one in flight may end; then all go once."""
    flying, waiting = alert(store, to("one"), number=1), alert(store, to("one"), number=2)
    post(store, "desk", ("one",), Notice("x", "y"))
    claimed = take(store)
    why = Phrase("{name} is not found", name="secret:desk")
    assert hold(store, "desk", why, NOW + 1) == 2
    assert claim(store, DESK, NOW + 1, LEASE) is None
    assert settle(store, claimed, Sent(), NOW + 2)
    assert deliveries(store, flying)[0].state is DeliveryState.SENT
    assert (deliveries(store, waiting)[0].state, deliveries(store, waiting)[0].reason) == (HELD, why)
    assert release(store, "desk", NOW + 3) == 1
    left = [take(store, now=NOW + 3).message for _ in range(2)]
    assert {m.kind for m in left} == {MessageKind.ALERT, MessageKind.NOTICE}
    assert claim(store, DESK, NOW + 3, LEASE) is None


def test_a_channel_that_is_held_is_not_shown_as_failing(store: Store) -> None:
    """A channel that failed and lost its secret, or left the rules, is tried at once when it comes back."""
    alert(store, to("one"), number=1)
    with store.write() as conn:
        put_pause(conn, DESK, 1, Pause(5, NOW, NOW + 900_000, "HTTP 401"))
        put_pause(conn, Route("mail", "one"), 1, Pause(1, NOW, NOW + 10_000, "HTTP 500"))
    hold(store, "desk", Phrase("unconfigured"), NOW + 1)
    with store.read() as conn:
        assert [paused.channel for paused in list_pauses(conn)] == ["mail"]


def test_a_channel_that_only_used_up_its_rate_is_shown_where_something_waits_for_it(store: Store) -> None:
    """Nobody need look after it otherwise."""
    with store.write() as conn:
        put_pause(conn, DESK, 1, Pause(0, NOW, NOW + 60_000, "at most 10 in 1m"))
    with store.read() as conn:
        assert list_pauses(conn) == []
    alert(store, to("one"), number=1)
    with store.read() as conn:
        assert [(paused.channel, paused.waiting) for paused in list_pauses(conn)] == [("desk", 1)]


def test_mended_address_gets_what_waited_for_the_faulty_one(store: Store) -> None:
    """What waits for an address that the channel no longer has goes to the one that came in its place."""
    waiting = [alert(store, to("one", "two"), number=n) for n in range(120)]
    other = alert(store, to("one", channel="mail"), number=1000)
    assert readdress(store, "desk", ["three", "two"], NOW + 1) == 120
    targets = [take(store, now=NOW + 1).route.target for _ in range(240)]
    assert Counter(targets) == {"two": 120, "three": 120}
    assert deliveries(store, waiting[0])[0].state is DeliveryState.PENDING
    assert deliveries(store, other)[0].messages[0].target == "one"


def test_address_that_was_removed_without_another_in_its_place_ends(store: Store) -> None:
    """Nobody gets a message twice for that an address is gone; the other address's message goes on alone."""
    opened = alert(store, to("one", "two"))
    assert readdress(store, "desk", ["two"], NOW) == 1
    settle(store, take(store), Sent(), NOW)
    (delivery,) = deliveries(store, opened)
    assert (delivery.state, delivery.reason) == (DeliveryState.DEAD, "its address was removed from the channel")


# ── the law ──────────────────────────────────────────────────────────────────────────────────────


class Outbox(RuleBasedStateMachine):
    """Whatever happens in whatever order, no message is lost, none is sent twice, and deliveries tell the truth."""

    @initialize()
    def start(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.store = open_store(Path(self.folder.name))
        self.now, self.number = NOW, 0
        self.claimed: list[Claimed] = []
        self.sent: Counter[str] = Counter()

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            self.folder.cleanup()

    @rule(addresses=st.sampled_from([("one",), ("one", "two")]))
    def open(self, addresses: tuple[str, ...]) -> None:
        self.number += 1
        alert(self.store, to(*addresses), number=self.number, now=self.now)

    @rule()
    def claim(self) -> None:
        if claimed := try_to_take(self.store, now=self.now):
            assert self.sent[claimed.message.id] == 0
            self.claimed.append(claimed)

    @rule(outcome=st.sampled_from([Sent(), Retry("busy"), Failed("404")]), last=st.booleans(), which=st.integers(0, 9))
    def settle(self, outcome: SendOutcome, last: bool, which: int) -> None:
        if not self.claimed:
            return
        claimed = self.claimed.pop(which % len(self.claimed))
        done = settle(self.store, claimed, outcome, self.now, None if last else self.now + 50)
        if done and outcome == Sent():
            self.sent[claimed.message.id] += 1

    @rule(ms=st.sampled_from([1, 60, 200]))
    def wait(self, ms: int) -> None:
        self.now += ms

    @rule(what=st.sampled_from(["hold", "release", "readdress", "restart"]))
    def meddle(self, what: str) -> None:
        match what:
            case "hold":
                hold(self.store, "desk", Phrase("unconfigured"), self.now)
            case "release":
                release(self.store, "desk", self.now)
            case "readdress":
                readdress(self.store, "desk", ["two", "three"], self.now)
            case _:
                reset_leases(self.store, self.now)

    @invariant()
    def no_message_is_sent_twice(self) -> None:
        if hasattr(self, "store"):
            assert set(self.sent.values()) <= {0, 1}

    @invariant()
    def deliveries_tell_the_truth(self) -> None:
        if not hasattr(self, "store"):
            return
        with self.store.read() as conn:
            found = [show_alert(conn, one.alert.id).deliveries[0] for one in list_alerts(conn, 1000)]
            sent = conn.execute(select(messages.c.id).where(messages.c.state == "sent")).scalars().all()
        assert set(sent) == {ident for ident, times in self.sent.items() if times}
        for delivery in found:
            states = {message.state for message in delivery.messages}
            is_open = bool(states & {MessageState.PENDING, MessageState.LEASED, MessageState.HELD})
            match delivery.state:
                case DeliveryState.SENT:
                    assert states == {MessageState.SENT}
                case DeliveryState.DEAD:
                    assert not is_open and states <= {MessageState.SENT, MessageState.DEAD}
                case DeliveryState.PENDING:
                    assert is_open and MessageState.HELD not in states
                case _:
                    assert is_open or not states


TestOutbox = Outbox.TestCase
TestOutbox.settings = settings(max_examples=25, stateful_step_count=25)
