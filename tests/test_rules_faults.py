"""Faults in rules files: each at its line and column, in words that say what to write, and all of them at once."""

# ruff: noqa: E501 - a fault stands on one line, as it is told

from __future__ import annotations

import json
import random
import string
import time
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.entities import places
from watcher.errors import RulesError
from watcher.rulefiles import read_bundle
from watcher.rules.bundle import Bundle
from watcher.rules.load import load
from watcher.rules.nodes import MAX_FAULTS, TOO_MANY
from watcher.rules.spec import RuleSet

FORM = "rules.yaml"
gazetteer = cache(places.load)


def loaded(text: str) -> RuleSet:
    return load(Bundle({FORM: text}), gazetteer())


def faults(text: str) -> list[str]:
    """The faults of a rules file, without the file's name."""
    with pytest.raises(RulesError) as caught:
        loaded(text)
    return [str(fault).removeprefix(f"{FORM}:") for fault in caught.value.faults]


def in_rule(condition: str) -> str:
    """A file whose rule has this condition, which begins at 4:16."""
    return f"version: 1\nrules:\n  - id: a\n    condition: {condition}\n"


def in_query(query: str) -> str:
    """A file whose rule has this query, which begins at 4:12."""
    return f"version: 1\nrules:\n  - id: a\n    query: {query}\n"


def in_list(items: str) -> str:
    """A file whose list `x` is this, which begins at 3:6."""
    return f"version: 1\nlists:\n  x: {items}\n"


def in_test(test: str) -> str:
    """A file whose rule has this test, which begins at 6:9."""
    return in_rule("{keywords: a}") + f"    tests:\n      - {test}\n"


EVERY_KIND = "all, any, none, at_least, use, keywords, regex, place, entity, near, score, source, url, author, path, language, query"
TERMS_EMPTY = "an empty list of terms; put one in, or remove the key"

NO_LIST = "is a list and stands by itself, without term"
NO_TERM = "is no term; a condition is used by {use: b}, and a word needs no $"

# What stands in the file, and the one fault that is told.
FORM_FAULTS = [
    ("%YAML 3.0\n---\n", "1:1: a line that begins with % is for YAML itself; remove it"),
    ("version: 1\n...\nrules: []\n", "3:1: text behind the end of the document ('...'); a rules file holds one"),
    ("version: 1\n: []\n", "2:1: nothing stands before this colon; write the key there"),
    (
        "version: 1\nrules:\n  - id: a\n      level:{high: b}\n",
        "4:18: a space is missing behind the first colon of this line",
    ),
    ("version: 1\nrules:\n  - id:a\n    condition: {keywords: b}\n", "3:7: a space is missing behind this colon"),
    ("version: 1\nrules:\n  -id: a\n   condition: {keywords: b}\n", "3:3: a space is missing behind this dash"),
    (
        "version: 1\nrules:\n  – id: a\n    condition: {keywords: b}\n",
        "3:3: '–' begins no list item; write a plain hyphen: - ",
    ),
    (
        in_rule('{regex: "\\d+ avions"}'),
        "4:25: a backslash in double quotes begins an escape; put the value in single quotes",
    ),
    (
        in_rule('\n      regex: "\\w+ a"'),
        "5:15: a backslash in double quotes begins an escape; put the value in single quotes",
    ),
    (
        in_rule('{regex: "a\\xZZ"}'),
        "4:26: a backslash in double quotes begins an escape; put the value in single quotes",
    ),
    ("version: 1\nx-a: {<<: 1}\n", "2:7: YAML merge keys (<<) are not allowed; write the keys themselves here"),
    (in_list("[-a, - b]"), "3:11: a list item ('- ') inside brackets; commas part the values there"),
    (in_list('["\\ud800"]'), "3:8: an escape that stands for no character; write the character itself"),
    (
        in_list("[C#, #b]"),
        "4:1: a bracket above is opened and never closed; the ' #' above it begins a comment, which ended the line there",
    ),
    ("", "1:1: an empty file; a rules file begins with 'version: 1'"),
    ("# nothing\n---\n", "1:1: an empty file; a rules file begins with 'version: 1'"),
    ("- a\n", "1:1: the rules file must be a mapping (key: value), not a list"),
    ("version:1\n", "1:1: the rules file must be a mapping (key: value), not 'version:1'"),
    ("version: 1\n---\nversion: 1\n", "3:1: a second document; a rules file holds one"),
    ("version: 1\nlists:\n\tx: [a]\n", "3:1: a tab; indent with spaces"),
    (in_list("[@y, b]"), '3:7: @ cannot begin a value; put it in quotes: "@y"'),
    (in_list("[*tan, b]"), '3:7: YAML aliases are not allowed; a term that begins with * needs quotes: "*tan"'),
    (in_list("[*, b]"), '3:7: * cannot begin a value; put it in quotes: "*"'),
    (in_list("[%a]"), '3:7: % cannot begin a value; put it in quotes: "%a"'),
    (in_list("\n    - #a\n"), "4:6: an empty term; one that begins with # needs quotes"),
    (in_list("[!a, b]"), '3:7: YAML tags are not allowed; a value that begins with ! needs quotes: "!a"'),
    ("version: !!one 1\n", '1:10: YAML tags are not allowed; a value that begins with ! needs quotes: "!!one"'),
    (in_list("[&a, b]"), '3:7: YAML anchors are not allowed; a value that begins with & needs quotes: "&a"'),
    (
        in_list("[a, b\nrules: []"),
        "4:6: a comma or ] is missing before this place; the bracket was opened on line 3, column 6",
    ),
    (in_list("[a}"), "3:8: a comma or ] is missing before this place; the bracket was opened on line 3, column 6"),
    (in_list("[a]]"), "3:9: a ] too many; no bracket is open here"),
    (in_list("[a, , b]"), "3:10: nothing stands between the commas or brackets; remove one, or put a value there"),
    (in_list('"a\nrules: []'), "3:6: a quote is opened here and never closed"),
    (in_list("'it's'"), "3:10: an apostrophe inside single quotes ends them; put the value in double quotes"),
    (
        in_list('["A" B]'),
        "3:11: text after a quoted value; put a comma between, or the whole value in one pair of quotes",
    ),
    (in_list(r'"a\qb"'), "3:8: a backslash in double quotes begins an escape; put the value in single quotes"),
    (
        in_list("- a"),
        "3:6: a list item ('- ') cannot stand here; begin a new line for it, indented like its neighbours",
    ),
    (in_list("[a\u2028b]"), "3:8: an invisible line separator (U+2028); remove it"),
    (in_list("[\x07]"), "3:7: a control character that YAML does not allow; remove it"),
    (
        'version: 1\nrules:\n  - id: a\n    query: "A" OR B\'s\n',
        "4:16: text after a quoted value; put the whole value in single quotes: query: '\"A\" OR B''s'",
    ),
    (
        "version: 1\ntimezone: Europe: Paris\n",
        "2:17: a second ': ' in one line; put the value in quotes, or the key on a line of its own",
    ),
    (
        "version: 1\n lists: {}\n",
        "2:7: this line is indented further than the one above; keys of one mapping begin in the same column",
    ),
    (
        "version: 1\nlists:\n  x: [a]\n y: [b]\n",
        "4:2: this line does not line up with those above; begin it in the same column as its neighbours",
    ),
    (
        "version: 1\n- a\n",
        "2:1: a list item ('- ') where a key is expected; indent it below the key that it belongs to",
    ),
    ("version: 1\nlists\n", "2:1: neither 'key: value' nor '- item'; is a colon or the space behind it missing?"),
    ("version: 1\n? [a]\n: b\n", "2:3: a key is a single word; a value in braces or brackets needs a key before it"),
    ("version: 1\nlists: {\u00a0x: [a]}\n", "2:9: an invisible space stands beside this key; write ordinary spaces"),
    (in_rule("[" * 60 + "]" * 60), "4:63: nested deeper than 50 levels"),
    (in_rule("[" * 500 + "]" * 500), "4:63: nested deeper than 50 levels"),
]
TOP_FAULTS = [
    ("rules: []\n", "1:1: the rules file needs 'version'"),
    ("version: 2\n", "1:10: version must be 1, not '2'"),
    ("version: [1]\n", "1:10: version must be a text, not a list"),
    ("version: 1\nrule: []\n", "2:1: unknown key 'rule' in the rules file; did you mean 'rules'?"),
    ("version: 1\ninclude: [a.yaml]\n", "2:11: no file 'a.yaml'"),
    (
        "version: 1\ninclude: [rules/**/]\n",
        "2:11: 'rules/**/' means folders; a pattern of rules files is written rules/**/*.yaml",
    ),
    ("version: 1\ninclude: 5\n", "2:10: a file of rules ends in .yaml or .yml, not '5'"),
    ("version: 1\ninclude: more\n", "2:10: a file of rules ends in .yaml or .yml, not 'more'"),
    ("version: 1\ninclude: {a: b}\n", "2:10: include must be texts, not a mapping"),
    ("version: 1\nconditions: [a]\n", "2:13: conditions must be a mapping of names, not a list"),
    ("version: 1\nconditions: {a: {keywrds: b}}\n", "2:18: unknown condition 'keywrds'; did you mean 'keywords'?"),
    ("version: 1\nconditions: {a: {use: a}}\n", "2:23: a condition that uses itself: a -> a"),
    (
        "version: 1\nconditions: {a: {use: b}, b: {any: [{use: c}]}, c: {none: [{use: a}]}}\n",
        "2:66: a condition that uses itself: a -> b -> c -> a",
    ),
    (
        "version: 1\nconditions: {no-sport: {keywords: a}}\nrules:\n  - {id: a, condition: {use: no-sports}}\n",
        "4:30: unknown condition 'no-sports'; did you mean 'no-sport'?",
    ),
    ("version: 1\nplaces: {a: []}\n", "2:13: places: an empty list; put something in, or remove the key"),
    ("version: 1\nplaces: {a: {in: TJ}}\n", "2:13: places must be texts, not a mapping"),
    (
        "version: 1\nplaces: {a: ['@b']}\n",
        "2:14: a place is a region, code or name; a list of terms goes with keywords",
    ),
    ("version: 1\nplaces: {a: [TJ, georgia]}\n", "2:18: 'georgia' is several places; write one of GE, US-GA"),
    ("version: 1\nplaces: {aa: [bb], bb: [TJ, aa]}\n", "2:29: a set of places that holds itself: aa -> bb -> aa"),
    ("version: 1\nplaces: {gulf: [TJ]}\n", "2:10: 'gulf' is known already as gulf; give the set another name"),
    ("version: 1\ntimezone: Europe/Pari\n", "2:11: unknown timezone 'Europe/Pari'; did you mean 'Europe/Paris'?"),
    ("version: 1\ntimezone: CET+1\n", "2:11: unknown timezone 'CET+1'; did you mean 'CET'?"),
    ("version: 1\ntimezone: Europe\n", "2:11: unknown timezone 'Europe'; did you mean 'Europe/Rome'?"),
    ("version: 1\ntimezone: Dushanbe\n", "2:11: unknown timezone 'Dushanbe'; write Asia/Dushanbe"),
    ("version: 1\nrules: {a: b}\n", "2:8: rules must be a list, each rule beginning with '- id:', not a mapping"),
    ("version: 1\nversion: 1\n", "2:1: duplicate key 'version'; it stands on line 1 already"),
    ("version: 1\nlists: {a b: [x]}\n", "2:9: 'a b' is no name; use letters, digits, - and _"),
    ("version: 1\nlists: {a: {file: x.txt}}\n", "2:19: no file 'x.txt'"),
    (
        "version: 1\nlists: {a: {file: x.yaml}}\n",
        "2:19: a file of terms is a text, one term a line, such as lists/ministers.txt, not 'x.yaml'",
    ),
    ("version: 1\nlists: {a: {file: [x.txt]}}\n", "2:19: file must be a text, not a list"),
    ("version: 1\nlists: {a: ['@b'], b: ['@c'], c: ['@a']}\n", "2:35: a list that holds itself: @a -> @b -> @c -> @a"),
    ("version: 1\nchannels: {d: {}}\n", "2:15: channel 'd' needs exactly one of urls, console and file"),
    (
        "version: 1\nchannels: {d: {console: true, file: a.jsonl}}\n",
        "2:31: channel 'd' needs exactly one of urls, console and file",
    ),
    ("version: 1\nchannels: {d: {file: ''}}\n", "2:22: file needs a path, such as alerts.jsonl"),
    ('version: 1\nchannels: {d: {file: "a\\0b"}}\n', "2:22: file has a character that no path can have"),
    (
        f"version: 1\nchannels: {{d: {{file: /{'a/' * 2048}}}}}\n",
        "2:22: file is a path of 4,097 bytes; at most 4,095 are allowed",
    ),
    (
        f"version: 1\nchannels: {{d: {{file: out/{'é' * 128}}}}}\n",
        "2:22: file has a name of 256 bytes in its path; at most 255 are allowed",
    ),
    ("version: 1\nchannels: {d: {url: a}}\n", "2:16: unknown key 'url' in channel 'd'; did you mean 'urls'?"),
    ("version: 1\nchannels: {d: {console: no}}\n", "2:25: console cannot be 'no'; it is one of true, false"),
    ("version: 1\nchannels: {d: {urls: []}}\n", "2:22: urls: an empty list; put something in, or remove the key"),
    (
        "version: 1\ndefaults: {max_age: 3 days}\n",
        "2:21: max_age must be a duration such as 30s, 5m, 4h or 3d, not '3 days'",
    ),
    ("version: 1\ndefaults: {notify: [desk]}\n", "2:21: unknown channel 'desk' in notify; there are console"),
    (
        "version: 1\ndefaults: {operator: consol}\n",
        "2:22: unknown channel 'consol' in operator; did you mean 'console'?",
    ),
    ("version: 1\ndefaults: {languages: french}\n", "2:23: 'french' is no language; write its two letters, such as fr"),
    (
        "version: 1\ndefaults: {heartbeat_url: x}\n",
        "2:27: heartbeat_url must be an address such as https://hc-ping.com/UUID",
    ),
]
RULE_FAULTS = [
    (
        in_rule("{keywords: a}") + "    group_by: [stori]\n",
        "5:16: group_by cannot be 'stori'; did you mean 'story'? it is one of story, rule, article, level, source, place, channel",
    ),
    (in_rule("{keywords: a}") + "    group_wait: 99d\n", "5:17: group_wait must be at most 30d, not '99d'"),
    (
        in_rule("{keywords: a}") + "    updates: [1]\n",
        "5:15: updates must be a whole number from 2 to 1000000, not '1'",
    ),
    (
        in_rule("{keywords: a}") + "    max_alerts: 5/w\n",
        "5:17: max_alerts must be a number and a time such as 20/h, not '5/w'",
    ),
    (
        in_rule("{keywords: a}") + "    mute: nights\n",
        "5:11: unknown time interval 'nights' in mute; name it under time_intervals",
    ),
    (in_rule("{keywords: a}") + "    digest: {empty: skip}\n", "5:13: digest needs 'cron'"),
    (
        in_rule("{keywords: a}") + "    digest: {cron: '0 25 * * *'}\n",
        "5:20: cron: '25' is no hour; it is a number from 0 to 23",
    ),
    (
        in_rule("{keywords: a}") + "    escalate: {after: 15m, notify: [boss]}\n",
        "5:37: unknown channel 'boss' in escalate; there are console",
    ),
    (
        in_rule("{keywords: a}") + "    escalate: {after: 0s, notify: [console]}\n",
        "5:23: after must be from 1s to 30d, not '0s'",
    ),
    (
        in_rule("{keywords: a}") + "    mute: [ever]\ntime_intervals:\n  ever: {times: ['00:00-24:00']}\n",
        "5:11: mute never ends: these intervals are the whole week; use `enabled: false`",
    ),
    (
        "version: 1\ntime_intervals:\n  ever: {times: ['00:00-24:00']}\n"
        "channels:\n  desk: {urls: ['json://localhost'], mute: [ever]}\n",
        "5:44: mute never ends: these intervals are the whole week; take the channel out of `notify`",
    ),
    (in_rule("{keywords: a}") + "    inhibits: [zz]\n", "5:16: unknown rule 'zz' in inhibits"),
    ("version: 1\nrules:\n  - {condition: {keywords: a}}\n", "3:5: a rule needs 'id'"),
    ("version: 1\nrules:\n  - {id: a}\n", "3:5: a rule needs 'condition' or 'query'"),
    (
        in_rule("{keywords: a}") + "    query: b\n",
        "5:5: a rule has either 'condition' or 'query'; write condition: {all: [..., {query: ...}]}",
    ),
    ("version: 1\nrules: [a]\n", "2:9: a rule must be a mapping (key: value), not 'a'"),
    (
        "version: 1\nrules:\n  - {id: A b, condition: {keywords: a}}\n",
        "3:10: an id has small letters, digits and - only, at most 100, not 'A b'; write a-b",
    ),
    (
        in_rule("{keywords: a}") + "  - {id: a, condition: {keywords: b}}\n",
        "5:10: duplicate id 'a'; line 3 has it already",
    ),
    (in_rule("{keywords: a}") + "    title: [a]\n", "5:12: title must be a text, not a list"),
    (
        in_rule("{keywords: a}") + "    level: hgih\n",
        "5:12: level cannot be 'hgih'; did you mean 'high'? it is one of informational, low, medium, high, critical",
    ),
    (
        in_rule("{keywords: a}") + "    status:\n",
        "5:12: status cannot be empty; it is one of experimental, test, stable, deprecated",
    ),
    (in_rule("{keywords: a}") + "    enabled: yes\n", "5:14: enabled cannot be 'yes'; it is one of true, false"),
    (in_rule("{keywords: a}") + "    enabled: 'false'\n", "5:14: enabled in quotes is a text; write false"),
    (in_rule("{keywords: a}") + "    updates: [3, 30, 10]\n", "5:22: updates must rise: 10 stands behind 30"),
    (in_rule("{keywords: a}") + "    updates: [3, 3]\n", "5:18: updates must rise: 3 stands behind 3"),
    (
        in_rule("{keywords: a}") + "    languages: [fr, eng]\n",
        "5:21: 'eng' is no language; write its two letters, such as fr",
    ),
    (in_rule("{keywords: a}") + "    notify: []\n", "5:13: notify: an empty list; put something in, or remove the key"),
    (
        in_rule("{keywords: a}") + "    ignore: [no-tests, no-test]\n",
        "5:24: ignore cannot be 'no-test'; did you mean 'no-tests'? it is one of repeated-term, unknown-place, "
        "empty-include, or-not, never-holds, contradiction, same-rule, narrower-rule, no-model, no-stemmer, common-word, one-term, covered-term, near-count, near-apart, told-already, unused, no-tests",
    ),
    (in_rule("{keywords: a}") + "    tags: {a: b}\n", "5:11: tags must be texts, not a mapping"),
    (in_test("{text: a}"), "6:9: a test needs 'expect'"),
    (in_test("{expect: match}"), "6:9: a test needs either file or text"),
    (in_test("{text: a, file: b, expect: match}"), "6:19: a test has either file or text"),
    (in_test("{text: a, expect: yes}"), "6:27: expect cannot be 'yes'; it is one of match, no_match"),
    (
        in_test("{text: a, expect: no_match, matched: [b]}"),
        "6:46: 'matched' goes with expect: match; where nothing matches there is no evidence",
    ),
    (in_test("{file: a, title: b, expect: match}"), "6:26: 'title' goes with text; an article in a file has its own"),
    (
        in_test("{text: a, expect: match, now: noon}"),
        "6:39: now must be a date such as 2021-10-24 or 2021-10-24T09:30:00Z, not 'noon'",
    ),
]
BESIDE = r"where there is nothing to show; write what stands beside \b, \B, ^ or $"
WEIGHT = "write score: {threshold: 30, of: [{keywords: ..., weight: 10}]}"
CONDITION_FAULTS = [
    ("{keywrds: [a]}", "4:17: unknown condition 'keywrds'; did you mean 'keywords'?"),
    ("{}", f"4:16: a condition needs one of {EVERY_KIND}"),
    ("{in: title}", f"4:16: a condition needs one of {EVERY_KIND}"),
    ("taliban", "4:16: a condition is a mapping such as keywords: [...], not 'taliban'; write {keywords: \"taliban\"}"),
    (
        "[taliban OR daech]",
        "4:17: a condition is a mapping such as keywords: [...], not 'taliban OR daech'; write {query: \"taliban OR daech\"}",
    ),
    ("{keywords: | gaz}", '4:27: | cannot begin a value; put it in quotes: "| gaz"'),
    ("[]", "4:16: an empty list of conditions; put one in, or remove the key"),
    ("{all: {keywords: a}}", "4:22: all must be a list of conditions, each beginning with '- ', not a mapping"),
    ("{keywords: a, place: TJ}", "4:30: two conditions in one mapping; write all: [{keywords: ...}, {place: ...}]"),
    (
        "{any: [{keywords: a}], keywords: b}",
        "4:39: two conditions in one mapping; write all: [{any: ...}, {keywords: ...}]",
    ),
    ("{keywords: a, inflect: french}", "4:39: inflect cannot be 'french'; it is one of true, false"),
    ("{regex: a, inflect: true}", "4:27: 'inflect' does not go with regex"),
    ("{regex: '(a'}", "4:24: not a regex: missing ): (a"),
    (
        "{regex: '(?=a)'}",
        "4:24: not a regex: invalid perl operator: (?=; RE2 has no lookahead, lookbehind or backreference",
    ),
    (
        r"{regex: '(a)\1'}",
        "4:24: not a regex: invalid escape sequence: \\1; RE2 has no lookahead, lookbehind or backreference",
    ),
    ("{regex: '((a{1,100}){1,100}){1,100}'}", "4:24: not a regex: invalid repetition size: {1,100}"),
    ("{place: TJ, kind: city}", "4:28: unknown key 'kind'; write place: {in: ..., kind: ...}"),
    (
        "{keywords: a, weight: 3}",
        f"4:30: unknown key 'weight'; {WEIGHT}",
    ),
    ("{title: a}", "4:17: unknown condition 'title'; write {keywords: ..., in: title}"),
    ("{person: Lavrov}", "4:17: unknown condition 'person'; write entity: {type: person, is: [...]}"),
    ("{language: FR}", "4:27: 'FR' is no language; did you mean 'fr'?"),
    ("{language: zh-Hans}", "4:27: 'zh-Hans' is no language; did you mean 'zh'?"),
    *(
        (f"{{regex: '{pattern}'}}", f"4:24: a regex that matches between two characters, {BESIDE}")
        for pattern in (r"\b", r"a|\b", r"(?:\Ba?)+", r"\B|x", r"(?m)$\b")
    ),
    ("{regex: 'a*'}", "4:24: a regex that matches nothing at all matches everywhere; write + for *, or {1,} for {0,}"),
    (f"{{regex: {'a' * 1001}}}", "4:24: a regex of 1,001 characters; at most 1,000 are allowed"),
    ("{regex: [a]}", "4:24: regex must be a text, not a list"),
    ("{score: 5}", "4:24: score must be a mapping (threshold: 30, of: [...]), not '5'"),
    ("{score: {of: [{keywords: a, weight: 1}]}}", "4:24: score needs 'threshold'"),
    (
        "{score: {threshold: 0, of: [{keywords: a, weight: 1}]}}",
        "4:36: threshold must be a whole number from 1 to 1000000, not '0'",
    ),
    ("{score: {threshold: 1, of: [{keywords: a}]}}", "4:44: an item of score needs 'weight'"),
    (
        "{score: {threshold: 1, of: [{keywords: a, weight: x}]}}",
        "4:66: weight must be a whole number from -1000000 to 1000000, not 'x'",
    ),
    ("{score: {threshold: 1, of: [{place: TJ, weight: 1, repeat: true}]}}", "4:67: 'repeat' goes with keywords"),
    ("{score: {threshold: 1, of: [{weight: 1}]}}", f"4:44: a condition needs one of {EVERY_KIND}"),
    (
        "{score: {threshold: 1, of: {keywords: a}}}",
        "4:43: of must be a list of conditions, each beginning with '- ', not a mapping",
    ),
    (
        "{score: {threshold: 6, of: [{keywords: [a, b], weight: 2}, {place: TJ, weight: 1}]}}",
        "4:36: threshold is 6, but the weights add up to 5 at most",
    ),
    ("{keywords: a, weight: 2}", f"4:30: unknown key 'weight'; {WEIGHT}"),
    ("{use: a}", "4:22: unknown condition 'a'; write it under conditions:"),
    ("{use: [a]}", "4:22: use must be a text, not a list"),
    ("{at_least: 2}", "4:27: at_least must be a mapping (count: 2, of: [...]), not '2'"),
    ("{at_least: {count: 2}}", "4:27: at_least needs 'of'"),
    ("{at_least: {of: [{keywords: a}]}}", "4:27: at_least needs 'count'"),
    ("{at_least: {count: 0, of: [{keywords: a}]}}", "4:35: count must be a whole number from 1 to 1000000, not '0'"),
    ("{at_least: {count: 2, of: [{keywords: a}]}}", "4:35: count is 2, but there is only one condition"),
    ("{at_least: {count: 1, of: [{keywrds: a}]}}", "4:44: unknown condition 'keywrds'; did you mean 'keywords'?"),
    ("{at_least: {count: 1, of: []}}", "4:42: an empty list of conditions; put one in, or remove the key"),
    ("{source: []}", "4:25: source: an empty list; put something in, or remove the key"),
    ("{url: ''}", "4:22: an empty url"),
    ("{author: {a: b}}", "4:25: author must be texts, not a mapping"),
    (f"{{path: {'a' * 501}}}", "4:23: a glob of 501 characters; at most 500 are allowed"),
    ("{source: a, in: title}", "4:28: 'in' does not go with source"),
    ("{language: french}", "4:27: 'french' is no language; write its two letters, such as fr"),
    (
        "{near: {within: 5, all: [{keywords: a}, {source: b}]}}",
        "4:56: 'source' has no spans; near takes keywords, regex, place, entity, near, any",
    ),
    ("{keywords: a, kase: true}", "4:30: unknown key 'kase'; did you mean 'case'?"),
    ("{all: [{keywords: a}], min: 1}", "4:39: 'min' does not go with all"),
    ("{place: TJ, min: 2}", "4:28: 'min' does not go with place; write place: {in: ..., min: 2}"),
    (
        "{near: {within: 5, in: title, all: [{keywords: a}, {keywords: b}]}}",
        "4:35: 'in' stands beside 'near', not in it: {near: ..., in: ...}",
    ),
    (
        "{entity: {type: person, is: Lavrov, in: lead}}",
        "4:52: 'in' stands beside 'entity', not in it: {entity: ..., in: ...}",
    ),
    (
        "{place: {in: RU, except: [Moscou]}}",
        "4:33: 'except' stands beside 'place', not in it: {place: ..., except: ...}",
    ),
    (
        "{at_least: {count: 1, of: [{keywords: a}], in: body}}",
        "4:59: 'in' stands beside 'at_least', not in it: {at_least: ..., in: ...}",
    ),
    (
        "{score: {threshold: 1, of: [{keywords: a, weight: 1}], in: body}}",
        "4:71: 'in' stands beside 'score', not in it: {score: ..., in: ...}",
    ),
    ("{keywords: a, in: heading}", "4:34: in cannot be 'heading'; it is one of title, lead, body, text"),
    ("{keywords: a, in: []}", "4:34: in: an empty list; put something in, or remove the key"),
    ("{keywords: {file: x.txt}}", "4:28: a file of terms stands under lists:, and is used by its name"),
    ("{keywords: []}", f"4:27: {TERMS_EMPTY}"),
    ("{keywords: {}}", f"4:27: {TERMS_EMPTY}"),
    ("{keywords: {fr: []}}", f"4:32: {TERMS_EMPTY}"),
    ("{keywords: [a, []]}", "4:31: an empty list of terms; put one in, or remove it"),
    ("{keywords: }", "4:27: an empty term; one that begins with # needs quotes"),
    ("{keywords: ['']}", "4:28: an empty term"),
    ("{keywords: {in: title}}", "4:28: 'in' stands beside keywords, not in it: {keywords: [...], in: ...}"),
    ("{keywords: {terms: [a]}}", "4:28: terms are a list: keywords: [...]"),
    ("{keywords: [!foo]}", '4:28: ! cannot begin a value; put it in quotes: "!foo"'),
    ("{keywords: [x, !foo, y]}", '4:31: YAML tags are not allowed; a value that begins with ! needs quotes: "!foo"'),
    ("{keywords: {french: [a]}}", "4:28: 'french' is no language; write its two letters, such as fr"),
    ('{keywords: "@nope"}', "4:27: unknown list '@nope'; write it under lists:"),
    (
        "{keywords: [a, b], min: 3}",
        "4:40: min is 3, but there are only 2 terms; a list in a list, or a @list in one, is one",
    ),
    ("{keywords: a, min: two}", "4:35: min must be a whole number from 1 to 1000000, not 'two'"),
    ("{keywords: [a, b], min: '2'}", "4:40: min in quotes is a text; write 2"),
    ('{keywords: a, case: "true"}', "4:36: case in quotes is a text; write true"),
    ("{keywords: a, times: 0}", "4:37: times must be a whole number from 1 to 1000000, not '0'"),
    ("{keywords: a, case: no}", "4:36: case cannot be 'no'; it is one of true, false"),
    ("{keywords: [a: b]}", "4:28: a mapping inside a list of terms; a term with ': ' in it needs quotes"),
    ("{keywords: [{term: a, lang: xx}]}", "4:44: 'xx' is no language; write its two letters, such as fr"),
    ("{keywords: [{trm: abc, exact: true}]}", "4:29: unknown key 'trm' in a term; did you mean 'term'?"),
    ('{keywords: ["a*b"]}', "4:28: * stands at a word's start or end; inside a word use ? for one letter"),
    ('{keywords: ["a*"]}', "4:28: * needs at least two other letters beside it"),
    ('{keywords: ["..."]}', "4:28: a term without a letter or digit never matches"),
    (f"{{keywords: [{'a' * 10_000}]}}", "4:28: a term of 10,000 characters; at most 500 are allowed"),
    ("{near: [a, b]}", "4:23: near must be a mapping (within: 25, all: [...]), not a list"),
    ("{near: {all: [{keywords: a}, {keywords: b}]}}", "4:23: near needs 'within'"),
    ("{near: {within: 5, all: [{keywords: a}]}}", "4:40: near takes 2 to 6 conditions, not 1"),
    (
        f"{{near: {{within: 5, all: [{', '.join(['{keywords: a}'] * 7)}]}}}}",
        "4:40: near takes 2 to 6 conditions, not 7",
    ),
    (
        "{near: {within: word, all: [{keywords: a}, {keywords: b}]}}",
        "4:32: within is a number of words, sentence or paragraph, not 'word'",
    ),
    (
        "{near: {within: -1, all: [{keywords: a}, {keywords: b}]}}",
        "4:32: within must be a whole number from 0 to 10000, not '-1'",
    ),
    (
        "{near: {within: 5, all: [{keywords: a}, {none: [{keywords: b}]}]}}",
        "4:56: 'none' has no spans; near takes keywords, regex, place, entity, near, any",
    ),
    (
        "{near: {within: 5, all: [{keywords: a}, {any: [{all: [{keywords: b}]}]}]}}",
        "4:56: 'any' around something without spans has no spans; near takes keywords, regex, place, entity, near, any",
    ),
    ("{place: georgia}", "4:24: 'georgia' is several places; write one of GE, US-GA"),
    ("{place: []}", "4:24: places: an empty list; put something in, or remove the key"),
    ("{place: {kind: city}}", "4:24: place needs 'in'"),
    (
        "{place: {in: TJ, kind: town}}",
        "4:39: kind cannot be 'town'; it is one of country, region, city, adjective, people",
    ),
    ('{place: "@x"}', "4:24: a place is a region, code or name; a list of terms goes with keywords"),
    ("{entity: person}", "4:25: entity must be a mapping (type: person, is: [...]), not 'person'"),
    ("{entity: {is: [Lavrov]}}", "4:25: entity needs 'type'"),
    (
        "{entity: {type: preson}}",
        "4:32: type cannot be 'preson'; did you mean 'person'? it is one of person, org, place, misc, any",
    ),
    ("{entity: {type: person, is: []}}", "4:44: an empty list of names; put one in, or remove the key"),
    (
        "{entity: {type: person, is: ['Lav*']}}",
        "4:45: 'Lav*': a name takes no wildcards; its forms are found without",
    ),
    ("{entity: {type: org, is: [A, B], min: 3}}", "4:54: min is 3, but only 2 names are listed"),
    ("{entity: {type: org, is: A, min: 2}}", "4:49: min is 2, but only one name is listed"),
    ("{entity: {type: org, is: [$b]}}", f"4:42: '$b' {NO_TERM}"),
    ('{keywords: [a, {term: "@b"}]}', f"4:38: '@b' {NO_LIST}"),
    ("{keywords: $b}", f"4:27: '$b' {NO_TERM}"),
    ("{keywords: [ab], except: [$b]}", f"4:42: '$b' {NO_TERM}"),
    ("{place: $b}", f"4:24: '$b' {NO_TERM}"),
]

NEAR_JOINS = "NEAR joins terms, phrases, lists, place: person: org:, ORs of these in parentheses, and NEARs"
COMMENT = "' #' begins a comment, which ends the query here; put the query in single quotes"
PREFIXES = "there are title: lead: lang: source: place: person: org:"
DISTANCE = "NEAR takes a number of words, s or p: NEAR/5, NEAR/s, NEAR/p"
NO_BRACKET = 'stands for nothing in a query; parentheses are ( and ), and phrases stand in "double quotes"'
QUERY_FAULTS = [
    ("", "4:11: an empty query; write terms joined by AND, OR, NOT or NEAR"),
    ("'  '", "4:13: an empty query; write terms joined by AND, OR, NOT or NEAR"),
    ("[a]", "4:12: query must be a text, not a list"),
    ("a AND #b", f"4:18: {COMMENT}"),
    ("a OR b  # or both", f"4:20: {COMMENT}"),
    ("#b", f"4:12: {COMMENT}"),
    (
        "a OR #b\n      AND c",
        "5:7: this line does not line up with those above; begin it in the same column as its neighbours; "
        "the ' #' above it begins a comment, which ended the line there",
    ),
    ('@x AND "b"', "4:12: @ cannot begin a value; put it in quotes: '@x AND \"b\"'"),
    ("*tan OR b", '4:12: * cannot begin a value; put it in quotes: "*tan OR b"'),
    ("title: a", "4:17: a second ': ' in one line; put the value in quotes, or the key on a line of its own"),
    (
        '"État islamique"',
        "4:18: 2 words side by side; YAML takes the outer quotes for its own; write '\"État islamique\"' for the phrase",
    ),
    (
        "title:(film, série télé)",
        '4:25: a comma is no operator here; write film OR "série télé" for any of them, or "film série télé" for the phrase',
    ),
    ("a1 b1", '4:15: 2 words side by side; write "a1 b1" for the phrase, or a1 AND b1 for each of them'),
    ("x AND a b c", '4:20: 3 words side by side; write "a b c" for the phrase, or a AND b AND c for each of them'),
    (
        "'État islamique'",
        '4:18: 2 words side by side; write "État islamique" for the phrase, or État AND islamique for each of them',
    ),
    ("a OR 'b c'", '4:17: a phrase stands in double quotes: "b c"'),
    ('a "b"', '4:14: nothing between a and "b"; write AND, OR or NEAR/5'),
    ("a (b OR c)", "4:14: nothing between a and (; write AND, OR or NEAR/5"),
    ("a and b", "4:14: 'and': operators are written in capitals, AND"),
    ("a AND b Or c", "4:20: 'Or': operators are written in capitals, OR"),
    ("not a", "4:12: 'not': operators are written in capitals, NOT"),
    ("a near/5 b", "4:14: 'near/5': operators are written in capitals, NEAR/5"),
    ("a && b", "4:14: && is no operator here; write AND"),
    ("a -b", "4:14: '-b': what must not occur is written NOT b"),
    ("a AND -b", "4:18: '-b': what must not occur is written NOT b"),
    ("gaz ET russe", "4:16: ET is no operator here; write AND"),
    ("gaz ＡＮＤ russe", "4:16: 'ＡＮＤ' only looks like an operator, by other letters; write AND"),
    ("gaz \u041eR russe", "4:16: '\u041eR' only looks like an operator, by other letters; write OR"),
    ("a AND [b", f"4:18: [ {NO_BRACKET}"),
    ("a AND （b", f"4:18: （ {NO_BRACKET}"),
    ("a OR ‹b c", f"4:17: ‹ {NO_BRACKET}"),
    ("|\n      a  # b\n      OR c", "5:10: a query has no comments; put it above the key of the query"),
    (
        "a OR daech|daesh|EI",
        '4:22: | is no operator here; write daech OR daesh OR EI for any of them, or "daech|daesh|EI" for the words in a row',
    ),
    (
        "taliban*,daech",
        '4:20: , is no operator here; write taliban* OR daech for any of them, or "taliban*,daech" for the words in a row',
    ),
    (
        "source:(afp;tass)",
        '4:23: ; is no operator here; write afp OR tass for any of them, or "afp;tass" for the words in a row',
    ),
    (
        "'taliban, daech'",
        '4:22: a comma is no operator here; write taliban OR daech for any of them, or "taliban daech" for the phrase',
    ),
    ("'|'", "4:13: | is no operator here; write OR between two of which any will do"),
    ("'!a AND b'", "4:13: '!a': what must not occur is written NOT a"),
    ("a NEAR/x b", f"4:14: 'NEAR/x': {DISTANCE}"),
    ("a AND NEAR/", f"4:18: 'NEAR/': {DISTANCE}"),
    ("a NEAR/99999 b", "4:14: NEAR takes at most 10,000 words; is AND meant?"),
    ("a AND", "4:14: nothing stands behind AND"),
    ("AND a", "4:12: nothing stands before AND"),
    ("a AND OR b", "4:18: OR straight behind AND; remove one, or put a term between"),
    ("a OR NOT", "4:17: nothing stands behind NOT"),
    ("(OR a)", "4:13: nothing stands before OR"),
    ("a AND ()", "4:18: nothing stands in these parentheses"),
    ("(a OR b", "4:12: a parenthesis is opened here and never closed"),
    ("a) OR b", "4:13: this parenthesis closes nothing"),
    (") OR b", "4:12: this parenthesis closes nothing"),
    ('a OR "b', "4:17: a quote is opened here and never closed"),
    ("a OR “b", "4:17: a quote is opened here and never closed"),
    ("a» OR b", "4:13: » closes a quote that was never opened"),
    ("a OR :b", '4:17: nothing stands before this colon; a term with a colon in it needs quotes: "12:30"'),
    ("site:a", "4:12: unknown prefix site:; did you mean source:?"),
    ("titel:a", "4:12: unknown prefix titel:; did you mean title:?"),
    ("foo:bar", f'4:12: unknown prefix foo:, {PREFIXES}; a term with a colon needs quotes: "foo:bar"'),
    ("a AND 12:30", f'4:18: unknown prefix 12:, {PREFIXES}; a term with a colon needs quotes: "12:30"'),
    ("'a AND title:'", "4:19: nothing stands behind title:"),
    ("title:NOT a", "4:18: NOT behind title:; write NOT title:..."),
    ("person:(a OR place:TJ)", "4:25: place: inside person:; a term is of one kind"),
    ("person:$a", "4:19: $a inside person:; a condition stands by itself"),
    ("title:lang:fr", "4:12: title: before what stands nowhere in the text; join it by AND"),
    ("NOT a", "4:12: a query of NOT alone holds in nearly every article; write what to look for: a NOT b"),
    (
        "NOT (a OR b) AND NOT c",
        "4:12: a query of NOT alone holds in nearly every article; write what to look for: a NOT b",
    ),
    ("a NEAR/5 (b AND c)", f"4:24: AND inside NEAR; {NEAR_JOINS}"),
    ("a NEAR/5 (b OR (NOT c))", f"4:28: NOT inside NEAR; {NEAR_JOINS}"),
    ("a NEAR/5 NOT b", "4:21: NOT inside NEAR; what must not stand near is written a NOT NEAR/5 b"),
    ("a NOT ONEAR/5 b", "4:18: NOT ONEAR; what must not stand near has no order, write NOT NEAR/5"),
    ("a NEAR/5 lang:fr", "4:21: lang: inside NEAR; it stands nowhere in the text, join it by AND"),
    (
        "a NEAR/5 b NEAR/6 c",
        "4:23: NEAR/5 and NEAR/6 in one chain; make them equal, or write parentheses: (a NEAR/5 b) NEAR/6 c",
    ),
    (
        "a NEAR b ONEAR c",
        "4:21: NEAR and ONEAR in one chain; make them equal, or write parentheses: (a NEAR b) ONEAR c",
    ),
    ("a NOT NEAR/5 b NEAR/5 c", "4:27: NEAR/5 behind NOT NEAR/5; write NOT NEAR/5 last, or parentheses"),
    ("a NEAR b NEAR c NEAR d NEAR e NEAR f NEAR g", "4:12: near takes 2 to 6 conditions, not 7"),
    ("a AND @nope", "4:18: unknown list '@nope'; write it under lists:"),
    ("a AND $nope", "4:18: unknown condition 'nope'; write it under conditions:"),
    ("a OR b*c OR d", "4:17: * stands at a word's start or end; inside a word use ? for one letter"),
    ('a AND ""', "4:18: an empty term"),
    ("place:georgia", "4:18: 'georgia' is several places; write one of GE, US-GA"),
    ('place:"@x"', "4:18: a place is a region, code or name; a list of terms goes with keywords"),
    ("a W/5 b", "4:14: 'W/5' is no operator here; write NEAR/5"),
    ("a pre/3 b", "4:14: 'pre/3' is no operator here; write ONEAR/3"),
    ("a within10 b", "4:14: 'within10' is no operator here; write NEAR/10"),
    ("a NEAR5 b", "4:14: 'NEAR5' is no operator here; write NEAR/5"),
    ("'\"a b\"~5 c'", "4:18: '~5' is no operator here; write NEAR/5"),
    ("a adj b", "4:14: 'adj' is no operator here; write ONEAR/0"),
    ("lang:french", "4:17: 'french' is no language; write its two letters, such as fr"),
    ("person:Lav*", "4:19: 'Lav*': a name takes no wildcards; its forms are found without"),
    ("(" * 60 + "a" + ")" * 60, "4:62: a query nested deeper than 50 levels"),
    (
        "a" * 20_001,
        "4:12: a query of 20,001 characters; at most 20,000 are allowed: put the terms into a list and write @name",
    ),
    # The same place in every style of YAML, behind characters of several bytes.
    ("'日本 OR l''é OR é*é'", "4:27: * stands at a word's start or end; inside a word use ? for one letter"),
    (r'"\"日本\" OR \u00e9\x41 OR é*é"', "4:37: * stands at a word's start or end; inside a word use ? for one letter"),
    ("日本 OR\n        é*é", "5:9: * stands at a word's start or end; inside a word use ? for one letter"),
    ("'日本\n\n      OR é*é'", "6:10: * stands at a word's start or end; inside a word use ? for one letter"),
    ("|\n      日本\n      OR é*é", "6:10: * stands at a word's start or end; inside a word use ? for one letter"),
    ("|2-\n       日本\n      OR é*é", "6:10: * stands at a word's start or end; inside a word use ? for one letter"),
    (
        ">\n      日本\n\n      OR\n        é*é",
        "8:9: * stands at a word's start or end; inside a word use ? for one letter",
    ),
]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        *FORM_FAULTS,
        *TOP_FAULTS,
        *RULE_FAULTS,
        *((in_rule(c), f) for c, f in CONDITION_FAULTS),
        *((in_query(q), f) for q, f in QUERY_FAULTS),
    ],
)
def test_a_fault_is_told_at_its_place_with_its_cure(text: str, fault: str) -> None:
    """Each fault has one line: the line and column of the key or value, and what to write there."""
    assert faults(text) == [fault]


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("condition:\n    keywords: [b]", ["4:15: a condition is a mapping such as keywords: [...], not empty"]),
        ("keywords: [b]", ["3:5: a rule needs 'condition' or 'query'"]),
    ],
)
def test_a_condition_that_stands_beside_its_key_is_told_so(rule: str, told: list[str]) -> None:
    """Indented too little, or written straight into the rule."""
    line = rule.count("\n") + 4
    inside = f"{line}:5: 'keywords' stands inside the condition; indent it below 'condition:'"
    assert faults(f"version: 1\nrules:\n  - id: a\n    {rule}\n") == sorted([*told, inside])


def test_an_unknown_key_that_resembles_none_is_told_what_there_is() -> None:
    """Where no key is meant, those that may stand there are listed."""
    (fault,) = faults(in_test("{text: a, expect: match, author: b}"))
    assert fault == (
        "6:34: unknown key 'author' in a test; it takes name, file, title, text, language, source, url, published, "
        "articles, expect, matched, now"
    )


TWENTY = """\
version: 2
timezone: Paris
time_intervals: {n: {days: [mon]}}
lists:
  one: ["a*b", []]
  two: {xx: [a]}
channels:
  desk: {urls: ["json://a"], min_levle: high}
  mail: {console: maybe}
defaults: {level: loud, notify: [phone]}
rules:
  - id: First
    level: urgent
    max_age: 3 weeks
    condition: {keywrds: [a]}
  - id: second
    condition: {keywords: "@thre", min: none}
    tests:
      - {text: a, expect: perhaps}
  - id: second
    condition: {place: georgia, in: header}
  - title: third
    condition: {near: {within: 5, all: [{keywords: a}]}}
    notfy: [desk]
"""


def test_twenty_faults_are_twenty_lines_at_their_places() -> None:
    """All faults of a file are told at once, in the order of the file."""
    assert [fault.split(": ")[0] for fault in faults(TWENTY)] == [
        *(
            "1:10",
            "2:11",
            "3:22",
            "5:9",
            "5:16",
            "6:9",
            "8:30",
            "9:19",
            "10:19",
            "10:34",
            "12:9",
            "13:12",
            "14:14",
            "15:17",
        ),
        *("17:27", "17:41", "19:27", "20:9", "21:24", "21:37", "22:5", "23:40", "24:5"),
    ]


@pytest.mark.parametrize("start", ["id: a\n  condition: {keywrds: x}", "condition: {keywords: x}", "id: b\n  query: x"])
def test_a_rule_that_is_lost_is_judged_in_how_its_alerts_are_told_too(start: str) -> None:
    """A fault in its condition, no id, or one that another rule has, hides none in what stands below."""
    text = f"version: 1\nrules:\n- {{id: b, query: y}}\n- {start}\n  escalate: 15m\n  mute: nights\n  digest: daily\n"
    first = text.splitlines().index("  escalate: 15m") + 1
    assert [f.split(": ")[0] for f in faults(text)[1:]] == [f"{first}:13", f"{first + 1}:9", f"{first + 2}:11"]


def test_a_fault_in_the_defaults_is_told_once_even_if_no_rule_uses_them() -> None:
    """`defaults` is judged where it stands."""
    text = "version: 1\ndefaults: {level: loud}\nrules:\n" + "".join(
        f"  - {{id: r{i}, condition: {{keywords: abc}}}}\n" for i in range(3)
    )
    assert [f.split(": ")[0] for f in faults(text)] == ["2:19"]


def test_a_bad_term_is_told_wherever_it_stands() -> None:
    """The same mistake in two places is two faults; one in a list that three rules use is one."""
    assert [f.split(": ")[0] for f in faults(in_list('["a*b", c]\n  y: ["a*b"]'))] == ["3:7", "4:7"]
    rules = "".join(f'  - {{id: r{i}, condition: {{keywords: "@x"}}}}\n' for i in range(3))
    assert [f.split(": ")[0] for f in faults(in_list('["a*b"]') + "rules:\n" + rules)] == ["3:7"]


def test_the_value_of_a_misspelt_key_is_judged_too() -> None:
    """A slip in a key does not hide what is wrong below it."""
    found = faults("version: 1\nrulez:\n  - {id: a, condition: {keywords: []}}\n")
    assert [f.split(": ")[0] for f in found] == ["2:1", "3:35"]


def test_all_faults_of_a_query_that_can_be_understood_are_told() -> None:
    """Prefixes, distances and what cannot stand in a NEAR: an analyst mends a line once, not fault by fault."""
    query = "foo:a OR (b NEAR/5 (c AND lang:fr) NEAR/6 -d) OR person:place:e OR titel:(f OR 12:30)"
    assert [(fault.split(" ")[0], fault.split(" ")[1]) for fault in faults(in_query(f"'{query}'"))] == [
        ("4:13:", "unknown"),
        ("4:35:", "AND"),
        ("4:48:", "NEAR/5"),
        ("4:55:", "'-d':"),
        ("4:69:", "place:"),
        ("4:80:", "unknown"),
        ("4:92:", "unknown"),
    ]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("a OR OR b AND (c OR", ["18 OR straight", "27 a parenthesis", "30 nothing stands"]),
        ("(a OR (b) (c", ["13 a parenthesis", "23 nothing between"]),
        ("x y AND c and d e f", ["15 2 words side", "23 'and': operators", "29 3 words side"]),
        ("a b OR titel:c OR NEAR/x d AND -e", ["15 2 words", "20 unknown prefix", "31 'NEAR/x':", "44 '-e':"]),
        ("a b AND @nope AND $nope AND f*", ["15 2 words", "21 unknown list", "31 unknown condition", "41 * needs"]),
        ("place:(georgia NOPE) AND person:Lav*", ["20 'georgia' is", "28 2 words", "45 'Lav*': a name"]),
        ('a) AND "b', ["14 this parenthesis", "20 a quote is"]),
        ("foo:a AND @nope", ["13 unknown prefix", "23 unknown list"]),
        ("NOT @nope", ["13 a query of NOT", "17 unknown list"]),
    ],
)
def test_all_faults_of_a_query_are_told_also_where_its_form_is_wrong(query: str, told: list[str]) -> None:
    """Misplaced operators, words side by side, parentheses, and beside them the names that do not exist."""
    found = [fault.removeprefix("4:").split(": ", 1) for fault in faults(in_query(f"'{query}'"))]
    assert [f"{column} {message}"[: len(t)] for (column, message), t in zip(found, told, strict=True)] == told


def test_warnings_come_once_each() -> None:
    """A repeated term and an unknown place are told once, at their places, and stop nothing."""
    text = (
        'version: 1\nlists:\n  x: [taliban, EI, Taliban, taliban, [Daesh, Daesh]]\nrules:\n  - {id: a, condition: {keywords: "@x"}}\n'
        '  - {id: b, condition: {all: [{keywords: "@x", case: true}, {place: central-asai}]}}\n'
    )
    assert list(map(str, loaded(text).warnings)) == [
        "rules.yaml:3:20: warning: 'Taliban' is repeated [repeated-term]",
        "rules.yaml:3:29: warning: 'taliban' is repeated [repeated-term]",
        "rules.yaml:3:46: warning: 'Daesh' is repeated [repeated-term]",
        "rules.yaml:6:69: warning: no place 'central-asai' is known, so it matches as written; did you mean 'central-asia'? [unknown-place]",
    ]


def test_a_place_with_a_wildcard_is_told_as_one_that_nobody_knows() -> None:
    """The gazetteer finds every form of a name by itself, and a star would say nothing to it."""
    text = "version: 1\nplaces: {x: ['Termez*']}\nrules:\n  - {id: a, condition: {place: ['Paris*', 'Qwxz?', x, 'A\\*b']}}\n"
    assert list(map(str, loaded(text).warnings)) == [
        "rules.yaml:2:14: warning: no place 'Termez*' is known, so it matches as written; did you mean 'Termez'? Its forms are found without wildcards [unknown-place]",
        "rules.yaml:4:33: warning: no place 'Paris*' is known, so it matches as written; did you mean 'Paris'? Its forms are found without wildcards [unknown-place]",
        "rules.yaml:4:43: warning: no place 'Qwxz?' is known, so it matches as written [unknown-place]",
        "rules.yaml:4:55: warning: no place 'A\\*b' is known, so it matches as written [unknown-place]",
    ]


def test_a_misspelt_set_of_places_is_told_with_the_one_that_was_meant() -> None:
    """A name that nobody knows matches as written, so the warning offers the file's own sets too."""
    text = "version: 1\nplaces: {panj-crossings: [TJ]}\nrules:\n  - {id: a, condition: {place: panj-crosings}}\n"
    assert list(map(str, loaded(text).warnings)) == [
        "rules.yaml:4:32: warning: no place 'panj-crosings' is known, so it matches as written; did you mean 'panj-crossings'? [unknown-place]",
    ]


def test_the_code_of_a_country_in_small_letters_is_told_with_its_capitals() -> None:
    """`no` as written would be any English no."""
    warnings = loaded(in_rule("{place: [no, ru-da, qq]}")).warnings
    told = [str(warning).split("matches as written")[1] for warning in warnings]
    assert told == [f"{hint} [unknown-place]" for hint in ("; did you mean 'NO'?", "; did you mean 'RU-DA'?", "")]


def test_words_that_yaml_takes_for_something_else_are_text() -> None:
    """`no`, `on`, `12:30`, numbers and dates in a list of terms are what is written."""
    (rule,) = loaded(in_rule("{keywords: [no, on, 12:30, 1984, 2021-10-24, null, true, 0x1F]}")).rules
    written = [term.written for term in rule.condition.terms()]
    assert written == ["no", "on", "12:30", "1984", "2021-10-24", "null", "true", "0x1F"]


@pytest.mark.parametrize("mark", ["|", ">", "|+"])
def test_the_line_break_that_ends_a_block_belongs_to_no_value(mark: str) -> None:
    """A regex in a block would find its match at the ends of lines alone, a source none at all."""
    block = f"{mark}\n            a[0-9]\n"
    rule = loaded(
        f"version: 1\nrules:\n  - id: a\n    condition:\n      all:\n        - regex: {block}        - source: {block}"
    )
    found = rule.rules[0].condition.children()
    assert [getattr(c, "written", None) or c.listed[0][0] for c in found] == ["a[0-9]", "a[0-9]"]


def test_what_begins_with_x_is_free() -> None:
    """`x-...` may stand anywhere and is ignored; so may a list that no rule uses."""
    text = "version: 1\nx-team: [a]\nlists: {unused: [b], x-old: {}}\n" + in_rule("{keywords: a, x-why: [b]}")[11:]
    assert [r.id for r in loaded(text).rules] == ["a"]


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"version: 1\nlists: {x: [caf\xe9]}\n", "2:16"),
        ("version: 1\nlists: {x: [été, ".encode() + b"caf\xe9]}\n", "2:21"),
        ("\ufeffété: ".encode() + b"\xe9", "1:6"),
        (b"version: 1\r\xe9", "2:1"),
        (b"\xff\xfe", "1:1"),
    ],
)
def test_a_file_that_is_not_utf_8_says_where(tmp_path: Path, data: bytes, place: str) -> None:
    """The first byte that is not UTF-8 has a line and column, counted in characters."""
    path = tmp_path / "rules.yaml"
    path.write_bytes(data)
    with pytest.raises(RulesError) as caught:
        read_bundle(path)
    assert str(caught.value) == f"{path}:{place}: not UTF-8; save the file as UTF-8"


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault(tmp_path: Path) -> None:
    """A file saved by Notepad reads like any other, its places too."""
    path = tmp_path / "rules.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + in_rule("{keywords: a, mim: 1}").replace("\n", "\r\n").encode())
    with pytest.raises(RulesError) as caught:
        load(read_bundle(path), gazetteer())
    assert str(caught.value) == f"{path}:4:30: unknown key 'mim'; did you mean 'min'?"


# ── what would take for ever is refused ──────────────────────────────────────────────────────────


NESTED = "version: 1\nx-a:\n" + "".join(f"{'  ' * i}k:\n" for i in range(1, 500))

HOSTILE = [
    (b"version: 1\nlists: {x: [" + b"taliban, " * 5_500_000, "1:1: with this file the rules are more than 40,000,000 bytes or 1,000 files"),
    (b"version: 1\nlists: {x: [" + b"a," * 4_900_000, "2:1999999: more than 1,000,000 values; split the file into several"),
    (b"version: 1\nx-a: " + b"[" * 5_000_000, "2:55: nested deeper than 50 levels"),
    (b"version: 1\nx-a:\n" + b"- " * 1_000_000, "3:99: nested deeper than 50 levels"),
    (b"version: 1\n" + b"? " * 1_000_000, "2:101: nested deeper than 50 levels"),
    (NESTED.encode(), "52:101: nested deeper than 50 levels"),
    (b"version: 1\n" + b"---\n" * 1_000_000, "3:1: a second document; a rules file holds one"),
    (in_rule(f"{{keywords: [{'a' * 1_000_000}]}}").encode(), "4:28: a term of 1,000,000 characters; at most 500 are allowed"),
    (b'version: 1\nlists: {x: ["' + b"a b " * 250_000, "2:13: a quote is opened here and never closed"),
    (b"version: 1\n" + b"k" * 1_000_000, "2:1: neither 'key: value' nor '- item'; is a colon or the space behind it missing?"),
    (b"version: 1\nlists: {x: [a\0b]}\n", "2:14: a control character that YAML does not allow; remove it"),
    (b"version: 1\n\xef\xbb\xbflists: {x: [a]}\n", "2:2: an invisible byte order mark (U+FEFF) begins this line; remove it"),
    (in_rule("{keywords: a}").encode("utf-16"), "1:1: not UTF-8; save the file as UTF-8"),
    (in_rule("{keywords: a}").encode("utf-16-le"), "1:1: not UTF-8; save the file as UTF-8"),
    (in_rule("{keywords: a}").encode("utf-16-be"), "1:1: not UTF-8; save the file as UTF-8"),
    (in_rule("{keywords: a}").encode("utf-32"), "1:1: not UTF-8; save the file as UTF-8"),
    (in_rule("{keywords: a, mim: 1}").replace("\n", "\r").encode(), "4:30: unknown key 'mim'; did you mean 'min'?"),
    (b"version: 1\r\nlists:\r  x: [a]\n  y: [,]\r\n", "4:7: nothing stands between the commas or brackets; remove one, or put a value there"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "fault"), HOSTILE, ids=[fault for _, fault in HOSTILE])
def test_whatever_a_file_holds_it_is_refused_at_once(tmp_path: Path, data: bytes, fault: str) -> None:
    """Too large, too deep, of one endless line, with NULs, in another encoding, with any ends of lines: one fault at
    its place within seconds."""
    path = tmp_path / "rules.yaml"
    path.write_bytes(data)
    started = time.process_time()
    with pytest.raises(RulesError) as caught:
        load(read_bundle(path), gazetteer())
    assert str(caught.value) == f"{path}:{fault}"
    assert time.process_time() - started < 20


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("version: 1\n" + "a: 1\n" * 200_000, "10002:1"),
        ("version: 1\nx-a: [" + "*a, " * 200_000, "2:40003"),
        ("version: 1\n" + "".join(f"a{i}: 1\n" for i in range(100_000)), "10001:1"),
        ("version: 1\nlists:\n  x:\n" + "    - b*\n" * 100_000, "10003:7"),
    ],
    ids=["duplicate keys", "aliases", "unknown keys", "terms"],
)
def test_of_a_million_faults_ten_thousand_are_told(text: str, place: str) -> None:
    """And the place from which on they are not."""
    started = time.process_time()
    found = faults(text)
    assert time.process_time() - started < 30
    assert len(found) == MAX_FAULTS + 1
    (more,) = (fault for fault in found if fault.endswith(TOO_MANY))
    assert more == f"{place}: {TOO_MANY}"


def test_a_hundred_thousand_terms_in_one_list_are_no_trouble() -> None:
    """A vocabulary of that size is loaded within seconds, on one line too; what hyphens would multiply is not."""
    terms = [f"mot{i} autre" for i in range(100_000)]
    started = time.process_time()
    assert loaded(in_list(f"[{', '.join(terms)}]")).warnings == ()
    assert time.process_time() - started < 45
    hyphens = in_list(f"[{', '.join(f'm{i}-a-b-c-d-e' for i in range(20_000))}]")
    started = time.process_time()
    assert [f.split(": ")[1] for f in faults(hyphens)] == [
        "more than 100,000 spellings by the hyphens of terms; write spaces for them"
    ]
    assert time.process_time() - started < 45


def test_sets_of_places_nested_beyond_bounds_are_a_fault() -> None:
    """A chain of thousands of sets is refused in a line, not by a crash."""
    sets = "".join(f"  c{i}: [c{i + 1}]\n" for i in range(5_000))
    assert any(
        "sets of places nested deeper than 50" in f for f in faults(f"version: 1\nplaces:\n{sets}  c5000: [TJ]\n")
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_list_in_its_own_file_may_have_any_ends_of_lines(end: str) -> None:
    """Each line is a term, and a fault is told at its line."""
    rules = "version: 1\nlists: {x: {file: x.txt}}\n" + in_rule('{keywords: "@x"}')[11:]
    (rule,) = load(Bundle({FORM: rules, "x.txt": f"# names{end}a{end}b c{end}"}), gazetteer()).rules
    assert [term.written for term in rule.condition.terms()] == ["a", "b c"]
    with pytest.raises(RulesError) as caught:
        load(Bundle({FORM: rules, "x.txt": f"a{end}{end}b*{end}"}), gazetteer())
    assert str(caught.value).startswith("x.txt:3:1: ")


def test_aliases_cannot_multiply() -> None:
    """Nine lists of nine aliases, a billion terms, are faults at once."""
    lists = ["  a: &a [x, x, x, x, x, x, x, x, x]"]
    lists += [f"  {b}: &{b} [{', '.join([f'*{a}'] * 9)}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)]
    found = faults("version: 1\nlists:\n" + "\n".join(lists) + "\n")
    assert len(found) == 81
    assert sum("aliases are not allowed" in f for f in found) == 72


def test_lists_of_lists_cannot_multiply() -> None:
    """Forty lists that each name the one before nine times are read once each."""
    lists = "".join(f"  l{i}: [{', '.join([repr(f'@l{i - 1}')] * 9)}]\n" for i in range(1, 40))
    text = f"version: 1\nlists:\n  l0: [x]\n{lists}rules:\n  - {{id: a, condition: {{keywords: '@l39'}}}}\n"
    started = time.process_time()
    (rule,) = loaded(text).rules
    assert [term.written for term in rule.condition.terms()] == ["x"]
    assert time.process_time() - started < 2


def test_lists_nested_beyond_bounds_are_a_fault() -> None:
    """A chain of a thousand lists, some with lists in lists, is refused in a line, not by a crash."""
    lists = "".join(f"  l{i}: {'[' * 30}'@l{i + 1}'{']' * 30}\n" for i in range(1000))
    assert any("lists nested deeper than 50 levels" in f for f in faults(f"version: 1\nlists:\n{lists}  l1000: [x]\n"))


def test_a_huge_file_is_refused_unread() -> None:
    """Fifty megabytes of terms are one fault within a second."""
    started = time.process_time()
    assert faults("version: 1\nlists: {x: [" + "taliban, " * 5_500_000 + "]}") == [
        "1:1: longer than 10,000,000 characters; split it into several files"
    ]
    assert time.process_time() - started < 5


def test_thousands_of_unknown_names_are_told_quickly() -> None:
    """Suggestions stop where they would cost more than they help; the faults do not."""
    rules = "".join(f"  - {{id: r{i}, condition: {{keywords: '@l{i}x'}}, levle: {i}}}\n" for i in range(1000))
    lists = "".join(f"  l{i}: [a{i}]\n" for i in range(1000))
    assert len(faults(f"version: 1\nlists:\n{lists}rules:\n{rules}")) >= 2000


# ── whatever is written ──────────────────────────────────────────────────────────────────────────

WORDS = st.sampled_from(
    "keywords all any none near place entity in except min times case within ordered is type kind id condition title "
    "level status languages notify tests text expect file match term lang fr high 1 0 x @x @y taliban TJ georgia".split()
)
TREES = st.recursive(
    WORDS | st.text(string.printable, max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=300)
@given(TREES, TREES)
def test_every_rule_is_loaded_or_has_a_fault(condition: object, items: object) -> None:
    """Whatever the tree of a rule, it is taken as it stands or refused: no rule is ever left out silently."""
    text = json.dumps({"version": 1, "lists": {"x": items}, "rules": [{"id": "a", "condition": condition}]})
    try:
        rules = loaded(text)
    except RulesError as error:
        assert error.faults
        assert all(f.line >= 1 and f.column >= 1 and "\n" not in f.message for f in error.faults)
    else:
        assert [r.id for r in rules.rules] == ["a"]


@settings(max_examples=200)
@given(st.integers(0, 2**32), st.text("[]{}:,-'\"#&*!|>%@`? \t\n\u00a0\u2028é\x07ax1", max_size=4))
def test_a_damaged_file_is_refused_or_read_and_never_crashes(seed: int, damage: str) -> None:
    """Any few characters anywhere in a good file give faults with places, or another good file."""
    good = Path(__file__).parent.parent.joinpath("rules.yaml").read_text()[:6000]
    place = random.Random(seed).randrange(len(good))  # noqa: S311 - a place, not a secret
    try:
        loaded(good[:place] + damage + good[place + 1 :])
    except RulesError as error:
        assert error.faults
        assert all(f.line >= 1 and f.column >= 1 for f in error.faults)
