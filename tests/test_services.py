"""Real services on the loopback: mail with STARTTLS and a password, MQTT, and web services that behave badly."""

from __future__ import annotations

import asyncio
import email
import email.policy
import io
import json
import os
import re
import socket
import ssl
import subprocess
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.canary import CANARY
from tests.support import PATIENCE, need, nobody, wait_for
from tests.test_channels import ALERT, DRIBBLE, PATIENT, raw_server
from watcher.channels import Channel, open_channels
from watcher.message import Failed, Message, MessageKind, Progress, Retry, SendOutcome, Sent
from watcher.rules.spec import ChannelSpec

MESSAGE = Message("0190-message", MessageKind.ALERT, ALERT)
NOW = 1_760_000_000_000


def channel_of(*urls: str) -> Channel:
    return open_channels({"desk": ChannelSpec("desk", urls=urls)}, {}, (), io.StringIO())["desk"]


def send(channel: Channel, message: Message = MESSAGE, progress: Progress | None = None) -> SendOutcome:
    return channel.send(channel.targets[0].key, message, NOW, progress)


# ── mail ─────────────────────────────────────────────────────────────────────────────────────────


class MailServer:
    """Takes mail from who knows the password, after STARTTLS; `refuses` is its answer to every recipient, or to `only`
    one."""

    def __init__(self) -> None:
        self.got: list[Envelope] = []
        self.refuses = ""
        self.only = ""

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"watch", CANARY.encode())
        return AuthResult(success=known, handled=False)

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, to: str, options: list[str]) -> str:
        if self.refuses and self.only in ("", to):
            return self.refuses
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.got.append(envelope)
        return "250 taken"


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A certificate for localhost that this process trusts."""
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    made = [need("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    made += [
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=DNS:localhost",
        "-keyout",
        str(key),
        "-out",
        str(cert),
    ]
    subprocess.run(made, check=True, capture_output=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    channel_of("json://localhost")  # loads Apprise
    monkeypatch.setattr("apprise.plugins.email.base.NotifyEmail.request_rate_per_sec", 0)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context


class Listening(Controller):
    """Serves at a socket that listens already: a port that is only known to be free may be another's by then."""

    def __init__(self, handler: MailServer, listener: socket.socket, **options: Any) -> None:
        super().__init__(handler, **options)
        self._listener = listener

    def _create_server(self) -> Coroutine[Any, Any, asyncio.Server]:
        return self.loop.create_server(self._factory_invoker, sock=self._listener)

    def _trigger_server(self) -> None:
        """As inherited, which waits for a second."""
        with socket.create_connection(self._listener.getsockname(), PATIENCE) as asked:
            asked.recv(1024)


@contextmanager
def mail_server(context: ssl.SSLContext | None) -> Iterator[tuple[MailServer, int]]:
    handler = MailServer()
    with socket.create_server(("localhost", 0)) as listener:
        port = listener.getsockname()[1]
        controller = Listening(
            handler,
            listener,
            hostname="localhost",
            port=port,
            ready_timeout=PATIENCE,
            tls_context=context,
            require_starttls=context is not None,
            auth_required=context is not None,
            authenticator=handler.authenticate,
        )
        controller.start()
        try:
            yield handler, port
        finally:
            controller.stop()


def mail_url(port: int, password: str = CANARY) -> str:
    return f"mailtos://watch:{password}@localhost:{port}?mode=starttls&from=watch@example.org&to=desk@example.org"


def test_mail_arrives_by_starttls_and_password(certificate: ssl.SSLContext) -> None:
    """The mail's subject is the first line, its text names the alert, and each alert is a mail."""
    with mail_server(certificate) as (server, port):
        channel = channel_of(mail_url(port))
        assert [send(channel), send(channel)] == [Sent(), Sent()]
    assert [envelope.rcpt_tos for envelope in server.got] == [["desk@example.org"]] * 2
    content = server.got[0].content
    assert isinstance(content, bytes)
    mail = email.message_from_bytes(content, policy=email.policy.default)
    assert mail["Subject"] == "HIGH · Article"
    body = mail.get_body(("plain", "html"))
    assert body is not None
    assert "0190-alert" in body.get_content()
    assert not [line for line in body.get_content().splitlines() if line.startswith(" ")]


def test_a_wrong_password_is_final_and_a_busy_mail_server_is_not(certificate: ssl.SSLContext) -> None:
    """What a mail server refuses for good is not tried for a day; what it refuses for now is."""
    with mail_server(certificate) as (server, port):
        assert send(channel_of(mail_url(port, "wrong"))) == Failed("the mail server refuses it: SMTP 535")
        server.refuses = "450 try again later"
        assert send(channel_of(mail_url(port))) == Retry("the mail server refuses it: SMTP 450")
        server.refuses = "550 no such user"
        assert send(channel_of(mail_url(port))) == Failed("the mail server refuses it: SMTP 550")
        assert server.got == []


def test_who_has_a_mail_does_not_get_it_again(certificate: ssl.SSLContext) -> None:
    """A mail that a server takes for one recipient, and not yet for another, is tried again for that one alone."""
    with mail_server(certificate) as (server, port):
        channel = channel_of(f"{mail_url(port)},late@example.org,boss@example.org")
        server.refuses, server.only = "450 greylisted", "late@example.org"
        so_far = Progress()
        assert send(channel, MESSAGE, so_far) == Retry("the mail server refuses it: SMTP 450")
        assert send(channel, MESSAGE, so_far) == Retry("the mail server refuses it: SMTP 450")
        server.refuses = ""
        assert send(channel, MESSAGE, so_far) == Sent()
        told = [name for envelope in server.got for name in envelope.rcpt_tos]
        assert sorted(told) == ["boss@example.org", "desk@example.org", "late@example.org"]
        assert send(channel, Message("0190-other", MessageKind.ALERT, ALERT)) == Sent()
        assert len(server.got) == 6


def test_a_recipient_who_is_unknown_costs_the_others_nothing(certificate: ssl.SSLContext) -> None:
    """The others have the mail, and the message is dead with the reason, so that the fallback and operator hear."""
    with mail_server(certificate) as (server, port):
        server.refuses, server.only = "550 no such user", "gone@example.org"
        channel = channel_of(f"{mail_url(port)},gone@example.org")
        assert send(channel) == Failed("the mail server refuses it: SMTP 550")
        assert [envelope.rcpt_tos for envelope in server.got] == [["desk@example.org"]]


def test_a_mail_server_that_is_not_there_is_told_plainly(certificate: ssl.SSLContext) -> None:
    """Nothing but silence, nobody at the port, a server without TLS: each is told in its own words."""
    with socket.create_server(("localhost", 0)) as mute:
        port = mute.getsockname()[1]
        assert send(channel_of(f"{mail_url(port)}&cto=0.3")) == Retry("the mail server does not answer in time")
    with nobody() as port:
        assert send(channel_of(mail_url(port))) == Retry("no connection to the mail server, or it was cut")
    with mail_server(None) as (_, port):
        assert send(channel_of(mail_url(port))) == Retry("the mail server knows no STARTTLS")


def test_a_certificate_that_nobody_trusts_gets_no_password(
    certificate: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The password is not sent, and it is tried again: a certificate is renewed some day."""
    monkeypatch.delenv("SSL_CERT_FILE")
    with mail_server(certificate) as (server, port):
        outcome = send(channel_of(mail_url(port)))
        assert outcome == Retry(
            "no secure connection to the mail server: its certificate is not trusted, or TLS failed"
        )
        assert server.got == []


# ── MQTT ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[str]:
    """Where a mosquitto listens: at an address of the loopback that is no other process's, for no one can hold a port
    for it."""
    program, pid = need("mosquitto"), os.getpid()
    host = f"127.{1 + pid // 62_500 % 250}.{1 + pid // 250 % 250}.{1 + pid % 250}"
    with socket.create_server((host, 0)) as free:
        port = free.getsockname()[1]
    settings = tmp_path / "mosquitto.conf"
    settings.write_text(f"listener {port} {host}\nallow_anonymous true\n")
    with subprocess.Popen([program, "-c", str(settings)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as ran:
        try:
            wait_for(lambda: listens(host, port) or ran.poll() is not None, "mosquitto")
            yield f"{host}:{port}"
        finally:
            ran.kill()


def listens(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), PATIENCE).close()
    except ConnectionRefusedError:
        return False
    return True


def test_mqtt(broker: str) -> None:
    """A subscriber of the topic gets the alert's text."""
    from paho.mqtt.client import Client, MQTTMessage
    from paho.mqtt.enums import CallbackAPIVersion

    heard: SimpleQueue[bytes] = SimpleQueue()
    subscribed = threading.Event()

    def on_message(client: Client, data: Any, message: MQTTMessage) -> None:
        heard.put(message.payload)

    subscriber = Client(CallbackAPIVersion.VERSION2)
    subscriber.on_message = on_message
    subscriber.on_subscribe = lambda *_: subscribed.set()
    host, _, port = broker.partition(":")
    subscriber.connect(host, int(port))
    subscriber.subscribe("news/alerts", qos=1)
    subscriber.loop_start()
    try:
        assert subscribed.wait(PATIENCE)
        channel = channel_of(f"mqtt://{broker}/news/alerts?qos=1")
        assert send(channel) == Sent()
        assert "0190-alert" in heard.get(timeout=PATIENCE).decode()
    finally:
        subscriber.disconnect()
        subscriber.loop_stop()


def test_an_mqtt_broker_that_is_down_is_tried_again() -> None:
    """It says so without a word of the address."""
    with nobody() as port:
        outcome = send(channel_of(f"mqtt://user:{CANARY}@127.0.0.1:{port}/news?qos=1"))
    assert outcome == Retry("MQTT Notification did not take it, and Apprise gives no reason")


# ── the web ──────────────────────────────────────────────────────────────────────────────────────

TOKENS = "T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
KINDS = {
    "json": "json://{host}/x",
    "form": "form://{host}/x",
    "xml": "xml://{host}/x",
    "ntfy": "ntfy://{host}/topic",
    "gotify": "gotify://{host}/AbcdefghijklmnO",
    "mmost": "mmost://{host}/3ccdd113474722377935511fc85d3dd4",
    "slack": f"slack://{TOKENS}",
    "discord": "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js",
}


def open_kind(kind: str, host: str, monkeypatch: pytest.MonkeyPatch, query: str = "") -> Channel:
    """A channel of the kind at a server of ours; of Slack and Discord nothing but the service's URL is replaced."""
    channel = channel_of(KINDS[kind].format(host=host) + query)
    monkeypatch.setattr("apprise.plugins.slack.NotifySlack.webhook_url", f"http://{host}/services")
    monkeypatch.setattr("apprise.plugins.slack.NotifySlack.request_rate_per_sec", 0)
    monkeypatch.setattr("apprise.plugins.ntfy.NotifyNtfy.request_rate_per_sec", 0)
    monkeypatch.setattr("apprise.plugins.discord.NotifyDiscord.notify_url", f"http://{host}/api/webhooks")
    return channel


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_tells_taken_busy_broken_and_refused_apart(
    kind: str, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """200, 429 with Retry-After, 500 and 404 each come to what they should, and every try has the message's key."""
    answers = iter([(200, {}), (429, {"Retry-After": "7"}), (500, {}), (404, {})])

    def answer(request: Request) -> Response:
        status, headers = next(answers)
        return Response("ok", status, headers)

    httpserver.expect_request(re.compile(".*")).respond_with_handler(answer)
    channel = open_kind(kind, f"{httpserver.host}:{httpserver.port}", monkeypatch)
    outcomes = [send(channel) for _ in range(4)]
    assert outcomes == [Sent(), Retry("HTTP 429", 7), Retry("HTTP 500"), Failed("HTTP 404")]
    assert {request.headers["Idempotency-Key"] for request, _ in httpserver.log} == {"0190-message"}
    assert all("0190-alert" in request.get_data(as_text=True) for request, _ in httpserver.log)


def test_a_try_again_goes_to_those_alone_who_have_nothing_yet(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of an address with several topics each gets a message once, and at each try the request has its own key."""
    down = {"b", "c"}

    def answer(request: Request) -> Response:
        return Response("ok", 500 if json.loads(request.get_data())["topic"] in down else 200)

    httpserver.expect_request(re.compile(".*")).respond_with_handler(answer)
    host = f"{httpserver.host}:{httpserver.port}"
    channel = channel_of(f"ntfy://{host}/a/b/c")
    monkeypatch.setattr("apprise.plugins.ntfy.NotifyNtfy.request_rate_per_sec", 0)
    so_far = Progress()
    assert send(channel, MESSAGE, so_far) == Retry("HTTP 500")
    down.remove("c")
    assert send(channel, MESSAGE, so_far) == Retry("HTTP 500")
    down.clear()
    assert send(channel, MESSAGE, so_far) == Sent()
    asked = [(json.loads(r.get_data())["topic"], r.headers["Idempotency-Key"]) for r, _ in httpserver.log]
    assert [topic for topic, _ in asked[3:]] in (["b", "c", "b"], ["c", "b", "b"])
    keys = dict(asked[:3])
    assert len(set(keys.values())) == 3
    assert all(keys[topic] == key for topic, key in asked)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_bears_a_service_that_hangs_resets_or_dribbles(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """None of it is taken for a success, costs more than the time allowed, or is given up at once."""
    query = "?rto=0.6&cto=0.2"
    with raw_server(b"") as port:
        assert send(open_kind(kind, f"127.0.0.1:{port}", monkeypatch, query)) == Retry("no answer in time")
    with raw_server(b"", reset=True) as port:
        cut = "no connection, or it was cut"
        assert send(open_kind(kind, f"127.0.0.1:{port}", monkeypatch, PATIENT)) == Retry(cut)
    with raw_server(DRIBBLE, every=0.05) as port:
        outcome = send(open_kind(kind, f"127.0.0.1:{port}", monkeypatch, query))
        # the first where this very server came to send no byte for so long
        assert outcome in (Retry("no answer in time"), Retry("no whole answer in time"))
