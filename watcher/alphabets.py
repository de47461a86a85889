"""The letters that languages write, and those that they never do."""

from __future__ import annotations

import re

# Scripts that one language writes, and of which a few letters are enough.
_OWN_SCRIPTS = {
    "ko": "\uac00-\ud7a3",
    "ja": "\u3041-\u30fa",
    "el": "\u0370-\u03ff",
    "ka": "\u10d0-\u10ff",
    "hy": "\u0530-\u058f",
}
OF_OWN_SCRIPT = {language: re.compile(f"[{letters}]") for language, letters in _OWN_SCRIPTS.items()}
# Letters that speak for a guess that is not sure: few other languages write them.
OWN_LETTERS = {
    language: frozenset(letters)
    for language, letters in {
        "cs": "řůě",
        "sk": "ľĺŕ",
        "pl": "łśźżęą",
        "hu": "őű",
        "ro": "țăș",
        "tr": "ğış",
        "uk": "їєґі",
        "ru": "ыэъ",
        "de": "ßäöü",
        "pt": "ãõ",
        "es": "ñ¿¡",
        "lt": "ėįų",
        "is": "ðþ",
        "kk": "ұқңү",
        "da": "æø",
        "fi": "äö",
        "fr": "éèêçàœ",
    }.items()
}
# Letters that a language does not write at all, though its neighbours do: a few words are easily taken for theirs.
NEVER_WRITTEN = {
    language: frozenset(letters)
    for language, letters in {
        "bg": "ыэёіїєўј",
        "mk": "ыэёйщьъюяіїєў",
        "sr": "ыэёйщьъюяіїєў",
        "uk": "ыэёъў",
        "ru": "іїєґўјљњћ",
        "be": "ищъїєґ",
        "ky": "әһіғқұ",
    }.items()
}
# Letters of which a language writes one at least among so many: 1.4% of Icelandic's are þ, of Faroese's none.
ALWAYS_WRITTEN = {"is": (frozenset("þ"), 200), "hu": (frozenset("áé"), 60), "kk": (frozenset("іқ"), 60)}
