"""What Watcher says of itself: a notice, and what its events are called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from watcher.message import Notice
from watcher.phrase import Phrase
from watcher.render.articles import Reader
from watcher.render.cleaning import clean, one_line
from watcher.render.pieces import Paragraph, plain

LONGEST = 4000  # characters of a notice
OVER = ".over"  # how the event ends that tells the end of another

EVENTS: Mapping[str, Phrase] = {
    "articles.none": Phrase("articles missing"),
    "channel.failing": Phrase("channel failing"),
    "channel.held": Phrase("channel not usable"),
    "daemon.ended": Phrase("daemon ended"),
    "disk.low": Phrase("disk nearly full"),
    "file.quarantined": Phrase("file in quarantine"),
    "file.stays": Phrase("file stays in the inbox"),
    "heartbeat.unsent": Phrase("heartbeat not sent"),
    "message.dead": Phrase("message not delivered"),
    "part.waits": Phrase("part waiting"),
    "quarantine.growing": Phrase("quarantine growing"),
    "rule.noisy": Phrase("noisy rule"),
    "rules.loaded": Phrase("rules loaded"),
    "rules.refused": Phrase("rules refused"),
    "rules.tests_fail": Phrase("tests of rules fail"),
    "workers.dying": Phrase("reading processes dying"),
}
"""What events are called, by their stable names."""


def called(event: str) -> Phrase:
    """An event in words; one that an older or newer Watcher left in the store keeps its name."""
    if event.endswith(OVER):
        return Phrase("{event}: over", event=called(event.removesuffix(OVER)))
    return EVENTS.get(event) or Phrase.plain(one_line(event))


def notice_headline(notice: Notice, reader: Reader) -> str:
    """The first line of what is told."""
    return one_line(_told(notice, reader)[0]) or reader.begun(called(notice.event))


def notice_paragraphs(notice: Notice, message_id: str, reader: Reader) -> Iterator[Paragraph]:
    """What the headline has no room for, and what it is about."""
    first, *lines = _told(notice, reader)
    if one_line(first) != one_line(first, LONGEST):  # it was cut
        lines = [first, *lines]
    yield tuple(plain(clean(line)) for line in lines)
    yield (
        plain(reader.say(Phrase("Watcher: {event}", event=called(notice.event))), "faint"),
        plain(reader.say(Phrase("Message {id}", id=message_id)), "faint"),
    )


def _told(notice: Notice, reader: Reader) -> list[str]:
    """Its lines, never none."""
    return reader.begun(notice.text)[:LONGEST].strip().splitlines() or [""]
