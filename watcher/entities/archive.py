"""The gazetteer's file: an archive whose parts are read when they are first needed."""

from __future__ import annotations

import json
import zipfile
import zlib
from functools import cache, lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

_KEPT = 2_000  # names whose codes are kept: to look one up takes a millisecond
DRAWERS = 64  # of the index of names: one is read for each name that is asked for


def drawer(key: str) -> int:
    """In which part of the index a folded name stands."""
    return zlib.crc32(key.encode()) % DRAWERS


@cache
def _file() -> Traversable:
    return resources.files("watcher.entities.data").joinpath("places.zip")


@cache
def _directory() -> dict[str, tuple[int, int]]:
    """Where the packed bytes of each part begin, and how many they are."""
    with _file().open("rb") as stream, zipfile.ZipFile(stream) as archive:
        entries = archive.infolist()
    header = 30  # bytes before each part, and its name
    return {e.filename: (e.header_offset + header + len(e.filename), e.compress_size) for e in entries}


class Archive:
    """The package's places.zip. Holds no file open: it is opened for each part, its directory read once a process."""

    def _read(self, part: str) -> str:
        start, size = _directory()[part]
        with _file().open("rb") as stream:
            stream.seek(start)
            return zlib.decompress(stream.read(size), wbits=-zlib.MAX_WBITS).decode()

    def values(self, name: str) -> Any:
        """The JSON of a part."""
        return json.loads(self._read(f"{name}.json"))

    def lines(self, name: str) -> list[str]:
        """The lines of a part, none where there is no such part."""
        part = f"{name}.txt"
        return self._read(part).split("\n") if part in _directory() else []

    def folded_lines(self, name: str) -> tuple[list[str], list[str]]:
        """The lines of a part of names, and their names as folded; see `linebooks.folded_names`."""
        return self.lines(name), self.lines(f"{name}.folded")

    def meanings(self, key: str) -> tuple[str, ...]:
        """The codes that a folded name stands for, the likeliest first."""
        part = self._read(f"index/{drawer(key)}.txt")
        start = part.find(f"\n{key}\t")
        if start < 0:
            return ()
        codes = part[start + len(key) + 2 : part.index("\n", start + 1)].split("\t")
        return tuple(f"{code}{key.replace(' ', '-')}" if code.endswith("/") else code for code in codes)


@cache
def given_names() -> frozenset[str]:
    """First names of people all over the world, folded."""
    return frozenset(Archive().lines("given"))


@lru_cache(_KEPT)
def codes_of(key: str) -> tuple[str, ...]:
    """What a folded name stands for, as `Archive.meanings` tells it."""
    return _index().meanings(key)


@cache
def _index() -> Archive:
    return Archive()
