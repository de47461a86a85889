"""What the writing around a word tells: capitals, starts of sentences, honorifics and offices before a name."""

from __future__ import annotations

import re
from typing import NamedTuple

from watcher.folded import new_tuple
from watcher.folding import fold_words
from watcher.text import Text


def words(listed: str) -> frozenset[str]:
    """The folded words of a line."""
    return frozenset(fold_words(listed))


# Languages that write every noun with a capital: there a capital tells no name.
NOUNS_IN_CAPITALS = frozenset({"de", "lb"})

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
    "yesterday tomorrow earlier later today monday tuesday wednesday thursday friday saturday sunday "
    "aber als am an auf aus bei bis das dass dem den der die doch ein eine er es für gegen hat ich ihr im ist laut mit "
    "nach nicht noch nur ob sie sind so trotz und vom von vor war ware wird wurde werden hat hatte haben kann soll "
    "will muss warum was wenn wer wie wir zu zum zur "
    "al con como cuando cuándo del el ella ellos entre según sin sobre su sus también tras un una y ya "
    "в во для до за и из к как кто ли на не но о об от по при с со то у что это вчера сегодня завтра тут там также "
    "однако теперь тогда потом ранее затем после перед между если когда где так его ее их ему мы они он она вы я этот "
    "эта эти все уже еще только даже сам сама почему вместе вместо кроме против через без под над около накануне "
    "з із зі до від про для та але як що це він вона вони вчора сьогодні завтра також після перед коли якщо тоді де "
    "w z ze i a o u do od na po za nie ale jak co to ten ta wczoraj dziś dzisiaj jutro także po przed gdy kiedy według "
    "s se k ke v ve po pro od ale jak co když včera dnes zítra také podle před však "
    "il lo gli i di da in con su per tra fra ma che chi ieri oggi domani anche dopo prima quando secondo non "
    "o os as ao em no na nos nas por para com sem mas que quem ontem hoje amanhã também depois antes quando segundo "
    "de het een en in op van voor met naar maar dat die wie wat gisteren vandaag morgen ook na toen volgens "
    "ve ile ama bu şu dün bugün yarın sonra önce için göre "
    "في من الى على عن مع ان انه قال وقال قالت وقالت اعلن واعلن اعلنت اكد واكد اكدت صرح وصرح اضاف واضاف اشار واشار بين "
    "بعد قبل ضد لدي كان كما هذا هذه ذلك التي الذي التقي بحث دعا ودعا وصل زار راي يقول وفق بحسب حسب او ثم لكن وان بان "
    "از به با در که را گفت براي بر تا هم يا اما نيز این ان شد كرد "
    "אמר אמרה אמרו של את על עם כי לא גם זה היא הוא בין לפני אחרי אך או כך עוד "
    "და რომ თქვა განაცხადა "
    "ο η το οι τα του της των τον την τους τις στο στη στην στον στους στις και με για από αλλά όμως ότι πως όταν ενώ "
    "κατά μετά πριν χθες σήμερα αύριο σύμφωνα "
    "enligt efter innan före inför mot utan medan när också även men och att som igår idag imorgon därför "
    "ifølge etter før inden uden uten mens når også og hvis hvorfor derfor ikke samtidig "
    "mukaan myös mutta kun jos koska vaikka jälkeen ennen lisäksi kuitenkin eilen tänään huomenna silti "
    "szerint szerintem azonban ezért közben miközben amikor hogy mert után előtt tegnap holnap az és "
    "potrivit după înainte conform însă dar când dacă deși pentru fără către între astfel ieri astăzi azi mâine și "
    "според след преди че когато ако обаче както днес утре също затова докато срещу "
    "prema nakon prije pre poslije posle zbog ali kada kad dok ako iako međutim jučer juče danas sutra takođe također "
    "према након после али када док иако међутим јуче данас сутра такође због "
    "podľa keď pretože však včera dnes zajtra tiež proti počas "
    "pri kot vendar tudi včeraj danes jutri glede zaradi "
    "pasak anot prieš bet kai jei nors tačiau vakar šiandien rytoj "
    "pēc pirms lai tomēr šodien rīt arī "
    "pärast enne aga kuid kui kuigi eile täna homme samuti "
    "eftir fyrir samkvæmt þegar"
)
# Arabic "on" and the first name Ali are one word when folded, and end in different letters.
_ALI, _ALI_ENDS = "علي", "ى"
_INSIDE_NAMES = re.compile(r"\.[ \u00a0\u202f-]?|[ \u00a0\u202f・･·＝゠-]")
_GAPS = frozenset(" \u00a0\u202f")
_ELISIONS = frozenset("'’")
_SENTENCE_BREAKS = ".!?…:;\n\r•–—*|"
_QUOTES = " \t\u00a0\u202f«»“”\"'‘’([‹›„"
_TITLE_CASE = 0.7  # of a line's words: above it, capitals tell nothing
_LINE_WORDS = 30  # looked at on either side


def is_capitalised(text: Text, word: int) -> bool:
    """Whether the word begins with a capital; a script without capitals has none."""
    return text.text[text.starts[word]].isupper()


def has_capitals(text: Text, word: int) -> bool:
    """Whether the word's script knows capitals."""
    return knows_capitals(text.text[text.starts[word]])


def knows_capitals(character: str) -> bool:
    """Whether a letter's script knows capitals. Georgian's are for headlines, not for names."""
    return character.upper() != character.lower() and not "\u10d0" <= character <= "\u10ff"


def adjoins(text: Text, word: int) -> bool:
    """Whether nothing but one space lies between the word and the next."""
    return text.text[text.ends[word] : text.starts[word + 1]] in _GAPS


def capital_before(text: Text, word: int) -> bool:
    """Whether the word before begins with a capital."""
    return word > 0 and text.text[text.starts[word - 1]].isupper()


class Neighbours(NamedTuple):
    """The words right before and behind a name, folded, "" where there is none: looked at once for all that is asked
    of them. `tied` where nothing but one space or apostrophe parts the first from the name; `led` and `followed` where
    one space parts either and it begins with a capital."""

    before: str
    behind: str
    tied: bool
    led: bool
    followed: bool


def neighbours(text: Text, first: int, last: int) -> Neighbours:
    """Those of words `first` to `last`."""
    written, folded = text.text, text.folded
    starts, ends, places = text.starts, text.ends, text.places
    before = behind = ""
    tied = led = followed = False
    if first:
        place = places[first - 1]
        before = folded[place : folded.index(" ", place)]
        gap = written[ends[first - 1] : starts[first]]
        if gap in _GAPS:
            tied, led = True, written[starts[first - 1]].isupper()
        else:
            tied = gap in _ELISIONS  # l'accord d'Alger
    if last + 1 < len(starts):
        place = places[last + 1]
        behind = folded[place : folded.index(" ", place)]
        followed = written[starts[last + 1]].isupper() and written[ends[last] : starts[last + 1]] in _GAPS
    return new_tuple(Neighbours, (before, behind, tied, led, followed))


def begins_sentence(text: Text, word: int) -> bool:
    """Whether nothing of the same sentence stands before the word; a colon and a dash count as an end."""
    start = text.starts[word]
    before = text.text[max(0, start - 12) : start].rstrip(_QUOTES)
    return not before or before[-1] in _SENTENCE_BREAKS


def is_little(text: Text, word: int) -> bool:
    """Whether it is a preposition, an article or the like."""
    folded = text.folded_word(word)
    return folded in LITTLE_WORDS and not (folded == _ALI and text.text[text.ends[word] - 1] != _ALI_ENDS)


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
    end = firsts[paragraph + 1] if paragraph + 1 < len(firsts) else len(text.starts)
    end = min(end, word + _LINE_WORDS)
    written, starts, ends = text.text, text.starts, text.ends
    big = small = 0
    for at in range(start, end):
        left = starts[at]
        if ends[at] - left > 3:
            if written[left].isupper():
                big += 1
            else:
                small += 1
                if big + end - at <= _TITLE_CASE * (big + small + end - at):  # whatever follows: in prose half is read
                    return False
    return big + small > 3 and big > _TITLE_CASE * (big + small)
