"""Says phrases in the language of who reads them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import assert_never

from watcher.model import Level
from watcher.phrase import HOLE, Moment, Phrase, Span, Value, filled
from watcher.render.french import FRENCH
from watcher.render.words import NO_BREAK, level_name, moment_name, span_name

Forms = str | tuple[str, str]  # one text, or (singular, plural) by the value `n`

# French sets no line break before these marks, inside its quotation marks and before units.
_UNBROKEN = re.compile(r" (?=[:;?!»])|(?<=«) |(?<=\}) (?=(?:min|h|Mo)\b)")


def _set(forms: Forms) -> Forms:
    if isinstance(forms, str):
        return _UNBROKEN.sub(NO_BREAK, forms)
    one, many = forms
    return _UNBROKEN.sub(NO_BREAK, one), _UNBROKEN.sub(NO_BREAK, many)


CATALOGUES: Mapping[str, Mapping[str, Forms]] = {"fr": {said: _set(forms) for said, forms in FRENCH.items()}}
_SINGULAR: Mapping[str, Callable[[int], bool]] = {"fr": lambda n: n in (0, 1)}


def say(text: str, language: str) -> str:
    """A phrase in the language. One that its catalogue does not have, as what an older or newer Watcher left in the
    store, keeps its English words; a text that is no phrase is the same in all languages."""
    if not isinstance(text, Phrase):
        return text
    form = _form(text, language)
    return filled(form, {name: _said(value, language) for name, value in text.values.items()})


def begun(text: str, language: str) -> str:
    """A phrase at the begin of a line: with a capital where its first word is Watcher's own, and no name or value."""
    said = say(text, language)
    return said[:1].upper() + said[1:] if _is_own(text, language) else said


def _is_own(text: Value, language: str) -> bool:
    if not isinstance(text, Phrase):
        return False
    first = HOLE.match(form := _form(text, language))
    return _is_own(text.values.get(first[1], ""), language) if first else form[:1].isalpha()


def _form(phrase: Phrase, language: str) -> str:
    """The sentence with its holes."""
    n = phrase.values.get("n")
    match CATALOGUES.get(language, {}).get(phrase.template):
        case None:
            return phrase.plural if phrase.plural and n != 1 else phrase.template
        case str(form):
            return form
        case (one, many):
            return one if isinstance(n, int) and _SINGULAR[language](n) else many
        case forms:
            assert_never(forms)


def _said(value: Value, language: str) -> str:
    """A value by its kind."""
    match value:
        case Level():
            return level_name(value, language)
        case Span():
            return span_name(value, language)
        case Moment():
            return f"{moment_name(value.local, date.min, language)} {value.local:%Z}"
        case str():
            return say(value, language)
        case int():
            return str(value)
    assert_never(value)
