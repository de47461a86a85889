"""The language models that Watcher knows: which spaCy package reads which language, and its official checksum."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

SIZES = ("md", "sm")
RELEASES = "https://github.com/explosion/spacy-models/releases"


@dataclass(frozen=True, slots=True)
class Model:
    """A pipeline of spaCy's in its one version that is used. `sha256` is that of the wheel, as its makers publish it
    (`checksum_whl` in the `meta` folder of their releases); `megabytes` is the size of the wheel."""

    language: str
    package: str
    version: str
    sha256: str
    licence: str
    megabytes: int

    @property
    def size(self) -> str:
        return self.package.rpartition("_")[2]

    @property
    def wheel(self) -> str:
        """The name of the wheel's file."""
        return f"{self.package}-{self.version}-py3-none-any.whl"

    @property
    def address(self) -> str:
        """Where its makers offer the wheel."""
        return f"{RELEASES}/download/{self.package}-{self.version}/{self.wheel}"


@cache
def known() -> tuple[Model, ...]:
    """The registry, by language, the larger model first."""
    text = files("watcher.entities").joinpath("models.json").read_text(encoding="utf-8")
    return tuple(Model(**entry) for entry in json.loads(text))


def of_language(language: str, size: str = SIZES[0]) -> Iterator[Model]:
    """The models of a language, those of the size first."""
    return iter(sorted((m for m in known() if m.language == language), key=lambda m: m.size != size))


def installed(language: str, size: str = SIZES[0]) -> Model | None:
    """The model of the language that is installed in its known version, of the size if there is a choice."""
    return next(filter(is_installed, of_language(language, size)), None)


@lru_cache(maxsize=100)
def has_model(language: str) -> bool:
    """Whether a model of the language was installed when this process was first asked: a look at the disk takes 0.2 ms,
    and each rule on places or people may ask of each article."""
    return installed(language) is not None


def is_installed(model: Model) -> bool:
    """Whether the model is there in the version that is used."""
    return installed_version(model.package) == model.version


def installed_version(package: str) -> str | None:
    """The version in which a package is installed; None where it is not."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None
