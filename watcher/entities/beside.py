"""What the words right beside a name make of it: a place that something leads into, a club, a ship."""

from __future__ import annotations

import re

from watcher.entities.writing import adjoins, is_capitalised, words
from watcher.folding import fold_words
from watcher.text import Text

_INTO_PLACES = words("in en au aux em nach w we в во to vers inside near")
# Words that lead into towns too, by language: "a" leads into one in Italian, and is an article in English.
_INTO_TOWNS = {
    language: words(listed)
    for language, listed in {
        "fr": "à vers près depuis hors jusqu",
        "en": "in near outside inside",
        "de": "in aus bei nach",
        "es": "en desde hacia",
        "it": "a ad da in presso",
        "pt": "em desde",
        "nl": "in te uit naar bij",
        "pl": "w we z ze do pod koło",
        "ru": "в во из под",
        "uk": "у в з із до під",
        "cs": "v ve z ze do u",
        "sk": "v vo z zo do",
        "sl": "v iz",
        "is": "í á frá til",
        "sv": "i från",
        "no": "i fra",
        "da": "i fra",
        "bg": "в във от до край",
        "sr": "u iz kod у из код",
        "hr": "u iz kod",
        "ro": "la din în lângă",
        "lt": "į iš",
        "lv": "no uz",
        "ar": "في الى من قرب مدينة",
        "fa": "به وارد شهر",
        "el": "στη στην στον στο από",
        "id": "di ke dari",
        "vi": "ở tại",
    }.items()
}
_NOWHERE: frozenset[str] = frozenset()
_LOCATIVE = re.compile(r"['’][dt][ae](?:n|ki)?\b")
_APOSTROPHES = frozenset(["tr", "az"])
TOWNS = words(
    "city town village county district province region oblast governorate ville localité région faubourg commune stadt "
    "dorf provinz bezirk ort kreis landkreis landratsamt kanton bundesland gemeinde ciudad pueblo provincia localidad "
    "città villaggio cidade stad dorp miasto mieście wsi město městě městečko mesto mestu град градът "
    "город города городе городу поселок поселка поселке село села селе деревня деревне провинция провинции область "
    "области район районе мэр мэра мэром мэру мэрия мэрии губернатор губернатора губернатором аэропорт аэропорта "
    "аэропорту житель жительница жительницу жители жителей жителям улицах улицы "
    "окрестностях пригороде місто міста місті мер мера жителі  "
    "canton cantone burgemeester gemeente burmistrz burmistrza primátor primátora primátorka starosta starosty "
    "gradonačelnik gradonačelnika župan župana polgármester borgmester borgmesteren borgmästare borgmästaren ordfører "
    "кмет кметът кмета община градоначелник град граду δήμαρχος δήμου πόλη πόλης mieszkańcy mieszkańców obyvatelé "
    "obyvatel prebivalci stanovnici"
)
# Words that lead into a place with an "of" between: "north of Chicago", "le maire de Cannes", "südlich von Bethlehem".
_SEATS = words(
    "north south east west northeast northwest southeast southwest mayor outskirts centre center suburb suburbs port "
    "harbour capital residents university airport siege battle bishop archbishop streets people "
    "nord sud ouest maire mairie banlieue capitale habitants université aéroport gare tribunal parquet préfecture "
    "festival agglomération quartier bataille rues périphérie bourse "
    "nördlich südlich östlich westlich nordöstlich nordwestlich südöstlich südwestlich bürgermeister bürgermeisterin "
    "oberbürgermeister oberbürgermeisterin innenstadt hafen flughafen einwohner nähe umgebung straßen "
    "norte sur este oeste alcalde alcaldesa puerto aeropuerto universidad calles audiencia afueras festival "
    "sindaco porto aeroporto università procura periferia ovest prefeito prefeita aeroporto arredores "
    "северу югу востоку западу севернее южнее восточнее западнее недалеко "
)
# What streets are called, by language: before the name, with an "of" between or none; and behind it.
_STREETS = {
    language: words(listed)
    for language, listed in {
        "fr": "rue avenue boulevard quai",
        "it": "via viale corso piazza piazzale",
        "es": "calle avenida plaza paseo",
        "pt": "rua avenida praça",
        "pl": "ulica ulicy ulicę ulicą ul aleja alei",
        "cs": "ulice ulici ulicí třída třídě náměstí",
        "ru": "улица улице улицы улицу улицей ул проспект проспекте шоссе бульвар",
        "uk": "вулиця вулиці вулицю вул проспект проспекті",
    }.items()
}
_STREETS_BEHIND = words("street road avenue boulevard lane square")
# Words with a capital that begin the names of firms, stations and clubs, which then bear a place's.
_FIRMS = words("radio tele tv canal banco banque banca bank air crédit credit groupe grupo gruppo hotel hôtel club")
# Words right before the Italian "via" where it is a street: without one it is "by way of", as in "le armi via Dubai".
_INTO_STREETS = words("in a di da tra fra con su lungo la della dalla alla sulla nella")
# Italian and Spanish put no article before a town, but for one that belongs to its name: with another it is a club.
_ARTICLES = {"it": ("il", words("il al del dal nel col")), "es": ("el", words("el al del"))}
_MOTION = words("went go goes going gone travelled traveled travelling flew fly flying moved move moving drove journey")
_OF = words("of de d du des di von van do da dos das del della af от")
_GERMAN_ARTICLES = words("im vom zum beim am dem ins das")
# Words that stand before a town in a club's name, and behind it; short ones stand in capitals.
_CLUBS_BEFORE = words(
    "fc afc sc ac as rc cf cd ud sd rcd ssc ogc losc vfb vfl vfr tsv tsg fsv msv bsc ksc thsv thw hc kv krc fk bk nk "
    "hnk gnk bc фк хк бк пфк real atletico inter dinamo dynamo lokomotiv lokomotive spartak sporting borussia bayer "
    "eintracht hertha fortuna arminia olympique deportivo girondins maccabi hapoel динамо спартак локомотив шахтер реал"
)
_CLUBS_BEHIND = words("united hotspur rovers albion wanderers rangers fc afc cf sc hc")
_ACRONYM = 4  # letters: "Real" may be a word, and so might "as" and "fc" be without their capitals
_AT_DATELINE = re.compile(
    r" ?(?:\([^()\n]{2,20}\)|/[^/\n]{2,20}/)|(?:, [^\W\d_][\w.]{1,12})? (?:\([^()\n]{2,20}\) )?[-–—]{1,2} "
)
_OPENING_QUOTES, _CLOSING_QUOTES = "«\"„“'", "»\"“”'"
# Languages in which the names of clubs, firms, ships and papers stand in quotation marks, and those of places do not.
_QUOTING = frozenset("ru uk be bg mk sr kk ky tg".split())
_QUOTED = re.compile(rf"(?:[ -][^\W_]{{1,20}}){{0,2}}[{_CLOSING_QUOTES}]")
_NAMED_AFTER = words("им имени памятник памятника памятнику театр театра театре флот флота")
_ADJECTIVE = re.compile("[сц]к(?:ии|ий|ого|ому|им|ая|ои|ой|ую)$")


def leading_word(text: Text, first: int, *, town: bool) -> str:
    """What leads into a place right before a word, "" for nothing: a preposition, a kind of place, a place's seat.

    `town`: a town or first-level region, into which other prepositions lead than into a country.
    """
    before = first - 1
    if before < 0 or not adjoins(text, before):
        return ""
    folded = text.folded_word(before)
    if folded in _OF and before and text.folded_word(before - 1) in TOWNS | _SEATS:
        return f"{text.word(before - 1)} {text.word(before)}"
    if town and folded == "to" and before and text.folded_word(before - 1) in _MOTION:
        return f"{text.word(before - 1)} to"
    leads = folded in _INTO_PLACES
    if town:
        leads = (
            folded in _INTO_TOWNS.get(text.language, _NOWHERE) or folded in TOWNS or _is_region_of_german(text, before)
        )
    return text.word(before) if leads else ""


def in_locative(text: Text, last: int, end: int) -> str:
    """The ending by which Turkish says where something is, behind an apostrophe: Van'da."""
    found = _LOCATIVE.match(text.text, end) if text.language in _APOSTROPHES else None
    return f"{text.word(last)}{found[0]}" if found else ""


def is_of_towns(word: str) -> bool:
    """Whether what leads into a place leads into nothing else: "ville de", "город", "north of"."""
    return " " in word or not TOWNS.isdisjoint(fold_words(word))


def _is_region_of_german(text: Text, word: int) -> bool:
    """ "im südthüringischen Schmalkalden": an adjective of a place before another, which no noun of a thing takes."""
    written = text.word(word)
    behind_article = word > 0 and text.folded_word(word - 1) in _GERMAN_ARTICLES
    return text.language == "de" and behind_article and written.islower() and written.endswith("ischen")


def belongs_to(text: Text, first: int) -> str:
    """What is of the place, a word written small: "pescatore di Trapani"; "" for nothing."""
    of, what = first - 1, first - 2
    if what < 0 or text.folded_word(of) not in _OF or not (adjoins(text, of) and adjoins(text, what)):
        return ""
    return f"{text.word(what)} {text.word(of)}" if text.word(what).islower() else ""


def is_street(text: Text, first: int, last: int, *, country: bool) -> tuple[int, int] | None:
    """The words of a street's name that a place stands in: "rue de Rome", "in via Palermo", "Oxford Street"."""
    before, behind = first - 1, last + 1
    follows = behind < len(text) and is_capitalised(text, behind) and adjoins(text, last)
    if follows and text.folded_word(behind) in _STREETS_BEHIND:
        return first, behind
    streets = _STREETS.get(text.language)
    if streets is None:
        return None
    if before > 0 and text.folded_word(before) in _OF and adjoins(text, before - 1):
        before -= 1
    if before < 0 or text.folded_word(before) not in streets:
        return None
    return None if before == first - 1 and _is_by_way_of(text, before, country=country) else (before, last)


def _is_by_way_of(text: Text, word: int, *, country: bool) -> bool:
    """Whether the word is the Italian "via" and no street: "da Teheran via Dubai", "il gasdotto via Ucraina"."""
    if text.language != "it" or text.folded_word(word) != "via":
        return False
    leads = word > 0 and adjoins(text, word - 1) and text.folded_word(word - 1) in _INTO_STREETS
    return country or not (leads or is_capitalised(text, word))


def is_firm(text: Text, first: int) -> bool:
    """Whether the word before begins the name of a firm or station: "Radio France", "Banco Santander"."""
    before = first - 1
    return before >= 0 and is_capitalised(text, before) and adjoins(text, before) and text.folded_word(before) in _FIRMS


def article_before(text: Text, first: int) -> str:
    """The article that stands before a word, bare where a preposition is joined to it: "il" in "al Napoli"; "" for
    none, and where it tells no club from a town."""
    article, forms = _ARTICLES.get(text.language, ("", _NOWHERE))
    before = first - 1
    return article if before >= 0 and text.folded_word(before) in forms and adjoins(text, before) else ""


def is_club(text: Text, first: int, last: int, *, british: bool) -> tuple[int, int] | None:
    """The words of a club's name that a town stands in: "FC Porto", "Sheffield United", in Britain "Leicester City"."""
    before, behind = first - 1, last + 1
    if before >= 0 and adjoins(text, before) and _marks_club(text, before, _CLUBS_BEFORE):
        return before, last
    follows = behind < len(text) and adjoins(text, last)
    if follows and (_marks_club(text, behind, _CLUBS_BEHIND) or (british and text.word(behind) == "City")):
        return first, behind
    return None


def _marks_club(text: Text, word: int, markers: frozenset[str]) -> bool:
    written = text.word(word)
    known = text.folded_word(word) in markers and is_capitalised(text, word)
    return known and (len(written) > _ACRONYM or written.isupper() or written in ("Real", "Реал"))


def in_quotes(text: Text, start: int, end: int) -> bool:
    """Whether a name, with two words more at most, is all that stands between quotation marks, where that tells clubs,
    ships, papers and firms: «Вашингтон пост»."""
    written = text.text
    if text.language not in _QUOTING or start == 0 or written[start - 1] not in _OPENING_QUOTES:
        return False
    return bool(_QUOTED.match(written, end))


def named_after(text: Text, first: int, last: int) -> str:
    """What bears the name, and is no place: "театр им. Пушкина"; a town's adjective with what it belongs to."""
    before = first - 1
    if before >= 0 and text.folded_word(before) in _NAMED_AFTER and text.language in _QUOTING:
        return f"{text.word(before)} {text.word(last)}"
    if _ADJECTIVE.search(text.folded_word(last)) and not (before >= 0 and text.folded_word(before) in TOWNS):
        return text.word(last)
    return ""


def behind_hyphen(text: Text, first: int) -> bool:
    """Whether a hyphen ties the word to the one before it: Rose-Lynn."""
    return first > 0 and text.text[text.ends[first - 1] : text.starts[first]] == "-"


def at_dateline(text: Text, first: int, end: int, *, known: bool) -> bool:
    """Whether a paragraph begins with it as a report does: "Kiel (dpa) - "; of a well-known town a dash will do."""
    if text.paragraph_firsts[text.paragraph_of(first)] != first:
        return False
    found = _AT_DATELINE.match(text.text, end)
    return found is not None and (known or "(" in found[0] or "/" in found[0])
