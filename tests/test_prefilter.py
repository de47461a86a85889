"""Which rules are looked at: all that match, whatever terms they share, and few others."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.judging import gazetteer, judged, view_of
from watcher.model import Article
from watcher.rules import waking
from watcher.rules.compile import compile_rules
from watcher.rules.conditions.keywords import Keywords
from watcher.rules.load import Bundle, load
from watcher.rules.lookups import Lookups
from watcher.rules.terms import Item

WORDS = ("gaz", "frontière", "Kaboul", "accord", "EI", "talibans", "Lavrov", "pipe-line")
TERMS = (*WORDS, "accord gaz", "talib*", "front?ère", "Kaboul accord", "absent", "@common", "pipe line")


@st.composite
def leaves(draw: st.DrawFn) -> str:
    match draw(st.integers(0, 9)):
        case 0:
            return f"{{entity: {{type: person, is: [{draw(st.sampled_from(['Sergueï Lavrov', 'Zamir Kaboulov']))}]}}}}"
        case 1:
            return f"{{place: {draw(st.sampled_from(['AF', 'Port-Perdu']))}}}"
        case 2:
            return f"{{language: {draw(st.sampled_from(['fr', 'en']))}}}"
    if draw(st.integers(0, 3)) == 0:
        near = "{{near: {{within: {}, all: [{{keywords: [gaz, Kaboul]}}, {{keywords: {}}}]}}}}"
        return near.format(draw(st.integers(0, 3)), draw(st.sampled_from(["accord", '"accord gaz"', "talibans"])))
    terms = draw(st.lists(st.sampled_from(TERMS), min_size=1, max_size=3, unique=True))
    listed = ", ".join(f'"{term}"' for term in terms)
    companions = draw(st.sampled_from(["", "", ", inflect: true", ", min: 1, except: [accord gaz]", ", case: false"]))
    return f"{{keywords: [{listed}]{companions}}}"


def _group(parts: list[str], key: str) -> str:
    listed = ", ".join(parts)
    return f"{{at_least: {{count: 1, of: [{listed}]}}}}" if key == "at_least" else f"{{{key}: [{listed}]}}"


conditions = st.recursive(
    leaves(),
    lambda inner: st.builds(
        _group, st.lists(inner, min_size=1, max_size=3), st.sampled_from(["all", "any", "none", "at_least"])
    ),
    max_leaves=6,
)
texts = st.lists(st.sampled_from([*WORDS, "taliban", "gazeux", "pipeline", "Sergueï Lavrov", "."]), max_size=12).map(
    " ".join
)


def _rules(written: list[str]) -> str:
    head = 'version: 1\nlists: {common: [gaz, accord, "talib*"]}\nrules:\n'
    return head + "".join(f"  - {{id: r{n}, condition: {condition}}}\n" for n, condition in enumerate(written))


@settings(max_examples=60)
@given(st.lists(conditions, min_size=1, max_size=8), texts, st.sampled_from(["fr", "en", "und"]))
def test_a_rule_says_the_same_by_numbers_and_by_its_tree(written: list[str], body: str, language: str) -> None:
    """Rules looked at one by one match as those chosen and settled by the numbers of their terms do, with the same
    evidence (`judged` asks)."""
    verdicts = judged(_rules(written), Article("", body, language))
    assert [verdict.rule for verdict in verdicts] == [f"r{n}" for n in range(len(written))]


def test_a_rule_of_two_names_matches_where_both_stand() -> None:
    """Rules that need nothing but names are not passed over for want of the second one."""
    named = [f"{{entity: {{type: person, is: [{names}]}}}}" for names in ("Lavrov", "Kaboulov, Emomali Rahmon")]
    article = Article("", "M. Sergueï Lavrov a reçu M. Emomali Rahmon.", "fr")
    (verdict,) = judged(_rules([_group(named, "all")]), article, detail=False)
    assert verdict.match


def test_a_rule_needs_both_of_its_terms_to_be_looked_at() -> None:
    """Of rules that share a common word only those are looked at whose other word stands there too."""
    written = [f'{{all: [{{keywords: gaz}}, {{keywords: "mot{n}"}}]}}' for n in range(50)]
    program, view = view_of(_rules(written), Article("", "Le gaz et le mot7 de passe.", "fr"))
    assert [program.enabled[n].id for n in program.candidates(view)] == ["r7"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Le gaz à Kaboul.", ["r0", "r1", "r2"]),
        ("Le gaz et un accord.", ["r2"]),
        ("Le gaz et un traité.", ["r1", "r2"]),
        ("Un accord et un traité.", []),
    ],
)
def test_a_rule_is_kept_out_by_any_term_of_its_none_and_else_settled_by_numbers(body: str, expected: list[str]) -> None:
    """Of a rule of terms alone its tree is asked only where something may keep it out, to tell what."""
    refusals = ["[{keywords: accord}, {keywords: traité}]", "[{keywords: accord}]", "[{keywords: [cricket, football]}]"]
    rules = _rules([f"{{all: [{{keywords: gaz}}], none: {refusal}}}" for refusal in refusals])
    article = Article("", body, "fr")
    assert [verdict.rule for verdict in judged(rules, article, detail=False) if verdict.match] == expected
    program, view = view_of(rules, article)
    settled = program.plans.settled(range(len(refusals)), view)
    assert [f"r{rule}" for rule, standing in settled if standing is not None] == expected


def test_rules_that_share_both_lists_are_all_looked_at() -> None:
    """A list that many rules share wakes all of them, in their order."""
    written = ['{all: [{keywords: "@common"}, {keywords: [Kaboul, EI]}]}'] * 20
    program, view = view_of(_rules(written), Article("", "Accord à Kaboul.", "fr"))
    assert [program.enabled[n].id for n in program.candidates(view)] == [f"r{n}" for n in range(20)]
    assert not list(program.candidates(program.view(Article("", "Accord sur le gaz.", "fr"))))


@st.composite
def woken(draw: st.DrawFn) -> tuple[list[set[int]], list[int], list[set[int]], set[int]]:
    """The keys of rules, the number of the second set of each, these sets, and what stands in a text."""
    literals = st.sets(st.integers(0, 11), max_size=4)
    keys = draw(st.lists(literals, min_size=1, max_size=12))
    sets = draw(st.lists(literals, min_size=1, max_size=5))
    second = [draw(st.integers(0, len(sets) - 1)) for _ in keys]
    return keys, second, sets, draw(st.sets(st.integers(0, 11)))


@given(woken())
def test_few_rules_and_many_are_woken_alike(case: tuple[list[set[int]], list[int], list[set[int]], set[int]]) -> None:
    """Those whose key and whose second set have a literal that is there, however many rules there are."""
    keys, second, sets, there = case
    expected = [n for n, key in enumerate(keys) if key & there and sets[second[n]] & there]
    few = waking.waker(keys, second, sets, 12)
    many = waking.waker(keys, second, sets, 12, many=1)
    assert type(few) is not type(many)
    assert sorted(few.woken(there)) == sorted(many.woken(there)) == expected


@settings(max_examples=40)
@given(st.lists(conditions, min_size=1, max_size=8), texts, st.sampled_from(["fr", "en"]))
def test_lists_that_are_looked_up_together_are_found_as_each_alone(
    written: list[str], body: str, language: str
) -> None:
    """However many rules there are, the same terms of the same lists stand at the same places."""
    article = Article("", body, language)
    program, alone = view_of(_rules(written), article)
    together, lists = program.view(article), range(len(program.lookups.places))
    together.look_up(lists)
    for number in lists:
        assert list(together.standing(number)) == list(alone.standing(number))


@pytest.mark.parametrize("terms", ["'@big'", "['@big']", "[['@big']]", "['@both']", "['@big', OWN]"])
def test_rules_that_share_a_list_take_no_memory_for_it_each(terms: str) -> None:
    """A list of thousands of ministers, used by thousands of rules, is there once, also as one term of another list;
    the peak while rules are read and compiled counts."""

    def peak(rules: int) -> int:
        names = [f"minister{number}" for number in range(4_000)]
        head = f"version: 1\nlists: {{big: [{', '.join(names)}], both: [a, '@big']}}\nrules:\n"
        each = [
            f"  - {{id: r{n}, condition: {{all: [{{keywords: [w{n}]}}, {{keywords: {terms}}}]}}}}\n".replace(
                "OWN", f"own{n}"
            )
            for n in range(rules)
        ]
        bundle = Bundle({"rules.yaml": head + "".join(each)})
        tracemalloc.start()
        try:
            compile_rules(load(bundle, gazetteer()), gazetteer())
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(1)  # what is loaded at its first use is no rule's
    assert peak(40) < 1.5 * peak(4)


@pytest.mark.parametrize(
    ("body", "expected"),
    [("Un accord.", ["a", "b", "c"]), ("Le mot1.", ["b"]), ("Les talibanes.", ["a", "b", "c"]), ("Rien.", [])],
)
def test_a_list_beside_a_term_is_found_in_each_rule(body: str, expected: list[str]) -> None:
    """Rules that share a list as one term each find its terms and their own; `judged` asks by tree too."""
    rules = _rules([]) + "".join(
        f"  - {{id: {rule}, condition: {{keywords: ['@common', mot{n}]{more}}}}}\n"
        for n, (rule, more) in enumerate({"a": "", "b": ", inflect: true", "c": ", case: false"}.items())
    )
    verdicts = judged(rules, Article("", body, "fr"), detail=False)
    assert [verdict.rule for verdict in verdicts if verdict.match] == expected


def test_a_list_without_literals_shifts_no_other() -> None:
    """First, between and last: it is asked for with others, and has nothing there."""
    rules = load(Bundle({"r.yaml": "version: 1\nrules: [{id: a, condition: {keywords: [abc, def]}}]\n"}), gazetteer())
    condition = rules.rules[0].condition
    assert isinstance(condition, Keywords)
    empty: tuple[Item, ...] = ()
    one, two = condition.items[:1], condition.items[1:]
    lookups = Lookups.of([empty, one, two], {" abc ": 0, " def ": 1})
    asked = [lookups.number(items) for items in (empty, one, empty, two, empty)]
    there = lookups.there_in(asked, [1], 2)
    assert [(number, list(found)) for number, found in there] == [
        (number, list(lookups.there(number, {1}))) for number in asked
    ]
