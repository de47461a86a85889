"""Silences over what waits at an address: nothing that one covers goes out while it holds, and the rest does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.desk import DAY, HOUR, MINUTE, Desk
from tests.test_planning import make, rules
from watcher.channels import Target
from watcher.message import Progress, Retry, Route, Sent
from watcher.phrase import Phrase
from watcher.store import claims, silences
from watcher.store.deliveries import Which, list_deliveries
from watcher.store.recovered import fold

__all__ = ["make"]
Make = Callable[..., Desk]
ALONE = ", group_by: [rule, article], group_wait: 0s"


def silence(d: Desk, **what: str) -> str:
    """A silence of two hours; returns how its reason begins."""
    made = silences.add(d.store, **what, why="drill", now=d.now, ends_at=d.now + 2 * HOUR)
    return made.reason


def test_what_waits_for_another_try_is_taken_back(make: Make) -> None:
    """While the service is down an alert is silenced: it is dropped with the reason, and stays so."""
    d = make(rules(ALONE))
    d.down = True
    known, other = d.open("a", source="afp"), d.open("a", source="lemonde.fr")
    d.wait(MINUTE)
    assert d.reason(known, "desk")[0] == "pending"
    why = silence(d, source="afp")
    d.down = False
    d.wait(DAY)
    assert d.reason(known, "desk") == ("dropped", why)
    assert [t.bulletin.lead.id for t in d.at("desk")] == [other.id]
    with d.store.read() as conn:
        (listed,) = list_deliveries(conn, Which(ids=(known.id,)), 9)
    assert (listed.state, listed.last_error, listed.tries) == ("dropped", why, 0)


def test_a_silence_that_has_ended_by_then_takes_nothing_back(make: Make) -> None:
    """What a silence covered only while it waited goes out after it."""
    d = make(rules(ALONE))
    d.down = True
    opened = d.open("a", source="reuters")
    d.planner.step(d.now)
    silence(d, source="reuters")
    d.wait(3 * HOUR)
    d.down = False
    d.wait(MINUTE)
    assert [t.bulletin.lead.id for t in d.at("desk")] == [opened.id]


def test_of_a_group_only_what_is_silenced_is_taken_back(make: Make) -> None:
    """A message of two rules waits, one is silenced: the message tells the other, and the one is news after it."""
    d = make(rules())
    d.down = True
    silent, loud = d.open_all(["a", "b"], story=1, source="afp")
    d.wait(MINUTE)
    why = silence(d, rule="a")
    d.down = False
    d.wait(10 * MINUTE)
    (told,) = d.at("desk")
    assert (told.bulletin.matched, [a.id for a in told.bulletin.alerts]) == (("Rule B",), [loud.id])
    assert d.reason(silent, "desk") == ("dropped", why)
    d.wait(3 * HOUR)
    later = d.open("a", story=1, source="tass")
    d.wait(HOUR)
    assert [t.bulletin.why for t in d.at("desk")] == ["", "also rule a"]
    assert d.reason(later, "desk")[0] == d.reason(loud, "desk")[0] == "sent"


def test_a_story_whose_first_message_was_taken_back_is_told_by_the_next(make: Make) -> None:
    """What was never sent has told nothing: the next article is not folded into it."""
    d = make(rules())
    d.down = True
    d.open("a", story=1, source="afp")
    d.wait(MINUTE)
    silence(d, source="afp")
    d.down = False
    d.wait(3 * HOUR)
    assert d.told == []
    later = d.open("a", story=1, source="tass")
    d.wait(HOUR)
    assert [(t.bulletin.why, t.bulletin.total) for t in d.at("desk")] == [("", 1)]
    assert d.reason(later, "desk") == ("sent", "told with its group")


def test_a_digest_that_waits_comes_without_what_is_silenced(make: Make) -> None:
    """The digest of the night, not yet taken by its service, tells only what no silence covers."""
    d = make(rules(", digest: {cron: '@hourly', empty: skip}"))
    d.down = True
    known, other = d.open("a", story=1, source="afp"), d.open("a", story=2, source="lemonde.fr")
    d.wait(2 * HOUR)
    why = silence(d, source="afp")
    d.down = False
    d.wait(MINUTE)
    (told,) = d.digests("desk")
    assert [(r.alerts, [s.alert.id for s in r.stories]) for r in told.digest.rules] == [(1, [other.id])]
    assert d.reason(known, "desk") == ("dropped", why)
    assert d.reason(other, "desk")[0] == "sent"


def test_a_digest_of_which_a_part_is_taken_back_still_says_what_is_amiss(make: Make) -> None:
    """One alert was muted before the digest was made and one while it waited: below the third stands the mute one."""
    d = make(rules(", digest: {cron: '@hourly'}"))
    d.down = True
    d.wait(MINUTE)
    silence(d, source="tass")
    d.open("a", story=3, source="tass")
    d.open("a", story=1, source="afp")
    d.open("a", story=2, source="lemonde.fr")
    d.wait(HOUR)
    silence(d, source="afp")
    d.down = False
    d.wait(MINUTE)
    (told,) = d.digests("desk")
    assert [rule.alerts for rule in told.digest.rules] == [1]
    assert [name for name, _ in told.digest.pulse] == ["muted"]


def test_what_another_address_has_is_told_and_says_so(make: Make) -> None:
    """One of two addresses has an alert when it is silenced: the other gets it no more, and it is no dropped one."""
    d = make(rules(ALONE))
    desk: Any = d.current.channels["desk"]
    desk.targets = (Target("one"), Target("two"))
    d.down = True
    opened = d.open("a", source="afp")
    d.wait(MINUTE)
    first = claims.claim(d.store, Route("desk", "one"), d.now, HOUR)
    assert first is not None and claims.settle(d.store, first, Sent(), d.now)
    silence(d, source="afp")
    assert claims.claim(d.store, Route("desk", "two"), d.now, HOUR) is None
    assert d.reason(opened, "desk")[0] == "sent"


def test_a_message_of_which_a_part_was_taken_is_finished(make: Make) -> None:
    """Who has the first part of a long message gets the rest."""
    d = make(rules(ALONE))
    d.down = True
    opened = d.open("a", source="afp")
    d.wait(MINUTE)
    first = claims.claim(d.store, Route("desk", "one"), d.now, HOUR)
    assert first is not None
    first.progress.form, first.progress.parts, first.progress.marks = "text", [("t", "1"), ("t", "2")], {"half"}
    assert claims.settle(d.store, first, Retry(Phrase("busy")), d.now, d.now + MINUTE)
    silence(d, source="afp")
    second = claims.claim(d.store, Route("desk", "one"), d.now + MINUTE, HOUR)
    assert second is not None and second.progress == Progress("text", [("t", "1"), ("t", "2")], {"half"})
    assert claims.settle(d.store, second, Sent(), d.now + MINUTE)
    assert d.reason(opened, "desk")[0] == "sent"


def test_an_alert_that_was_taken_back_escalates_no_more(make: Make) -> None:
    """Nobody is asked to acknowledge what nobody was told, also when the silence has ended."""
    d = make(rules(f"{ALONE}, escalate: {{after: 3h, notify: [boss]}}"))
    d.down = True
    opened = d.open("a", source="afp")
    d.wait(MINUTE)
    why = silence(d, source="afp")
    d.down = False
    d.wait(DAY)
    assert d.at("boss") == []
    assert [(e.due, e.reason) for e in d.show(opened).escalations] == [(None, why)]


def test_many_alerts_that_wait_are_taken_back_together(make: Make) -> None:
    """Hundreds that wait and are silenced are gone at the next turn, and one that is not is sent in it."""
    d = make(rules(ALONE, of_a=", max_alerts: 999/h"))
    d.down = True
    silent = [d.open("a", source="afp") for _ in range(150)]
    loud = d.open("a", source="tass")
    d.wait(MINUTE)
    silence(d, source="afp")
    d.down = False
    d.step()
    assert [t.bulletin.lead.id for t in d.at("desk")] == [loud.id]
    assert {d.reason(one, "desk")[0] for one in silent} == {"dropped"}


def test_who_writes_waits_for_no_more_than_a_few_that_are_taken_back(make: Make) -> None:
    """However many wait and are silenced, a claim takes back some of them and lets others have the store."""
    d = make(rules(ALONE, of_a=", max_alerts: 999/h"))
    d.down = True
    silent = [d.open("a", source="afp") for _ in range(50)]
    d.wait(MINUTE)
    silence(d, source="afp")
    gone = [0]
    while gone[-1] < len(silent):
        assert claims.claim(d.store, Route("desk", "one"), d.now, HOUR) is None
        gone.append(sum(state == "dropped" for state, *_ in d.states().values()))
        assert 0 < gone[-1] - gone[-2] <= 20


@pytest.mark.parametrize("kind", ["rule", "source", "matching"])
def test_every_kind_of_silence_takes_back(make: Make, kind: str) -> None:
    """By rule, by source and by words alike."""
    d = make(rules(ALONE))
    d.down = True
    opened = d.open("a", source="afp")
    d.wait(MINUTE)
    silence(d, **{kind: {"rule": "a*", "source": "AFP", "matching": "titre 1"}[kind]})
    d.down = False
    d.wait(MINUTE)
    assert d.told == [] and d.reason(opened, "desk")[0] == "dropped"


# ── several addresses ────────────────────────────────────────────────────────────────────────────


def two_addresses(make: Make, of_a: str = ALONE) -> Desk:
    d = make(rules(of_a))
    d.current.channels["desk"].targets = (Target("one"), Target("two"))
    d.down = True
    return d


def fold_at(d: Desk, address: str) -> None:
    """What waits there becomes one digest, as when the address is back after hours."""
    with d.store.write() as conn:
        assert fold(conn, Route("desk", address), d.now, d.now)


def sent_to(d: Desk, address: str, now: int) -> list[str]:
    """All that the address has waiting is sent: the sources told, one after another."""
    told = []
    while claimed := claims.claim(d.store, Route("desk", address), now, HOUR):
        told.append(str(claimed.message.content))
        assert claims.settle(d.store, claimed, Sent(), now)
    return [source for text in told for source in ("afp", "lemonde.fr") if source in text]


def test_what_another_address_has_is_left_out_of_a_digest_and_not_dropped(make: Make) -> None:
    """One address was told before the silence; the digest of the other leaves it out, and it counts as sent."""
    d = two_addresses(make)
    known, other = d.open("a", source="afp"), d.open("a", source="lemonde.fr")
    d.wait(HOUR)
    assert sent_to(d, "two", d.now + DAY) == ["afp", "lemonde.fr"]
    fold_at(d, "one")
    silence(d, source="afp")
    assert sent_to(d, "one", d.now) == ["lemonde.fr"]
    assert [d.reason(alert, "desk")[0] for alert in (known, other)] == ["sent", "sent"]


def test_what_one_address_had_dropped_is_told_at_no_other_when_the_silence_is_over(make: Make) -> None:
    """Dropped is dropped: the message to the other address, still waiting then, is taken back too."""
    d = two_addresses(make)
    known, other = d.open("a", source="afp"), d.open("a", source="lemonde.fr")
    d.wait(HOUR)
    fold_at(d, "one")
    why = silence(d, source="afp")
    assert sent_to(d, "one", d.now) == ["lemonde.fr"]
    assert sent_to(d, "two", d.now + 3 * HOUR) == ["lemonde.fr"]
    assert (d.reason(known, "desk"), d.reason(other, "desk")[0]) == (("dropped", why), "sent")


def test_what_another_address_has_in_part_is_finished_there_and_told_once(make: Make) -> None:
    """A service took the first half of a message of two rules, one of which is silenced then."""
    d = two_addresses(make, "")
    silent, loud = d.open_all(["a", "b"], story=1, source="afp")
    d.wait(MINUTE)
    claimed = claims.claim(d.store, Route("desk", "one"), d.now + DAY, HOUR)
    assert claimed is not None
    claimed.progress.form, claimed.progress.parts, claimed.progress.marks = "text", [("t", "1"), ("t", "2")], {"half"}
    claims.settle(d.store, claimed, Retry(Phrase("busy")), d.now, d.now + MINUTE)
    silence(d, rule="a")
    d.wait(HOUR)
    assert [sent_to(d, address, d.now) for address in ("one", "two")] == [["afp"], ["afp"]]
    assert [d.reason(alert, "desk")[0] for alert in (silent, loud)] == ["sent", "sent"]


def test_a_reminder_that_waits_is_taken_back(make: Make) -> None:
    """The alert was told and escalated; its reminder could not be sent for a while, and is silenced by then."""
    d = make(rules(ALONE + ", escalate: {after: 30m, notify: [boss]}"))
    d.open("a", source="afp")
    d.wait(35 * MINUTE)
    d.down = True
    d.wait(30 * MINUTE)
    silence(d, rule="a")
    told = len(d.told)
    d.down = False
    d.wait(90 * MINUTE)
    assert len(d.told) == told
