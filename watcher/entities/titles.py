"""Honorifics, offices and ranks, which vouch for the name behind them."""

from __future__ import annotations

import re

from watcher.entities import endings
from watcher.entities.archive import given_names
from watcher.entities.writing import is_capitalised, words
from watcher.text import Text

HONORIFICS = words(
    "m mm mr mrs ms mme mmes mlle dr prof messrs monsieur madame mademoiselle maitre me sir lord lady dame mister "
    "herr frau señor señora signor signora senhor senhora г господин госпожа "
    "sheikh cheikh mollah mullah mawlawi maulvi ayatollah pan pani sayın bay bayan κ "
    "श्री श्रीमती डॉ السيد السيده الشيخ الدكتور المهندس اقاي اقای خانم سيد دكتر מר גב ბატონი ქალბატონი պարոն տիկին"
)
# Languages that write an office together with what it is of: Bundespräsident, Vizekanzler.
_COMPOUNDING = frozenset("de lb nl sv da no fi is".split())
_SHORTEST_PART = 5  # letters of an office at a word's end, or before an ending
_LONGEST_ENDING = 3  # letters: Президентът, prezydentowi
_WRITTEN_SHORT = frozenset({"M", "Me", "MM", "Г", "г", "Dr", "Pr"})  # "M. Lavrov", not "m" or the elided "m'"
OFFICES = words(
    "président présidente presidente premier première ministre chancelier chancelière sénateur sénatrice député "
    "députée roi reine prince princesse général générale colonel commandant capitaine maréchal amiral ambassadeur "
    "ambassadrice émissaire secrétaire gouverneur maire chef pape évêque juge procureur directeur directrice parole "
    "représentant représentante diplomate négociateur professeur candidat candidate opposant "
    "president minister premier chancellor senator deputy king queen princess general commander captain marshal "
    "admiral ambassador envoy secretary governor mayor chief pope bishop judge prosecutor director spokesman "
    "chair chairman chairwoman speaker leader vorsitzender vorsitzende chefin начальник начальника руководитель bakan "
    "lider líder segretario secretario spokeswoman spokesperson representative diplomat negotiator "
    "professor rep sen gov "
    "präsident präsidentin ministerin kanzler kanzlerin außenminister außenministerin sprecher sprecherin "
    "президент премьер министр глава генерал посол представитель спикер секретарь канцлер президента министра главы "
    "президенту министру президентом министром президенте министре депутат сенатор лидер прем'єр міністр прессекретарь "
    "prezydent prezydenta prezydentem premier premiera ministra minister kanclerz kanclerza prezident prezidenta "
    "ministr ministra cumhurbaşkanı başkanı başbakan bakanı presidente presidenta ministro ministra canciller "
    "premierminister presidentti ministeri pääministeri miniszter elnök πρόεδρος υπουργός πρωθυπουργός "
    "الرئيس رئيس الوزير وزير وزيره المتحدث المتحدثه السفير الجنرال الملك الامير المستشار المستشاره الاميركي الروسي "
    "الفرنسي التركي الايراني الاسرائيلي الاوكراني الصيني الخارجيه الدفاع الوزراء رئیس وزیر سخنگوي جمهور جمهوري خارجه "
    "דובר הנשיא נשיא שר ראש הממשלה החוץ პრეზიდენტი პრეზიდენტმა მინისტრი მინისტრმა პრემიერი"
)
# Ranks stand before their bearer's name and, but for "general", say of nothing else what it is of: майор Псков.
RANKS = words(
    "colonel capitaine lieutenant sergent caporal adjudant amiral maréchal "
    "colonel captain lieutenant sergeant corporal admiral marshal brigadier lt col sgt capt cpl "
    "coronel capitán teniente sargento almirante mariscal colonnello capitano tenente sergente maresciallo coronel "
    "capitão sargento kolonel kapitein luitenant generaal generał pułkownik podpułkownik kapitan porucznik sierżant "
    "генерал генерала генералом генералу полковник полковника полковником подполковник подполковника майор майора "
    "майором капитан капитана капитаном лейтенант лейтенанта сержант сержанта адмирал адмирала маршал маршала "
    "полковник підполковник лейтенант капітан сержант адмірал генерал майор "
    "albay yarbay binbaşı yüzbaşı teğmen generál plukovník podplukovník kapitán poručík överste kapten "
    "العقيد العميد اللواء المقدم الرائد النقيب الملازم سرهنگ سرتیپ سرلشکر سروان"
)
_PARTS = tuple(office for office in sorted(OFFICES) if len(office) >= _SHORTEST_PART)
_MOST_OF_OFFICE = 5  # words: ministre des Affaires étrangères russe Lavrov
_TIED = re.compile("[ \u00a0\u202f'’-]")
_ARTICLES = words(
    "le la les l the der die das den dem des los las lo gli du del della dello dell dei degli delle do da dos au aux"
)
_CLOSE = re.compile(r"\.?[ \u00a0\u202f]")


def honorific_before(text: Text, word: int) -> int | None:
    """The number of the honorific right before a word ("M. Lavrov", "Mr Lavrov")."""
    before = word - 1
    if before < 0 or text.folded_word(before) not in HONORIFICS:
        return None
    written = text.word(before)
    if len(written) <= 2 and written not in _WRITTEN_SHORT and not written.istitle():
        return None
    return before if _CLOSE.fullmatch(text.text, text.ends[before], text.starts[word]) else None


def office_before(text: Text, word: int) -> int | None:
    """The number of the word of office right before a word ("le ministre Lavrov", "President Putin")."""
    before = word - 1
    if before < 0 or not _is_office(text, before):
        return None
    return before if _CLOSE.fullmatch(text.text, text.ends[before], text.starts[word]) else None


def is_title(text: Text, word: int) -> bool:
    """Whether it is itself an honorific or an office."""
    return text.folded_word(word) in HONORIFICS or _is_office(text, word)


def _is_office(text: Text, word: int) -> bool:
    folded = text.folded_word(word)
    if folded in OFFICES or (text.language in _COMPOUNDING and folded.endswith(_PARTS)):
        return True
    if not endings.family(text.word(word), text.language):
        return False
    cuts = (len(folded) - ending for ending in range(1, _LONGEST_ENDING + 1))
    # no ending begins with the letter that it stands behind: Marshall is no marshal
    return any(cut >= _SHORTEST_PART and folded[cut] != folded[cut - 1] and folded[:cut] in OFFICES for cut in cuts)


def office_of_before(text: Text, word: int) -> bool:
    """Whether an office and what it is of stand before a word ("ministre de l'Intérieur Retailleau", "Secretary of
    State Rubio", "глава Минобороны Белоусов")."""
    for at in range(word - 1, max(-1, word - 1 - _MOST_OF_OFFICE), -1):
        if not _TIED.fullmatch(text.text, text.ends[at], text.starts[at + 1]):
            return False
        if _is_office(text, at):
            return at < word - 1
        if text.folded_word(at) in given_names() and is_capitalised(text, at):
            return False
    return False


def behind_article(text: Text, word: int) -> bool:
    """Whether an article stands before a word, as it does before no first name."""
    if not word or not _TIED.fullmatch(text.text, text.ends[word - 1], text.starts[word]):
        return False
    return text.folded_word(word - 1) in _ARTICLES and not is_capitalised(text, word - 1)
