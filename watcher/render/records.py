"""A message as programs read it: the fields of a line of JSON, and of a JSON webhook."""

from __future__ import annotations

from typing import Any, assert_never

from watcher.message import Bulletin, Digest, Message, Notice
from watcher.model import Alert


def record(message: Message) -> dict[str, Any]:
    """All of a message. A group has the fields of the alert that heads it, and its own beside them."""
    return {"message": message.id, "kind": message.kind.value, **_content(message)}


def summary(message: Message) -> dict[str, Any]:
    """What a webhook needs beside the text, to know and to sort what it got."""
    content = message.content
    fields: dict[str, Any] = {"message_id": message.id, "level": content.level.value}
    match content:
        case Alert() as alert:
            return {**fields, "id": alert.id, "rule": alert.rule}
        case Bulletin() as bulletin:
            return {**fields, "id": bulletin.lead.id, "rule": bulletin.lead.rule, **_group(bulletin)}
        case Digest() as digest:
            return {**fields, "id": digest.id, "why": str(digest.why)}
        case Notice() as notice:
            return {**fields, "event": notice.event}
    assert_never(content)


def _content(message: Message) -> dict[str, Any]:
    content = message.content
    match content:
        case Alert() as alert:
            return alert.to_json()
        case Digest() as digest:
            said = {"why": str(digest.why), "pulse": [[name, str(told)] for name, told in digest.pulse]}
            return {**digest.to_json(), **said}
        case Notice() as notice:
            return {**notice.to_json(), "text": str(notice.text)}
        case Bulletin() as bulletin:
            return {**bulletin.lead.to_json(), "level": bulletin.level.value, **_group(bulletin)}
    assert_never(content)


def _group(bulletin: Bulletin) -> dict[str, Any]:
    told = {"group": bulletin.group, "why": str(bulletin.why), "outlets": bulletin.outlets, "total": bulletin.total}
    return {**told, "matched": list(bulletin.matched), "alerts": [alert.id for alert in bulletin.alerts]}
