"""What the commands print of articles and alerts: JSON by the contract, and lines for people."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from watcher.analyse import Engine
from watcher.formats import Limits, extract
from watcher.model import UNKNOWN_LANGUAGE, Alert, Article, Document, Entity, Level, Message, MessageKind, Notice, Place
from watcher.render import one_line
from watcher.rules.evaluate import Options
from watcher.store.alerts import KeptOut, Listed, Shown


def articles_of(file: Path) -> tuple[Article, ...]:
    """The articles of a file as the daemon would read it. Raises Unreadable, OSError."""
    limits = Limits()
    with file.open("rb") as stream:
        return extract(Document(file.name, stream.read(limits.bytes_in + 1)), limits)


def explain(engine: Engine, file: Path, article: Article) -> dict[str, Any]:
    """The object that `explain --json` prints for one article."""
    (matched,) = engine.match([article], Options(detail=True))
    entities = matched.view.entities()
    return {
        "file": str(file),
        "part": article.part,
        "article": _article(article, len(matched.view.text)),
        "entities": [_entity(e) for e in entities or ()],
        "places": [_place(p) for p in matched.view.places()],
        "rules": [v.to_json() for v in matched.verdicts],
    }


def _article(article: Article, words: int) -> dict[str, Any]:
    return {
        "title": article.title or None,
        "language": article.language,
        "published": article.published.isoformat() if article.published else None,
        "published_text": article.published_text,
        "source": article.source,
        "url": article.url,
        "author": article.author,
        "words": words,
    }


def _entity(entity: Entity) -> dict[str, Any]:
    return {"type": entity.type, "text": entity.text, "start": entity.start, "end": entity.end}


def _place(place: Place) -> dict[str, Any]:
    country = place.country or None
    return {"name": place.name, "country": country, "kind": place.kind, "start": place.start, "end": place.end}


# ── for people ───────────────────────────────────────────────────────────────────────────────────


def for_people(found: dict[str, Any]) -> str:
    """What `explain` prints without --json."""
    article = found["article"]
    about = [article["source"], article["language"], article["published"] or article["published_text"] or "undated"]
    lines = [f"{found['file']}: {one_line(article['title'] or '(no title)')}"]
    lines.append(f"  {' · '.join(one_line(part) for part in about if part and part != UNKNOWN_LANGUAGE)}")
    for rule in found["rules"]:
        lines.append(f"  {'MATCH ' if rule['match'] else 'silent'}  {rule['id']}")
        lines += [f"            {line}" for line in _reasons(rule)]
    return "\n".join(lines)


def _reasons(rule: dict[str, Any]) -> Iterator[str]:
    for evidence in rule["evidence"]:
        yield f"{evidence['at'] or evidence['condition']}: {one_line(evidence['text'])}"
    for missing in rule["missing"]:
        yield f"missing {missing['at'] or missing['condition']}: {one_line(missing['why'])}"
    for blocking in rule["blocked_by"]:
        why = blocking.get("why") or blocking.get("text") or ""
        yield f"kept out by {blocking['at'] or blocking['condition']}: {one_line(why)}"


def line(entry: Listed | KeptOut) -> str:
    """One line of `alerts list`."""
    if isinstance(entry, KeptOut):
        blockers = ", ".join(one_line(b.get("text") or b.get("why") or "", 60) for b in entry.blocked_by)
        return f"{_when(entry.at)}  {entry.rule}  {_headline(entry.article)}  kept out by: {blockers}"
    alert = entry.alert
    states = ", ".join(f"{channel} {state}" for channel, state in entry.deliveries) or entry.recorded_only
    return f"{_when(alert.opened_at)}  {alert.id}  {alert.level}  {alert.rule}  {_headline(alert.article)}  [{states}]"


def alert(shown: Shown) -> str:
    """What `alerts show` prints."""
    found = shown.alert
    lines = [f"{found.level.upper()} · {_headline(found.article)}", f"{found.title} ({found.rule})", found.id]
    lines.append(f"opened {_when(found.opened_at)}, rules {found.rules_digest[:12]}")
    for evidence in found.evidence:
        where = evidence["at"] or evidence["condition"]
        lines.append(f"  {where}: {one_line(evidence['text'])} — {one_line(evidence['sentence'] or '', 300)}")
    if shown.recorded_only:
        lines.append(shown.recorded_only)
    for delivery in shown.deliveries:
        lines.append(f"{delivery.channel}: {delivery.state}" + (f", {delivery.reason}" if delivery.reason else ""))
        for message in delivery.messages:
            told = f"  message {message.id}: {message.state} after {message.tries} tries"
            lines.append(told + (f", {message.last_error}" if message.last_error else ""))
            lines += [f"    {_when(a.at)} {a.outcome}" + (f": {a.why}" if a.why else "") for a in message.attempts]
    return "\n".join(lines)


def _headline(article: Any) -> str:
    return one_line(article.get("title") or article.get("path") or "")


def _when(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def record(entry: Any) -> Any:
    """A dataclass of the store as JSON."""
    if isinstance(entry, Alert):
        return entry.to_json()
    if dataclasses.is_dataclass(entry):
        return {f.name: record(getattr(entry, f.name)) for f in dataclasses.fields(entry)}
    if isinstance(entry, (tuple, list)):
        return [record(item) for item in entry]
    return entry.isoformat() if isinstance(entry, date) else entry


def sample_message(message_id: str) -> Message:
    """What `channels test` sends."""
    text = "This is a sample from `watcher channels test`. Real alerts will arrive here."
    return Message(message_id, MessageKind.SAMPLE, Notice("channel.test", text, Level.INFORMATIONAL))
