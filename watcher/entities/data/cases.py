"""The cases of places' names, by language.

The rules are those of school grammars, of the ending only. A form that no one writes costs nothing; one that is left
out is a mention missed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

# A rule: an ending, and what stands for it in the other cases. Adjectives stand before the noun, in the same case.
_Rules = tuple[tuple[str, str], ...]
_NOUNS: dict[str, _Rules] = {
    "ru": (
        ("ия", "ии ии ию ией ии"),
        ("ья", "ьи ье ью ьей ье"),
        ("я", "и е ю ей е"),
        *((f"{c}а", f"{c}и {c}е {c}у {c}ой {c}е") for c in "гкх"),
        *((f"{c}а", f"{c}и {c}е {c}у {c}ей {c}ой {c}е") for c in "жшчщ"),
        ("ца", "цы це цу цей це"),
        ("а", "ы е у ой е"),
        ("сть", "сти сти сть стью сти"),
        ("ь", "и я ю ью ем е"),
        ("ий", "ия ию ий ием ии"),
        ("й", "я ю й ем е"),
        ("ово", "ова ову ово овом ове"),
        ("ево", "ева еву ево евом еве"),
        ("ино", "ина ину ино ином ине"),
        ("ье", "ья ью ье ьем ье"),
        ("ы", "ов ам ы ами ах -"),
        ("и", "и"),
        *((vowel, vowel) for vowel in "оеуэюё"),
        ("ок", "ка ку ок ком ке ока оку оком оке"),
        ("ец", "ца цу ец цом це"),
        ("", "а у - ом е"),
    ),
    "uk": (
        ("ія", "ії ії ію ією ії"),
        ("я", "і і ю ею і"),
        *((f"{c}а", f"{c}і {c}і {c}у {c}ею {c}і") for c in "жшчщ"),
        ("ка", "ки ці ку кою ці"),
        ("га", "ги зі гу гою зі"),
        ("а", "и і у ою і"),
        ("сть", "сті сті сть стю сті"),
        ("ь", "і я ю ю ем і"),
        ("й", "ю я ю єм ї"),
        ("и", "ів ам и ами ах -"),
        ("не", "ного ному не ним"),
        ("ьке", "ького ькому ьке ьким"),
        *((vowel, vowel) for vowel in "оеуію"),
        ("ів", "ева еву ева евом еві ова ову овом ові єва єву єві"),
        ("", "у а ові ом і"),
    ),
    "pl": (
        ("ja", "ji ji ję ją ji"),
        ("ia", "ii ii ię ią ii i"),
        ("ka", "ki ce kę ką ce"),
        ("ga", "gi dze gę gą dze"),
        ("ra", "ry rze rę rą rze"),
        ("da", "dy dzie dę dą dzie"),
        ("ta", "ty cie tę tą cie"),
        ("a", "y ie ę ą ie i"),
        ("ce", "c com cach cami"),
        ("le", "la lu lem"),
        ("ko", "ka ku kiem"),
        ("no", "na nu nem nie"),
        ("o", "a u em ie"),
        ("y", "- om ami ach"),
        ("ów", "owa owie owowi owem owa"),
        ("ódź", "odzi odzią"),
        ("ń", "nia niowi niem niu"),
        ("aw", "awia awiu awiem"),
        ("iec", "ca cowi cem cu"),
        ("cz", "czy czą cza czu czem"),
        ("k", "ku kowi ka kiem ku"),
        ("g", "gu gowi ga giem gu"),
        ("r", "ru rowi ra rem rze"),
        ("d", "du dowi da dem dzie"),
        ("t", "tu towi ta tem cie"),
        *((vowel, vowel) for vowel in "eiuęé"),
        ("", "u owi a em ie e"),
    ),
    "cs": (
        ("ko", "ka ku kem"),
        ("o", "a u em ě"),
        ("ie", "ii ií"),
        ("ice", "ic icím icích icemi"),
        ("e", "i í"),
        *((f"{c}a", f"{c}y {soft} {c}u {c}ou") for c, soft in zip("hkgr", ("ze", "ce", "ze", "ře"), strict=True)),
        ("a", "y ě u ou"),
        ("y", "- ů ům ách ech"),
        ("eň", "ně ni ní"),
        ("ň", "ně ni ní"),
        ("ec", "ce ci cem"),
        ("c", "ce ci cem cí"),
        *((vowel, vowel) for vowel in "iuíé"),
        ("", "u a em ě i ovi"),
    ),
    "sk": (
        ("ko", "ka ku kom"),
        ("o", "a u om e"),
        ("ia", "ie ii iu iou"),
        ("ja", "je ji ju jou"),
        ("ka", "ky ke ku kou"),
        ("a", "y e u ou"),
        ("ice", "íc iciach iciam icami"),
        ("y", "- ov om ách och"),
        ("ec", "ca ci com"),
        *((vowel, vowel) for vowel in "ieuíé"),
        ("", "u a om e i"),
    ),
    "sl": (
        ("ija", "ije iji ijo"),
        ("a", "e i o"),
        ("o", "a u om em"),
        ("je", "ja ju jem"),
        ("e", "- ah am"),
        ("er", "ra ru rom era eru erom"),
        ("ec", "ca cu cem"),
        *((vowel, vowel) for vowel in "iu"),
        ("", "a u om em"),
    ),
    "sr": (
        ("ија", "ије ији ију ијом"),
        ("ска", "ске ској ску ском"),
        ("шка", "шке шкој шку шком"),
        ("а", "е и у ом"),
        ("о", "а у ом"),
        ("ље", "ља љу љем"),
        ("ње", "ња њу њем"),
        ("је", "ја ју јем"),
        ("ac", "ca cu cem"),
        ("ar", "ra ru rom ara aru arom"),
        ("je", "ja ju jem"),
        ("ija", "ije iji iju ijom"),
        ("ska", "ske skoj sku skom"),
        ("čka", "čke čkoj čku čkom"),
        ("a", "e i u om"),
        ("o", "a u om"),
        *((vowel, vowel) for vowel in "eiuеиу"),
        *((c, f"{c}а {c}у {c}ом") for c in "бвгдђжзјклљмнњпрстћфхцчџш"),
        ("", "a u om em"),
    ),
    "ro": (("ia", "iei"), ("ea", "ei"), ("na", "nei"), ("a", "ei"), *((v, v) for v in "eiouă"), ("", "ului")),
    "el": (
        ("ία", "ίας ίαν"),
        ("ια", "ιας"),
        ("α", "ας"),
        ("ά", "άς"),
        ("η", "ης"),
        ("ή", "ής"),
        ("ος", "ου ο"),
        ("ός", "ού ό"),
        ("ο", "ου"),
        ("ό", "ού"),
        ("ι", "ιού"),
        ("ες", "ων"),
        ("", "-"),
    ),
    "fi": (
        ("kki", "kin kissa kista kissä kistä kkiin kille kkia kkiä"),
        ("ppa", "pan passa pasta ppaan palle ppaa"),
        ("kka", "kan kassa kasta kkaan kalle kkaa"),
        ("maa", "maan maassa maasta maahan maalle maata"),
        ("nti", "nnin nnissa nnista ntiin nnille ntia"),
        ("lta", "llan llassa llasta ltaan llalle ltaa"),
        ("nki", "ngin ngissä ngistä nkiin ngille nkiä"),
        ("ä", "än ässä ästä ään älle ällä ältä ää"),
        ("a", "an assa asta aan alle alla alta aa"),
        ("o", "on ossa osta oon olle olla olta oa"),
        ("u", "un ussa usta uun ulle ulla ulta ua"),
        ("ö", "ön össä östä öön ölle öä"),
        ("y", "yn yssä ystä yyn ylle yä"),
        ("e", "en essä estä een elle eä ea essa esta"),
        ("i", "in issa ista iin ille ia issä istä iä"),
        ("", "in issa ista iin ille ia issä istä iä"),
    ),
    "hu": (
        ("ország", "országot országban országból országba országgal országra országon országról országnak"),
        ("a", "át ában ából ába ával ára án áról ának ától"),
        ("e", "ét ében éből ébe ével ére én éről ének étől"),
        ("o", "ót óban óból óba óval óra ón óról ónak"),
        *((v, f"{v}t {v}ban {v}ben {v}ból {v}ből {v}ba {v}be {v}ra {v}re {v}nak {v}nek") for v in "áéóőíiuú"),
        ("", "t ot et ban ben ból ből ba be ra re on en nak nek tól től"),
    ),
    "et": (
        ("maa", "maal maale maalt maad maaga"),
        ("a", "as ast aga ale at asse alt"),
        ("i", "is ist iga ile it isse ilt"),
        ("e", "es est ega ele et esse"),
        ("o", "os ost oga ole ot osse"),
        ("u", "us ust uga ule ut usse"),
        ("", "i is ist iga it isse"),
    ),
    "lv": (
        ("ija", "ijas ijai iju ijā"),
        ("a", "as ai u ā"),
        ("e", "es ei i ē"),
        ("s", "a am u ā"),
        ("", "-"),
    ),
    "lt": (
        ("ija", "ijos ijai iją ijoje"),
        ("a", "os ai ą oje"),
        ("ė", "ės ei ę ėje"),
        ("us", "aus ui ų uje"),
        ("ys", "io iui į yje"),
        ("iai", "ių iams ius iuose"),
        ("ai", "ų ams us uose"),
        ("as", "o ui ą e"),
        ("is", "io iui į yje"),
        ("", "-"),
    ),
    "ka": (
        ("ი", "ის ს მა ში ზე თან იდან ით"),
        ("ა", "ას ის ამ აში აზე ასთან იდან"),
        ("ო", "ოს ომ ოში ოზე ოდან"),
        ("", "-"),
    ),
    "kk": (
        *((v, f"{v}ның {v}ға {v}ны {v}да {v}дан {v}мен") for v in "аояуы"),
        *((v, f"{v}нің {v}ге {v}ні {v}де {v}ден {v}мен") for v in "еэіиө"),
        ("", "ның нің дың дің тың тің ға ге қа ке ды ді ты ті да де та те дан ден тан тен нан нен мен бен пен"),
    ),
    "ky": (
        *((v, f"{v}нын {v}га {v}ны {v}да {v}дан") for v in "аяы"),
        *((v, f"{v}нин {v}ге {v}ни {v}де {v}ден") for v in "еэи"),
        *((v, f"{v}нун {v}нүн {v}га {v}го {v}ну {v}да {v}до {v}дан {v}дон") for v in "оуюө"),
        ("", "нын нин дын дин тын тин га ге ка ке ды ди ты ти да де та те дан ден тан тен"),
    ),
    "uz": (("", "ning ga ni da dan dagi"),),
    "az": (("a", "anın aya anı ada adan"), ("ə", "ənin əyə əni ədə ədən"), ("", "ın in un ün a ə ı i da də dan dən")),
    "tg": (("", "и ро"),),
    "sv": (("s", "s"), ("", "s")),
    "da": (("s", "s"), ("", "s")),
    "no": (("s", "s"), ("", "s")),
    "is": (("land", "lands landi"), ("ía", "íu"), ("a", "u"), ("ur", "s i"), ("", "s i")),
    "de": (("s", "s"), ("x", "x"), ("z", "z"), ("ß", "ß"), ("", "s")),
}
_ADJECTIVES: dict[str, _Rules] = {
    "ru": (
        ("ая", "ой ой ую ой ой"),
        ("яя", "ей ей юю ей ей"),
        ("ый", "ого ому ый ым ом"),
        ("ой", "ого ому ой ым ом"),
        ("ний", "него нему ний ним нем"),
        ("ий", "ого ому ий им ом"),
        ("ое", "ого ому ое ым ом"),
        ("ее", "его ему ее им ем"),
        ("ые", "ых ым ые ыми ых"),
        ("ие", "их им ие ими их"),
    ),
    "uk": (
        ("на", "ної ній ну ною ній"),
        ("ка", "кої кій ку кою кій"),
        ("ня", "ньої ній ню ньою ній"),
        ("ий", "ого ому ий им ому"),
        ("ій", "ього ьому ій ім ьому"),
        ("і", "их им і ими их"),
    ),
    "pl": (
        ("ka", "kiej kiej ką ką kiej"),
        ("na", "nej nej ną ną nej"),
        ("wa", "wej wej wą wą wej"),
        ("ki", "kiego kiemu ki kim kim"),
    ),
    "cs": (("á", "é é ou ou"), ("ý", "ého ému ým ém"), ("é", "ého ému ým ém ých ými"), ("í", "ího ímu ím ích")),
    "sk": (("á", "ej ej ú ou"), ("ý", "ého ému ým om"), ("é", "ého ých ým ými")),
    "sl": (("a", "e i o"), ("i", "ega emu im em"), ("o", "ega emu im em"), ("e", "ih im imi")),
    "sr": (
        ("a", "e oj u om"),
        ("o", "og om im"),
        ("e", "ih im"),
        ("i", "og om im"),
        ("а", "е ој у ом"),
        ("о", "ог ом им"),
        ("е", "их им"),
        ("и", "ог ом им"),
    ),
    "el": (("α", "ας"), ("ά", "άς"), ("η", "ης"), ("ή", "ής"), ("ο", "ου"), ("ό", "ού"), ("ες", "ων"), ("ές", "ών")),
    "lt": (("ų", "ų"), ("ės", "ių ėms ėse"), ("ė", "ės ei ę ėje"), ("oji", "osios ajai ąją ojoje"), ("os", "os")),
    "de": (("er", "en em e es"), ("es", "en em e"), ("e", "en er em")),
}


_SAME_RULES = {"hr": "sr", "bs": "sr", "sh": "sr"}
# Languages in which of several words the last alone stands in a case: what is before it is in the genitive.
_TWO = 2
_LAST_ONLY = frozenset("fi hu et lv is sv da no az uz kk ky".split())
_ANDS = (" i ", " a ", " in ", " и ", " і ", " ja ", " és ", " ir ", " un ")


def declined(name: str, language: str, *, thoroughly: bool = False) -> Iterator[str]:
    """The other cases of a place's name, if the language has cases that stand in the word's ending. `thoroughly`: of
    several words each with each, as the cases of adjectives and nouns do not all stand in one order."""
    rules = _SAME_RULES.get(language, language)
    if rules not in _NOUNS or not (name[:1].isupper() or language == "ka") or name.isupper():
        return
    for both in _ANDS:  # Bosna i Hercegovina
        first, found, second = name.partition(both)
        if found:
            for one, other in zip(declined(first, language), declined(second, language), strict=False):
                yield f"{one}{both}{other}"
            return
    words = name.split(" ")
    if rules in _LAST_ONLY:
        yield from (" ".join([*words[:-1], form]) for form in _cases_of_noun(words[-1], rules))
        return
    pieces = _pieces(words, rules, language)
    rest = words[len(pieces) :]
    if thoroughly and len(pieces) == _TWO:  # of three words Slovene had 67,000 forms
        pieces = [[word, *forms] for word, forms in zip(words, pieces, strict=False)]
        together: Iterable[tuple[str, ...]] = product(*pieces)
    else:
        together = zip(*pieces, strict=False) if len(pieces) > 1 else product(*pieces)
    for forms in together:
        yield " ".join([*forms, *rest])


def _pieces(words: list[str], rules: str, language: str) -> list[list[str]]:
    """The cases of a name's adjectives and of the first noun behind them."""
    adjectives = _ADJECTIVES.get(rules, ())
    pieces: list[list[str]] = []
    for at, word in enumerate(words):
        rule = next((r for r in adjectives if word.endswith(r[0])), None)
        if rule and (at + 1 < len(words) or language in ("ru", "uk") and rule[0] in ("ый", "ий", "ая", "ое")):
            pieces.append(_cases(word, rule))
            continue
        if not (language == "de" and at):  # German: the last word alone has the s, and only without an article
            pieces.append(_cases_of_noun(word, rules))
        break
    return pieces


def _cases_of_noun(word: str, rules: str) -> list[str]:
    return _cases(word, next(r for r in _NOUNS[rules] if word.endswith(r[0])))


def _cases(word: str, rule: tuple[str, str]) -> list[str]:
    ending, forms = rule
    stem = word[: len(word) - len(ending)]
    return [stem + form.strip("-") for form in forms.split()]
