"""From an alert or a notice to text: one line for a lock screen and a body, in plain text, Markdown or HTML.

Articles are hostile: control and bidi characters are taken out of everything, markup is escaped for
the form asked for, masked links and mentions ("@everyone") are broken up, and every field is bounded.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from watcher.message import Message, MessageKind, Notice
from watcher.model import UNKNOWN_LANGUAGE, Alert, Correlated

Form = Literal["text", "markdown", "html"]

TITLE_LIMIT = 78
RULE_LIMIT = 40  # characters of a rule's title beside what several articles come to
ARTICLES = 5  # of several, told one by one
LONGEST_NAME = 120  # of a title, source or path among several
SENTENCE_LIMIT = 300
SENTENCES = 2
FIELD_LIMIT = 500
NOTICE_LIMIT = 4000
LONGEST_HIT = 100
CONTEXT = 30
ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message as text. `title` is one plain line of at most 78 characters, not escaped: it goes into
    subjects and title fields, and `escape` readies it for a body. `body` is escaped for its form."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a sentence; `hit` is true for what made a condition hold."""

    text: str
    hit: bool = False


@dataclass(frozen=True, slots=True)
class _Markup:
    """How a form escapes text, marks a hit, breaks a line and parts paragraphs."""

    escape: Callable[[str], str]
    strong: tuple[str, str]
    line: str
    paragraph: str


# ── cleaning ─────────────────────────────────────────────────────────────────────────────────────

# Marks that turn the reading direction, and invisible ones that hide text from a reader: the zero-width
# joiners stay, Persian and Hindi need them.
_INVISIBLE = {
    *range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xE0000, 0xE0080), *range(0xFFF9, 0xFFFC),
    0x00AD, 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF,
}  # fmt: skip
_SPACES = "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029"
_CLEAN = (
    dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), *_INVISIBLE))
    | dict.fromkeys(map(ord, _SPACES), " ")
    | dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
)
_RUN_OF_SPACE = re.compile(r"\s+")
_MENTION = re.compile(r"@(?=everyone\b|here\b|channel\b|all\b|[&!]?\d)", re.IGNORECASE)
_WEB = re.compile(r"https?://[^\s<>|\\]+", re.IGNORECASE)
# Only what would be markup where it stands: services with a Markdown of their own, such as Slack, show
# a backslash that was not needed. A star at the end of a piece may stand before a mark of a hit.
_MARKDOWN = re.compile(r"""\\|`|\[|\]|\*(?=\S|$)|(?<!\w)_|_(?!\w)|~(?=\S)|\|(?=\|)|<(?=[A-Za-z/!?@#])|&(?=\#?\w+;)""")
_MARKDOWN_LIST = re.compile(r"^(\s*)(?:([-+=#>])|(\d{1,9})([.)]))")


def clean(text: str) -> str:
    """`text` on one line, without control, bidi or invisible characters; nothing else is changed."""
    return text.translate(_CLEAN)


def one_line(text: object, limit: int = FIELD_LIMIT) -> str:
    """A field of an article as one clean line of at most `limit` characters, cut at a word."""
    # Cleaning first bounds nothing: a title may have a million characters, so cut before and after.
    line = _RUN_OF_SPACE.sub(" ", clean(str(text)[: 8 * limit])).strip()
    if len(line) <= limit:
        return line
    cut = line[: limit - 1]
    word = cut.rfind(" ")
    return (cut[:word] if word > limit // 2 else cut).rstrip() + ELLIPSIS


def span(seconds: int) -> str:
    """A stretch of time as rules write it: "90s" is "1m30s"."""
    parts = []
    for unit, size in (("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)):
        number, seconds = divmod(seconds, size)
        parts += [f"{number}{unit}"] if number else []
    return "".join(parts) or "0s"


def escape(text: str, form: Form) -> str:
    """`text` so that `form` shows it as it is written."""
    return _MARKUPS[form].escape(text)


def _escape_text(text: str) -> str:
    """Chat services read "text" as Markdown all the same: break mentions and [masked](links)."""
    return _MENTION.sub("＠", text).replace("](", "] (")


def _escape_markdown(text: str) -> str:
    text = _MARKDOWN.sub(r"\\\g<0>", _MENTION.sub("＠", text))
    return _MARKDOWN_LIST.sub(lambda m: f"{m[1]}\\{m[2]}" if m[2] else f"{m[1]}{m[3]}\\{m[4]}", text)


_MARKUPS: Mapping[Form, _Markup] = {
    "text": _Markup(_escape_text, ("**", "**"), "\n", "\n\n"),
    # Two spaces are a line break in CommonMark and invisible where a newline is one already.
    "markdown": _Markup(_escape_markdown, ("**", "**"), "  \n", "\n\n"),
    # Breaks and bold only: every service that takes HTML knows them, Telegram refuses most others.
    "html": _Markup(html.escape, ("<b>", "</b>"), "<br />\n", "<br /><br />\n"),
}


# ── evidence ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence of the article with the conditions that it shows and the spans to mark in it."""

    start: int
    text: str
    conditions: frozenset[str]
    spans: tuple[tuple[int, int], ...]


def excerpts(alert: Alert, limit: int = SENTENCES) -> tuple[tuple[Piece, ...], ...]:
    """At most `limit` sentences of evidence, shortened around their hits.

    First the sentence that holds most conditions, then the one for what it lacks.
    """
    left = _sentences(alert.evidence)
    chosen: list[_Sentence] = []
    shown: frozenset[str] = frozenset()
    while left and len(chosen) < limit:
        best = max(left, key=lambda s: (len(s.conditions - shown), -s.start))
        if not best.conditions - shown:
            break
        shown |= best.conditions
        left.remove(best)
        chosen.append(best)
    return tuple(_shortened(sentence) for sentence in chosen)


def _sentences(evidence: Iterable[Mapping[str, Any]]) -> list[_Sentence]:
    """The sentences that the evidence names, each once, in the order of the article."""
    found: dict[int, _Sentence] = {}
    for entry in evidence:
        text, start = entry.get("sentence"), entry.get("sentence_start")
        if not isinstance(text, str) or not isinstance(start, int):
            continue
        old = found.get(start, _Sentence(start, text, frozenset(), ()))
        conditions = old.conditions | {str(entry.get("at", ""))}
        found[start] = _Sentence(start, old.text, conditions, (*old.spans, *_spans(entry)))
    return [found[start] for start in sorted(found)]


def _spans(entry: Mapping[str, Any]) -> list[tuple[int, int]]:
    """What to mark of one entry: the parts of a `near`, not the stretch between them."""
    parts: Sequence[Any] = entry.get("of") or (entry,)
    ends = ((p.get("start"), p.get("end")) if isinstance(p, Mapping) else tuple(p)[:2] for p in parts)
    return [(start, end) for start, end in ends if isinstance(start, int) and isinstance(end, int)]


def _shortened(sentence: _Sentence) -> tuple[Piece, ...]:
    """The sentence as pieces: whole where it is short, else its first hits with words around them."""
    text = sentence.text
    hits = _merged((max(0, s - sentence.start), min(len(text), e - sentence.start)) for s, e in sentence.spans)
    if len(text) <= SENTENCE_LIMIT:
        return _pieces(text, [(0, len(text))], hits)
    kept = _first_that_fit([(start, min(end, start + LONGEST_HIT)) for start, end in hits])
    if not kept:
        return _pieces(text, [_window(text, 0, SENTENCE_LIMIT)], [])
    context = (SENTENCE_LIMIT - sum(end - start for start, end in kept)) // (2 * len(kept))
    windows = _merged(_window(text, start - context, end + context, (start, end)) for start, end in kept)
    return _pieces(text, windows, kept)


def _first_that_fit(hits: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """As many hits as have room with some words around each."""
    kept: list[tuple[int, int]] = []
    room = SENTENCE_LIMIT
    for start, end in hits:
        room -= end - start + 2 * CONTEXT
        if room < 0:
            break
        kept.append((start, end))
    return kept


def _window(text: str, start: int, end: int, keep: tuple[int, int] = (0, 0)) -> tuple[int, int]:
    """`start` and `end` moved inwards to whole words, never into `keep`."""
    start, end = max(0, start), min(len(text), end)
    if start > 0:
        space = text.find(" ", start, keep[0])
        start = space + 1 if space >= 0 else start
    if end < len(text):
        space = text.rfind(" ", max(start, keep[1]), end)
        end = space if space >= 0 else end
    return start, end


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans in order, those that overlap as one, empty ones left out."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _pieces(text: str, windows: Sequence[tuple[int, int]], hits: Sequence[tuple[int, int]]) -> tuple[Piece, ...]:
    """The windows of `text` as clean pieces, with an ellipsis where something was left out."""
    pieces: list[Piece] = []
    reached = 0
    for start, end in windows:
        if start > reached:
            pieces.append(Piece(f" {ELLIPSIS} " if pieces else f"{ELLIPSIS} "))
        reached = start
        for hit_start, hit_end in hits:
            if start <= hit_start and hit_end <= end:
                pieces += [Piece(text[reached:hit_start]), Piece(text[hit_start:hit_end], hit=True)]
                reached = hit_end
        pieces.append(Piece(text[reached:end]))
        reached = end
    if reached < len(text):
        pieces.append(Piece(f" {ELLIPSIS}"))
    cleaned = (Piece(clean(piece.text), piece.hit) for piece in pieces)
    return tuple(piece for piece in cleaned if piece.text)


# ── the message ──────────────────────────────────────────────────────────────────────────────────


def render(message: Message, form: Form, *, timezone: str = "UTC", sentences: int = SENTENCES) -> Rendered:
    """`message` as a title and a body; `timezone` is that of times, `sentences` how many to show at most."""
    markup = _MARKUPS[form]
    match message.content:
        case Alert() as alert:
            paragraphs = _alert_paragraphs(alert, markup, form, timezone, sentences)
        case Notice() as notice:
            paragraphs = _notice_paragraphs(notice, message, markup)
    return Rendered(title_of(message), markup.paragraph.join(paragraphs))


def title_of(message: Message) -> str:
    """The first line: LEVEL · the article's title, or the rule's, or the first words of the evidence."""
    content = message.content
    level = "TEST" if message.kind is MessageKind.SAMPLE else content.level.value.upper()
    return one_line(_escape_text(f"{level} · {headline(content)}"), TITLE_LIMIT)


def headline(content: Alert | Notice) -> str:
    """What the message is about, in one line."""
    if isinstance(content, Notice):
        return one_line(content.text.strip().partition("\n")[0]) or one_line(content.event)
    if content.correlated:
        return f"{one_line(content.title or content.rule, RULE_LIMIT)}: {correlated_line(content.correlated)}"
    candidates = (content.article.get("title"), content.title, _first_words(content), content.rule)
    return next((line for line in map(one_line, (c or "" for c in candidates)) if line), "")


def _first_words(alert: Alert) -> str:
    return "".join(piece.text for sentence in excerpts(alert, 1) for piece in sentence)


def rule_line(alert: Alert) -> str:
    """The rule's title and its id."""
    title = one_line(alert.title)
    return f"{title} ({alert.rule})" if title and title != alert.rule else alert.rule


def correlated_line(found: Correlated) -> str:
    """What several articles come to: "5 articles in 1h, place TJ"."""
    by = f", {found.by} {one_line(found.value)}" if found.by and found.value else ""
    return one_line(f"{_counted(found)}{by}")


def _counted(found: Correlated) -> str:
    within, values = span((found.end - found.start) // 1000), ", ".join(map(one_line, found.values))
    only = "only " if found.count else ""
    articles = f"{found.count or 'no'} article{'' if found.count == 1 else 's'}"
    match found.type:
        case "spike":
            return f"{articles} in {within}, a spike"
        case "flatline":
            return f"the silence is over, {articles} in {within}" if found.ended else f"{only}{articles} in {within}"
        case "new_term":
            return f"new {found.of}: {values}"
        case "cardinality":
            return f"{found.count} of {found.of} in {within} ({values})"
        case "temporal":
            return f"{values} within {within}, {articles}"
        case _:
            return f"{articles} in {within}"


def article_lines(found: Correlated, timezone: str, most: int = ARTICLES) -> list[str]:
    """A line for each of the newest articles, and how many more there are."""
    lines = [article_line(article, timezone) for article in found.articles[:most]]
    more = found.total - len(lines)
    return [*lines, *([f"and {more} more"] if more > 0 else [])]


def article_line(article: Mapping[str, Any], timezone: str) -> str:
    """Title · source · date · address, of what the article has."""
    title, source, where = (one_line(article.get(key) or "", LONGEST_NAME) for key in ("title", "source", "path"))
    web = one_line(article.get("url") or "")
    return " · ".join(part for part in (title, source, _published(article, timezone), web or where) if part)


def dateline(alert: Alert, timezone: str) -> str:
    """Source · language · date of publication."""
    article = alert.article
    language = one_line(article.get("language") or UNKNOWN_LANGUAGE)
    return " · ".join(
        (
            one_line(article.get("source") or "unknown source"),
            "unknown language" if language == UNKNOWN_LANGUAGE else language,
            _published(article, timezone),
        )
    )


def address(alert: Alert) -> str:
    """The article's URL, or its path below the inbox."""
    return one_line(alert.article.get("url") or alert.article.get("path") or "")


def _published(article: Mapping[str, Any], timezone: str) -> str:
    stated = one_line(article.get("published") or "")
    if not stated:
        written = one_line(article.get("published_text") or "", 40)
        return f"undated ({written})" if written else "undated"
    if "T" not in stated:
        return stated
    try:
        moment = datetime.fromisoformat(stated)
        return f"{moment.astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M %Z}" if moment.tzinfo else stated
    except (ValueError, OverflowError):  # OverflowError: the year 9999, which in this zone is 10000
        return stated


def _alert_paragraphs(alert: Alert, markup: _Markup, form: Form, timezone: str, sentences: int) -> list[str]:
    marked = (_marked(sentence, markup) for sentence in excerpts(alert, sentences))
    if alert.correlated:
        listed = [markup.escape(line) for line in article_lines(alert.correlated, timezone)]
        paragraphs = [markup.escape(correlated_line(alert.correlated)), *marked, markup.line.join(listed)]
        return [markup.escape(rule_line(alert)), *filter(None, paragraphs), f"Alert {alert.id}"]
    foot = [markup.escape(dateline(alert, timezone)), _linked(address(alert), markup, form), f"Alert {alert.id}"]
    return [markup.escape(rule_line(alert)), *marked, markup.line.join(line for line in foot if line)]


def _notice_paragraphs(notice: Notice, message: Message, markup: _Markup) -> list[str]:
    text = markup.line.join(markup.escape(clean(line)) for line in notice.text[:NOTICE_LIMIT].splitlines())
    return [text, markup.line.join((markup.escape(f"Watcher: {one_line(notice.event)}"), f"Message {message.id}"))]


def _marked(sentence: Iterable[Piece], markup: _Markup) -> str:
    before, after = markup.strong
    # A list marker can only stand at the start, where Markdown's escape looks: escape piece by piece.
    return "".join(
        f"{before}{markup.escape(piece.text)}{after}" if piece.hit else markup.escape(piece.text) for piece in sentence
    ).strip()


def _linked(where: str, markup: _Markup, form: Form) -> str:
    """The address; as a link where the form has them and it is plainly one of the web."""
    shown = markup.escape(where)
    if form == "text" or not _WEB.fullmatch(where):
        return shown
    return f'<a href="{shown}">{shown}</a>' if form == "html" else f"<{where}>"
