"""Health: looks for signs that the daemon is in trouble, tells the operator, and keeps the dead man's switch."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import structlog

from watcher.channels.heartbeat import ping
from watcher.errors import Trouble
from watcher.live import Current
from watcher.model import Level
from watcher.operator import Operator
from watcher.phrase import Phrase
from watcher.render.notices import OVER, called
from watcher.settings import Settings
from watcher.store import vitals
from watcher.store.engine import Store

log = structlog.get_logger(__name__)

MINUTE = 60_000
HOUR = 60 * MINUTE
MOST_QUARANTINED = 20  # an hour: one or two are the files' own fault
MOST_DEATHS = 3  # of workers, an hour
LEAST_FREE = 500_000_000  # bytes: hours of a store's growth, and room to act
AGAIN = 24 * HOUR  # a trouble that lasts is told once a day


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign of trouble: `event` and what it is `about` name it, `text` is for reading. One that is not `told` is known
    to the operator already, or would wait at the very channel that it is about."""

    event: str
    about: str
    text: Phrase
    level: Level = Level.HIGH
    told: bool = True


@dataclass(frozen=True, slots=True)
class Vitals:
    """What a look finds: bytes `free` by folder, `troubles` by part, `deaths` of workers and when the last article
    came, or the daemon started, in UTC ms."""

    free: Mapping[str, int]
    troubles: Mapping[str, Phrase]
    deaths: tuple[int, ...] = ()
    stalled: tuple[vitals.Stalled, ...] = ()
    unusable: tuple[vitals.Unusable, ...] = ()
    quarantined: int = 0
    refused: bool = False
    last_news: int = 0


def signs(found: Vitals, now: int, silence_hours: float, operator: str | None) -> Iterator[Sign]:
    """What of it is trouble; `operator` is the channel that is told."""
    for folder, free in found.free.items():
        if free < LEAST_FREE:
            left = Phrase("{size} MB are left for {folder}", size=free // 1_000_000, folder=folder)
            yield Sign("disk.low", folder, left, Level.CRITICAL)
    for part, why in found.troubles.items():
        yield Sign("part.waits", part, Phrase("{part} waits: {why}", part=part, why=why))
    for one in found.stalled:
        yield Sign("channel.failing", one.channel, one.told(now))
    for channel in found.unusable:
        yield Sign("channel.held", channel.channel, channel.told(), told=channel.channel != operator)
    if found.quarantined >= MOST_QUARANTINED:
        text = Phrase("{count} files were put in quarantine within the last hour", count=found.quarantined)
        yield Sign("quarantine.growing", "", text)
    deaths = sum(0 <= now - at < HOUR for at in found.deaths)
    if deaths >= MOST_DEATHS:
        text = Phrase(
            "processes that read articles died {count} times within the last hour: is there too little memory?",
            count=deaths,
        )
        yield Sign("workers.dying", "", text)
    if found.refused:
        yield Sign("rules.refused", "", vitals.REFUSED, told=False)
    if now - found.last_news >= silence_hours * HOUR:
        hours = (now - found.last_news) // HOUR
        yield Sign("articles.none", "", Phrase("no new article for {hours} h", hours=hours), Level.HIGH)


class Health:
    """Owns which troubles last and since when they were told, and when the switch was last pinged. One thread's."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        current: Callable[[], Current],
        operator: Operator,
        troubles: Callable[[], Mapping[str, Phrase]],
        deaths: Callable[[], tuple[int, ...]],
    ) -> None:
        self._settings = settings
        self._store = store
        self._current = current
        self._operator = operator
        self._troubles = troubles
        self._deaths = deaths
        self._began: int | None = None
        self._seen: dict[tuple[str, str], Sign] = {}
        self._lasting: dict[tuple[str, str], int] = {}
        self._pinged: tuple[int, bool] | None = None

    def step(self, now: int) -> None:
        """One look, every half minute: tells what was there at the last one too, and what is over; pings when it is
        due."""
        self._began = self._began or now
        before, self._seen = self._seen, {(s.event, s.about): s for s in self._look(now)}
        self._tell({key: sign for key, sign in self._seen.items() if key in before}, now)
        self._ping(now)

    def _look(self, now: int) -> Iterator[Sign]:
        settings, troubles = self._settings, dict(self._troubles())
        free = {str(folder): left for folder in (settings.state, settings.inbox) if (left := _free(folder)) is not None}
        found = Vitals(free, troubles, self._deaths(), last_news=now)
        try:
            with self._store.read() as conn:
                found = replace(
                    found,
                    stalled=tuple(vitals.stalled(conn, now - vitals.STALLED)),
                    unusable=tuple(vitals.unusable(conn)),
                    quarantined=vitals.quarantined(conn, now - HOUR),
                    refused=vitals.rules_refused(conn),
                    last_news=max(vitals.last_article(conn) or 0, self._began or now),
                )
        except Trouble as trouble:
            troubles["store"] = trouble.why  # which `found` holds
        return signs(found, now, settings.silence_hours, self._current().rules.operator)

    def _tell(self, lasting: Mapping[tuple[str, str], Sign], now: int) -> None:
        for key in [key for key in self._lasting if key not in self._seen]:
            del self._lasting[key]
            event, about = key
            over = Phrase("{event} ({about}) is over", event=called(event), about=about)
            over = over if about else Phrase("{event} is over", event=called(event))
            self._operator.tell(event + OVER, over, now, Level.LOW, about)
        for key, sign in lasting.items():
            if sign.told and now - self._lasting.get(key, -AGAIN) >= AGAIN:
                self._lasting[key] = now
                self._operator.tell(sign.event, sign.text, now, sign.level, sign.about)

    def _ping(self, now: int) -> None:
        """Every few minutes, and at once when trouble begins or ends."""
        url = self._current().rules.heartbeat_url
        if url is None:
            return
        well = not self._seen
        if self._pinged is not None:
            at, was = self._pinged
            if was is well and 0 <= now - at < self._settings.heartbeat_minutes * MINUTE:
                return
        self._pinged = now, well
        if why := ping(url, well=well):
            self._operator.tell(
                "heartbeat.unsent", Phrase("the heartbeat address could not be reached: {why}", why=why), now
            )
        else:
            log.debug("heartbeat.sent", well=well)


def _free(folder: Path) -> int | None:
    """Bytes left for a folder; None where it is not there, which its part tells."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None
