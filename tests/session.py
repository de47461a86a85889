"""Makes docs/session.svg: what the program really prints for one of the seeds. Run it again when that changes:

.venv/bin/python tests/session.py
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).parent.parent
PICTURE = ROOT / "docs" / "session.svg"
WIDTH = 108
COMMANDS = (
    "cp seeds/003_2329b692eac1120f.txt inbox/",
    "watcher run --once",
    "watcher explain seeds/003*.txt | head -n 11",
    "watcher check --rules typo.yaml",
)
_REMOTE_FONT = re.compile(r"@font-face \{[^}]*\}\s*")  # a picture in a README may fetch nothing


def record(home: Path) -> Console:
    """The session, played in the folder `home`."""
    for name in ("seeds", "rules.yaml"):
        (home / name).symlink_to(ROOT / name)
    (home / "inbox").mkdir()
    (home / "typo.yaml").write_text((ROOT / "rules.yaml").read_text().replace("keywords: [OTSC", "keyword: [OTSC"))
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    for command in COMMANDS:
        console.print(Text.assemble(("$ ", "bold green"), (command, "bold")))
        console.print(Text.from_ansi(_play(command, home)), end="")
    return console


def _play(command: str, home: Path) -> str:
    """What a command writes on a terminal; in colour though this is none."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("WATCHER_", "NO_COLOR"))}
    path = f"{Path(sys.executable).parent}:{kept['PATH']}"
    terminal = {"FORCE_COLOR": "1", "TERM": "xterm-256color", "COLUMNS": str(WIDTH), "WATCHER_LOG_LEVEL": "warning"}
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=home,
        env=kept | terminal | {"PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.stdout


def svg(console: Console) -> str:
    return _REMOTE_FONT.sub("", console.export_svg(title="Watcher", unique_id="watcher")) + "\n"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        PICTURE.write_text(svg(record(Path(folder))))
