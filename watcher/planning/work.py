"""The unit of work of planning: one transaction, and what is decided in it until it is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from watcher.live import Current
from watcher.message import Bulletin, MessageKind
from watcher.model import DeliveryState, WaitsFor
from watcher.policy.decide import Drop, Hold
from watcher.policy.quiet import Silence
from watcher.rules.spec import ChannelSpec, RuleSpec
from watcher.store import escalations, outbox, pace, plans, silences, unusable
from watcher.store.plans import Changes, Waiting

BACKLOG_AT_MOST = 15 * 60_000  # ms that its digest waits for the end of it
BY_RULE = "rule:"  # before the name of the rule by which an alert escalates; no channel is called so


@dataclass(slots=True)
class Work:
    """Owns what is decided in one transaction until `write`; `tellings` are the rules that began to tell a channel
    something."""

    conn: Connection
    current: Current
    now: int
    changes: Changes = field(default_factory=Changes)
    tellings: list[tuple[str, str]] = field(default_factory=list)
    _messages: list[dict[str, Any]] = field(default_factory=list)
    _silences: list[Silence] | None = None

    def write(self) -> None:
        """Writes what was decided so far, so that the questions that follow see it."""
        plans.write(self.conn, self.changes, self.now)
        pace.add_tellings(self.conn, self.tellings, self.now)
        outbox.put(self.conn, self._messages)
        self.tellings, self._messages = [], []

    @property
    def silences(self) -> list[Silence]:
        """Those that hold at `now`, read once a turn."""
        if self._silences is None:
            self._silences = silences.active(self.conn, self.now)
        return self._silences

    def rule(self, name: str) -> RuleSpec:
        """The rule as it is now; one that is gone says nothing of how it is told."""
        return self.current.rule(name)

    def channel(self, name: str) -> ChannelSpec | None:
        """The channel where the rules have it and it is open."""
        return self.current.rules.channels.get(name) if name in self.current.channels else None

    def apply(self, delivery: int, verdict: Hold | Drop | None) -> None:
        """What a verdict makes of a delivery; None is left as it is."""
        match verdict:
            case Hold(until, waits_for, reason):
                due = self.now + BACKLOG_AT_MOST if waits_for is WaitsFor.BACKLOG else until
                self.changes.put(delivery, DeliveryState.HELD, reason, waits_for, due)
            case Drop(reason):
                self.changes.put(delivery, DeliveryState.DROPPED, reason)
            case None:
                pass

    def lost(self, delivery: int) -> None:
        """A delivery whose channel is gone waits for it."""
        self.changes.put(delivery, DeliveryState.HELD, unusable.MISSING, WaitsFor.CHANNEL)

    def tell(
        self, channel: str, bulletin: Bulletin, told: Sequence[Waiting], reason: str, group: int | None = None
    ) -> None:
        """Has a channel told of alerts by one message."""
        mailing = self.send(channel, MessageKind.ALERT, bulletin.to_json())
        for one in told:
            self.changes.put(one.delivery, DeliveryState.PENDING, reason, group=group, mailing=mailing)
        self._watch(channel, bulletin.group, told)

    def _watch(self, channel: str, group: str, told: Sequence[Waiting]) -> None:
        """From now on alerts that were told are watched, for those who are to hear where nobody acknowledges them."""
        spec = self.channel(channel)
        if spec is not None and spec.escalate is not None:
            due = self.now + spec.escalate.after * 1000
            escalations.start(self.conn, channel, group, [one.seq for one in told], due, self.now)
        for rule, some in _by_rule(told).items():
            if (escalate := self.rule(rule).escalate) is not None:
                due = self.now + escalate.after * 1000
                escalations.start(self.conn, f"{BY_RULE}{rule}", group, [one.seq for one in some], due, self.now)

    def send(self, channel: str, kind: MessageKind, body: Mapping[str, object]) -> str:
        """Writes a message for each address of a channel; returns what joins them, its mailing."""
        targets = [target.key for target in self.current.channels[channel].targets]
        rows = outbox.written(channel, targets, kind, body, self.now)
        self._messages += rows
        return str(rows[0]["mailing"])


def _by_rule(told: Iterable[Waiting]) -> dict[str, list[Waiting]]:
    found: dict[str, list[Waiting]] = {}
    for one in told:
        found.setdefault(one.alert.rule, []).append(one)
    return found
