"""The channels with addresses: over a hundred services through Apprise, one plugin object an address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from watcher.channels.base import NO_SUCH_TARGET, Surroundings, target_key, unconfigured
from watcher.channels.plugins import plugin_of, service_of, target_of
from watcher.channels.progress import NotTaken, Tracker, leaving_out
from watcher.channels.secrets import resolve
from watcher.errors import SettingsError, Trouble
from watcher.message import Failed, Message, Progress, Retry, SendOutcome, Sent
from watcher.model import Level
from watcher.phrase import Phrase
from watcher.render import TITLE_LIMIT, Form, Reader, Rendered, escape, render_parts, summary
from watcher.render.templated import form_by, templated
from watcher.render.templates import Template
from watcher.rules.spec import ChannelSpec

_TYPES = {
    Level.INFORMATIONAL: "info",
    Level.LOW: "info",
    Level.MEDIUM: "info",
    Level.HIGH: "warning",
    Level.CRITICAL: "failure",
}
_FORMS: Mapping[str, Form] = {"text": "text", "markdown": "markdown", "html": "html"}

_AROUND = 16  # characters of the tag around a title on top of a body
_LEAST = 40  # characters of a body, where the title leaves less


class AppriseChannel:
    """Sends in the caller's thread, to several addresses at a time. `_plugins` holds the addresses with their secrets:
    it is shown nowhere."""

    def __init__(self, spec: ChannelSpec, plugins: Mapping[str, Any], unconfigured: Phrase | None) -> None:
        self.name = spec.name
        self.targets = tuple(target_of(key, plugins.get(key)) for key in dict.fromkeys(map(target_key, spec.urls)))
        self.unconfigured = unconfigured
        self._spec = spec
        self._plugins = plugins

    @staticmethod
    def handles(spec: ChannelSpec) -> bool:
        return bool(spec.urls)

    @staticmethod
    def open(spec: ChannelSpec, surroundings: Surroundings) -> AppriseChannel:
        """A channel that has all its values, or none that sends: what is missing is named, all at once."""
        plugins: dict[str, Any] = {}
        reasons: list[Phrase] = []
        for number, template in enumerate(spec.urls, 1):
            try:
                resolved = resolve(template, surroundings.environment, surroundings.secret_dirs)
            except SettingsError as fault:
                reasons.append(Phrase("address {number}: {why}", number=number, why=str(fault)))
                continue
            reasons += resolved.missing
            if resolved.url is not None:
                plugin = plugin_of(resolved.url)
                plugins[target_key(template)] = plugin
                unusable = Phrase("address {number} is not one that Apprise can use", number=number)
                reasons += [] if plugin else [unusable]
        return AppriseChannel(spec, plugins, Phrase.joined(dict.fromkeys(reasons), "; ") or None)

    def send(self, target_key: str, message: Message, now: int, progress: Progress | None = None) -> SendOutcome:
        """Send to one address and say how it went, in words without anything of the address."""
        if self.unconfigured:
            return Retry(unconfigured(self.unconfigured))
        plugin = self._plugins.get(target_key)
        if plugin is None:
            return Failed(NO_SUCH_TARGET)
        reader = Reader(now, self._spec.timezone, self._spec.language)
        return _notify(plugin, message, reader, self._spec.template, progress or Progress())


def _notify(
    plugin: Any, message: Message, reader: Reader, template: Template | None, progress: Progress
) -> SendOutcome:
    from watcher.channels import http, smtp
    from watcher.channels.answers import failure

    smtp.install()
    parts, form = _worded(plugin, message, reader, template, progress)
    _add_fields(plugin, message)
    # One connection and one answer at their slowest: 9 s, or what `cto` and `rto` in the address make of it.
    timeout = plugin.socket_connect_timeout + plugin.socket_read_timeout + 1
    with http.carrying(message.id, timeout, frozenset(progress.requests)) as exchange:
        tracker = Tracker(message.id, progress, exchange)
        for tracker.part, part in enumerate(parts):
            with leaving_out(tracker):
                trouble = _send_part(plugin, part, form, _TYPES[message.content.level])
            if trouble:
                tracker.note()
                return failure(exchange.answers) or Retry(trouble)
    return Sent()


def _send_part(plugin: Any, part: Rendered, form: Form, kind: str) -> Phrase | None:
    """Has the plugin send a part of a message; what went wrong, None for nothing."""
    try:
        taken = plugin.notify(
            body=part.body, title=part.title, notify_type=kind, body_format=form, overflow=_overflow(plugin)
        )
    except Trouble as trouble:  # what was taken could not be written down
        return trouble.why
    except NotTaken:
        taken = False
    # A plugin is other people's code that reads a service's answers: an error in it must cost one
    # try, not the daemon. Its text may hold the address, so only its kind is told.
    except Exception as fault:  # noqa: BLE001
        return Phrase("{service}: its plugin failed ({error})", service=service_of(plugin), error=type(fault).__name__)
    if taken:
        return None
    return Phrase("{service} did not take it, and Apprise gives no reason", service=service_of(plugin))


def _worded(
    plugin: Any, message: Message, reader: Reader, template: Template | None, progress: Progress
) -> tuple[list[Rendered], Form]:
    """The message as the service has begun to take it, whatever the channel's template is now; else as it is made."""
    form = _FORMS[plugin.resolve_format(None).value]
    form = form_by(template, message, form) if template else form
    if progress.marks:
        return [Rendered(title, body) for title, body in progress.parts], _FORMS[progress.form]
    parts = _rendered(plugin, message, form, reader, template)
    progress.form, progress.parts = form, [(part.title, part.body) for part in parts]
    progress.marks.clear()
    progress.requests.clear()
    return parts, form


def _rendered(plugin: Any, message: Message, form: Form, reader: Reader, template: Template | None) -> list[Rendered]:
    """The message in as many parts as the service needs; or as the template makes it."""
    titled = plugin.title_maxlen > 0
    if template and (one := templated(message, template, form, reader)):
        parts = [one]
    else:
        limit = plugin.body_maxlen if titled else max(_LEAST, plugin.body_maxlen - TITLE_LIMIT - _AROUND)
        parts = render_parts(message, form, reader, limit)
    # A service without titles gets the title on top of the body, in the body's format and with a tag around it.
    return [part if titled else Rendered(escape(part.title, form), part.body) for part in parts]


def _overflow(plugin: Any) -> str:
    """What Apprise does with what is still too long: one line, or one that its service writes longer. Left alone, its
    plugins hand all of it on, and services refuse it or cut it off."""
    return "truncate" if plugin.overflow_mode.value == "truncate" else "split"


def _add_fields(plugin: Any, message: Message) -> None:
    """A JSON webhook is read by programs: give it the alert's id, rule and level beside the text."""
    if plugin.schema not in ("json", "jsons"):
        return
    fields = summary(message)
    plugin.payload_extras = {**{k: v for k, v in plugin.payload_extras.items() if k not in _FIELDS}, **fields}


_FIELDS = frozenset(
    {"message_id", "level", "id", "rule", "event", "group", "why", "outlets", "total", "matched", "alerts"}
)
