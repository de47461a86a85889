"""What the rules say of articles: `explain`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.common import (
    DEFAULT_LIKENESS,
    DEFAULT_RULES,
    DEFAULT_STATE,
    FAULTS,
    Boilerplate,
    Json,
    JsonFields,
    Likeness,
    Model,
    OnlyRule,
    Rules,
    State,
    app,
    command,
)
from watcher.cli.judging import Reader, engine_of, learned_boilerplate, loaded_rules
from watcher.errors import SettingsError, Unreadable

if TYPE_CHECKING:
    from watcher.analyse.files import Found
    from watcher.model import Limits


@command(app)
def explain(
    files: Annotated[list[Path], typer.Argument(help="Articles.")],
    rules: Rules = DEFAULT_RULES,
    model: Model = "md",
    name_likeness: Likeness = DEFAULT_LIKENESS,
    rule: OnlyRule = None,
    as_json: Json = False,
    text: Annotated[bool, typer.Option("--text", help="Print the text that offsets count in, nothing else.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="With --text: what was cut too, and why.")] = False,
    json_fields: JsonFields = None,
    state: State = DEFAULT_STATE,
    boilerplate: Boilerplate = "cut",
) -> int:
    """Say for each article and rule why it matches, or what kept it silent."""
    from watcher import explanation
    from watcher.boilerplate import cuts
    from watcher.clock import now_ms
    from watcher.model import Limits
    from watcher.render import one_line, place
    from watcher.settings import read_json_fields

    if everything and not text:
        raise SettingsError("--all goes with --text: watcher explain --text --all FILE")
    failed = 0
    learned = learned_boilerplate(state, boilerplate)
    limits = Limits(json_fields=read_json_fields(json_fields))
    engine = None if text else engine_of(loaded_rules(rules, name_likeness), rules, model, learned, rule)
    for file, found in _read(files, limits, everything=everything):
        if found.fault:
            print(f"{one_line(file)}: {found.fault}", file=sys.stderr)
            failed = FAULTS
        for article in found.articles:
            if why := article.barred(now_ms()):
                named = place({"path": str(file), "members": article.members})
                print(f"{named}: article {article.part} is passed over: {why}", file=sys.stderr)
            if engine is None:
                cut = cuts(article, learned)
                shown = found.omitted.get(article.part, ()) if everything else None
                print(explanation.text(article, cut, shown))
                continue
            said = explanation.explain(engine, file, article, names=as_json)
            said["rules"] = [told for told in said["rules"] if rule in (None, told["id"])]
            print(json.dumps(said, ensure_ascii=False) if as_json else explanation.for_people(said))
    return failed


def _read(files: Sequence[Path], limits: Limits, *, everything: bool = False) -> Iterator[tuple[Path, Found]]:
    """Each file with what is in it; with `everything` what was left out too."""
    from watcher.analyse.files import Found, read_anywhere

    with Reader() as reader:
        for file in files:
            try:
                yield file, reader.read(read_anywhere, file, limits, everything=everything)
            except Unreadable as error:
                yield file, Found(fault=str(error))
