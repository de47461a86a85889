"""A secret in an address is shown nowhere: not in logs, tables, errors or files, whatever fails.

`tests/conftest.py` looks through the output of every other test for the same secret.
"""

from __future__ import annotations

import logging
import traceback
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.canary import CANARY, shown_in
from tests.support import nobody, running, wait_for
from tests.test_channels import raw_server
from tests.test_services import MESSAGE, channel_of, send
from watcher import logs
from watcher.message import Failed, Retry

ARTICLE = "Les talibans progressent.\n\nLes talibans ont pris la ville de Kunduz mardi, selon des témoins.\n"
RULES = """\
version: 1
channels:
  hook: {urls: ["secret:hook", "${HOOK}"], fallback: mail, rate: 50/m}
  mail: {urls: ["mailto://watch:${secret:mail}@127.0.0.1:9?from=a@example.org&to=b@example.org&cto=1"]}
  out: {file: OUT}
defaults: {notify: [hook, mail, out], operator: hook}
rules:
  - {id: taliban, condition: {keywords: ["taliban*"]}}
"""
COMMANDS = ("status", "deliveries --json", "check --secrets")


def test_nothing_of_a_daemon_shows_a_secret(tmp_path: Path, httpserver: HTTPServer) -> None:
    """Log lines at debug, what every command prints, the store, and what is quarantined."""
    answers = iter([500, 429, 404])

    def answer(request: Request) -> Response:
        return Response(CANARY, next(answers, 200), {"Retry-After": "1", "X-Echo": CANARY})

    httpserver.expect_request(f"/{CANARY}").respond_with_handler(answer)
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "mail").write_text(CANARY)
    (secrets / "hook").write_text(f"json://user:{CANARY}@{httpserver.host}:{httpserver.port}/{CANARY}?+X-T={CANARY}")
    home = tmp_path / "home"
    home.mkdir()
    variables = {"WATCHER_SECRETS": str(secrets), "HOOK": f"form://127.0.0.1:9/{CANARY}"}
    variables |= {"WATCHER_LOG_LEVEL": "debug"}
    with running(home, rules=RULES, variables=variables) as daemon:
        for number in range(4):
            daemon.drop(f"{number}.txt", ARTICLE + f"Nombre {number}.\n")
        (home / "part").write_bytes(bytes(range(256)) * 40)
        (home / "part").rename(daemon.inbox / "binary.bin")
        wait_for(lambda: len(daemon.alerts) == 4 and len(httpserver.log) > 3, "the alerts")
        wait_for(lambda: daemon.logged("message.dead") or daemon.logged("message.retried"), "a failure")
        printed = "".join(done.stdout + done.stderr for c in COMMANDS for done in [daemon.run(*c.split())])
        ident = daemon.run("alerts", "--json").stdout.split('"id": "')[1][:36]
        shown = daemon.run("alerts", "show", ident)
        tested = daemon.run("channels", "test")
        printed += shown.stdout + shown.stderr + tested.stdout + tested.stderr
        assert "hook, address 1 (JSON): sent" in tested.stdout
        daemon.stop()
    daemon.drop("late.txt", ARTICLE + "Tard.\n")
    done = daemon.run("run", "--once", "--log-format", "text")
    assert CANARY not in printed + done.stdout + done.stderr
    assert list(shown_in([], home)) == []


def test_the_debug_logs_of_all_libraries_show_no_secret(
    httpserver: HTTPServer, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Each way to fail, with every logger at its most talkative: nothing logged, printed or told has it."""
    caplog.set_level(1)
    for name in ("urllib3", "requests", "apprise", "http.client", "asyncio", "smtplib", "paho", "oauthlib"):
        caplog.set_level(1, logger=name)
    httpserver.expect_request(f"/{CANARY}").respond_with_data("no", 401, {"Location": f"/{CANARY}"})
    tail = f"/{CANARY}?rto=0.3&cto=0.3"
    kinds = ("json", "form", "xml", "mqtt")
    with nobody() as closed:
        outcomes = [send(channel_of(f"{k}://u:{CANARY}@127.0.0.1:{closed}{tail}")) for k in kinds]
    outcomes.append(send(channel_of(f"json://u:{CANARY}@{httpserver.host}:{httpserver.port}{tail}")))
    outcomes.append(send(channel_of(f"jsons://u:{CANARY}@{httpserver.host}:{httpserver.port}{tail}")))
    for answer in (b"", b"rubbish\r\n\r\n", b"HTTP/1.1 302 Found\r\nLocation: /" + CANARY.encode() + b"\r\n\r\n"):
        with raw_server(answer) as port:
            outcomes.append(send(channel_of(f"json://u:{CANARY}@127.0.0.1:{port}{tail}")))
    assert all(isinstance(outcome, Retry | Failed) for outcome in outcomes)
    said = capfd.readouterr()
    assert CANARY not in f"{outcomes!r} {caplog.text} {said.out} {said.err}"


def test_a_traceback_in_the_log_shows_no_variables(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither on a terminal nor in JSON does the log of an error show what was in the variables of its functions."""
    import structlog

    kept = logging.getLogger().handlers[:], logging.getLogger().level
    try:
        for style in ("text", "json"):
            logs.configure("debug", style)
            secret = CANARY
            try:
                len(secret) / 0
            except ZeroDivisionError:
                structlog.get_logger("watcher.test").exception("part.died")
    finally:
        logging.getLogger().handlers[:], _ = kept
        logging.getLogger().setLevel(kept[1])
        structlog.reset_defaults()
    told = capsys.readouterr().err
    assert told.count("ZeroDivisionError") >= 2
    assert CANARY not in told


def test_a_channel_shows_nothing_of_its_address() -> None:
    """Neither its own form nor an error on the way to its service has any of it."""
    channel = channel_of(f"json://u:{CANARY}@127.0.0.1:9/{CANARY}")
    assert CANARY not in f"{channel!r} {channel.targets!r} {channel.unconfigured}"
    try:
        channel.send(channel.targets[0].key, None, 0)  # type: ignore[arg-type]
    except AttributeError as bug:
        assert CANARY not in "".join(traceback.format_exception(bug))
    assert MESSAGE.id not in repr(channel)


def test_a_secret_that_is_shown_is_found(tmp_path: Path) -> None:
    """The look at each test's output and files finds it, and passes over the folder of secrets."""
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "hook").write_text(CANARY)
    assert list(shown_in([("Captured log call", "all is well")], tmp_path)) == []
    (tmp_path / "store.db").write_bytes(b"\0" + CANARY.encode())
    assert list(shown_in([("Captured log call", f"POST /{CANARY}")], tmp_path)) == ["Captured log call", "store.db"]
    (tmp_path / "store.db").unlink()
