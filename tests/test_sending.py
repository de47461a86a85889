"""Sending: what fails is probed and spared, nothing delays another address, and who is told instead, and when."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from sqlalchemy import select, update
from structlog.testing import capture_logs

from tests.support import PATIENCE, wait_for
from tests.test_outbox import alert, deliveries, to
from watcher.analyse.engine import gazetteer
from watcher.channels import Target
from watcher.dispatch import Dispatch
from watcher.live import Current
from watcher.message import (
    Bulletin,
    Digest,
    Failed,
    Message,
    MessageKind,
    Notice,
    Progress,
    Retry,
    Route,
    SendOutcome,
    Sent,
)
from watcher.model import Alert, DeliveryState, Level
from watcher.operator import Operator
from watcher.phrase import Phrase
from watcher.planning import Planner
from watcher.policy.decide import Late
from watcher.render import say
from watcher.rules.bundle import Bundle
from watcher.rules.load import load
from watcher.rules.spec import Pace
from watcher.store import Store, vitals
from watcher.store.deliveries import Which, drop, list_deliveries, retry
from watcher.store.routes import load_pauses
from watcher.store.schema import alerts, messages
from watcher.store.schema import deliveries as deliveries_table
from watcher.store.status import beat, counts

NOW = 1_760_000_000_000
SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000
RULES = """\
version: 1
channels:
  desk: {urls: ["json://one", "json://two"]}
  phone: {urls: ["json://phone"], fallback: mail}
  mail: {urls: ["json://mail"]}
  slow: {urls: ["json://slow"], rate: 3/m}
  ops: {urls: ["json://ops"]}
defaults: {operator: ops, notify: [desk]}
"""


@dataclass
class Service:
    """A channel whose addresses answer as the test says; what was asked of each is kept with its time."""

    name: str
    targets: tuple[Target, ...]
    clock: list[int]
    unconfigured: Phrase | None = None
    answers: dict[str, SendOutcome] = field(default_factory=dict)
    asked: list[tuple[int, str, Message]] = field(default_factory=list)
    hangs: dict[str, threading.Event] = field(default_factory=dict)

    def send(self, target_key: str, message: Message, now: int, progress: Progress | None = None) -> SendOutcome:
        self.asked.append((self.clock[0], target_key, message))
        if target_key in self.hangs:
            assert self.hangs[target_key].wait(PATIENCE)
        return self.answers.get(target_key, Sent())

    @property
    def got(self) -> list[Message]:
        """What it took."""
        return [message for _, target, message in self.asked if isinstance(self.answers.get(target, Sent()), Sent)]


@dataclass
class Office:
    """Dispatch over a real store with a clock of its own, which goes by hand."""

    store: Store
    clock: list[int]
    services: dict[str, Service]
    dispatch: Dispatch
    operator: Operator

    def step(self) -> int | None:
        """Steps until nothing is being sent any more; returns when it wants to be called again."""
        while True:
            again = self.dispatch.step(self.clock[0])
            if self.dispatch.idle:
                return again
            wait_for(lambda: all(turn.over for turn in self.dispatch._sending.values()), "the turns")

    def until(self, later: int) -> None:
        """Steps whenever there is something to do until `later` ms have passed."""
        end = self.clock[0] + later
        while (again := self.step()) is not None and again <= end:
            self.clock[0] = max(again, self.clock[0] + 1)
        self.clock[0] = end
        self.step()

    def state(self, opened: Alert) -> dict[str, tuple[DeliveryState, str]]:
        return {d.channel: (d.state, d.reason) for d in deliveries(self.store, opened)}

    @property
    def told(self) -> list[str]:
        """What the operator heard."""
        return [m.content.text for m in self.services["ops"].got if isinstance(m.content, Notice)]


def rules(text: str = RULES) -> Any:
    return load(Bundle({"rules.yaml": text}), gazetteer())


def office_of(store: Store, clock: list[int], services: dict[str, Service], text: str = RULES) -> Office:
    loaded = rules(text)
    there = {name: services[name] for name in loaded.channels if name in services}
    current = Current(Bundle({"rules.yaml": text}), loaded, there, {})
    operator = Operator(store, lambda: current, lambda: None)
    planner = Planner(store, lambda: current, Late(), lambda: False)
    dispatch = Dispatch(store, lambda: current, operator, planner, lambda: None, lambda: clock[0])
    dispatch.start(clock[0])
    return Office(store, clock, services, dispatch, operator)


@pytest.fixture
def office(store: Store) -> Iterator[Office]:
    clock = [NOW]
    keys = {"desk": ("one", "two"), "phone": ("p",), "mail": ("m",), "slow": ("s",), "ops": ("o",)}
    services = {name: Service(name, tuple(map(Target, targets)), clock) for name, targets in keys.items()}
    made = office_of(store, clock, services)
    yield made
    made.dispatch.stop(5)


def opened(office: Office, *channels: str, number: int = 1, level: Level = Level.HIGH) -> Alert:
    keys = {name: tuple(t.key for t in service.targets) for name, service in office.services.items()}
    decisions = [to(*keys[name], channel=name) for name in channels]
    return alert(office.store, *decisions, number=number, now=office.clock[0], level=level)


def told(message: Message) -> Alert | None:
    """The alert that a message tells alone, None where it is a digest or a notice."""
    content = message.content
    return content.lead if isinstance(content, Bulletin) else content if isinstance(content, Alert) else None


def ids(messages: Iterable[Message]) -> set[str]:
    return {found.id for message in messages if (found := told(message))}


# ── the daemon ends ──────────────────────────────────────────────────────────────────────────────


def test_the_last_words_wait_for_what_their_address_is_being_sent(office: Office) -> None:
    """Where a message is in hand at the operator's address, no second one is sent beside it; when it is over, the
    gravest is sent, and no other."""
    ops = office.services["ops"]
    ops.hangs["o"] = threading.Event()
    for event, level in (("rule.noisy", Level.MEDIUM), ("disk.low", Level.LOW), ("daemon.ended", Level.CRITICAL)):
        office.operator.tell(event, Phrase("trouble"), NOW, level)
        if event == "rule.noisy":
            office.dispatch.step(NOW)
            wait_for(lambda: len(ops.asked) == 1, "the message in hand")
    office.dispatch.send_last(1)
    assert len(ops.asked) == 1
    ops.hangs["o"].set()
    office.dispatch.send_last(PATIENCE)
    assert [m.content.event for _, _, m in ops.asked if isinstance(m.content, Notice)] == ["rule.noisy", "daemon.ended"]


# ── one fails, the others do not notice ──────────────────────────────────────────────────────────


def test_a_hanging_address_delays_neither_its_channels_other_address_nor_another_channel(office: Office) -> None:
    """While one address hangs, the others of its own channel and of others have their messages."""
    desk, mail = office.services["desk"], office.services["mail"]
    desk.hangs["one"] = threading.Event()
    for number in range(5):
        opened(office, "desk", "mail", number=number)
    office.dispatch.step(NOW)
    wait_for(lambda: len([1 for _, t, _ in desk.asked if t == "two"]) == 5 and len(mail.got) == 5, "the healthy ones")
    wait_for(lambda: [t for _, t, _ in desk.asked].count("one") == 1, "the one that hangs")
    desk.hangs["one"].set()
    office.step()
    assert [t for _, t, _ in desk.asked].count("one") == 5


def test_a_dead_address_is_probed_and_not_hammered(office: Office) -> None:
    """Of 200 messages for a service that is down three are tried, then one now and then; all arrive when it is back."""
    desk = office.services["desk"]
    desk.answers["one"] = Retry("HTTP 500")
    alerts = [opened(office, "desk", number=n) for n in range(200)]
    office.step()
    tries = [at for at, t, _ in desk.asked if t == "one"]
    assert len(tries) == 3
    office.until(HOUR - MINUTE)
    tries = [at for at, t, _ in desk.asked if t == "one"]
    assert 8 <= len(tries) <= 14
    assert all(later - earlier <= 1080 * SECOND for earlier, later in zip(tries[2:], tries[3:], strict=False))
    desk.answers["one"] = Sent()
    office.until(18 * MINUTE)
    assert {a.id for a in alerts} == ids(m for _, t, m in desk.asked if t == "two")
    with office.store.read() as conn:
        assert counts(conn)["deliveries"]["sent"] == 200
        assert load_pauses(conn) == {}


def test_a_pause_outlives_a_restart(office: Office) -> None:
    """A daemon that is started anew does not run against a service that was down before; `status` shows it."""
    desk = office.services["desk"]
    desk.answers["one"] = Retry("HTTP 503")
    for number in range(10):
        opened(office, "desk", number=number)
    office.step()
    again = office_of(office.store, office.clock, office.services)
    again.step()
    assert len([1 for _, t, _ in desk.asked if t == "one"]) == 3
    with office.store.read() as conn:
        (paused,) = counts(conn)["channels"]
    assert paused["until"] > NOW
    told = {"channel": "desk", "address": 1, "waiting": 10, "failures": 3, "since": NOW, "why": "HTTP 503"}
    assert told == {key: value for key, value in paused.items() if key != "until"}


def test_status_says_when_an_address_is_tried_next(office: Office) -> None:
    """After a first failure that is when the message that failed is due again, as `deliveries list` has it."""
    office.services["desk"].answers["one"] = Retry("HTTP 503")
    opened(office, "desk")
    office.step()
    with office.store.read() as conn:
        (paused,), (row,) = counts(conn)["channels"], list_deliveries(conn, Which(), 1)
    assert paused["failures"] == 1
    assert NOW < paused["until"] == row.due


def test_a_wait_that_the_service_asks_for_holds_for_all_messages_to_it(office: Office) -> None:
    """After 429 with Retry-After nothing at all is sent there for so long."""
    desk = office.services["desk"]
    desk.answers["one"] = Retry("HTTP 429", 30)
    for number in range(5):
        opened(office, "desk", number=number)
    office.step()
    office.until(29 * SECOND)
    assert len([1 for _, t, _ in desk.asked if t == "one"]) == 1
    desk.answers["one"] = Sent()
    office.until(8 * SECOND)
    assert len([1 for _, t, _ in desk.asked if t == "one"]) == 6


def test_a_message_that_its_service_cannot_take_holds_up_no_other(office: Office) -> None:
    """One that fails at every try lets the others through, and ends as dead a day after its first try."""
    poison = opened(office, "mail", number=0)
    mail = office.services["mail"]

    def send(target_key: str, message: Message, now: int, progress: Progress | None = None) -> SendOutcome:
        mail.asked.append((office.clock[0], target_key, message))
        return Retry("HTTP 500") if told(message) == poison else Sent()

    mail.send = send  # type: ignore[method-assign]
    for number in range(1, 20):
        opened(office, "mail", number=number)
        office.until(5 * SECOND)
    with office.store.read() as conn:
        assert counts(conn)["deliveries"]["sent"] == 19
    office.until(25 * HOUR)
    assert office.state(poison)["mail"] == (DeliveryState.DEAD, "HTTP 500")
    tried = [at - NOW for at, _, message in mail.asked if told(message) == poison]
    assert 23 * HOUR < tried[-1] <= 24 * HOUR


def test_all_that_waits_is_dead_after_a_day_of_failure(office: Office) -> None:
    """Also what was never tried, as its address was only probed; the operator is told."""
    mail = office.services["mail"]
    mail.answers["m"] = Retry("no connection")
    alerts = [opened(office, "mail", number=n) for n in range(300)]
    office.until(25 * HOUR)
    assert {office.state(a)["mail"] for a in alerts[::50]} == {(DeliveryState.DEAD, "no connection")}
    with office.store.read() as conn:
        assert counts(conn)["deliveries"]["dead"] == 300
    assert any("could not be delivered and are kept as dead: no connection" in text for text in office.told)


def test_what_cannot_succeed_is_dead_at_once_and_the_operator_is_told(office: Office) -> None:
    """401, 404 or a bad address is tried once."""
    office.services["mail"].answers["m"] = Failed("HTTP 404")
    refused = opened(office, "mail")
    office.until(MINUTE)
    assert office.state(refused)["mail"] == (DeliveryState.DEAD, "HTTP 404")
    assert len(office.services["mail"].asked) == 1
    named = f"“{refused.article['title']}” (rule r, alert {refused.id})"
    why = f"channel mail: {named} could not be delivered and is kept as dead: HTTP 404"
    assert office.told == [why]


def test_a_message_that_is_given_up_is_one_line_in_the_log_and_is_named(office: Office) -> None:
    """The line has its message, alert and rule; the operator hears of the first, and of those that follow in sum."""
    office.services["mail"].answers["m"] = Failed("HTTP 404")
    lost = [opened(office, "mail", number=n) for n in range(4)]
    with capture_logs() as lines:
        office.until(MINUTE)
    dead = [line for line in lines if line["event"] == "message.dead"]
    assert sorted(line["alert"] for line in dead) == sorted(alert.id for alert in lost)
    assert {(line["rule"], line["why"], line["log_level"]) for line in dead} == {("r", "HTTP 404", "error")}
    office.operator.post(office.clock[0], rest=True)
    office.until(MINUTE)
    first, rest = office.told
    assert lost[0].id in first and lost[3].id in rest
    assert rest.startswith("3 more like those told before, the last: channel mail: “Titre 3”")


def test_an_alert_without_a_title_is_told_as_lost_by_its_first_words(office: Office) -> None:
    """As its message would have named it: not by the name of its rule, which many have."""
    office.services["mail"].answers["m"] = Failed("HTTP 404")
    alert(office.store, to("m", channel="mail"), title="")
    office.until(MINUTE)
    (heard,) = office.told
    assert heard.startswith("channel mail: “Les talibans.” (rule r, alert ")


def test_the_notice_of_a_dead_message_is_as_sure_as_its_death(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are in one transaction: a kill between them is not possible."""
    office.services["mail"].answers["m"] = Failed("HTTP 404")
    opened(office, "mail")
    written: list[list[str]] = []
    put = Operator.put

    def noted(self: Operator, conn: Any, notice: Notice, now: int) -> None:
        put(self, conn, notice, now)
        written.append(list(conn.execute(select(messages.c.state).order_by(messages.c.seq)).scalars()))

    monkeypatch.setattr(Operator, "put", noted)
    office.step()
    assert written == [["dead", "pending"]]


# ── rate ─────────────────────────────────────────────────────────────────────────────────────────


def test_no_more_than_the_rate_goes_in_any_minute(office: Office) -> None:
    """`rate: 3/m`: twelve alerts take four minutes, none is lost, and a restart does not open the gate."""
    slow = office.services["slow"]
    for number in range(12):
        opened(office, "slow", number=number)
    office.step()
    assert len(slow.asked) == 3
    with office.store.read() as conn:
        (waiting,) = list_deliveries(conn, Which(channel="slow"), 1)
    assert (waiting.state, waiting.waits, waiting.due) == (DeliveryState.PENDING, "at most 3 in 1m", NOW + MINUTE)
    again = office_of(office.store, office.clock, office.services)
    again.until(10 * MINUTE)
    times = [at for at, _, _ in slow.asked]
    assert len(times) == 12
    assert all(sum(at <= other < at + MINUTE for other in times) <= 3 for at in times)
    assert times[-1] - NOW == 3 * MINUTE


def test_a_clock_that_is_set_back_delays_no_try(office: Office) -> None:
    """Where the clock loses hours, what failed, what is over the rate, and what comes new go out as soon as ever."""
    desk, slow = office.services["desk"], office.services["slow"]
    desk.answers = {"one": Retry("down")}
    opened(office, "desk")
    for number in range(4):
        opened(office, "slow", number=number + 2)
    office.step()
    assert (len(desk.asked), len(slow.got)) == (2, 3)
    desk.answers = {}
    office.clock[0] -= 5 * 3_600_000
    office.step()
    opened(office, "slow", number=9)
    office.until(61_000)
    assert (len(desk.got), len(slow.got)) == (3, 5)


def test_a_clock_that_was_set_back_between_two_runs_delays_no_try(office: Office) -> None:
    """Where the clock lost hours while no daemon ran, what waits goes out as soon as ever after the start."""
    desk = office.services["desk"]
    desk.answers = {"one": Retry("down")}
    opened(office, "desk")
    office.step()
    beat(office.store, office.clock[0])
    office.dispatch.stop(5)
    desk.answers = {}
    office.clock[0] -= 5 * HOUR
    again = office_of(office.store, office.clock, office.services)
    again.until(MINUTE)
    again.dispatch.stop(5)
    assert [target for _, target, _ in desk.asked].count("one") == 2


def test_a_clock_that_was_ahead_for_a_while_ages_nothing(office: Office) -> None:
    """What failed before a clock jumped by hours, and is put right, is tried for its whole day."""
    mail = office.services["mail"]
    mail.answers = {"m": Retry("down")}
    alert = opened(office, "mail")
    office.step()
    office.clock[0] += 23 * HOUR
    office.step()
    office.clock[0] -= 23 * HOUR
    office.until(3 * HOUR)
    assert office.state(alert)["mail"][0] is DeliveryState.PENDING
    mail.answers = {}
    office.until(HOUR)
    assert office.state(alert)["mail"][0] is DeliveryState.SENT


def test_known_limits_are_the_defaults_of_services() -> None:
    """Slack 60, Telegram 20, Discord 30 and mail 10 a minute without a word in the rules; a webhook has no limit."""
    import io

    from watcher.channels import open_channels
    from watcher.rules.spec import ChannelSpec

    urls = {
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ": 60,
        "tgram://123456789:abcdefg_hijklmnop/12315544/": 20,
        "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js": 30,
        "https://discord.com/api/webhooks/4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js": 30,
        "mailtos://user:pass@example.org?to=desk@example.org": 10,
        "json://localhost": None,
    }
    channel = open_channels({"c": ChannelSpec("c", urls=tuple(urls))}, {}, (), io.StringIO())["c"]
    assert [t.rate for t in channel.targets] == [most and Pace(most, 60) for most in urls.values()]


# ── it works again ───────────────────────────────────────────────────────────────────────────────


def test_what_is_older_than_an_hour_comes_as_one_digest_when_the_service_is_back(office: Office) -> None:
    """The probe is a message; the old ones are one digest and what is fresh is told one by one, each alert once."""
    mail = office.services["mail"]
    mail.answers["m"] = Retry("HTTP 502")
    old = [opened(office, "mail", number=n, level=Level.MEDIUM) for n in range(30)]
    office.until(2 * HOUR)
    fresh = [opened(office, "mail", number=n, level=Level.MEDIUM) for n in (100, 101)]
    mail.answers["m"] = Sent()
    office.until(20 * MINUTE)
    kinds = [m.kind for m in mail.got]
    assert kinds.count(MessageKind.DIGEST) == 1
    (digest,) = [m.content for m in mail.got if isinstance(m.content, Digest)]
    assert {a.id for a in fresh} <= ids(mail.got[-4:])
    assert (digest.level, [rule.alerts for rule in digest.rules]) == (Level.MEDIUM, [29])
    with office.store.read() as conn:
        found = counts(conn)
    assert (found["deliveries"]["sent"], found["messages"]["folded"], found["messages"]["pending"]) == (32, 0, 0)
    assert office.state(old[-1])["mail"][0] is DeliveryState.SENT


def test_the_digest_of_what_waited_tells_a_story_once(office: Office) -> None:
    """The alerts of one story are one entry of it, with their number, as in a digest of what was held."""
    mail = office.services["mail"]
    mail.answers["m"] = Retry("HTTP 502")
    for number in range(4):
        opened(office, "mail", number=number)
    with office.store.write() as conn:
        conn.execute(update(alerts).values(story=7))
    office.until(2 * HOUR)
    mail.answers["m"] = Sent()
    office.until(20 * MINUTE)
    (digest,) = [m.content for m in mail.got if isinstance(m.content, Digest)]
    assert [[story.alerts for story in rule.stories] for rule in digest.rules] == [[3]]


def test_a_single_old_alert_stays_a_message(office: Office) -> None:
    """Nobody gets a digest of one."""
    mail = office.services["mail"]
    mail.answers["m"] = Retry("HTTP 502")
    for number in range(2):
        opened(office, "mail", number=number)
    office.until(2 * HOUR)
    mail.answers["m"] = Sent()
    office.until(20 * MINUTE)
    assert [m.kind for m in mail.got[-2:]] == [MessageKind.ALERT, MessageKind.ALERT]


def test_a_digest_that_its_address_does_not_get_is_dead_with_all_in_it(office: Office) -> None:
    """Each alert of it says so, and a retry by hand sends them again."""
    mail = office.services["mail"]
    mail.answers["m"] = Retry("HTTP 502")
    old = [opened(office, "mail", number=n) for n in range(4)]
    office.until(2 * HOUR)
    answers = iter([Sent(), Failed("HTTP 413")])
    mail.answers["m"] = Sent()
    taken = mail.send

    def send(target_key: str, message: Message, now: int, progress: Progress | None = None) -> SendOutcome:
        taken(target_key, message, now)
        return next(answers)

    mail.send = send  # type: ignore[method-assign]
    office.until(20 * MINUTE)
    states = [office.state(a)["mail"] for a in old]
    assert sorted(states) == sorted([(DeliveryState.SENT, "notify"), *[(DeliveryState.DEAD, "HTTP 413")] * 3])
    mail.send = taken  # type: ignore[method-assign]
    assert retry(office.store, Which(states=(DeliveryState.DEAD,)), office.clock[0]) == 3
    office.step()
    assert {office.state(a)["mail"][0] for a in old} == {DeliveryState.SENT}


# ── the fallback ─────────────────────────────────────────────────────────────────────────────────


def test_the_fallback_is_told_after_ten_minutes_of_failure_critical_alerts_after_two(office: Office) -> None:
    """The alert goes to the fallback at the instant, once, with the reason; and to the channel when it is back."""
    phone, mail = office.services["phone"], office.services["mail"]
    phone.answers["p"] = Retry("HTTP 500")
    grave = opened(office, "phone", number=1, level=Level.CRITICAL)
    usual = opened(office, "phone", number=2)
    office.until(30 * MINUTE)
    heard = {found.id: at - NOW for at, _, m in mail.asked if (found := told(m))}
    assert len(mail.asked) == 2
    assert 2 * MINUTE <= heard[grave.id] < 2 * MINUTE + SECOND
    assert 10 * MINUTE <= heard[usual.id] < 10 * MINUTE + SECOND
    assert office.state(usual)["mail"] == (DeliveryState.SENT, "fallback of phone: failing for 10m: HTTP 500")
    assert office.state(usual)["phone"][0] is DeliveryState.PENDING
    later = opened(office, "phone", number=3)
    office.step()
    assert told(mail.got[-1]) == later  # it has failed for long enough by now
    phone.answers["p"] = Sent()
    office.until(20 * MINUTE)
    assert {office.state(a)["phone"][0] for a in (grave, usual, later)} == {DeliveryState.SENT}
    assert len(mail.asked) == 3


def test_the_fallback_is_told_at_once_of_what_cannot_succeed(office: Office) -> None:
    """A refused message does not wait ten minutes for what will not change."""
    office.services["phone"].answers["p"] = Failed("HTTP 401")
    refused = opened(office, "phone")
    office.step()
    assert office.state(refused) == {
        "phone": (DeliveryState.DEAD, "HTTP 401"),
        "mail": (DeliveryState.SENT, "fallback of phone: HTTP 401"),
    }


def test_a_fallback_that_has_the_alert_anyhow_is_not_told_twice(office: Office) -> None:
    """Nor is one that was told before; but one for which the alert was too low is told now."""
    office.services["phone"].answers["p"] = Failed("HTTP 401")
    opened(office, "phone", "mail", number=1)
    low = opened(office, "phone", number=2)
    too_low(office, low)
    office.until(HOUR)
    assert len(office.services["mail"].asked) == 2
    assert office.state(low)["mail"] == (DeliveryState.SENT, "fallback of phone: HTTP 401")


def too_low(office: Office, found: Alert) -> None:
    """The alert has been dropped at the fallback."""
    with office.store.write() as conn:
        seq = conn.execute(select(alerts.c.seq).where(alerts.c.id == found.id)).scalar_one()
        dropped = {"state": "dropped", "reason": "level low is below min_level high", "created_at": NOW}
        conn.execute(deliveries_table.insert().values(alert=seq, channel="mail", changed_at=NOW, **dropped))


# ── a channel that cannot be used ────────────────────────────────────────────────────────────────

WITHOUT_MAIL = RULES.replace('  mail: {urls: ["json://mail"]}\n', "").replace(", fallback: mail", "")


def test_why_a_channel_cannot_be_used_is_said_in_the_readers_language_and_as_it_is_now(office: Office) -> None:
    """In French where the operator reads French; once the channel has left the rules, no secret is asked for."""
    mail = office.services["mail"]
    mail.unconfigured = Phrase("{name} is not set", name="PHONE")
    waiting = opened(office, "mail")
    office.step()
    assert office.told == ["channel mail cannot be used, 1 delivery held: unconfigured: PHONE is not set"]
    why = "non configuré\u00a0: PHONE n'est pas défini"
    assert french(office) == [f"le canal mail n'est pas utilisable, 1 envoi retenu\u00a0: {why}"]
    gone = office_of(office.store, office.clock, office.services, WITHOUT_MAIL)
    gone.step()
    assert gone.told[1:] == ["channel mail cannot be used, 1 delivery held: the rules have no channel of this name"]
    why = "les règles n'ont pas de canal de ce nom"
    assert french(office) == [f"le canal mail n'est pas utilisable, 1 envoi retenu\u00a0: {why}"]
    again = office_of(office.store, office.clock, office.services)
    again.step()
    assert french(office) == [
        "le canal mail n'est pas utilisable, 1 envoi retenu\u00a0: non configuré\u00a0: PHONE n'est pas défini"
    ]
    mail.unconfigured = None
    again.step()
    assert again.state(waiting)["mail"] == (DeliveryState.SENT, "released: unconfigured: PHONE is not set")


def french(office: Office) -> list[str]:
    """What the daily sign tells a French operator."""
    with office.store.read() as conn:
        return [say(one.told(), "fr") for one in vitals.unusable(conn)]


def test_a_channel_that_is_removed_after_days_without_its_secret_has_its_day_too(office: Office) -> None:
    """From when it left the rules, not from when its secret was missed, and restarts between change nothing."""
    office.services["mail"].unconfigured = Phrase("{name} is not set", name="PHONE")
    waiting = opened(office, "mail")
    office.until(3 * 24 * HOUR)
    for _ in range(2):
        office_of(office.store, office.clock, office.services, WITHOUT_MAIL).until(11 * HOUR)
    gone = office_of(office.store, office.clock, office.services, WITHOUT_MAIL)
    gone.step()
    assert gone.state(waiting)["mail"] == (DeliveryState.HELD, "the rules have no channel of this name")
    gone.until(3 * HOUR)
    assert gone.state(waiting)["mail"] == (DeliveryState.DEAD, "its channel was removed from the rules")


def test_what_was_written_for_a_removed_channel_waits_a_day_for_it_and_is_dead_then(office: Office) -> None:
    """A channel that comes back in time gets all of it; otherwise the operator is told how much it was."""
    waiting = opened(office, "mail")
    gone = office_of(office.store, office.clock, office.services, WITHOUT_MAIL)
    gone.until(23 * HOUR)
    assert gone.state(waiting)["mail"] == (DeliveryState.HELD, "the rules have no channel of this name")
    gone.clock[0] += 2 * HOUR
    gone.step()
    assert gone.state(waiting)["mail"] == (DeliveryState.DEAD, "its channel was removed from the rules")
    text = "channel mail: 1 delivery is kept as dead: its channel was removed from the rules"
    assert text in gone.told
    assert retry(office.store, Which(channel="mail"), office.clock[0]) == 1
    office.until(MINUTE)
    assert office.state(waiting)["mail"][0] is DeliveryState.SENT


def test_what_waits_for_a_channel_that_is_renamed_waits_for_its_old_name(office: Office) -> None:
    """Under its new name it gets what comes from then on; what waited is held, told of, and sent when the rules have
    the old name once more, whichever daemon hears of it."""
    office.services["mail"].answers["m"] = Retry(Phrase("HTTP 500"))
    waiting = opened(office, "mail")
    office.step()
    renamed = RULES.replace("  mail:", "  post:").replace("fallback: mail", "fallback: post")
    services = office.services | {"post": replace(office.services["mail"], name="post", answers={}, asked=[])}
    after = office_of(office.store, office.clock, services, renamed)
    after.step()
    assert after.state(waiting)["mail"] == (DeliveryState.HELD, "the rules have no channel of this name")
    assert "channel mail cannot be used, 1 delivery held: the rules have no channel of this name" in after.told
    newer = opened(after, "post", number=2)
    after.step()
    assert after.state(newer)["post"][0] is DeliveryState.SENT
    assert ids(services["post"].got) == {newer.id}
    office.services["mail"].answers.clear()
    again = office_of(office.store, office.clock, office.services)
    again.until(MINUTE)
    assert again.state(waiting)["mail"][0] is DeliveryState.SENT
    assert ids(office.services["mail"].got) == {waiting.id}


# ── by hand ──────────────────────────────────────────────────────────────────────────────────────


def test_deliveries_can_be_tried_again_and_dropped_by_hand(office: Office) -> None:
    """Dead ones are sent when their address is mended, waiting ones at once, and dropped ones never."""
    mail = office.services["mail"]
    mail.answers["m"] = Failed("HTTP 404")
    dead = opened(office, "mail", number=1)
    office.step()
    mail.answers["m"] = Retry("HTTP 500")
    unwanted, waiting = opened(office, "mail", number=2), opened(office, "mail", number=3)
    opened(office, "mail", number=4)
    office.until(MINUTE)
    asked = len(mail.asked)
    assert drop(office.store, Which(ids=(unwanted.id,)), office.clock[0]) == 1
    mail.answers["m"] = Sent()
    assert retry(office.store, Which(channel="mail"), office.clock[0]) == 3
    office.step()
    assert len(mail.asked) == asked + 3
    assert office.state(unwanted)["mail"] == (DeliveryState.DROPPED, "dropped by hand")
    assert {office.state(a)["mail"] for a in (dead, waiting)} >= {(DeliveryState.SENT, "tried again by hand")}
    with office.store.read() as conn:
        listed = {row.alert: row for row in list_deliveries(conn, Which(channel="mail"), 10)}
    assert (listed[dead.id].tries, listed[dead.id].last_error, listed[dead.id].due) == (2, "", None)
    assert Route("mail", "m") not in _pauses(office)


def _pauses(office: Office) -> dict[Route, Any]:
    with office.store.read() as conn:
        return load_pauses(conn)


def test_what_is_dead_for_a_bad_address_is_tried_at_the_one_that_was_mended(office: Office) -> None:
    """A retry by hand, after the analyst has put the right address in its place, goes there, and there alone."""
    desk = office.services["desk"]
    desk.answers["one"] = Failed("HTTP 401")
    refused = opened(office, "desk")
    office.step()
    assert office.state(refused)["desk"] == (DeliveryState.DEAD, "HTTP 401")
    mended = Service("desk", (Target("three"), Target("two")), office.clock)
    again = office_of(office.store, office.clock, {**office.services, "desk": mended})
    again.step()
    assert mended.asked == []
    assert retry(office.store, Which(channel="desk"), office.clock[0]) == 1
    again.step()
    assert [target for _, target, _ in mended.asked] == ["three"]
    assert office.state(refused)["desk"][0] is DeliveryState.SENT
