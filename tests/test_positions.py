"""Positions inside YAML values: every character of a value is found where it is written in the file."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.rules import nodes
from watcher.rules.nodes import Mapping, Scalar
from watcher.rules.positions import Source

ESCAPED = {"\n": "n", "\t": "t", '"': '"', "\\": "\\"}


def value_of(text: str) -> Scalar:
    """The scalar under `query` of a file."""
    root, faults = nodes.parse(text, "rules.yaml")
    assert not faults
    assert isinstance(root, Mapping)
    node = root.get("query")
    assert isinstance(node, Scalar)
    return node


def characters(text: str) -> list[tuple[str, str]]:
    """Each letter of the value under `query` with what stands at its place in the file."""
    scalar = value_of(text)
    source = Source(text)
    positions = source.positions(scalar)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found = []
    for i, character in enumerate(scalar.value):
        if not character.isspace():
            line, column = positions.at(i)
            found.append((character, lines[line - 1][column - 1 : column]))
    return found


@pytest.mark.parametrize(
    "text",
    [
        "query: a b c\n",
        "é: x\nquery: héé 日本 c\n",
        "query: a b\n  c d   \n\n    e\n\n\n  f\n",
        "query: 'a ''b'' c'\n",
        "query: 'it''s\n   a ''b\n\n   c'\n",
        'query: "a b c"\n',
        'query: "a\n   b  \n\n   c"\n',
        'query: "a\\\n   b  \\\n\n   c"\n',
        "query: |\n  a b\n  c d\n",
        "query: |\n\n\n  a b\n\n    c d\n  e\n",
        "query: |2-\n    a b\n   c\n  d\n",
        "query: |- # a comment\n      日本 b\n      é\n",
        "query: >\n  a b\n  c d\n\n  e\n    more\n    indented\n  less\n",
        "query: >\n\n    a\n    b\n\n\n    c\n",
        "query: >+1\n   a\n  b\n c\n\n",
        "query: >\r\n  a b\r\n  c\r\n",
        "query: |\r  a b\r  c\r",
        "query:\n  a\n  b\n",
        "query:\n  |\n  a\n  b\n",
        "query: |\n  a",
        "query: >-\n  a\n  b",
    ],
)
def test_every_letter_is_where_it_is_written(text: str) -> None:
    """In every style of YAML, behind characters of several bytes, with any line ends and indentation."""
    found = characters(text)
    assert found
    assert all(written == read for read, written in found)


def test_an_escape_is_where_its_backslash_stands() -> None:
    r"""`\"`, `é` and their like are one character of the value; what follows is found behind them."""
    text = 'query: "é\\"x\\u00e9 y\\U0001F600\\x41z"\n'
    assert characters(text) == [
        ("é", "é"), ('"', "\\"), ("x", "x"), ("é", "\\"), ("y", "y"), ("😀", "\\"), ("A", "\\"), ("z", "z"),
    ]  # fmt: skip


def test_a_comment_that_cuts_a_plain_value_off_is_known() -> None:
    """` #` ends a plain value, also an empty one, and none in quotes or a block."""

    def comment(text: str) -> int | None:
        scalar = value_of(text)
        return Source(text).positions(scalar).comment(len(scalar.value))

    assert comment("query: a b #c\n") == 4
    assert comment("query: a\n  b   #c\n") == 6
    assert comment("query: #c\n") == 1
    assert comment("query: 'a b' #c\n") is None
    assert comment("query: |\n  a b\n  #c\n") is None
    assert comment("query: a#b\n# c\n") is None


WORDS = st.text("abé日 \n'\"\\:#-\t", max_size=30).map(str.strip).filter(bool)
STYLES = st.sampled_from(["'", '"', "|", ">", None])


@settings(max_examples=300)
@given(WORDS, STYLES, st.integers(20, 40), st.booleans())
def test_every_letter_of_any_value_is_found(value: str, style: str | None, width: int, unicode: bool) -> None:
    """Whatever the value, in whatever style it is written, folded at whatever width."""
    text = yaml.dump({"x": "é", "query": value}, default_style=style, width=width, allow_unicode=unicode)
    text = text.replace('"query":', "query:").replace("'query':", "query:")
    if text.count("query:") != 1 or "? " in text:
        return
    assert value_of(text).value == value
    assert all(written in (read, "\\") for read, written in characters(text))
