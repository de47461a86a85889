"""Messages as text: one line for a lock screen and a body, in plain text, Markdown or HTML, in English or French.

Articles are hostile: control and bidi characters are taken out of everything, markup is escaped for
the form asked for, masked links and mentions ("@everyone") are broken up, and every field is bounded.
"""

from __future__ import annotations

from watcher.render.articles import (
    Reader,
    address,
    article_line,
    article_lines,
    correlated_line,
    heading,
    last_article,
    opening,
    place,
)
from watcher.render.cleaning import clean, one_line
from watcher.render.evidence import subject
from watcher.render.forms import Form, escape
from watcher.render.losses import lost, set_aside, undelivered
from watcher.render.messages import TITLE_LIMIT, Rendered, compose, render, render_parts, title_of
from watcher.render.pieces import Composed, Line, Paragraph, Piece, unmarked
from watcher.render.records import record, summary
from watcher.render.spoken import say
from watcher.render.words import LANGUAGES

__all__ = [
    "Composed",
    "Form",
    "LANGUAGES",
    "Line",
    "Paragraph",
    "Piece",
    "Reader",
    "TITLE_LIMIT",
    "Rendered",
    "address",
    "article_line",
    "article_lines",
    "clean",
    "compose",
    "correlated_line",
    "escape",
    "heading",
    "last_article",
    "lost",
    "one_line",
    "opening",
    "place",
    "record",
    "render",
    "render_parts",
    "say",
    "set_aside",
    "subject",
    "summary",
    "title_of",
    "undelivered",
    "unmarked",
]
