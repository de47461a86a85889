"""What the commands print of the service: its status, quarantine, silences and boilerplate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from watcher.explanation.lines import counted, when
from watcher.render import one_line

if TYPE_CHECKING:
    from watcher.inbox import Quarantined
    from watcher.policy.quiet import Silence
    from watcher.store.boilerplate import LearnedLine


_AHEAD = 1_000  # ms that a sign of life may be dated ahead: it comes while the age of the last one is being asked for


def quarantined(one: Quarantined) -> str:
    """A line of `quarantine list`."""
    return f"{when(one.at)}  {one.size:>11,} bytes  {one_line(one.path)}: {one_line(one.reason)}"


def boilerplate(found: LearnedLine) -> tuple[str, ...]:
    """The cells of one line of `boilerplate list`."""
    share = f"in {found.seen} of {found.of} articles, on {counted(found.days, 'day')}"
    words = one_line(found.text) or "(no text of these articles is kept)"
    return one_line(found.source), share, f"last {when(found.last_at)[:10]}", words


def silence(found: Silence) -> str:
    """One line of `silence list`."""
    matchers = {"rule": found.rule, "source": found.source, "matching": found.matching}
    fits = ", ".join(f"{name} {one_line(value)}" for name, value in matchers.items() if value)
    by = f"  {one_line(found.by)}" if found.by else ""
    return f"{found.id}  until {when(found.ends_at)}  {fits}{by}  {one_line(found.why)}".rstrip()


def status(found: Mapping[str, Any], beat: tuple[int, str] | None) -> str:
    """What `status` prints; `beat` is the age in ms of the daemon's last sign of life, and what it said."""
    rules = found["rules"]
    accepted = f"{rules['loaded']} in force" + (f" ({rules['digest'][:12]})" if rules["digest"] else "")
    table = {
        "daemon": "never ran" if beat is None else _alive(*beat),
        **_ended(found["ended"]),
        "rules": f"{accepted}; the file is refused:" if rules["error"] else accepted,
        "files": f"{found['files']['seen']} seen: {_states(found['files'], leave_out='seen')}",
        **_stuck(found["stuck"]),
        "articles": f"{found['articles']}, of which {found['ner']['needed']} needed the language model",
        "alerts": str(found["alerts"]),
        "deliveries": _states(found["deliveries"]),
        **_unusable(found["unusable"]),
        "messages": _states(found["messages"]),
        **_failing(len(found["channels"])),
    }
    lines = []
    for name, value in table.items():
        lines.append(f"{name:<12}{value}")
        if name == "rules" and rules["error"]:
            lines += [f"  {one_line(fault)}" for fault in rules["error"].splitlines()]
    lines += [f"  {_paused(paused)}" for paused in found["channels"]]
    return "\n".join(lines)


def _ended(found: Mapping[str, Any] | None) -> dict[str, str]:
    """A line only where a part of the daemon died, and it has not run well since."""
    return {"ended": f"{when(found['at'])}: its part {found['part']} failed: {one_line(found['why'])}"} if found else {}


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


def _alive(age_ms: int, note: str) -> str:
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


def _states(counts: Mapping[str, int], leave_out: str = "") -> str:
    """ "18 sent, 2 held", without the states that nothing is in."""
    told = [f"{n} {state.replace('_', ' ')}" for state, n in counts.items() if n and state != leave_out]
    return ", ".join(told) or "none"
