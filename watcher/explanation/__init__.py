"""What the commands print of articles, alerts and the service."""

from watcher.explanation.alerts import DELIVERY_HEADING, alert, delivery_line, line, sample_message
from watcher.explanation.articles import explain, for_people, found_texts, text
from watcher.explanation.lines import columns, counted, record
from watcher.explanation.places import place_record, places
from watcher.explanation.service import boilerplate, quarantined, silence, status

__all__ = [
    "DELIVERY_HEADING",
    "alert",
    "boilerplate",
    "columns",
    "counted",
    "delivery_line",
    "explain",
    "for_people",
    "found_texts",
    "line",
    "place_record",
    "places",
    "quarantined",
    "record",
    "sample_message",
    "silence",
    "status",
    "text",
]
