"""Warnings about the languages of a rule: what cannot be told in some of them, and what counts in others alone."""

from __future__ import annotations

from collections.abc import Iterator

from watcher.entities import models
from watcher.errors import Remark
from watcher.rules import nodes
from watcher.rules.conditions.base import every
from watcher.rules.conditions.entity import Entity
from watcher.rules.conditions.keywords import Keywords
from watcher.rules.nodes import Node, Scalar
from watcher.rules.reading import shown
from watcher.rules.spec import Code, RuleSpec
from watcher.rules.stems import has_stems
from watcher.rules.termreader import ANY
from watcher.rules.written import place_of, remark


def untold(rule: RuleSpec, root: Node) -> Iterator[Remark]:
    """Conditions on any name, where some of the rule's languages have no model; where none has, they never hold. Of a
    rule for all languages nothing is told: those that its articles come in are not known here."""
    unnamed = [c for c in every(rule.condition) if isinstance(c, Entity) and c.matcher is None]
    missing = [language for language in rule.languages if unnamed and models.installed(language) is None]
    if missing and len(missing) < len(rule.languages):
        for condition in unnamed:
            yield remark(place_of(root, condition), Code.NO_MODEL, condition.untold(missing))


def stemless(rule: RuleSpec, root: Node) -> Iterator[Remark]:
    """Conditions with `inflect` of words in languages that have no stemmer: those of the terms, or of the rule."""
    for condition in every(rule.condition):
        terms = [t for item in condition.items for t in item.terms] if isinstance(condition, Keywords) else []
        wanted = {c: None for t in terms if t.inflected for c in ([t.language] if t.language else rule.languages)}
        if without := [language for language in wanted if not has_stems(language)]:
            where = ", ".join(f"'{language}'" for language in without)
            why = f"inflect finds no other forms in {where}, for want of a stemmer"
            cure = "write them as terms, or use a wildcard"
            yield remark(place_of(root, condition), Code.NO_STEMMER, f"{why}; {cure}")


def foreign(rule: RuleSpec, value: Node) -> Iterator[Remark]:
    """Terms of the rule's own that count in languages which it keeps out."""
    for node, language in _languages(value):
        if language not in (ANY, *rule.languages):
            only = f"counts only in articles in '{shown(language)}', which the rule's languages keep out"
            yield remark(node, Code.NEVER_HOLDS, f"what stands here {only}")


def _languages(value: Node) -> Iterator[tuple[Node, str]]:
    """The languages that are named in a list of terms, each with its node."""
    if isinstance(value, nodes.Sequence):
        for item in value.items:
            yield from _languages(item)
    elif isinstance(value, nodes.Mapping) and (lang := value.get("lang")) is not None:
        if isinstance(lang, Scalar):
            yield lang, lang.value
    elif isinstance(value, nodes.Mapping) and value.get("term") is None:
        yield from ((key, key.value) for key, _ in value.entries if not key.value.startswith("x-"))
