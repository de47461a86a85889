"""What places.zip was made of and what came out, as digests: a file beside it that is older or younger tells."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
RECORD = HERE / "places.sha256"
_WRITTEN = ("*.py", "*.txt", "*.yaml")  # here, by hand: what is picked, joined and inflected, and how


def record(sources: Iterable[Path], folder: Path) -> None:
    """Writes the digests of the sources in a folder, of what lies here, and of the file made of them."""
    listed = {str(source.relative_to(folder)): _digest(source) for source in sources} | own()
    RECORD.write_text("".join(f"{digest}  {name}\n" for name, digest in listed.items()), encoding="utf-8")


def recorded() -> dict[str, str]:
    """The digests as they were written, by name."""
    rows = (line.split("  ", 1) for line in RECORD.read_text(encoding="utf-8").splitlines())
    return {name: digest for digest, name in rows}


def own() -> dict[str, str]:
    """The digests of what lies here, and of the version of Babel."""
    written = sorted(file for pattern in _WRITTEN for file in HERE.glob(pattern))
    babel = sha256(version("babel").encode()).hexdigest()
    return {file.name: _digest(file) for file in (*written, HERE / "places.zip")} | {"babel": babel}


def _digest(source: Path) -> str:
    """Of a file, or of all in a folder that a source holds, with their paths."""
    if source.is_file():
        return sha256(source.read_bytes()).hexdigest()
    whole = sha256()
    for file in sorted(f for f in source.rglob("*") if f.is_file() and f.suffix != ".pyc"):
        whole.update(f"{file.relative_to(source).as_posix()}\n{_digest(file)}\n".encode())
    return whole.hexdigest()
