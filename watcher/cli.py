"""The commands. Each imports what it needs when it runs, so that a small one starts fast."""

from __future__ import annotations

import functools
import io
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO, TypeVar

import typer
from typer.core import TyperGroup

from watcher import __version__
from watcher.errors import Incomplete, RulesError, SettingsError, WatcherError

if TYPE_CHECKING:
    from watcher.analyse import Engine
    from watcher.rules.spec import RuleSet
    from watcher.settings import Settings
    from watcher.store.engine import Store

Command = TypeVar("Command", bound=Callable[..., int])


class ListFirst(TyperGroup):
    """A group whose command is `list` where none is named: `watcher alerts --json`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        named = args and (not args[0].startswith("-") or args[0] in HELP)
        return super().parse_args(ctx, args if named else ["list", *args])


HELP = ["-h", "--help"]
FAULTS, USAGE, UNCONFIGURED = 1, 2, 78  # 78 is sysexits' EX_CONFIG: systemd does not start it again
HEARTBEAT_MS = 30_000
MOST_OF_A_KIND = 20  # warnings of one code that `check` prints

app = typer.Typer(
    help="Watches a folder for news articles, runs rules on each, and sends alerts.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": HELP},
    epilog="Exit status: 0 well, 1 faults found or trouble, 2 wrong usage, 78 no valid rules to run on.",
)
alerts_app = typer.Typer(cls=ListFirst, help="The alerts that were opened; `list` if nothing else is said.")
channels_app = typer.Typer(help="The channels that messages go to.", no_args_is_help=True)
app.add_typer(alerts_app, name="alerts")
app.add_typer(channels_app, name="channels")

Inbox = Annotated[Path, typer.Option(envvar="WATCHER_INBOX", help="The folder to watch.")]
Rules = Annotated[Path, typer.Option(envvar="WATCHER_RULES", help="The rules file.")]
State = Annotated[Path, typer.Option(envvar="WATCHER_STATE", help="The folder of the store and the quarantine.")]
Model = Annotated[str, typer.Option(envvar="WATCHER_MODEL", help="Size of the French model: md, or the smaller sm.")]
Likeness = Annotated[
    float, typer.Option(envvar="WATCHER_NAME_LIKENESS", help="How alike, to 1, names in other spellings must be.")
]
JsonFields = Annotated[
    str | None,
    typer.Option(
        envvar="WATCHER_JSON_FIELDS", help="Where JSON keeps parts of an article: title=head.line,body=story."
    ),
]
OnlyRule = Annotated[str | None, typer.Option("--rule", help="Only of this rule.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
DEFAULT_INBOX, DEFAULT_RULES, DEFAULT_STATE = Path("inbox"), Path("rules.yaml"), Path(".state")
DEFAULT_LIKENESS = 0.84  # that of watcher.model, which not every command needs


def main() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a file's name need not be UTF-8; \udcff is what JSON would write
            stream.reconfigure(errors="backslashreplace")
    app()


def _command(group: typer.Typer, name: str | None = None) -> Callable[[Command], Command]:
    """Registers a command: what it returns is the exit status, and its errors become words and a status."""

    def register(function: Command) -> Command:
        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> None:
            raise typer.Exit(_status_of(functools.partial(function, *args, **kwargs)))

        group.command(name)(run)
        return function

    return register


def _status_of(command: Callable[[], int]) -> int:
    try:
        status = command()
        sys.stdout.flush()
    except RulesError as error:
        print(error, file=sys.stderr)
        return FAULTS
    except SettingsError as error:
        print(f"watcher: {error}", file=sys.stderr)
        return USAGE
    except WatcherError as error:
        print(f"watcher: {error}", file=sys.stderr)
        return FAULTS
    except BrokenPipeError:  # the reader of a pipe has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return status


def _print_version(asked: bool) -> None:
    if asked:
        print(f"watcher {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Watches a folder for news articles, runs rules on each, and sends alerts."""


# ── the daemon ───────────────────────────────────────────────────────────────────────────────────


@_command(app)
def run(
    inbox: Inbox = DEFAULT_INBOX,
    rules: Rules = DEFAULT_RULES,
    state: State = DEFAULT_STATE,
    once: Annotated[bool, typer.Option("--once", help="Handle what is there, deliver, and end.")] = False,
    adopt: Annotated[bool, typer.Option("--adopt", help="First pass over what is there, without reading it.")] = False,
    after: Annotated[
        str, typer.Option(envvar="WATCHER_AFTER", help="keep, archive or delete files when done.")
    ] = "keep",
    archive: Annotated[
        Path | None, typer.Option(envvar="WATCHER_ARCHIVE", help="Where archived files go; STATE/archive if not given.")
    ] = None,
    watch: Annotated[str, typer.Option(envvar="WATCHER_WATCH", help="native, poll or auto.")] = "auto",
    settle: Annotated[
        float | None,
        typer.Option(envvar="WATCHER_SETTLE", help="Seconds a file must rest: 2, on network mounts 10, if not given."),
    ] = None,
    rescan: Annotated[
        float,
        typer.Option(
            envvar="WATCHER_RESCAN", help="Seconds between two looks at all files; where they are polled, 1 at most."
        ),
    ] = 30,
    workers: Annotated[int, typer.Option(envvar="WATCHER_WORKERS", help="Processes that read articles.")] = 1,
    model: Model = "md",
    name_likeness: Likeness = DEFAULT_LIKENESS,
    max_bytes: Annotated[int, typer.Option(envvar="WATCHER_MAX_BYTES", help="Largest file that is read.")] = 50_000_000,
    max_seconds: Annotated[float, typer.Option(envvar="WATCHER_MAX_SECONDS", help="Longest reading of a file.")] = 30,
    max_memory_mb: Annotated[
        int,
        typer.Option(envvar="WATCHER_MAX_MEMORY_MB", help="MB of memory that a file may take beside the model."),
    ] = 512,
    max_articles: Annotated[int, typer.Option(envvar="WATCHER_MAX_ARTICLES", help="Most articles of a file.")] = 5_000,
    json_fields: JsonFields = None,
    keep_texts_days: Annotated[
        int, typer.Option(envvar="WATCHER_KEEP_TEXTS_DAYS", help="Days that texts and decisions are kept.")
    ] = 90,
    keep_alerts_days: Annotated[
        int, typer.Option(envvar="WATCHER_KEEP_ALERTS_DAYS", help="Days that alerts are kept.")
    ] = 400,
    log_format: Annotated[
        str, typer.Option(envvar="WATCHER_LOG_FORMAT", help="text, json, or auto: text on a terminal.")
    ] = "auto",
    log_level: Annotated[str, typer.Option(envvar="WATCHER_LOG_LEVEL", help="debug, info, warning or error.")] = "info",
) -> int:
    """Watch the inbox and send alerts until stopped.

    SIGHUP reads rules and secrets anew; WATCHER_SECRETS names a folder with a file for each secret.
    """
    values = {k: v for k, v in locals().items() if k not in ("once", "adopt")}
    settings = _settings(**values)
    _make_inbox(settings.inbox, once=once)
    from watcher import logs

    logs.configure(settings.log_level, settings.log_format)
    from watcher.daemon import Daemon

    try:
        Daemon(settings).run(once=once, adopt=adopt)
    except RulesError as error:
        print(error, file=sys.stderr)
        print("watcher: no valid rules to run on; mend them and start again", file=sys.stderr)
        return UNCONFIGURED
    return 0


def _settings(**values: Any) -> Settings:
    from watcher.settings import After, LogFormat, LogLevel, Settings, Watch, variable

    for name, kind in (("after", After), ("watch", Watch), ("log_format", LogFormat), ("log_level", LogLevel)):
        try:
            values[name] = kind(values[name].lower())
        except ValueError:
            allowed = ", ".join(kind)
            raise SettingsError(f"{variable(name)} is one of {allowed}, not '{values[name]}'") from None
    return Settings(**values)


def _make_inbox(inbox: Path, *, once: bool) -> None:
    """Only where the folder that it is to lie in is there: one that is not mounted yet is waited for, not made."""
    try:
        if inbox.parent.is_dir():
            inbox.mkdir(exist_ok=True)
    except OSError as error:
        raise WatcherError(f"the inbox {inbox} cannot be made: {error.strerror}") from error
    if once and not inbox.is_dir():
        raise WatcherError(f"the inbox {inbox} is not there, nor is the folder {inbox.parent} to make it in")


@_command(app)
def health(state: State = DEFAULT_STATE) -> int:
    """Exit 0 if the daemon gave a sign of life within the last 30 seconds."""
    from watcher.clock import now_ms
    from watcher.store.status import last_beat

    with _store(state) as store, store.read() as conn:
        beat = last_beat(conn)
    age = None if beat is None else now_ms() - beat.at
    if beat is None or age is None or age > HEARTBEAT_MS:
        print("no sign of life" if age is None else f"last sign of life {age / 1000:.0f} s ago", file=sys.stderr)
        return FAULTS
    print(beat.note or "well")
    return 0


@_command(app)
def status(
    inbox: Annotated[
        Path | None,
        typer.Option(envvar="WATCHER_INBOX", help="Where to count waiting files; the daemon's inbox if not given."),
    ] = None,
    state: State = DEFAULT_STATE,
    as_json: Json = False,
) -> int:
    """How many files, articles, alerts and messages there are, and in what state."""
    from watcher import explanation
    from watcher.clock import now_ms
    from watcher.inbox import count_waiting
    from watcher.store.articles import still_there
    from watcher.store.status import counts, last_beat, noted_inbox

    with _store(state) as store, store.read() as conn:
        folder = inbox or noted_inbox(conn)
        waiting = count_waiting(folder, lambda paths: still_there(conn, paths)) if folder and folder.is_dir() else 0
        found = counts(conn, waiting)
        beat = last_beat(conn)
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        print(explanation.status(found, None if beat is None else (now_ms() - beat.at, beat.note)))
    return 0


@_command(app)
def backup(file: Annotated[Path, typer.Argument(help="The copy to make.")], state: State = DEFAULT_STATE) -> int:
    """Copy the store while the daemon runs."""
    with _store(state) as store:
        store.backup(file)
    print(f"{file}: {file.stat().st_size:,} bytes")
    return 0


@contextmanager
def _store(state: Path) -> Iterator[Store]:
    from watcher.store.engine import open_store

    with open_store(state, create=False) as store:
        yield store


# ── rules ────────────────────────────────────────────────────────────────────────────────────────


@_command(app)
def check(
    rules: Rules = DEFAULT_RULES,
    strict: Annotated[
        bool, typer.Option("--strict", help="Run the rules' tests too; one that fails is a fault.")
    ] = False,
    secrets: Annotated[bool, typer.Option("--secrets", help="A missing secret is a fault.")] = False,
    model: Model = "md",
    name_likeness: Likeness = DEFAULT_LIKENESS,
) -> int:
    """Say what is wrong with the rules file, every fault at its line and column, and warn of what is odd."""
    from watcher.channels import secret_dirs
    from watcher.rulefiles import load_checked, missing_secrets
    from watcher.settings import check_likeness

    check_likeness(name_likeness)
    loaded = load_checked(rules, os.environ, name_likeness, advise=True)
    missing = missing_secrets(loaded, os.environ, secret_dirs(os.environ))
    for line in (*_warnings(loaded), *(f"warning: {why}" for why in missing)):
        print(line, file=sys.stderr)
    failed = _run_tests(loaded, rules, model, out=sys.stderr) if strict else 0
    print(f"{rules}: {_count(len(loaded.rules), 'rule')}, {_count(len(loaded.channels), 'channel')}")
    return FAULTS if failed or (secrets and missing) else 0


def _warnings(loaded: RuleSet) -> Iterator[str]:
    """The warnings; of a kind that there is no end of (rules without tests) the first, and how many more there are."""
    kinds = Counter(warning.code for warning in loaded.warnings)
    told: Counter[str] = Counter()
    for warning in loaded.warnings:
        told[warning.code] += 1
        if told[warning.code] <= MOST_OF_A_KIND:
            yield str(warning)
    yield from (f"warning: and {n - MOST_OF_A_KIND} more [{code}]" for code, n in kinds.items() if n > MOST_OF_A_KIND)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


@_command(app)
def test(
    rules: Rules = DEFAULT_RULES,
    model: Model = "md",
    name_likeness: Likeness = DEFAULT_LIKENESS,
    rule: OnlyRule = None,
    as_json: Json = False,
) -> int:
    """Run the tests that the rules carry."""
    return FAULTS if _run_tests(_load(rules, name_likeness), rules, model, rule, as_json=as_json) else 0


def _run_tests(
    loaded: RuleSet,
    rules: Path,
    model: str,
    only: str | None = None,
    *,
    as_json: bool = False,
    out: TextIO | None = None,
) -> int:
    """Prints how the tests went, to `out` the failing ones alone; returns how many failed."""
    from watcher.analyse import run_tests
    from watcher.render import one_line
    from watcher.rulefiles import read_documents

    if only is not None and only not in {rule.id for rule in loaded.rules}:
        raise WatcherError(f"no rule '{only}' in {rules}")
    tested = run_tests(_engine(loaded, model), read_documents(loaded, rules), only=only)
    for t in tested:
        if as_json:
            print(json.dumps({"rule": t.rule, "test": t.name, "place": t.place, "ok": not t.why, "why": t.why}))
        elif t.why:
            print(f"{t.place}: {t.rule}: test '{t.name}' {one_line(t.why)}", file=out)
    failed = sum(bool(t.why) for t in tested)
    if not as_json and out is None:
        print(f"{len(tested) - failed} of {len(tested)} tests pass")
    return failed


@_command(app)
def schema() -> int:
    """Print the JSON Schema of rules files, for editors."""
    from watcher.rules.schema import written

    print(written(), end="")
    return 0


@_command(app)
def explain(
    files: Annotated[list[Path], typer.Argument(help="Articles.")],
    rules: Rules = DEFAULT_RULES,
    model: Model = "md",
    name_likeness: Likeness = DEFAULT_LIKENESS,
    as_json: Json = False,
    text: Annotated[bool, typer.Option("--text", help="Print the text that offsets count in, nothing else.")] = False,
    json_fields: JsonFields = None,
) -> int:
    """Say for each article and rule why it matches, or what kept it silent."""
    from watcher import explanation
    from watcher.clock import now_ms
    from watcher.model import Limits
    from watcher.render import one_line
    from watcher.settings import read_json_fields

    failed = 0
    limits = Limits(json_fields=read_json_fields(json_fields))
    engine = None if text else _engine(_load(rules, name_likeness), model)
    for file in files:
        try:
            articles = explanation.articles_of(file, limits)
        except Incomplete as error:
            print(f"{one_line(file)}: {error}", file=sys.stderr)
            articles = error.articles
            failed = FAULTS
        except WatcherError as error:
            print(f"{one_line(file)}: {error}", file=sys.stderr)
            failed = FAULTS
            continue
        for article in articles:
            if why := article.barred(now_ms()):
                print(f"{one_line(file)}: article {article.part} is passed over: {why}", file=sys.stderr)
            if engine is None:
                print(article.text)
                continue
            found = explanation.explain(engine, file, article)
            print(json.dumps(found, ensure_ascii=False) if as_json else explanation.for_people(found))
    return failed


def _load(rules: Path, likeness: float) -> RuleSet:
    from watcher.analyse import gazetteer
    from watcher.rulefiles import read_bundle
    from watcher.rules.load import load
    from watcher.settings import check_likeness

    check_likeness(likeness)
    return load(read_bundle(rules), gazetteer(), likeness)


def _engine(loaded: RuleSet, model: str) -> Engine:
    from watcher.analyse import Engine, gazetteer
    from watcher.rules.compile import compile_rules
    from watcher.settings import check_model

    check_model(model)
    return Engine(compile_rules(loaded, gazetteer()), model)


# ── alerts and channels ──────────────────────────────────────────────────────────────────────────


@_command(alerts_app, "list")
def alerts_list(
    state: State = DEFAULT_STATE,
    rule: OnlyRule = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest.")] = 50,
    kept_out: Annotated[
        bool, typer.Option("--kept-out", help="What only a 'none', languages or max_age kept from matching.")
    ] = False,
    as_json: Json = False,
) -> int:
    """The newest alerts, one a line."""
    from watcher import explanation
    from watcher.store.alerts import list_alerts, list_kept_out

    with _store(state) as store, store.read() as conn:
        found = list_kept_out(conn, limit, rule) if kept_out else list_alerts(conn, limit, rule)
    for entry in found:
        print(json.dumps(explanation.record(entry), ensure_ascii=False) if as_json else explanation.line(entry))
    return 0


@_command(alerts_app, "show")
def alerts_show(
    alert: Annotated[str, typer.Argument(help="The alert's id, or its beginning.")],
    state: State = DEFAULT_STATE,
    as_json: Json = False,
) -> int:
    """One alert with its evidence, and what became of it at each channel."""
    from watcher import explanation
    from watcher.store.alerts import show_alert

    with _store(state) as store, store.read() as conn:
        found = show_alert(conn, alert)
    print(json.dumps(explanation.record(found), ensure_ascii=False) if as_json else explanation.alert(found))
    return 0


@_command(channels_app, "test")
def channels_test(
    name: Annotated[str | None, typer.Argument(help="The channel; all of them if not given.")] = None,
    rules: Rules = DEFAULT_RULES,
) -> int:
    """Send a sample alert and say for each address what happened."""
    from watcher import explanation
    from watcher.channels import open_channels, secret_dirs
    from watcher.clock import now_ms
    from watcher.model import Sent
    from watcher.rulefiles import load_checked
    from watcher.store.columns import uuid7

    loaded = load_checked(rules, os.environ)
    channels = open_channels(loaded.channels, os.environ, secret_dirs(os.environ), sys.stdout)
    if name is not None and name not in channels:
        raise WatcherError(f"no channel '{name}' in {rules}; there are {', '.join(channels)}")
    failed = 0
    for channel in channels.values() if name is None else [channels[name]]:
        if channel.unconfigured:
            print(f"{channel.name}: unconfigured: {channel.unconfigured}")
            failed = FAULTS
            continue
        for number, target in enumerate(channel.targets, 1):
            outcome = channel.send(target.key, explanation.sample_message(uuid7(now_ms())))
            failed = failed if isinstance(outcome, Sent) else FAULTS
            print(f"{channel.name}, address {number}: {'sent' if isinstance(outcome, Sent) else outcome.why}")
    return failed
