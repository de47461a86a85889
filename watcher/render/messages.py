"""From an alert, a group, a digest or a notice to a message: a line for a lock screen, and what stands below."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import assert_never

from watcher.message import Bulletin, Digest, Message, MessageKind, Notice
from watcher.model import Alert, Correlated
from watcher.phrase import Phrase
from watcher.render.articles import (
    LONGEST_NAME,
    Reader,
    address,
    article_line,
    article_lines,
    correlated_line,
    dateline,
    heading,
    last_article,
)
from watcher.render.cleaning import ELLIPSIS, cut_to_screen, isolated, isolates, one_line, screen_width
from watcher.render.digests import digest_headline, digest_paragraphs
from watcher.render.evidence import SENTENCES, excerpts, first_words, subject
from watcher.render.forms import Form, escape_text, formed
from watcher.render.notices import notice_headline, notice_paragraphs
from watcher.render.parts import numbers, parted
from watcher.render.pieces import BULLET, Composed, Line, Paragraph, plain, unmarked
from watcher.render.words import headline_level

TITLE_LIMIT = 78
RULE_LIMIT = 40  # characters of a rule's title beside what several articles come to
RULES = 10  # named one by one
ARTICLES = 5  # of a correlation, told one by one
UPDATE, REMINDER = Phrase("Update"), Phrase("Reminder")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message as text. `title` is one plain line of at most 78 characters, not escaped: it goes into
    subjects and title fields, and `escape` readies it for a body. `body` is escaped for its form."""

    title: str
    body: str


def render(message: Message, form: Form, reader: Reader) -> Rendered:
    """`message` as a title and a body."""
    composed = compose(message, reader)
    return Rendered(title_of(composed), formed(below(composed), form))


def render_parts(message: Message, form: Form, reader: Reader, limit: int) -> list[Rendered]:
    """`message` in parts whose bodies have at most `limit` characters: one if it fits with less evidence."""
    for sentences in range(SENTENCES, -1, -1):
        composed = compose(message, reader, sentences)
        body = formed(below(composed), form)
        if len(body) <= limit:
            return [Rendered(title_of(composed), body)]
    bodies = parted(below(composed), form, limit)
    return [
        Rendered(title_of(composed, number), body) for number, body in zip(numbers(len(bodies)), bodies, strict=True)
    ]


def title_of(composed: Composed, number: str = "") -> str:
    """The first line: LEVEL · the article's title, or its first words, or the rule's title; and a part's number."""
    headline = escape_text(composed.headline)
    return f"{composed.level} · {isolated(cut_to_screen(headline, _room(composed, number)))}{number}"


def _room(composed: Composed, number: str = "") -> int:
    """The columns that the first line has for its headline."""
    return TITLE_LIMIT - screen_width("".join((f"{composed.level} · ", *isolates(composed.headline), number)))


def below(composed: Composed) -> Iterable[Paragraph]:
    """What stands below the first line; a headline that had to be cut stands there whole."""
    lines = (unmarked(line) for paragraph in composed.paragraphs for line in paragraph)
    whole = composed.headline.removesuffix(ELLIPSIS)
    cut = screen_width(escape_text(composed.headline)) > _room(composed)
    if cut and not any(line.startswith(whole) for line in lines):
        yield (plain(isolated(composed.headline), "strong"),)
    yield from composed.paragraphs


def compose(message: Message, reader: Reader, sentences: int = SENTENCES) -> Composed:
    """What `message` says, before it has a form."""
    content = message.content
    level = headline_level(content.level, reader.language)
    if message.kind is MessageKind.SAMPLE:
        level = reader.say(Phrase("TEST"))
    match content:
        case Alert() as alert:
            return Composed(level, headline(alert, reader), tuple(bulletin_paragraphs(alone(alert), reader, sentences)))
        case Bulletin(lead=lead) as bulletin:
            if bulletin.why:  # on a lock screen it is else the first message once more
                level = f"{level} · {reader.say(REMINDER if bulletin.reminder else UPDATE)}"
            return Composed(level, headline(lead, reader), tuple(bulletin_paragraphs(bulletin, reader, sentences)))
        case Digest() as digest:
            return Composed(level, digest_headline(digest, reader), tuple(digest_paragraphs(digest, reader)))
        case Notice() as notice:
            told = tuple(notice_paragraphs(notice, message.id, reader))
            return Composed(level, notice_headline(notice, reader), told)
    assert_never(content)


# ── alerts ───────────────────────────────────────────────────────────────────────────────────────


def headline(alert: Alert, reader: Reader) -> str:
    """What the alert is about, in one line."""
    if alert.correlated:
        title, what = (
            one_line(alert.title or alert.rule, RULE_LIMIT),
            correlated_line(alert.correlated, reader.language),
        )
        return reader.say(Phrase("{title}: {what}", title=isolated(title), what=what))
    candidates = (heading(alert.article), alert.title, first_words(alert), alert.rule)
    return next((line for line in map(one_line, (c or "" for c in candidates)) if line), "")


def evidence_of(bulletin: Bulletin, sentences: int = SENTENCES) -> tuple[Line, ...]:
    """What shows why it matched, beside the titles that the message has already; those where nothing else does."""
    lead, alerts = bulletin.lead, on_the_article(bulletin)
    if lead.correlated:
        listed = [heading(article, LONGEST_NAME) for article in lead.correlated.articles[:ARTICLES]]
        return excerpts(alerts, sentences, listed)
    return excerpts(alerts, sentences, [heading(lead.article)])


def alone(alert: Alert) -> Bulletin:
    """An alert as a group of its own."""
    return Bulletin("", alert.level, (alert,), outlets=alert.outlets)


def rule_line(alert: Alert) -> str:
    """The rule's title and its id."""
    title = one_line(alert.title)
    return f"{title} ({alert.rule})" if title and title != alert.rule else alert.rule


def rule_lines(bulletin: Bulletin, reader: Reader) -> list[str]:
    """The rules that matched, each with its id where one of the alerts has it."""
    named = {alert.title or alert.rule: rule_line(alert) for alert in bulletin.alerts}
    lines = [named.get(title) or one_line(title) for title in bulletin.matched] or list(named.values())
    more = len(lines) - RULES
    return [
        *lines[:RULES],
        *([reader.say(Phrase("and {n} more rule", "and {n} more rules", n=more))] if more > 0 else []),
    ]


def on_the_article(bulletin: Bulletin) -> list[Alert]:
    """The alerts on the article that the bulletin is headed by; that first which heads it."""
    lead = bulletin.lead
    others = (alert for alert in bulletin.alerts if alert is not lead and not alert.correlated)
    return [lead, *(alert for alert in others if not lead.correlated and alert.article == lead.article)]


def other_articles(bulletin: Bulletin, reader: Reader) -> tuple[list[Alert], str]:
    """An alert for each other article, the newest first, and in words how many more there are."""
    told = on_the_article(bulletin)
    others: list[Alert] = []
    for alert in bulletin.alerts:
        if alert not in told and (alert.correlated or all(alert.article != other.article for other in others)):
            others.append(alert)
    more = bulletin.total - len(bulletin.alerts)
    if more <= 0:
        return others, ""
    sources = {str(alert.article.get("source")).casefold() for alert in bulletin.alerts if alert.article.get("source")}
    outlets = bulletin.outlets - max(1, len(sources))
    if outlets > 0:
        return others, reader.say(Phrase("and {n} more outlet", "and {n} more outlets", n=outlets))
    return others, reader.say(Phrase("and {n} more alert", "and {n} more alerts", n=more))


def _other(alert: Alert, reader: Reader) -> Line:
    told = plain(headline(alert, reader)) if alert.correlated else article_line(subject(alert), reader)
    return BULLET, *told


def _several(found: Correlated, reader: Reader) -> Iterator[Line]:
    """The articles, or what came last before a silence."""
    yield plain(reader.begun(last_article(found, reader)))
    if article := (found.last or {}).get("article"):
        yield BULLET, *article_line(article, reader)
    yield from article_lines(found, reader, ARTICLES)


def how_to_stop(bulletin: Bulletin, reader: Reader) -> str:
    """What ends reminders: to acknowledge one alert of the group; "" where it is none."""
    if not bulletin.reminder:
        return ""
    return reader.say(Phrase("Acknowledge: {command}", command=f"watcher alerts ack {bulletin.lead.id}"))


def bulletin_paragraphs(bulletin: Bulletin, reader: Reader, sentences: int) -> Iterator[Paragraph]:
    """What stands below the first line of a group, or of one alert."""
    lead = bulletin.lead
    if bulletin.why:
        told = Phrase("Update: {why}", why=bulletin.why)
        told = Phrase("Reminder: {why}", why=bulletin.why) if bulletin.reminder else told
        yield plain(one_line(reader.say(told)), "strong"), plain(how_to_stop(bulletin, reader))
    rules = rule_lines(bulletin, reader)
    first = headline(lead, reader)
    title = one_line(lead.title)
    if rules == [rule_line(lead)] and (first == title or (lead.correlated and title == one_line(title, RULE_LIMIT))):
        rules = [lead.rule]  # its title stands above already
    yield tuple(map(plain, rules))
    yield from ((sentence,) for sentence in evidence_of(bulletin, sentences))
    foot = plain(reader.say(Phrase("Alert {id}", id=lead.id)), "faint")
    if lead.correlated:
        origin = tuple(_several(lead.correlated, reader))
    else:
        origin = plain(dateline(lead.article, bulletin.outlets, reader)), plain(address(lead.article), "link")
    others, more = other_articles(bulletin, reader)
    if others or more or lead.correlated:
        yield origin
        yield (*(_other(alert, reader) for alert in others), plain(more))
        yield (foot,)
    else:
        yield *origin, foot
