"""Longer names that a place's name is a part of: streets, firms, ships, agreements, what is named after somebody."""

from __future__ import annotations

import re

from watcher.entities.archive import codes_of
from watcher.entities.beside import OF, TOWNS, leading_word
from watcher.entities.writing import Neighbours, adjoins, is_capitalised, titled_line, words
from watcher.folding import fold_words
from watcher.text import Text

# What streets are called, by language: before the name, with an "of" between or none; and behind it.
_STREETS = {
    language: words(listed)
    for language, listed in {
        "fr": "rue avenue boulevard quai place",
        "it": "via viale corso piazza piazzale",
        "es": "calle avenida plaza paseo",
        "pt": "rua avenida praça",
        "pl": "ulica ulicy ulicę ulicą ul aleja alei",
        "cs": "ulice ulici ulicí třída třídě náměstí",
        "ru": "улица улице улицы улицу улицей ул проспект проспекте шоссе бульвар",
        "uk": "вулиця вулиці вулицю вул проспект проспекті",
    }.items()
}
_SQUARE = "place"  # of a town it is rather its market: "la place de Paris"; of a country that has "la place de la"
_STREETS_BEHIND = words("street road avenue boulevard lane square")
# Words with a capital that begin the names of firms, stations and clubs, which then bear a place's.
_FIRMS = words("radio tele tv canal banco banque banca bank air crédit credit groupe grupo gruppo hotel hôtel club")
# Agreements that bear the name of the town where they were made: before it, with an "of" between, and behind it.
_AGREEMENTS_OF = words(
    "treaty treaties convention conventions protocol accord accords traité traités protocole abkommen vertrag verträge "
    "tratado tratados acuerdo acuerdos convenio protocolo trattato trattati accordo accordi convenzione protocollo "
    "acordo acordos verdrag akkoord договор договора соглашение соглашения протокол règlement regolamento reglamento"
)
_AGREEMENTS_TIED = words("اتفاق اتفاقية معاهدة توافق توافقنامه معاهده پیمان")  # with no "of" between: اتفاق جدة
_AGREEMENTS_BEHIND = words(
    "agreement agreements accord accords treaty convention conventions protocol protocols declaration "
    "anlaşması antlaşması sözleşmesi mutabakatı"
)
_COMPOUNDED = words("abkommen vertrag verträge protokoll konvention akkoord verdrag avtal aftale avtale")
# Of these, what written small is a town's doing if no article or year stands before it, and what is held or said there.
_GRANTED, _HELD = words("accord accords"), words("convention declaration")
_ONE_OF_MANY = words("the a this that these those both")
_WITH = words("with avec mit met con col com مع با")
# What stands right before a ship's name.
_SHIPS = words("hms uss hmas hmcs rfs")
# What the world's papers are called in other scripts, behind a town's name: وول ستريت, Ουάσινγκτον Ποστ, 华盛顿邮报.
_PAPERS = words(
    "post times herald tribune gazette globe journal examiner telegraph guardian observer chronicle star daily sun "
    "match soir пост таймс геральд трибюн ποστ ταιμς بوست تايمز پست تريبيون هيرالد פוסט טיימס पोस्ट टाइम्स"
)
# Of these, what is as often something else: where all words have capitals, theirs makes no paper of it.
_IN_HEADLINES = words("post match star daily observer")
# What says of the name behind it, in scripts without capitals, that it is a paper's or an agency's.
_OUTLETS = words("صحيفة لصحيفة جريدة لجريدة مجلة لمجلة روزنامه خبرگزاری")
_PAPERS_TIED = re.compile("[·・ ]?(?:邮报|郵報|时报|時報|日报|日報|晚报|晚報|ポスト|タイムズ|포스트|타임스)")
# Words right before the Italian "via" where it is a street: without one it is "by way of", as in "le armi via Dubai".
_INTO_STREETS = words("in a di da tra fra con su lungo la della dalla alla sulla nella")
_NAMED_AFTER = words("им имени памятник памятника памятнику театр театра театре флот флота")
# Titles of the nobility, whose places are their bearers' names. English ones with a capital: a count is a number too.
_NOBLES = words(
    "duke duchess earl count countess baron baroness marquess marquis viscount prince princess duc duchesse comte "
    "comtesse baronne marquise vicomte princesse herzog herzogin graf gräfin fürst fürstin duque duquesa conde condesa "
    "marqués marquesa príncipe princesa duca duchessa conte contessa principe principessa marchese"
)
# Words by which a longer name is told: before it, before an "of" that stands there, and behind it.
_STREETS_BEFORE = frozenset().union(*_STREETS.values())
BEFORE = _STREETS_BEFORE | _FIRMS | _SHIPS | _NAMED_AFTER | _AGREEMENTS_TIED | _OUTLETS
BEFORE_OF = _STREETS_BEFORE | _AGREEMENTS_OF | _NOBLES
BEHIND = _STREETS_BEHIND | _PAPERS | _AGREEMENTS_BEHIND
_STREET_WORDS = 6  # that the names of two streets and the "and" between them are
_OPENING_QUOTES, _CLOSING_QUOTES = "«\"„“'", "»\"“”'"
TIED_BEFORE = f"-{_OPENING_QUOTES}"
"""Characters that tie a longer name to what stands before it."""
FIRST_HAN = "\u3000"
"""The first character behind all scripts that part words by spaces, but for Hangul's."""
# Languages in which the names of clubs, firms, ships and papers stand in quotation marks, and those of places do not.
_QUOTING = frozenset("ru uk be bg mk sr kk ky tg".split())
_QUOTED = re.compile(rf"(?:[ -][^\W_]{{1,20}}){{0,2}}[{_CLOSING_QUOTES}]")
_KANA = re.compile("([\u30a1-\u30fc]{3,})$")
_TIED_KANA = re.compile("・([\u30a1-\u30fc]{3,}+)(?!大統領|首相|外相|国防相)")
_LONGEST = 12  # letters of a foreign name that are looked at
_ADJECTIVE = tuple(f"{stem}к{end}" for stem in "сц" for end in "ии ий ого ому им ая ои ой ую".split())


def is_street(text: Text, first: int, last: int, near: Neighbours, *, country: bool) -> tuple[int, int] | None:
    """The words of a street's name that a place stands in: "rue de Rome", "in via Palermo", "Oxford Street"."""
    if near.followed and near.behind in _STREETS_BEHIND:
        return first, last + 1
    streets = _STREETS.get(text.language)
    if streets is None:
        return None
    before, word = first - 1, near.before
    if word in OF and before > 0 and adjoins(text, before - 1):
        before -= 1
        word = text.folded_word(before)
    if word not in streets or (word == _SQUARE and not country):
        return None
    return None if before == first - 1 and _is_by_way_of(text, before, country=country) else (before, last)


def _is_by_way_of(text: Text, word: int, *, country: bool) -> bool:
    """Whether the word is the Italian "via" and no street: "da Teheran via Dubai", "il gasdotto via Ucraina"."""
    if text.language != "it" or text.folded_word(word) != "via":
        return False
    leads = word > 0 and adjoins(text, word - 1) and text.folded_word(word - 1) in _INTO_STREETS
    return country or not (leads or is_capitalised(text, word) or _is_second(text, word))


def _is_second(text: Text, word: int) -> bool:
    """Whether the "via" is joined by "and" to another that is a street: "tra via Torino e via Milano"."""
    if word < 3 or text.folded_word(word - 1) not in ("e", "ed"):
        return False
    nearest = max(0, word - _STREET_WORDS)
    other = next((w for w in range(word - 2, nearest - 1, -1) if text.folded_word(w) == "via"), None)
    return other is not None and not _is_by_way_of(text, other, country=False)


def is_firm(near: Neighbours) -> bool:
    """Whether the word before begins the name of a firm, station, ship or paper: "Radio France", صحيفة ديلي."""
    return near.led and (near.before in _FIRMS or near.before in _SHIPS) or near.tied and near.before in _OUTLETS


def is_paper(text: Text, last: int, end: int, near: Neighbours) -> bool:
    """Whether the word behind makes it a paper: Washington Post, 华盛顿邮报. A headline's capitals do not:
    "Beirut Match Abandoned"."""
    if near.behind in _PAPERS and near.followed:
        return near.behind not in _IN_HEADLINES or not titled_line(text, last)
    if near.behind in _PAPERS and text.text[end : end + 1] == " " and not near.behind.isascii():
        return True
    return bool(_PAPERS_TIED.match(text.text, end))


def is_agreement(text: Text, first: int, last: int, near: Neighbours) -> tuple[int, int] | None:
    """The words of an agreement that bears a town's name: "Minsk agreements", "traité de Rome". Of a capital that makes
    one with somebody, "acuerdo de Caracas con el FMI", it is none."""
    if near.behind in _AGREEMENTS_BEHIND and adjoins(text, last):
        return (first, last + 1) if _bears_town(text, first, near) else None
    if near.tied and near.before in _AGREEMENTS_TIED:
        return None if near.behind in _WITH else (first - 1, last)
    if near.behind in _COMPOUNDED and text.text[text.ends[last] : text.starts[last + 1]] == "-":
        return first, last + 1
    if near.tied and near.before in OF and first > 1 and text.folded_word(first - 2) in _AGREEMENTS_OF:
        return None if near.behind in _WITH and adjoins(text, last) else (first - 2, last)
    return None


def _bears_town(text: Text, first: int, near: Neighbours) -> bool:
    """Whether an agreement's word behind a town is more than what is done there: "in Minsk agreements were signed",
    "Moscow accords importance to it", "the Chicago convention"."""
    if leading_word(text, first, town=True):
        return near.followed and not titled_line(text, first)
    if near.followed:
        return True
    if near.behind in _GRANTED:
        return near.tied and (near.before in _ONE_OF_MANY or near.before.isdecimal())
    return near.behind not in _HELD


def in_quotes(text: Text, start: int, end: int) -> bool:
    """Whether a name, with two words more at most, is all that stands between quotation marks, where that tells clubs,
    ships, papers and firms: «Вашингтон пост»."""
    written = text.text
    if text.language not in _QUOTING or start == 0 or written[start - 1] not in _OPENING_QUOTES:
        return False
    return bool(_QUOTED.match(written, end))


def is_title(text: Text, first: int, near: Neighbours) -> bool:
    """Whether the name is what a noble is called by: "Duke of Wellington"."""
    if not near.tied or near.before not in OF or first < 2 or text.folded_word(first - 2) not in _NOBLES:
        return False
    return text.language != "en" or is_capitalised(text, first - 2)


def named_after(text: Text, last: int, near: Neighbours) -> str:
    """What bears the name, and is no place: "театр им. Пушкина"; a town's adjective with what it belongs to."""
    if near.before in _NAMED_AFTER and text.language in _QUOTING:
        return f"{near.before} {text.word(last)}"
    return text.word(last) if near.before not in TOWNS and is_adjective(text.folded_word(last)) else ""


def is_adjective(folded: str) -> bool:
    """Whether a name ends as a town's adjective does."""
    return folded.endswith(_ADJECTIVE)


def is_dotted(text: Text, start: int, end: int) -> bool:
    """Whether a dot ties it to more of a foreign name, as Chinese and Japanese write it: 托马斯·蒙特利尔. Not to
    another place of a list (ロシア・カナダ), or to who holds an office there (ドイツ・メルケル首相)."""
    written = text.text
    if "·" in (written[max(0, start - 1) : start], written[end : end + 1]):
        return text.language == "zh"
    if "・" not in (written[max(0, start - 1) : start], written[end : end + 1]) or not _KANA.match(written[start:end]):
        return False
    before = written[max(0, start - 1 - _LONGEST) : start]
    beside = [_KANA.search(before[:-1]) if before.endswith("・") else None, _TIED_KANA.match(written, end)]
    return any(kana and not codes_of(" ".join(fold_words(kana[1]))) for kana in beside)


def behind_hyphen(text: Text, first: int) -> bool:
    """Whether a hyphen ties the word to the one before it: Rose-Lynn."""
    return first > 0 and text.text[text.ends[first - 1] : text.starts[first]] == "-"
