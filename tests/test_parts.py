"""Long messages in parts: what a service has taken never comes again, and the rest does, whatever happens between."""

from __future__ import annotations

import io
import multiprocessing
import os
import re
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.support import PATIENCE, Daemon, wait_for
from tests.test_channels import ALERT, at
from tests.test_outbox import alert
from tests.test_sending import Office, Service, office_of
from watcher.channels import Channel, Target, open_channels
from watcher.errors import Trouble
from watcher.message import Digest, DigestRule, DigestStory, MessageKind
from watcher.model import DeliveryState, Level
from watcher.phrase import Phrase
from watcher.render.templates import Template
from watcher.rules.spec import ChannelSpec
from watcher.store import Store, claims, open_store, outbox
from watcher.store.unusable import readdress

NOW = 1_792_002_400_000  # 14 October 2026, 18:26:40 UTC
MINUTE = 60_000
WEBHOOK = "/abcdefghijklmnopqrstuvwxyz"
RULES = """\
version: 1
channels: {desk: {urls: ["json://one"]}, ops: {urls: ["json://two"]}}
defaults: {operator: ops, notify: [desk]}
"""


def digest(rules: int = 30) -> Digest:
    """A digest of 400 to 500 characters a rule, whose articles are three hours old."""
    old = {"published": "2026-10-14T15:26:40+00:00"}
    stories = tuple(
        DigestStory(replace(ALERT, article={"title": f"{n} {'Une longue histoire. ' * 4}", **old})) for n in range(4)
    )
    told = tuple(DigestRule(f"r{n}", f"Rule {n}", Level.HIGH, stories, 4, 4) for n in range(rules))
    return Digest("d", "digest", 0, NOW, told, level=Level.HIGH)


def opened(*urls: str) -> Channel:
    return open_channels({"desk": ChannelSpec("desk", urls=urls)}, {}, (), io.StringIO())["desk"]


class Answers:
    """A service that answers each request with the next of `statuses`, then with 200."""

    def __init__(self, server: HTTPServer, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.server = server
        server.expect_request(re.compile(".*")).respond_with_handler(self._answer)

    def _answer(self, _: Request) -> Response:
        return Response("{}", self.statuses.pop(0) if self.statuses else 200)

    @property
    def taken(self) -> list[tuple[str, str]]:
        """Key and text of each request that it took."""
        done = [request for request, answer in self.server.log if answer.status_code == 200]
        return [(r.headers["Idempotency-Key"], r.get_data(as_text=True)) for r in done]

    @property
    def parts(self) -> list[str]:
        """Which of the parts it took, as their titles say: "1/4"."""
        return [found[1] for _, text in self.taken if (found := re.search(r"\((\d+/\d+)\)", text))]

    @property
    def rules(self) -> list[str]:
        """The rules that it was told of, in order."""
        return re.findall(r"Rule (\d+)\b", "\n".join(text for _, text in self.taken))


def office(store: Store, channel: Channel, clock: list[int]) -> Office:
    """A daemon's sending, to a real channel; another one is another daemon."""
    ops = Service("ops", (Target("o"),), clock)
    return office_of(store, clock, {"desk": channel, "ops": ops}, RULES)  # type: ignore[dict-item]


def put(store: Store, channel: Channel, content: Digest) -> None:
    targets = [target.key for target in channel.targets]
    with store.write() as conn:
        outbox.enqueue(conn, "desk", targets, MessageKind.DIGEST, content.to_json(), NOW)


def test_a_part_that_was_taken_does_not_come_again(store: Store, httpserver: HTTPServer) -> None:
    """Where a service takes the first part and not the second, the next try goes on with that one, also hours later,
    when ages read otherwise, by another daemon: each part comes once, in order, under a key of its own."""
    service = Answers(httpserver, 200, 500, 500)
    url, clock = at(httpserver, "mmost", WEBHOOK), [NOW]
    put(store, opened(url), digest())
    office(store, opened(url), clock).step()
    assert service.parts == ["1/4"]
    for wait in (MINUTE, 5 * 60 * MINUTE):
        clock[0] += wait
        office(store, opened(url), clock).step()
    assert service.parts == ["1/4", "2/4", "3/4", "4/4"]
    assert service.rules == [str(number) for number in range(30)]
    keys = Counter(request.headers["Idempotency-Key"].partition(".")[2] for request, _ in httpserver.log)
    assert keys == {"": 1, "1": 3, "2": 1, "3": 1}


def test_a_message_that_has_begun_is_finished_and_not_folded_into_a_digest(
    store: Store, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a long failure what waits comes as one digest, but what came in part comes whole, and once."""
    service = Answers(httpserver, 200, *[500] * 100)
    url, clock = at(httpserver, "mmost", WEBHOOK), [NOW]
    channel = opened(url)
    monkeypatch.setattr("apprise.plugins.mattermost.NotifyMattermost.body_maxlen", 160)
    alerts = [alert(store, ("desk", (channel.targets[0].key,)), number=n, now=NOW) for n in range(4)]
    ran = office(store, channel, clock)
    ran.until(3 * 60 * MINUTE)
    assert service.parts == ["1/2"]
    monkeypatch.setattr("apprise.plugins.mattermost.NotifyMattermost.body_maxlen", 4000)
    service.statuses.clear()
    ran.until(60 * MINUTE)
    assert service.parts == ["1/2", "2/2"]
    assert {ran.state(one)["desk"][0] for one in alerts} == {DeliveryState.SENT}
    assert len([text for _, text in service.taken if "Titre 0" in text]) == 2
    assert any("works again" in text for _, text in service.taken)


def test_pieces_that_the_library_cuts_stop_at_the_first_that_is_not_taken(store: Store, httpserver: HTTPServer) -> None:
    """A template's one line is cut by the library: what comes after a piece that was refused waits for it, so that the
    pieces are read in their order."""
    service = Answers(httpserver, 200, 500)
    words = " ".join(f"w{n:04}" for n in range(2500))
    spec = ChannelSpec("desk", urls=(at(httpserver, "mmost", WEBHOOK),), template=Template("desk.txt", words))
    channel = open_channels({"desk": spec}, {}, (), io.StringIO())["desk"]
    clock = [NOW]
    alert(store, ("desk", (channel.targets[0].key,)), now=NOW)
    office(store, channel, clock).step()
    assert len(httpserver.log) == 2
    clock[0] += MINUTE
    office(store, channel, clock).step()
    assert len(httpserver.log) > 4
    assert re.findall(r"w\d{4}", "".join(text for _, text in service.taken)) == words.split()


@pytest.mark.parametrize("after", ["desk.txt", "desk.md", "desk.html", ""])
def test_a_message_is_finished_in_the_words_that_it_began_with(
    store: Store, httpserver: HTTPServer, after: str
) -> None:
    """Rules are saved between two tries, with another template, another form of it or none: nothing comes twice, and
    the words are those of the first try; the next message has the new ones."""
    service = Answers(httpserver, 200, 500)
    words = " ".join(f"w{n:04}" for n in range(2500))
    spec = ChannelSpec("desk", urls=(at(httpserver, "mmost", WEBHOOK),), template=Template("desk.txt", words))
    clock, key = [NOW], opened(*spec.urls).targets[0].key
    alert(store, ("desk", (key,)), now=NOW)
    office(store, open_channels({"desk": spec}, {}, (), io.StringIO())["desk"], clock).step()
    assert len(service.taken) == 1
    template = Template(after, "anew {{ headline }}") if after else None
    saved = open_channels({"desk": replace(spec, template=template)}, {}, (), io.StringIO())["desk"]
    clock[0] += MINUTE
    ran = office(store, saved, clock)
    ran.step()
    assert re.findall(r"w\d{4}", "".join(text for _, text in service.taken)) == words.split()
    before = len(service.taken)
    alert(store, ("desk", (key,)), number=2, now=clock[0])
    ran.step()
    (_, text), *more = service.taken[before:]
    assert not more and "Titre 2" in text and "w0001" not in text


def test_another_address_gets_all_parts(store: Store, httpserver: HTTPServer) -> None:
    """What one address has in part is no part of what the address has that the analyst puts in its place."""
    service = Answers(httpserver, 200, 500)
    first, clock = opened(at(httpserver, "mmost", WEBHOOK)), [NOW]
    put(store, first, digest())
    office(store, first, clock).step()
    other = opened(at(httpserver, "mmost", WEBHOOK[:-1] + "a"))
    assert readdress(store, "desk", [other.targets[0].key], NOW) == 1
    clock[0] += MINUTE
    office(store, other, clock).step()
    assert service.parts == ["1/4", "1/4", "2/4", "3/4", "4/4"]


def test_what_recipients_have_is_known_to_the_next_daemon(store: Store, httpserver: HTTPServer) -> None:
    """Of an address with several topics each gets a message once, though another daemon tries again; who they are is
    not in the store."""
    service = Answers(httpserver, 200, 500, 200)
    url, clock = at(httpserver, "ntfy", "/first-topic/second-topic/third-topic"), [NOW]
    channel = opened(url)
    from apprise.plugins.ntfy import NotifyNtfy

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(NotifyNtfy, "request_rate_per_sec", 0)
        put(store, channel, digest(1))
        office(store, channel, clock).step()
        clock[0] += MINUTE
        office(store, opened(url), clock).step()
    got = Counter(r.get_json()["topic"] for r, answer in httpserver.log if answer.status_code == 200)
    assert got == {"first-topic": 1, "second-topic": 1, "third-topic": 1}
    assert len(service.server.log) == 4
    with store.read() as conn:
        assert "topic" not in str(conn.exec_driver_sql("SELECT * FROM messages").all())


def finish(state: Path, url: str, now: int) -> None:
    """What another process sends."""
    with open_store(state) as store:
        office(store, opened(url), [now]).step()


def test_what_was_taken_is_known_to_another_process(store: Store, httpserver: HTTPServer) -> None:
    """Also of a service of which Apprise knows only whether it has taken a piece: each part comes once."""
    service = Answers(httpserver, 200, 500)
    url = at(httpserver)
    put(store, opened(url), digest(150))
    office(store, opened(url), [NOW]).step()
    assert service.parts == ["1/3"]
    given = (store.path.parent, url, NOW + MINUTE)
    other = multiprocessing.get_context("spawn").Process(target=finish, args=given, daemon=True)
    other.start()
    other.join(PATIENCE)
    assert other.exitcode == 0
    assert service.parts == ["1/3", "2/3", "3/3"]
    keys = [key.partition(".")[2] for key, _ in service.taken]
    assert keys == ["", "1", "2"]


def test_a_store_in_trouble_between_two_parts_is_waited_for(
    store: Store, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No part goes out before it is written that the one before was taken."""
    service = Answers(httpserver)
    url, clock = at(httpserver, "mmost", WEBHOOK), [NOW]
    put(store, opened(url), digest())
    real, faults = claims.note, [Trouble("the disk is full")] * 2
    seen: list[int] = []

    def note(*given: object) -> None:
        seen.append(len(httpserver.log))
        if faults:
            raise faults.pop()
        real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr("watcher.sending.SETTLE_AGAIN", 0.01)
    monkeypatch.setattr(claims, "note", note)
    office(store, opened(url), clock).step()
    assert seen == [1, 1, 1, 2, 3]
    assert service.parts == ["1/4", "2/4", "3/4", "4/4"]


def test_a_stop_while_the_store_is_in_trouble_sends_no_further_part(
    store: Store, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What could not be written is followed by nothing: the next daemon repeats no more than what was being sent."""
    service = Answers(httpserver)
    url, clock = at(httpserver, "mmost", WEBHOOK), [NOW]
    put(store, opened(url), digest())
    noted = threading.Event()

    def note(*_: object) -> None:
        noted.set()
        raise Trouble(Phrase("the disk is full"))

    monkeypatch.setattr("watcher.sending.SETTLE_AGAIN", 0.01)
    with monkeypatch.context() as patched:
        patched.setattr(claims, "note", note)
        ran = office(store, opened(url), clock)
        ran.dispatch.step(NOW)
        assert noted.wait(PATIENCE)
        ran.dispatch.stop(PATIENCE)
    assert service.parts == ["1/4"]
    clock[0] += MINUTE
    office(store, opened(url), clock).step()
    assert service.parts == ["1/4", "2/4", "3/4", "4/4"]


# ── a daemon that is killed ──────────────────────────────────────────────────────────────────────

MANY = """\
version: 1
channels:
  hook: {urls: ["mmost://127.0.0.1:PORT/abcdefghijklmnopqrstuvwxyz"]}
defaults: {notify: [hook]}
rules:
"""


@contextmanager
def raw(taken: list[str], hanging: threading.Event) -> Iterator[int]:
    """A webhook that takes one part, and then hangs until it is told to take all."""
    from http.server import BaseHTTPRequestHandler

    from tests.sink import Server

    stopped = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if taken and not hanging.is_set():
                taken.append("hangs")
                stopped.wait(60)
                return
            taken.extend(re.findall(r"\((\d+/\d+)\)", body)[:1])
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the inherited name
            pass

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            stopped.set()
            server.shutdown()


@pytest.mark.slow
def test_a_daemon_killed_between_two_parts_goes_on_with_the_second(tmp_path: Path) -> None:
    """After kill -9 while a service hangs on the second part, the next daemon sends that and the rest: the first part
    has come once."""
    rule = "  - {{id: r{0}, title: 'Rule {0} with a long title for a digest', condition: {{keywords: [taliban]}}}}\n"
    taken: list[str] = []
    hanging = threading.Event()
    with raw(taken, hanging) as port:
        rules = MANY.replace("PORT", str(port)) + "".join(rule.format(n) for n in range(60))
        daemon = Daemon(tmp_path, rules, ("--settle", "0.2", "--catch-up", "digest"))
        part = tmp_path / "old"
        part.write_text("Les taliban.\n\nLes taliban ont pris la ville de Kunduz.\n")
        day_ago = time.time() - 86_400
        os.utime(part, (day_ago, day_ago))
        part.rename(daemon.inbox / "old.txt")
        daemon.start()
        try:
            wait_for(lambda: "hangs" in taken, "the second part")
            daemon.stop(signal.SIGKILL)
            hanging.set()
            daemon.start()
            last = taken[0].partition("/")[2]
            wait_for(lambda: f"{last}/{last}" in taken, "the last part")
        finally:
            daemon.stop(signal.SIGKILL)
    assert [one for one in taken if one != "hangs"] == [f"{n}/{last}" for n in range(1, int(last) + 1)]
