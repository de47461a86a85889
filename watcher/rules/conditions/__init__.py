"""The kinds of condition, one file each, and their tuple."""

from __future__ import annotations

from watcher.rules.conditions.entity import Entity
from watcher.rules.conditions.groups import All, AnyOf, NoneOf
from watcher.rules.conditions.keywords import Keywords
from watcher.rules.conditions.near import Near
from watcher.rules.conditions.place import Place

KINDS = (All, AnyOf, NoneOf, Keywords, Place, Entity, Near)

# Kinds of the contract that are not built yet: refused by name, never ignored.
LATER = ("at_least", "use", "regex", "score", "source", "url", "author", "path", "language", "query")
LATER_COMPANIONS = ("inflect",)
