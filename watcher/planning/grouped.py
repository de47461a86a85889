"""Groups that are due: each tells what is new, waits for it, or closes."""

from __future__ import annotations

from watcher.message import Bulletin
from watcher.model import DeliveryState
from watcher.phrase import Phrase
from watcher.planning.fresh import Decisions
from watcher.planning.work import Work
from watcher.policy import grouping
from watcher.policy.grouping import CLOSES_AFTER, Contents
from watcher.policy.quiet import moment
from watcher.store import groups, plans
from watcher.store.groups import Group


class Groups:
    """Looks at groups; what they have to tell is decided once more at that moment."""

    def __init__(self, work: Work, decisions: Decisions) -> None:
        self._work = work
        self._decisions = decisions

    def look_at(self, group: Group) -> None:
        """Has a group tell what is new, wait for it, or close."""
        channel = self._work.channel(group.channel)
        if channel is None:
            for one in plans.waiting_in(self._work.conn, group.id):
                self._work.lost(one.delivery)
            groups.wait(self._work.conn, group, None)
            return
        if group.spoken.at is not None and not self._time_to_speak(group, self._come_to(group)[1]):
            return
        waiting = self._decisions.still(plans.waiting_in(self._work.conn, group.id), channel)
        contents, why = self._come_to(group)
        if contents is None or (group.spoken.at is not None and not why):
            closes = None if contents is None else group.last_at + CLOSES_AFTER
            groups.wait(self._work.conn, group, closes)
            return
        newest = tuple(groups.newest(self._work.conn, group))
        titles = tuple(dict.fromkeys(title or rule for rule, title in contents.rules.items()))
        bulletin = Bulletin(group.ident, contents.level, newest, titles, contents.total, contents.outlets, why)
        groups.told(self._work.conn, group, contents, self._work.now)
        self._work.tell(
            channel.name, bulletin, waiting, f"told with its group: {why}" if why else "told with its group", group.id
        )

    def _come_to(self, group: Group) -> tuple[Contents | None, Phrase]:
        """What a group has, and what of that is news, an empty phrase for nothing or where it has told nothing yet."""
        contents = groups.contents(self._work.conn, group.id)
        if contents is None or group.spoken.at is None:
            return contents, Phrase("")
        return contents, grouping.news(group.spoken, contents, group.updates)

    def _time_to_speak(self, group: Group, why: str) -> bool:
        """Whether a group that has spoken has news, and spoke long enough ago; else it waits, or closes."""
        assert group.spoken.at is not None
        closes = group.last_at + CLOSES_AFTER
        if why:
            may = group.spoken.at + group.interval
            if may > self._work.now:
                groups.wait(self._work.conn, group, may)
            return may <= self._work.now
        if closes > self._work.now:
            groups.wait(self._work.conn, group, closes)
            return False
        for one in plans.waiting_in(self._work.conn, group.id):
            told = moment(group.spoken.at)
            self._work.changes.put(
                one.delivery, DeliveryState.DROPPED, f"folded into its group, told at {told}: no news", group=group.id
            )
        groups.wait(self._work.conn, group, None)
        return False
