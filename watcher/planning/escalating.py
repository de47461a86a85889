"""Alerts that nobody has acknowledged: told to whom their channel or rule names, again and again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from watcher.message import Bulletin, MessageKind
from watcher.model import Alert
from watcher.phrase import Phrase, Span
from watcher.planning.work import BY_RULE, Work
from watcher.policy.decide import Case, quiet
from watcher.policy.quiet import silenced
from watcher.store import escalations, groups, outbox, plans

ESCALATES_FOR = 24 * 60 * 60_000  # ms
"""A day without an answer: nobody is there whom one more message would reach."""


class Escalations:
    """Tells of what waits for an answer."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def escalate(self, chain: escalations.Chain) -> None:
        """Tells those whom the chain names, or ends it with the reason."""
        by_rule = chain.origin.startswith(BY_RULE)
        says = self._work.rule(chain.origin.removeprefix(BY_RULE)) if by_rule else self._work.channel(chain.origin)
        escalate = says.escalate if says is not None else None
        if escalate is None:
            escalations.end(self._work.conn, chain, "the rules have no escalation any more")
            return
        if acknowledged := escalations.acknowledgement(self._work.conn, chain):
            escalations.end(self._work.conn, chain, acknowledged)
            return
        waited = self._work.now - chain.started_at
        if waited > ESCALATES_FOR:
            escalations.end(self._work.conn, chain, f"nobody acknowledged it for {Span(waited // 1000)}")
            return
        found = plans.contents(self._work.conn, chain.alerts)
        silent = {seq: silenced(self._work.silences, alert, self._work.now) for seq, alert in found.items()}
        chain = self._heard_of(chain, silent)
        if not chain.alerts:
            return
        alerts = [found[seq] for seq in sorted(chain.alerts, reverse=True)]  # the newest first, as they were told
        why = Phrase("not acknowledged for {span}", span=Span(waited // 1000))
        told = [name for name in escalate.notify if self._tell_again(name, chain, alerts, why)]
        after = escalate.after * 1000
        following = chain.due + after * ((self._work.now - chain.due) // after + 1)
        reason = f"{why}: told {', '.join(told)}" if told else f"{why}: {', '.join(escalate.notify)} mute or gone"
        escalations.again(self._work.conn, chain, following, reason, told=bool(told))

    def _heard_of(self, chain: escalations.Chain, silent: Mapping[int, str]) -> escalations.Chain:
        """The chain without those of its alerts that are silenced, which end here with the reason."""
        for seq, reason in silent.items():
            if reason:
                escalations.end(self._work.conn, replace(chain, alerts=(seq,)), reason)
        return replace(chain, alerts=tuple(seq for seq, reason in silent.items() if not reason))

    def _tell_again(self, name: str, chain: escalations.Chain, alerts: Sequence[Alert], why: Phrase) -> bool:
        """Tells a channel of alerts that nobody acknowledged, the newest first, unless it is mute."""
        channel = self._work.channel(name)
        loudest = max(alerts, key=lambda alert: alert.level.rank)
        if channel is None or quiet(
            Case(loudest, self._work.rule(loudest.rule), channel, self._work.now), self._work.now
        ):
            return False
        titles = tuple(dict.fromkeys(a.title or a.rule for a in sorted(alerts, key=lambda a: -a.level.rank)))
        shown = tuple(alerts[: groups.NEWEST])
        outlets = groups.outlets(self._work.conn, list(chain.alerts))
        bulletin = Bulletin(chain.group, loudest.level, shown, titles, len(alerts), outlets, why, reminder=True)
        mailing = self._work.send(name, MessageKind.ALERT, bulletin.to_json())
        outbox.tell_too(self._work.conn, chain.alerts, name, mailing, f"escalated: {why}", self._work.now)
        if channel.escalate is not None:
            due = self._work.now + channel.escalate.after * 1000
            escalations.start(self._work.conn, name, chain.group, chain.alerts, due, self._work.now)
        return True
