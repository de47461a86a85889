"""`python -m tests.fuzz [TARGET...]`: each target for so many seconds in a process of its own; exit 1 at a fault.

A fault is anything but articles, Unreadable and Incomplete; a reader that failed; an article that breaks its promises;
an input that takes more than ten seconds or 2 GB. It is kept in `.fuzz/TARGET/`, beside the corpus that grew.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from tests.fuzz.targets import TARGETS

KEPT = Path(".fuzz")


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.fuzz")
    options.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(TARGETS)}; all if none is named")
    options.add_argument("--seconds", type=int, default=60)
    chosen = options.parse_args()
    unknown = set(chosen.targets) - set(TARGETS)
    if unknown:
        options.error(f"no such target: {', '.join(sorted(unknown))}")
    failed = [name for name in chosen.targets or TARGETS if not fuzz(name, chosen.seconds)]
    print(f"faults in {', '.join(failed)}; the inputs are in {KEPT}/" if failed else "no fault found")
    return 1 if failed else 0


def fuzz(name: str, seconds: int) -> bool:
    """Whether a target came through its time without a fault."""
    folder = KEPT / name
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, sample in enumerate(TARGETS[name].samples):
        (corpus / f"sample-{number}").write_bytes(sample)
    command = [sys.executable, "-m", "tests.fuzz.one", name, str(corpus), f"-max_total_time={seconds}"]
    bounds = [
        "-timeout=10",
        "-rss_limit_mb=2048",
        "-max_len=20000",
        f"-artifact_prefix={folder}/",
        "-print_final_stats=1",
    ]
    print(f"{name}: ", end="", flush=True)
    done = subprocess.run(command + bounds, capture_output=True, text=True, errors="replace", check=False)
    (folder / "log").write_text(done.stdout + done.stderr)
    runs = next((line.split()[-1] for line in done.stderr.splitlines() if "number_of_executed_units" in line), "?")
    covered = [line.split("cov: ")[1].split()[0] for line in done.stderr.splitlines() if "cov: " in line]
    print(
        f"{runs} inputs, {covered[-1] if covered else '?'} places reached{'' if done.returncode == 0 else ', A FAULT'}"
    )
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
