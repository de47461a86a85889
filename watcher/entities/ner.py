"""Named entities from spaCy's statistical models, put right by the gazetteer."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from watcher.blas import keep_to_one_thread
from watcher.entities import models
from watcher.entities.senses import Mention
from watcher.model import Entity
from watcher.sentences import sentence_ends
from watcher.text import Text

BATCH = 8  # articles: more cost memory and no longer win time
MOST_CHARACTERS = 50_000  # of an article are read: 3 s at most, were it all words of one letter
_PIECE = 5_000  # characters: a longer paragraph is cut behind a sentence
_LONGEST_WORD = 100  # characters: spaCy's tokenizer is quadratic in a word's punctuation

_OTHER_PARTS = ("tok2vec", "tagger", "morphologizer", "parser", "senter", "lemmatizer", "attribute_ruler")
_TYPES = {
    "PER": "person",
    "PERSON": "person",
    "LOC": "place",
    "GPE": "place",
    "FAC": "place",
    "ORG": "org",
    "MISC": "misc",
    "persName": "person",  # Polish
    "placeName": "place",
    "geogName": "place",
    "orgName": "org",
}
_RANK = ("org", "misc", "place", "person")  # of two types given equally often to one name in an article
_CLEAN = str.maketrans({"’": "'", "ʼ": "'", "‘": "'", "*": " ", "\u00a0": " ", "\u202f": " ", "\u00ad": " ", "\t": " "})
_GAP = re.compile(
    r"[\n\r\u2028\u2029]+|\s{3,}"
)  # a paragraph's end, or the gap between the entries of a flattened menu
_LONG_WORD = re.compile(rf"\S{{{_LONGEST_WORD + 1},}}")
_ARTICLE = re.compile(r"(?:[ld]['’]|les? |la |the )", re.IGNORECASE)
# "le chef de l'EI Al-Baghdadi": who leads something, under an Arabic last name that the model takes for a group's.
_LEADS = re.compile(
    r"\b(?:chef|dirigeant|leader|émir|fondateur|commandant|porte-parole|président|ministre) "
    r"(?:du |des |de la |de l['’]|de |d['’])[\w’'-]{1,30}(?: [\w’'-]{1,30})?\)?,? $"
)
_LEADER = re.compile(r"(?:al|el|ben|bin|abu|abou)[ '’-]\w", re.IGNORECASE)
_NEAR = 100  # characters
_PARTICLE = re.compile(r"(?:al|el|ben|bin|ibn|abu|de|d|von|van|ter)[ '’-](?=\w)", re.IGNORECASE)


def load_ner(language: str, size: str = models.SIZES[0]) -> Ner | None:
    """The installed model of a language, of the size if there is a choice; None where there is none.

    French costs 300 MB (its `sm` 45 MB less, and finds fewer people), and 3 to 6 s of processor time, four fifths of
    them for one regular expression of spaCy's French tokenizer: load it once a process.
    """
    model = models.installed(language, size)
    if model is None:
        return None
    keep_to_one_thread()
    import spacy

    return Ner(spacy.load(model.package, exclude=list(_OTHER_PARTS)))


class Ner:
    """One language's model. Owns the pipeline; used by one thread at a time."""

    def __init__(self, pipeline: Any) -> None:
        self._pipeline = pipeline

    def find(
        self, texts: Sequence[Text], mentions: Sequence[Sequence[Mention]] | None = None
    ) -> list[tuple[Entity, ...]]:
        """The named entities of each article, in the order of its text, none overlapping.

        `mentions` are the gazetteer's for each article, the refused ones too: what is a place and what a part of
        a name, it knows better than the model.
        """
        known = mentions if mentions is not None else [()] * len(texts)
        found: list[tuple[Entity, ...]] = []
        articles = iter(zip(texts, known, strict=True))
        while batch := list(islice(articles, BATCH)):
            pieces = [(number, piece) for number, (text, _) in enumerate(batch) for piece in _pieces(text.text)]
            raw = self._read(pieces, len(batch))
            found += [tuple(_corrected(t.text, _agreed(r), m)) for (t, m), r in zip(batch, raw, strict=True)]
        return found

    def _read(self, pieces: Sequence[tuple[int, tuple[int, str]]], articles: int) -> list[list[Entity]]:
        found: list[list[Entity]] = [[] for _ in range(articles)]
        with self._pipeline.memory_zone():  # without it novel words stay: 189 MB for 1,500 articles
            documents = self._pipeline.pipe((piece for _, (_, piece) in pieces), batch_size=64)
            for (number, (offset, piece)), document in zip(pieces, documents, strict=True):
                found[number] += _entities(document.ents, offset, piece)
        return found


# ── what the model is given ──────────────────────────────────────────────────────────────────────


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """The paragraphs of a text, cleaned one to one, each with its offset."""
    clean = _LONG_WORD.sub(lambda m: " " * len(m[0]), text[:MOST_CHARACTERS].translate(_CLEAN))
    start = 0
    for gap in (*(m.span() for m in _GAP.finditer(clean)), (len(clean), len(clean))):
        yield from _short_pieces(clean, start, gap[0])
        start = gap[1]


def _short_pieces(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    while end - start > _PIECE:
        ends = [at for at in sentence_ends(text, start, start + _PIECE) if at < start + _PIECE]
        cut = ends[-1] if ends else text.rfind(" ", start + 1, start + _PIECE)
        cut = cut if cut > start else start + _PIECE
        yield start, text[start:cut]
        start = cut
    if text[start:end].strip():
        yield start, text[start:end]


# ── what it gives ────────────────────────────────────────────────────────────────────────────────


def _entities(spans: Iterable[Any], offset: int, piece: str) -> Iterator[Entity]:
    for span in spans:
        start, end = span.start_char, span.end_char
        article = _ARTICLE.match(piece, start, end)
        start = article.end() if article and piece[start].islower() else start
        while start < end and not piece[start].isalnum():
            start += 1
        while end > start and piece[end - 1].isspace():
            end -= 1
        kind = _TYPES.get(span.label_)
        if kind and _is_name(piece[start:end], kind):
            yield Entity(kind, piece[start:end], offset + start, offset + end)


def _is_name(written: str, kind: str) -> bool:
    """Whether it is written as a name: some letter, and in scripts with capitals one of them; a person begins so."""
    if not any(c.isalpha() for c in written):
        return False
    if written.upper() == written.lower():
        return True
    if kind != "person":
        return any(c.isupper() for c in written)
    particle = _PARTICLE.match(written)
    return written[particle.end() if particle and written[0].islower() else 0].isupper()


def _agreed(entities: Sequence[Entity]) -> list[Entity]:
    """One type for a name throughout an article: the one it was given most often (Daech was a person once in ten)."""
    given: dict[str, Counter[str]] = {}
    for entity in entities:
        given.setdefault(entity.text, Counter())[entity.type] += 1
    chosen = {text: max(_RANK, key=lambda t: (types[t], -_RANK.index(t))) for text, types in given.items()}
    return [Entity(chosen[e.text], e.text, e.start, e.end) for e in entities]


# ── what the gazetteer knows better ──────────────────────────────────────────────────────────────


def _corrected(text: str, entities: Sequence[Entity], mentions: Sequence[Mention]) -> list[Entity]:
    starts = [e.start for e in entities]
    leaders = {
        e.text for e in entities if _LEADER.match(e.text) and _LEADS.search(text[max(0, e.start - _NEAR) : e.start])
    }
    types = {number: "person" if e.text in leaders else e.type for number, e in enumerate(entities)}
    added: list[Entity] = []
    for mention in mentions:
        place = mention.place
        first = max(0, bisect_right(starts, place.start) - 1)
        last = bisect_left(starts, place.end)
        around = [n for n in range(first, last) if place.start < entities[n].end]
        if mention.refusal is not None:
            types |= dict.fromkeys((n for n in around if mention.refusal.person and types.get(n) == "place"), "person")
        elif place.kind not in ("country", "region", "city"):  # "les Russes" are no place
            types |= {n: "misc" for n in around if (entities[n].start, entities[n].end) == (place.start, place.end)}
        elif not any(_holds(entities[n], place.start, place.end) for n in around):
            organisation = place.kind == "region" and any(entities[n].type == "org" for n in around)  # NATO
            added.append(Entity("org" if organisation else "place", place.name, place.start, place.end))
            for number in around:
                types.pop(number, None)
    left = [(kind, entities[n].start, entities[n].end) for n, kind in types.items()]
    kept = [Entity(kind, text[start:end], start, end) for kind, start, end in left]  # as written, not as cleaned
    return sorted((*kept, *added), key=lambda e: e.start)


def _holds(entity: Entity, start: int, end: int) -> bool:
    """Whether an entity is a longer name with the place in it: "ministère russe", "aéroport de Kaboul"."""
    if not (entity.start <= start and end <= entity.end) or (entity.start, entity.end) == (start, end):
        return False
    return not (end == entity.end and _ARTICLE.fullmatch(entity.text, 0, start - entity.start))
