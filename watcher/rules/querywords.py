"""What is wrong with a query, and what to write: a parser's own words are about tokens."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lark import Token, Tree

from watcher.rules.reading import shown

SCOPES = ("title", "lead")
PREFIXES = (*SCOPES, "lang", "source", "place", "person", "org")

_JOINING = ("OR", "AND", "NEAR", "NOT_NEAR")
_CAPITALS = re.compile(r"(?i:and|or|not|o?near(?:/(?:[0-9]+|[sp]))?)")
_SIGNS = {  # other languages', of programs and of people
    **dict.fromkeys(["&", "&&", "+", "ET", "UND", "EN", "ED", "И"], "AND"),
    **dict.fromkeys(["|", "||", "OU", "ODER", "OF", "ИЛИ"], "OR"),
    **dict.fromkeys(["!", "-", "SAUF", "NON", "NICHT", "NIET", "НЕ"], "NOT"),
}
_LIKE_LATIN = str.maketrans("АЕНОРТ", "AEHOPT")  # Cyrillic letters that look like those of the operators
BRACKET = re.compile(
    "[][{}（）［］｛｝「」『』【】《》〈〉‚‹›]"
)  # what other scripts and programs write for ( ) and ""
# Between the terms of a word that is several: a comma only where letters or wildcards meet, for numbers have commas.
SEVERAL = re.compile(r"[|;；]+|(?<=[^\W\d_]|\*)[,،、，]+(?=[^\W\d_]|\*)")
_COMMAS = re.compile(r"[,،、，]+(?=\s|$)")  # of a list; numbers have some inside
_NEARNESS = re.compile(r"(?i:o?near/.*)|O?NEAR")
# What stands for NEAR in the queries of Factiva, LexisNexis and Lucene: w/5, near5, adj5, pre/5, "a b"~5.
_FOREIGN = re.compile(r"(?i:(?P<near>w|n|within|near|~)|(?P<ordered>pre|p|adj|onear))/?(?P<words>[0-9]{1,4})|(?i:adj)")
_OPENING, _CLOSING = '"“„«', "”»"


@dataclass(frozen=True, slots=True)
class Wrong:
    """A fault at an index of the query. `prefix` may be a misspelt one."""

    index: int | None
    message: str
    prefix: str = ""


def written(token: Token) -> str:
    """A token as a message shows it."""
    return shown(" ".join(token.split()))


def unreadable(text: str, index: int) -> Wrong:
    """A character that begins nothing."""
    character = text[index]
    if character in _OPENING:
        return Wrong(index, "a quote is opened here and never closed")
    if character in _CLOSING:
        return Wrong(index, f"{character} closes a quote that was never opened")
    return Wrong(index, 'nothing stands before this colon; a term with a colon in it needs quotes: "12:30"')


def misplaced(text: str, tokens: Sequence[Token], *, whole: bool, yaml_quotes: bool) -> Iterator[Wrong]:
    """Every token that stands where none of its kind may. `whole` says that the query was read to its end,
    `yaml_quotes` that YAML took quotes away around it."""
    opened: list[Token] = []
    previous: Token | None = None
    for i, token in enumerate(tokens):
        if token.type == "RPAR" and not opened:
            yield Wrong(token.start_pos, "this parenthesis closes nothing")
        elif not _follows(previous, token) and not _is_told(tokens[max(0, i - 2) : i + 1]):
            yield _misplaced(text, tokens, i, yaml_quotes)
        if token.type == "LPAR":
            opened.append(token)
        elif token.type == "RPAR":
            del opened[-1:]
        previous = token
    if whole:
        if previous is not None and previous.type in (*_JOINING, "NOT", "PREFIX"):
            yield _nothing_behind(previous)
        yield from (Wrong(token.start_pos, "a parenthesis is opened here and never closed") for token in opened)


def _follows(previous: Token | None, token: Token) -> bool:
    """Whether a token may stand behind another, or first: this and parentheses are all that the grammar asks for."""
    before = previous.type if previous is not None else "LPAR"
    if token.type == "NOT":
        return before not in ("NEAR", "NOT_NEAR", "PREFIX")
    joins = token.type in (*_JOINING, "RPAR")
    return joins != (before in (*_JOINING, "NOT", "PREFIX", "LPAR"))


def _is_told(last: Sequence[Token]) -> bool:
    """Whether three words stand side by side, of which the first two have brought the fault of all."""
    return len(last) > 2 and all(map(_is_word, last))


def _misplaced(text: str, tokens: Sequence[Token], i: int, yaml_quotes: bool) -> Wrong:
    bad, previous = tokens[i], tokens[i - 1] if i else None
    if bad.type == "RPAR" and previous is not None:
        return _closed(previous)
    if bad.type in (*_JOINING, "NOT"):
        return _operator(previous, bad)
    return _side_by_side(text, tokens, i, yaml_quotes)


def unknown_prefix(prefix: Token, start: int, operand: Token | Tree[Token]) -> Wrong:
    """A word with a colon that is no prefix: misspelt, or a term such as 12:30."""
    touching = start == (prefix.start_pos or 0) + len(prefix)
    term = shown(prefix + operand) if isinstance(operand, Token) and touching else f"{shown(prefix)} ..."
    listed = " ".join(f"{p}:" for p in PREFIXES)
    message = f'unknown prefix {shown(prefix)}, there are {listed}; a term with a colon needs quotes: "{term}"'
    return Wrong(prefix.start_pos, message, prefix[:-1])


def no_distance(word: Token) -> Wrong:
    return Wrong(word.start_pos, f"'{shown(word)}': NEAR takes a number of words, s or p: NEAR/5, NEAR/s, NEAR/p")


def _closed(previous: Token) -> Wrong:
    """Parentheses end too soon."""
    if previous.type == "LPAR":
        return Wrong(previous.start_pos, "nothing stands in these parentheses")
    return _nothing_behind(previous)


def _nothing_behind(token: Token) -> Wrong:
    return Wrong(token.start_pos, f"nothing stands behind {written(token)}")


def _operator(previous: Token | None, bad: Token) -> Wrong:
    if previous is None or previous.type == "LPAR":
        return Wrong(bad.start_pos, f"nothing stands before {written(bad)}")
    if bad.type == "NOT" and previous.type in ("NEAR", "NOT_NEAR"):
        return Wrong(bad.start_pos, "NOT inside NEAR; what must not stand near is written a NOT NEAR/5 b")
    if bad.type == "NOT" and previous.type == "PREFIX":
        return Wrong(bad.start_pos, f"NOT behind {written(previous)}; write NOT {written(previous)}...")
    if bad.startswith("ONEAR") and previous.type == "NOT":
        return Wrong(bad.start_pos, "NOT ONEAR; what must not stand near has no order, write NOT NEAR/5")
    if previous.type == "PREFIX":
        return _nothing_behind(previous)
    return Wrong(
        bad.start_pos, f"{written(bad)} straight behind {written(previous)}; remove one, or put a term between"
    )


def _side_by_side(text: str, tokens: Sequence[Token], i: int, yaml_quotes: bool) -> Wrong:
    """Two terms with nothing between: an operator in small letters, another language's, or a phrase."""
    bad, previous = tokens[i], tokens[i - 1]
    for word in (bad, previous):
        if word.type == "WORD" and (meant := _meant(word)) is not None:
            return meant
    run = _run(tokens, i) if _is_word(bad) and _is_word(previous) else []
    words = " ".join(run)
    if len(run) > 1 and run[0][0] in "'‘":
        phrase = words.strip("'‘’")
        return Wrong(run[0].start_pos, f'a phrase stands in double quotes: "{shown(phrase)}"')
    if len(run) < 2:
        return Wrong(bad.start_pos, f"nothing between {shown(previous)} and {shown(bad)}; write AND, OR or NEAR/5")
    terms = [term for part in _COMMAS.split(words) if (term := part.strip())]
    if len(terms) > 1:  # a list, of which any will do
        either = " OR ".join(f'"{term}"' if " " in term else term for term in terms)
        cure = f'write {shown(either)} for any of them, or "{shown(" ".join(terms))}" for the phrase'
        return Wrong(run[1].start_pos, f"a comma is no operator here; {cure}")
    cure = f'write "{shown(words)}" for the phrase, or {shown(" AND ".join(run))} for each of them'
    if yaml_quotes and words == " ".join(text.split()):
        cure = f"YAML takes the outer quotes for its own; write '\"{shown(words)}\"' for the phrase"
    return Wrong(run[1].start_pos, f"{len(run)} words side by side; {cure}")


def _meant(word: Token) -> Wrong | None:
    """The fault where a word stands for an operator."""
    if word in _SIGNS:
        return Wrong(word.start_pos, f"{word} is no operator here; write {_SIGNS[word]}")
    if (plain := unicodedata.normalize("NFKC", word).translate(_LIKE_LATIN)) in _SIGNS.values() and plain != word:
        return Wrong(word.start_pos, f"'{word}' only looks like an operator, by other letters; write {plain}")
    if word == "#":
        return Wrong(word.start_pos, "a query has no comments; put it above the key of the query")
    if _CAPITALS.fullmatch(word) and word.upper() != word:
        kept = word.upper() if "/" not in word else word.split("/")[0].upper() + "/" + word.split("/")[1].lower()
        return Wrong(word.start_pos, f"'{word}': operators are written in capitals, {kept}")
    if _NEARNESS.fullmatch(word):
        return no_distance(word)
    if found := _FOREIGN.fullmatch(word):
        near = f"{'NEAR' if found['near'] else 'ONEAR'}/{found['words'] or 0}"
        return Wrong(word.start_pos, f"'{word}' is no operator here; write {near}")
    return foreign(word)


def foreign(word: Token) -> Wrong | None:
    """The fault where a word is marked as in other languages for what must not occur, or is several."""
    if word.type == "WORD" and word[0] in "-!" and len(word) > 1:
        return Wrong(word.start_pos, f"'{shown(word)}': what must not occur is written NOT {shown(word[1:])}")
    if word.type == "WORD" and (bracket := BRACKET.search(word)):
        cure = 'parentheses are ( and ), and phrases stand in "double quotes"'
        return Wrong((word.start_pos or 0) + bracket.start(), f"{bracket[0]} stands for nothing in a query; {cure}")
    if word.type == "WORD" and (found := SEVERAL.search(word)):
        several = [*filter(None, SEVERAL.split(word))]
        cure = f'write {shown(" OR ".join(several))} for any of them, or "{shown(word)}" for the words in a row'
        cure = cure if len(several) > 1 else "write OR between two of which any will do"
        return Wrong((word.start_pos or 0) + found.start(), f"{found[0]} is no operator here; {cure}")
    return None


def _run(tokens: Sequence[Token], i: int) -> list[Token]:
    """The words side by side that one word stands among, the operators that are meant left out."""
    first = last = i
    while first > 0 and _is_word(tokens[first - 1]):
        first -= 1
    while last < len(tokens) and _is_word(tokens[last]):
        last += 1
    return list(tokens[first:last])


def _is_word(token: Token) -> bool:
    return token.type == "WORD" and _meant(token) is None
