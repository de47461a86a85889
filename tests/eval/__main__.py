"""Prints how well Watcher does on real articles: `make eval`, or with names only those parts."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from tests.eval import languages, names, places, seeds, topics
from tests.eval.material import DATA, Material

PARTS = {
    "topics": topics.measure,
    "places": places.measure,
    "names": names.measure,
    "seeds": seeds.measure,
    "languages": languages.measure,
}


def main(arguments: Sequence[str]) -> int:
    """The exit status is 1 if a goal is missed, 0 where the articles are not there."""
    parser = argparse.ArgumentParser("python -m tests.eval", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="part", help=" ".join(PARTS))
    parser.add_argument("--errors", action="store_true", help="name each article and pair that is wrong")
    parser.add_argument("--data", type=Path, default=DATA, help="the folder of real articles")
    given = parser.parse_args(arguments)
    if not given.data.is_dir():
        print(f"{given.data} is not there: nothing to measure on")
        return 0
    console = Console(width=140)
    missed = [p for p in given.parts or PARTS if not PARTS[p](Material(given.data), console, errors=given.errors)]
    console.print(f"goals missed in: {', '.join(missed)}" if missed else "all goals met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
