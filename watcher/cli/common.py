"""What all commands share: the program, its groups and options, and how an error becomes words and a status."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

from watcher.errors import RulesError, SettingsError, WatcherError

if TYPE_CHECKING:
    from watcher.store.engine import Store

Command = TypeVar("Command", bound=Callable[..., int])


class ListFirst(TyperGroup):
    """A group whose command is `list` where none is named: `watcher alerts --json`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        named = args and (not args[0].startswith("-") or args[0] in HELP)
        return super().parse_args(ctx, args if named else ["list", *args])


class StrictCommand(TyperCommand):
    """A command that says of a word too many what to write, as of `watcher check my-rules.yaml`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        ctx.allow_extra_args = True
        rest = super().parse_args(ctx, args)
        if rest:
            cure = "; a rules file is named by --rules" if any(p.name == "rules" for p in self.params) else ""
            if any(p.param_type_name == "argument" for p in self.params):
                cure = "; what is one name stands in quotes"
            ctx.fail(f"'{rest[0]}' is a word too many{cure}")
        return rest


HELP = ["-h", "--help"]
FAULTS, USAGE, UNCONFIGURED = 1, 2, 78  # 78 is sysexits' EX_CONFIG: systemd does not start it again

app = typer.Typer(
    help="Watches a folder for news articles, runs rules on each, and sends alerts.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": HELP},
    epilog="Exit status: 0 well, 1 faults found or trouble, 2 wrong usage, 78 no valid rules to run on.",
)


def setting(name: str, told: str, *also: str) -> Any:
    """The option of a setting, which its variable sets too: `--inbox` or WATCHER_INBOX, or `also` another."""
    return typer.Option(envvar=[f"WATCHER_{name.upper()}", *also], help=told)


Inbox = Annotated[Path, setting("inbox", "The folder to watch.")]
Rules = Annotated[Path, setting("rules", "The rules file.")]
State = Annotated[Path, setting("state", "The folder of the store and the quarantine.")]
Model = Annotated[str, setting("model", "Size of language models: md, or the smaller sm.")]
Likeness = Annotated[float, setting("name_likeness", "How alike, to 1, names in other spellings must be.")]
JsonFields = Annotated[
    str | None, setting("json_fields", "Where JSON keeps parts of an article: title=head.line,body=story.")
]
Boilerplate = Annotated[
    str, setting("boilerplate", "Lines that recur over a source's articles: cut them, or keep them.")
]
OnlyRule = Annotated[str | None, typer.Option("--rule", help="Only of this rule.")]
Newest = Annotated[int, typer.Option("--limit", min=1, max=1_000_000_000, help="At most so many, the newest.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
DEFAULT_INBOX, DEFAULT_RULES, DEFAULT_STATE = Path("inbox"), Path("rules.yaml"), Path(".state")
DEFAULT_LIKENESS = 0.84  # that of watcher.model, which not every command needs


def command(group: typer.Typer, name: str | None = None) -> Callable[[Command], Command]:
    """Registers a command: what it returns is the exit status, and its errors become words and a status."""

    def register(function: Command) -> Command:
        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> None:
            raise typer.Exit(_status_of(functools.partial(function, *args, **kwargs)))

        group.command(name, cls=StrictCommand)(run)
        return function

    return register


def _status_of(run: Callable[[], int]) -> int:
    try:
        status = run()
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
        print_no_more()
        return 0
    return status


def print_no_more() -> None:
    """What is left to print goes nowhere: Python would try once more at its end, and show a traceback."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def print_lines(lines: Iterable[str], none: str = "") -> None:
    """One after the other, as they come; where there is none, that is said on stderr, which no program reads."""
    line = None
    for line in lines:  # noqa: B007
        print(line)
    if line is None and none:
        print(f"watcher: {none}", file=sys.stderr)


@contextmanager
def opened_store(state: Path) -> Iterator[Store]:
    """The store of a daemon, which is there."""
    from watcher.store.engine import open_store

    with open_store(state, create=False) as store:
        yield store
