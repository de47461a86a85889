"""What Watcher says, as values: each phrase of the code has its French, and comes whole through store and processes."""

from __future__ import annotations

import ast
import copy
import json
import pickle
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, text
from sqlalchemy.dialects import sqlite

import watcher
from watcher import render
from watcher.message import Bulletin, Digest, Message, MessageKind, Notice, Retry, Route, content_from
from watcher.model import Alert, Level
from watcher.phrase import Moment, Phrase, Span, Value, from_json, to_json
from watcher.render import Form, Reader, say
from watcher.render.spoken import CATALOGUES
from watcher.render.words import LANGUAGES
from watcher.store import columns, vitals
from watcher.store.claims import claim, settle
from watcher.store.engine import Store
from watcher.store.outbox import put_notice
from watcher.store.schema import pauses

NOW = 1_792_002_400_000  # 14 October 2026, 18:26:40 UTC
FORMS: tuple[Form, ...] = ("text", "markdown", "html")
FRENCH = CATALOGUES["fr"]

# ── each phrase of the code has its French ───────────────────────────────────────────────────────


@dataclass(frozen=True)
class Said:
    """A phrase as the code has it, and the names of its values; `template` is None where it is no literal."""

    template: str | None
    plural: str
    names: frozenset[str]


def said_in(source: str) -> Iterator[Said]:
    """The phrases that a module makes."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Phrase":
            literal = [arg.value if isinstance(arg, ast.Constant) else None for arg in node.args]
            names = frozenset(keyword.arg or "**" for keyword in node.keywords)
            yield Said(literal[0], *(literal[1:] or [""]), names)


def holes(form: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", form))


def faults(said: Said, catalogue: Any) -> Iterator[str]:
    """What is wrong with a phrase of the code, or with its translation."""
    if said.template is None or said.plural is None:
        yield "not literal"
        return
    if not said.template:
        return
    wanted = holes(said.template) | holes(said.plural)
    if wanted | ({"n"} if said.plural else set()) != said.names:
        yield f"{said.template!r} has other holes than values"
    forms = catalogue.get(said.template)
    if forms is None:
        yield f"{said.template!r} is not translated"
        return
    *_, many = pair = (forms,) if isinstance(forms, str) else forms
    if said.plural and len(pair) == 1:
        yield f"{said.template!r} has no plural"
    if len(pair) == 2 and "n" not in said.names:
        yield f"{said.template!r} has a plural and no number"
    if holes(many) != wanted or not wanted - {"n"} <= holes(pair[0]) <= wanted:
        yield f"{said.template!r} is translated with other holes"


def sources() -> dict[str, str]:
    root = Path(watcher.__file__).parent
    made_here = root / "phrase.py"
    return {str(path.relative_to(root)): path.read_text() for path in root.rglob("*.py") if path != made_here}


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_every_phrase_of_the_code_is_translated(language: str) -> None:
    """Whatever Watcher says anywhere has its words in each language, with all values and with a plural where it counts;
    and nothing is translated that nobody says any more."""
    catalogue = CATALOGUES[language]
    phrases = {name: list(said_in(source)) for name, source in sources().items()}
    assert [
        f"{name}: {why}" for name, some in phrases.items() for said in some for why in faults(said, catalogue)
    ] == []
    templates = {said.template for some in phrases.values() for said in some}
    assert set(catalogue) - templates == set()
    assert len(templates) > 100


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ('Phrase("no such thing")', "'no such thing' is not translated"),
        ('Phrase(f"{name} is empty")', "not literal"),
        ('Phrase("one", plural)', "not literal"),
        ('Phrase("{name} is empty")', "'{name} is empty' has other holes than values"),
        ('Phrase("{name} is empty", name=a, why=b)', "'{name} is empty' has other holes than values"),
        ('Phrase("{n} day", "{n} days", n=1)', "'{n} day' has no plural"),
        ('Phrase("{n} week", "{n} weeks", n=1, a=b)', "'{n} week' has other holes than values"),
        ('Phrase("{a}, {b}", a=1, b=2)', "'{a}, {b}' is translated with other holes"),
        ('Phrase("{a} of", a=1)', "'{a} of' has a plural and no number"),
    ],
)
def test_a_phrase_without_its_french_is_found(source: str, fault: str) -> None:
    """The test above fails for a phrase that is missing, computed, or has other values than its translation."""
    catalogue = {"{name} is empty": "{name} est vide", "{n} day": "{n} jour", "{n} week": ("{n} sem.", "{n} sem.")}
    catalogue |= {"{a}, {b}": "{a}", "{a} of": ("{a} de", "{a} des")}
    (said,) = said_in(source)
    assert fault in list(faults(said, catalogue))


def test_french_is_set_as_in_print() -> None:
    """No line breaks before a colon, a semicolon, a question or an exclamation mark, nor inside « »."""
    forms = [form for forms in FRENCH.values() for form in ((forms,) if isinstance(forms, str) else forms)]
    assert [form for form in forms if re.search(r" [:;?!»]|« |[^\s\u00a0:][;?!]|\w:(?!/)", form)] == []
    assert FRENCH["Update: {why}"] == "Du nouveau\u00a0: {why}"
    assert FRENCH["'{term}' in {count} of {all}"] == "«\u00a0{term}\u00a0» ({count} sur {all})"


# ── values by their kind ─────────────────────────────────────────────────────────────────────────

KINDS: list[tuple[Phrase, str, str]] = [
    (Phrase("{n} outlet", "{n} outlets", n=0), "0 outlets", "0 média"),
    (Phrase("{n} outlet", "{n} outlets", n=1), "1 outlet", "1 média"),
    (Phrase("{n} outlet", "{n} outlets", n=10), "10 outlets", "10 médias"),
    (Phrase("and {n} more", n=1), "and 1 more", "et 1 autre"),
    (Phrase("and {n} more", n=2), "and 2 more", "et 2 autres"),
    (Phrase("level raised to {level}", level=Level.HIGH), "level raised to high", "passe au niveau élevé"),
    (
        Phrase("not acknowledged for {span}", span=Span(5400)),
        "not acknowledged for 1h30m",
        "sans accusé de réception depuis 1\u00a0h 30\u00a0min",
    ),
    (
        Phrase("{loaded} since {at}", loaded=Phrase("{n} in force", n=3), at=Moment(NOW, "Europe/Paris")),
        "3 in force since 14 October 2026 20:26 CEST",
        "3 en vigueur depuis le 14 octobre 2026 à 20h26 CEST",
    ),
    (
        Phrase.joined([Phrase("digest"), Phrase("read late"), "as it is"]),
        "digest, read late, as it is",
        "synthèse, lus en retard, as it is",
    ),
    (Phrase.joined([]), "", ""),
    (Phrase.plain("digest"), "digest", "digest"),
    (Phrase("{name} is empty", name="{why} {name}"), "{why} {name} is empty", "{why} {name} est vide"),
]


@pytest.mark.parametrize(("phrase", "english", "french"), KINDS, ids=lambda value: str(value)[:30])
def test_a_phrase_is_said_in_the_language_of_its_reader(phrase: Phrase, english: str, french: str) -> None:
    """Levels, spans, moments, numbers and phrases in phrases have words of the language; a value is only a value."""
    assert say(phrase, "en") == english
    assert say(phrase, "fr") == french


def test_a_phrase_is_told_anew_with_another_value() -> None:
    """What waits until another time says that one; a text that tells none stays as it is."""
    until = Phrase("digest at {until}", until=Moment(0)).with_values(until=Moment(60_000))
    assert (until, until.values) == ("digest at 1970-01-01 00:01 UTC", {"until": Moment(60_000)})
    assert Phrase.plain("by hand").with_values(until=Moment(0)) == "by hand"


def test_as_a_text_a_phrase_is_english() -> None:
    """Logs and programs get times that sort; spans and levels are written as in rules."""
    at = Moment(NOW, "Europe/Paris")
    assert f"{Phrase('{told}. The rest waits for the digest at {at}.', told=Phrase('digest'), at=at)}" == (
        "digest. The rest waits for the digest at 2026-10-14 20:26 CEST."
    )
    assert [str(Span(seconds)) for seconds in (0, 90, 93_600)] == ["0s", "1m30s", "1d2h"]


# ── kept and handed on ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("phrase", [phrase for phrase, _, _ in KINDS], ids=lambda value: str(value)[:30])
def test_a_phrase_survives_the_store_and_other_processes(phrase: Phrase) -> None:
    """What was kept, handed to a worker or copied is said in French as before; a program reads the English."""
    for same in (from_json(json.loads(json.dumps(to_json(phrase)))), pickle.loads(pickle.dumps(phrase))):
        assert (same, say(same, "fr")) == (phrase, say(phrase, "fr"))
    assert say(copy.deepcopy(phrase), "fr") == say(phrase, "fr")
    assert json.loads(json.dumps([phrase])) == [str(phrase)]


def old_and_strange() -> Iterator[tuple[Any, str]]:
    yield "10 outlets", "10 outlets"
    yield "", ""
    yield {"template": "a newer {thing}", "values": {"thing": {"level": "high"}}}, "a newer élevé"
    yield {"template": "{n} moose", "plural": "{n} meese", "values": {"n": 2}}, "2 meese"
    yield {"template": "{name} is empty"}, "{name} est vide"
    yield {"template": "{name} is empty", "values": {"name": {"colour": "red"}}}, "{'colour': 'red'} est vide"


@pytest.mark.parametrize(("kept", "french"), list(old_and_strange()))
def test_what_another_version_kept_still_reads(kept: Any, french: str) -> None:
    """A text of a store that knew no phrases stays as it is, and so does the English of a phrase that is not known."""
    assert say(from_json(kept), "fr") == french


@pytest.mark.parametrize(
    "row",
    [
        '{"template":"x","values":[1]}',
        '{"template":"x","plural":3,"values":{"n":2}}',
        '{"template":"{at}","values":{"at":{"moment":1,"timezone":"No/Where"}}}',
        '{"template":' + '{"a":' * 5_000,
    ],
    ids=["values", "plural", "timezone", "depth"],
)
def test_a_row_that_only_begins_like_a_phrase_is_a_text(row: str) -> None:
    """A store that another hand wrote to stops neither the daemon nor the commands that list what is in it."""
    assert say(columns.Said().process_result_value(row, sqlite.dialect()) or "", "fr") == row


@pytest.mark.parametrize("value", ["caf\udce9.pdf", "\ud800", "{n} {why}", '{"template":"x"}', "\u202e{text}"])
def test_values_come_out_of_the_store_so_that_they_can_be_printed(value: str) -> None:
    """A file's name that is no UTF-8, braces and JSON in what a phrase holds, or in a text, choose nothing."""
    said, dialect = columns.Said(), sqlite.dialect()
    for kept in (value, Phrase("no rule '{name}'", name=value)):
        read = said.process_result_value(said.process_bind_param(kept, dialect), dialect)
        assert read is not None
        assert read.encode() == str(kept).encode(errors="replace").replace(b"?", "\ufffd".encode())
        assert say(read, "fr").encode()


OLD_BODIES: list[tuple[MessageKind, dict[str, Any], str]] = [
    (MessageKind.NOTICE, {"event": "disk.low", "text": "7 MB are left for /inbox", "level": "high"}, "7 MB are left"),
    (
        MessageKind.DIGEST,
        {"id": "d", "why": "digest", "start": 0, "end": 1, "rules": [], "pulse": [["dead", "none"]], "level": "low"},
        "Non livrées\u00a0: none",
    ),
]


@pytest.mark.parametrize(("kind", "body", "shown"), OLD_BODIES)
def test_messages_written_before_an_upgrade_are_sent_as_they_were(
    kind: MessageKind, body: dict[str, Any], shown: str
) -> None:
    """What waited in the outbox when Watcher was upgraded goes out with the words that it had."""
    message = Message("m", kind, content_from(kind, body))
    made = render.render(message, "text", Reader(NOW, language="fr"))
    assert shown in f"{made.title}\n{made.body}"


def test_what_a_service_answered_is_told_in_french_days_later(store: Store) -> None:
    """The cause of a failure waits in the store as a phrase, and older rows as a text."""
    with store.write() as conn:
        put_notice(conn, "desk", ("x",), Notice("event", Phrase.plain("a")), NOW)
    claimed = claim(store, Route("desk", "x"), NOW, 1000)
    assert claimed is not None
    settle(store, claimed, Retry(Phrase("the mail server refuses it: SMTP {code}", code=450)), NOW, retry_at=NOW + 1)
    with store.read() as conn:
        (stalled,) = vitals.stalled(conn, NOW)
    assert str(stalled.why) == "the mail server refuses it: SMTP 450"
    assert say(stalled.why, "fr") == "le serveur de courriel refuse\u00a0: SMTP 450"


@pytest.mark.parametrize("kept", ["HTTP 500", '{"template":"digest"}', '{"template":', "\x00", ""])
def test_a_text_in_a_column_of_phrases_stays_a_text(store: Store, kept: str) -> None:
    """Whatever it looks like, and also where a Watcher wrote it that knew no phrases."""
    row = {"channel": "desk", "target": "x", "address": 1, "failures": 1, "since": 1, "until": 1}
    with store.write() as conn:
        conn.execute(insert(pauses).values(**row, why=kept))
        (why,) = conn.execute(select(pauses.c.why)).scalars()
    assert say(why, "fr") == why == kept.replace("\x00", "\ufffd")
    with store.write() as conn:
        conn.execute(text("UPDATE pauses SET why = 'digest'"))
        (old,) = conn.execute(select(pauses.c.why)).scalars()
    assert say(old, "fr") == "digest"


# ── escaped ──────────────────────────────────────────────────────────────────────────────────────

HOSTILE = "<b onclick='x'>*_[a](b)</b>\n\x1b[31m\u202e@everyone {why} {n}"


def told(kind: MessageKind, value: str) -> Message:
    """A message with a value that came from outside in each phrase of it."""
    inner = Phrase("unconfigured: {why}", why=Phrase("{name} is empty", name=value))
    content: Bulletin | Digest | Notice
    if kind is MessageKind.NOTICE:
        content = Notice("event", Phrase("{part} waits: {why}", part=value, why=inner))
    elif kind is MessageKind.DIGEST:
        content = Digest("d", Phrase("channel {channel} works again", channel=value), 0, NOW, (), (("a", inner),))
    else:
        alert = Alert("id", "rule", "Rule", Level.LOW, NOW, {"title": "Article"}, ())
        news = Phrase("also rule {rules}", "also rules {rules}", n=2, rules=value)
        content = Bulletin("g", Level.LOW, (alert,), why=Phrase.joined([news, inner]))
    return Message("m", kind, content)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", [MessageKind.NOTICE, MessageKind.DIGEST, MessageKind.ALERT])
def test_values_are_escaped(kind: MessageKind, form: Form, language: str) -> None:
    """The name of a rule, a channel or an error brings no markup, mention, control or bidi character into a message."""
    made = render.render(told(kind, HOSTILE), form, Reader(NOW, language=language))
    assert not set(made.title + made.body) & set("\x1b\u202e")
    assert "@everyone" not in made.body or form == "html"  # where no service reads mentions
    assert "{why} {n}" in made.body
    if form == "html":
        assert re.findall(r"<[^>]*>", made.body) == [tag for tag in re.findall(r"<[^>]*>", made.body) if tag in TAGS]
    else:
        assert "[a](b)" not in made.body
    if form == "markdown":
        assert "<b" not in made.body.replace("\\<b", "")


TAGS = ("<b>", "</b>", "<br />")


@given(st.text(), st.sampled_from(LANGUAGES), st.sampled_from(FORMS))
def test_any_value_stays_on_the_first_line(value: Value, language: str, form: Form) -> None:
    """Whatever a channel is called, the first line has at most 78 characters and is one line."""
    made = render.render(told(MessageKind.NOTICE, str(value)), form, Reader(NOW, language=language))
    assert len(made.title) <= render.TITLE_LIMIT
    assert len(made.title.splitlines()) == 1
