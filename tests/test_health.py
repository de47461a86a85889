"""The daemon's own troubles: noticed, told once, and shown to the dead man's switch."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
from pytest_httpserver import HTTPServer
from sqlalchemy import select
from structlog.testing import capture_logs

from tests.support import RULES, running, wait_for
from tests.test_outbox import alert, to
from watcher.channels.base import Target
from watcher.channels.heartbeat import ping
from watcher.errors import RulesError, Trouble
from watcher.health import HOUR, MINUTE, Health, Vitals, signs
from watcher.message import Notice, Retry, Route
from watcher.operator import MOST_ALIKE, QUIET_MS, Operator
from watcher.phrase import Phrase
from watcher.rulefiles import load_checked
from watcher.rules.spec import RuleSet
from watcher.settings import Settings
from watcher.store import vitals
from watcher.store.claims import claim, settle
from watcher.store.engine import Store
from watcher.store.outbox import put_notice
from watcher.store.schema import messages
from watcher.store.unusable import hold, release
from watcher.store.vitals import Stalled, Unusable

NOW = 1_792_002_400_000
WELL = Vitals({"state": 10**12}, {}, last_news=NOW)


class Told:
    """Stands where the operator's channel is: keeps what would be posted."""

    def __init__(self) -> None:
        self.notices: list[tuple[str, str]] = []

    def tell(self, event: str, text: str, *_: Any) -> None:
        self.notices.append((event, text))


class Place:
    """A health check whose place can be made to fail: free bytes, troubles of parts, deaths of workers."""

    def __init__(self, home: Path, store: Store, monkeypatch: pytest.MonkeyPatch, url: str | None = None) -> None:
        self.free, self.deaths = 10**12, tuple[int, ...]()
        self.troubles: dict[str, str] = {}
        self.told = Told()
        monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=self.free))
        current = SimpleNamespace(rules=RuleSet("d", operator="ops", heartbeat_url=url))
        settings = Settings(state=home / "state", inbox=home / "inbox", silence_hours=30)
        operator: Any = self.told
        self.health = Health(settings, store, lambda: current, operator, lambda: self.troubles, lambda: self.deaths)  # type: ignore[arg-type,return-value]
        self.now = NOW

    def minutes(self, number: int, after_hours: int = 0) -> list[tuple[str, str]]:
        """What is told in the next minutes, or in those after some hours."""
        self.now += after_hours * HOUR
        self.told.notices.clear()
        for _ in range(number):
            self.now += MINUTE
            self.health.step(self.now)
        return self.told.notices


SIGNS = [
    (WELL, []),
    (replace(WELL, free={"state": 499_000_000}), ["499 MB are left for state"]),
    (replace(WELL, troubles={"intake": "the inbox is gone"}), ["intake waits: the inbox is gone"]),
    (
        replace(WELL, stalled=(Stalled("desk", NOW - 25 * MINUTE, 12, "HTTP 500"),)),
        ["channel desk: 12 messages not delivered, the oldest for 25 min: HTTP 500"],
    ),
    (
        replace(
            WELL, unusable=(Unusable("desk", 3000, Phrase("unconfigured: {why}", why="secret:desk is not found")),)
        ),
        ["channel desk cannot be used, 3000 deliveries held: unconfigured: secret:desk is not found"],
    ),
    (replace(WELL, quarantined=19), []),
    (replace(WELL, quarantined=20), ["20 files were put in quarantine within the last hour"]),
    (replace(WELL, deaths=(NOW - 2 * HOUR, NOW - 1, NOW - 1)), []),
    (
        replace(WELL, deaths=(NOW - 1,) * 3),
        ["processes that read articles died 3 times within the last hour: is there too little memory?"],
    ),
    (replace(WELL, refused=True), ["the rules file is refused; those accepted before stay in force"]),
    (replace(WELL, last_news=NOW - 24 * HOUR + 1), []),
    (replace(WELL, last_news=NOW - 25 * HOUR), ["no new article for 25 h"]),
]


@pytest.mark.parametrize(("found", "texts"), SIGNS)
def test_signs_of_trouble(found: Vitals, texts: list[str]) -> None:
    """Each trouble is said in a sentence with its numbers, and what is usual is none."""
    assert [sign.text for sign in signs(found, NOW, 24, None)] == texts


def test_a_trouble_is_told_once_and_its_end(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """What lasts for a minute is told, once a day while it lasts, and when it is over; a blink is not."""
    place = Place(tmp_path, store, monkeypatch)
    assert place.minutes(3) == []
    place.troubles = {"intake": "the store is locked"}
    assert place.minutes(1) == []
    place.troubles = {}
    place.minutes(2)
    place.free = 1_000_000
    low = [("disk.low", f"1 MB are left for {tmp_path / name}") for name in ("state", "inbox")]
    assert place.minutes(60) == low
    assert place.minutes(3, after_hours=24) == low
    place.free = 10**12
    assert [event for event, _ in place.minutes(10)] == ["disk.low.over", "disk.low.over"]


def test_silence_is_counted_from_the_start(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A daemon that has just been started does not complain of the night before."""
    place = Place(tmp_path, store, monkeypatch)
    assert place.minutes(3) == []
    assert place.minutes(3, after_hours=29) == []
    assert place.minutes(3, after_hours=1) == [("articles.none", "no new article for 30 h")]


def test_the_switch(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch, httpserver: HTTPServer) -> None:
    """The address is asked for every five minutes, and with /fail as soon as trouble is seen and until it is over."""
    httpserver.expect_request("/ping/uuid").respond_with_data("OK")
    httpserver.expect_request("/ping/uuid/fail").respond_with_data("OK")
    place = Place(tmp_path, store, monkeypatch, httpserver.url_for("/ping/uuid?a=1"))
    place.minutes(7)
    place.free = 0
    place.minutes(2)
    place.free = 10**12
    place.minutes(1)
    asked = [(request.method, request.path, request.query_string) for request, _ in httpserver.log]
    assert [path.removeprefix("/ping/uuid") for _, path, _ in asked] == ["", "", "/fail", ""]
    assert {(method, query) for method, _, query in asked} == {("GET", b"a=1")}


def test_a_channel_is_not_told_that_it_cannot_be_used(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch, httpserver: HTTPServer
) -> None:
    """A notice for the operator's own channel would wait there with the rest; the switch is told, and of the others the
    operator is."""
    httpserver.expect_request("/ping").respond_with_data("OK")
    httpserver.expect_request("/ping/fail").respond_with_data("OK")
    place = Place(tmp_path, store, monkeypatch, httpserver.url_for("/ping"))
    why = Phrase("unconfigured")
    alert(store, to("one", channel="ops"), number=1, now=NOW)
    hold(store, "ops", why, NOW)
    assert place.minutes(3) == []
    assert httpserver.log[0][0].path == "/ping/fail"
    alert(store, to("one"), number=2, now=NOW)
    hold(store, "desk", why, NOW)
    assert place.minutes(3) == [("channel.held", "channel desk cannot be used, 1 delivery held: unconfigured")]
    release(store, "desk", NOW)
    assert place.minutes(3) == [("channel.held.over", "channel not usable (desk) is over")]


CANARY = "canary-5ecret-t0ken"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        (f"http://127.0.0.1:1/{CANARY}", "no connection, or it was cut"),
        (f"http://.{CANARY}/", "the address is not valid"),
        (f"http://{CANARY}{'x' * 80}.invalid./", None),
        (f"{CANARY}://x", None),
    ],
)
def test_a_ping_that_fails_says_why_without_the_address(
    url: str, why: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    """Who reads the log or the operator's channel cannot ping in the daemon's place."""
    caplog.set_level(1)
    said = ping(url, well=True)
    assert said
    assert why in (None, said) or said.startswith("the request failed")
    assert CANARY not in said + caplog.text


def test_a_ping_that_is_refused(httpserver: HTTPServer) -> None:
    """An answer that is no success is trouble too, and a redirect is not followed."""
    httpserver.expect_request("/gone").respond_with_data("", status=404)
    httpserver.expect_request("/moved").respond_with_data("", status=302, headers={"Location": "/gone"})
    assert ping(httpserver.url_for("/gone"), well=True) == "HTTP 404"
    assert ping(httpserver.url_for("/moved"), well=True).startswith("HTTP 302")
    assert len(httpserver.log) == 2


@pytest.mark.parametrize("url", ['"${PING}"', "secret:ping", "hc-ping.com/x", "ftp://x/", "https://", '"https://x/ y"'])
def test_an_address_that_cannot_be_asked_for(url: str, tmp_path: Path) -> None:
    """What is no web address, or would need a secret, is refused where it stands."""
    (tmp_path / "rules.yaml").write_text(f"version: 1\ndefaults: {{heartbeat_url: {url}}}\n")
    with pytest.raises(RulesError) as caught:
        load_checked(tmp_path / "rules.yaml", {})
    (fault,) = caught.value.faults
    assert (fault.line, fault.column) == (2, 27)


def test_a_flood_of_alike_troubles_is_summed_up(store: Store) -> None:
    """A thousand broken files are ten notices and a sum, every quarter of an hour; nothing else waits behind them."""
    channels = {"out": SimpleNamespace(targets=(Target("file"),))}
    current: Any = SimpleNamespace(rules=SimpleNamespace(operator="out"), channels=channels)
    operator = Operator(store, lambda: current, lambda: None)
    for number in range(1000):
        operator.tell("file.quarantined", f"{number}: broken", NOW, about=str(number))
    operator.tell("disk.low", "0 MB are left", NOW)
    first = [*(f"{number}: broken" for number in range(MOST_ALIKE)), "0 MB are left"]
    assert posted(store) == first
    operator.post(NOW + QUIET_MS - 1)
    assert posted(store) == first
    operator.post(NOW + QUIET_MS)
    assert posted(store) == [*first, "990 more like those told before, the last: 999: broken"]


def test_on_a_terminal_a_trouble_is_logged_while_the_store_cannot_take_its_notice(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The operator's console stands on the log's terminal: what it tells is not logged as well, but what it cannot be
    told yet, as while the disk is full, is; and it has it once the store can."""
    console = SimpleNamespace(console=True, targets=(Target("console"),))
    rules = SimpleNamespace(operator="console", channels={"console": console})
    current: Any = SimpleNamespace(rules=rules, channels={"console": console})
    operator = Operator(store, lambda: current, lambda: None, on_terminal=True)
    with capture_logs() as lines:
        operator.tell("file.stays", Phrase("one"), NOW)
        assert lines == []
        with monkeypatch.context() as full:
            full.setattr(store, "write", mock.Mock(side_effect=Trouble("the disk is full")))
            operator.tell("disk.low", Phrase("two"), NOW)
        assert [line["text"] for line in lines if line["event"] == "disk.low"] == ["two"]
        operator.tell("part.waits", Phrase("three"), NOW)
        assert [line for line in lines if line["event"] == "part.waits"] == []
    assert posted(store) == ["one", "two", "three"]


def test_a_channel_that_fails_is_seen_in_the_store(store: Store) -> None:
    """It is told with all that waits there once a message was tried; what only waits for its turn is no sign."""
    notice = Notice("event", "text")
    with store.write() as conn:
        for channel in ("desk", "desk", "mail"):
            put_notice(conn, channel, ("x",), notice, NOW)
    with store.read() as conn:
        assert vitals.stalled(conn, NOW) == []
    claimed = claim(store, Route("desk", "x"), NOW, MINUTE)
    assert claimed is not None
    settle(store, claimed, Retry("HTTP 500"), NOW, retry_at=NOW + MINUTE)
    with store.read() as conn:
        assert vitals.stalled(conn, NOW) == [vitals.Stalled("desk", NOW, 2, "HTTP 500")]
        assert vitals.stalled(conn, NOW - 1) == []


def posted(store: Store) -> list[str]:
    with store.read() as conn:
        bodies = conn.execute(select(messages.c.body).order_by(messages.c.seq)).scalars()
        return [str(Notice.from_json(body).text) for body in bodies]


@pytest.fixture
def switch(httpserver: HTTPServer) -> Iterator[str]:
    httpserver.expect_request("/ping").respond_with_data("OK")
    yield httpserver.url_for("/ping")


def test_a_running_daemon_pings(tmp_path: Path, switch: str, httpserver: HTTPServer) -> None:
    """A daemon that has come up asks for the address at once, and says nothing of it."""
    rules = RULES.replace("operator: out", f"operator: out, heartbeat_url: {switch}")
    with running(tmp_path, rules=rules, flags=("--log-level", "debug")) as daemon:
        wait_for(lambda: httpserver.log, "the ping")
        wait_for(lambda: daemon.logged("heartbeat.sent"), "its log line")
        assert switch not in daemon.log
