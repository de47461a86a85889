"""Whole trees of conditions against a plain evaluator of the words of an article, which shares nothing with ours."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cached_property
from itertools import combinations, pairwise, product

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.judging import verdict

# ── articles ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Word:
    """A word as written, with its characters, its number, and the section, paragraph and sentence that it stands in."""

    written: str
    start: int
    end: int
    number: int
    section: str
    paragraph: int
    sentence: int
    shouted: bool = False  # in a run of four or more words all in capitals


@dataclass(frozen=True)
class Hit:
    """The words from first to last, and which of several terms it was found by."""

    first: Word
    last: Word
    term: int = 0

    @property
    def start(self) -> int:
        return self.first.start

    @property
    def end(self) -> int:
        return self.last.end


Range = tuple[int, int]


@dataclass(frozen=True)
class Text:
    """A title and paragraphs of sentences, each a string of words, with what stands between them."""

    title: str
    paragraphs: tuple[tuple[str, ...], ...]
    language: str
    source: str | None

    @cached_property
    def body(self) -> str:
        return "\n".join(" ".join(sentences) for sentences in self.paragraphs)

    @cached_property
    def whole(self) -> str:
        return f"{self.title}\n\n{self.body}" if self.title else self.body

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """All words in their order."""
        pieces = [("title", 0, self.title)] if self.title else []
        pieces += [("body", n, s) for n, sentences in enumerate(self.paragraphs, 1) for s in sentences]
        words: list[Word] = []
        at = 0
        for sentence, (section, paragraph, piece) in enumerate(pieces):
            at = self.whole.index(piece, at)
            for found in re.finditer(r"[^\W_]+", piece):
                start, end = at + found.start(), at + found.end()
                words.append(Word(found[0], start, end, len(words), section, paragraph, sentence))
            at += len(piece)
        return tuple(_shouting(words))

    @cached_property
    def sections(self) -> dict[str, list[Range]]:
        """The characters that each value of `in` stands for."""
        body = len(self.whole) - len(self.body)
        inside = [w for w in self.words if w.section == "body"]
        lead = (body, inside[min(100, len(inside)) - 1].end)
        title = (0, len(self.title) if self.title else len(self.paragraphs[0][0]))
        begins = [title] if self.title else []
        return {
            "title": [title],
            "body": [(body, len(self.whole))],
            "lead": [*begins, lead],
            "text": [*begins, (body, len(self.whole))],
        }


def _shouting(words: Sequence[Word]) -> Iterator[Word]:
    run: list[Word] = []
    for word in words:
        if run and (not _capitals(word.written) or word.section != run[0].section):
            yield from (replace(w, shouted=len(run) >= 4) for w in run)
            run = []
        if _capitals(word.written):
            run.append(word)
        else:
            yield word
    yield from (replace(w, shouted=len(run) >= 4) for w in run)


def _capitals(word: str) -> bool:
    return word.isupper()


def bare(text: str) -> str:
    """Without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


# ── terms ────────────────────────────────────────────────────────────────────────────────────────


LISTS = {  # of terms that stand nowhere else: what is repeated counts once
    "state": (("EI Talibans", "tali?an", "NATO gaz"), ("nat*",)),
    "fuel": (("gazoduc", "EIK"), ("frappe Il",), ("émir*",)),
}


@dataclass(frozen=True)
class Term:
    """A term as written, or with a = before it one that is `exact`; `case` as its condition says."""

    written: str
    case: bool | None = None

    @property
    def exact(self) -> bool:
        return self.written.startswith("=")

    def hits(self, text: Text, number: int = 0) -> Iterator[Hit]:
        """Every place where its words follow one another inside one paragraph."""
        for words in _ways(self.written.removeprefix("=")):
            for start in range(len(text.words) - len(words) + 1):
                run = text.words[start : start + len(words)]
                same = len({(w.section, w.paragraph) for w in run}) == 1
                if same and all(self._is(part, word) for part, word in zip(words, run, strict=True)):
                    yield Hit(run[0], run[-1], number)

    def _is(self, part: str, word: Word) -> bool:
        part, written = (part, word.written) if self.exact else (bare(part), bare(word.written))
        pattern = "".join({"*": r"\w*", "?": r"\w"}.get(c, re.escape(c)) for c in part)
        if self.case or self.exact:
            return bool(re.fullmatch(pattern, written))
        if not re.fullmatch(pattern, written, re.IGNORECASE):
            return False
        letters = bare(re.sub(r"\W", "", part))
        if self.case is False or len(letters) < 2 or not letters.isupper():
            return True
        if len(letters) < 4:
            return letters in written and not word.shouted
        return written == letters or written == letters.capitalize()


def _ways(term: str) -> Iterator[list[str]]:
    """The rows of words that a term may be written as: a hyphen is a hyphen, a space or nothing."""
    pieces = re.split(r"([ -])", term)
    hyphens = [n for n in range(1, len(pieces), 2) if pieces[n] == "-"]
    for gone in (some for n in range(len(hyphens) + 1) for some in combinations(hyphens, n)):
        words = [pieces[0]]
        for n in range(1, len(pieces), 2):
            if n in gone:
                words[-1] += pieces[n + 1]
            else:
                words.append(pieces[n + 1])
        yield words


def longest(hits: Sequence[Hit]) -> list[Hit]:
    """Of those that overlap the longest, then the first."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (h.start - h.end, h.start)):
        if all(hit.end <= k.start or k.end <= hit.start for k in kept):
            kept.append(hit)
    return sorted(kept, key=lambda h: h.start)


def inside(start: int, end: int, ranges: Sequence[Range]) -> bool:
    return any(left <= start and end <= right for left, right in ranges)


# ── conditions ───────────────────────────────────────────────────────────────────────────────────

Scope = tuple[tuple[str, ...], ...]  # the `in` of the condition and of all around it


def within(text: Text, scope: Scope, start: int, end: int) -> bool:
    return all(inside(start, end, [r for s in one for r in text.sections[s]]) for one in scope)


@dataclass(frozen=True)
class Node:
    """What every condition has: an `in` where it is given."""

    where: tuple[str, ...]

    def inner(self, scope: Scope) -> Scope:
        return (*scope, self.where) if self.where else scope

    def written(self) -> str:
        told = f", in: [{', '.join(self.where)}]" if self.where else ""
        return f"{{{self.core()}{told}}}"

    def core(self) -> str:
        raise NotImplementedError

    def holds(self, text: Text, scope: Scope) -> bool:
        raise NotImplementedError


@dataclass(frozen=True)
class Keywords(Node):
    """Terms, or the name of a list: that is several terms alone, and one with spellings among others."""

    given: tuple[str, ...]
    least: int
    times: int
    case: bool | None
    excepted: tuple[str, ...]

    @property
    def terms(self) -> tuple[tuple[str, ...], ...]:
        """Its terms, each with its spellings."""
        lists = [LISTS.get(given.removeprefix("@"), ((given,),)) for given in self.given]
        return lists[0] if len(lists) == 1 else tuple(tuple(t for term in one for t in term) for one in lists)

    def core(self) -> str:
        listed = [f"{{term: {g[1:]}, exact: true}}" if g[0] == "=" else repr(g) for g in self.given]
        given = listed[0] if len(listed) == 1 else "[" + ", ".join(listed) + "]"
        told = f"keywords: {given}"
        told += f", min: {self.least}, times: {self.times}"
        told += f", case: {str(self.case).lower()}" if self.case is not None else ""
        return told + (f", except: [{', '.join(map(repr, self.excepted))}]" if self.excepted else "")

    def found(self, text: Text, scope: Scope) -> list[Hit]:
        hits = [h for n, spelt in enumerate(self.terms) for t in spelt for h in Term(t, self.case).hits(text, n)]
        kept = longest([h for h in hits if within(text, self.inner(scope), h.start, h.end)])
        out = [(h.start, h.end) for term in self.excepted for h in Term(term).hits(text)]
        return [h for h in kept if not inside(h.start, h.end, out)]

    def distinct(self, hits: Sequence[Hit]) -> int:
        return len({h.term for h in hits})

    def holds(self, text: Text, scope: Scope) -> bool:
        found = self.found(text, scope)
        return len(found) >= self.times and self.distinct(found) >= self.least

    def spans(self, text: Text, scope: Scope) -> list[Hit]:
        return self.found(text, scope) if self.holds(text, scope) else []


@dataclass(frozen=True)
class Regex(Node):
    """A pattern, which looks at title and body each by itself."""

    pattern: str
    times: int
    case: bool

    def core(self) -> str:
        return f"regex: '{self.pattern}', times: {self.times}, case: {str(self.case).lower()}"

    def found(self, text: Text, scope: Scope) -> list[Range]:
        pattern = re.compile(self.pattern, 0 if self.case else re.IGNORECASE)
        found = [
            (left + m.start(), left + m.end())
            for left, right in text.sections["text"]
            for m in pattern.finditer(text.whole[left:right])
        ]
        return [(start, end) for start, end in found if within(text, self.inner(scope), start, end)]

    def holds(self, text: Text, scope: Scope) -> bool:
        return len(self.found(text, scope)) >= self.times


@dataclass(frozen=True)
class Field(Node):
    """`source` or `language`, which look at no text."""

    key: str
    values: tuple[str, ...]

    def core(self) -> str:
        return f"{self.key}: [{', '.join(map(repr, self.values))}]"

    def written(self) -> str:
        return f"{{{self.core()}}}"

    def holds(self, text: Text, scope: Scope) -> bool:
        if self.key == "language":
            return text.language in self.values
        return text.source is not None and any(fnmatchcase(text.source.lower(), v.lower()) for v in self.values)


@dataclass(frozen=True)
class Near(Node):
    """Close together, in order or not, nothing of `without` as close."""

    distance: int | str
    ordered: bool
    of: tuple[Keywords, ...]
    without: tuple[Keywords, ...]

    def core(self) -> str:
        of, without = (", ".join(c.written() for c in inner) for inner in (self.of, self.without))
        barred = f", none: [{without}]" if without else ""
        return f"near: {{within: {self.distance}, ordered: {str(self.ordered).lower()}, all: [{of}]{barred}}}"

    def solutions(self, text: Text, scope: Scope) -> Iterator[list[Hit]]:
        scope = self.inner(scope)
        barriers = [h for c in self.without for h in c.spans(text, scope)]
        for chosen in product(*(c.spans(text, scope) for c in self.of)):
            row = sorted(chosen, key=lambda h: h.start)
            apart = all(a.end <= b.start for a, b in pairwise(row))
            if not apart or (self.ordered and row != [*chosen]) or not self._together(row):
                continue
            if not any(self._together(sorted((b, h), key=lambda h: h.start)) for b in barriers for h in row):
                yield row

    def _together(self, row: Sequence[Hit]) -> bool:
        if isinstance(self.distance, int):
            return all(
                a.last.section == b.first.section and b.first.number - a.last.number - 1 <= self.distance
                for a, b in pairwise(row)
            )
        return len({getattr(word, self.distance) for h in row for word in (h.first, h.last)}) == 1

    def holds(self, text: Text, scope: Scope) -> bool:
        return next(self.solutions(text, scope), None) is not None


@dataclass(frozen=True)
class Score(Node):
    """Items with a weight each, and whether that counts for each occurrence."""

    threshold: int
    of: tuple[tuple[Leaf, int, bool], ...]

    def core(self) -> str:
        return f"score: {{threshold: {self.threshold}, of: [{', '.join(map(self._item, self.of))}]}}"

    @staticmethod
    def _item(item: tuple[Leaf, int, bool]) -> str:
        node, weight, repeat = item
        told = f", weight: {weight}" + (", repeat: true" if repeat and isinstance(node, Keywords) else "")
        return node.written()[:-1] + told + "}"

    def total(self, text: Text, scope: Scope) -> int:
        total, scope = 0, self.inner(scope)
        for node, weight, repeat in self.of:
            if node.holds(text, scope):
                found = node.found(text, scope) if isinstance(node, Keywords) else []
                times = (len(found) if repeat else node.distinct(found)) if isinstance(node, Keywords) else 1
                total += weight * times
        return total

    def holds(self, text: Text, scope: Scope) -> bool:
        return self.total(text, scope) >= self.threshold


Leaf = Keywords | Regex | Field | Near | Score


@dataclass(frozen=True)
class Group(Node):
    """`all`, `any`, `none` or `at_least`."""

    key: str
    of: tuple[Group | Leaf, ...]
    count: int = 1

    def core(self) -> str:
        listed = f"[{', '.join(c.written() for c in self.of)}]"
        return (
            f"{self.key}: {{count: {self.count}, of: {listed}}}" if self.key == "at_least" else f"{self.key}: {listed}"
        )

    def below(self, at: str) -> Iterator[tuple[str, Group | Leaf]]:
        key = "at_least.of" if self.key == "at_least" else self.key
        yield from ((f"{at}.{key}[{n}]".lstrip("."), node) for n, node in enumerate(self.of))


Tree = Group | Leaf
Told = Callable[[str, Leaf, Scope], bool]


def holds(tree: Tree, at: str, scope: Scope, told: Told) -> bool:
    """Whether a tree holds, `told` saying so of the leaf at a path."""
    if not isinstance(tree, Group):
        return told(at, tree, scope)
    inner = sum(holds(node, path, tree.inner(scope), told) for path, node in tree.below(at))
    match tree.key:
        case "all":
            return inner == len(tree.of)
        case "none":
            return inner == 0
    return inner >= tree.count


def leaves(
    tree: Tree, at: str = "", scope: Scope = (), *, denied: bool = False
) -> Iterator[tuple[str, Leaf, Scope, bool]]:
    """Each leaf with its path, what `in` leaves it, and whether a `none` stands around it."""
    if isinstance(tree, Group):
        for path, node in tree.below(at):
            yield from leaves(node, path, tree.inner(scope), denied=denied or tree.key == "none")
    else:
        yield at, tree, scope, denied


# ── random ones ──────────────────────────────────────────────────────────────────────────────────

WRITTEN = (
    "Il EI ei Ei EI-K EI-k EIK NATO Nato nato Émir émir emir EMIR al-Qaïda al-Qaida Al-Qaida alqaida "
    "taliban Talibans talibans frappe Frappe FRAPPE gaz gazoduc"
).split()
PLAIN = [
    "taliban*",
    "*liban*",
    "Émir",
    "gaz",
    "gaz*",
    "frappe",
    "fr?ppe",
    "talibans frappe",
    "frappe gaz",
    "gaz frappe",
]
TERMS = [*PLAIN, "EI", "NATO", "EI-K", "al-Qaïda", "al-Qaida EI", "EI frappe", "Il", "FRAPPE", "gaz gaz"]
GIVEN = [*TERMS, "=Émir", "=talibans frappe", "@state", "@fuel"]


@st.composite
def texts(draw: st.DrawFn) -> Text:
    sentences = st.lists(st.sampled_from(WRITTEN), min_size=1, max_size=6)

    def sentence(first: str, last: str) -> str:
        written = first
        for word in draw(sentences):
            written += (draw(st.sampled_from([" ", " ", " ", " ", "-", "'", ", "])) if written else "") + word
        return written + last

    title = draw(st.sampled_from(["", "t", "t"])) and sentence("", "")
    filler = " ".join(["Il", *["mot"] * draw(st.integers(92, 98))]) + "!"
    paragraphs = [
        tuple(sentence("Il", "!") for _ in range(draw(st.integers(1, 2)))) for _ in range(draw(st.integers(1, 3)))
    ]
    if draw(st.sampled_from([False, False, True])):
        paragraphs.insert(0, (filler,))
    source = draw(st.sampled_from([None, "AFP", "reuters"]))
    return Text(title, tuple(paragraphs), draw(st.sampled_from(["fr", "en", "und"])), source)


WHERE = st.sampled_from(
    [(), (), (), (), ("title",), ("lead",), ("body",), ("text",), ("title", "body"), ("title", "lead")]
)


@st.composite
def keywords(draw: st.DrawFn) -> Keywords:
    given = tuple(draw(st.lists(st.sampled_from(GIVEN), min_size=1, max_size=4, unique_by=str.lower)))
    where = draw(WHERE)
    return Keywords(
        where,
        given,
        draw(st.integers(1, min(2, len(Keywords(where, given, 1, 1, None, ()).terms)))),
        draw(st.sampled_from([1, 1, 1, 2, 3])),
        draw(st.sampled_from([None, None, True, False])),
        draw(st.sampled_from([(), (), ("gaz frappe",), ("EI-K", "talibans frappe gaz"), ("il taliban*",)])),
    )


def nears(without: int) -> st.SearchStrategy[Near]:
    return st.builds(
        Near,
        WHERE,
        st.sampled_from([0, 1, 3, "sentence", "paragraph"]),
        st.booleans(),
        st.lists(keywords(), min_size=2, max_size=3).map(tuple),
        st.lists(keywords(), max_size=without).map(tuple),
    )


PATTERNS = ["[tg]a[lz]", "Il [^ ]+", "é?mir", r"\bEI\b", "frappe.{1,9}gaz"]
regexes = st.builds(Regex, WHERE, st.sampled_from(PATTERNS), st.sampled_from([1, 1, 2]), st.booleans())
fields = st.one_of(
    st.builds(Field, st.just(()), st.just("source"), st.sampled_from([("afp",), ("*e*",), ("r?uters", "x")])),
    st.builds(Field, st.just(()), st.just("language"), st.sampled_from([("fr",), ("en", "und")])),
)


@st.composite
def scores(draw: st.DrawFn, inner: st.SearchStrategy[Leaf]) -> Score:
    """With a threshold that its first item alone may reach: others are refused."""
    items = draw(st.lists(st.tuples(inner, st.integers(-4, 6), st.booleans()), min_size=1, max_size=4))
    items[0] = (items[0][0], draw(st.integers(1, 6)), items[0][2])
    return Score(draw(WHERE), draw(st.integers(1, items[0][1])), tuple(items))


single = st.one_of(keywords(), keywords(), regexes, fields, nears(1))
leaf = st.one_of(single, single, single, scores(st.one_of(keywords(), regexes, fields, nears(0))))


@st.composite
def groups(draw: st.DrawFn, inner: st.SearchStrategy[Tree]) -> Group:
    of = tuple(draw(st.lists(inner, min_size=1, max_size=3)))
    key = draw(st.sampled_from(["all", "any", "none", "at_least"]))
    return Group(draw(WHERE), key, of, draw(st.integers(1, len(of))) if key == "at_least" else 1)


trees: st.SearchStrategy[Tree] = st.recursive(leaf, groups, max_leaves=8)


# ── the law ──────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=200)
@given(trees, texts())
def test_a_tree_says_what_a_plain_evaluator_says(tree: Tree, text: Text) -> None:
    """Whether it matches, where each condition is found, and what would have to be otherwise."""
    every = list(leaves(tree))
    truth = {at: node.holds(text, scope) for at, node, scope, _ in every}
    match = holds(tree, "", (), lambda at, _node, _scope: truth[at])
    said = verdict(
        tree.written(),
        text.body,
        text.title,
        language=text.language,
        lists=json.dumps(LISTS),
        fields={"source": text.source},
    )
    assert said.match is match
    for at, node, scope, denied in every:
        if denied or not isinstance(node, Keywords | Regex):
            continue
        told = {(e.start, e.end) for e in said.evidence if e.at == at}
        found = [(h.start, h.end) if isinstance(h, Hit) else h for h in node.found(text, scope)]
        if told:
            assert truth[at]
            assert told == set(found[:10])
    if match:
        assert not said.missing and not said.blocked_by
        return
    # What a `near` forbids and what lifts a score are told by themselves; they turn the whole.
    turned = {re.sub(r"\.?(near\.none|score\.of)\[\d+\].*", "", m.at) for m in (*said.missing, *said.blocked_by)}

    def matches(some: set[str]) -> bool:
        return holds(tree, "", (), lambda at, _node, _scope: truth[at] is not (at in some))

    assert matches(turned)
    if any(isinstance(node, Score) and denied and truth[at] for at, node, _, denied in every):
        return  # it may take several items to lower one
    assert not any(matches(set(some)) for n in range(len(turned)) for some in combinations(truth, n))
