"""Channels: what reaches the other side, what comes of a failure, and that no secret is told on the way."""

from __future__ import annotations

import errno
import io
import json
import logging
import os
import re
import resource
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from werkzeug import Response

from tests.canary import CANARY
from tests.support import PATIENCE, nobody
from watcher.channels import Channel, answers, check_url, http, open_channels, secret_dirs, secrets
from watcher.channels.base import target_key
from watcher.channels.jsonlines import JsonLines
from watcher.errors import SettingsError
from watcher.message import Failed, Message, MessageKind, Notice, Retry, SendOutcome, Sent
from watcher.model import Alert, Level
from watcher.rules.spec import ChannelSpec

NOW = 1_792_002_400_000  # 14 October 2026, 18:26:40 UTC

DRIBBLE = b"HTTP/1." + b"1" * 1_000  # sent byte by byte, no status is ever seen
DRIBBLING = "?rto=3&cto=0.1"  # cut after rto + cto + 1 s, and before if no byte came for rto
PATIENT = f"?rto={PATIENCE:g}"  # for an answer that comes, however busy the machine
SENTENCE = "Les talibans tiennent la frontière du Tadjikistan."


def hit(at: str, text: str) -> dict[str, Any]:
    start = SENTENCE.index(text)
    place = {"text": text, "start": start, "end": start + len(text), "sentence": SENTENCE, "sentence_start": 0}
    return {"condition": "keywords", "at": at, **place}


ALERT = Alert(
    id="0190-alert",
    rule="my-rule",
    title="Rule title",
    level=Level.HIGH,
    opened_at=0,
    article={"title": "Article", "source": "rfi.fr", "language": "fr", "published": "2021-10-24", "path": "a/b.txt"},
    evidence=(hit("all[0]", "talibans"), hit("all[1]", "Tadjikistan")),
)
MESSAGE = Message("0190-message", MessageKind.ALERT, ALERT)


def open_urls(*urls: str, environment: Mapping[str, str] | None = None, dirs: tuple[Path, ...] = ()) -> Channel:
    spec = ChannelSpec("desk", urls=urls)
    return open_channels({"desk": spec}, environment or {}, dirs, io.StringIO())["desk"]


def send(channel: Channel, message: Message = MESSAGE) -> SendOutcome:
    return channel.send(channel.targets[0].key, message, NOW)


def at(server: HTTPServer, kind: str = "json", path: str = "/hook", query: str = "") -> str:
    return f"{kind}://{server.host}:{server.port}{path}{query}"


# ── webhooks ─────────────────────────────────────────────────────────────────────────────────────


def test_json_webhook(httpserver: HTTPServer) -> None:
    """A JSON webhook gets title and text, and the alert's id, rule and level as fields of their own."""
    httpserver.expect_request("/hook", method="POST").respond_with_data("")
    assert send(open_urls(at(httpserver))) == Sent()
    (request, _), *others = httpserver.log
    assert not others
    body = request.get_json()
    assert body["title"] == "HIGH · Article"
    assert "Les **talibans** tiennent la frontière du **Tadjikistan**." in body["message"]
    assert "Alert 0190-alert" in body["message"]
    fields = {"id": "0190-alert", "rule": "my-rule", "level": "high", "message_id": "0190-message", "type": "warning"}
    assert fields.items() <= body.items()


def test_fields_of_one_message_do_not_stay_for_the_next(httpserver: HTTPServer) -> None:
    """A notice sent after an alert carries no alert's id; fields that the analyst put in the address stay."""
    httpserver.expect_request("/hook").respond_with_data("")
    channel = open_urls(at(httpserver, query="?:team=desk"))
    send(channel)
    send(channel, Message("0190-notice", MessageKind.NOTICE, Notice("rules.loaded", "7 rules")))
    bodies = [request.get_json() for request, _ in httpserver.log]
    assert [body["team"] for body in bodies] == ["desk", "desk"]
    assert "rule" not in bodies[1]
    assert "id" not in bodies[1]
    assert bodies[1]["event"] == "rules.loaded"


# The kinds of web service that need no account to be stood in for.
KINDS = {
    "json": "json://{host}/x",
    "form": "form://{host}/x",
    "xml": "xml://{host}/x",
    "ntfy": "ntfy://{host}/topic",
    "gotify": "gotify://{host}/AbcdefghijklmnO",
    "mmost": "mmost://{host}/3ccdd113474722377935511fc85d3dd4",
}


@pytest.mark.parametrize("kind", KINDS)
def test_requests_go_through_the_wrapper(kind: str, httpserver: HTTPServer) -> None:
    """Each web service gets the Idempotency-Key, and its answer is seen: Apprise still sends through requests."""
    httpserver.expect_request("").respond_with_data("", status=410)
    httpserver.no_handler_status_code = 410
    channel = open_urls(KINDS[kind].format(host=f"{httpserver.host}:{httpserver.port}"))
    assert send(channel) == Failed("HTTP 410")
    ((request, _),) = httpserver.log
    assert request.headers["Idempotency-Key"] == "0190-message"


def test_the_key_is_the_same_over_all_tries(httpserver: HTTPServer) -> None:
    """A receiver can tell a repeated try from a new message."""
    httpserver.expect_ordered_request("/hook").respond_with_data("", status=503)
    httpserver.expect_ordered_request("/hook").respond_with_data("")
    httpserver.expect_ordered_request("/hook").respond_with_data("")
    channel = open_urls(at(httpserver))
    assert send(channel) == Retry("HTTP 503")
    assert send(channel) == Sent()
    assert send(channel, Message("0190-other", MessageKind.ALERT, ALERT)) == Sent()
    keys = [request.headers["Idempotency-Key"] for request, _ in httpserver.log]
    assert keys == ["0190-message", "0190-message", "0190-other"]


def test_parts_of_one_message_have_their_own_keys(httpserver: HTTPServer) -> None:
    """A service that takes a message in several requests does not mistake the second for the first."""
    httpserver.expect_request("/").respond_with_data("")
    with http.carrying("m", PATIENCE) as exchange:
        for _ in range(3):
            requests.post(httpserver.url_for("/"), data="x", timeout=PATIENCE)
    assert [request.headers["Idempotency-Key"] for request, _ in httpserver.log] == ["m", "m.1", "m.2"]
    assert [answer.status for answer in exchange.answers] == [200, 200, 200]


def test_other_requests_are_left_alone(httpserver: HTTPServer) -> None:
    """Only messages are marked: any other web request of the process goes out as it was."""
    httpserver.expect_request("/").respond_with_data("", status=302, headers={"Location": "/moved"})
    httpserver.expect_request("/moved").respond_with_data("there")
    with http.carrying("m", PATIENCE):
        pass
    assert requests.get(httpserver.url_for("/"), timeout=PATIENCE).text == "there"
    assert not any("Idempotency-Key" in request.headers for request, _ in httpserver.log)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_statuses_worth_another_try(status: int, httpserver: HTTPServer) -> None:
    """A service that is busy or broken is tried again."""
    httpserver.expect_request("/hook").respond_with_data("", status=status)
    assert send(open_urls(at(httpserver))) == Retry(f"HTTP {status}")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 410, 413, 422])
def test_statuses_that_cannot_succeed(status: int, httpserver: HTTPServer) -> None:
    """A wrong address or a refused key is told at once and not tried for a day."""
    httpserver.expect_request("/hook").respond_with_data("", status=status)
    assert send(open_urls(at(httpserver))) == Failed(f"HTTP {status}")


def test_retry_after(httpserver: HTTPServer) -> None:
    """The wait that a service asks for comes back, in seconds or as a date."""
    httpserver.expect_ordered_request("/hook").respond_with_data("", status=429, headers={"Retry-After": "17"})
    in_an_hour = formatdate(time.time() + 3600, usegmt=True)
    httpserver.expect_ordered_request("/hook").respond_with_data("", status=503, headers={"Retry-After": in_an_hour})
    channel = open_urls(at(httpserver))
    assert send(channel) == Retry("HTTP 429", 17)
    outcome = send(channel)
    assert isinstance(outcome, Retry)
    assert outcome.after == pytest.approx(3600, abs=PATIENCE)


@pytest.mark.parametrize("value", [None, "", "soon", "-3", "1.5", "²", "Wed, 99 Foo 2020 00:00:00 GMT"])
def test_unusable_retry_after(value: str | None) -> None:
    """A Retry-After that makes no sense is as good as none."""
    assert answers.retry_after(value, 0.0) is None


@given(st.text(max_size=60), st.floats(0, 4e9))
def test_retry_after_is_never_negative(value: str, now: float) -> None:
    """Whatever stands in the header, there is no wait into the past and no error."""
    assert (answers.retry_after(value, now) or 0.0) >= 0


def test_redirects_are_not_followed(httpserver: HTTPServer) -> None:
    """A message goes to no other host than the one in the address, not even when the address asks for it."""
    elsewhere = httpserver.url_for("/elsewhere")
    httpserver.expect_request("/hook").respond_with_data("", status=307, headers={"Location": elsewhere})
    outcome = send(open_urls(at(httpserver, query="?redirect=yes")))
    assert outcome == Failed("HTTP 307: the address moved, and redirects are not followed")
    assert [request.path for request, _ in httpserver.log] == ["/hook"]


def test_huge_answer_is_not_read(httpserver: HTTPServer) -> None:
    """A service cannot fill the memory with its answer."""
    httpserver.expect_request("/hook").respond_with_data(b"x" * (http.LARGEST_ANSWER * 8))
    with http.carrying("m", PATIENCE):
        answer = requests.get(httpserver.url_for("/hook"), timeout=PATIENCE)
    assert http.LARGEST_ANSWER <= len(answer.content) <= http.LARGEST_ANSWER + http.CHUNK


def _whole_request(connection: socket.socket) -> None:
    """Reads a request to its end: closed before that, the connection is reset and the answer may be lost with it."""
    got = b""
    while b"\r\n\r\n" not in got and (some := connection.recv(65536)):
        got += some
    head, _, body = got.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: *(\d+)", head)
    missing = int(length[1]) - len(body) if length else 0
    while missing > 0 and (some := connection.recv(65536)):
        missing -= len(some)


@contextmanager
def raw_server(answer: bytes, every: float = 0.0, reset: bool = False) -> Iterator[int]:
    """A server on a plain socket: it sends `answer` byte by byte, or hangs, or resets; yields its port."""
    done = threading.Event()

    def serve(listener: socket.socket) -> None:
        while not done.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                try:
                    _whole_request(connection)
                    if reset:
                        linger_none = b"\x01\0\0\0\0\0\0\0"
                        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_none)
                        continue
                    for byte in answer:
                        connection.send(bytes([byte]))
                        if every and done.wait(every):
                            break
                except OSError:
                    continue
                done.wait(None if not answer else 0)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            done.set()
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(PATIENCE)
            assert not thread.is_alive()


def test_reset_connection() -> None:
    """A connection that is cut is tried again."""
    with raw_server(b"", reset=True) as port:
        assert send(open_urls(f"json://127.0.0.1:{port}/{PATIENT}")) == Retry("no connection, or it was cut")


def test_nobody_there() -> None:
    """A service that is down is tried again."""
    with nobody() as port:
        assert send(open_urls(f"json://127.0.0.1:{port}/")) == Retry("no connection, or it was cut")


def test_a_hanging_service() -> None:
    """A service that never answers costs the time that its address allows and no more."""
    with raw_server(b"") as port:
        assert send(open_urls(f"json://127.0.0.1:{port}/?rto=0.3")) == Retry("no answer in time")


def test_a_dribbling_service() -> None:
    """A service that sends a byte now and then cannot hold a channel: the whole request has a deadline."""
    with raw_server(DRIBBLE, every=0.05) as port:
        assert send(open_urls(f"json://127.0.0.1:{port}/{DRIBBLING}")) == Retry("no whole answer in time")


def test_a_patient_address_does_not_lend_its_patience_to_another() -> None:
    """A request is cut at its own deadline, also while another one has long to go."""
    with raw_server(b"") as port, raw_server(DRIBBLE, every=0.05) as dribbling:
        patient = threading.Thread(target=lambda: send(open_urls(f"json://127.0.0.1:{port}/?rto=300")), daemon=True)
        patient.start()
        outcome = send(open_urls(f"json://127.0.0.1:{dribbling}/{DRIBBLING}"))
        assert outcome == Retry("no whole answer in time")
        assert patient.is_alive()


def test_an_answer_that_stops_midway() -> None:
    """The status counts: a service that said 200 took the message, though the rest of its answer never comes."""
    with raw_server(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf") as port:
        assert send(open_urls(f"json://127.0.0.1:{port}/?rto=3")) == Sent()


def test_malformed_headers_do_not_show_the_address(caplog: pytest.LogCaptureFixture) -> None:
    """urllib3 warns of a server's broken headers with the whole address: not of a channel's."""
    with raw_server(b"HTTP/1.1 200 OK\r\nbroken\r\n\r\n") as port:
        assert send(open_urls(f"json://127.0.0.1:{port}/{CANARY}{PATIENT}")) == Sent()
    assert CANARY not in caplog.text


def test_mail_server_down() -> None:
    """Without a web answer a failure says so plainly and is tried again."""
    with nobody() as port:
        channel = open_urls(f"mailto://user:{CANARY}@127.0.0.1:{port}?from=a@example.org&to=b@example.org&cto=1")
        assert send(channel) == Retry("no connection to the mail server, or it was cut")


def test_a_plugin_that_breaks(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error inside a plugin costs one try, and its text, which may hold the address, is not passed on."""
    channel = open_urls(at(httpserver))

    def broken(self: object, **_: object) -> bool:
        raise KeyError(CANARY)

    monkeypatch.setattr("apprise.plugins.custom_json.NotifyJSON.send", broken)
    assert send(channel) == Retry("JSON: its plugin failed (KeyError)")


def test_small_services_get_fewer_sentences(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where little text fits, evidence is left out before the rule, the source and the alert's id are."""
    httpserver.expect_request("/hook").respond_with_data("")
    monkeypatch.setattr("apprise.plugins.custom_json.NotifyJSON.body_maxlen", 140)
    assert send(open_urls(at(httpserver))) == Sent()
    text = httpserver.log[0][0].get_json()["message"]
    assert "Rule title (my-rule)" in text
    assert "Alert 0190-alert" in text
    assert "talibans" not in text


def test_targets_are_apart(httpserver: HTTPServer) -> None:
    """Each address of a channel is sent to and settled by itself."""
    httpserver.expect_request("/good").respond_with_data("")
    httpserver.expect_request("/bad").respond_with_data("", status=500)
    channel = open_urls(at(httpserver, path="/good"), at(httpserver, path="/bad"))
    good, bad = (target.key for target in channel.targets)
    assert channel.send(good, MESSAGE, NOW) == Sent()
    assert channel.send(bad, MESSAGE, NOW) == Retry("HTTP 500")
    assert channel.send("gone", MESSAGE, NOW) == Failed("this address is no longer in the channel")


# ── secrets ──────────────────────────────────────────────────────────────────────────────────────


def test_secrets_reach_the_service_and_nothing_else(
    httpserver: HTTPServer, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    """A token is in the request, and in no log at any level, outcome, key or repr, when sent, refused or cut."""
    caplog.set_level(1)
    for name in ("apprise", "urllib3.connectionpool", "requests"):
        caplog.set_level(1, logger=name)
    caplog.set_level(logging.CRITICAL, logger="werkzeug")  # the other side, which may know it
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "desk").write_text(f"json://user:{CANARY}@{httpserver.host}:{httpserver.port}/{CANARY}?+X-T={CANARY}\n")
    answers = iter([200, 404, 500])
    httpserver.expect_request(f"/{CANARY}").respond_with_handler(lambda _: Response(status=next(answers)))
    channel = open_urls("secret:desk", dirs=(secrets,))
    outcomes = [send(channel) for _ in range(3)]
    with nobody() as port:
        (secrets / "gone").write_text(f"json://user:{CANARY}@127.0.0.1:{port}/{CANARY}?+X-T={CANARY}\n")
        gone = open_urls("secret:gone", dirs=(secrets,))
        outcomes.append(send(gone))
    assert outcomes[:3] == [Sent(), Failed("HTTP 404"), Retry("HTTP 500")]
    assert isinstance(outcomes[3], Retry)
    assert httpserver.log[0][0].headers["X-T"] == CANARY
    shown = f"{caplog.text}{outcomes!r}{channel!r}{channel.targets!r}{channel.unconfigured}{vars(channel)!r}"
    shown += f"{gone!r}{gone.targets!r}{vars(gone)!r}"
    assert CANARY not in shown


@pytest.mark.parametrize("url", ["json://", "nosuch://{}@h", "slack://{}", "json://{}@h:99999999/"])
def test_a_bad_address_is_not_repeated(url: str, caplog: pytest.LogCaptureFixture) -> None:
    """The fault of an address is told without the address."""
    caplog.set_level(1)
    fault = check_url("${URL}", {"URL": url.format(CANARY)}, ())
    channel = open_urls("${URL}", environment={"URL": url.format(CANARY)})
    assert CANARY not in f"{caplog.text}{fault}{channel.unconfigured}{channel!r}"


def test_secret_is_not_shown_or_stored() -> None:
    """A resolved address hides itself in every way of printing, and cannot be pickled."""
    secret = secrets.Secret(CANARY)
    assert CANARY not in f"{secret} {secret!r} {secrets.Resolved(secret)!r} {[secret]}"
    assert secret.reveal() == CANARY
    with pytest.raises(TypeError):
        secret.__reduce__()


@pytest.mark.parametrize(
    ("template", "url"),
    [
        ("${URL}", "json://h/a?b=c"),
        ("secret:url", "json://file/x"),
        ("${secret:url}", "json://file/x"),
        ("json://${HOST}/$$5", "json://h:81/$5"),
        ("mailtos://watch:${secret:password}@mx.example.org", "mailtos://watch:p%40ss%2F%3Aw%C3%B6rd@mx.example.org"),
        ("json://a$b", "json://a$b"),
        ("$${URL}", "${URL}"),
    ],
)
def test_expansion(template: str, url: str, tmp_path: Path) -> None:
    """Values are put in as written; a secret inside an address cannot change its host; `$$` is a dollar."""
    (tmp_path / "url").write_text("json://file/x\n")
    (tmp_path / "password").write_text("p@ss/:wörd", encoding="utf-8")
    resolved = secrets.resolve(template, {"URL": "json://h/a?b=c", "HOST": "h:81"}, [tmp_path])
    assert resolved.url is not None
    assert resolved.url.reveal() == url


def test_values_are_not_read_again() -> None:
    """A value that looks like a reference is a value."""
    resolved = secrets.resolve("${A}", {"A": "json://${B}", "B": CANARY}, [])
    assert resolved.url is not None
    assert resolved.url.reveal() == "json://${B}"


def test_all_missing_values_are_told_at_once(tmp_path: Path) -> None:
    """A channel names every value that it lacks, keeps its targets and tries nothing."""
    (tmp_path / "empty").write_text("\n")
    channel = open_urls("json://${HOST}/${secret:token}", "secret:empty", "secret:desk", dirs=(tmp_path,))
    assert channel.unconfigured == (
        "${HOST} is not set; secret:token is not found; secret:empty is empty; secret:desk is not found"
    )
    assert len(channel.targets) == 3
    assert send(channel) == Retry(f"unconfigured: {channel.unconfigured}")


@pytest.mark.parametrize("name", ["../x", "/etc/hostname", ".hidden", "", "a/b", "a\nb", "x" * 200])
def test_secret_names_stay_in_their_folder(name: str) -> None:
    """No name of a secret leads to another file of the system."""
    for template in (f"secret:{name}", f"json://${{secret:{name}}}/"):
        with pytest.raises(SettingsError, match="must be letters"):
            secrets.parse(template)


def test_folders_of_secrets_in_order(tmp_path: Path) -> None:
    """systemd's credentials come before WATCHER_SECRETS, and that before /run/secrets."""
    environment = {"WATCHER_SECRETS": str(tmp_path / "own"), "CREDENTIALS_DIRECTORY": str(tmp_path / "systemd")}
    assert secret_dirs(environment) == (tmp_path / "systemd", tmp_path / "own", Path("/run/secrets"))
    assert secret_dirs({}) == (Path("/run/secrets"),)
    for folder, text in (("own", "second"), ("systemd", "first")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "desk").write_text(text)
    resolved = secrets.resolve("secret:desk", {}, secret_dirs(environment))
    assert resolved.url is not None
    assert resolved.url.reveal() == "first"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"json://h\nX-Header: 1", "holds a line break or another control character"),
        (b"\xff\xfe", "is not UTF-8 text"),
        (b"x" * 70_000, "is larger than 64 KiB"),
        (b"", "is empty"),
        (None, "cannot be read (Is a directory)"),
    ],
)
def test_unusable_secret_files(content: bytes | None, reason: str, tmp_path: Path) -> None:
    """What is wrong with a secret's file is told by the file's name."""
    if content is None:
        (tmp_path / "desk").mkdir()
    else:
        (tmp_path / "desk").write_bytes(content)
    assert secrets.resolve("secret:desk", {}, [tmp_path]).missing == (f"secret:desk {reason}",)


def test_keys_follow_the_rules_file_and_not_the_secret() -> None:
    """A target keeps its key when a secret is changed, and shows nothing of the address."""
    opened = [open_urls("${URL}", environment={"URL": url}) for url in ("json://a", "json://b", CANARY)]
    (key,) = {target.key for channel in (*opened, open_urls("${URL}")) for target in channel.targets}
    assert key == target_key("${URL}")
    assert len(key) == 12


@pytest.mark.parametrize(
    ("template", "fault"),
    [
        ("json://localhost/x", None),
        ("mailtos://watch:${secret:mail}@mx.example.org?to=desk@example.org", None),
        ("slack://${secret:slack}", None),
        ("secret:desk", None),
        ("${PHONE_URL}", None),
        ("https://discord.com/api/webhooks/${ID}/${TOKEN}", None),
        ("jsn://localhost", "Apprise knows no such service: the name before '://' is wrong"),
        ("jsn://${HOST}", "Apprise knows no such service: the name before '://' is wrong"),
        ("slack://x", "Apprise cannot use this address: a part is missing or has the wrong form"),
        ("localhost", "an address begins with the name of a service, such as mailtos://, tgram:// or json://"),
        ("https://x.org/a", "no service has this web address; a webhook that takes JSON is written jsons://host/path"),
        ("json://${HOST", "a '${' is not closed (a dollar sign itself is written '$$')"),
        ("secret:../x", "the name after 'secret:' must be letters, digits, '.', '_' and '-'"),
    ],
)
def test_addresses_are_checked_at_load(template: str, fault: str | None) -> None:
    """A bad address is found before the first alert, as far as it can be without its secrets."""
    assert check_url(template, {}, ()) == fault


@given(st.text(max_size=80))
def test_any_address_is_judged(template: str) -> None:
    """No address, however odd, breaks the reading of references."""
    try:
        assert isinstance(secrets.resolve(template, {}, []), secrets.Resolved)
    except SettingsError as fault:
        assert "\n" not in str(fault)


# ── console ──────────────────────────────────────────────────────────────────────────────────────


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


def on_console(message: Message, stdout: io.StringIO) -> str:
    assert open_channels({}, {}, (), stdout)["console"].send("console", message, NOW) == Sent()
    return stdout.getvalue()


def test_console_without_a_terminal() -> None:
    """In a pipe or a journal an alert is plain text, one fact a line, hits between stars."""
    assert on_console(MESSAGE, io.StringIO()) == (
        "HIGH  Article\n"
        "  Rule title (my-rule)\n"
        "  Les **talibans** tiennent la frontière du **Tadjikistan**.\n"
        "  rfi.fr · fr · 24 October 2021, 4 years old\n"
        "  a/b.txt\n"
        "  Alert 0190-alert\n"
        "\n"
    )


def test_console_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal the matched words are bold."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    shown = on_console(MESSAGE, Tty())
    assert "\x1b[1;33mtalibans\x1b[0m" in shown
    assert "**" not in shown


def test_console_notice() -> None:
    """A notice for the operator is shown line by line under its event."""
    notice = Message("n", MessageKind.NOTICE, Notice("rules.refused", "rules.yaml:3:1: bad\nrules.yaml:4:1: worse"))
    assert on_console(notice, io.StringIO()) == (
        "MEDIUM  rules.yaml:3:1: bad\n  rules.yaml:4:1: worse\n  Watcher: rules refused\n\n"
    )


@given(st.text(st.sampled_from("a \x1b[]2J\x07\x9b31m\r\n\u202e\x00:;[bold]"), max_size=60))
def test_articles_cannot_drive_the_terminal(hostile: str) -> None:
    """Nothing in an article moves the cursor, colours text or rings the bell."""
    article = dict.fromkeys(("title", "source", "language", "published", "path"), hostile)
    entry = {"at": "", "sentence": hostile, "sentence_start": 0, "start": 0, "end": 3}
    shown = on_console(
        Message("m", MessageKind.ALERT, Alert("1", "r", hostile, Level.LOW, 0, article, (entry,))), io.StringIO()
    )
    assert not set(shown) & set("\x1b\x07\x9b\r\u202e\x00")
    assert shown.count("\n") <= 7


def test_console_of_an_old_encoding(tmp_path: Path) -> None:
    """A terminal that cannot show a letter shows a question mark, and the alert is still told."""
    path = tmp_path / "out"
    with path.open("w", encoding="ascii") as stdout:
        assert open_channels({}, {}, (), stdout)["console"].send("console", MESSAGE, NOW) == Sent()
    assert "fronti?re" in path.read_text("ascii")


def test_console_gone() -> None:
    """A terminal that is gone is trouble and not the end of the daemon."""
    stdout = io.StringIO()
    console = open_channels({}, {}, (), stdout)["console"]
    stdout.close()
    assert console.send("console", MESSAGE, NOW) == Retry("cannot write to the terminal: it is closed")


# ── file ─────────────────────────────────────────────────────────────────────────────────────────


def lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()


def test_file_channel(tmp_path: Path) -> None:
    """Each message is one JSON object on a line of its own, with its id and the whole alert."""
    path = tmp_path / "alerts.jsonl"
    channel = open_channels({"log": ChannelSpec("log", file=str(path))}, {}, (), io.StringIO())["log"]
    assert channel.targets[0].key == "file"
    assert [send(channel), send(channel)] == [Sent(), Sent()]
    first, second = map(json.loads, lines(path))
    assert first == second == {"message": "0190-message", "kind": "alert", **ALERT.to_json()}
    assert "frontière" in path.read_text("utf-8")


def test_file_channel_takes_notices(tmp_path: Path) -> None:
    """A notice is a line too."""
    path = tmp_path / "alerts.jsonl"
    JsonLines("log", path).send("file", Message("n", MessageKind.NOTICE, Notice("rules.loaded", "7\nrules")), NOW)
    expected = {"message": "n", "kind": "notice", "event": "rules.loaded", "text": "7\nrules", "level": "medium"}
    assert [json.loads(line) for line in lines(path)] == [expected]


def test_a_line_cut_by_a_crash(tmp_path: Path) -> None:
    """After a crash in the middle of a line the next message begins a fresh one."""
    path = tmp_path / "alerts.jsonl"
    path.write_text('{"message": "ha')
    assert send(JsonLines("log", path)) == Sent()
    broken, whole = lines(path)
    assert broken == '{"message": "ha'
    assert json.loads(whole)["message"] == "0190-message"


@given(st.text())
def test_any_text_is_one_line_of_the_file(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """No text breaks a line or puts a control character into the file, and all of it comes back."""
    path = tmp_path_factory.mktemp("lines") / "a.jsonl"
    hostile = text + "\ud800\x9b\u2028\u202e\n\x1b"
    message = Message("m", MessageKind.NOTICE, Notice("e", hostile))
    assert JsonLines("log", path).send("file", message, NOW) == Sent()
    (line,) = lines(path)
    assert json.loads(line)["text"] == hostile
    assert not set(line) & set("\x9b\u202e\x1b")


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
def test_a_full_disk_is_waited_for(fault: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that could not be synced is tried again, for a reason in words."""

    def full(_: int) -> None:
        raise OSError(fault, os.strerror(fault))

    monkeypatch.setattr(os, "fsync", full)
    outcome = send(JsonLines("log", tmp_path / "alerts.jsonl"))
    assert outcome == Retry(f"cannot write alerts.jsonl: {os.strerror(fault)}")


def test_a_line_for_which_only_a_part_has_room_leaves_nothing_behind(tmp_path: Path) -> None:
    """Whoever reads the file meets whole lines, and the next try begins where this one did."""
    path = tmp_path / "alerts.jsonl"
    assert send(JsonLines("log", path)) == Sent()
    before, limits = path.read_bytes(), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 10, limits[1]))
    try:
        outcome = send(JsonLines("log", path))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert outcome == Retry("cannot write alerts.jsonl: only a part was written")
    assert path.read_bytes() == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_device_is_no_file_channel() -> None:
    """Only a regular file can be synced and continued."""
    assert send(JsonLines("log", Path("/dev/full"))) == Retry("cannot write full: it is not a regular file")


@pytest.mark.parametrize("name", ["a\0b", "a\ud800"])
def test_a_path_that_no_file_can_have(name: str) -> None:
    """It is told in words and given up, and never raised: the next start would meet it again."""
    why = "the channel's file has a name that no file can have; write another in the rules file"
    assert send(JsonLines("log", Path(name))) == Failed(why)


def test_a_missing_folder(tmp_path: Path) -> None:
    """A folder that is not mounted yet is waited for."""
    outcome = send(JsonLines("log", tmp_path / "gone" / "a.jsonl"))
    assert outcome == Retry("cannot write a.jsonl: No such file or directory")


def test_logs_of_apprise_stay_off_under_another_configuration(caplog: pytest.LogCaptureFixture) -> None:
    """A logging configuration that is loaded later does not make Apprise talk."""
    open_urls("json://localhost")
    caplog.set_level(1, logger="apprise")
    logging.getLogger("apprise").error(CANARY)
    with http.carrying("m", 5):
        logging.getLogger("urllib3.connection").warning(CANARY)
    assert CANARY not in caplog.text
    logging.getLogger("urllib3.connection").warning("of another part")
    assert "of another part" in caplog.text
