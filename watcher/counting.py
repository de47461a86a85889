"""Rules over several articles in the daemon: what matches count for, and when silence is to be looked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import Connection

from watcher.live import Current
from watcher.model import Alert, Draft, Verdict
from watcher.rules.correlation import Flatline
from watcher.rules.correlation.events import STORY, Listeners
from watcher.rules.spec import RuleSpec
from watcher.store import counts
from watcher.store.articles import Fresh
from watcher.store.counts import MARK, Happening
from watcher.store.engine import Store

# The alert of a rule of a set of rules, with the verdict that it is opened by.
DraftOf = Callable[[Current, RuleSpec, Verdict], Draft]


class Counting:
    """Owns when silences are looked for. All calls in intake's thread, which writes what is counted."""

    def __init__(self, store: Store, draft: DraftOf) -> None:
        self._store = store
        self._draft = draft
        self._current: Current | None = None
        self._flatlines: tuple[RuleSpec, ...] = ()
        self._due = 0

    def begin(self, current: Current, now: int) -> None:
        """Begins to count what new rules ask for, before an article is read by them. Raises Trouble."""
        if current is self._current:
            return
        counts.begin(self._store, current.rules.rules, now)
        self._flatlines = tuple(
            rule for rule in current.rules.rules if rule.enabled and isinstance(rule.correlation, Flatline)
        )
        self._current, self._due = current, now

    def look(self, now: int, oldest: Callable[[], int | None]) -> list[Alert]:
        """Looks for silences and their ends when that is due; returns the alerts opened. Raises Trouble.

        `oldest` is when the oldest article came that is not counted yet, None where all are: silence is judged as of
        the moment before, for that article may be what is missed.
        """
        current = self._current
        if current is None or not self._flatlines or now < self._due:
            return []
        uncounted = oldest()
        at = now if uncounted is None else min(now, uncounted - 1)
        drafts = [(rule, self._draft(current, rule, Verdict(rule.id, match=True))) for rule in self._flatlines]
        alerts, due = counts.look(self._store, drafts, now, at)
        self._due = now + MARK if due is None or at < now else min(now + MARK, max(due, now + 1))
        return alerts

    def next_due(self) -> int | None:
        """When to look again if nothing happens before (ms); None where there is nothing to look for."""
        return self._due if self._flatlines else None

    def count(
        self, conn: Connection, fresh: Sequence[Fresh], current: Current, now: int, oldest: Callable[[], int | None]
    ) -> list[Alert]:
        """Counts what the rules of `current` say of articles that are new, and opens the alerts that this sets off.
        `oldest` is when the oldest article came that is not counted yet, but for these; None where all are."""
        listeners = Listeners(current.rules.rules)
        waits = oldest() if self._flatlines else None  # others do not ask
        alerts = counts.count(conn, self._happenings(listeners, fresh, current, now), now, waits)
        self._due = min(self._due, now)  # what has come may end a silence
        return alerts

    def _counts(self, verdict: Verdict, one: Fresh, current: Current) -> bool:
        """An article is counted once, however often it is updated."""
        return verdict.rule not in one.again or current.by_id[verdict.rule].on_update

    def _happenings(
        self, listeners: Listeners, fresh: Sequence[Fresh], current: Current, now: int
    ) -> Iterator[Happening]:
        for one in fresh:
            matched = {v.rule: v for v in one.reading.verdicts if v.match and self._counts(v, one, current)}
            values = {**one.reading.values, STORY: (str(one.told.story),) if one.told else ()}
            for occurrence in listeners.occurrences(list(matched), values):
                draft = self._draft(current, occurrence.rule, matched[occurrence.match])
                yield Happening(one.file.rested_at or now, one.number, occurrence, draft)
