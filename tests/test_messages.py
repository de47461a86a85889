"""The messages that docs/messages.md shows are those that Watcher makes."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from watcher.channels import open_channels
from watcher.message import Bulletin, Digest, DigestRule, DigestStory, Message, MessageKind
from watcher.model import Alert, Level
from watcher.render import Form, Reader, record, render
from watcher.render.templated import templated
from watcher.render.templates import Template, faults

DOC = Path(__file__).parent.parent / "docs" / "messages.md"
NOW = 1_792_002_400_000  # 14 October 2026, 18:26:40 UTC
HOUR = 3_600_000
AID = "Aid from Pakistan to the Taliban"
BORDER = "Taliban activity in or at the border of Central Asia"
SENTENCES = (
    "Le Pakistan accorde son aide aux talibans contre Daech.",
    "Deux postes de la frontière tadjike ont été fermés lundi.",
)


def evidence(at: str, hit: str, number: int) -> dict[str, object]:
    start = 1000 * number + SENTENCES[number].index(hit)
    span = {"start": start, "end": start + len(hit), "text": hit}
    return {"condition": "keywords", "at": at, **span, "sentence": SENTENCES[number], "sentence_start": 1000 * number}


def alert(number: int, source: str, published: str | None, rule: str = "aid", title: str = AID) -> Alert:
    path = f"{source}/{number}.html"
    article = {"title": f"Islamabad et les talibans parlent de <Daech> ({number})", "source": source, "language": "fr"}
    article |= {"published": published, "url": f"https://{source}/a?id={number}&x=1", "path": path}
    hits = (evidence("all[0]", "Pakistan", 0), evidence("all[1]", "talibans", 0), evidence("all[2]", "frontière", 1))
    level = Level.HIGH if rule == "aid" else Level.CRITICAL
    return Alert(f"01a20000-0000-7000-8000-00000000000{number}", rule, title, level, NOW, article, hits)


ONE = alert(1, "rfi.fr", "2026-10-14T15:05:00+00:00")
GROUP = Bulletin(
    "01a20000-0000-7000-8000-0000000000aa",
    Level.CRITICAL,
    (
        alert(4, "dw.com", "2026-10-14T17:00:00+00:00"),
        alert(3, "lemonde.fr", "2026-10-14", "border", BORDER),
        alert(2, "bbc.com", "2026-10-13"),
    ),
    (BORDER, AID),
    total=14,
    outlets=10,
    why="10 outlets, also rule border",
)
DIGEST = Digest(
    "01a20000-0000-7000-8000-0000000000bb",
    "quiet hours nights ended",
    NOW - 8 * HOUR,
    NOW,
    (
        DigestRule("aid", AID, Level.HIGH, (DigestStory(GROUP.alerts[0], 9, 6), DigestStory(GROUP.alerts[2])), 5, 13),
        DigestRule("old", "Old news", Level.LOW, (DigestStory(alert(5, "persee.fr", "2021-10-20")),), 1, 1),
    ),
    level=Level.HIGH,
)
PULSE = Digest(
    "01a20000-0000-7000-8000-0000000000cc",
    "digest",
    NOW - 24 * HOUR,
    NOW,
    pulse=(("articles", "812 of 41 sources, mean of the last 4 weeks 790 of 40"), ("silent_sources", "tolonews.com")),
)
CONTENTS = {"alert": ONE, "group": GROUP, "digest": DIGEST, "pulse": PULSE}


def message(name: str) -> Message:
    content = CONTENTS[name]
    return Message("message", MessageKind.DIGEST if isinstance(content, Digest) else MessageKind.ALERT, content)


def shown(name: str, form: Form, language: str = "en") -> str:
    made = render(message(name), form, Reader(NOW, "Europe/Paris", language))
    return f"{made.title}\n\n{made.body}"


def on_console(name: str) -> str:
    stdout = io.StringIO()
    console = open_channels({}, {}, (), stdout)["console"]
    console.send("console", message(name), NOW)
    return stdout.getvalue().rstrip("\n")


def examples() -> Iterator[tuple[str, str, str]]:
    """(name, language of the block, what stands in it)."""
    yield "alert as text", "text", shown("alert", "text")
    yield "alert as Markdown", "markdown", shown("alert", "markdown")
    yield "alert as HTML", "html", shown("alert", "html")
    yield "alert on the terminal", "text", on_console("alert")
    yield "alert in French", "text", shown("alert", "text", "fr")
    yield "group", "text", shown("group", "text")
    yield "group in French", "text", shown("group", "text", "fr")
    yield "digest", "text", shown("digest", "text")
    yield "pulse", "text", shown("pulse", "text")
    line = json.dumps(record(message("group")) | {"evidence": ["..."]}, ensure_ascii=False, indent=1)
    yield "line of JSON", "json", line


@pytest.mark.parametrize(("name", "language", "block"), list(examples()), ids=lambda value: value[:20])
def test_the_page_shows_what_is_sent(name: str, language: str, block: str) -> None:
    """Each example of the page is the message itself, to the letter."""
    assert f"```{language}\n{block}\n```" in DOC.read_text(), name


def test_the_templates_of_the_page_can_be_used() -> None:
    """Who copies a template of the page gets the message that stands beside it."""
    blocks = DOC.read_text().split("```jinja\n")[1:]
    assert blocks
    for block in blocks:
        template = Template("desk.txt", block.partition("```")[0])
        assert faults(template) == []
        got = templated(message("group"), template, "text", Reader(NOW, "Europe/Paris"))
        assert got is not None
        assert f"```text\n{got.body}\n```" in DOC.read_text()
