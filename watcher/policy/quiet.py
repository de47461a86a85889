"""When nobody is to be told: silences, and the time intervals in which a channel or a rule is mute."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from watcher.folding import fold_words
from watcher.model import Alert
from watcher.phrase import Moment
from watcher.rules.intervals import TimeInterval

SILENCED = "silenced until "  # how the reason begins
LOOK_AHEAD = 9 * 24 * 60 * 60 * 1000  # ms: intervals repeat each week, and leave some of it
_ENDS = 100  # intervals that follow one another without a minute between


@dataclass(frozen=True, slots=True)
class Silence:
    """What nobody is told for a while: alerts that fit all that is given, "" fitting every one.

    `rule` and `source` are globs; `matching` are words that follow one another in the article's title, the rule's, or
    the evidence. Case and accents make no difference.
    """

    id: str
    rule: str
    source: str
    matching: str
    why: str
    by: str
    created_at: int
    ends_at: int

    def covers(self, alert: Alert) -> bool:
        """Whether all that it names fits the alert, whatever the time."""
        if self.rule and not fits(self.rule, alert.rule):
            return False
        if self.source and not any(fits(self.source, a.get("source") or "") for a in _articles(alert)):
            return False
        return not self.matching or any(_holds(text, self.matching) for text in _texts(alert))

    def fits_none(self, rules: Collection[str] | None) -> bool:
        """Whether it is of rules of which there is none; False where None says that they are not known."""
        return bool(self.rule) and rules is not None and not any(fits(self.rule, name) for name in rules)

    @property
    def reason(self) -> str:
        why = f": {self.why}" if self.why else ""
        return f"{SILENCED}{moment(self.ends_at)} ({self.id}){why}"


def silenced(silences: Iterable[Silence], alert: Alert, now: int) -> str:
    """Why nobody is told of the alert at `now`; "" where no silence covers it."""
    return next((s.reason for s in silences if s.created_at <= now < s.ends_at and s.covers(alert)), "")


def muted(intervals: Sequence[TimeInterval], now: int) -> tuple[int, str] | None:
    """Until when the intervals that hold at `now` last (UTC ms), one after another, and their names; None for none."""
    end, names = now, dict[str, None]()
    for _ in range(_ENDS):
        later = end
        for interval in intervals:
            begins, ends = next(interval.within(later, later + LOOK_AHEAD), (later + 1, later))
            if begins == later:
                later = ends
                names[interval.name] = None
        if later == end:
            break
        end = later
    return (end, ", ".join(names)) if names else None


def moment(at: int) -> str:
    """A time (UTC ms) for reading: "2026-03-29 06:00 UTC"."""
    return str(Moment(at))


def fits(glob: str, value: str) -> bool:
    """Whether a value is one that the glob of a silence means."""
    pattern = fnmatch.translate(glob.casefold().replace("[", "[[]"))
    return re.fullmatch(pattern, value.casefold()) is not None


def _holds(text: str, words: str) -> bool:
    """Whole words, a `*` at the end of the last one being any ending. Where there is no word, none is held."""
    ending = "" if words.endswith("*") else " "
    wanted = " ".join(fold_words(words))
    return bool(wanted) and f" {wanted}{ending}" in f" {' '.join(fold_words(text))} "


def _articles(alert: Alert) -> Sequence[Mapping[str, Any]]:
    return alert.correlated.articles if alert.correlated else (alert.article,)


def _texts(alert: Alert) -> Iterable[str]:
    yield alert.title
    for article in _articles(alert):
        yield article.get("title") or ""
    for piece in alert.evidence:
        yield from (piece.get("sentence") or "", piece.get("text") or "")
