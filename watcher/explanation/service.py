"""What the commands print of the service: its status, quarantine, silences and boilerplate."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from watcher.explanation.lines import counted, when
from watcher.render import one_line

if TYPE_CHECKING:
    from watcher.inbox import Quarantined
    from watcher.policy.quiet import Silence
    from watcher.store.boilerplate import LearnedLine


HELD = {
    "channel": "for a channel that cannot be used",
    "group": "for news of their group",
    "mute": "in quiet hours",
    "digest": "for a digest",
    "backlog": "until all that is late is read",
}
"""What is held waits for, by its stable name."""
_AHEAD = 1_000  # ms that a sign of life may be dated ahead: it comes while the age of the last one is being asked for


def quarantined(one: Quarantined) -> str:
    """A line of `quarantine list`."""
    return f"{when(one.at)}  {one.size:>11,} bytes  {one_line(one.path)}: {one_line(one.reason)}"


def boilerplate(found: LearnedLine) -> tuple[str, ...]:
    """The cells of one line of `boilerplate list`."""
    share = f"in {found.seen} of {found.of} articles, on {counted(found.days, 'day')}"
    words = one_line(found.text) or "(no text of these articles is kept)"
    return one_line(found.source), share, f"last {when(found.last_at)[:10]}", words


def silence(found: Silence, rules: Collection[str] | None) -> str:
    """One line of `silence list`; `rules` are those in force, None where they are not known."""
    matchers = {"rule": found.rule, "source": found.source, "matching": found.matching}
    fits = ", ".join(f"{name} {one_line(value)}" for name, value in matchers.items() if value)
    fits += " (no rule in force)" if found.fits_none(rules) else ""
    by = f"  {one_line(found.by)}" if found.by else ""
    return f"{found.id}  until {when(found.ends_at)}  {fits}{by}  {one_line(found.why)}".rstrip()


def status(found: Mapping[str, Any], now: int, place: str) -> str:
    """What `status` prints at `now` (UTC ms); `place` is what keeps the daemon from writing its state, "" for
    nothing."""
    rules, failing = found["rules"], found["failing_tests"]
    accepted = f"{rules['loaded']} in force" + (f" ({rules['digest'][:12]})" if rules["digest"] else "")
    table = {
        "daemon": _alive(found["daemon"], now, place),
        **_ended(found["ended"]),
        "rules": f"{accepted}; the file is refused:" if rules["error"] else accepted,
        **({"tests": f"{counted(failing['count'], 'test')} of rules failing:"} if failing["count"] else {}),
        "files": f"{found['files']['seen']} seen: {_states(found['files'], leave_out='seen')}",
        **_stuck(found["stuck"]),
        "articles": f"{found['articles']}, of which {found['ner']['needed']} needed the language model",
        "alerts": str(found["alerts"]),
        "deliveries": _states(found["deliveries"], held=_states(found["held"], names=HELD)),
        **_unusable(found["unusable"]),
        "messages": _states(found["messages"]),
        **_silences(found["silences"]),
        **_failing(len(found["channels"])),
    }
    lines = []
    for name, value in table.items():
        lines.append(f"{name:<12}{value}")
        if name == "rules" and rules["error"]:
            lines += [f"  {one_line(fault)}" for fault in rules["error"].splitlines()]
        if name == "tests":
            lines += [f"  {one_line(line)}" for line in failing["first"]]
    lines += [f"  {_paused(paused)}" for paused in found["channels"]]
    return "\n".join(lines)


def _ended(found: Mapping[str, Any] | None) -> dict[str, str]:
    """A line only where a part of the daemon died, and it has not run well since."""
    return {"ended": f"{when(found['at'])}: its part {found['part']} failed: {one_line(found['why'])}"} if found else {}


def _silences(found: Mapping[str, int]) -> dict[str, str]:
    """A line only where some hold."""
    idle = f", {found['of_no_rule']} of them of no rule in force" if found["of_no_rule"] else ""
    return {"silences": f"{found['active']} in force{idle}"} if found["active"] else {}


def _failing(addresses: int) -> dict[str, str]:
    """A line only where an address fails or has used up its rate."""
    return {"channels": f"{counted(addresses, 'address', 'addresses')} failing or held back:"} if addresses else {}


def _unusable(channels: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """A line only where deliveries are held for channels that cannot be used."""
    told = (
        f"channel {one_line(one['channel'])}, {counted(one['deliveries'], 'delivery', 'deliveries')} held: "
        + one_line(one["why"])
        for one in channels
    )
    return {"unusable": "; ".join(told)} if channels else {}


def _stuck(found: Mapping[str, int]) -> dict[str, str]:
    """A line only where somebody has to see to something."""
    kinds = {"unreadable": "cannot be read", "unmoved": "should have left the inbox and cannot be moved"}
    told = [f"{found[kind]} {what}" for kind, what in kinds.items() if found[kind]]
    return {"stuck": ", ".join(told)} if told else {}


def _alive(beat: Mapping[str, Any] | None, now: int, place: str) -> str:
    if beat is None:
        return "no sign of life"
    if beat["stopped"]:
        return f"stopped at {when(beat['at'])}"
    age_ms, note = now - beat["at"], beat["note"] or place
    ago = f"last sign of life {timedelta(seconds=max(0, age_ms) // 1000)} ago"
    if age_ms < -_AHEAD:
        ago = f"last sign of life is dated {timedelta(seconds=-age_ms // 1000)} ahead: the clock was set back since"
    return f"{ago}; {one_line(note)}" if note else ago


def _paused(told: Mapping[str, Any]) -> str:
    head = f"{one_line(told['channel'])}, address {told['address']}"
    if told["failures"]:
        head += f": {counted(told['failures'], 'failure')} in a row since {when(told['since'])}"
    waiting = counted(told["waiting"], "message")
    return f"{head}: {one_line(told['why'])}; next try {when(told['until'])}, {waiting} waiting"


def _states(
    counts: Mapping[str, int], leave_out: str = "", held: str = "", names: Mapping[str, str] | None = None
) -> str:
    """ "18 sent, 2 held (1 in its group, 1 for a digest)", without the states that nothing is in."""
    called = {state: state.replace("_", " ") for state in counts} | dict(names or {})
    called |= {"held": f"held ({held})"} if "held" in counts and held else {}
    return ", ".join(f"{n} {called[state]}" for state, n in counts.items() if n and state != leave_out) or "none"
