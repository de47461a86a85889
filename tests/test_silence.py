"""Silence in intake: what lies in the inbox or is being read is not missed."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from watcher.analyse.engine import gazetteer
from watcher.channels import open_channels
from watcher.flight import Flight
from watcher.inbox import Inbox, Lane
from watcher.intake import Intake
from watcher.live import Current
from watcher.model import Alert, Ways
from watcher.operator import Operator
from watcher.rules.bundle import Bundle
from watcher.rules.load import load
from watcher.settings import Settings
from watcher.store import Store, open_store
from watcher.store.alerts import list_alerts
from watcher.store.boilerplate import LearnedToday
from watcher.store.files import LedgerRow, still_there
from watcher.store.pulse import pulse

RULES = """\
version: 1
rules:
  - id: silent
    condition: {keywords: [attentat]}
    correlation: {type: flatline, below: 1, timeframe: 1h}
"""
NOW = 1_760_000_000_000
MINUTE = 60_000


@dataclass
class Workers:
    """Workers that read nothing until `go`: then what was submitted is read here."""

    workers: int = 1
    busy: bool = False
    going: bool = False
    held: list[tuple[Future[Any], Callable[[], Any]]] = field(default_factory=list)

    def submit(self, work: Callable[..., Any], *given: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.held.append((future, partial(work, *given)))
        if self.going:
            self.go()
        return future

    def submit_again(self, _: Future[Any], work: Callable[..., Any], *given: Any) -> Future[Any]:
        return self.submit(work, *given)

    def rest(self, keep: int) -> None:
        """They cost nothing."""

    def go(self) -> None:
        self.going = True
        for future, work in self.held:
            future.set_result(work())
        self.held.clear()


@dataclass
class Desk:
    """Intake over a real inbox and store, with a clock that goes half a minute a step."""

    inbox: Path
    intake: Intake
    workers: Workers
    store: Store
    clock: list[int]

    def until(self, minute: float) -> list[tuple[float, bool]]:
        """Steps up to a minute; what is told by then: when the window ends, and whether a silence is over."""
        while self.clock[0] < NOW + minute * MINUTE:
            self.clock[0] += MINUTE // 2
            self.intake.step(self.clock[0])
        with self.store.read() as conn:
            told = [listed.alert.correlated for listed in list_alerts(conn, 10)]
        return [((c.end - NOW) / MINUTE, c.ended) for c in told if c]


def current_of(written: str) -> Current:
    """Rules in force."""
    bundle = Bundle({"rules.yaml": written})
    rules = load(bundle, gazetteer())
    channels = open_channels(rules.channels, {}, (), sys.stdout)
    return Current(bundle, rules, channels, {rule.id: rule for rule in rules.rules})


@contextmanager
def desk(tmp_path: Path, written: str = RULES) -> Iterator[Desk]:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    settings = Settings(inbox=inbox, rules=tmp_path / "rules.yaml", state=tmp_path / "state")
    current = current_of(written)
    clock, workers = [NOW], Workers()
    with open_store(settings.state) as store:

        def known(paths: Sequence[str]) -> dict[str, LedgerRow]:
            with store.read() as conn:
                return still_there(conn, paths)

        looked = Inbox(
            inbox,
            Ways(settle=0, rescan=1),
            known=known,
            wake=lambda: None,
            ticks=lambda: clock[0] / 1000,
        )
        flight = Flight(settings, dict.fromkeys(Lane, workers), lambda: current, lambda: None)  # type: ignore[arg-type]
        operator = Operator(store, lambda: current, lambda: None)
        intake = Intake(
            settings, looked, store, flight, LearnedToday(store, on=True), lambda: current, operator, lambda: None
        )
        intake.step(NOW)
        yield Desk(inbox, intake, workers, store, clock)


def test_an_article_that_is_being_read_is_not_missed(tmp_path: Path) -> None:
    """One that came after 40 minutes and is read after 70 is no silence of an hour; from it on the hour runs anew."""
    with desk(tmp_path) as at:
        at.until(39.5)
        (at.inbox / "1.txt").write_text("Un attentat a eu lieu.\n")
        assert at.until(70) == []
        at.workers.go()
        assert at.until(99) == []
        ((end, ended),) = at.until(101.5)
        assert (100 <= end <= 100.5, ended) == (True, False)


def test_a_silence_before_an_article_that_is_being_read_is_told(tmp_path: Path) -> None:
    """What was silent before the article came is known without reading it."""
    with desk(tmp_path) as at:
        at.until(59)
        assert at.until(59.5) == []
        at.until(62)
        (at.inbox / "1.txt").write_text("Un attentat a eu lieu.\n")
        assert [ended for _, ended in at.until(70)] == [False]
        at.workers.go()
        assert sorted(ended for _, ended in at.until(71)) == [False, True]


def page(title: str, text: str) -> str:
    head = f"<title>{title}</title><meta property='og:site_name' content='afp.com'>"
    return f"<html><head>{head}</head><body><p>{text * 9}</p></body></html>"


def test_a_silence_says_what_came_last(tmp_path: Path) -> None:
    """Its alert has the article that came last and when, or that none came, and its end has neither; while it lasts an
    empty digest says so too, and not that nothing is silent."""
    rules = RULES.replace("timeframe: 1h}", "timeframe: 1h, by: source, of: [afp.com, ap.org]}")
    rules += RULES.partition("rules:\n")[2].replace("silent", "any")
    with desk(tmp_path, rules) as d:
        d.workers.go()
        (d.inbox / "a.html").write_text(page("Attentat à Kaboul", "Un attentat a fait des victimes mardi à Kaboul. "))
        d.until(90)
        with d.store.read() as conn:
            alerts = [one.alert for one in list_alerts(conn, 10)]
            told = dict(pulse(conn, "console", NOW, d.clock[0], "UTC"))
        assert (told["silent_sources"], told["silences"]) == ("afp.com, ap.org", "any")
        last = {c.value: c.last for alert in alerts if (c := alert.correlated)}
        assert last["ap.org"] == {}
        assert last[None] == last["afp.com"] and last[None] is not None
        assert NOW < last[None]["at"] <= NOW + 2 * MINUTE
        assert last[None]["article"]["title"] == "Attentat à Kaboul"
        assert [Alert.from_json(json.loads(json.dumps(alert.to_json()))) for alert in alerts] == alerts
        (d.inbox / "b.html").write_text(page("Un autre attentat", "Un autre attentat a eu lieu jeudi à Herat. "))
        d.until(120)
        with d.store.read() as conn:
            told = dict(pulse(conn, "console", NOW, d.clock[0], "UTC"))
            ended = list_alerts(conn, 10)[0].alert.correlated
        assert ended is not None and ended.ended and ended.last is None
        assert told["silent_sources"] == "ap.org" and "silences" not in told
