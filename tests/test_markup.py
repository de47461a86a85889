"""Messages as the readers of their forms parse them: what an article says is shown as written, and is no markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.test_render import NOW, READER, alert, message
from watcher.message import Bulletin, Digest, DigestRule, DigestStory, MessageKind
from watcher.model import Level
from watcher.phrase import Phrase
from watcher.render import Form, one_line, render

TAGS = {"b", "br", "a"}  # Watcher's own
MARKDOWN = MarkdownIt("gfm-like", {"linkify": False})
HOSTILE = st.lists(
    st.sampled_from(
        [*"ab 1.*_~`[]()<>!#|\\&;:-+=\"'@/\n\tשل地\u0301\u202e\u2066", "](", "<!--", "&lt;", "```", "http://x.y"]
    ),
    max_size=40,
).map("".join)


class Seen(HTMLParser):
    """What a browser makes of a page: its tags, their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.open: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]
        assert {name for name, _ in attrs} <= {"href"}
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag != "br":
            assert self.open.pop() == tag, "tags are closed in their order"

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment hides {data!r}")

    def handle_data(self, data: str) -> None:
        self.text += data


def body(form: Form, title: str, sentence: str) -> str:
    """Everything that an article of this title can stand in: a group, and a digest with other titles."""
    entry = {"at": "", "sentence": sentence, "sentence_start": 0, "start": 1, "end": 4}
    one = alert(entry, rule_title="Rule", title=title, source=title, url="https://e.org/a")
    other = alert(title=f"Other {title}", url="https://e.org/b")
    group = Bulletin("g", Level.HIGH, (one, other), ("Rule",), 2, 2)
    rule = DigestRule("r", "Rule", Level.HIGH, (DigestStory(one, 2, 2, (other.article,)),), 1, 2)
    made = (message(group), message(Digest("d", Phrase("digest"), NOW, NOW, (rule,)), MessageKind.DIGEST))
    separator = "<br /><br />" if form == "html" else "\n\n"
    return separator.join(render(one, form, READER).body for one in made)


def words(text: str) -> str:
    return re.sub(r"[\s\u2068\u2069]+", "", text)


@given(title=HOSTILE, sentence=HOSTILE)
@example("<!-- x", "<b")
def test_html_is_whole_and_shows_what_was_written(title: str, sentence: str) -> None:
    """A browser finds Watcher's own tags alone, closed in order, its own links, and the title letter by letter."""
    seen = Seen(body("html", title, sentence))
    assert set(seen.tags) <= TAGS and seen.open == []
    assert set(seen.links) == {"https://e.org/a", "https://e.org/b"}
    assert words(one_line(f"Other {title}", 120)) in words(seen.text)


@given(title=HOSTILE, sentence=HOSTILE)
@example("# x", "1. a")
def test_markdown_shows_what_was_written(title: str, sentence: str) -> None:
    """A Markdown reader finds paragraphs, line breaks, bold words and Watcher's own links, and no heading, list, code,
    table, picture or markup of the article; the title is shown letter by letter."""
    tokens = MARKDOWN.parse(body("markdown", title, sentence))
    assert {token.type for token in tokens} <= {"paragraph_open", "paragraph_close", "inline"}
    inner = [token for outer in tokens for token in outer.children or ()]
    allowed = {
        "text",
        "text_special",
        "softbreak",
        "hardbreak",
        "strong_open",
        "strong_close",
        "link_open",
        "link_close",
    }
    assert {token.type for token in inner} <= allowed
    links = {str(token.attrs["href"]) for token in inner if token.type == "link_open"}
    assert links == {"https://e.org/a", "https://e.org/b"}
    shown = words("".join(token.content for token in inner)).replace("＠", "@")
    assert words(one_line(f"Other {title}", 120)) in shown
