"""What /proc tells of a program and of those that it started."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Process:
    """A process that runs; one that has ended and was not waited for does not count."""

    pid: int
    parent: int
    session: int
    command: str


def processes() -> list[Process]:
    """All that run now."""
    looked = (_look(folder) for folder in Path("/proc").iterdir() if folder.name.isdecimal())
    return [process for process in looked if process is not None]


def of_session(session: int) -> list[Process]:
    """The processes of a session: they stay in it when their parent dies and init adopts them."""
    return [process for process in processes() if process.session == session]


def children(pid: int) -> list[Process]:
    """The process itself and all below it."""
    there, below, more = processes(), set[int](), {pid}
    while more:  # not in the order of their numbers: those begin anew when they have reached the last
        below |= more
        more = {process.pid for process in there if process.parent in below} - below
    return [process for process in there if process.pid in below]


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has used, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def pss(pid: int) -> int:
    """The memory of a process in bytes, pages that several share divided by their number."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def thread_states(pid: int) -> set[str]:
    """The states that the threads of a process are in, by the letters of proc(5): a stopped one is "T"."""
    stats = [_read(task / "stat") for task in Path(f"/proc/{pid}/task").iterdir()]
    return {stat.rpartition(")")[2].split()[0] for stat in stats if stat}


def _look(folder: Path) -> Process | None:
    fields = _read(folder / "stat").rpartition(")")[2].split()
    if not fields or fields[0] in "ZX":
        return None
    command = _read(folder / "cmdline").replace("\0", " ").strip()
    return Process(int(folder.name), int(fields[1]), int(fields[3]), command)


def _read(path: Path) -> str:
    """What a file of /proc holds, nothing where its process has just ended."""
    try:
        return path.read_text("utf-8", "replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
