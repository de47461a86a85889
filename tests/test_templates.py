"""A channel's own template: what it may say, where its faults are told, and that it can do no harm."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer

from watcher.channels import open_channels
from watcher.errors import RulesError
from watcher.message import Bulletin, Digest, Message, MessageKind, Notice, Sent
from watcher.model import Alert, Level
from watcher.phrase import Phrase
from watcher.render import Form, Reader, compose, title_of
from watcher.render.templated import templated
from watcher.render.templates import LARGEST, LARGEST_OUTPUT, Template, faults
from watcher.rulefiles import load_checked, read_files

NOW = 1_792_002_400_000  # 14 October 2026, 18:26:40 UTC
READER = Reader(NOW, "Europe/Paris")
HOSTILE = "<script>*x* [a](b) @everyone\x1b\u202e\ud800"
FORMS: tuple[Form, ...] = ("text", "markdown", "html")


def alert(number: int = 1, **article: Any) -> Alert:
    facts = {"title": f"Article {number}", "source": "rfi.fr", "language": "fr", "url": f"https://example.org/{number}"}
    hit = {"at": "", "text": "aide", "start": 3, "end": 7, "sentence": "De l'aide <ici>.", "sentence_start": -2}
    return Alert(f"id-{number}", "aid", "Aid", Level.HIGH, 0, facts | article, (hit | {"start": 3},))


GROUP = Bulletin("g", Level.HIGH, (alert(1), alert(2)), ("Aid", "War"), 9, 7, "level raised to high")


def filled(text: str, content: Any = GROUP, file: str = "desk.txt", form: Form = "text") -> str:
    template = Template(file, text)
    assert faults(template) == []
    got = templated(Message("m", MessageKind.ALERT, content), template, template.form(form), READER)
    assert got is not None
    return got.body


# ── what it makes ────────────────────────────────────────────────────────────────────────────────


def test_one_text_serves_every_form() -> None:
    """A .txt template is written once: lines, marked hits, links and escapes are those of each service's form."""
    text = "{{ level_name }} <{{ source }}>\n{% for s in evidence %}\n> {{ s }}\n{% endfor %}\n\n{{ link }}\n"
    assert filled(text, form="text") == "HIGH <rfi.fr>\n> De l'**aide** <ici>.\n\nhttps://example.org/1"
    assert filled(text, form="markdown").split("\n") == [
        *("HIGH <rfi.fr>  ", "> De l'**aide** \\<ici>.  ", "  ", "<https://example.org/1>")
    ]
    assert filled(text, form="html").startswith(
        "HIGH &lt;rfi.fr&gt;<br />&gt; De l&#x27;<b>aide</b> &lt;ici&gt;.<br />"
    )


def test_an_html_template_keeps_its_own_markup() -> None:
    """In a file of a form what is written stands as it is, and only what is printed is escaped."""
    assert filled("<h1>{{ title }}</h1>", alert(title=HOSTILE), "desk.html.j2", "html") == (
        "<h1>&lt;script&gt;*x* [a](b) @everyone\ufffd</h1>"
    )


def test_the_articles_of_a_group() -> None:
    """A template lists the other articles and says how many more there are, and why the group speaks again."""
    text = "{{ why }}: {% for a in articles %}{{ loop.index }} {{ a.title }} ({{ a.age }}) {% endfor %}{{ more }}"
    assert filled(text) == "level raised to high: 1 Article 2 (undated) and 6 more outlets"


def test_a_reminder_says_how_to_end_it() -> None:
    """`acknowledge` is the line with the command, and empty but in a reminder."""
    text = "{{ why }}{% if acknowledge %}: {{ acknowledge }}{% endif %}"
    reminder = Bulletin("g", Level.HIGH, (alert(),), ("Aid",), why=Phrase("not acknowledged for 15m"), reminder=True)
    assert filled(text, reminder) == "not acknowledged for 15m: Acknowledge: watcher alerts ack id-1"
    assert filled(text) == "level raised to high"


@pytest.mark.parametrize("form", FORMS)
def test_the_usual_body_can_stand_in_a_template(form: Form) -> None:
    """`body` is the message as it is without a template, so that one can be added to it."""
    message = Message("m", MessageKind.ALERT, GROUP)
    plain = templated(message, Template("a.txt", "{{ body }}"), form, READER)
    more = templated(message, Template("a.txt", "{{ body }}\nCall the desk."), form, READER)
    assert plain is not None
    assert more is not None
    assert more.body.startswith(plain.body)
    assert more.title == title_of(compose(message, READER))


def test_digests_and_notices_have_no_template() -> None:
    """A template made for alerts cannot swallow a digest or what Watcher says of itself."""
    template = Template("a.txt", "x")
    for content in (Digest("d", "why", 0, 1), Notice("e", "text")):
        assert templated(Message("m", MessageKind.DIGEST, content), template, "text", READER) is None


# ── faults ───────────────────────────────────────────────────────────────────────────────────────

FAULTS = [
    ("a\n  {{ titel }}", 2, 6, "unknown name 'titel'"),
    ("{{ title|safe }}", 1, 10, "unknown filter 'safe'; what is printed is escaped already"),
    ("{% for a in articles %}{{ a.titel }}{% endfor %}", 1, 29, "unknown field 'titel'"),
    ("{{ title.__class__ }}", 1, 10, "unknown field '__class__'"),
    ("x {{ title }", 1, 3, "unexpected '}'"),
    ("{% if title %}", 1, 1, "Unexpected end of template"),
    ("{{ title() }}", 1, 1, "nothing can be called"),
    ("{% set a = 1 %}", 1, 1, "there is no 'set'"),
    ("{{ 9 ** 9 ** 9 }}", 1, 1, "'pow' is not for templates"),
    ("{{ 'x' * 9 }}", 1, 1, "'mul' is not for templates"),
    ("{{ '%9s' % 1 }}", 1, 1, "'mod' is not for templates"),
    ("{{ title ~ title }}", 1, 1, "there is no '~'"),
    ('{% include "x" %}', 1, 1, "there is no 'include'"),
    ("{% autoescape false %}{% endautoescape %}", 1, 1, "'scope' is not for templates"),
    ("{% for a in articles recursive %}{% endfor %}", 1, 22, "a loop cannot call itself"),
    ("{% for _steps in articles %}{% endfor %}", 1, 8, "'_steps' cannot name what a loop goes through"),
    ("{{ [[1]] }}", 1, 1, "a list in a template holds only texts and numbers"),
    ("{{" + "(" * 9000 + "1" + ")" * 9000 + "}}", 1, 1, "nested too deeply"),
    ("{{ title" + "|upper" * 900 + "}}", 1, 1, "more than 30 tags or filters in one another"),
    ("{% for a in articles %}" * 25 + "{% endfor %}" * 25, 1, 1, "nested too deeply"),
    ("x" * (LARGEST + 1), 1, 1, "a template of more than 32,768 characters"),
]


@pytest.mark.parametrize(("text", "line", "column", "message"), FAULTS, ids=lambda v: v[:20] if type(v) is str else "")
def test_faults_have_their_place(text: str, line: int, column: int, message: str) -> None:
    """What a template may not say is told with its line and column before anything is sent."""
    first = faults(Template("desk.txt", text))[0]
    assert (first.line, first.column) == (line, column)
    assert first.message.startswith(message)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{% if title > 3 %}{% endif %}", "'>' not supported"),
        (
            "{% for a in articles %}{% for b in rules %}" * 7 + "x" + "{% endfor %}{% endfor %}" * 7,
            "its loops go round",
        ),
        ("{% for a in evidence %}" * 9 + "x" * 30_000 + "{% endfor %}" * 9, "it makes more than"),
        ("{{ rules|join('" + "x" * 32_000 + "') }}{{ evidence|join('x') }}", None),
        ("{% for c in title %}{% endfor %}", "only a list has items"),
        ("{{ articles }}", "only texts and numbers can be printed"),
        (" ", "it makes nothing"),
    ],
    ids=lambda value: value[:20] if value else "",
)
def test_a_template_that_fails_costs_nothing_of_the_message(text: str, why: str | None) -> None:
    """What cannot be filled, or goes on for too long, is sent as if there were no template, and says why."""
    many = Bulletin("g", Level.HIGH, tuple(alert(n) for n in range(10)), tuple("abcdefghij"), 10)
    repeated = [{**e, "sentence_start": n * 50 - 2, "at": str(n)} for n in range(3) for e in alert().evidence]
    group = Bulletin(
        "g", Level.HIGH, (Alert("i", "r", "R", Level.HIGH, 0, {}, tuple(repeated)), *many.alerts), ("R", "S")
    )
    body = filled(text, group)
    assert len(body) <= LARGEST_OUTPUT
    assert (f"The channel's template could not be used: {why}" in body) == bool(why)
    assert ("Alert i" in body) == bool(why)


@given(st.text(st.sampled_from("{}%#|.()[]'\" \nabtile_for in if end articles x1~*"), max_size=80))
def test_any_template_is_refused_or_filled(text: str) -> None:
    """No text makes the reading of rules or the sending of an alert fail."""
    template = Template("desk.txt", text)
    if not faults(template):
        assert templated(Message("m", MessageKind.ALERT, GROUP), template, "html", READER) is not None


@given(st.text(max_size=60))
def test_html_of_a_template_holds_no_markup_of_the_article(text: str) -> None:
    """Whatever an article says, a template prints it escaped."""
    content = alert(title=text, source=text, url=text)
    body = filled("{{ title }}{{ source|upper }}{{ link }}{{ rules|join(', ') }}", content, "a.html", "html")
    assert not set(body.replace("<a href=", "").replace("</a>", "").replace('">', "")) & set("<")


# ── in the rules ─────────────────────────────────────────────────────────────────────────────────

RULES = """\
version: 1
channels:
  desk: {urls: ["json://127.0.0.1:1/x"], template: TEMPLATE}
"""


def refused(home: Path, rules: str) -> list[str]:
    (home / "rules.yaml").write_text(rules)
    with pytest.raises(RulesError) as caught:
        load_checked(home / "rules.yaml", {})
    return [str(fault).removeprefix(f"{home}/") for fault in caught.value.faults]


def test_a_templates_faults_are_told_with_those_of_the_rules(tmp_path: Path) -> None:
    """Loading names the template's file, line and column; a file that is not there is told where it is named."""
    (tmp_path / "messages").mkdir()
    (tmp_path / "messages/desk.md").write_text("**{{ titel }}**")
    assert refused(tmp_path, RULES.replace("TEMPLATE", "messages/desk.md"))[0].startswith(
        "messages/desk.md:1:6: unknown name 'titel'; there are acknowledge, age"
    )
    assert refused(tmp_path, RULES.replace("TEMPLATE", "gone.txt")) == ["rules.yaml:3:52: no file 'gone.txt'"]
    assert refused(tmp_path, RULES.replace("TEMPLATE", "desk.doc")) == [
        "rules.yaml:3:52: a template is a file by a name such as desk.txt, desk.md or desk.html, not 'desk.doc'"
    ]
    assert refused(tmp_path, "version: 1\nchannels: {a: {console: true, template: a.txt}}\n") == [
        "rules.yaml:2:41: no file 'a.txt'",
        "rules.yaml:2:41: only a channel with urls takes a template",
    ]


def test_a_template_is_read_and_watched_with_the_rules(tmp_path: Path) -> None:
    """Saving a template is noticed like saving rules; one that an included file names lies beside that file."""
    (tmp_path / "rules.d").mkdir()
    main = RULES.replace("version: 1\n", "version: 1\ninclude: [rules.d/*.yaml]\n").replace("TEMPLATE", "a.txt")
    (tmp_path / "rules.yaml").write_text(main)
    (tmp_path / "rules.d" / "more.yaml").write_text(RULES.replace("desk", "mail").replace("TEMPLATE", "b.md"))
    for name in ("a.txt", "rules.d/b.md"):
        (tmp_path / name).write_text("{{ body }}")
    found = read_files(tmp_path / "rules.yaml")
    named = {str(tmp_path / name) for name in ("a.txt", "rules.d/b.md")}
    assert named <= set(found.files)
    assert named <= set(found.watched)
    loaded = load_checked(tmp_path / "rules.yaml", {})
    files = {name: spec.template.file for name, spec in loaded.channels.items() if spec.template}
    assert files == {"desk": str(tmp_path / "a.txt"), "mail": str(tmp_path / "rules.d/b.md")}


def test_another_text_of_a_template_is_a_change_of_its_channel_and_is_not_kept(tmp_path: Path) -> None:
    """What the store keeps of a channel, to tell what a save changed, is as short for a long template."""
    (tmp_path / "rules.yaml").write_text(RULES.replace("TEMPLATE", "a.txt"))
    kept = []
    for text in ("{{ body }}", "{{ body }}" + "Call the desk. " * 1000, "{{ body }}"):
        (tmp_path / "a.txt").write_text(text)
        kept.append(load_checked(tmp_path / "rules.yaml", {}).beside["channel", "desk"])
    assert kept[0] == kept[2] != kept[1]
    assert len(kept[0]) == len(kept[1]) < 200


def test_a_channel_sends_by_its_template(tmp_path: Path, httpserver: HTTPServer) -> None:
    """The template beside the rules makes the body, under the usual first line; in the channel's language."""
    httpserver.expect_request("/x").respond_with_data("")
    (tmp_path / "desk.txt").write_text("{{ level_name }}: {{ title }}, {{ age }}")
    rules = RULES.replace("127.0.0.1:1", f"127.0.0.1:{httpserver.port}").replace("TEMPLATE", "desk.txt, language: fr")
    (tmp_path / "rules.yaml").write_text(rules)
    loaded = load_checked(tmp_path / "rules.yaml", {})
    channel = open_channels(loaded.channels, {}, (), io.StringIO())["desk"]
    assert channel.send(channel.targets[0].key, Message("m", MessageKind.ALERT, alert()), NOW) == Sent()
    body = httpserver.log[0][0].get_json()
    assert (body["title"], body["message"]) == ("ÉLEVÉ · Article 1", "ÉLEVÉ: Article 1, sans date")
