"""The words that messages are made of, in the languages that a channel may ask for.

Each phrase is said once a language; where it counts, in the singular and in the plural.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from watcher.model import Level

LANGUAGES = ("en", "fr")

Phrase = str | tuple[str, str]  # one text, or (singular, plural) by `n`

_LEVELS: Mapping[str, Mapping[Level, str]] = {
    "en": {level: level.value.upper() for level in Level},
    "fr": {
        Level.INFORMATIONAL: "INFORMATION",
        Level.LOW: "FAIBLE",
        Level.MEDIUM: "MOYEN",
        Level.HIGH: "ÉLEVÉ",
        Level.CRITICAL: "CRITIQUE",
    },
}
_MONTHS: Mapping[str, tuple[str, ...]] = {
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
}
PHRASES: Mapping[str, Mapping[str, Phrase]] = {
    "en": {
        "sample": "TEST",
        "alert": "Alert {id}",
        "digest_id": "Digest {id}",
        "message": "Message {id}",
        "unknown_source": "unknown source",
        "unknown_language": "unknown language",
        "undated": "undated",
        "undated_written": "undated ({written})",
        "just_now": "just now",
        "minutes_ago": "{n} min ago",
        "hours_ago": "{n} h ago",
        "days_ago": ("yesterday", "{n} days ago"),
        "today": "today",
        "years_old": ("{n} year old", "{n} years old"),
        "outlets": ("{n} outlet", "{n} outlets"),
        "more": "and {n} more",
        "more_outlets": ("and {n} more outlet", "and {n} more outlets"),
        "more_alerts": ("and {n} more alert", "and {n} more alerts"),
        "more_stories": ("and {n} more story", "and {n} more stories"),
        "update": "Update: {why}",
        "template_failed": "The channel's template could not be used: {why}",
        "digest": "Digest: {what}",
        "digest_empty": "nothing to tell",
        "pulse_articles": "Articles",
        "pulse_silent_sources": "Silent sources",
        "pulse_held": "Held",
        "pulse_muted": "Muted",
        "pulse_kept_out": "Kept out",
        "pulse_rules": "Rules",
        "pulse_quarantined": "Quarantined",
        "pulse_dead": "Not delivered",
        "pulse_test_rules": "Rules under test",
        "alerts": ("{n} alert", "{n} alerts"),
        "stories": ("{n} story", "{n} stories"),
        "articles": ("{n} article", "{n} articles"),
        "no_articles": "no articles",
        "only": "only {what}",
        "within": "{what} in {span}",
        "spike": "{what} in {span}, a spike",
        "silence_over": "the silence is over, {what} in {span}",
        "new_term": "new {of}: {values}",
        "of_values": "{n} of {of} in {span} ({values})",
        "temporal": "{values} within {span}, {what}",
        "place": "place",
        "source": "source",
        "person": "person",
        "org": "org",
        "story": "story",
    },
    "fr": {
        "sample": "ESSAI",
        "alert": "Alerte {id}",
        "digest_id": "Synthèse {id}",
        "message": "Message {id}",
        "unknown_source": "source inconnue",
        "unknown_language": "langue inconnue",
        "undated": "sans date",
        "undated_written": "sans date sûre ({written})",
        "just_now": "à l'instant",
        "minutes_ago": "il y a {n} min",
        "hours_ago": "il y a {n} h",
        "days_ago": ("hier", "il y a {n} jours"),
        "today": "aujourd'hui",
        "years_old": ("il y a {n} an", "il y a {n} ans"),
        "outlets": ("{n} média", "{n} médias"),
        "more": "et {n} de plus",
        "more_outlets": ("et {n} autre média", "et {n} autres médias"),
        "more_alerts": ("et {n} autre alerte", "et {n} autres alertes"),
        "more_stories": ("et {n} autre sujet", "et {n} autres sujets"),
        "update": "Du nouveau : {why}",
        "template_failed": "Le modèle du canal n'a pas pu servir : {why}",
        "digest": "Synthèse : {what}",
        "digest_empty": "rien à signaler",
        "pulse_articles": "Articles",
        "pulse_silent_sources": "Sources muettes",
        "pulse_held": "Retenues",
        "pulse_muted": "Tues",
        "pulse_kept_out": "Écartées",
        "pulse_rules": "Règles",
        "pulse_quarantined": "En quarantaine",
        "pulse_dead": "Non livrées",
        "pulse_test_rules": "Règles à l'essai",
        "alerts": ("{n} alerte", "{n} alertes"),
        "stories": ("{n} sujet", "{n} sujets"),
        "articles": ("{n} article", "{n} articles"),
        "no_articles": "aucun article",
        "only": "seulement {what}",
        "within": "{what} en {span}",
        "spike": "{what} en {span}, un pic",
        "silence_over": "le silence est rompu, {what} en {span}",
        "new_term": "nouveau ({of}) : {values}",
        "of_values": "{n} ({of}) en {span} : {values}",
        "temporal": "{values} en {span}, {what}",
        "place": "lieu",
        "source": "source",
        "person": "personne",
        "org": "organisation",
        "story": "sujet",
    },
}


def level_name(level: Level, language: str) -> str:
    """The level as a headline begins with it."""
    return _LEVELS[language][level]


def day_name(day: int, month: int, language: str) -> str:
    """A day of the year: "24 October"."""
    number = "1er" if day == 1 and language == "fr" else str(day)
    return f"{number} {_MONTHS[language][month - 1]}"


def say(key: str, language: str, **values: Any) -> str:
    """The phrase with its values in place; `n` chooses between singular and plural (in French 0 is singular)."""
    phrase = PHRASES[language][key]
    if isinstance(phrase, tuple):
        n = values["n"]
        phrase = phrase[0 if n == 1 or (n == 0 and language == "fr") else 1]
    return phrase.format(**values)


def pulse_name(name: str, language: str) -> str:
    """What a figure of the pulse is called, by its stable name."""
    return say(key, language) if (key := f"pulse_{name}") in PHRASES[language] else name.replace("_", " ").capitalize()
