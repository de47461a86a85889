"""What right beside a name leads into a place: a preposition, a kind of place, an ending, a dateline."""

from __future__ import annotations

import re

from watcher.entities.writing import adjoins, words
from watcher.folding import fold_words
from watcher.text import Text

_INTO_PLACES = words("in en au aux em nach w we в во to into vers inside near")
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
        "fa": "به در از وارد شهر",
        "el": "στη στην στον στο από",
        "id": "di ke dari",
        "vi": "ở tại",
    }.items()
}
_NOWHERE: frozenset[str] = frozenset()
_LOCATIVE = re.compile(r"['’][dt][ae](?:n|ki)?\b")
_APOSTROPHES = frozenset(["tr", "az"])
_INNER_CASES = {"fi": ("ssa", "sta", "iin"), "hu": ("ban", "ben", "bol", "ba", "be")}  # as folded
TOWNS = words(
    "city town village county district province region oblast governorate ville localité région faubourg commune stadt "
    "dorf provinz bezirk ort kreis landkreis landratsamt kanton bundesland gemeinde ciudad pueblo provincia localidad "
    "città villaggio cidade stad dorp miasto mieście wsi město městě městečko mesto mestu град градът "
    "город города городе городу поселок поселка поселке село села селе деревня деревне провинция провинции область "
    "области район районе мэр мэра мэром мэру мэрия мэрии губернатор губернатора губернатором аэропорт аэропорта "
    "аэропорту житель жительница жительницу жители жителей жителям улицах улицы "
    "жителя жителю жителем жителями жителям окрестностях пригороде місто міста місті мер мера жителі  "
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
_MOTION = words("went go goes going gone travelled traveled travelling flew fly flying moved move moving drove journey")
_LEADING_WITH_OF = TOWNS | _SEATS
OF = words("of de d du des di von van do da dos das del della af от")
_GERMAN_ARTICLES = words("im vom zum beim am dem ins das")
_AT_DATELINE = re.compile(
    r" ?(?:\([^()\n]{2,20}\)|/[^/\n]{2,20}/)|(?:, [^\W\d_][\w.]{1,12})? (?:\([^()\n]{2,20}\) )?[-–—]{1,2} "
)


def leading_word(text: Text, first: int, *, town: bool) -> str:
    """What leads into a place right before a word, "" for nothing: a preposition, a kind of place, a place's seat.

    `town`: a town or first-level region, into which other prepositions lead than into a country.
    """
    before = first - 1
    if before < 0 or not adjoins(text, before):
        return ""
    folded = text.folded_word(before)
    if folded in OF and before and text.folded_word(before - 1).removeprefix("ex") in _LEADING_WITH_OF:
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


def in_inner_case(text: Text, folded: str, town: str) -> str:
    """The ending by which Finnish and Hungarian say what something is in, goes into or comes out of: Rostockiin."""
    own = town.replace("-", " ")
    if text.language not in _INNER_CASES or not folded.startswith(own[:-1]):
        return ""
    return next((e for e in _INNER_CASES[text.language] if folded.endswith(e) and not own.endswith(e)), "")


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
    if what < 0 or text.folded_word(of) not in OF or not (adjoins(text, of) and adjoins(text, what)):
        return ""
    return f"{text.word(what)} {text.word(of)}" if text.word(what).islower() else ""


def at_dateline(text: Text, first: int, end: int, *, known: bool) -> bool:
    """Whether a paragraph begins with it as a report does: "Kiel (dpa) - "; of a well-known town a dash will do."""
    if text.paragraph_firsts[text.paragraph_of(first)] != first:
        return False
    found = _AT_DATELINE.match(text.text, end)
    return found is not None and (known or "(" in found[0] or "/" in found[0])
