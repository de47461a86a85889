"""What services really get of groups, of long digests and of hostile titles."""

from __future__ import annotations

import re
import urllib.parse
from dataclasses import replace

import pytest
from pytest_httpserver import HTTPServer

from tests.test_channels import ALERT, NOW, at, open_urls, send
from watcher.message import Bulletin, Digest, DigestRule, DigestStory, Message, MessageKind, Retry, Sent
from watcher.model import Level

BULLETIN = Bulletin("g", Level.CRITICAL, (replace(ALERT, level=Level.CRITICAL),), ("Rule title",), 12, 9, "9 outlets")


def test_a_json_webhook_of_a_group(httpserver: HTTPServer) -> None:
    """A group has the fields of an alert in a JSON webhook, and its own beside them."""
    httpserver.expect_request("/hook", method="POST").respond_with_data("")
    assert send(open_urls(at(httpserver)), Message("m", MessageKind.ALERT, BULLETIN)) == Sent()
    body = httpserver.log[0][0].get_json()
    mine = {"id": "0190-alert", "rule": "my-rule", "level": "critical", "message_id": "m", "group": "g"}
    mine |= {"why": "9 outlets", "outlets": 9, "total": 12, "matched": ["Rule title"], "alerts": ["0190-alert"]}
    assert body.items() >= mine.items()
    assert body["title"] == "CRITICAL · Update · Article"


def long_digest(rules: int) -> Message:
    """A digest of 400 to 500 characters a rule."""
    stories = tuple(
        DigestStory(replace(ALERT, article={"title": f"{n} {'Une longue histoire. ' * 4}"})) for n in range(4)
    )
    told = tuple(DigestRule(f"r{n}", f"Rule {n}", Level.HIGH, stories, 4, 4) for n in range(rules))
    return Message("0190-digest", MessageKind.DIGEST, Digest("d", "digest", 0, NOW, told, level=Level.HIGH))


def sent_texts(server: HTTPServer, field: str) -> list[str]:
    return [request.get_json()[field] for request, _ in server.log]


LONG = [  # kind, the field of the text, the service's limit, whether the title stands in the text
    ("mmost", "text", 4000, True),
    ("discord", "content", 2000, True),
    ("tgram", "text", 4096, True),
    ("gotify", "message", 32768, False),
    ("json", "message", 32768, False),
]


@pytest.mark.parametrize(("kind", "field", "limit", "titled"), LONG)
def test_a_long_digest_comes_in_parts_that_the_service_takes(
    kind: str, field: str, limit: int, titled: bool, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every part is within the limit and numbered, has a key of its own, and all rules arrive once and in order."""
    httpserver.expect_request(re.compile(".*")).respond_with_json({"ok": True})
    open_urls("json://localhost")
    from apprise.plugins.discord import NotifyDiscord
    from apprise.plugins.telegram import NotifyTelegram

    monkeypatch.setattr(NotifyDiscord, "notify_url", httpserver.url_for("/discord"))
    monkeypatch.setattr(NotifyTelegram, "notify_url", httpserver.url_for("/bot"))
    urls = {
        "mmost": at(httpserver, "mmost", "/abcdefghijklmnopqrstuvwxyz"),
        "discord": "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV",
        "tgram": "tgram://123456789:abcdefg_hijklmnop/12315544/",
        "gotify": at(httpserver, "gotify", "/token"),
        "json": at(httpserver),
    }
    rules = 3 * limit // 450 if limit < 5000 else 60
    assert send(open_urls(urls[kind]), long_digest(rules)) == Sent()
    texts = sent_texts(httpserver, field)
    parts = len(texts)
    assert all(len(text) <= limit for text in texts)
    assert (parts > 2) == titled
    assert re.findall(r"Rule (\d+)\b(?!</b> title)", "\n".join(texts)) == [str(n) for n in range(rules)]
    keys = [request.headers["Idempotency-Key"] for request, _ in httpserver.log]
    assert keys == ["0190-digest", *(f"0190-digest.{n}" for n in range(1, parts))]
    if titled:
        assert all(f"({n}/{parts})" in text[:100] for n, text in enumerate(texts, 1))


def test_the_first_part_that_fails_ends_the_try(httpserver: HTTPServer) -> None:
    """Where a service takes one part and not the next, no more are sent."""
    httpserver.expect_ordered_request(re.compile(".*")).respond_with_json({})
    httpserver.expect_ordered_request(re.compile(".*")).respond_with_json({}, status=503)
    channel = open_urls(at(httpserver, "mmost", "/abcdefghijklmnopqrstuvwxyz"))
    assert send(channel, long_digest(40)) == Retry("HTTP 503")
    assert len(httpserver.log) == 2


HOSTILE_TITLE = "Subject\r\nBcc: all@example.org\r\n\r\n<b>\u202egpj.exe\x00 =?utf-8?q?x?= @everyone"


@pytest.mark.parametrize("kind", ["json", "form", "xml", "ntfy", "gotify", "mmost"])
def test_a_hostile_title_stays_one_line(kind: str, httpserver: HTTPServer) -> None:
    """No title adds a header or a request, and no control character of it reaches a service."""
    httpserver.expect_request(re.compile(".*")).respond_with_json({})
    alert = replace(ALERT, article={"title": HOSTILE_TITLE})
    path = "/abcdefghijklmnopqrstuvwxyz" if kind == "mmost" else "/topic"
    assert send(open_urls(at(httpserver, kind, path)), Message("m", MessageKind.ALERT, alert)) == Sent()
    ((request, _),) = httpserver.log
    assert "Bcc" not in request.headers
    told = urllib.parse.unquote_plus(request.get_data().decode())
    assert not set(told) & set("\x00\r\u202e")
    assert "\\u202e" not in told
    assert "\\u0000" not in told
    assert "Subject Bcc" in told
