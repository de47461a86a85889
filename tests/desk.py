"""A newsroom's desk in a simulated time: real rules, a real store, the real planner, and a clock that jumps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from watcher.analyse.engine import gazetteer
from watcher.channels import Target
from watcher.live import Current
from watcher.message import Bulletin, Digest, Message, MessageKind, Route, SendOutcome, Sent
from watcher.model import (
    Admission,
    Alert,
    Article,
    Catchup,
    Decision,
    DeliveryState,
    Draft,
    Evidence,
    FileFacts,
    FileOutcome,
    Handled,
    Level,
    Reading,
    Verdict,
)
from watcher.planning import Planner
from watcher.policy.decide import Late, QuietHours
from watcher.rules.bundle import Bundle
from watcher.rules.load import load
from watcher.store import Store, claims, open_store, outbox, plans, routes
from watcher.store.alerts import Shown, show_alert
from watcher.store.articles import admit
from watcher.store.claims import Claimed
from watcher.store.schema import alerts, deliveries

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


def at(text: str) -> int:
    """UTC milliseconds of a time with its offset."""
    return int(datetime.fromisoformat(text).timestamp() * 1000)


@dataclass(frozen=True, slots=True)
class Told:
    """A message that was sent: when, to which channel."""

    at: int
    channel: str
    message: Message

    @property
    def bulletin(self) -> Bulletin:
        assert isinstance(self.message.content, Bulletin)
        return self.message.content

    @property
    def digest(self) -> Digest:
        assert isinstance(self.message.content, Digest)
        return self.message.content


@dataclass(slots=True)
class FakeChannel:
    """A channel that the rules name: always there, with so many addresses."""

    name: str
    targets: tuple[Target, ...] = (Target("one"),)
    unconfigured: str | None = None


@dataclass(slots=True)
class Desk:
    """Opens alerts, lets time pass, and keeps what was told, all in one thread."""

    store: Store
    now: int
    current: Current
    once: bool = False
    reading: bool = False
    down: bool = False  # no service takes anything
    was_down: bool = False
    late: Late = field(default_factory=Late)
    told: list[Told] = field(default_factory=list)
    numbers: int = 0

    def __post_init__(self) -> None:
        self.planner = self._planner()

    planner: Planner = field(init=False)

    def _planner(self) -> Planner:
        return Planner(self.store, lambda: self.current, self.late, lambda: self.reading, once=self.once)

    def restart(self) -> None:
        """What a new daemon knows is what the store holds."""
        self.planner = self._planner()

    def open(
        self,
        rule: str = "a",
        *,
        story: int | None = None,
        source: str | None = "lemonde.fr",
        waited: int = 0,
        evidence: tuple[Mapping[str, Any], ...] = (),
        published: Any = None,
    ) -> Alert:
        """A new article that a rule matches. Nothing is planned before time passes."""
        more = {"waited": waited, "evidence": evidence, "published": published}
        return self.open_all([rule], story=story, source=source, **more)[0]

    def open_all(
        self,
        rules: list[str],
        *,
        story: int | None = None,
        source: str | None = "lemonde.fr",
        waited: int = 0,
        evidence: tuple[Mapping[str, Any], ...] = (),
        published: Any = None,
    ) -> list[Alert]:
        """A new article that several rules match."""
        self.numbers += 1
        article = Article(
            f"Titre {self.numbers}", "Les talibans.", "fr", published, source=source, path=f"{self.numbers}.txt"
        )
        proof = tuple(Evidence("keywords", "all[0]", **dict(one)) for one in evidence)
        drafts = tuple(self._draft(rule, proof) for rule in rules)
        facts = FileFacts(article.path, 1, self.numbers, rested_at=self.now - waited)
        handled = Handled(facts, FileOutcome.DONE, "", (Admission(Reading(article), drafts),))
        opened = admit(self.store, [handled], self.now)
        if story is not None:
            with self.store.write() as conn:
                conn.execute(update(alerts).where(alerts.c.id.in_([a.id for a in opened])).values(story=story))
        return opened

    def copy(self, number: int, source: str) -> None:
        """Another outlet brings the article of this number too, word for word."""
        article = Article(f"Titre {number}", "Les talibans.", "fr", source=source, path=f"{source}.txt")
        facts = FileFacts(article.path, 1, number, rested_at=self.now)
        admission = Admission(Reading(article))
        assert admit(self.store, [Handled(facts, FileOutcome.DONE, "", (admission,))], self.now) == []

    def _draft(self, name: str, proof: tuple[Evidence, ...]) -> Draft:
        rule = self.current.by_id[name]
        decisions = tuple(Decision(channel, DeliveryState.NEW) for channel in rule.notify)
        verdict = Verdict(name, match=True, evidence=proof)
        return Draft(name, rule.title or name, rule.level, self.current.digest, verdict, decisions)

    def step(self) -> int | None:
        """Plans what is due now, sends it, and says when to come again."""
        for _ in range(1000):
            due = self.planner.step(self.now)
            if not self.down:
                self._send()
            if due is None or due > self.now:
                return due
        raise AssertionError("planning stands still")

    def until(self, moment: int) -> None:
        """Time passes, from one thing that is due to the next."""
        due = self.step()
        while due is not None and due <= moment:
            self.now = due
            due = self.step()
        self.now = moment
        self.step()

    def wait(self, milliseconds: int) -> None:
        self.until(self.now + milliseconds)

    def _send(self) -> None:
        while due := self._due():
            for route in due:
                while claimed := self._claim(route):
                    claims.settle(self.store, claimed, Sent(), self.now)
                    self.told.append(Told(self.now, route.channel, claimed.message))

    def _claim(self, route: Route) -> Claimed | None:
        quiet = QuietHours(self.current.rules.channels[route.channel], self.current.by_id, self.current.rule)
        return claims.claim(self.store, route, self.now, 60_000, quiet)

    def claim(self, channel: str, target: str) -> list[Claimed]:
        """The message that an address is to be sent now, if any."""
        found = self._claim(Route(channel, target))
        return [found] if found is not None else []

    def settle(self, claimed: Claimed, outcome: SendOutcome, again: int | None = None) -> None:
        assert claims.settle(self.store, claimed, outcome, self.now, again)

    def _due(self) -> list[Route]:
        with self.store.read() as conn:
            waiting = routes.waiting(conn)
        return [route for route, at in waiting.items() if at <= self.now and route.channel in self.current.channels]

    def change(self, rules: str) -> None:
        """The analyst saves other rules."""
        self.current = read(rules)

    def at(self, channel: str, kind: MessageKind = MessageKind.ALERT) -> list[Told]:
        """What a channel was told, of one kind."""
        return [told for told in self.told if told.channel == channel and told.message.kind is kind]

    def digests(self, channel: str) -> list[Told]:
        return self.at(channel, MessageKind.DIGEST)

    def show(self, alert: Alert) -> Shown:
        with self.store.read() as conn:
            return show_alert(conn, alert.id)

    def reason(self, alert: Alert, channel: str) -> tuple[str, str]:
        """The state and the reason of an alert at a channel."""
        (found,) = [d for d in self.show(alert).deliveries if d.channel == channel]
        return found.state.value, found.reason

    def states(self) -> dict[tuple[int, str], tuple[str, str, str | None]]:
        """All deliveries: state, reason and mailing by alert and channel."""
        of = deliveries.c
        with self.store.read() as conn:
            rows = conn.execute(select(of.alert, of.channel, of.state, of.reason, of.mailing)).all()
        return {(row.alert, row.channel): (row.state, row.reason, row.mailing) for row in rows}


def tell_alone(store: Store, now: int, **targets: tuple[str, ...]) -> None:
    """Has every delivery that is not decided yet told by a message of its own, to the targets of its channel."""
    changes = plans.Changes()
    with store.write() as conn:
        for one in plans.undecided(conn, 10_000):
            bulletin = Bulletin(one.alert.id, one.alert.level, (one.alert,), (one.alert.title,))
            mailing = outbox.enqueue(
                conn, one.channel, targets[one.channel], MessageKind.ALERT, bulletin.to_json(), now
            )
            changes.put(one.delivery, DeliveryState.PENDING, "notify", mailing=mailing)
        plans.write(conn, changes, now)


def read(rules: str) -> Current:
    """Rules in force, each of their channels usable."""
    bundle = Bundle({"rules.yaml": rules})
    loaded = load(bundle, gazetteer())
    channels: Any = {name: FakeChannel(name) for name in loaded.channels}
    return Current(bundle, loaded, channels, {rule.id: rule for rule in loaded.rules})


@contextmanager
def desk(folder: Path, rules: str, now: int, *, late: Late | None = None, once: bool = False) -> Iterator[Desk]:
    """A desk with a store of its own."""
    with open_store(folder) as store:
        yield Desk(store, now, read(rules), late=late or Late(), once=once)


__all__ = ["DAY", "HOUR", "MINUTE", "Catchup", "Desk", "Late", "Level", "Told", "at", "desk", "read"]
