"""The names of months and weekdays in the languages of the press, and the plain letters that they are compared in."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

# Enough of each month's name to be told from the others, per language, January first; "" where a name is
# another language's too. Folded: no accents, small letters.
_NAMES = (
    "january february march april may june july august september october november december",
    "jan feb mar apr - jun jul aug sep oct nov dec",
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    "janv fevr - avr - - juil - sept - - -",
    "januar februar marz - - juni juli - - oktober - dezember",
    "janner feber maerz - - - - - - okt - dez",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "ene - - abr - - - ago setiembre - - dic",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
    "januari februari maart april mei juni juli augustus september oktober november december",
    "- - - - maj - - augusti - - - -",
    "- - marts - - - - - - - - -",
    "januar februar mars april mai juni juli august september oktober november desember",
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia wrzesnia pazdziernika listopada grudnia",
    "ledna unora brezna dubna kvetna cervna cervence srpna zari rijna listopadu prosince",
    "ocak subat mart nisan mayis haziran temmuz agustos eylul ekim kasim aralik",
    "ianuarie februarie martie aprilie - iunie iulie august septembrie octombrie noiembrie decembrie",
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "януари февруари март април май юни юли август септември октомври ноември декември",
    # From here on as CLDR has them, without abbreviations that are words of another language.
    "янв февр мар апр - июн июл авг сент окт нояб дек",
    "- фев - - - - - - сен - ноя -",
    "студзеня лютага сакавіка красавіка - чэрвеня ліпеня жніуня верасня кастрычніка лістапада снежня",
    "јануар фебруар - - мај јун јул - септембар октобар новембар децембар",
    "- - - - - - - avgust septembar oktobar novembar decembar",
    "sijecnja veljace ozujka travnja svibnja lipnja srpnja kolovoza rujna - studenoga prosinca",
    "januara februara marec aprila - juna jula augusta septembra oktobra novembra decembra",
    "- - - - - junija julija avgusta - - - -",
    "ιανουαριου φεβρουαριου μαρτιου απριλιου μαιου ιουνιου ιουλιου αυγουστου σεπτεμβριου οκτωβριου νοεμβριου "
    "δεκεμβριου",
    "ιαν φεβ μαρ απρ μαι ιουν ιουλ αυγ σεπ οκτ νοε δεκ",
    "- - marcius aprilis majus junius julius augusztus szeptember - - -",
    "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesakuuta heinakuuta elokuuta syyskuuta lokakuuta "
    "marraskuuta joulukuuta",
    "jaanuar veebruar - aprill - juuni juuli - - oktoober - detsember",
    "janvaris februaris - - maijs junijs julijs augusts septembris oktobris novembris decembris",
    "janvari februari marta aprili maija junija julija augusta septembri oktobri novembri decembri",
    "sausio vasario kovo balandzio geguzes birzelio liepos rugpjucio rugsejo spalio lapkricio gruodzio",
    "oca sub - nis - haz tem agu eyl eki kas ara",
    "gener febrer - - maig juny juliol agost setembre - - desembre",
    "- - maret - - - - agustus - - - -",
    "ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר",
    "يناير فبراير مارس ابريل مايو يونيو يوليو اغسطس سبتمبر اكتوبر نوفمبر ديسمبر",
)
_WEEKDAYS = (
    "monday tuesday wednesday thursday friday saturday sunday lundi mardi mercredi jeudi vendredi samedi dimanche "
    "montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag lunes martes miercoles jueves viernes "
    "sabado domingo lunedi martedi mercoledi giovedi venerdi sabato domenica segunda-feira terca-feira quarta-feira "
    "quinta-feira sexta-feira понедельник вторник среда среду четверг пятница пятницу суббота субботу воскресенье"
)
WEEKDAYS = frozenset(_WEEKDAYS.split())


def _months() -> dict[str, int]:
    table: dict[str, int] = {}
    for names in _NAMES:
        for number, name in enumerate(names.split(), 1):
            if name != "-" and table.setdefault(name, number) != number:
                raise ValueError(f"{name} is two months")
    return table


MONTHS: Mapping[str, int] = _months()


def fold(text: str) -> str:
    """Small letters without accents, letter for letter: what is found stands at the same place in `text`."""
    return text.lower() if text.isascii() else text.translate(_PLAIN_LETTERS)


class _PlainLetters(dict[int, str]):
    """The plain form of each character, worked out when it is first met: asked of each character of a text, it was a
    fifth of the time that reading takes. So many are kept: text may hold each of a million."""

    def __missing__(self, code: int) -> str:
        found = _plain_letter(chr(code))
        if len(self) < _MOST_LETTERS:
            self[code] = found
        return found


def _plain_letter(character: str) -> str:
    if character.isascii():
        return character.lower()
    if character.isspace():
        return " "
    if "\uac00" <= character <= "\ud7a3":  # Hangul syllables would come apart
        return character
    if character.isdecimal():  # of another script
        return str(unicodedata.decimal(character))
    letter = unicodedata.normalize("NFD", character)[0].lower()
    if letter == "и" and character in "йЙ":
        return "й"
    if letter == "ı":
        return "i"
    return letter if len(letter) == 1 else character


_MOST_LETTERS = 20_000
_PLAIN_LETTERS = _PlainLetters()
