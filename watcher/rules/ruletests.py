"""Reads the tests that rules carry."""

from __future__ import annotations

from watcher.rules import forms, nodes
from watcher.rules.nodes import Node, Scalar
from watcher.rules.reading import Reading, shown
from watcher.rules.spec import TestSpec

TEST_TEXT = ("title", "text", "language", "source", "url", "published")
TEST_LATER = ("articles",)
EXPECT = {"match": True, "no_match": False}
TEST: forms.Keys = {
    "name": forms.text("What the test is called where it fails."),
    "file": forms.text("An article, relative to this file."),
    "title": forms.text("The title of an article that is written here."),
    "text": forms.text("The text of an article that is written here."),
    "language": forms.ref("language", "The article's language; else it is guessed."),
    "source": forms.text("The outlet of the article."),
    "url": forms.text("The address of the article."),
    "published": forms.moment("When the article was published."),
    "expect": forms.choice(EXPECT, "Whether the rule should match."),
    "matched": forms.texts("Texts that must be among the evidence."),
    "now": forms.moment("The time at which max_age is judged."),
}
TEST_FORM = forms.mapping(
    TEST,
    required=("expect",),
    said="An article, and whether the rule should match it.",
    oneOf=[{"required": ["text"]}, {"required": ["file"]}],
    dependencies={"file": forms.only(key for key in TEST if key not in TEST_TEXT)},
)


def read_test(reading: Reading, node: Node) -> TestSpec | None:
    """A test; None where it is none at all, which is then noted."""
    entries = reading.mapping(node, "a test", TEST, TEST_LATER, required=("expect",))
    if not isinstance(node, nodes.Mapping) or node.get("articles") is not None:
        return None
    if ("file" in entries) == ("text" in entries):
        reading.fault(node, "a test needs either file or text")
    for key in TEST_TEXT if "file" in entries and "text" not in entries else ():
        if key in entries:
            reading.fault(entries[key], f"'{key}' goes with text; an article in a file has its own")
    texts = {key: reading.text(entries.get(key), key) for key in ("name", "file", "title", "text", "source", "url")}
    language = entries.get("language")
    return TestSpec(
        name=texts.pop("name") or texts["file"] or shown(texts["text"] or ""),
        expect=_expect(reading, entries.get("expect")),
        title=texts.pop("title") or "",
        text=texts.pop("text") or "",
        language=reading.language(language) if isinstance(language, Scalar) else reading.text(language, "language"),
        published=reading.moment(entries.get("published"), "published"),
        now=reading.moment(entries.get("now"), "now"),
        matched=tuple(text for text, _ in reading.texts(entries.get("matched"), "matched")),
        place=reading.place(node),
        **texts,
    )


def _expect(reading: Reading, node: Node | None) -> bool:
    if isinstance(node, nodes.Mapping):
        reading.fault(node, "expect: a number of alerts is not available yet")
        return True
    return EXPECT.get(reading.choice(node, "expect", list(EXPECT)) or "match", True)
