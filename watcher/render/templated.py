"""Messages by a channel's own template: what it may print of an alert or a group of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from watcher.message import Bulletin, Message
from watcher.model import Alert
from watcher.phrase import Phrase
from watcher.render.articles import Reader, address, correlated_line, heading, place
from watcher.render.cleaning import one_line
from watcher.render.evidence import SENTENCES, subject
from watcher.render.forms import Form, formed, formed_line
from watcher.render.messages import (
    ARTICLES,
    Rendered,
    alone,
    bulletin_paragraphs,
    compose,
    evidence_of,
    headline,
    how_to_stop,
    other_articles,
    rule_lines,
    title_of,
)
from watcher.render.pieces import plain
from watcher.render.templates import Formed, Template, TemplateError, filled
from watcher.render.words import headline_level


def form_by(template: Template, message: Message, wanted: Form) -> Form:
    """The form that a message has where its channel has a template: the template's, of what templates are for."""
    return template.form(wanted) if isinstance(message.content, Alert | Bulletin) else wanted


def templated(message: Message, template: Template, form: Form, reader: Reader) -> Rendered | None:
    """An alert or a group by a template, under the same first line; None for what templates are not for.

    Where the template fails, the message is what it would be without one, and says why.
    """
    content = message.content
    if not isinstance(content, Alert | Bulletin):
        return None
    composed = compose(message, reader)
    bulletin = alone(content) if isinstance(content, Alert) else content
    try:
        body = filled(template, form, fields(bulletin, form, reader))
    except TemplateError as error:
        failed = (plain(reader.say(Phrase("The channel's template could not be used: {why}", why=str(error)))),)
        body = formed([*composed.paragraphs, failed], form)
    return Rendered(title_of(composed), body)


def fields(bulletin: Bulletin, form: Form, reader: Reader) -> dict[str, Any]:
    """The values by the names that templates know (`FIELDS`); sentences, links and `body` have their form."""
    lead, correlated = bulletin.lead, bulletin.lead.correlated
    others, more = other_articles(bulletin, reader)
    listed = [subject(alert) for alert in others]
    if correlated:
        listed = [*correlated.articles[:ARTICLES], *listed]
    return {
        **_article(lead.article, form, reader),
        "level": bulletin.level.value,
        "level_name": headline_level(bulletin.level, reader.language),
        "headline": headline(lead, reader),
        "why": one_line(reader.say(bulletin.why)),
        "acknowledge": how_to_stop(bulletin, reader),
        "rules": rule_lines(bulletin, reader),
        "evidence": [Formed(formed_line(line, form)) for line in evidence_of(bulletin)],
        "several": correlated_line(correlated, reader.language) if correlated else "",
        "outlets": bulletin.outlets,
        "total": bulletin.total,
        "more": more,
        "articles": [_article(article, form, reader) for article in listed],
        "id": lead.id,
        "rule": lead.rule,
        "group": one_line(bulletin.group),
        "body": Formed(formed(bulletin_paragraphs(bulletin, reader, SENTENCES), form)),
    }


def _article(article: Mapping[str, Any], form: Form, reader: Reader) -> dict[str, Any]:
    texts = ("source", "language", "published", "author", "url")
    link = formed_line(plain(address(article), "link"), form)
    return {
        "title": heading(article),
        **{name: one_line(article.get(name) or "") for name in texts},
        "path": place(article),
        "age": reader.age(article),
        "link": Formed(link),
    }
