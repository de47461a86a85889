"""`source`, `url`, `author`, `path` and `language`: what an article says of itself."""

from __future__ import annotations

import fnmatch
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from watcher.model import UNKNOWN_LANGUAGE, Article
from watcher.rules import forms
from watcher.rules.conditions.base import NOWHERE, Hit, Leaf, Outcome, Scope, View
from watcher.rules.nodes import Node, Scalar
from watcher.rules.reading import Reading, shown
from watcher.rules.terms import Term

if TYPE_CHECKING:
    from watcher.rules.conditions.reader import ConditionReader

MAX_GLOB = 500


@dataclass(frozen=True, slots=True, eq=False)
class Field(Leaf):
    """A field of the article is one of `listed`, each with the pattern that says which values it stands for."""

    key: ClassVar[str]
    form: ClassVar[forms.Form] = forms.texts(
        "The article's field matches one of these globs.", minLength=1, maxLength=MAX_GLOB
    )
    cost: ClassVar[int] = 0
    companions: ClassVar[tuple[str, ...]] = ()
    at: str
    listed: tuple[tuple[str, re.Pattern[str]], ...]

    @classmethod
    def read(cls, reader: ConditionReader, entries: dict[str, Node], at: str, scope: Scope) -> Self | None:
        texts = reader.reading.texts(entries[cls.key], cls.key)
        listed = [(text, cls._pattern(reader, node)) for text, node in texts]
        known = tuple((text, pattern) for text, pattern in listed if pattern is not None)
        return cls(at, known) if known else None

    @classmethod
    def _pattern(cls, reader: ConditionReader, node: Scalar) -> re.Pattern[str] | None:
        text = node.value
        if text.startswith("@") and text[1:] in reader.lists.lists:
            reader.reading.fault(node, f"'{shown(text)}' is a list of terms; {cls.key} takes globs, written here")
            return None
        return _glob(reader.reading, cls.key, node)

    def _value(self, article: Article) -> str | None:
        value: str | None = getattr(article, self.key)
        return value

    @property
    def names(self) -> str:
        """The first of its values, for people."""
        return ", ".join(shown(text) for text, _ in self.listed[:4]) + (", ..." if len(self.listed) > 4 else "")

    def excludes(self, other: Field) -> bool:
        """Whether no article can be of both: none that is named here, without wildcards, is one of the other's."""
        if self.key != other.key:
            return False
        return any(
            named._is_plain and not any(map(others._takes, named._texts))
            for named, others in ((self, other), (other, self))
        )

    def includes(self, other: Field) -> bool:
        """Whether every article that is of the other's is of these, as far as names without wildcards tell."""
        return self.key == other.key and other._is_plain and all(map(self._takes, other._texts))

    @property
    def _texts(self) -> list[str]:
        return [text for text, _ in self.listed]

    @property
    def _is_plain(self) -> bool:
        return not any("*" in text or "?" in text for text in self._texts)

    def _takes(self, value: str) -> bool:
        return any(pattern.fullmatch(_folded(value)) for _, pattern in self.listed)

    def terms(self) -> Iterable[Term]:
        return ()

    def has_spans(self) -> bool:
        return False

    def evaluate(self, view: View, *, lenient: bool = False) -> Outcome:
        value = self._value(view.article)
        if not value:
            return Outcome(False)
        folded = _folded(value)
        if not any(pattern.fullmatch(folded) for _, pattern in self.listed):
            return Outcome(False)
        return Outcome(True, (Hit(self, NOWHERE, said=value),))

    def why_not(self, view: View) -> str:
        value = self._value(view.article)
        return f"the {self.key} is '{shown(value)}', not {self.names}" if value else f"the article has no {self.key}"


class Source(Field):
    """The outlet that the article names."""

    key = "source"


class Url(Field):
    """The article's address."""

    key = "url"


class Author(Field):
    """Who wrote it."""

    key = "author"


class Path(Field):
    """The file's path below the inbox."""

    key = "path"


class Language(Field):
    """The article's language is one of these; an unknown one only where `und` is among them."""

    key = "language"
    form = forms.some(forms.LANGUAGE, "The article is in one of these languages.")

    @classmethod
    def _pattern(cls, reader: ConditionReader, node: Scalar) -> re.Pattern[str] | None:
        code = reader.reading.language(node)
        return None if code is None else re.compile(re.escape(code))

    def why_not(self, view: View) -> str:
        language = view.article.language
        is_in = "of unknown language" if language == UNKNOWN_LANGUAGE else f"in {language}"
        return f"the article is {is_in}, not in {', '.join(text for text, _ in self.listed)}"


def _glob(reading: Reading, key: str, node: Scalar) -> re.Pattern[str] | None:
    """`*` is anything, `?` one character; all else is itself, the brackets of the shell's globs too."""
    text = node.value
    if not text or len(text) > MAX_GLOB:
        long = f"a glob of {len(text):,} characters; at most {MAX_GLOB} are allowed"
        reading.fault(node, long if text else f"an empty {key}")
        return None
    return re.compile(fnmatch.translate(_folded(text).replace("[", "[[]")))


def _folded(value: str) -> str:
    return unicodedata.normalize("NFC", value).casefold()
