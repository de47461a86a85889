"""Finds listed people and organisations in a text by rules alone, without a model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from watcher.entities import syllables
from watcher.entities.acronyms import Taught, taught
from watcher.entities.bearers import NOWHERE, Stretches, bearers_of
from watcher.entities.declined import DeclinedBook
from watcher.entities.eastern import is_hangul
from watcher.entities.identity import Miss, NameHit, judged, least_beside
from watcher.entities.listed import Alike, alike, is_latin, word_keys
from watcher.entities.lookup import ArticleWords, Parted, article_words, parted, parts_no_words
from watcher.entities.people import LastName, Person, Sighting, people_of, seen_as, seen_inside
from watcher.entities.phrases import PhraseBook
from watcher.model import NAME_LIKENESS, Place
from watcher.text import Text

PERSON = "person"
_LEAST_IN_HANGUL = 0.9  # three syllables are less than a first and a last name
_LEAST_CUT = 0.95  # a last name that lacks its ending differs in nothing else
_BARELY = 0.6  # from here a word is worth telling as the nearest miss


class NameMatcher:
    """Listed names of one type. Immutable."""

    def __init__(self, names: Sequence[str], kind: str, least: float = NAME_LIKENESS) -> None:
        self._kind = kind
        self._least = least
        self._people: dict[LastName, list[Person]] = {}
        phrases: list[tuple[str, str]] = []
        for name in names:
            people = people_of(name) if kind == PERSON else ()
            if not people:
                phrases.append((name, name))
            for person in people:
                self._people.setdefault(person.last, []).append(person)
                if parts_no_words(person.last.whole):
                    phrases.append((person.last.whole, person.last.whole))
        self._by_key: dict[str, list[LastName]] = {}
        for last in self._people:
            for key in () if parts_no_words(last.whole) else last.keys():
                self._by_key.setdefault(key, []).append(last)
        self.keys = frozenset(self._by_key)
        """The skeletons of the last names (see `ArticleWords`) of which a text with one of them has at least one."""
        self._book = PhraseBook(dict.fromkeys(phrases)) if phrases else None
        self._declined = DeclinedBook([] if kind == PERSON else dict.fromkeys(names))
        self.literals = self._declined.literals | (self._book.literals if self._book else frozenset())
        """Stretches of folded texts beside `keys`: a text that has none of either has none of the names."""

    def may_find(self, text: Text) -> bool:
        """Whether one of the names or last names may stand in the text, whoever it means; quicker than `find`, and
        never False where that finds one."""
        if self._book is not None and self._book.occurs(text) or next(self._declined.find(text), None):
            return True
        article = article_words(text)
        if self.keys.isdisjoint(article.keys):
            return False
        lasts = (self._alike(word, article.family(word), self._least) for word in self._words(article))
        return any(any(found) for found in lasts)

    def find(self, text: Text, places: Sequence[Place] = (), named: Stretches = NOWHERE) -> list[NameHit]:
        """Every occurrence of one of them in the text, in its order. `places` are the gazetteer's: Kaboul the town is
        not Zamir Kaboul. `named` are the names of people as a model sees them: it knows one at a sentence's start."""
        if self._kind != PERSON:
            hits = list(self._phrases(text, Stretches((p.start, p.end) for p in places if p.kind != "region")))  # OTSC
        else:
            hits = self._people_in(text, places, named)
        by_span = {(hit.start, hit.end, hit.name): hit for hit in reversed(hits)}
        return sorted(by_span.values(), key=lambda h: (h.start, h.end))

    def _people_in(self, text: Text, places: Sequence[Place], named: Stretches) -> list[NameHit]:
        """The people in a text, by offsets of the text as it is."""
        parts = parted(text)
        towns = _towns(parts, places)
        hits: list[NameHit] = []
        for last, seen in self._sightings(parts.text, self._least).items():
            bearers = bearers_of(parts.text, seen, towns, named)
            for person in self._people[last] if bearers else ():
                hits += [j for j in judged(parts.text, person, bearers, self._least) if isinstance(j, NameHit)]
        return [_in_original(text, parts, hit) for hit in hits] if parts.bars else hits

    def nearest(self, text: Text, places: Sequence[Place] = ()) -> Miss | None:
        """What came nearest to one of the people listed, where `find` finds none; None where nothing is near."""
        parts = parted(text)
        text, towns = parts.text, _towns(parts, places)
        misses: list[Miss] = []
        for last, seen in self._sightings(text, _BARELY).items():
            name = self._people[last][0].name
            alike_ = [s for s in seen if s.value >= least_beside(self._least)]
            far = [s for s in seen if s.value < least_beside(self._least)]
            misses += [Miss(name, text.text[s.start : s.end], f"only {s.value:.2f} alike", s.value) for s in far]
            misses += [Miss(name, text.text[s.start : s.end], "a place") for s in alike_ if towns.meet(s.start, s.end)]
            bearers = bearers_of(text, alike_, towns)
            for person in self._people[last] if bearers else ():
                misses += [j for j in judged(text, person, bearers, self._least) if isinstance(j, Miss)]
        return max(misses, key=lambda m: m.likeness, default=None)

    def _phrases(self, text: Text, towns: Stretches) -> Iterator[NameHit]:
        """Names as a whole, and those that the article teaches for them, from there on."""
        if self._book is None:
            return
        listed, declined = self._book.find(text), list(self._declined.find(text))
        found = sorted([*listed, *declined], key=lambda f: f.start) if declined else listed
        for ones, via in ((listed, "as listed"), (declined, "case ending")):
            yield from (NameHit(one.meaning, one.first, one.last, one.start, one.end, via) for one in ones)
        lessons: dict[tuple[str, str], Taught] = {}
        for lesson in taught(text, found):
            start, end = text.starts[lesson.first], text.ends[lesson.last]
            if not towns.meet(start, end):
                lessons.setdefault((text.text[start:end], lesson.name), lesson)
        known = Stretches((f.start, f.end) for f in found)
        book = PhraseBook((written, lesson) for (written, _), lesson in lessons.items())
        for again in book.find(text) if lessons else ():
            name, of, first, _ = again.meaning
            if again.first >= first and not known.meet(again.start, again.end):
                yield NameHit(name, again.first, again.last, again.start, again.end, f"taught beside '{of}'")

    def _sightings(self, text: Text, least: float) -> dict[LastName, list[Sighting]]:
        """Where each listed last name stands, at least so alike, in the order of the text."""
        seen: dict[LastName, list[Sighting]] = {}
        article = article_words(text)
        for word in self._words(article):
            for last, how in self._alike(word, article.family(word), least):
                there = seen.setdefault(last, [])
                if last.spelled is None:
                    there += [seen_as(text, i, last, how) for i in article.numbers[word]]
                else:
                    starts = article.dense.get(word) or [text.starts[i] for i in article.numbers[word]]
                    there += [seen_inside(text, start, syllables.name_in(word)) for start in starts]
        if self._book is not None and self._people:
            by_name = {last.whole: last for last in self._people}
            for f in self._book.find(text):
                sighting = Sighting(f.folded, f.first, f.last, f.start, f.end, 1.0, "", False, False, False)
                seen.setdefault(by_name[f.meaning], []).append(sighting)
        return {last: sorted(found, key=lambda s: s.start) for last, found in seen.items()}

    def _words(self, article: ArticleWords) -> set[str]:
        """The words of an article that share a key with a listed name."""
        return {word for key in self.keys & article.keys for word in article.by_key[key]}

    def _alike(self, word: str, family: str, least: float) -> Iterator[tuple[LastName, Alike]]:
        """The last names that a word may be."""
        for key in syllables.keys(word):
            for last in self._by_key.get(key, ()):
                if last.spelled and last.spelled.is_written(word):
                    yield last, Alike(1.0, "transliteration", foreign=True)
        if syllables.is_chinese(word):
            return
        for last in dict.fromkeys(last for key in word_keys(word, family) for last in self._by_key.get(key, ())):
            if last.hangul is not None and last.hangul != is_hangul(word):
                continue
            asked = _LEAST_CUT if last.cut else min(least, least_beside(self._least))
            asked = max(least, _LEAST_IN_HANGUL) if last.hangul else asked
            how = alike(last.word, word, "" if last.cut else family, asked)
            if how is not None and (how.value >= least or how.foreign or not is_latin(word)):  # twice transliterated
                yield last, how


def _towns(parts: Parted, places: Sequence[Place]) -> Stretches:
    return Stretches((parts.offset(p.start), parts.offset(p.end)) for p in places)


def _in_original(text: Text, parts: Parted, hit: NameHit) -> NameHit:
    start, end = parts.original(hit.start), parts.original(hit.end - 1) + 1
    return hit._replace(first=text.word_from(start), last=text.word_from(end - 1), start=start, end=end)


def compile_names(names: Iterable[str], kind: str, least: float = NAME_LIKENESS) -> NameMatcher:
    """A matcher for names of one type: person, org, place, misc or any.

    A person's name of one word is a last name and means whoever bears it; all others are names as a whole, with the
    capitals that they are written with. `least` is how alike (0 to 1) a person's name in another spelling must be.
    """
    return NameMatcher(list(names), kind, least)
