"""The forms of a message: plain text, Markdown and HTML, and how each shows what was written and no more."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from watcher.render.pieces import Line, Paragraph, Piece

Form = Literal["text", "markdown", "html"]

_MENTION = re.compile(r"@(?=everyone\b|here\b|channel\b|all\b|[&!]?\d)", re.IGNORECASE)
_WEB = re.compile(r"https?://[^\s<>|\\]+", re.IGNORECASE)
# Only what would be markup where it stands: services with a Markdown of their own, such as Slack, show
# a backslash that was not needed. A star at the end of a piece may stand before a mark of a hit.
_MARKDOWN = re.compile(r"""\\|`|\[|\]|\*(?=\S|$)|(?<!\w)_|_(?!\w)|~(?=\S)|\|(?=\|)|<(?=[A-Za-z/!?@#])|&(?=\#?\w+;)""")
_MARKDOWN_LIST = re.compile(r"^(\s*)(?:([-+*=#>])|(\d{1,9})([.)]))")


@dataclass(frozen=True, slots=True)
class Markup:
    """How a form escapes text, marks a hit and what is strong, breaks a line and parts paragraphs."""

    escape: Callable[[str], str]
    hit: tuple[str, str]
    strong: tuple[str, str]
    line: str
    paragraph: str


def escape(text: str, form: Form) -> str:
    """`text` so that `form` shows it as it is written."""
    return MARKUPS[form].escape(text)


def escape_text(text: str) -> str:
    """Chat services read "text" as Markdown all the same: break mentions and [masked](links)."""
    return _MENTION.sub("＠", text).replace("](", "] (")


def _escape_markdown(text: str) -> str:
    text = _MARKDOWN.sub(r"\\\g<0>", _MENTION.sub("＠", text))
    return _MARKDOWN_LIST.sub(lambda m: f"{m[1]}\\{m[2]}" if m[2] else f"{m[1]}{m[3]}\\{m[4]}", text)


MARKUPS: Mapping[Form, Markup] = {
    "text": Markup(escape_text, ("**", "**"), ("", ""), "\n", "\n\n"),
    # Two spaces are a line break in CommonMark and invisible where a newline is one already.
    "markdown": Markup(_escape_markdown, ("**", "**"), ("**", "**"), "  \n", "\n\n"),
    # Breaks and bold only: every service that takes HTML knows them, Telegram refuses most others. No line ends behind
    # them: where Apprise makes a plain text too, as for mail, they would begin the next line with a space.
    "html": Markup(html.escape, ("<b>", "</b>"), ("<b>", "</b>"), "<br />", "<br /><br />"),
}


def formed(paragraphs: Iterable[Paragraph], form: Form) -> str:
    """The paragraphs in a form; what is empty is left out."""
    markup = MARKUPS[form]
    texts = (markup.line.join(filter(None, (formed_line(line, form) for line in lines))) for lines in paragraphs)
    return markup.paragraph.join(filter(None, texts))


def formed_line(line: Line, form: Form) -> str:
    """One line in a form."""
    # A list marker can only stand at the start, where Markdown's escape looks: escape piece by piece.
    return "".join(_formed(piece, form) for piece in line).strip()


def _formed(piece: Piece, form: Form) -> str:
    markup = MARKUPS[form]
    shown = markup.escape(piece.text)
    match piece.mark:
        case "hit" if shown.strip():  # an empty mark is a rule across the page in Markdown
            return shown.join(markup.hit)
        case "strong" if shown.strip():
            return shown.join(markup.strong)
        case "link" if form != "text" and _WEB.fullmatch(piece.text):
            return f'<a href="{shown}">{shown}</a>' if form == "html" else f"<{piece.text}>"
        case _:
            return shown
