"""Quiet hours over what waits at an address: an outage or a rate that ends in the night wakes nobody."""

from __future__ import annotations

from typing import Any

import pytest

from tests.desk import DAY, HOUR, MINUTE, Desk, at
from tests.test_outbox import alert, to
from tests.test_planning import make, rules
from tests.test_recall import ALONE, Make, fold_at
from tests.test_sending import Service, office_of
from watcher.channels import Target
from watcher.message import Bulletin, Digest, Notice, Retry, Sent
from watcher.model import Level
from watcher.phrase import Phrase
from watcher.policy import decide
from watcher.policy.quiet import muted
from watcher.store import Store, escalations, silences
from watcher.store.deliveries import Which, list_deliveries

__all__ = ["make"]
EVENING, MORNING = at("2026-03-02T21:50:00+01:00"), at("2026-03-03T06:00:00+01:00")
QUIET = ", mute: [nights], except_level: critical"


def waits_into_the_night(d: Desk, until: str = "2026-03-03T03:00:00+01:00") -> None:
    """The service is down from the evening on, and works again in the night."""
    d.until(at(until))
    d.down = False
    d.wait(MINUTE)


def test_what_waited_through_an_outage_is_held_to_the_end_of_quiet_hours(make: Make) -> None:
    """The service is down when the alerts come, and back at 3 a.m.: only what breaks through arrives then, the others
    are one digest at six, and say what they wait for."""
    d = make(rules(ALONE + QUIET), EVENING)
    d.down = True
    held = [d.open("a", story=n, source=f"{n}.fr") for n in (1, 2, 3)]
    loud = d.open("b", story=9)
    waits_into_the_night(d)
    assert [t.bulletin.lead.id for t in d.told] == [loud.id]
    assert {d.reason(one, "desk") for one in held} == {("held", "quiet hours nights until 2026-03-03 05:00 UTC")}
    d.wait(DAY)
    (digest,) = d.digests("desk")
    assert (digest.at, digest.digest.why) == (MORNING, "quiet hours nights ended")
    assert (sum(rule.alerts for rule in digest.digest.rules), len(d.told)) == (3, 2)
    assert d.reason(held[0], "desk") == (
        "sent",
        "quiet hours nights until 2026-03-03 05:00 UTC; in the digest of 2026-03-03 05:00 UTC",
    )


def test_of_a_group_that_waited_only_the_mute_rule_is_held(make: Make) -> None:
    """A message of two rules of which one is mute tells the other, and the mute one comes in the morning."""
    d = make(rules("", ", mute: [nights]"), EVENING)
    d.down = True
    quiet, loud = d.open_all(["a", "b"], story=1)
    waits_into_the_night(d)
    (told,) = d.at("desk")
    assert (told.bulletin.matched, [a.id for a in told.bulletin.alerts]) == (("Rule B",), [loud.id])
    assert d.reason(quiet, "desk")[0] == "held"
    d.wait(DAY)
    assert [[s.alert.id for r in t.digest.rules for s in r.stories] for t in d.digests("desk")] == [[quiet.id]]


def test_a_group_whose_first_message_was_held_begins_anew(make: Make) -> None:
    """What quiet hours took back has told nothing: an article of the story that comes by day is no update."""
    d = make(rules(", mute: [nights]"), EVENING)
    d.down = True
    d.open("a", story=1, source="afp")
    waits_into_the_night(d)
    d.until(MORNING + HOUR)
    later = d.open("a", story=1, source="tass")
    d.wait(HOUR)
    assert [t.bulletin.why for t in d.at("desk")] == [""]
    assert d.reason(later, "desk") == ("sent", "told with its group")


def test_a_digest_that_waited_into_the_night_waits_on(make: Make) -> None:
    """The digest of nine in the evening, with alerts or with none, does not come at three."""
    text = rules(", mute: [nights], digest: {cron: '0 21 * * *'}")
    for alerts in (0, 2):
        d = make(text, at("2026-03-02T20:00:00+01:00"))
        d.down = True
        opened = [d.open("a", story=n) for n in range(alerts)]
        waits_into_the_night(d)
        assert d.told == []
        d.until(at("2026-03-03T21:30:00+01:00"))
        told = [s.alert.id for t in d.digests("desk") for r in t.digest.rules for s in r.stories]
        assert sorted(told) == sorted(one.id for one in opened)
        assert all(t.at >= MORNING for t in d.told)


def test_a_weekend_of_quiet_kills_nothing(make: Make) -> None:
    """What failed on Friday evening and then waited for Monday has its day of tries from then on."""
    text = rules(ALONE + ", mute: [weekend]").replace("nights: {", "weekend: {weekdays: [sat, sun]}\n  nights: {")
    d = make(text, at("2026-03-06T23:00:00+01:00"))
    desk: Any = d.current.channels["desk"]
    desk.targets = (Target("one"), Target("two"))
    d.down = True
    opened = d.open("a")
    d.wait(MINUTE)
    (first,) = d.claim("desk", "one")
    d.settle(first, Sent())  # the other address has not got it yet
    d.until(at("2026-03-07T12:00:00+01:00"))
    assert d.claim("desk", "two") == [] and d.reason(opened, "desk")[0] == "pending"
    d.until(at("2026-03-08T23:59:00+01:00"))
    assert d.claim("desk", "two") == []
    d.until(at("2026-03-09T00:00:00+01:00"))
    (second,) = d.claim("desk", "two")
    assert (second.first_try, second.tries) == (d.now, 1)
    d.settle(second, Sent())
    assert d.reason(opened, "desk")[0] == "sent"


@pytest.mark.parametrize("silent", [False, True])
def test_a_message_of_which_a_part_was_taken_is_finished_by_day(make: Make, silent: bool) -> None:
    """Who has the first part of a long message gets the rest after quiet hours, in the words that it began with, also
    where a silence has come to cover it."""
    d = make(rules(ALONE + QUIET), EVENING)
    d.down = True
    d.open("a")
    d.wait(MINUTE)
    (first,) = d.claim("desk", "one")
    first.progress.form, first.progress.parts, first.progress.marks = "text", [("t", "1"), ("t", "2")], {"half"}
    d.settle(first, Retry(Phrase("busy")), d.now + MINUTE)
    if silent:
        silences.add(d.store, rule="a", why="drill", now=d.now, ends_at=d.now + DAY)
    d.until(at("2026-03-03T01:00:00+01:00"))
    assert d.claim("desk", "one") == []
    d.until(MORNING)
    (second,) = d.claim("desk", "one")
    assert (second.progress.marks, second.progress.parts) == ({"half"}, [("t", "1"), ("t", "2")])


def test_a_reminder_that_waited_is_not_sent_to_who_is_mute(make: Make) -> None:
    """A reminder is for its moment: one that waited into the night ends, and says why; the next one is by day."""
    text = rules(", mute: [nights], escalate: {after: 5m, notify: [desk]}")
    d = make(text, at("2026-03-02T21:40:00+01:00"))
    opened = d.open("a", story=1)
    d.wait(MINUTE)
    assert len(d.at("desk")) == 1
    d.down = True
    waits_into_the_night(d)
    assert len(d.told) == 1
    d.until(MORNING + 10 * MINUTE)
    reminders = d.at("desk")[1:]
    assert reminders and all(t.bulletin.reminder and t.at >= MORNING for t in reminders)
    assert d.reason(opened, "desk")[0] == "sent"


def test_what_is_told_elsewhere_meanwhile_still_escalates(make: Make) -> None:
    """That the desk sleeps now does not end the chain of an alert that came while it was awake."""
    d = make(rules(ALONE + ", mute: [nights], escalate: {after: 15m, notify: [boss]}"), EVENING)
    d.down = True
    opened = d.open("a")
    waits_into_the_night(d, "2026-03-02T22:03:00+01:00")
    assert d.told == []
    d.until(at("2026-03-02T22:15:00+01:00"))
    (told,) = d.at("boss")
    assert told.bulletin.lead.id == opened.id
    with d.store.read() as conn:
        assert escalations.due(conn, d.now + DAY)


def test_a_silence_goes_before_quiet_hours(make: Make) -> None:
    """What is silenced and mute is dropped; what is mute alone is held."""
    d = make(rules(ALONE + QUIET), EVENING)
    d.down = True
    silent, quiet = d.open("a", story=1, source="afp"), d.open("a", story=2, source="lemonde.fr")
    d.wait(MINUTE)
    made = silences.add(d.store, source="afp", why="drill", now=d.now, ends_at=d.now + DAY)
    waits_into_the_night(d)
    assert d.told == []
    assert d.reason(silent, "desk") == ("dropped", made.reason)
    assert d.reason(quiet, "desk")[0] == "held"


def test_what_waits_for_its_rate_when_quiet_hours_begin_waits_for_their_end(store: Store) -> None:
    """Of five alerts at one a minute from 21:58 on, the two that had their turn by ten are told; the others do not
    come all through the night, are one digest at six, and the operator's own notices go all the while."""
    text = (
        "version: 1\ntimezone: Europe/Paris\ntime_intervals: {nights: {times: ['22:00-06:00']}}\n"
        "channels:\n  phone: {urls: ['json://one'], rate: 1/m, mute: [nights]}\n"
        "  ops: {urls: ['json://two'], mute: [nights]}\ndefaults: {operator: ops}\n"
    )
    clock = [at("2026-03-02T21:58:00+01:00")]
    phone, ops = Service("phone", (Target("p"),), clock), Service("ops", (Target("o"),), clock)
    desk = office_of(store, clock, {"phone": phone, "ops": ops}, text)
    waiting = [alert(store, to("p", channel="phone"), number=n, now=clock[0], level=Level.HIGH) for n in range(5)]
    desk.until(10 * MINUTE)
    early = [message.content for _, _, message in phone.asked]
    assert [type(content) for content in early] == [Bulletin, Bulletin]
    with store.read() as conn:
        listed = list_deliveries(conn, Which(channel="phone"), 9)
    assert [one.state for one in listed if one.reason.startswith("quiet hours nights until")] == ["held"] * 3
    desk.operator.tell("disk.low", Phrase("little is left"), clock[0])
    desk.until(8 * HOUR)
    assert [m.content.event for m in ops.got if isinstance(m.content, Notice)] == ["disk.low"]
    (moment, _, message), *more = phone.asked[2:]
    assert isinstance(message.content, Digest) and not more and moment == MORNING
    told = {s.alert.id for r in message.content.rules for s in r.stories}
    assert told == {one.id for one in waiting} - {c.lead.id for c in early if isinstance(c, Bulletin)}
    desk.dispatch.stop(5)


def test_a_fallback_that_is_mute_is_told_when_its_quiet_hours_end(store: Store) -> None:
    """The desk fails at 2 a.m.: what breaks through the phone's quiet hours is told there at once, the rest at six, and
    the desk itself is tried all the while."""
    text = (
        "version: 1\ntimezone: Europe/Paris\ntime_intervals: {nights: {times: ['22:00-06:00']}}\n"
        "channels:\n  desk: {urls: ['json://one'], fallback: phone, fallback_after: 5m}\n"
        "  phone: {urls: ['json://two'], mute: [nights], except_level: critical}\n"
    )
    clock = [at("2026-03-03T02:00:00+01:00")]
    services = {name: Service(name, (Target("x"),), clock) for name in ("desk", "phone")}
    services["desk"].answers["x"] = Retry(Phrase("HTTP 500"))
    office = office_of(store, clock, services, text)
    quiet = alert(store, to("x", channel="desk"), number=1, now=clock[0], level=Level.HIGH)
    loud = alert(store, to("x", channel="desk"), number=2, now=clock[0], level=Level.CRITICAL)
    office.until(HOUR)
    assert [m.content.lead.id for m in services["phone"].got if isinstance(m.content, Bulletin)] == [loud.id]
    assert office.state(quiet)["phone"][0] == "held"
    tried = len(services["desk"].asked)
    office.until(4 * HOUR)
    (digest,) = [m.content for m in services["phone"].got if isinstance(m.content, Digest)]
    assert [s.alert.id for r in digest.rules for s in r.stories] == [quiet.id]
    assert services["phone"].asked[-1][0] == MORNING and len(services["desk"].asked) > tried
    office.dispatch.stop(5)


def told_at(d: Desk, address: str) -> set[str]:
    """All that the address has waiting is sent: the rules told."""
    told = set()
    while found := d.claim("desk", address):
        content = found[0].message.content
        assert isinstance(content, Bulletin | Digest)
        told |= {r.rule for r in content.rules} if isinstance(content, Digest) else {content.lead.rule}
        d.settle(found[0], Sent())
    return told


def test_a_digest_after_an_outage_leaves_out_who_is_mute_though_another_address_was_told(make: Make) -> None:
    """One address was told of three rules' alerts in the evening; the other is back in the night: its digest has those
    that no rule is mute for, and the mute one's comes in the morning."""
    more = "  - {id: c, title: Rule C, condition: {keywords: x}}\n"
    d = make(rules(ALONE, ", mute: [nights]", more), EVENING)
    d.current.channels["desk"].targets = (Target("one"), Target("two"))
    d.down = True
    for rule in ("a", "b", "c"):
        d.open(rule)
    d.wait(MINUTE)
    told = [told_at(d, "two")]
    d.until(at("2026-03-03T03:00:00+01:00"))
    fold_at(d, "one")
    told.append(told_at(d, "one"))
    for moment in (MORNING - 1, MORNING):
        d.now = moment
        told.append(told_at(d, "one"))
    assert told == [{"a", "b", "c"}, {"b", "c"}, set(), {"a"}]
    assert {state for state, *_ in d.states().values()} == {"sent"}


def test_quiet_hours_of_many_rules_are_reckoned_once_for_a_digest(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """A digest of a hundred alerts is claimed at night: what is mute is worked out for each rule, not each alert."""
    d = make(rules(", digest: {cron: '0 21 * * *'}", ", mute: [nights]"), at("2026-03-02T20:00:00+01:00"))
    d.down = True
    for number in range(100):
        d.open("a", story=number)
    d.until(at("2026-03-02T23:00:00+01:00"))
    asked: list[int] = []
    monkeypatch.setattr(decide, "muted", lambda some, now: asked.append(now) or muted(some, now))
    assert d.claim("desk", "one") == []
    assert 1 <= len(asked) <= 3
