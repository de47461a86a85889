"""The tuple of the kinds of condition."""

from __future__ import annotations

from watcher.rules.conditions.entity import Entity
from watcher.rules.conditions.fields import Author, Language, Path, Source, Url
from watcher.rules.conditions.groups import All, AnyOf, AtLeast, NoneOf
from watcher.rules.conditions.keywords import Keywords
from watcher.rules.conditions.near import Near
from watcher.rules.conditions.place import Place
from watcher.rules.conditions.query import Query
from watcher.rules.conditions.regex import Regex
from watcher.rules.conditions.score import Score
from watcher.rules.conditions.use import Use

KINDS = (
    All,
    AnyOf,
    NoneOf,
    AtLeast,
    Use,
    Keywords,
    Regex,
    Place,
    Entity,
    Near,
    Score,
    Source,
    Url,
    Author,
    Path,
    Language,
    Query,
)
