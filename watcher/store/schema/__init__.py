"""The tables of the store. Times are UTC milliseconds; `migrations/` brings older stores to this form.

Each file says who writes its tables.
"""

from watcher.store.schema.base import REVISION, metadata, revisions
from watcher.store.schema.correlation import correlations, counts, events, read_times
from watcher.store.schema.facts import meta, rule_sets
from watcher.store.schema.intake import alert_articles, alerts, article_texts, articles, files, kept_out, sightings
from watcher.store.schema.likeness import source_lines, stories, story_articles, story_bands, story_sources
from watcher.store.schema.outbox import attempts, deliveries, messages, pauses
from watcher.store.schema.plans import acks, digests, escalations, groups, noisy, silences, tellings

__all__ = [
    "REVISION",
    "acks",
    "alert_articles",
    "alerts",
    "article_texts",
    "articles",
    "attempts",
    "correlations",
    "counts",
    "deliveries",
    "digests",
    "escalations",
    "events",
    "files",
    "groups",
    "kept_out",
    "messages",
    "meta",
    "metadata",
    "noisy",
    "pauses",
    "read_times",
    "revisions",
    "rule_sets",
    "sightings",
    "silences",
    "source_lines",
    "stories",
    "story_articles",
    "story_bands",
    "story_sources",
    "tellings",
]
