"""What a look at the rules brought, as the operator is told of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from watcher.analyse import Tested
from watcher.errors import RulesError
from watcher.phrase import Phrase
from watcher.rules.spec import RuleSet
from watcher.store.rules import RULE, Fingerprint

MOST_TOLD = 20  # of rules, warnings, faults or tests


@dataclass(frozen=True, slots=True)
class Change:
    """What is new: rules.loaded, rules.refused or rules.tests_fail, and the words for it."""

    event: str
    text: Phrase


def loaded(rules: RuleSet, before: Sequence[Fingerprint] | None) -> Change:
    """New rules are in force; `before` are the fingerprints of what was, None where that is not known."""
    warnings = _some([str(warning) for warning in rules.warnings])
    told = Phrase("{n} rule loaded", "{n} rules loaded", n=len(rules.rules))
    changes = _differences(before, fingerprints(rules))
    return Change("rules.loaded", Phrase.joined([told, *changes, *warnings], "\n"))


def refused(error: RulesError, digest: str) -> Change:
    """The rules are faulty, and those of this digest stay in force."""
    kept = Phrase("rules refused; those accepted before ({digest}) stay in force", digest=digest[:12])
    return Change("rules.refused", Phrase.joined([kept, *_some([str(fault) for fault in error.faults])], "\n"))


def tests_fail(failing: Sequence[Phrase]) -> Change:
    """Tests of the rules in force fail."""
    return Change("rules.tests_fail", Phrase.joined(_some(failing), "\n"))


def failure(test: Tested) -> Phrase:
    """One of them, with where it stands and why."""
    return Phrase(
        "test fails: {rule}, {test} ({place}): {why}",
        rule=test.rule,
        test=test.name,
        place=str(test.place),
        why=test.why,
    )


def not_run(why: str) -> Change:
    """Whether the tests hold is not known."""
    return Change("rules.tests_fail", Phrase("the rules' tests could not be run: {why}", why=why))


def fingerprints(rules: RuleSet) -> list[Fingerprint]:
    """What tells rules, and what stands beside them, from what they were before."""
    of_rules = [(RULE, rule.id, rule.fingerprint) for rule in rules.rules]
    return of_rules + [(what, name, told) for (what, name), told in rules.beside.items()]


def _differences(before: Sequence[Fingerprint] | None, after: Sequence[Fingerprint]) -> list[Phrase]:
    if before is None:
        return []
    old, new = ({(what, name): told for what, name, told in found} for found in (before, after))
    changes = (
        (Phrase("added"), [i for i in new if i not in old]),
        (Phrase("changed"), [i for i in new if i in old and new[i] != old[i]]),
        (Phrase("removed"), [i for i in old if i not in new]),
    )
    told = [Phrase("{what}: {rules}", what=what, rules=_listed(some)) for what, some in changes if some]
    return told or [Phrase("no rule added, changed or removed")]


def _listed(some: Sequence[tuple[str, str]]) -> Phrase:
    """Rules by their ids, and what stands beside them by what it is."""
    kinds = (Phrase("channel"), Phrase("time interval"), Phrase("defaults"), Phrase("timezone"))
    own = {str(kind): kind for kind in kinds}
    named = [
        name if what == RULE else Phrase("{kind} {name}", kind=own[what], name=name) if name else own[what]
        for what, name in some
    ]
    return Phrase.joined(named[:MOST_TOLD])


def _some(lines: Sequence[str]) -> list[str]:
    """The first lines, and how many more there are."""
    more = len(lines) - MOST_TOLD
    return [*lines[:MOST_TOLD], *([Phrase("and {n} more", n=more)] if more > 0 else [])]
