"""The gazetteer's names as books to look texts up in: of a language, of a script, and of the rules' own countries."""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from watcher.entities.archive import Archive
from watcher.entities.linebooks import LineBook
from watcher.entities.phrases import Book, Found, PhraseBook, automaton_of, longest
from watcher.entities.senses import BIG, NO_PLACE, Sense
from watcher.folding import fold_words
from watcher.model import UNKNOWN_LANGUAGE
from watcher.text import Text

MOST_TOWNS = 20_000  # of the rules' countries, the biggest: a rule on all of Europe names 90,000
_COLUMNS = 3  # of a town's line, before its names: code, region, inhabitants
_SHARED = ("country", "region", "city")  # kinds of English names that articles of every language use
# Languages whose words for inhabitants stand for those of an unknown one: with all thirty it took 20 MB more.
_WIDELY_READ = frozenset("fr en de es it pt nl pl ru uk tr ar fa".split())
_SHORTEST_UNKNOWN = 4  # letters: shorter names of all languages together are words of some of them
_SCRIPTS = {
    **dict.fromkeys("ru uk bg sr mk be kk ky tg mn".split(), "cyrillic"),
    **dict.fromkeys("ar fa ur ps ug".split(), "arabic"),
    **dict.fromkeys("zh ja".split(), "han"),
    "el": "greek",
    "he": "hebrew",
    "ko": "hangul",
    **dict.fromkeys("hi mr ne".split(), "devanagari"),
    **dict.fromkeys("ka hy th bn ta te ml kn my km lo am gu pa si".split(), ""),
}
# Scripts of two bytes a letter, in which to go over a text takes twice as long. A language with cases that is written
# in one looks for all names at once, with 5 MB for the shared ones that another language may need too.
_LONG_SCRIPTS = frozenset(["cyrillic"])
_SAME_CASES = {"bs": "hr", "sh": "hr"}
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_TOLD_BY = 500  # letters that tell which of its two alphabets a language is written in


class Books:
    """The books made so far. Owned by a gazetteer, used by one thread at a time."""

    def __init__(
        self,
        archive: Archive,
        languages: Sequence[str],
        nothing: Sequence[str],
        doubtful: frozenset[str],
        federations: frozenset[str],
        countries: Sequence[str],
    ) -> None:
        self._archive = archive
        self._languages = languages
        self._nothing = nothing
        self._doubtful = doubtful
        self._federations = federations
        self._countries = countries
        self._names: dict[str, PhraseBook[Sense]] = {}
        self._shared: dict[str, LineBook[Sense]] = {}
        self._joined: dict[tuple[str, str], _Joined | None] = {}

    def find(self, text: Text) -> tuple[list[Found[Sense]], set[str]]:
        """Every name in the text that some book has, of those that overlap the longest; and what would be one, had it a
        capital."""
        small: set[str] = set()
        return longest([hit for hits in self._hits(text, small) for hit in hits]), small

    def _hits(self, text: Text, small: set[str]) -> Iterator[Iterator[Found[Sense]]]:
        if text.language not in self._languages:
            yield self._book(UNKNOWN_LANGUAGE).hits(text, small)
            return
        script = _script_of(text)
        joined = self._with_cases(text.language, script)
        if joined is None:
            yield self._book(text.language).hits(text, small)
            if script:
                yield self._script(script).hits(text, small)
        else:
            own, declined, *others = joined.hits(text, small)
            yield own
            yield from others or (self._script(script).hits(text, small),)
            yield declined
        if script and self._countries:
            yield self._towns.hits(text, small)

    def _book(self, language: str) -> PhraseBook[Sense]:
        if language not in self._names:
            self._names[language] = self._new_book(language)
        return self._names[language]

    def _new_book(self, language: str) -> PhraseBook[Sense]:
        senses = self._all_senses() if language == UNKNOWN_LANGUAGE else self._senses(language)
        nothing = ((name, Sense(NO_PLACE, "")) for name in self._nothing)
        return PhraseBook((*senses, *nothing))

    def _script(self, script: str) -> LineBook[Sense]:
        if script not in self._shared:
            self._shared[script] = self._new_script(script)
        return self._shared[script]

    def _new_script(self, script: str) -> LineBook[Sense]:
        return LineBook(*self._archive.folded_lines(f"shared/{script}"), _COLUMNS, _sense)

    def _with_cases(self, language: str, script: str) -> _Joined | None:
        """The names of a language and those of towns in its cases, if it has any: in books of their own for each of
        its scripts, as a book hands its patterns on once."""
        key = language, script
        if key not in self._joined:
            lines, folded = self._archive.folded_lines(f"cases/{_SAME_CASES.get(language, language)}")
            self._joined[key] = None
            if script and lines:
                shared = (self._new_script(script),) if script in _LONG_SCRIPTS else ()
                cases = LineBook(lines, folded, _COLUMNS, _sense)
                self._joined[key] = _Joined(self._new_book(language), cases, *shared)
        return self._joined[key]

    @cached_property
    def _towns(self) -> LineBook[Sense]:
        parts = [self._archive.folded_lines(f"towns/{country}") for country in self._countries]
        pairs = [pair for part in parts for pair in zip(*part, strict=True) if pair[0]]
        if len(pairs) > MOST_TOWNS:
            pairs = sorted(pairs, key=lambda pair: -int(pair[0].split("\t", 3)[2]))[:MOST_TOWNS]
        return LineBook([line for line, _ in pairs], [folded for _, folded in pairs], _COLUMNS, _sense)

    def _senses(self, language: str) -> Iterator[tuple[str, Sense]]:
        """Names of the article's language, spellings of capitals in its script, and English names that it lacks."""
        own = list(_flat(self._archive.values(f"names/{language}")))
        yield from map(self._weighed, own)
        if language != "en":
            yield from _flat(self._archive.values("names/*"))
            taken = {_key(name) for name, sense in own if sense.kind != "area"} | self._doubtful
            english = self._archive.values("names/en")
            for name, sense in _flat({k: english[k] for k in _SHARED}):
                if _key(name) not in taken and len(name) > 2:
                    yield name, sense

    def _weighed(self, named: tuple[str, Sense]) -> tuple[str, Sense]:
        """The press names the states of a federation without it, as it does big towns."""
        name, sense = named
        state = sense.kind == "area" and sense.code.partition("-")[0] in self._federations
        return (name, sense._replace(people=BIG)) if state else named

    def _all_senses(self) -> Iterator[tuple[str, Sense]]:
        seen: set[tuple[str, Sense]] = set()
        for language in self._languages:
            for name, sense in _flat(self._archive.values(f"names/{language}")):
                known = sense.kind in _SHARED or (sense.kind != "area" and language in _WIDELY_READ)
                if known and (name, sense) not in seen and _is_telling(name):
                    seen.add((name, sense))
                    yield name, sense


class _Joined:
    """The patterns of some books, looked for in one go over a text: to go over one in Cyrillic once more took a tenth
    of the time that its places take."""

    def __init__(self, *books: Book[Sense]) -> None:
        self._books = books
        numbered = [{p: number for number, p in enumerate(book.hand_patterns())} for book in books]
        patterns = sorted(set().union(*numbered))
        self._numbers = [array("i", [numbers.get(pattern, -1) for pattern in patterns]) for numbers in numbered]
        self._automaton = automaton_of(patterns)

    def hits(self, text: Text, small: set[str]) -> list[Iterator[Found[Sense]]]:
        """Those of each book, as it would find them alone."""
        found = self._automaton.find_matches_as_indexes(text.folded, overlapping=True)
        parted = ([(n, s, e) for joint, s, e in found if (n := own[joint]) >= 0] for own in self._numbers)
        return [book.verified(text, matches, small) for book, matches in zip(self._books, parted, strict=True)]


def _script_of(text: Text) -> str:
    """The script whose names of towns a text may use; Serbian and Uzbek are written in two."""
    script = _SCRIPTS.get(text.language, "latin")
    return "latin" if script == "cyrillic" and not _CYRILLIC.search(text.text, 0, _TOLD_BY) else script


def _sense(line: str) -> Sense:
    code, region, people, _ = line.split("\t", _COLUMNS)
    kind = "town" if "/" in code else "area" if "-" in code else "country"
    return Sense(kind, code, region, int(people))


def _key(name: str) -> str:
    return " ".join(fold_words(name))


def _flat(names: Mapping[str, Mapping[str, Sequence[str]]]) -> Iterator[tuple[str, Sense]]:
    for kind, codes in names.items():
        for code, written in codes.items():
            sense = Sense(kind, code)
            for name in written:
                yield name, sense


def _is_telling(name: str) -> bool:
    """Whether a name says enough without knowing the language."""
    if unicodedata.name(name[0], "").startswith(("CJK", "HANGUL", "KATAKANA")):
        return len(name) > 1
    return len(_key(name)) >= _SHORTEST_UNKNOWN
