"""The values that the parts hand to one another: frozen, picklable, free of input and output.

Times are UTC milliseconds since 1970. Offsets count Unicode code points of `Article.text`.
"""

from watcher.model.alert import Alert, Catchup, Correlated, DeliveryState, Level, WaitsFor
from watcher.model.article import INSIDE, UNKNOWN_LANGUAGE, UNREADABLE, Article, Document, Limits, embargo_end
from watcher.model.folder import WatchMode, Ways
from watcher.model.handover import (
    Admission,
    Analysed,
    Decision,
    Draft,
    FileFacts,
    FileOutcome,
    Fingerprint,
    Handled,
    Reading,
    state_of,
)
from watcher.model.verdict import NAME_LIKENESS, Entity, Evidence, Missing, Place, Verdict

__all__ = [
    "INSIDE",
    "NAME_LIKENESS",
    "UNKNOWN_LANGUAGE",
    "UNREADABLE",
    "Admission",
    "Alert",
    "Analysed",
    "Article",
    "Catchup",
    "Correlated",
    "Decision",
    "DeliveryState",
    "Document",
    "Draft",
    "Entity",
    "Evidence",
    "FileFacts",
    "FileOutcome",
    "Fingerprint",
    "Handled",
    "Level",
    "Limits",
    "Missing",
    "Place",
    "Reading",
    "Verdict",
    "WaitsFor",
    "WatchMode",
    "Ways",
    "embargo_end",
    "state_of",
]
