"""The names of months and weekdays, in full and short, that a language's articles write dates with: CLDR's."""

from __future__ import annotations

from collections.abc import Iterable

from babel import Locale, localedata

_SHORTEST = 2  # letters: one letter is told from no initial


def dates_of(languages: Iterable[str]) -> dict[str, str]:
    """Of each language the names in small letters, one a line, of all countries that speak it: Canada has "Sept"."""
    locales = localedata.locale_identifiers()
    found = {
        language: {n for name in locales if name.partition("_")[0] == language for n in _names(Locale.parse(name))}
        for language in languages
    }
    return {language: "\n".join(sorted(names)) for language, names in found.items() if names}


def _names(locale: Locale) -> set[str]:
    written = (
        name
        for kinds in (locale.months, locale.days)
        for context in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for name in kinds[context].get(width, {}).values()
    )
    plain = (name.rstrip(".").lower() for name in written)
    return {name for name in plain if name.isalpha() and len(name) >= _SHORTEST}
