"""What the writing around a word tells: capitals, starts of sentences, honorifics and offices before a name."""

from __future__ import annotations

import re

from watcher.text import Text, fold_words


def words(listed: str) -> frozenset[str]:
    """The folded words of a line."""
    return frozenset(fold_words(listed))


# Languages that write every noun with a capital: there a capital tells no name.
NOUNS_IN_CAPITALS = frozenset({"de", "lb"})

_HONORIFICS = words(
    "m mm mr mrs ms mme mmes mlle dr prof messrs monsieur madame mademoiselle maitre me sir lord lady dame mister "
    "herr frau señor señora signor signora senhor senhora г господин госпожа "
    "sheikh cheikh mollah mullah mawlawi maulvi ayatollah"
)
_WRITTEN_SHORT = frozenset({"M", "Me", "MM", "Г", "г", "Dr", "Pr"})  # "M. Lavrov", not "m" or the elided "m'"
_OFFICES = words(
    "président présidente presidente premier première ministre chancelier chancelière sénateur sénatrice député "
    "députée roi reine prince princesse général générale colonel commandant capitaine maréchal amiral ambassadeur "
    "ambassadrice émissaire secrétaire gouverneur maire chef pape évêque juge procureur directeur directrice parole "
    "représentant représentante diplomate négociateur professeur candidat candidate opposant "
    "president minister premier chancellor senator deputy king queen princess general commander captain marshal "
    "admiral ambassador envoy secretary governor mayor chief pope bishop judge prosecutor director spokesman "
    "spokeswoman spokesperson representative diplomat negotiator professor "
    "präsident präsidentin ministerin kanzler kanzlerin außenminister außenministerin sprecher sprecherin "
    "президент премьер министр глава генерал посол представитель спикер секретарь"
)
# Words that begin sentences and stand before a name without being a part of it.
LITTLE_WORDS = words(
    "a à au aux avec après avant car ce cet cette ces chez comme contre dans d de depuis des dès du elle en entre et "
    "est hier ici il ils jusque l la là le les leur lorsque lui mais malgré même ni non notre nous on or où ou outre "
    "par parmi pas pendant plus pour pourquoi pourtant qu quand que quel quelle qui quoi sans sauf sa se selon ses si "
    "sinon sous son sur toutefois tous tout vers voici voilà vous "
    "about after against all also although an and as at because before both but by can does despite did even for from "
    "has have he her his how if in into is it its last like may meanwhile most my no nor not now of on one only our "
    "over says said she since so some still than that the their then there these they this those though through to "
    "today under until was we were what when where which while who whom whose why will with without would yet you "
    "aber als am an auf aus bei bis das dass dem den der die doch ein eine er es für gegen hat ich ihr im ist laut mit "
    "nach nicht noch nur ob sie sind so trotz und vom von vor war warum was wenn wer wie wir zu zum zur "
    "al con como cuando cuándo del el ella ellos entre según sin sobre su sus también tras un una y ya "
    "в во для до за и из к как кто ли на не но о об от по при с со то у что это"
)
_CLOSE = re.compile(r"\.?[ \u00a0\u202f]")
_INSIDE_NAMES = re.compile(r"\.[ \u00a0\u202f]?|[ \u00a0\u202f-]")
_NEXT = re.compile(r"[ \u00a0\u202f]")
_SENTENCE_BREAKS = ".!?…:;\n\r•–—*|"
_QUOTES = " \t\u00a0\u202f«»“”\"'‘’([‹›„"
_TITLE_CASE = 0.6  # of a line's words: above it, capitals tell nothing
_LINE_WORDS = 30  # looked at on either side


def is_capitalised(text: Text, word: int) -> bool:
    """Whether the word begins with a capital; a script without capitals has none."""
    return text.text[text.starts[word]].isupper()


def has_capitals(text: Text, word: int) -> bool:
    """Whether the word's script knows capitals."""
    first = text.text[text.starts[word]]
    return first.upper() != first.lower()


def adjoins(text: Text, word: int) -> bool:
    """Whether nothing but one space lies between the word and the next."""
    return bool(_NEXT.fullmatch(text.text, text.ends[word], text.starts[word + 1]))


def begins_sentence(text: Text, word: int) -> bool:
    """Whether nothing of the same sentence stands before the word; a colon and a dash count as an end."""
    start = text.starts[word]
    before = text.text[max(0, start - 12) : start].rstrip(_QUOTES)
    return not before or before[-1] in _SENTENCE_BREAKS


def honorific_before(text: Text, word: int) -> int | None:
    """The number of the honorific right before a word ("M. Lavrov", "Mr Lavrov")."""
    before = word - 1
    if before < 0 or text.folded_word(before) not in _HONORIFICS:
        return None
    written = text.word(before)
    if len(written) <= 2 and written not in _WRITTEN_SHORT and not written.istitle():
        return None
    return before if _CLOSE.fullmatch(text.text, text.ends[before], text.starts[word]) else None


def office_before(text: Text, word: int) -> int | None:
    """The number of the word of office right before a word ("le ministre Lavrov", "President Putin")."""
    before = word - 1
    if before < 0 or text.folded_word(before) not in _OFFICES:
        return None
    return before if _CLOSE.fullmatch(text.text, text.ends[before], text.starts[word]) else None


def is_little(text: Text, word: int) -> bool:
    """Whether it is a preposition, an article or the like."""
    return text.folded_word(word) in LITTLE_WORDS


def belongs_before(text: Text, word: int) -> bool:
    """Whether the word may be a part of a name that goes on with the next: "Sergueï Lavrov", "S. V. Lavrov",
    "Jean-Yves Le Drian"; a full stop stands behind an initial only."""
    between = _INSIDE_NAMES.fullmatch(text.text, text.ends[word], text.starts[word + 1])
    initial = text.ends[word] - text.starts[word] == 1
    return bool(between) and (initial or "." not in text.text[text.ends[word] : text.starts[word + 1]])


def titled_line(text: Text, word: int) -> bool:
    """Whether the line writes most of its words with capitals, as English headlines do."""
    paragraph = text.paragraph_of(word)
    firsts = text.paragraph_firsts
    start = max(firsts[paragraph], word - _LINE_WORDS)
    end = firsts[paragraph + 1] if paragraph + 1 < len(firsts) else len(text)
    end = min(end, word + _LINE_WORDS)
    spans = zip(text.starts[start:end], text.ends[start:end], strict=True)
    initials = [text.text[left] for left, right in spans if right - left > 3]
    return len(initials) > 3 and sum(map(str.isupper, initials)) > _TITLE_CASE * len(initials)
