"""What the commands print of articles and alerts: JSON by the contract, and lines for people."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from watcher.message import Message, MessageKind
from watcher.model import UNKNOWN_LANGUAGE, Alert, Article, Entity, Level
from watcher.render import Reader, address, article_lines, correlated_line, one_line, place, unmarked
from watcher.store.alerts import DeliveryRecord, EscalationRecord, KeptOut, Listed, Shown
from watcher.store.deliveries import DeliveryRow

if TYPE_CHECKING:
    from watcher.analyse import Engine
    from watcher.entities.senses import Mention
    from watcher.inbox import Quarantined
    from watcher.policy.quiet import Silence

LONGEST_SHOWN = 120
LONGEST_SENTENCE = 300
MOST_SHOWN = 8  # of the places in doubt; --json has them all


def explain(engine: Engine, file: Path, article: Article) -> dict[str, Any]:
    """The object that `explain --json` prints for one article."""
    from watcher.rules.correlation.words import described
    from watcher.rules.evaluate import Options

    (matched,) = engine.match([article], Options(detail=True))
    entities = matched.view.entities()
    correlations = {r.id: described(r.correlation) for r in engine.program.enabled if r.correlation}
    return {
        "file": str(file),
        "part": article.part,
        **({"members": list(article.members)} if article.members else {}),
        "article": _article(article, len(matched.view.text)),
        "entities": [_entity(e) for e in entities or ()],
        "places": [_place(m) for m in matched.view.mentions() if m.refusal is None],
        "not_places": [_not_place(m) for m in matched.view.mentions() if m.refusal is not None],
        "rules": [
            v.to_json() | ({"correlation": correlations[v.rule]} if v.rule in correlations else {})
            for v in matched.verdicts
        ],
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


def _place(mention: Mention) -> dict[str, Any]:
    place = mention.place
    country = place.country or None
    told = {"name": place.name, "country": country, "kind": place.kind, "start": place.start, "end": place.end}
    return {**told, "reason": mention.reason} if mention.reason else told


def _not_place(mention: Mention) -> dict[str, Any]:
    place, refusal = mention.place, mention.refusal
    assert refusal is not None
    return {"name": place.name, "reason": refusal.reason, "start": place.start, "end": place.end}


# ── for people ───────────────────────────────────────────────────────────────────────────────────


def for_people(found: Mapping[str, Any]) -> str:
    """What `explain` prints without --json."""
    article = found["article"]
    about = [article["source"], article["language"], _date(article)]
    where = place({"path": found["file"], "members": found.get("members")})
    lines = [f"{where}: {one_line(article['title'] or '(no title)')}"]
    lines.append(f"  {' · '.join(one_line(part) for part in about if part and part != UNKNOWN_LANGUAGE)}")
    lines += [f"  {line}" for line in _places(found)]
    for rule in found["rules"]:
        lines.append(f"  {'MATCH ' if rule['match'] else 'silent'}  {rule['id']}")
        lines += [f"            {line}" for line in _reasons(rule)]
        if counted := rule.get("correlation"):
            lines.append(f"            an alert takes several articles: {counted}")
    return "\n".join(lines)


def _places(found: Mapping[str, Any]) -> Iterator[str]:
    """The places in doubt: what spoke for them, and what was taken for none."""
    chosen = Counter(f"{place['name']} ({place['reason']})" for place in found["places"] if "reason" in place)
    refused = Counter(place["reason"] for place in found["not_places"])
    for heading, reasons in (("places in doubt", chosen), ("not places", refused)):
        if reasons:
            shown = [
                one_line(f"{why} ×{n}" if n > 1 else why, LONGEST_SHOWN) for why, n in reasons.most_common(MOST_SHOWN)
            ]
            more = f"; {len(reasons) - MOST_SHOWN} more" if len(reasons) > MOST_SHOWN else ""
            yield f"{heading}: {'; '.join(shown)}{more}"


def _date(article: Mapping[str, Any]) -> str:
    if article["published"]:
        return str(article["published"])
    return f"undated ({article['published_text']})" if article["published_text"] else "undated"


def _reasons(rule: Mapping[str, Any]) -> Iterator[str]:
    for where, texts in found_texts(rule["evidence"]).items():
        yield f"{where}: {texts}"
    for missing in rule["missing"]:
        yield f"missing {_where(missing)}: {one_line(missing['why'])}"
    for blocking in rule["blocked_by"]:
        yield f"kept out by {_where(blocking)}: {_blocker(blocking)}"


def found_texts(evidence: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What each condition found, by its place in the rule: every text once, with how often ("EI ×9, Daech")."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for piece in evidence:
        found.setdefault(_where(piece), []).append(piece)
    return {where: _texts(pieces) for where, pieces in found.items()}


def _texts(pieces: Sequence[Mapping[str, Any]]) -> str:
    counted = Counter(one_line(piece["text"] or str(piece.get("score", "")), LONGEST_SHOWN) for piece in pieces)
    texts = ", ".join(f"{text} ×{n}" if n > 1 else text for text, n in counted.items())
    hits = pieces[0].get("hits", len(pieces))  # of many hits of a condition only the first are kept
    return f"{texts} ({len(pieces)} of {hits})" if hits > len(pieces) else texts


def _where(entry: Mapping[str, Any]) -> str:
    return f"{entry['at']} {entry['condition']}".strip()


def _blocker(entry: Mapping[str, Any]) -> str:
    return one_line(entry.get("why") or entry.get("text") or "", LONGEST_SHOWN)


# ── alerts ───────────────────────────────────────────────────────────────────────────────────────


def columns(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Rows as lines whose cells stand below one another; the last cell is as long as it is."""
    table = list(rows)
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        yield "  ".join([*(f"{cell:<{width}}" for cell, width in zip(row[:-1], widths, strict=False)), row[-1]])


def line(entry: Listed | KeptOut) -> tuple[str, ...]:
    """The cells of one line of `alerts list`."""
    if isinstance(entry, KeptOut):
        blockers = ", ".join(dict.fromkeys(map(_blocker, entry.blocked_by)))
        return _when(entry.at), entry.rule, f"{_headline(entry.article)}  [kept out by {blockers}]"
    alert = entry.alert
    states = ", ".join(f"{channel} {state}" for channel, state in entry.deliveries) or entry.recorded_only
    states += "; acknowledged" if entry.acked_at is not None else ""
    return _when(alert.opened_at), alert.id, alert.level, alert.rule, f"{_about(alert)}  [{states}]"


def alert(shown: Shown, now: int) -> str:
    """What `alerts show` prints, with ages as they are at `now`."""
    found = shown.alert
    lines = [f"{found.level.upper()} · {_about(found)}", f"{found.title} ({found.rule})", found.id]
    lines.append(f"opened {_when(found.opened_at)}, rules {found.rules_digest[:12]}{_story(found)}")
    if not found.correlated and (where := address(found.article)):
        lines.append(f"in {where}")
    lines += [f"  {where}: {texts}" for where, texts in found_texts(found.evidence).items()]
    lines += [f"  > {sentence}" for sentence in _sentences(found)]
    if found.correlated:
        lines.append(f"from {_when(found.correlated.start)} to {_when(found.correlated.end)}, the newest first:")
        articles = article_lines(found.correlated, Reader(now), len(found.correlated.articles))
        lines += [f"  {unmarked(line)}" for line in articles]
    if shown.recorded_only:
        lines.append(shown.recorded_only)
    for delivery in shown.deliveries:
        lines += _delivery(delivery)
    if shown.ack is not None:
        by = f" by {one_line(shown.ack.by)}" if shown.ack.by else ""
        lines.append(f"acknowledged {_when(shown.ack.at)}{by}")
    lines += [_escalation(one) for one in shown.escalations]
    return "\n".join(lines)


def _escalation(one: EscalationRecord) -> str:
    until = f", next {_when(one.due)}" if one.due is not None else ", ended"
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
        yield f"  message {message.id}: {message.state}"
        for attempt in message.attempts:
            yield f"    {_when(attempt.at)} {attempt.outcome}" + (f": {one_line(attempt.why)}" if attempt.why else "")


def delivery_line(row: DeliveryRow) -> tuple[str, ...]:
    """The cells of one line of `deliveries list`."""
    told = [counted(row.tries, "try", "tries")]
    told += [f"last error: {one_line(row.last_error)}"] if row.last_error and row.last_error != row.reason else []
    told += [f"next at {_when(row.due)}" + (f": {one_line(row.waits)}" if row.waits else "")] if row.due else []
    became = f"{row.channel} {row.state}: {one_line(row.reason)}  [{', '.join(told)}]"
    return str(row.id), _when(row.created_at), row.alert, row.level, row.rule, became


def _sentences(found: Alert) -> list[str]:
    """The sentences of the evidence, each once, in the order of the text."""
    ordered = sorted(found.evidence, key=lambda e: e["start"] if e["start"] is not None else -1)
    return list(dict.fromkeys(one_line(e["sentence"], LONGEST_SENTENCE) for e in ordered if e["sentence"]))


def _about(found: Alert) -> str:
    """What an alert is about: its article, or what several come to."""
    return correlated_line(found.correlated) if found.correlated else _headline(found.article)


def _headline(article: Mapping[str, Any]) -> str:
    return one_line(article.get("title") or "") or place(article)


def quarantined(one: Quarantined) -> str:
    """A line of `quarantine list`."""
    return f"{_when(one.at)}  {one.size:>11,} bytes  {one_line(one.path)}: {one_line(one.reason)}"


def counted(number: int, one: str, many: str = "") -> str:
    """ "1 try", "2 tries"."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"


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
    return entry


# ── silences ─────────────────────────────────────────────────────────────────────────────────────


def silence(found: Silence) -> str:
    """One line of `silence list`."""
    matchers = {"rule": found.rule, "source": found.source, "matching": found.matching}
    fits = ", ".join(f"{name} {one_line(value)}" for name, value in matchers.items() if value)
    by = f"  {one_line(found.by)}" if found.by else ""
    return f"{found.id}  until {_when(found.ends_at)}  {fits}{by}  {one_line(found.why)}".rstrip()


# ── status ───────────────────────────────────────────────────────────────────────────────────────


def status(found: Mapping[str, Any], beat: tuple[int, str] | None) -> str:
    """What `status` prints; `beat` is the age in ms of the daemon's last sign of life, and what it said."""
    rules = found["rules"]
    accepted = f"{rules['loaded']} in force" + (f" ({rules['digest'][:12]})" if rules["digest"] else "")
    table = {
        "daemon": "never ran" if beat is None else _alive(*beat),
        "rules": f"{accepted}; the file is refused:" if rules["error"] else accepted,
        "files": f"{found['files']['seen']} seen: {_states(found['files'], leave_out='seen')}",
        **_stuck(found["stuck"]),
        "articles": f"{found['articles']}, of which {found['ner']['needed']} needed the language model",
        "alerts": str(found["alerts"]),
        "deliveries": _states(found["deliveries"]),
        "messages": _states(found["messages"]),
        **_failing(len(found["channels"])),
    }
    lines = []
    for name, value in table.items():
        lines.append(f"{name:<12}{value}")
        if name == "rules" and rules["error"]:
            lines += [f"  {one_line(fault)}" for fault in rules["error"].splitlines()]
    lines += [f"  {_paused(paused)}" for paused in found["channels"]]
    return "\n".join(lines)


def _failing(addresses: int) -> dict[str, str]:
    """A line only where an address fails or has used up its rate."""
    return {"channels": f"{counted(addresses, 'address', 'addresses')} failing or held back:"} if addresses else {}


def _stuck(found: Mapping[str, int]) -> dict[str, str]:
    """A line only where somebody has to see to something."""
    kinds = {"unreadable": "cannot be read", "unmoved": "should have left the inbox and cannot be moved"}
    told = [f"{found[kind]} {what}" for kind, what in kinds.items() if found[kind]]
    return {"stuck": ", ".join(told)} if told else {}


def _alive(age_ms: int, note: str) -> str:
    ago = f"last sign of life {timedelta(seconds=max(0, age_ms) // 1000)} ago"
    return f"{ago}; {one_line(note)}" if note else ago


def _paused(told: Mapping[str, Any]) -> str:
    head = f"{one_line(told['channel'])}, address {told['address']}"
    if told["failures"]:
        head += f": {counted(told['failures'], 'failure')} in a row since {_when(told['since'])}"
    waiting = counted(told["waiting"], "message")
    return f"{head}: {one_line(told['why'])}; next try {_when(told['until'])}, {waiting} waiting"


def _states(counts: Mapping[str, int], leave_out: str = "") -> str:
    """ "18 sent, 2 held", without the states that nothing is in."""
    told = [f"{n} {state.replace('_', ' ')}" for state, n in counts.items() if n and state != leave_out]
    return ", ".join(told) or "none"


# ── channels ─────────────────────────────────────────────────────────────────────────────────────


def sample_message(message_id: str, now: int) -> Message:
    """What `channels test` sends: an alert in all that an alert has, on an article that there is not."""
    text = "This is a sample from `watcher channels test`: real alerts will arrive here, with the words that matched."
    start = text.index("real alerts")
    span = {"text": "real alerts", "start": start, "end": start + 11, "sentence": text, "sentence_start": 0}
    article = {"title": "Sample of an alert", "source": "watcher", "language": "en", "path": "channels-test.txt"}
    article |= {"published": datetime.fromtimestamp(now / 1000, UTC).isoformat(timespec="seconds")}
    evidence = {"condition": "keywords", "at": "", "term": "real alerts", **span}
    alert = Alert(message_id, "channels-test", "Sample", Level.INFORMATIONAL, now, article, (evidence,))
    return Message(message_id, MessageKind.SAMPLE, alert)
