"""What the commands print of alerts and deliveries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from watcher.explanation.articles import found_texts
from watcher.explanation.lines import blocker, counted, when
from watcher.message import Message, MessageKind
from watcher.model import Alert, Correlated, Level
from watcher.phrase import Phrase
from watcher.render import (
    Reader,
    address,
    article_line,
    article_lines,
    correlated_line,
    heading,
    last_article,
    one_line,
    place,
    say,
    subject,
    unmarked,
)

if TYPE_CHECKING:  # `explain` prints no alerts, and need not wait for SQLAlchemy
    from watcher.store.alerts import DeliveryRecord, EscalationRecord, KeptOut, Listed, Shown
    from watcher.store.deliveries import DeliveryRow

LONGEST_SENTENCE = 300


def line(entry: Listed | KeptOut) -> tuple[str, ...]:
    """The cells of one line of `alerts list`."""
    from watcher.store.alerts import KeptOut

    if isinstance(entry, KeptOut):
        blockers = ", ".join(dict.fromkeys(map(blocker, entry.blocked_by)))
        return when(entry.at), entry.rule, f"{_headline(entry.article)}  [kept out by {blockers}]"
    alert = entry.alert
    states = ", ".join(f"{channel} {state}" for channel, state in entry.deliveries) or entry.recorded_only
    states += "; acknowledged" if entry.acked_at is not None else ""
    return when(alert.opened_at), alert.id, alert.level, alert.rule, f"{_about(alert)}  [{states}]"


def alert(shown: Shown, now: int) -> str:
    """What `alerts show` prints, with ages as they are at `now`."""
    found = shown.alert
    lines = [f"{found.level.upper()} · {_about(found)}", f"{found.title} ({found.rule})", found.id]
    lines.append(f"opened {when(found.opened_at)}, rules {found.rules_digest[:12]}{_story(found)}")
    if not found.correlated and (where := address(found.article)):
        lines.append(f"in {where}")
    lines += [f"  {where}: {texts}" for where, texts in found_texts(found.evidence).items()]
    lines += [f"  > {sentence}" for sentence in _sentences(found)]
    if found.correlated:
        lines += _several(found.correlated, Reader(now))
    if shown.recorded_only:
        lines.append(shown.recorded_only)
    for delivery in shown.deliveries:
        lines += _delivery(delivery)
    if shown.ack is not None:
        by = f" by {one_line(shown.ack.by)}" if shown.ack.by else ""
        lines.append(f"acknowledged {when(shown.ack.at)}{by}")
    lines += [_escalation(one) for one in shown.escalations]
    return "\n".join(lines)


def _several(found: Correlated, reader: Reader) -> Iterator[str]:
    """The articles of the window, or what came last before a silence."""
    listed = ", the newest first:" if found.articles else ""
    yield f"from {when(found.start)} to {when(found.end)}{listed}"
    yield from (f"  {unmarked(line)}" for line in article_lines(found, reader, len(found.articles)))
    if found.last is not None:
        yield last_article(found, reader)
        if article := found.last.get("article"):
            yield f"  {unmarked(article_line(article, reader))}"


def _escalation(one: EscalationRecord) -> str:
    until = f", next {when(one.due)}" if one.due is not None else ", ended"
    why = f": {one_line(one.reason)}" if one.reason else ""
    return f"escalates by {one.origin}, told again {counted(one.times, 'time')}{until}{why}"


def _story(found: Alert) -> str:
    """The story, and how many told it until then."""
    if found.story is None:
        return ""
    return f", story {found.story}, told by {counted(found.outlets, 'outlet')}"


def _delivery(delivery: DeliveryRecord) -> Iterator[str]:
    why = f": {one_line(delivery.reason)}" if delivery.reason else ""
    yield f"{delivery.channel}: {delivery.state}{why}"
    for message in delivery.messages:
        became = (
            "" if message.state.value == delivery.state.value else f": {message.state}"
        )  # as its delivery, most often
        yield f"  message {message.id}{became}"
        for attempt in message.attempts:
            yield f"    {when(attempt.at)} {attempt.outcome}" + (f": {one_line(attempt.why)}" if attempt.why else "")


DELIVERY_HEADING = (
    "number",
    "opened, in UTC as all times",
    "alert",
    "level",
    "rule",
    "channel, state and why  [tries]",
)


def delivery_line(row: DeliveryRow) -> tuple[str, ...]:
    """The cells of one line of `deliveries list`."""
    told = [counted(row.tries, "try", "tries")]
    told += [f"last error: {one_line(row.last_error)}"] if row.last_error and row.last_error != row.reason else []
    waits = row.waits if row.waits not in (row.last_error, row.reason) else ""
    told += [f"next at {when(row.due)}" + (f": {one_line(waits)}" if waits else "")] if row.due else []
    became = f"{row.channel} {row.state}: {one_line(row.reason)}  [{', '.join(told)}]"
    return str(row.id), when(row.created_at), row.alert, row.level, row.rule, became


def _sentences(found: Alert) -> list[str]:
    """The sentences of the evidence, each once, in the order of the text."""
    ordered = sorted(found.evidence, key=lambda e: e["start"] if e["start"] is not None else -1)
    return list(dict.fromkeys(one_line(e["sentence"], LONGEST_SENTENCE) for e in ordered if e["sentence"]))


def _about(found: Alert) -> str:
    """What an alert is about: its article, or what several come to."""
    return correlated_line(found.correlated) if found.correlated else _headline(subject(found))


def _headline(article: Mapping[str, Any]) -> str:
    return heading(article) or place(article)


def sample_message(message_id: str, now: int, language: str = "en") -> Message:
    """What `channels test` sends: an alert in all that an alert has, on an article that there is not, in a language of
    messages."""
    hit = say(Phrase("real alerts"), language)
    written = Phrase(
        "This is a sample from `watcher channels test`: {alerts} will arrive here, with the words that matched.",
        alerts=hit,
    )
    text = say(written, language)
    start = text.index(hit)
    span = {"text": hit, "start": start, "end": start + len(hit), "sentence": text, "sentence_start": 0}
    title, rule = say(Phrase("Sample of an alert"), language), say(Phrase("Sample"), language)
    article = {"title": title, "source": "watcher", "language": language, "path": "channels-test.txt"}
    article |= {"published": datetime.fromtimestamp(now / 1000, UTC).isoformat(timespec="seconds")}
    evidence = {"condition": "keywords", "at": "", "term": hit, **span}
    alert = Alert(message_id, "channels-test", rule, Level.INFORMATIONAL, now, article, (evidence,))
    return Message(message_id, MessageKind.SAMPLE, alert)
