"""What a digest says: what was held by rule and story, or how Watcher itself is doing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from watcher.message import Digest, DigestRule, DigestStory
from watcher.phrase import Phrase
from watcher.render.ages import moment
from watcher.render.articles import Reader, article_line, correlated, last_article, outlets_of
from watcher.render.cleaning import isolated, one_line
from watcher.render.evidence import subject
from watcher.render.pieces import AGAIN, BULLET, Line, Paragraph, Piece, plain
from watcher.render.words import headline_level, moment_name

PULSE: Mapping[str, Phrase] = {
    "articles": Phrase("Articles"),
    "silent_sources": Phrase("Silent sources"),
    "silences": Phrase("Silences"),
    "held": Phrase("Held"),
    "muted": Phrase("Muted"),
    "kept_out": Phrase("Kept out"),
    "rules": Phrase("Rules"),
    "quarantined": Phrase("Quarantined"),
    "dead": Phrase("Not delivered"),
    "test_rules": Phrase("Rules under test"),
}
"""What the figures of the pulse are called, by their stable names."""
MOST_SAID = 300  # characters of one figure of the pulse


def digest_headline(digest: Digest, reader: Reader) -> str:
    """How much there is, in one line: "Digest: 12 alerts, 5 stories"."""
    stories = sum(r.total for r in digest.rules) if digest.stories is None else digest.stories
    what = _counts(sum(r.alerts for r in digest.rules), stories)
    return reader.say(Phrase("Digest: {what}", what=what if digest.rules else Phrase("nothing to tell")))


def digest_paragraphs(digest: Digest, reader: Reader) -> Iterator[Paragraph]:
    """Why and of what time; each rule with its stories; or the pulse."""
    told = (one_line(reader.begun(digest.why)), _period(digest, reader))
    yield (plain(" · ".join(filter(None, told))),)
    for rule in digest.rules:
        yield tuple(_rule(rule, reader))
    if digest.pulse:
        yield tuple(_figure(figure, reader) for figure in digest.pulse)
    yield (plain(reader.say(Phrase("Digest {id}", id=digest.id)), "faint"),)


def _period(digest: Digest, reader: Reader) -> str:
    start = moment(digest.start, reader.timezone)
    today = moment(reader.now, reader.timezone).date()
    return f"{moment_name(start, today, reader.language)} – {reader.moment(digest.end)}"


def _rule(rule: DigestRule, reader: Reader) -> Iterator[Line]:
    counts = reader.say(_counts(rule.alerts, rule.total))
    title = isolated(one_line(rule.title) or rule.rule)
    yield Piece(title, "strong"), Piece(f" · {headline_level(rule.level, reader.language)} · {counts}")
    for story in rule.stories:
        yield BULLET, *_story(story, reader)
        yield from ((AGAIN, *article_line(article, reader)) for article in story.others)
    if (more := rule.total - len(rule.stories)) > 0:
        yield plain(reader.say(Phrase("and {n} more story", "and {n} more stories", n=more)))


def _story(story: DigestStory, reader: Reader) -> Line:
    if found := story.alert.correlated:
        told = reader.begun(correlated(found, reader.language)), reader.say(last_article(found, reader))
        return plain(" · ".join(filter(None, told)))
    more = (
        reader.say(outlets_of(story.outlets)) if story.outlets > 1 else "",
        reader.say(_alerts(story.alerts)) if story.alerts > 1 else "",
    )
    return article_line(subject(story.alert), reader, *more)


def _figure(figure: tuple[str, Phrase], reader: Reader) -> Line:
    name, said = figure
    known = PULSE.get(name) or Phrase.plain(name.replace("_", " ").capitalize())
    head = reader.say(Phrase("{name}:", name=known))
    return Piece(one_line(head), "strong"), Piece(f" {one_line(reader.say(said), MOST_SAID)}")


def _counts(alerts: int, stories: int) -> Phrase:
    return Phrase.joined([_alerts(alerts), Phrase("{n} story", "{n} stories", n=stories)])


def _alerts(count: int) -> Phrase:
    return Phrase("{n} alert", "{n} alerts", n=count)
