"""Reads the tests that rules carry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from watcher.rules import forms, nodes
from watcher.rules.nodes import Node, Scalar
from watcher.rules.reading import Reading, kind, shown
from watcher.rules.spec import TestArticle, TestSpec

TEST_TEXT = ("title", "text", "language", "source", "url", "published")
EXPECT = {"match": True, "no_match": False}
ARTICLE = "text: ..., at: 40m"
MOST_ARTICLES = 1000
_TEXT: forms.Keys = {
    "title": forms.text("The title of an article that is written here."),
    "text": forms.text("The text of an article that is written here."),
    "language": forms.ref("language", "The article's language; else it is guessed."),
    "source": forms.text("The outlet of the article."),
    "url": forms.text("The address of the article."),
    "published": forms.moment("When the article was published."),
}
TEST_ARTICLE: forms.Keys = {**_TEXT, "at": forms.duration("How long after the first it comes, such as 40m.")}
_ALERTS = forms.mapping({"alerts": forms.number(0)}, required=("alerts",), said="How many alerts the articles make.")
TEST: forms.Keys = {
    "name": forms.text("What the test is called where it fails."),
    "file": forms.text("An article, relative to this file."),
    **_TEXT,
    "articles": forms.listed(forms.mapping(TEST_ARTICLE, required=("text",)), "Articles that a correlation counts."),
    "expect": {"anyOf": [forms.choice(EXPECT), _ALERTS], "description": "Whether the rule should match."},
    "matched": forms.texts("Texts that must be among the evidence."),
    "now": forms.moment("The time at which max_age is judged, or at which the articles begin."),
}
TEST_FORM = forms.mapping(
    TEST,
    required=("expect",),
    said="An article, and whether the rule should match it; or several, and how many alerts they make.",
    oneOf=[
        {"required": ["text"], "properties": {"expect": forms.choice(EXPECT)}},
        {"required": ["file"], "properties": {"expect": forms.choice(EXPECT)}},
        {"required": ["articles"], "properties": {"expect": _ALERTS}},
    ],
    dependencies={
        "matched": {"properties": {"expect": {"const": "match"}}},
        "file": forms.only(key for key in TEST if key not in (*TEST_TEXT, "articles")),
        "articles": forms.only(("name", "articles", "expect", "now")),
    },
)
SINGLE: forms.Form = {
    "type": "object",
    "not": {"required": ["articles"]},
}  # how the tests of a rule without a correlation look


@dataclass(frozen=True, slots=True)
class Testable:
    """What the tests of a rule may be: single articles where it has a `condition`, `articles` where it is `counted`."""

    condition: bool = True
    counted: bool = False


def read_test(reading: Reading, node: Node, of: Testable = Testable()) -> TestSpec | None:  # noqa: B008
    """A test; None where it is none at all, which is then noted."""
    entries = reading.mapping(node, "a test", TEST, required=("expect",))
    if not isinstance(node, nodes.Mapping):
        return None
    if "articles" in entries:
        return _read_articles(reading, node, entries, of)
    if not of.condition:
        reading.fault(node, "a test of a temporal rule has articles: [{text: ..., at: 40m}, ...]")
    if "file" not in entries and "text" not in entries:
        reading.fault(node, "a test needs either file or text")
    elif len(given := node.keys(("file", "text"))) > 1:
        reading.fault(given[-1], "a test has either file or text")
    for key in TEST_TEXT if "file" in entries and "text" not in entries else ():
        if key in entries:
            reading.fault(entries[key], f"'{key}' goes with text; an article in a file has its own")
    expect, matched = _expect(reading, entries.get("expect"), of), entries.get("matched")
    if matched is not None and not expect:
        reading.fault(matched, "'matched' goes with expect: match; where nothing matches there is no evidence")
    article = _article(reading, entries)
    name, file = (reading.text(entries.get(key), key) for key in ("name", "file"))
    return TestSpec(
        name=name or file or shown(article.text),
        expect=expect,
        file=file,
        article=article,
        now=reading.moment(entries.get("now"), "now"),
        matched=tuple(text for text, _ in reading.texts(matched, "matched")),
        place=reading.place(node),
    )


def _article(reading: Reading, entries: Mapping[str, Node]) -> TestArticle:
    """What a test says of an article that is not in a file."""
    language = entries.get("language")
    title, text, source, url = (reading.text(entries.get(key), key) for key in ("title", "text", "source", "url"))
    return TestArticle(
        reading.duration(entries.get("at"), "at") or 0,
        title or "",
        text or "",
        reading.language(language) if isinstance(language, Scalar) else reading.text(language, "language"),
        source,
        url,
        reading.moment(entries.get("published"), "published"),
    )


def _expect(reading: Reading, node: Node | None, of: Testable) -> bool:
    if isinstance(node, nodes.Mapping):
        instead = "give articles: [{text: ..., at: 40m}, ...]" if of.counted else "expect match or no_match"
        reading.fault(node, f"one article makes no number of alerts; {instead}")
        return True
    return EXPECT.get(reading.choice(node, "expect", list(EXPECT)) or "match", True)


# ── tests of correlations ─────────────────────────────────────────────────────────────────────────


def _read_articles(reading: Reading, node: nodes.Mapping, entries: Mapping[str, Node], of: Testable) -> TestSpec | None:
    written = entries["articles"]
    if not of.counted:
        reading.fault(written, "articles test a correlation, which this rule does not have")
    for key in ("file", *TEST_TEXT, "matched"):
        if key in entries:
            reading.fault(entries[key], f"'{key}' beside articles; each of them has its own")
    if not isinstance(written, nodes.Sequence) or not written.items:
        what = "an empty one" if isinstance(written, nodes.Sequence) else kind(written)
        reading.fault(written, f"articles must be a list of {{{ARTICLE}}}, not {what}")
        return None
    if len(written.items) > MOST_ARTICLES:
        reading.fault(written, f"more than {MOST_ARTICLES:,} articles in one test")
        return None
    each = (
        reading.mapping(item, "an article", TEST_ARTICLE, required=("text",), form=ARTICLE) for item in written.items
    )
    articles = tuple(_article(reading, entries) for entries in each)
    return TestSpec(
        name=reading.text(entries.get("name"), "name") or f"{len(articles)} articles",
        expect=True,
        now=reading.moment(entries.get("now"), "now"),
        place=reading.place(node),
        articles=tuple(sorted(articles, key=lambda article: article.at)),
        alerts=_alerts(reading, entries.get("expect")),
    )


def _alerts(reading: Reading, node: Node | None) -> int:
    if node is None:
        return 0
    if not isinstance(node, nodes.Mapping):
        reading.fault(node, f"expect beside articles must be {{alerts: 1}}, not {kind(node)}")
        return 0
    entries = reading.mapping(node, "expect", {"alerts": forms.number(0)}, required=("alerts",), form="alerts: 1")
    return reading.number(entries.get("alerts"), "alerts", 0) or 0
