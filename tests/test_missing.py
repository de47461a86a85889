"""What kept a rule silent: on random trees the told conditions, turned, make it match, and no smaller set does."""

# ruff: noqa: E501 - a case stands on one line

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import combinations, product
from math import inf

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.judging import verdict, view_of
from watcher.model import Article
from watcher.rules.evaluate import Finding, Options, judge, told

MOST_LEAVES = 8

# ── trees, and a naive evaluator of them ─────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Tree:
    """A group with what it holds; a `leaf` has a term, `sides` are groups side by side in one mapping."""

    kind: str
    of: tuple[Tree, ...] = ()
    count: int = 1
    term: str = ""


Holds = Callable[[str], bool]


def holds(tree: Tree, at: str, told: Holds) -> bool:
    """Whether a tree holds, `told` saying so of the leaf at a path."""
    if tree.kind == "leaf":
        return told(at)
    inner = [holds(child, path, told) for path, child in below(tree, at)]
    match tree.kind:
        case "any":
            return any(inner)
        case "none":
            return not any(inner)
        case "at_least":
            return sum(inner) >= tree.count
    return all(inner)


def below(tree: Tree, at: str) -> Iterator[tuple[str, Tree]]:
    """What a group holds, each with its path."""
    if tree.kind == "sides":
        yield from ((at, child) for child in tree.of)
    elif tree.kind == "use":
        yield f"{at}.use" if at else "use", tree.of[0]
    else:
        key = {"at_least": "at_least.of", "list": "all"}.get(tree.kind, tree.kind)
        yield from ((f"{at}.{key}[{i}]" if at else f"{key}[{i}]", child) for i, child in enumerate(tree.of))


def leaves(tree: Tree, at: str = "") -> Iterator[tuple[str, str]]:
    """The path and the term of each leaf."""
    if tree.kind == "leaf":
        yield at, tree.term
    for path, child in below(tree, at):
        yield from leaves(child, path)


def written(tree: Tree, named: list[str]) -> str:
    """The tree as a condition; what is used by name is put into `named`."""
    inner = [written(child, named) for child in tree.of]
    match tree.kind:
        case "leaf":
            return f"{{keywords: {tree.term}}}"
        case "use":
            named.append(inner[0])
            return f"{{use: c{len(named) - 1}}}"
        case "sides":
            return f"{{{', '.join(side[1:-1] for side in inner)}}}"
        case "list":
            return f"[{', '.join(inner)}]"
        case "at_least":
            return f"{{at_least: {{count: {tree.count}, of: [{', '.join(inner)}]}}}}"
    return f"{{{tree.kind}: [{', '.join(inner)}]}}"


GROUPS = ("all", "any", "none")


@st.composite
def groups(draw: st.DrawFn, inner: st.SearchStrategy[Tree]) -> Tree:
    kind = draw(st.sampled_from([*GROUPS, "none", "at_least", "use", "sides", "list"]))
    if kind == "use":
        return Tree(kind, (draw(inner),))
    if kind == "sides":
        sides = draw(st.lists(st.sampled_from(GROUPS), min_size=2, max_size=3, unique=True))
        return Tree(kind, tuple(Tree(side, tuple(draw(st.lists(inner, min_size=1, max_size=3)))) for side in sides))
    of = tuple(draw(st.lists(inner, min_size=1, max_size=4)))
    return Tree(kind, of, draw(st.integers(1, len(of))) if kind == "at_least" else 1)


def numbered(tree: Tree, count: list[int]) -> Tree:
    """The tree with a term of its own for each leaf."""
    if tree.kind == "leaf":
        count[0] += 1
        return Tree("leaf", term=f"t{count[0]}")
    return Tree(tree.kind, tuple(numbered(child, count) for child in tree.of), tree.count)


TREES = (
    st.recursive(st.just(Tree("leaf")), groups, max_leaves=MOST_LEAVES)
    .map(lambda tree: numbered(tree, [0]))
    .filter(lambda tree: len(list(leaves(tree))) <= MOST_LEAVES)
)


# ── the law ──────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=500)
@given(TREES, st.data())
def test_what_is_told_would_turn_the_rule_and_nothing_smaller_would(tree: Tree, data: st.DataObject) -> None:
    """Whatever the tree: `missing` and `blocked_by` turned make the rule match, and every smaller set leaves it silent."""
    terms = dict(leaves(tree))
    words = data.draw(st.sets(st.sampled_from(sorted(terms.values()))))
    named: list[str] = []
    condition = written(tree, named)
    top = f"conditions: {{{', '.join(f'c{i}: {c}' for i, c in enumerate(named))}}}" if named else ""
    body = " ".join(sorted(words)) or "x"

    def matches(turned: set[str]) -> bool:
        return holds(tree, "", lambda at: (terms[at] in words) is not (at in turned))

    said = verdict(condition, body, top=top)
    assert said.match is matches(set())
    if said.match:
        assert not said.missing and not said.blocked_by
        return
    told = [m.at for m in said.missing] + [b.at for b in said.blocked_by]
    assert len(set(told)) == len(told)
    assert matches(set(told))
    assert not any(matches(set(some)) for n in range(len(told)) for some in combinations(terms, n))
    for entry in said.missing:
        assert ("a 'none' forbids it" in entry.why) is (terms[entry.at] in words)
    assert not (said.missing and said.blocked_by)
    assert all(terms[b.at] in words for b in said.blocked_by)
    if said.missing:  # of sets as small, one that lacks nothing goes before
        present = [at for at, term in terms.items() if term in words]
        assert not any(matches(set(some)) for some in combinations(present, len(told)))


@settings(max_examples=300)
@given(TREES, st.data())
def test_kept_out_is_what_would_match_if_something_went_away(tree: Tree, data: st.DataObject) -> None:
    """Without being asked for details: `blocked_by` names the fewest that are there and alone keep the rule silent."""
    terms = dict(leaves(tree))
    words = data.draw(st.sets(st.sampled_from(sorted(terms.values()))))
    named: list[str] = []
    condition = written(tree, named)
    top = f"conditions: {{{', '.join(f'c{i}: {c}' for i, c in enumerate(named))}}}" if named else ""
    said = verdict(condition, " ".join(sorted(words)) or "x", top=top, detail=False)

    def matches(gone: tuple[str, ...]) -> bool:
        return holds(tree, "", lambda at: terms[at] in words and at not in gone)

    present = [at for at, term in terms.items() if term in words]
    sizes = (n for n in range(len(present) + 1) if any(map(matches, combinations(present, n))))
    fewest = next(sizes, None)
    assert not said.missing
    assert said.match is (fewest == 0)
    told = {b.at for b in said.blocked_by}
    assert len(told) == (fewest or 0)
    assert not told or matches(tuple(told))


# ── what cannot be told ──────────────────────────────────────────────────────────────────────────

Kleene = bool | None
PERSON = "{entity: {type: person}}"  # undecided where the article's language has no model


def decided(tree: Tree, at: str, told: Callable[[str], Kleene]) -> Kleene:
    """Whether a tree holds where some of its leaves cannot be told."""
    if tree.kind == "leaf":
        return told(at)
    inner = [decided(child, path, told) for path, child in below(tree, at)]
    sure, maybe = sum(i is True for i in inner), sum(i is not False for i in inner)
    enough = {"any": 1, "none": 1, "at_least": tree.count}.get(tree.kind, len(inner))
    found = True if sure >= enough else False if maybe < enough else None
    return found if tree.kind != "none" or found is None else not found


@settings(max_examples=300)
@given(TREES, st.data())
def test_what_cannot_be_told_is_missing(tree: Tree, data: st.DataObject) -> None:
    """A leaf that needs a model where there is none would have to be known: it counts like one that would have to
    hold, also inside a `none`, and the told set is still the smallest."""
    terms = dict(leaves(tree))
    words = data.draw(st.sets(st.sampled_from(sorted(terms.values()))))
    unknown = data.draw(st.sets(st.sampled_from(sorted(terms.values()))))
    named: list[str] = []
    condition = written(tree, named)
    top = f"conditions: {{{', '.join(f'c{i}: {c}' for i, c in enumerate(named))}}}" if named else "x-y: z"
    for term in unknown:
        condition, top = (text.replace(f"{{keywords: {term}}}", PERSON) for text in (condition, top))
    said = verdict(condition, " ".join(sorted(words)) or "x", top=top, language="so")

    def matches(turned: tuple[str, ...]) -> bool:
        """Whether it would match for certain, what was unknown and is turned being either."""
        open_still = [at for at in turned if terms[at] in unknown]
        answers = (
            dict(zip(open_still, chosen, strict=True)) for chosen in product((True, False), repeat=len(open_still))
        )

        def told(at: str, answer: dict[str, bool]) -> Kleene:
            return answer.get(at) if terms[at] in unknown else (terms[at] in words) is not (at in turned)

        return any(decided(tree, "", partial(told, answer=answer)) is True for answer in answers)

    assert said.match is matches(())
    told = tuple([m.at for m in said.missing] + [b.at for b in said.blocked_by])
    assert matches(told)
    assert said.match or not any(matches(some) for n in range(len(told)) for some in combinations(terms, n))
    assert all(terms[b.at] in words - unknown for b in said.blocked_by)
    for entry in said.missing:
        assert ("no model" in entry.why) is (terms[entry.at] in unknown)


# ── score ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Item:
    """An item of a score: some terms, or `barred`, the first of them unless a "z1" is there, or `person`."""

    terms: tuple[str, ...]
    weight: int
    repeat: bool
    kind: str

    def written(self) -> str:
        extra = f", weight: {self.weight}"
        match self.kind:
            case "barred":
                return f"{{all: [{{keywords: {self.terms[0]}}}], none: [{{keywords: z1}}]{extra}}}"
            case "person":
                return f"{{entity: {{type: person}}{extra}}}"
        return f"{{keywords: [{', '.join(self.terms)}], repeat: {str(self.repeat).lower()}{extra}}}"

    @property
    def most(self) -> float:
        if self.weight <= 0 or self.kind != "keywords":
            return max(0, self.weight)
        return inf if self.repeat else self.weight * len(self.terms)

    def adds(self, words: list[str], *, barred: bool = True) -> int:
        """What it adds for certain; an unknown person nothing."""
        match self.kind:
            case "barred":
                return self.weight * (self.terms[0] in words and not (barred and "z1" in words))
            case "person":
                return 0
        return self.weight * (sum(map(words.count, self.terms)) if self.repeat else len(set(self.terms) & {*words}))


ITEMS = st.builds(
    Item,
    st.lists(st.sampled_from(["a1", "b1", "c1"]), min_size=1, max_size=3, unique=True).map(tuple),
    st.integers(-4, 6),
    st.booleans(),
    st.sampled_from(["keywords", "keywords", "barred", "person"]),
)


@settings(max_examples=500)
@given(st.lists(ITEMS, min_size=1, max_size=5), st.integers(1, 12), st.data())
def test_a_silent_score_says_what_it_lacks(items: list[Item], threshold: int, data: st.DataObject) -> None:
    """What a `none` or the want of a model holds back, the fewest items of it, where that would do; else the score,
    its threshold and the fewest items that would lift it, were they all that they can be."""
    words = data.draw(st.lists(st.sampled_from(["a1", "b1", "c1", "z1", "x"]), max_size=6))
    assume(sum(item.most for item in items) >= threshold)
    condition = f"{{score: {{threshold: {threshold}, of: [{', '.join(i.written() for i in items)}]}}}}"
    adds = [item.adds(words) for item in items]
    fear = sum(min(0, i.weight) for i in items if i.kind == "person")
    gains = [
        abs(i.weight) if i.kind == "person" else max(0, i.adds(words, barred=False) - added)
        for i, added in zip(items, adds, strict=True)
    ]
    said = verdict(condition, " ".join(words) or "x", language="so")
    assert said.match is (sum(adds) + fear >= threshold)
    if said.match:
        assert said.evidence[0].facts["score"] == sum(adds)
        return
    told = {*(m.at for m in said.missing), *(b.at for b in said.blocked_by)}
    if sum(adds) + fear + sum(gains) >= threshold:
        held = {int(at.split("[")[1].split("]")[0]) for at in told}
        fewest = _fewest([float(g) for g in gains], threshold - sum(adds) - fear)
        assert len(held) == len(told) == fewest
        assert sum(adds) + fear + sum(gains[i] for i in held) >= threshold
        return
    (entry,) = said.missing
    assert entry.why.startswith(f"the score is {sum(adds)}, threshold: {threshold} (")
    would_do = [int(n) for n in re.findall(r"of\[(\d+)\]", entry.why.split("; ")[1])]
    lifts = [item.most - added for item, added in zip(items, adds, strict=True)]
    assert sum(adds) + sum(lifts[i] for i in would_do) >= threshold
    assert len(would_do) == _fewest(lifts, threshold - sum(adds))


def _fewest(gains: list[float], needed: float) -> int:
    """How many of the gains at least come to so much, found by trying every choice."""
    return next(n for n in range(len(gains) + 1) if any(sum(c) >= needed for c in combinations(gains, n)))


# ── cost ─────────────────────────────────────────────────────────────────────────────────────────


def cost_of(condition: str, body: str, top: str = "") -> float:
    """Processor seconds that the verdict takes, with details and without."""
    rules = f"version: 1\n{top}\nrules:\n  - id: a\n    condition: {condition}\n"
    program, view = view_of(rules, Article("", body, "fr"))
    started = time.process_time()
    for detail in (True, False):
        findings = judge(program, view, Options(detail=detail))
        assert not any(told(found, view).match for found in findings if isinstance(found, Finding))
    return time.process_time() - started


def doubled(kinds: list[str], levels: int) -> str:
    """Named conditions, each of which uses the one before twice."""
    names = (f"  c{i}: {{{kinds[i % len(kinds)]}: [{{use: c{i - 1}}}, {{use: c{i - 1}}}]}}" for i in range(1, levels))
    return "\n".join(["conditions:", "  c0: {keywords: a1}", *names])


def test_ten_thousand_conditions_are_looked_at_once_each() -> None:
    """A tree of thousands of conditions at the most, and one as deep as may be, say why they are silent at once."""
    assert cost_of("{use: c11}", "x", doubled(["all", "none", "any"], 12)) < 2
    deep = "".join(
        f"  c{i}: {{{'all' if i % 2 else 'none'}: [{{use: c{i - 1}}}, {{keywords: b1}}]}}\n" for i in range(1, 24)
    )
    assert cost_of("{use: c23}", "b1 x", f"conditions:\n  c0: {{keywords: a1}}\n{deep}") < 1


def test_ten_thousand_hits_are_no_trouble_to_say_why_not() -> None:
    """Also where the nearest miss, or what bars, has to be found among them."""
    terms = [f"{{keywords: {t}}}" for t in ("a1", "b1", "c1", "d1", "e1", "f1")]
    apart = "{near: {within: 0, all: [" + ", ".join(terms) + "]}}"
    assert cost_of(apart, "a1 x b1 x c1 x d1 x e1 x f1 x " * 2_000) < 20
    barred = f"{{near: {{within: 1, all: [{', '.join(terms[:2])}], none: [{', '.join(terms[2:])}]}}}}"
    assert cost_of(barred, "c1 a1 b1 d1 e1 f1 " * 2_000) < 20
