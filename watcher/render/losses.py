"""What is given up, in words for the operator."""

from __future__ import annotations

from watcher.message import Bulletin, Content
from watcher.model import Alert, FileFacts
from watcher.phrase import Phrase
from watcher.render.articles import heading
from watcher.render.cleaning import one_line
from watcher.render.evidence import subject

LONGEST_TITLE = 100  # characters of an article's in a notice


def lost(channel: str, content: Content, why: Phrase) -> Phrase:
    """That a message is given up, with the alert that it tells."""
    if not isinstance(content, Alert | Bulletin):
        return undelivered(channel, 1, why)
    alert = content if isinstance(content, Alert) else content.lead
    title = heading(subject(alert), LONGEST_TITLE) or one_line(alert.title or alert.rule, LONGEST_TITLE)
    return Phrase(
        "channel {channel}: “{title}” (rule {rule}, alert {id}) could not be delivered and is kept as dead: {why}",
        channel=channel,
        title=title,
        rule=alert.rule,
        id=alert.id,
        why=why,
    )


def undelivered(channel: str, messages: int, why: Phrase) -> Phrase:
    """That messages to a channel are given up."""
    return Phrase(
        "channel {channel}: a message could not be delivered and is kept as dead: {why}",
        "channel {channel}: {n} messages could not be delivered and are kept as dead: {why}",
        channel=channel,
        n=messages,
        why=why,
    )


def set_aside(file: FileFacts, why: str) -> Phrase:
    """A file of the inbox that went into quarantine: why, and what to do once it is mended."""
    told = Phrase("{file}: {why}", file=one_line(file.path), why=why)
    again = f"watcher quarantine retry {file.id}"
    return Phrase.joined([told, Phrase("once it is mended: {command}", command=again)], "\n")
