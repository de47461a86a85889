"""What is wrong with a query, and what to write: a parser's own words are about tokens."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lark import Token, Tree

from watcher.rules.reading import shown

SCOPES = ("title", "lead")
PREFIXES = (*SCOPES, "lang", "source", "place", "person", "org")

_JOINING = ("OR", "AND", "NEAR", "NOT_NEAR")
_CAPITALS = re.compile(r"(?i:and|or|not|o?near(?:/(?:[0-9]+|[sp]))?)")
_SIGNS = {"&": "AND", "&&": "AND", "+": "AND", "|": "OR", "||": "OR", "!": "NOT", "-": "NOT"}  # other languages'
_NEARNESS = re.compile(r"(?i:o?near/.*)|O?NEAR")
_OPENING, _CLOSING = '"“„«', "”»"


class Stop(Exception):
    """A fault at an index of the query, behind which it is not read on. `prefix` may be a misspelt one."""

    def __init__(self, index: int | None, message: str, prefix: str = "") -> None:
        super().__init__(message)
        self.index = index or 0
        self.message = message
        self.prefix = prefix


def written(token: Token) -> str:
    """A token as a message shows it."""
    return shown(" ".join(token.split()))


def unreadable(text: str, index: int) -> Stop:
    """A character that begins nothing."""
    character = text[index]
    if character in _OPENING:
        return Stop(index, "a quote is opened here and never closed")
    if character in _CLOSING:
        return Stop(index, f"{character} closes a quote that was never opened")
    return Stop(index, 'nothing stands before this colon; a term with a colon in it needs quotes: "12:30"')


def misplaced(text: str, tokens: Sequence[Token], bad: Token, *, yaml_quotes: bool) -> Stop:
    """A token where none of its kind may stand. `yaml_quotes` says that YAML took quotes away around the query."""
    at_end = bad.type == "$END"
    before = [t for t in tokens if at_end or (t.start_pos or 0) < (bad.start_pos or 0)]
    previous = before[-1] if before else None
    if at_end or bad.type == "RPAR":
        return _ended(before, bad)
    if bad.type in _JOINING or bad.type == "NOT":
        return _operator(previous, bad)
    assert previous is not None  # a query may begin with anything else
    return _side_by_side(text, tokens, previous, bad, yaml_quotes)


def unknown_prefix(prefix: Token, start: int, operand: Token | Tree[Token]) -> Stop:
    """A word with a colon that is no prefix: misspelt, or a term such as 12:30."""
    touching = start == (prefix.start_pos or 0) + len(prefix)
    term = shown(prefix + operand) if isinstance(operand, Token) and touching else f"{shown(prefix)} ..."
    listed = " ".join(f"{p}:" for p in PREFIXES)
    message = f'unknown prefix {shown(prefix)}, there are {listed}; a term with a colon needs quotes: "{term}"'
    return Stop(prefix.start_pos, message, prefix[:-1])


def no_distance(word: Token) -> Stop:
    return Stop(word.start_pos, f"'{shown(word)}': NEAR takes a number of words, s or p: NEAR/5, NEAR/s, NEAR/p")


def _ended(before: Sequence[Token], bad: Token) -> Stop:
    """The query or its parentheses end too soon, or too late."""
    if not before:
        return Stop(bad.start_pos, "this parenthesis closes nothing")
    previous = before[-1]
    if previous.type in (*_JOINING, "NOT", "PREFIX"):
        return Stop(previous.start_pos, f"nothing stands behind {written(previous)}")
    if bad.type == "RPAR" and previous.type == "LPAR":
        return Stop(previous.start_pos, "nothing stands in these parentheses")
    if bad.type == "RPAR":
        return Stop(bad.start_pos, "this parenthesis closes nothing")
    opened: list[Token] = []
    for token in before:
        if token.type == "LPAR":
            opened.append(token)
        elif token.type == "RPAR":
            opened.pop()
    return Stop(opened[-1].start_pos, "a parenthesis is opened here and never closed")


def _operator(previous: Token | None, bad: Token) -> Stop:
    if previous is None or previous.type == "LPAR":
        return Stop(bad.start_pos, f"nothing stands before {written(bad)}")
    if bad.type == "NOT" and previous.type in ("NEAR", "NOT_NEAR"):
        return Stop(bad.start_pos, "NOT inside NEAR; what must not stand near is written a NOT NEAR/5 b")
    if bad.type == "NOT" and previous.type == "PREFIX":
        return Stop(bad.start_pos, f"NOT behind {written(previous)}; write NOT {written(previous)}...")
    if bad.startswith("ONEAR") and previous.type == "NOT":
        return Stop(bad.start_pos, "NOT ONEAR; what must not stand near has no order, write NOT NEAR/5")
    if previous.type == "PREFIX":
        return Stop(previous.start_pos, f"nothing stands behind {written(previous)}")
    return Stop(bad.start_pos, f"{written(bad)} straight behind {written(previous)}; remove one, or put a term between")


def _side_by_side(text: str, tokens: Sequence[Token], previous: Token, bad: Token, yaml_quotes: bool) -> Stop:
    """Two terms with nothing between: an operator in small letters, another language's, or a phrase."""
    for word in (bad, previous):
        if word.type == "WORD" and (meant := _meant(word)) is not None:
            return meant
    run = _run(tokens, bad)
    words = " ".join(run)
    if len(run) > 1 and run[0][0] in "'‘":
        phrase = words.strip("'‘’")
        return Stop(run[0].start_pos, f'a phrase stands in double quotes: "{shown(phrase)}"')
    if len(run) < 2:
        return Stop(bad.start_pos, f"nothing between {shown(previous)} and {shown(bad)}; write AND, OR or NEAR/5")
    cure = f'write "{shown(words)}" for the phrase, or {shown(" AND ".join(run))} for each of them'
    if yaml_quotes and words == " ".join(text.split()):
        cure = f"YAML takes the outer quotes for its own; write '\"{shown(words)}\"' for the phrase"
    return Stop(bad.start_pos, f"{len(run)} words side by side; {cure}")


def _meant(word: Token) -> Stop | None:
    """The fault where a word stands for an operator."""
    if word in _SIGNS:
        return Stop(word.start_pos, f"{word} is no operator here; write {_SIGNS[word]}")
    if _CAPITALS.fullmatch(word) and word.upper() != word:
        kept = word.upper() if "/" not in word else word.split("/")[0].upper() + "/" + word.split("/")[1].lower()
        return Stop(word.start_pos, f"'{word}': operators are written in capitals, {kept}")
    if _NEARNESS.fullmatch(word):
        return no_distance(word)
    return denied(word)


def denied(word: Token) -> Stop | None:
    """The fault where a word is marked as in other languages for what must not occur."""
    if word.type == "WORD" and word[0] in "-!" and len(word) > 1:
        return Stop(word.start_pos, f"'{shown(word)}': what must not occur is written NOT {shown(word[1:])}")
    return None


def _run(tokens: Sequence[Token], bad: Token) -> list[Token]:
    """The words side by side that one word stands among."""
    i = next(i for i, token in enumerate(tokens) if token.start_pos == bad.start_pos)
    first = last = i
    while first > 0 and tokens[first - 1].type == "WORD":
        first -= 1
    while last < len(tokens) and tokens[last].type == "WORD":
        last += 1
    return list(tokens[first:last])
