"""Rules in several files: what is shared, what is refused with both places, and what a save of any of them does."""

# ruff: noqa: E501 - a file stands on few lines

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.judging import gazetteer
from tests.support import RULES, running, wait_for
from watcher.errors import RulesError
from watcher.rulefiles import expand, read_bundle, read_documents
from watcher.rules.load import load
from watcher.rules.sources import Sources, sources
from watcher.rules.spec import RuleSet

ARTICLE = "Kaboul\n\nLes talibans ont pris Kunduz dimanche, selon des habitants de la ville.\n"
MAIN = "version: 1\ninclude: [rules.d/*.yaml]\n"


def written(folder: Path, files: dict[str, str]) -> Path:
    """Writes files by their paths in the folder; returns that of the main one."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder / "rules.yaml"


def loaded(path: Path) -> RuleSet:
    return load(read_bundle(path), gazetteer())


def faults(path: Path) -> list[str]:
    """The faults, with the files named from the main one's folder."""
    with pytest.raises(RulesError) as caught:
        loaded(path)
    return [str(fault).replace(f"{path.parent}/", "") for fault in caught.value.faults]


def rule(name: str, condition: str = "{keywords: a}") -> str:
    return f"rules:\n  - {{id: {name}, condition: {condition}}}\n"


def test_folders_at_any_depth_are_read_once_whatever_links_lead_up(tmp_path: Path) -> None:
    """Also those behind a link to a folder elsewhere; hidden ones are left out."""
    rule = "rules: [{{id: {}, condition: {{keywords: abc}}}}]\n"
    names = ["top", "top/deep", "top/deep/deeper", "top/.hidden"]
    files = {f"main/{name}/a.yaml": rule.format(f"a{n}") for n, name in enumerate(names)}
    files["elsewhere/sub/b.yaml"] = rule.format("b")
    written(tmp_path, files | {"main/rules.yaml": "version: 1\ninclude: ['top/**/*.yaml']\n"})
    for folder in names[:3]:
        for up in ("up", "round"):
            (tmp_path / "main" / folder / up).symlink_to(tmp_path / "main" / "top")
    (tmp_path / "main" / "top" / "shared").symlink_to(tmp_path / "elsewhere")
    assert [r.id for r in loaded(tmp_path / "main" / "rules.yaml").rules] == ["a0", "a1", "a2", "b"]
    once, twice = (expand(str(tmp_path / "main" / "top" / deep / "*.yaml")) for deep in ("**", "**/**"))
    assert once == twice


def test_included_files_share_lists_conditions_places_and_channels(tmp_path: Path) -> None:
    """What one file names all can use, whichever file is read first; rules stand in the order of the files."""
    path = written(
        tmp_path,
        {
            "rules.yaml": MAIN
            + "lists: {main: [a1]}\ndefaults: {level: high, notify: [desk]}\n"
            + rule("first", "{use: shared}"),
            "rules.d/b.yaml": "lists: {b: [b1]}\nplaces: {panj: [TJ]}\n" + rule("b", "{keywords: '@main'}"),
            "rules.d/c.yaml": "version: 1\nchannels: {desk: {console: true}}\nconditions: {shared: {all: [{keywords: '@b'}, {place: panj}]}}\n"
            + rule("c"),
            "rules.d/empty.yaml": "# nothing yet\n",
        },
    )
    rules = loaded(path)
    assert [(r.id, r.level, r.notify) for r in rules.rules] == [(i, "high", ("desk",)) for i in ("first", "b", "c")]
    assert [Path(r.place.file).name for r in rules.rules] == ["rules.yaml", "b.yaml", "c.yaml"]
    assert rules.warnings == ()


def test_what_two_files_name_is_refused_with_both_places(tmp_path: Path) -> None:
    """Ids, lists, conditions, places and channels are each given once; the fault says where the other is."""
    shared = (
        "lists: {x: [a1]}\nconditions: {n: {keywords: a}}\nplaces: {panj: [TJ]}\nchannels: {desk: {console: true}}\n"
    )
    path = written(tmp_path, {"rules.yaml": MAIN + shared + rule("a"), "rules.d/b.yaml": shared + rule("a")})
    main = str(path.parent)
    assert [f.replace(f"{main}/", "") for f in faults(path)] == [
        "rules.d/b.yaml:1:9: duplicate list 'x'; rules.yaml:3 has it already",
        "rules.d/b.yaml:2:14: duplicate condition 'n'; rules.yaml:4 has it already",
        "rules.d/b.yaml:3:10: duplicate set of places 'panj'; rules.yaml:5 has it already",
        "rules.d/b.yaml:4:12: duplicate channel 'desk'; rules.yaml:6 has it already",
        "rules.d/b.yaml:6:10: duplicate id 'a'; rules.yaml:8 has it already",
    ]


def test_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    """Each at its place in its own file, in the order of the files."""
    path = written(
        tmp_path,
        {
            "rules.yaml": MAIN + rule("A"),
            "rules.d/b.yaml": "timezone: UTC\nversion: 2\n" + rule("b", "{keywords: '@nope'}"),
            "rules.d/c.yaml": "include: [d.yaml]\ndefaults: {}\nrulez: []\n",
        },
    )
    main = str(path.parent) + "/rules.yaml"
    assert [f.replace(main, "rules.yaml") for f in faults(path)] == [
        "rules.yaml:4:10: an id has small letters, digits and - only, at most 100, not 'A'; write a",
        "rules.d/b.yaml:1:1: 'timezone' stands in rules.yaml, which includes this file",
        "rules.d/b.yaml:2:10: version must be 1, not '2'",
        "rules.d/b.yaml:4:35: unknown list '@nope'; write it under lists:",
        "rules.d/c.yaml:1:1: 'include' stands in rules.yaml, which includes this file",
        "rules.d/c.yaml:2:1: 'defaults' stands in rules.yaml, which includes this file",
        "rules.d/c.yaml:3:1: unknown key 'rulez' in a rules file; did you mean 'rules'?",
    ]
    written(tmp_path, {"rules.d/c.yaml": "lists: {x: [a\n", "rules.d/d.yaml": "\tx: 1\n"})
    assert [f.replace(main, "rules.yaml").split(": ")[0] for f in faults(path)] == [
        "rules.yaml:4:10",
        "rules.d/b.yaml:1:1",
        "rules.d/b.yaml:2:10",
        "rules.d/c.yaml:2:1",
        "rules.d/d.yaml:1:1",
    ]


def test_what_a_file_that_cannot_be_read_may_name_is_not_called_unknown(tmp_path: Path) -> None:
    """Lists, conditions, channels, rules and time intervals may stand in it; every other fault is told beside its own,
    in the main file too, and in the included ones where that is the one."""
    included = (
        "rules:\n  - id: a\n    condition: {all: [{keywords: '@l'}, {use: u}, {query: '@l AND $u'}]}\n"
        "    notify: [d]\n    inhibits: [r]\n    mute: [t]\n    level: hi\n"
        "  - {id: c, correlation: {type: temporal, rules: [r, a], timeframe: 1h}}\n"
        "  - {id: f, condition: {keywords: a}, correlation: {type: flatline, below: 1, timeframe: 1h, active: t}}\n"
    )
    level = "b.yaml:7:12: level cannot be 'hi'; did you mean 'high'? it is one of informational, low, medium, high, critical"
    path = written(tmp_path, {"rules.yaml": "version: 1\ninclude: [b.yaml, c.yaml]\n", "b.yaml": included})
    for unreadable in (b"lists: [\xff]\n", b"lists: {l: [\n"):
        (tmp_path / "c.yaml").write_bytes(unreadable)
        assert [fault for fault in faults(path) if not fault.startswith("c.yaml")] == [level]
    (tmp_path / "c.yaml").write_text(rule("r"))
    written(tmp_path, {"rules.yaml": "version: 1\ninclude: [b.yaml, c.yaml]\ndefaults: {\n"})
    assert [fault for fault in faults(path) if not fault.startswith("rules.yaml")] == [level]


def test_a_wildcard_stays_in_its_folder(tmp_path: Path) -> None:
    """A pattern beside a folder whose files another pattern takes has matched none of them, and is told; `**` has."""
    include = 'version: 1\ninclude: ["*.yaml", "rules.d/*/*.yaml", "rules.d/*.yaml", "**/b.yaml", "**"]\n'
    main = written(tmp_path, {"rules.yaml": include, "rules.d/b.yaml": "rules: []\n"})
    assert [str(w).removeprefix(f"{tmp_path}/") for w in loaded(main).warnings] == [
        "rules.yaml:2:11: warning: '*.yaml' matches no other rules file [empty-include]",
        "rules.yaml:2:21: warning: 'rules.d/*/*.yaml' matches no other rules file [empty-include]",
    ]


def test_a_pattern_takes_what_is_there(tmp_path: Path) -> None:
    """Hidden files, other kinds of file and the main file itself are no rules; no match is a warning, one in the very
    folder in which ** begins is none."""
    include = "include: ['*.yaml', more/*, none/*.yaml, '**/more/**/b.yaml']\n"
    path = written(tmp_path, {"rules.yaml": "version: 1\n" + include + rule("a")})
    written(tmp_path, {"more/b.yaml": rule("b"), "more/notes.txt": "no rules"})
    (tmp_path / "more" / ".#b.yaml").symlink_to("nowhere")
    (tmp_path / "[x]").mkdir()
    assert [r.id for r in loaded(path).rules] == ["a", "b"]
    assert [str(w).split(":", 1)[1] for w in loaded(path).warnings] == [
        "2:11: warning: '*.yaml' matches no other rules file [empty-include]",
        "2:29: warning: 'none/*.yaml' matches no other rules file [empty-include]",
    ]
    odd = tmp_path / "[x]"
    written(odd, {"rules.yaml": MAIN, "rules.d/c.yaml": rule("c")})
    assert [r.id for r in loaded(odd / "rules.yaml").rules] == ["c"]


def test_a_file_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    """One that is not UTF-8 with its place, a folder by its name, a link to nothing though a pattern found it."""
    path = written(tmp_path, {"rules.yaml": "version: 1\ninclude: [b.yaml, c.yaml, d*.yaml]\n" + rule("a")})
    (tmp_path / "b.yaml").write_bytes(b"# ok\nrules: [\xff]\n")
    (tmp_path / "c.yaml").mkdir()
    (tmp_path / "d1.yaml").symlink_to("nowhere.yaml")
    assert faults(path) == [
        "b.yaml:2:9: not UTF-8; save the file as UTF-8",
        "c.yaml:1:1: cannot be read: Is a directory",
        "d1.yaml:1:1: cannot be read: a link that leads to no file",
    ]


@pytest.mark.parametrize("pattern", ["r/*/b.yaml", "r/gone/*.yaml", "r/**/*.yaml", "*/**/b.yaml", "./r/./*/b.yaml"])
def test_a_link_to_a_folder_that_is_gone_says_so(tmp_path: Path, pattern: str) -> None:
    """The rules behind it would be missing without a word; a link to a file of another kind is no matter."""
    path = written(tmp_path, {"rules.yaml": f"version: 1\ninclude: ['{pattern}', '{pattern}']\n" + rule("a")})
    written(tmp_path, {"r/there/b.yaml": rule("b")})
    (tmp_path / "r" / "gone").symlink_to("nowhere")
    (tmp_path / "r" / "notes.txt").symlink_to("nowhere")
    assert faults(path) == ["r/gone:1:1: cannot be read: a link that leads to no folder"]


@pytest.mark.parametrize("pattern", ["desk.asia/*.yaml", "desk.asia/*/b.yaml", "./desk.asia/**/*.yaml"])
def test_a_folder_that_an_include_names_is_one_whatever_its_suffix(tmp_path: Path, pattern: str) -> None:
    """`rules.d` is the usual name of such a folder, and where a wildcard finds one so named it is one too."""
    path = written(tmp_path, {"rules.yaml": f"version: 1\ninclude: ['{pattern}', '*/b.yaml']\n" + rule("a")})
    for name in ("desk.asia", "rules.d", "notes.txt"):
        (tmp_path / name).symlink_to("nowhere")
    said = "1:1: cannot be read: a link that leads to no folder"
    assert faults(path) == [f"desk.asia:{said}", f"rules.d:{said}"]


def test_a_folder_of_rules_that_may_not_be_listed_says_so(tmp_path: Path) -> None:
    """One that the include names; what a wildcard finds closed, as lost+found is, may be no business of the rules."""
    if os.geteuid() == 0 and " 4294967295" not in Path("/proc/self/uid_map").read_text():
        pytest.skip("root without other users reads everything")
    script = """
        import os, sys
        from pathlib import Path
        sys.path.insert(0, ".")
        import encodings.utf_8_sig  # while it may be read
        from tests.test_included import rule, written
        from watcher.rulefiles import read_files
        if os.geteuid() == 0:  # root reads everything
            os.setgroups([]), os.setgid(65534), os.setuid(65534)
        include = "version: 1\\ninclude: ['team/*.yaml', 'linked/*.yaml', '*/b.yaml']\\n"
        path = written(Path(sys.argv[1]), {"rules.yaml": include + rule("a"), "other/c.yaml": "", "team/c.yaml": ""})
        (path.parent / "linked").symlink_to("team")
        for name in ("team", "other"):
            (path.parent / name).chmod(0)
        print(*(fault.message for fault in read_files(path).faults), sep="\\n")
    """
    with tempfile.TemporaryDirectory() as folder:
        if os.geteuid() == 0:
            os.chown(folder, 65534, 65534)
        command = [sys.executable, "-c", textwrap.dedent(script), folder]
        ran = subprocess.run(command, cwd=Path(__file__).parent.parent, capture_output=True, text=True)
    assert ran.stdout == 2 * "cannot be read: Permission denied\n", ran.stderr


def test_a_list_or_template_that_cannot_be_read_hides_no_other_fault(tmp_path: Path) -> None:
    """Nor does it bring one: what is named from it is no fault of its own."""
    lists = "lists: {x: {file: x.txt}, y: {file: y.txt}, z: {file: none.txt}}\nchannels: {c: {urls: ['json://h'], template: t.txt}}\n"
    path = written(tmp_path, {"rules.yaml": "version: 1\n" + lists + rule("a", "{keywords: ['@x', '@w']}")})
    (tmp_path / "x.txt").write_bytes(b"caf\xe9\n")
    (tmp_path / "t.txt").write_bytes(b"\xff\n")
    (tmp_path / "y.txt").mkdir()
    told = [
        "rules.yaml:2:55: no file 'none.txt'",
        "rules.yaml:5:42: unknown list '@w'; write it under lists:",
        "t.txt:1:1: not UTF-8; save the file as UTF-8",
        "x.txt:1:4: not UTF-8; save the file as UTF-8",
        "y.txt:1:1: cannot be read: Is a directory",
    ]
    assert faults(path) == told
    written(tmp_path, {"rules.yaml": "version: 1\ninclude: [b.yaml]\n" + lists + rule("a", "{keywords: ['@x', '@w']}")})
    (tmp_path / "b.yaml").write_bytes(b"lists: {w: [\xff]}\n")
    nowhere = "rules.yaml:3:55: no file 'none.txt'"
    assert faults(path) == [nowhere, "b.yaml:1:13: not UTF-8; save the file as UTF-8", *told[2:]]


def test_a_set_of_files_of_which_one_cannot_be_read_is_another(tmp_path: Path) -> None:
    """Such a file beside rules that are in force is not passed over as no change."""
    path = written(tmp_path, {"rules.yaml": MAIN + rule("a")})
    before = read_bundle(path).digest
    (tmp_path / "rules.d").mkdir()
    (tmp_path / "rules.d" / "b.yaml").write_bytes(b"\xff")
    assert read_bundle(path).digest != before


# ── lists in files ───────────────────────────────────────────────────────────────────────────────


def test_a_list_in_a_file_is_one_term_a_line(tmp_path: Path) -> None:
    """`#` begins a comment, quotes are not needed, a "@list" is one; paths begin where they are written."""
    path = written(
        tmp_path,
        {
            "rules.yaml": MAIN
            + "lists: {m: {file: lists/m.txt}, other: [b1]}\n"
            + rule("a", "{keywords: '@m', min: 4}"),
            "rules.d/b.yaml": "lists: {sub: {file: sub.txt}}\n" + rule("b", "{entity: {type: person, is: '@sub'}}"),
            "rules.d/sub.txt": "\ufeffSergueï Lavrov\r\n",
            "lists/m.txt": '# ministers\n\n  Émirat: islamique  # old\nC#\n"Taliban*"\n@other\n#x\n',
        },
    )
    terms = [t.written for t in loaded(path).rules[0].condition.terms()]
    assert terms == ["Émirat: islamique", "C#", "Taliban*", "b1"]
    assert len(loaded(path).rules) == 2


def test_faults_of_a_list_in_a_file_point_into_it(tmp_path: Path) -> None:
    """A bad term has its line and column there; a file without any term is an empty list."""
    path = written(
        tmp_path,
        {
            "rules.yaml": "version: 1\nlists: {m: {file: m.txt, fr: [a]}, n: {file: n.txt}, o: {file: o.txt}}\n"
            + rule("a", "{keywords: ['@m', '@o']}"),
            "m.txt": "ok\n  a*b  # no\n@nope\nOK\n",
            "n.txt": "# nothing\n",
        },
    )
    assert faults(path) == [
        "rules.yaml:2:26: 'fr' beside file; a list stands either here or in its file",
        "rules.yaml:2:64: no file 'o.txt'",
        "m.txt:2:3: * stands at a word's start or end; inside a word use ? for one letter",
        "m.txt:3:1: unknown list '@nope'; write it under lists:",
        "n.txt:1:1: an empty list of terms; put one in, or remove the key",
    ]


def test_a_rule_is_another_when_the_file_of_its_list_is(tmp_path: Path) -> None:
    """What is told as changed on a save are the rules that use the list."""
    main = "version: 1\nlists: {m: {file: m.txt}}\nrules:\n  - {id: a, condition: {keywords: '@m'}}\n  - {id: b, condition: {keywords: x}}\n"
    path = written(tmp_path, {"rules.yaml": main, "m.txt": "a1\n"})
    before = loaded(path)
    written(tmp_path, {"m.txt": "a1\na2\n"})
    after = loaded(path)
    assert [x.fingerprint == y.fingerprint for x, y in zip(before.rules, after.rules, strict=True)] == [False, True]
    assert before.digest != after.digest


def test_a_test_names_its_file_from_where_it_is_written(tmp_path: Path) -> None:
    """Beside the included file, not beside the main one."""
    tested = "rules:\n  - id: b\n    condition: {keywords: a}\n    tests: [{file: seeds/1.txt, expect: match}]\n"
    path = written(tmp_path, {"rules.yaml": MAIN, "rules.d/b.yaml": tested, "rules.d/seeds/1.txt": "a\n"})
    rules = loaded(path)
    assert read_documents(rules, path) == {"rules.d/seeds/1.txt": b"a\n"}
    assert rules.rules[0].tests[0].file == "rules.d/seeds/1.txt"


# ── which files there are ────────────────────────────────────────────────────────────────────────

PARTS = [
    "version: 1\n",
    "include: [a.yaml, 'b/*.yaml']\n",
    "include:\n- a.yaml\n# x\n- 'b/*.yaml'\n",
    "lists:\n  x: {file: x.txt}\n  y: [file]\n",
    "lists: {x: {file: x.txt}, y: [file,\nfile]}\n",
    "rules:\n  - {id: a, condition: {keywords: 'include: x'}}\n",
    'x-note: "a\nb"\n',
]


@given(st.lists(st.sampled_from(PARTS), unique=True, max_size=6))
def test_the_quick_look_for_files_sees_what_the_whole_reading_sees(parts: list[str]) -> None:
    """Sections in any order and style: the names of other files are found without parsing the rules."""
    text = "".join(parts)
    expected = Sources(
        ("a.yaml", "b/*.yaml") if "include:\n" in text or "include: [" in text else (),
        ("x.txt",) if "x.txt" in text else (),
    )
    if text.count("a.yaml") > 1 or text.count("x.txt") > 1:
        return  # a key twice is a fault
    assert sources(text) == expected


def test_a_file_in_braces_is_looked_through_whole() -> None:
    """JSON is YAML too."""
    assert sources('{"version": 1, "include": ["a.yaml"], "lists": {"x": {"file": "x.txt"}}}') == Sources(
        ("a.yaml",), ("x.txt",)
    )


# ── the daemon ───────────────────────────────────────────────────────────────────────────────────


def test_a_save_of_any_file_is_in_force_at_once(tmp_path: Path) -> None:
    """A new file that a pattern matches, a changed list, a list that was missing: each is read without being asked."""
    (tmp_path / "rules.d").mkdir()
    (tmp_path / "towns.txt").write_text("Herat\n")
    rules = RULES.replace("version: 1\n", "version: 1\ninclude: [rules.d/*.yaml]\nlists: {towns: {file: towns.txt}}\n")
    with running(tmp_path, rules=rules) as daemon:

        def told(what: str) -> None:
            wait_for(lambda: any(what in n for n in daemon.notices), what)

        new = tmp_path / "rules.d" / "towns.yaml"
        new.write_text("rules:\n  - {id: towns, condition: {keywords: '@towns'}}\n")
        told("added: towns")
        (tmp_path / "draft").write_text("Kunduz\n")
        (tmp_path / "draft").rename(tmp_path / "towns.txt")  # at one stroke: an empty list would be a change too
        told("changed: towns")
        daemon.drop("one.txt", ARTICLE)
        wait_for(lambda: len(daemon.alerts) == 2, "both alerts")
        new.write_text("lists: {more: {file: more.txt}}\n")
        told("no file")
        (tmp_path / "rules.d" / "more.txt").write_text("a\n")
        told("removed: towns")
