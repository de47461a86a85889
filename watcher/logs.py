"""Log lines: events with fields, for people on a terminal and as JSON elsewhere; libraries use the same pipeline."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog

# Libraries that quote what they parse, or the addresses that they send to, in their own log lines.
_PARSERS = ("trafilatura", "htmldate", "courlan", "justext", "charset_normalizer", "dateparser")
_TALKATIVE = {"watchdog": logging.WARNING, "urllib3": logging.WARNING}
_TALKATIVE |= {"requests": logging.WARNING, "asyncio": logging.WARNING, "alembic": logging.WARNING}


def configure(level: str = "info", style: str = "auto") -> None:
    """Sends every log line of the process to standard error; `style` is text, json, or auto (by the terminal)."""
    for_people = style == "text" or (style == "auto" and sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info if not for_people else _as_it_is,
    ]
    renderer: structlog.typing.Processor
    if for_people:
        # Not rich's tracebacks: they show every variable, and among them addresses with their secrets.
        plain = structlog.dev.plain_traceback
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)
    else:
        renderer = structlog.processors.JSONRenderer(ensure_ascii=True)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _printable if for_people else _as_it_is,  # JSON escapes what is not
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name, lowest in _TALKATIVE.items():
        logging.getLogger(name).setLevel(max(lowest, root.level))
    silence_parsers()


def silence_parsers() -> None:
    """Parsers' log lines would quote hostile articles; what they could not read is told by the quarantine."""
    for name in _PARSERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _as_it_is(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return event


def _printable(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """File names and reasons come from outside: no control character of theirs reaches a terminal."""
    for key, value in event.items():
        if isinstance(value, str) and not value.isprintable() and key != "exception":
            event[key] = "".join(c if c.isprintable() else "\ufffd" for c in value.replace("\n", " | "))
    return event
