"""What an article itself teaches of an organisation's names: "Organisation du Traité de sécurité collective (OTSC)"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from watcher.entities.phrases import Found
from watcher.entities.writing import has_capitals, is_capitalised, is_little, words
from watcher.folding import UNSPACED
from watcher.text import Text

_MOST_WORDS = 12  # of a name that an acronym stands for
_SURE = 3  # letters: what stands alone in brackets behind a name is its acronym, in whatever language
_MOST_DRAWN = 5  # letters
_OPENING = re.compile(r"[»”\"'」』]?[ \u00a0\u202f]?[(\[（][«“\"' ]?")
_CLOSING = re.compile(r"[»”\"' ]?[)\]）]")
_AFTER = re.compile(r"[»”\"' ]?[)\]）,;:—–]")
_APPOSITION = re.compile(" [—–-] |, ")
# What parts a name from what the article says it is called.
_LEADS = re.compile(r"[»”\"'」』]? ?[(\[（][«“„\"' ]?|, | [—–-] ")
_INSIDE = re.compile(r"[ \u00a0\u202f]*[-:—–'’«“„\"]?[ \u00a0\u202f]*[«“„\"]?")  # between the words of that
_ARTICLES = words("the el la los las le les l il lo gli der die das den de het o os as")
# Words that say that what stands beside them is another name: "its French acronym MSF", "kurz IAEO".
_CALLING = words(
    "dit dite dits dites sigle sigles acronyme abrégé abrégée abréviation ci acronym acronyms abbreviated "
    "abbreviation initials hereafter henceforth kurz abgekürzt abkürzung kürzel folgenden sigla siglas "
    "acrónimo abreviatura acronimo abbreviato abreviado далее сокращенно аббревиатура аббревиатурой далі "
    "скорочено dalej skrót skrócie skrótem zkratka zkratkou zkráceně skratka afgekort afkorting kısaca kısaltma "
    "förkortat förkortning forkortet forkortelse lyhenne rövidítve alias aka "
    "anglais français russe arabe english french russian arabic englisch französisch russisch arabisch inglés francés "
    "ruso árabe inglese francese russo arabo"  # (en anglais ADF)
)
# ... and "also known as ISKP".
_KNOWN = words(
    "known connu connue connus connues bekannt conocido conocida conocidos conocidas conhecido conhecida noto nota "
    "noti note известна известная известный известное известен відома відомий znana znany známá známý bekend känd "
    "känt kjent"
)
_AS = words("as under by sous nom de als unter como come под названием як как jako pod onder som")
# What signs a report in brackets, behind whatever stands there.
_AGENCIES = words(
    "afp ap dpa efe ansa apa pap čtk mti sta anp ntb stt tt upi pti ani aap ats sda bta hina тасс риа уніан"
)
_AGENCIES |= words("tass ria irna kcna sana wam")
_MOST_BETWEEN = 8  # words between a name and what it is also called
# Languages that write such a name as one word: Weltgesundheitsorganisation (WHO).
_COMPOUNDING = frozenset("de nl sv da no fi is et hu".split())
_LONG = 10  # letters: of what is written so
_ACRONYM = re.compile(r"[^\W\d_][^\W_]{1,11}")


class Taught(NamedTuple):
    """Another name of a listed one, words `first` to `last`, where the article says so beside `of`."""

    name: str
    of: str
    first: int
    last: int


def taught(text: Text, found: Sequence[Found[str]]) -> Iterator[Taught]:
    """Acronyms and full names that the article puts in brackets beside what was found, or the other way round."""
    for one in found:
        written = text.text[one.start : one.end]
        if one.first == one.last and _is_acronym(text, one.first):
            spans = (_name_before(text, one.first), _name_after(text, one.first))
        elif one.last > one.first or _is_several_words(written, text.language):
            spans = (_acronym_after(text, one), _acronym_before(text, one))
        else:
            continue
        for span in spans:
            if span is not None:
                yield Taught(one.meaning, written, *span)


def _is_several_words(written: str, language: str) -> bool:
    """Whether what is written as one word may have an acronym: Weltgesundheitsorganisation, 集体安全条约组织."""
    if UNSPACED.search(written):
        return len(written) >= _LONG // 2
    return language in _COMPOUNDING and len(written) >= _LONG


def _is_acronym(text: Text, word: int) -> bool:
    written = text.word(word)
    return bool(_ACRONYM.fullmatch(written)) and written.isupper()


def _may_be_acronym(text: Text, word: int) -> bool:
    """Whether it is one, or one with small letters between its capitals: BfV."""
    written = text.word(word)
    return (
        _is_acronym(text, word) or bool(_ACRONYM.fullmatch(written)) and written[-1].isupper() and written[0].isupper()
    )


def _opens(text: Text, word: int) -> bool:
    """Whether a bracket opens between the word and the next."""
    return word + 1 < len(text) and bool(_OPENING.fullmatch(text.text, text.ends[word], text.starts[word + 1]))


def _acronym_after(text: Text, name: Found[str]) -> tuple[int, int] | None:
    """The acronym in "(SCO)", ", or SCO, ", "(далее — ОДКБ)", ", known by its French acronym MSF", behind the name."""
    word = name.last + 1
    if word >= len(text) or not _LEADS.fullmatch(text.text, text.ends[name.last], text.starts[word]):
        return None
    bracketed = _opens(text, name.last)
    if bracketed and _is_written_small(text, word) and _spells(text, word, name.first, name.last):
        return (word, word)
    if bracketed and _is_drawn(text, word, name.first, name.last):
        return (word, word)
    for at in range(word, min(word + _MOST_BETWEEN, len(text))):
        if at > word and not _INSIDE.fullmatch(text.text, text.ends[at - 1], text.starts[at]):
            return None
        if _may_be_acronym(text, at):
            sure = _is_called(text, name, word, at, bracketed=bracketed)
            return (at, at) if sure else None
        calling = [text.folded_word(beside) for beside in (at, at + 1) if beside < len(text)]
        if is_capitalised(text, at) and _CALLING.isdisjoint(calling):  # "its French acronym"
            return None
    return None


def _is_called(text: Text, name: Found[str], first: int, acronym: int, *, bracketed: bool) -> bool:
    """Whether the article says that the name is also called so: by the acronym's letters, as it stands alone in
    brackets, or by a word for that among those beside it."""
    between = {text.folded_word(word) for word in range(first, acronym)}
    ends = _AFTER.match(text.text, text.ends[acronym]) is not None
    if _spells(text, acronym, name.first, name.last) and (ends or _calls_behind(text, acronym)):
        return True
    if len(text.word(acronym)) < _SURE or not text.word(acronym).isupper():
        return False
    if text.folded_word(acronym) in _AGENCIES:
        return False
    if bracketed and between <= _ARTICLES and _CLOSING.match(text.text, text.ends[acronym]):
        return True
    known = not between.isdisjoint(_KNOWN) and text.folded_word(acronym - 1) in _AS
    return known or not between.isdisjoint(_CALLING) or _calls_behind(text, acronym)


def _calls_behind(text: Text, acronym: int) -> bool:
    """Whether a word that calls it an acronym follows: "AIEA por sus siglas", "(IAEA, selon le sigle anglais)"."""
    for word in range(acronym + 1, min(acronym + 5, len(text))):
        if not re.fullmatch(",? ", text.text[text.ends[word - 1] : text.starts[word]]):
            return False
        if text.folded_word(word) in _CALLING:
            return True
        if is_capitalised(text, word):
            return False
    return False


def _is_written_small(text: Text, word: int) -> bool:
    """Whether it may be an acronym as the Italian press writes them, alone in brackets: (Msf)."""
    written = text.word(word)
    return _SURE <= len(written) <= 5 and written.istitle() and bool(_CLOSING.match(text.text, text.ends[word]))


def _is_drawn(text: Text, word: int, first: int, last: int) -> bool:
    """Whether a word alone in brackets, in a script without capitals, is made of letters of a name in their order, as
    Arabs make acronyms, the first of them one that a word begins with: حماس of حركة المقاومة الإسلامية."""
    written = text.folded_word(word)
    closed = _CLOSING.match(text.text, text.ends[word]) is not None
    if not closed or has_capitals(text, word) or UNSPACED.search(written) or not _SURE <= len(written) <= _MOST_DRAWN:
        return False
    for at in range(first, last):
        letters = iter("".join(text.folded_word(i).removeprefix("ال") for i in range(at, last + 1)))
        begins = text.folded_word(at).removeprefix("ال").startswith(written[0])  # nothing is left of that of آل سعود
        if begins and all(letter in letters for letter in written):
            return True
    return False


def _acronym_before(text: Text, name: Found[str]) -> tuple[int, int] | None:
    word = name.first - 1
    if word > 0 and is_little(text, word) and not is_capitalised(text, word):
        word -= 1  # OTSC (l'Organisation du traité ...)
    if word < 0 or not _is_acronym(text, word):
        return None
    opens = _opens(text, word)
    if not (opens or _APPOSITION.fullmatch(text.text, text.ends[word], text.starts[word + 1])):
        return None
    closed = opens and _CLOSING.match(text.text, text.ends[name.last]) is not None
    sure = closed and len(text.word(word)) >= _SURE and text.folded_word(word) not in _AGENCIES
    return (word, word) if sure or _spells(text, word, name.first, name.last) else None


def _name_before(text: Text, acronym: int) -> tuple[int, int] | None:
    """The words in front of an acronym in brackets that it is made of."""
    if acronym == 0 or not _opens(text, acronym - 1):
        return None
    last, paragraph = acronym - 1, text.paragraph_of(acronym)
    for first in range(last - 1, max(-1, last - _MOST_WORDS), -1):
        if text.paragraph_of(first) != paragraph:
            return None
        if _begins_name(text, first, acronym) and _spells(text, acronym, first, last):
            return first, last
    return None


def _name_after(text: Text, acronym: int) -> tuple[int, int] | None:
    """The words in brackets behind an acronym, where it is made of them."""
    if not _opens(text, acronym):
        return None
    first = acronym + 1
    while first + 1 < len(text) and is_little(text, first) and not is_capitalised(text, first):
        first += 1
    for last in range(first + 1, min(len(text), first + _MOST_WORDS)):
        if _AFTER.match(text.text, text.ends[last]):
            return (first, last) if _begins_name(text, first, acronym) and _spells(text, acronym, first, last) else None
    return None


def _begins_name(text: Text, first: int, acronym: int) -> bool:
    return is_capitalised(text, first) and text.folded_word(first)[0] == text.folded_word(acronym)[0]


def _spells(text: Text, acronym: int, first: int, last: int) -> bool:
    """Whether the first letters of the words make the acronym; little words may give none, others must (Schwartz and
    Hearst, 2003, asked of whole words)."""
    letters = text.folded_word(acronym)
    at = 0
    for word in range(first, last + 1):
        folded = text.folded_word(word)
        if at < len(letters) and folded[0] == letters[at]:
            at += 1
        elif len(folded) > 3 and is_capitalised(text, word) and not is_little(text, word):
            return False
    return at == len(letters)
