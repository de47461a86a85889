"""The image and the service for real, over one Debian root of their own: buildah builds and runs, systemd boots."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support import PATIENCE, absent, wait_for, whole_lines

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

PROJECT = Path(__file__).resolve().parent.parent
DEPLOY = PROJECT / "deploy"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "watcher-tests"
SUITE = "bookworm"
PACKAGES = "ca-certificates,dbus,python3,python3-venv,systemd,systemd-sysv"
BASE, IMAGE = "localhost/watcher-base", "localhost/watcher-test"

RULES = """\
version: 1
channels:
  desk: {file: %s}
rules:
  - id: taliban
    condition: {keywords: "Taliban*"}
    notify: [console, desk]
  - id: somebody
    condition: {entity: {type: person}}
    notify: [desk]
"""
ARTICLE = """\
Les talibans reçus à Douchanbé

Une délégation des talibans est arrivée lundi à Douchanbé, où le ministre Sergueï Lavrov l'a reçue.
"""


def sh(*command: object, **more: Any) -> str:
    """What a command printed; its complaints are told when it fails."""
    run = subprocess.run([str(word) for word in command], capture_output=True, text=True, **more)
    assert run.returncode == 0, f"{shlex.join(run.args)}: {run.returncode}\n{run.stdout[-3000:]}\n{run.stderr[-3000:]}"
    return str(run.stdout)


def need(*tools: str) -> None:
    """Skip where a tool is not to be had, or fail where everything has to be there."""
    missing = [tool for tool in tools if not shutil.which(tool)]
    if Path("/proc/self/uid_map").read_text().split() != ["0", "0", "4294967295"] or os.geteuid():
        missing.append("root outside a user namespace")
    if missing:
        absent(f"needs {', '.join(missing)}")


# ── what both stand on ───────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def alone() -> Iterator[None]:
    """Nobody else makes what is kept in the user's cache at the same time."""
    need("mmdebstrap")
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="module")
def root_tar(alone: None) -> Path:
    """A Debian root with Python and systemd, made once and kept in the user's cache."""
    tar = CACHE / f"root-{SUITE}-{hashlib.sha256(PACKAGES.encode()).hexdigest()[:12]}.tar"
    if not tar.exists():
        sources = [path for path in (Path("/etc/apt/sources.list.d/debian.sources"),) if path.exists()]
        making = tar.with_suffix(f".{os.getpid()}.tar")
        command = ["mmdebstrap", "--quiet", "--variant=apt", f"--include={PACKAGES}", SUITE, making, *sources]
        run = subprocess.run(list(map(str, command)), capture_output=True, text=True)
        if run.returncode:
            absent(f"mmdebstrap made no root: {run.stderr[-500:]}")
        making.rename(tar)
    return tar


@pytest.fixture(scope="module")
def buildah(root_tar: Path) -> Callable[..., str]:
    """buildah with a store of its own, in which the base image is."""
    need("buildah")
    store = ["--root", CACHE / "containers", "--runroot", CACHE / "run"]

    def call(command: str, *rest: object) -> str:
        return sh("buildah", *store, command, *rest)

    label = f"watcher.root={root_tar.name}"
    if not call("images", "--quiet", "--filter", f"label={label}"):
        empty = call("from", "scratch").strip()
        call("add", "--quiet", empty, root_tar, "/")
        call("config", "--label", label, "--env", "PATH=/usr/local/bin:/usr/bin:/bin", empty)
        call("commit", "--quiet", "--rm", empty, BASE)
    return call


@pytest.fixture(scope="module")
def image(buildah: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """The image that deploy/Dockerfile makes of this tree; the layer of the lock comes from buildah's cache."""
    secrets = pip_secrets(tmp_path_factory.mktemp("pip"))
    build = ["--isolation", "chroot", "--format", "docker", "--layers", "--build-arg", f"BASE={BASE}"]
    buildah("build", *build, *secrets, "--file", DEPLOY / "Dockerfile", "--tag", IMAGE, PROJECT)
    return IMAGE


def pip_secrets(folder: Path) -> list[str]:
    """The way to the package index that pip has on this machine, as the Dockerfile's secrets `pip` and `ca`."""
    listed = sh(sys.executable, "-m", "pip", "config", "list").splitlines()
    pairs = (line.partition("=") for line in listed)
    config = {key.rpartition(".")[2]: value.strip("'") for key, _, value in pairs}
    lines = [f"{key} = {config[key]}" for key in ("index-url", "proxy", "trusted-host", "timeout") if key in config]
    secrets = []
    if "cert" in config:
        lines.append("cert = /run/secrets/ca")
        secrets += ["--secret", f"id=ca,src={config['cert']}"]
    conf = folder / "pip.conf"
    conf.write_text("\n".join(["[global]", *lines, ""]))
    return [*secrets, "--secret", f"id=pip,src={conf}"]


@pytest.fixture
def container(buildah: Callable[..., str], image: str) -> Iterator[str]:
    """A working container of the image, whose volumes the test mounts itself."""
    name = buildah("from", image).strip()
    buildah("config", "--volume", "/inbox-", "--volume", "/state-", name)
    yield name
    buildah("rm", name)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that is gone afterwards: pytest keeps its last three, and this one holds other users' files."""
    with tempfile.TemporaryDirectory(prefix="watcher-test-") as name:
        yield Path(name)


# ── the container ────────────────────────────────────────────────────────────────────────────────


def test_the_image_says_how_it_is_run(buildah: Callable[..., str], image: str) -> None:
    """Not as root; health check, stop signal and the two volumes are in the image."""
    config = json.loads(buildah("inspect", "--type", "image", image))["Docker"]["config"]
    assert config["User"] == "10001:10001"
    assert config["Healthcheck"]["Test"] == ["CMD", "watcher", "health"]
    assert config["StopSignal"] == "SIGTERM"
    assert set(config["Volumes"]) == {"/inbox", "/state"}
    assert (config["Entrypoint"], config["Cmd"]) == (["watcher"], ["run"])


def test_the_image_holds_the_program_and_nothing_of_the_builder(buildah: Callable[..., str], container: str) -> None:
    """The program answers, its example rules are sound and their tests hold; no source tree and no secret is left."""
    inside = [container, "--", "sh", "-euc"]
    assert "0.1.0" in buildah("run", "--isolation", "chroot", *inside, "watcher --version")
    buildah("run", "--isolation", "chroot", *inside, "watcher check --strict")
    assert buildah("run", "--isolation", "chroot", *inside, "find /src /run/secrets -type f 2>/dev/null || true") == ""
    assert buildah("run", "--isolation", "chroot", *inside, "id -u; ! touch /opt/watcher/x 2>/dev/null") == "10001\n"


def test_a_file_dropped_into_the_container_gives_an_alert(
    buildah: Callable[..., str], container: str, folder: Path
) -> None:
    """Inbox, state and rules folder are mounted; the alert is told, the file archived, and SIGTERM ends it."""
    for name, mode in (("inbox", 0o2775), ("state", 0o750), ("config", 0o755)):
        (folder / name).mkdir()
        os.chown(folder / name, 10001, 10001)
        (folder / name).chmod(mode)
    (folder / "config" / "rules.yaml").write_text(RULES % "/state/alerts.jsonl")
    with running_container(container, folder) as (daemon, pid):
        wait_for(lambda: daemon.poll() is not None or healthy(buildah, container, folder), "watcher health")
        (folder / "inbox" / "one.txt").write_text(ARTICLE)
        told = folder / "state" / "alerts.jsonl"
        wait_for(lambda: rules_told(told) == ["somebody", "taliban"], "both alerts")
        wait_for(lambda: not (folder / "inbox" / "one.txt").exists(), "the file archived")
        os.kill(pid, signal.SIGTERM)
        assert daemon.wait(PATIENCE) == 0


@contextmanager
def running_container(container: str, folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """`watcher run` in the container, and its pid: chroot isolation shares the machine's processes."""
    store = ["--root", CACHE / "containers", "--runroot", CACHE / "run"]
    script = "echo $$ > /state/pid.new; mv /state/pid.new /state/pid; exec watcher run"
    command = ["buildah", *store, "run", *mounts(folder), "--isolation", "chroot", container, "--", "sh", "-c", script]
    daemon = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL)
    try:
        wait_for(lambda: (folder / "state" / "pid").exists() or daemon.poll() is not None, "the container's start")
        yield daemon, int((folder / "state" / "pid").read_text())
    finally:
        daemon.kill()
        daemon.wait()


def mounts(folder: Path) -> list[str]:
    return [word for name in ("inbox", "state", "config") for word in ("--volume", f"{folder / name}:/{name}")]


def healthy(buildah: Callable[..., str], container: str, folder: Path) -> bool:
    inside = [*mounts(folder), "--isolation", "chroot", container]
    return buildah("run", *inside, "--", "sh", "-c", "watcher health >&2 && echo healthy || true") == "healthy\n"


def rules_told(path: Path) -> list[str]:
    """The rules of the alerts in a channel's file; one of them needs the French model."""
    told = [json.loads(line) for line in whole_lines(path)]
    return sorted(message["rule"] for message in told if message["kind"] == "alert")


# ── the service ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def host(
    buildah: Callable[..., str], image: str, root_tar: Path, folder: Path
) -> Iterator[tuple[Path, Callable[..., str]]]:
    """A booted Debian with the program and the files of deploy/, and a way to run commands in it as its root."""
    need("systemd-nspawn", "nsenter")
    root = folder / "root"
    root.mkdir()
    sh("tar", "-xf", root_tar, "-C", root)
    for source, target in (
        ("watcher.service", "etc/systemd/system/watcher.service"),
        ("watcher.sysusers", "usr/lib/sysusers.d/watcher.conf"),
        ("watcher.tmpfiles", "usr/lib/tmpfiles.d/watcher.conf"),
        ("watcher.env", "etc/watcher/watcher.env"),
    ):
        (root / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(DEPLOY / source, root / target)
    (root / "etc/watcher/rules.yaml").write_text(RULES % "/var/lib/watcher/alerts.jsonl")
    (root / "opt/watcher").mkdir()
    sh("chroot", root, "useradd", "--create-home", "analyst")
    holder = buildah("from", image).strip()
    program = buildah("mount", holder).strip() + "/opt/watcher"
    try:
        with booted(root, program) as ctl:
            yield root, ctl
    finally:
        buildah("rm", holder)


@contextmanager
def booted(root: Path, program: str) -> Iterator[Callable[..., str]]:
    command = ["systemd-nspawn", "--quiet", f"--directory={root}", "--boot", "--register=no", "--keep-unit"]
    command += ["--private-network", f"--machine=watcher-{os.getpid()}", f"--bind-ro={program}:/opt/watcher"]
    with (root.parent / "boot.log").open("wb") as log:
        machine = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
    children = Path(f"/proc/{machine.pid}/task/{machine.pid}/children")

    def entered() -> list[str]:
        """How to get into the machine, once it is up; its first child only prepares it, another becomes its init."""
        if not (found := children.read_text().split()):
            return []
        enter = ["nsenter", "--target", found[-1], "--all"]
        up = subprocess.run([*enter, "systemctl", "is-system-running"], capture_output=True, text=True).stdout
        return enter if up in ("running\n", "degraded\n") else []

    try:
        enter = wait_for(entered, "the boot", 5 * PATIENCE)
        try:
            yield lambda *words: sh(*enter, *words)
        finally:  # for the reader of a failure
            subprocess.run([*enter, "journalctl", "--unit=watcher", "--no-pager"])
    finally:
        machine.terminate()  # an orderly halt
        try:
            machine.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            machine.kill()
            machine.wait()


def test_the_service_runs_hardened(host: tuple[Path, Callable[..., str]]) -> None:
    """Under systemd with all its limits: ready, a file of another user alerts, reload, a kill, and no rules at all."""
    root, ctl = host
    ctl("systemctl", "start", "watcher")  # returns when it is ready
    told = root / "var/lib/watcher/alerts.jsonl"

    ctl("usermod", "--append", "--groups", "watcher", "analyst")
    (root / "home/analyst/one.txt").write_text(ARTICLE)
    drop = "umask 077; mkdir /var/spool/watcher/inbox/wire; cp ~/one.txt /var/spool/watcher/inbox/wire/"
    ctl("su", "analyst", "-c", drop)
    wait_for(lambda: rules_told(told) == ["somebody", "taliban"], "both alerts")
    wait_for(lambda: not (root / "var/spool/watcher/inbox/wire/one.txt").exists(), "the file archived")

    ctl("systemctl", "reload", "watcher")  # returns when the signal is sent
    wait_for(lambda: shown(ctl, "ActiveState") == "active", "the end of the reload")
    ctl("systemctl", "kill", "--kill-whom=main", "--signal=KILL", "watcher")
    wait_for(lambda: shown(ctl, "NRestarts") == "1" and shown(ctl, "ActiveState") == "active", "its return")

    ctl("systemctl", "stop", "watcher")
    assert shown(ctl, "Result") == "success"  # it ended by itself, within TimeoutStopSec=

    shutil.rmtree(root / "var/lib/watcher")
    (root / "etc/watcher/rules.yaml").unlink()
    ctl("sh", "-c", "! systemctl start watcher")
    assert (shown(ctl, "ActiveState"), shown(ctl, "ExecMainStatus")) == ("failed", "78")


def shown(ctl: Callable[..., str], key: str) -> str:
    return ctl("systemctl", "show", "--value", "--property", key, "watcher").strip()
