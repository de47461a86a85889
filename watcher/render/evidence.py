"""The sentences of an article that show why a rule matched, shortened around what it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from watcher.folding import fold_words
from watcher.model import Alert
from watcher.render.articles import heading
from watcher.render.cleaning import ELLIPSIS, clean, isolates
from watcher.render.pieces import Line, Piece

SENTENCE_LIMIT = 300
SENTENCES = 2
LONGEST_HIT = 100
CONTEXT = 30


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence of the article with the conditions that it shows, each with its rule, and the spans to mark in it."""

    start: int
    text: str
    conditions: frozenset[tuple[str, str]]
    spans: tuple[tuple[int, int], ...]

    @property
    def rules(self) -> frozenset[str]:
        return frozenset(rule for rule, _ in self.conditions)


def excerpts(alerts: Sequence[Alert], limit: int = SENTENCES, told: Iterable[str] = ()) -> tuple[Line, ...]:
    """At most `limit` sentences of the evidence of alerts on one article, shortened around their hits.

    First the sentence that holds most conditions, then the one for the rules, and the conditions, that it lacks; one
    that says only what stands word for word in what is `told` beside them, such as the title, only for a rule that no
    other shows.
    """
    left = _fresh(_sentences(alerts), told)
    chosen: list[_Sentence] = []
    shown: frozenset[tuple[str, str]] = frozenset()
    while left and len(chosen) < limit:
        rules = {rule for rule, _ in shown}
        best = max(left, key=lambda s: (bool(shown) and len(s.rules - rules), len(s.conditions - shown), -s.start))
        if not best.conditions - shown:
            break
        shown |= best.conditions
        left.remove(best)
        chosen.append(best)
    return tuple(_shortened(sentence) for sentence in chosen)


def first_words(alert: Alert) -> str:
    """The best sentence of the evidence; "" where there is none."""
    return "".join(piece.text for sentence in excerpts([alert], 1) for piece in sentence)


def subject(alert: Alert) -> Mapping[str, Any]:
    """The article of an alert; one without title has words of its text in any case: an older Watcher kept none."""
    article = alert.article
    return article if heading(article) else {**article, "opening": first_words(alert)}


def _fresh(sentences: Sequence[_Sentence], told: Iterable[str]) -> list[_Sentence]:
    """The sentences that say more than what is told already, in whatever case and with whatever marks; of the others
    those that alone show a rule, for that."""
    known = [f" {' '.join(fold_words(text))} " for text in told]
    fresh, stale = list[_Sentence](), list[_Sentence]()
    for sentence in sentences:
        said = f" {' '.join(fold_words(sentence.text))} "
        (stale if any(said in text for text in known) else fresh).append(sentence)
    shown = {rule for sentence in fresh for rule in sentence.rules}
    alone = (replace(s, conditions=frozenset(c for c in s.conditions if c[0] not in shown)) for s in stale)
    return [*fresh, *(sentence for sentence in alone if sentence.conditions)]


def _sentences(alerts: Iterable[Alert]) -> list[_Sentence]:
    """The sentences that the evidence names, each once, in the order of the article."""
    found: dict[int, _Sentence] = {}
    for rule, entry in ((alert.rule, entry) for alert in alerts for entry in alert.evidence):
        text, start = entry.get("sentence"), entry.get("sentence_start")
        if not isinstance(text, str) or not isinstance(start, int):
            continue
        old = found.get(start, _Sentence(start, text, frozenset(), ()))
        conditions = old.conditions | {(rule, str(entry.get("at", "")))}
        found[start] = _Sentence(start, old.text, conditions, (*old.spans, *_spans(entry)))
    return [found[start] for start in sorted(found)]


def _spans(entry: Mapping[str, Any]) -> list[tuple[int, int]]:
    """What to mark of one entry: the parts of a `near`, not the stretch between them."""
    parts: Sequence[Any] = entry.get("of") or (entry,)
    ends = ((p.get("start"), p.get("end")) if isinstance(p, Mapping) else tuple(p)[:2] for p in parts)
    return [(start, end) for start, end in ends if isinstance(start, int) and isinstance(end, int)]


def _shortened(sentence: _Sentence) -> Line:
    """The sentence as pieces: whole where it is short, else its first hits with words around them."""
    text = sentence.text
    hits = _merged((max(0, s - sentence.start), min(len(text), e - sentence.start)) for s, e in sentence.spans)
    if len(text) <= SENTENCE_LIMIT:
        return _pieces(text, [(0, len(text))], hits)
    kept = _first_that_fit([(start, min(end, start + LONGEST_HIT)) for start, end in hits])
    if not kept:
        return _pieces(text, [_window(text, 0, SENTENCE_LIMIT)], [])
    context = (SENTENCE_LIMIT - sum(end - start for start, end in kept)) // (2 * len(kept))
    windows = _merged(_window(text, start - context, end + context, (start, end)) for start, end in kept)
    return _pieces(text, windows, kept)


def _first_that_fit(hits: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """As many hits as have room with some words around each."""
    kept: list[tuple[int, int]] = []
    room = SENTENCE_LIMIT
    for start, end in hits:
        room -= end - start + 2 * CONTEXT
        if room < 0:
            break
        kept.append((start, end))
    return kept


def _window(text: str, start: int, end: int, keep: tuple[int, int] = (0, 0)) -> tuple[int, int]:
    """`start` and `end` moved inwards to whole words, never into `keep`."""
    start, end = max(0, start), min(len(text), end)
    if start > 0:
        space = text.find(" ", start, keep[0])
        start = space + 1 if space >= 0 else start
    if end < len(text):
        space = text.rfind(" ", max(start, keep[1]), end)
        end = space if space >= 0 else end
    return start, end


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans in order, those that overlap as one, empty ones left out."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _pieces(text: str, windows: Sequence[tuple[int, int]], hits: Sequence[tuple[int, int]]) -> Line:
    """The windows of `text` as clean pieces, with an ellipsis where something was left out."""
    pieces: list[Piece] = []
    reached = 0
    for start, end in windows:
        if start > reached:
            pieces.append(Piece(f" {ELLIPSIS} " if pieces else f"{ELLIPSIS} "))
        reached = start
        for hit_start, hit_end in hits:
            if start <= hit_start and hit_end <= end:
                pieces += [Piece(text[reached:hit_start]), Piece(text[hit_start:hit_end], "hit")]
                reached = hit_end
        pieces.append(Piece(text[reached:end]))
        reached = end
    if reached < len(text):
        pieces.append(Piece(f" {ELLIPSIS}"))
    cleaned = tuple(Piece(clean(piece.text), piece.mark) for piece in pieces)
    first, last = isolates("".join(piece.text for piece in cleaned))
    return tuple(piece for piece in (Piece(first), *cleaned, Piece(last)) if piece.text)
