"""The messages that docs/messages.md shows are those that Watcher makes."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from watcher.channels import open_channels
from watcher.message import Bulletin, Digest, DigestRule, DigestStory, Message, MessageKind, Notice
from watcher.model import Alert, Level
from watcher.phrase import Phrase, Span
from watcher.render import LANGUAGES, TITLE_LIMIT, Form, Reader, record, render
from watcher.render.cleaning import screen_width
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
    why=Phrase.joined(
        [
            Phrase("{n} outlet", "{n} outlets", n=10),
            Phrase("also rule {rules}", "also rules {rules}", n=1, rules="border"),
        ]
    ),
)
OTHER = "Islamabad change de ton envers Kaboul"
DIGEST = Digest(
    "01a20000-0000-7000-8000-0000000000bb",
    Phrase("quiet hours {names} ended", names="nights"),
    NOW - 8 * HOUR,
    NOW,
    (
        DigestRule(
            "aid",
            AID,
            Level.HIGH,
            (DigestStory(GROUP.alerts[0], 9, 6, ({**ONE.article, "title": OTHER},)), DigestStory(GROUP.alerts[2])),
            5,
            13,
        ),
        DigestRule("old", "Old news", Level.LOW, (DigestStory(alert(5, "persee.fr", "2021-10-20")),), 1, 1),
    ),
    level=Level.HIGH,
)
PULSE = Digest(
    "01a20000-0000-7000-8000-0000000000cc",
    Phrase("digest"),
    NOW - 24 * HOUR,
    NOW,
    pulse=(
        (
            "articles",
            Phrase(
                "{said}; the week before: {mean}",
                "{said}; mean of the last {n} weeks: {mean}",
                n=4,
                said=Phrase("{read} from {n} source", "{read} from {n} sources", read=812, n=41),
                mean=Phrase("{read} from {n} source", "{read} from {n} sources", read=790, n=40),
            ),
        ),
        ("silent_sources", Phrase.plain("tolonews.com")),
    ),
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


# ── every kind, in every form and language ───────────────────────────────────────────────────────

LONG = "Les ministres réunis à Douchanbé appellent à une reprise immédiate du dialogue entre Kaboul et ses voisins"
ARABIC = "طالبان: وزير الخارجية الباكستاني يصل إلى كابول لإجراء محادثات بشأن الحدود المشتركة بين البلدين"


def titled(title: str, **more: object) -> Alert:
    return replace(ONE, article={**ONE.article, "title": title, **more})


def crowd(why: Phrase, *, reminder: bool = False) -> Bulletin:
    """Forty outlets, thirty rules, and an article of each of the newest ten."""
    alerts = tuple(
        replace(alert(n % 10, f"s{n}.org", "2026-10-14", f"rule-{n}", f"Rule {n}")) for n in range(10, 0, -1)
    )
    rules = tuple(f"Rule {n}" for n in range(1, 31))
    return Bulletin("group", Level.CRITICAL, alerts, rules, 120, 40, why, reminder)


NEWS = Phrase("level raised to {level}", level=Level.CRITICAL)
UNHEARD = Phrase("not acknowledged for {span}", span=Span(900))
FAILS = Notice(
    "channel.failing",
    Phrase(
        "channel {channel}: {n} message not delivered for {minutes} min: {why}",
        channel=ARABIC,
        n=1,
        minutes=25,
        why=LONG,
    ),
    Level.HIGH,
)
# (what is sent, how the first line begins, what stands in the body, in this order), for each language
SENT: dict[str, tuple[Message, dict[str, list[str]]]] = {
    "long title": (
        Message("m", MessageKind.ALERT, titled(LONG)),
        {
            "en": [
                "HIGH · Les ministres",
                LONG,
                AID,
                "Pakistan",
                "frontière",
                "rfi.fr · fr · 3 h ago",
                "://rfi.fr",
                "Alert 01a2",
            ],
            "fr": [
                "ÉLEVÉ · Les ministres",
                LONG,
                AID,
                "Pakistan",
                "frontière",
                "fr · il y a 3_h (17h05",
                "://rfi.fr",
                "Alerte 01a2",
            ],
        },
    ),
    "right to left": (
        Message("m", MessageKind.ALERT, titled(ARABIC, published=None)),
        {
            "en": [f"HIGH · {ARABIC[:40]}", ARABIC, AID, "rfi.fr · fr · undated", "Alert 01a2"],
            "fr": [f"ÉLEVÉ · {ARABIC[:40]}", ARABIC, AID, "rfi.fr · fr · sans date", "Alerte 01a2"],
        },
    ),
    "old": (
        Message("m", MessageKind.ALERT, titled("Court", published="2021-10-01")),
        {
            "en": ["HIGH · Court", AID, "fr · 1 October 2021, 5 years old"],
            "fr": ["ÉLEVÉ · Court", AID, "fr · 1er octobre 2021, il y a 5 ans"],
        },
    ),
    "group": (
        Message("m", MessageKind.ALERT, crowd(Phrase(""))),
        {
            "en": [
                "CRITICAL · ",
                "Rule 1",
                "Rule 10",
                "and 20 more rules",
                "40 outlets",
                "• ",
                "and 30 more outlets",
                "Alert ",
            ],
            "fr": ["CRITIQUE · ", "Rule 1", "et 20 autres règles", "40 médias", "• ", "et 30 autres médias", "Alerte "],
        },
    ),
    "update": (
        Message("m", MessageKind.ALERT, crowd(NEWS)),
        {
            "en": ["CRITICAL · Update · ", "Update: level raised to critical", "Rule 1"],
            "fr": ["CRITIQUE · Du nouveau · ", "Du nouveau_: passe au niveau critique", "Rule 1"],
        },
    ),
    "escalation": (
        Message("m", MessageKind.ALERT, crowd(UNHEARD, reminder=True)),
        {
            "en": [
                "CRITICAL · Reminder · ",
                "Reminder: not acknowledged for 15m",
                "Acknowledge: watcher alerts ack 01a2",
                "Rule 1",
            ],
            "fr": [
                "CRITIQUE · Rappel · ",
                "Rappel_: sans accusé de réception depuis 15_min",
                "Accuser réception_: watcher alerts ack 01a2",
                "Rule 1",
            ],
        },
    ),
    "digest": (
        Message("m", MessageKind.DIGEST, DIGEST),
        {
            "en": [
                "HIGH · Digest: 14 alerts, 6 stories",
                "Quiet hours nights ended · 12:26 – 20:26 CEST",
                "13 alerts",
                "Digest 01a2",
            ],
            "fr": [
                "ÉLEVÉ · Synthèse_: 14 alertes, 6 sujets",
                "Fin des heures calmes (nights) · 12h26 – 20h26 CEST",
                "Synthèse 01a2",
            ],
        },
    ),
    "empty digest": (
        Message("m", MessageKind.DIGEST, PULSE),
        {
            "en": [
                "INFORMATIONAL · Digest: nothing to tell",
                "Articles:",
                " 812 from 41 sources; mean",
                "Silent sources:",
            ],
            "fr": [
                "INFORMATION · Synthèse_: rien à signaler",
                "Articles_:",
                " 812 de 41 sources_; moyenne",
                "Sources muettes_:",
            ],
        },
    ),
    "notice": (
        Message("m", MessageKind.NOTICE, FAILS),
        {
            "en": [
                "HIGH · Channel ",
                "1 message not delivered for 25 min",
                LONG,
                "Watcher: channel failing",
                "Message m",
            ],
            "fr": [
                "ÉLEVÉ · Canal ",
                "1 message non livré depuis 25_min_: ",
                LONG,
                "Watcher_: canal en panne",
                "Message m",
            ],
        },
    ),
    "test alert": (
        Message("m", MessageKind.SAMPLE, titled("Court")),
        {"en": ["TEST · Court", AID, "Alert 01a2"], "fr": ["ESSAI · Court", AID, "Alerte 01a2"]},
    ),
}


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(SENT))
def test_every_kind_of_message(kind: str, language: str, form: Form) -> None:
    """A first line for a lock screen; below it what was cut there, why, the rules, the evidence, where from, how old,
    the others and the id, in this order; in French with spaces that do not break."""
    sent, wanted = SENT[kind]
    made = render(sent, form, Reader(NOW, "Europe/Paris", language))
    first, *rest = wanted[language]
    assert len(made.title) <= TITLE_LIMIT
    assert re.sub("[\u2068\u2069]", "", made.title.replace("\u00a0", "_")).startswith(first)
    body = re.sub("[*]{2}|</?b>|[\\\\\u2068\u2069]", "", html.unescape(made.body)).replace("\u00a0", "_")
    places = [body.find(part) for part in rest]
    assert -1 not in places and places == sorted(places), body
    if language == "fr":
        assert not re.search(r" [:;?!](?!/)", made.title + body)


def test_what_is_written_from_right_to_left_does_not_turn_what_follows() -> None:
    """The hours behind an Arabic title stand with their word, and a number at its begin on its right: it and its source
    are kept to themselves, in the first line and below."""
    group = Bulletin("g", Level.HIGH, (ONE, titled(ARABIC, source="طلوع")), total=2)
    made = render(Message("m", MessageKind.ALERT, group), "text", Reader(NOW, "Europe/Paris"))
    assert f"• \u2068{ARABIC}\u2069 · \u2068طلوع\u2069 · 3 h ago" in made.body
    latin = titled("Article", source="afp")
    made = render(Message("m", MessageKind.ALERT, replace(group, alerts=(ONE, latin))), "text", Reader(NOW))
    assert "\u2068" not in made.body


@pytest.mark.parametrize(
    ("title", "line"),
    [
        ("12 قتلى", "HIGH · \u206812 قتلى\u2069"),
        ("地震" * 17, "HIGH · " + "地震" * 17),
        ("地震" * 40, "HIGH · " + "地震" * 17 + "地…"),
        ("x" * 69 + "a\u0301\u0323b" + "x" * 9, "HIGH · " + "x" * 69 + "…"),
        ("x" * 68 + "\U0001f469\u200d\U0001f692 x", "HIGH · " + "x" * 68 + "…"),
        ("x" * 68 + "\U0001f44d\U0001f3fd xx", "HIGH · " + "x" * 68 + "…"),
        ("a" + "\u0301" * 500, "HIGH · a" + "\u0301" * 69 + "…"),
    ],
    ids=["right to left", "wide", "wide and long", "marks", "joined", "tone", "only marks"],
)
def test_the_first_line_fits_a_lock_screen_in_every_script(title: str, line: str) -> None:
    """East Asian characters take two columns of its 78, and it is cut between letters, not between one and its
    marks."""
    made = render(Message("m", MessageKind.ALERT, titled(title)), "text", Reader(NOW))
    assert made.title == line
    assert len(line) <= screen_width(line) <= TITLE_LIMIT
