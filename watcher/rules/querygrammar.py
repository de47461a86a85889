"""The grammar of `query`: a line's tokens, and their tree."""

from __future__ import annotations

from functools import cache
from typing import TypeGuard

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters

# A word is anything without spaces, parentheses, quotes and colons. What binds tighter stands lower.
GRAMMAR = r"""
?start: either
?either: both (OR both)*
?both: denied (AND denied | NOT denied)*
?denied: near | NOT denied -> negated
?near: one ((NEAR | NOT_NEAR) one)*
?one: PREFIX one -> prefixed
    | LPAR either RPAR -> group
    | WORD | PHRASE | LIST | NAMED

OR.3: /OR(?![^\s()"“”„«»])/
AND.3: /AND(?![^\s()"“”„«»])/
NOT_NEAR.4: /NOT\s+NEAR(\/([0-9]+|[sp]))?(?![^\s()"“”„«»])/
NEAR.3: /O?NEAR(\/([0-9]+|[sp]))?(?![^\s()"“”„«»])/
NOT.3: /NOT(?![^\s()"“”„«»])/
PREFIX.2: /[^\s()"“”„«»:]+:/
PHRASE: /"[^"]*"|“[^”]*”|„[^“”]*[“”]|«[^»]*»/
LIST.1: /@[^\s()"“”„«»:]*/
NAMED.1: /\$[^\s()"“”„«»:]*/
WORD: /[^\s()"“”„«»:]+/
LPAR: "("
RPAR: ")"
%ignore /\s+/
"""

Part = Tree[Token] | Token


@cache
def parser() -> Lark:
    """What makes a tree of a query. Made once: it takes as long as reading a hundred queries."""
    return Lark(GRAMMAR, parser="lalr", lexer="basic")


@cache
def lexer() -> Lark:
    """Splits a query with a fault, which the parser left half read."""
    return Lark(GRAMMAR, parser=None, lexer="basic")


def is_term(part: Part) -> TypeGuard[Token]:
    """Whether it is a term, phrase or list, which may be one condition with others."""
    return isinstance(part, Token) and part.type != "NAMED"


def start_of(part: Part) -> int:
    """Where in the query it begins."""
    while isinstance(part, Tree):
        part = part.children[0]
    return part.start_pos or 0


def tokens(text: str) -> tuple[list[Token], int | None]:
    """The tokens of a query, and where it cannot be read on, if so."""
    found: list[Token] = []
    try:
        found.extend(lexer().lex(text))
    except UnexpectedCharacters as error:
        return found, error.pos_in_stream or 0
    return found, None
