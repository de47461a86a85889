"""What a digest says: what was held by rule and story, or how Watcher itself is doing."""

from __future__ import annotations

from collections.abc import Iterator

from watcher.message import Digest, DigestRule, DigestStory
from watcher.render.ages import clock, moment
from watcher.render.articles import Reader, article_line, correlated_line
from watcher.render.cleaning import one_line
from watcher.render.pieces import BULLET, Line, Paragraph, Piece, plain
from watcher.render.spoken import reason
from watcher.render.words import level_name, pulse_name

MOST_SAID = 300  # characters of one figure of the pulse


def digest_headline(digest: Digest, reader: Reader) -> str:
    """How much there is, in one line: "Digest: 12 alerts, 5 stories"."""
    what = _counts(sum(r.alerts for r in digest.rules), sum(r.total for r in digest.rules), reader)
    return reader.say("digest", what=what if digest.rules else reader.say("digest_empty"))


def digest_paragraphs(digest: Digest, reader: Reader) -> Iterator[Paragraph]:
    """Why and of what time; each rule with its stories; or the pulse."""
    told = (one_line(reason(digest.why, reader.language)), _period(digest, reader))
    yield (plain(" · ".join(filter(None, told))),)
    for rule in digest.rules:
        yield tuple(_rule(rule, reader))
    if digest.pulse:
        yield tuple(_figure(figure, reader) for figure in digest.pulse)
    yield (plain(reader.say("digest_id", id=digest.id), "faint"),)


def _period(digest: Digest, reader: Reader) -> str:
    start, end = (moment(at, reader.timezone) for at in (digest.start, digest.end))
    today = moment(reader.now, reader.timezone).date()
    return f"{clock(start, today, reader.language)} - {clock(end, today, reader.language)} {end:%Z}"


def _rule(rule: DigestRule, reader: Reader) -> Iterator[Line]:
    counts = _counts(rule.alerts, rule.total, reader)
    title = one_line(rule.title) or rule.rule
    yield Piece(title, "strong"), Piece(f" · {level_name(rule.level, reader.language)} · {counts}")
    for story in rule.stories:
        yield BULLET, *_story(story, reader)
    if (more := rule.total - len(rule.stories)) > 0:
        yield plain(reader.say("more_stories", n=more))


def _story(story: DigestStory, reader: Reader) -> Line:
    if story.alert.correlated:
        return plain(correlated_line(story.alert.correlated, reader.language))
    more = (
        reader.say("outlets", n=story.outlets) if story.outlets > 1 else "",
        reader.say("alerts", n=story.alerts) if story.alerts > 1 else "",
    )
    return article_line(story.alert.article, reader, *more)


def _figure(figure: tuple[str, str], reader: Reader) -> Line:
    name, said = figure
    told = one_line(reason(said, reader.language), MOST_SAID)
    return Piece(one_line(pulse_name(name, reader.language)), "strong"), Piece(f": {told}")


def _counts(alerts: int, stories: int, reader: Reader) -> str:
    return f"{reader.say('alerts', n=alerts)}, {reader.say('stories', n=stories)}"
