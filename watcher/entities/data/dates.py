"""The names of months and weekdays, in full and short, that a language's articles write dates with: CLDR's."""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from pathlib import Path

from babel import localedata

_SHORTEST = 2  # letters: one letter is told from no initial


def dates_of(languages: Iterable[str]) -> dict[str, str]:
    """Of each language the names in small letters, one a line, of all countries that speak it: Canada has "Sept"."""
    wanted = frozenset(languages)
    found: dict[str, set[str]] = {}
    for locale in localedata.locale_identifiers():
        if (language := locale.partition("_")[0]) in wanted:
            found.setdefault(language, set()).update(_names(locale))
    return {language: "\n".join(sorted(names)) for language, names in sorted(found.items()) if names}


def _names(locale: str) -> set[str]:
    """Those that a locale's own file has. As Babel hands them on, some are the root's, which are English: which ones
    hangs on what was asked for before."""
    own = pickle.loads(Path(localedata.resolve_locale_filename(locale)).read_bytes())  # noqa: S301 - Babel's own
    written = (
        name
        for kind in ("months", "days")
        for context in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        if isinstance(names := _under(own, kind, context, width), dict)
        for name in names.values()
    )
    plain = (name.rstrip(".").lower() for name in written if isinstance(name, str))
    return {name for name in plain if name.isalpha() and len(name) >= _SHORTEST}


def _under(data: object, *keys: str) -> object:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data
