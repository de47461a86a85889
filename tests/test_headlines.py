"""What stands for a title where there is none, and that nothing is said twice beside it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.test_cli import Home
from tests.test_render import FORMS, NOW, READER, alert, evidence, message, rendered
from watcher import render
from watcher.message import Bulletin, Digest, DigestRule, DigestStory, MessageKind, content_from
from watcher.model import Alert, Correlated, Level
from watcher.phrase import Phrase
from watcher.render import Form
from watcher.render.cleaning import isolated

TITLE = "Séisme au Chili : « des morts »"
RULES = """\
version: 1
channels: {out: {file: out.jsonl}}
defaults: {notify: [out]}
rules: [{id: quake, title: Earthquakes, condition: {keywords: [séisme]}}]
"""


def digest(*alerts: Alert) -> Digest:
    stories = tuple(DigestStory(one) for one in alerts)
    rule = DigestRule("my-rule", "Rule title", Level.HIGH, stories, len(stories), len(stories))
    return Digest("d", Phrase("digest"), NOW, NOW, (rule,), level=Level.HIGH)


def test_an_article_without_title_is_known_by_its_first_words(tmp_path: Path) -> None:
    """The list, one alert, and the file of alerts begin with its text: a reader cannot choose by file names."""
    home = Home(tmp_path).rules(RULES)
    home.drop("a7f3.txt", "SANTIAGO. Un \u202eséisme a secoué\nle nord\tdu Chili dans la nuit. Les secours arrivent.\n")
    opening = "SANTIAGO. Un séisme a secoué le nord du Chili dans la nuit."
    assert home.run("run", "--once").returncode == 0
    listed = home.run("alerts").stdout
    assert opening in listed
    assert "a7f3.txt" not in listed
    shown = home.run("alerts", "show", listed.split()[2]).stdout
    assert shown.startswith(f"MEDIUM · {opening}\n")


def test_an_invisible_title_is_none_from_the_file_on(tmp_path: Path) -> None:
    """The alert keeps the first words of the text for it."""
    home = Home(tmp_path).rules(RULES)
    text = "SANTIAGO. Un nouveau bilan est attendu. Un séisme a secoué le nord du Chili."
    home.drop("a.json", json.dumps({"title": "\u3164", "text": text}))
    assert home.run("run", "--once").returncode == 0
    assert "SANTIAGO. Un nouveau bilan est attendu." in home.run("alerts").stdout


@pytest.mark.parametrize(
    "blank",
    "\u3164 \u2800 \u115f \u1160 \uffa0 \u034f \u206a \u206f \u2061 \ufe0f \u180b \U000e0100 \u200d".split(" "),
)
def test_a_title_of_which_nothing_is_seen_is_none(blank: str) -> None:
    """The message is headed by the first words of the text."""
    for title in (blank, f"{blank} {blank}"):
        assert title_of(alert(title=title, opening="Un séisme au Chili.")) == "HIGH · Un séisme au Chili."


@pytest.mark.parametrize("title", ["❤️", "葛\U000e0100城", "می\u200cخواهم", "🇨🇱", "한", "\u1112\u1161", "?", "१"])
def test_a_title_of_which_anything_is_seen_is_one(title: str) -> None:
    """As it is written."""
    assert title_of(alert(title=title, opening="Un séisme au Chili.")) == f"HIGH · {isolated(title)}"


@pytest.mark.parametrize("form", FORMS)
def test_a_digest_names_an_article_without_title_by_its_first_words(form: Form) -> None:
    """They are cleaned, bounded and escaped as a title would be; of alerts of before they are the evidence's."""
    kept = alert(title="", opening=f"<b>[Un](x) s\u202eéisme</b> {'a secoué le Chili ' * 100}")
    older = alert(evidence("", "talibans"), title="")
    body = rendered(message(digest(kept, older), MessageKind.DIGEST), form).body
    first, second = (line for line in body.replace("<br />", "\n").split("\n") if line.startswith("•"))
    begin = {
        "text": "• <b>[Un] (x) séisme</b> a secoué",
        "markdown": r"• \<b>\[Un\](x) séisme\</b> a secoué",
        "html": "• &lt;b&gt;[Un](x) séisme&lt;/b&gt; a secoué",
    }
    assert first.startswith(begin[form])
    assert len(first) < 300
    assert second.startswith("• Les talibans tiennent la frontière du Tadjikistan. · rfi.fr · ")


@pytest.mark.parametrize(
    ("text", "opening"),
    [
        ("\n\n  Un séisme\n a secoué le Chili. Les secours.", "Un séisme a secoué le Chili. Les secours."),
        ("KABUL. Les talibans tiennent la frontière. Rien de plus.", "KABUL. Les talibans tiennent la frontière."),
        ("能登地方で地震が発生し、四十人以上の死亡が確認されました。政府は対策本部を設けました。", None),
        ("mot " * 1000, "mot " * 48 + "mot…"),
        ("", ""),
    ],
)
def test_the_first_words(text: str, opening: str | None) -> None:
    """They end with a sentence that says something, or are cut at a word."""
    assert render.opening(text) == (text.partition("。")[0] + "。" if opening is None else opening)


def shown(*entries: dict[str, object], **article: object) -> list[str]:
    body = rendered(message(alert(*entries, **article)), "text").body  # type: ignore[arg-type]
    return body.split("\n\n")[1:-1]


def test_evidence_does_not_repeat_the_title() -> None:
    """The next sentence that bears the conditions is shown in place of one that the title says already."""
    entries = [
        evidence("all[0]", "Séisme", TITLE, 0),
        evidence("all[1]", "Chili", TITLE, 0),
        evidence("all[0]", "séisme", "Un séisme a frappé.", 100),
    ]
    assert shown(*entries, title=TITLE) == ["Un **séisme** a frappé."]


@pytest.mark.parametrize("again", [TITLE, f"{TITLE}.", TITLE.upper(), "Seisme au Chili: 'des morts'", "des morts"])
def test_a_title_in_other_letters_is_still_the_title(again: str) -> None:
    """An article's first line is mostly its title with other marks: where nothing else bears the conditions, no
    evidence stands."""
    assert shown(evidence("", again[:6], again, 40), title=TITLE) == []


def test_a_sentence_that_says_more_than_the_title_is_shown() -> None:
    """A first sentence that begins like the title goes on."""
    more = f"{TITLE}, selon l'armée."
    assert shown(evidence("", "Chili", more, 40), title=TITLE) == [more.replace("Chili", "**Chili**")]


def test_without_a_title_the_words_that_matched_are_marked_all_the_same() -> None:
    """The first line is the text's own: where it is all that bears the conditions it is shown with its marks, once."""
    long = "Le séisme " + "qui a secoué le nord " * 7 + "a pris fin."
    assert shown(evidence("", "séisme", long, 0), title="", opening=long) == [long.replace("séisme", "**séisme**")]
    assert title_of(alert(title="", opening=long)).startswith("HIGH · Le séisme qui a secoué")


def title_of(one: Alert) -> str:
    return rendered(message(one), "text").title


def test_evidence_of_several_articles_repeats_none_of_their_titles() -> None:
    """A rule over several articles lists them: a title among them is no evidence beside it."""
    one = alert(evidence("", "Séisme", TITLE, 0), evidence("", "séisme", "Un séisme a frappé.", 100), title=TITLE)
    several = replace(one, correlated=Correlated("frequency", 2, 0, NOW, articles=(one.article,), total=1))
    body = render.render(message(several), "text", READER).body
    assert body.count("Chili") == 1
    assert "Un **séisme** a frappé." in body


def test_an_article_without_title_in_a_group() -> None:
    """The other articles of a group have their first words too."""
    other = replace(alert(title="", opening="Deux postes fermés."), id="2")
    group = Bulletin("g", Level.HIGH, (alert(), other), total=2)
    assert "\n• Deux postes fermés. · rfi.fr" in rendered(message(group), "text").body


@pytest.mark.parametrize("form", FORMS)
def test_a_digest_shows_the_other_titles_of_a_story(form: Form) -> None:
    """What another outlet calls the story stands below it, bounded and escaped; also of a digest that waited since an
    older Watcher none is missed."""
    story = DigestStory(alert(), 3, 2, ({"title": f"<b>*Autre*</b> titre {'long ' * 90}", "source": "dw.com"},))
    rule = DigestRule("my-rule", "Rule title", Level.HIGH, (story,), 1, 3)
    made = Digest("d", Phrase("digest"), NOW, NOW, (rule,), level=Level.HIGH)
    assert content_from(MessageKind.DIGEST, json.loads(json.dumps(made.to_json()))) == made
    body = rendered(message(made, MessageKind.DIGEST), form).body.replace("<br />", "\n")
    first, other = (line for line in body.split("\n") if line[:1] in "•◦" and line)
    assert first.startswith("• Article · rfi.fr")
    begin = {"text": "<b>*Autre*</b>", "markdown": r"\<b>\*Autre\*\</b>", "html": "&lt;b&gt;*Autre*&lt;/b&gt;"}
    assert other.startswith(f"◦ {begin[form]} titre long")
    assert "long… · dw.com · undated" in other
    old = made.to_json()
    del old["rules"][0]["stories"][0]["others"]
    assert content_from(MessageKind.DIGEST, old).rules[0].stories[0].others == ()  # type: ignore[union-attr]
