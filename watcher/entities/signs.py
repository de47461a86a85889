"""What stands right beside a name, or belongs to it, and speaks for the place."""

from __future__ import annotations

import re
from collections.abc import Sequence

from watcher.entities.beside import TOWNS, at_dateline, in_inner_case, in_locative, is_of_towns, leading_word
from watcher.entities.senses import KNOWN, NEEDY, Judged, Name, Sense, country_of
from watcher.entities.writing import LITTLE_WORDS, has_capitals, words
from watcher.text import Text

_HAN_REGIONS = "県省州府都"  # end names of regions in Japanese and Chinese: 宮崎県
_HAN_TOWNS = "市县縣区區镇鎮町村"  # of towns: 宁波市; some have it in their name, others behind it
_FIRST_HAN = "\u3400"  # no letter of another script stands behind it but Hangul
# Town, county, mayor, in, region; behind the name of one, too.
_HANGUL_SIGN = re.compile("(?:광역|특별)?[시군](?![가-힣])|시장|시의|군수|에서| 지역")
_ANDS = words("and et und y e i и та і й ve en och og a ja és и")
_AND = re.compile(r"(?! ?\Z)(?:,|،)? ?(?:\b(?:and|et|und|y|e|i|и|та|і|й|ve|en|och|og|a|ja|és|și|και|و) )?|、|和|と")
_LISTED = re.compile(rf"(?![ -]?\Z)(?:{_AND.pattern})(?:(?:a|o|la|el|le|les|die|den) )?")
_APPOSED = re.compile(r" ?[(-] ?|,? (?:in|en|em|im|w|в|у|i) ")
_LEADING_ON = re.compile(r"([,،])? (?:[^\W\d_]{1,14}[ '’-]){0,7}")
_MOST_BETWEEN = 7  # words that this takes
_PARTS = words(
    "north south east west northern southern eastern western central northeast northwest southeast southwest "
    "northeastern northwestern southeastern southwestern nord sud ouest est centre norte sur este oeste noreste "
    "noroeste sureste suroeste sudeste sudoeste ovest centro norden süden osten westen nordosten nordwesten südosten "
    "südwesten noorden zuiden oosten noordoosten zuidwesten "
    "state états département department departamento estado stato dipartimento distrito distretto prefecture "
    "préfecture port capital capitale "
    "شمال جنوب شرق غرب شمالي جنوبي شرقي غربي وسط شمالی جنوبی شرقی غربی مرکز "
    "севере юге востоке западе северо юго центре півночі півдні сході заході północy południu wschodzie zachodzie"
)
_LEADING = (LITTLE_WORDS | _PARTS | TOWNS) - _ANDS
_STATE = re.compile(r", ?")
_BEHIND_STATE = re.compile(r"[,.;)]| [(–—-]|\s*$", re.MULTILINE)
_NOWHERE: frozenset[str] = frozenset()


def sign_beside(text: Text, name: Name, sense: Sense, behind: Name | None, *, trusted: bool) -> str:
    """What the words right beside a name say for the place. `trusted` where a preposition is enough: "in Reading" in
    an English article."""
    town = sense.kind in NEEDY
    if sense.kind in ("adjective", "people"):
        return ""
    word = leading_word(text, name.first, town=town or sense.kind == "city")
    if word and (trusted or is_of_towns(word)) and not (town and _is_short_small(text, name)):
        return f"'{word}' stands before it"
    if town and (form := in_locative(text, name.last, name.end)):
        return f"'{form}' says where"
    if town and (ending := in_inner_case(text, name.folded, sense.code.partition("/")[2])):
        return f"its ending -{ending} says where"
    if sign := _han_sign(text, name, town=town):
        return f"'{sign}' belongs to it"
    if town and at_dateline(text, name.first, name.end, known=trusted and sense.people >= KNOWN):
        return "the place of the report"
    if behind and country_of(sense.code) in apposed(text, name, behind):
        return f"{text.text[behind.start : behind.end]} stands behind it"
    return ""


def _han_sign(text: Text, name: Name, *, town: bool) -> str:
    """The character that says what a place is, the last of its name or the one behind it, "" for none. A name of two
    characters that ends as towns do is rather somebody's (中村)."""
    last, behind = name.folded[-1], text.text[name.end : name.end + 1]
    if last < _FIRST_HAN and behind < _FIRST_HAN:
        return ""
    if name.traits.kind == "area" and last == "도" and name.end - name.start > 2:
        return "도"  # 경기도
    if hangul := _HANGUL_SIGN.match(text.text, name.end):
        return hangul[0]
    if town and (last in _HAN_REGIONS or last in _HAN_TOWNS and not is_short_han(name)):
        return last
    return behind if behind in _HAN_TOWNS else ""


def listed(text: Text, names: list[Name], trusted: list[Name | None], at: int) -> str:
    """A place beyond doubt of the same kind with which the name is listed: "Chad and Sudan"."""
    kind = names[at].senses[0].kind
    for other in (at - 1, at + 1):
        beside = trusted[other] if 0 <= other < len(trusted) else None
        if beside is None or (beside.senses[0].kind in ("country", "region")) != (kind in ("country", "region")):
            continue
        first, last = (beside, names[at]) if other < at else (names[at], beside)
        if beside.senses[0].kind not in ("adjective", "people") and _AND.fullmatch(text.text, first.end, last.start):
            return f"named with {text.text[beside.start : beside.end]}"
    return ""


def named_with(text: Text, weighed: Sequence[Judged], at: int) -> str:
    """A place of its country that is one beyond doubt, with which a town is listed: "Curitiba, Santos e Ponta Porã"."""
    name, sense = weighed[at].name, weighed[at].sense
    for other in (at - 1, at + 1):
        beside = weighed[other] if 0 <= other < len(weighed) else None
        if beside is None or beside.refusal or beside.sense.kind not in ("town", "area", "city"):
            continue
        first, last = (beside.name, name) if other < at else (name, beside.name)
        if country_of(beside.sense.code) == country_of(sense.code) and _LISTED.fullmatch(
            text.text, first.end, last.start
        ):
            return f"named with {text.text[beside.name.start : beside.name.end]}"
    return ""


def apposed(text: Text, name: Name, behind: Name) -> frozenset[str]:
    """The countries that the place right behind the name may lie in: "Fort Collins, Colorado", "Nice, in the Var"."""
    words_between = behind.first - name.last - 1
    if words_between > _MOST_BETWEEN:
        return _NOWHERE
    beside = words_between <= 1 and _APPOSED.fullmatch(text.text, name.end, behind.start)
    if not beside and not _leads_on(text, name, behind):
        return _NOWHERE
    return frozenset([country_of(s.code) for s in behind.senses if s.kind != "town" or s.people >= KNOWN])


def _leads_on(text: Text, name: Name, behind: Name) -> bool:
    """Whether the words between lead from a town to what it lies in: ", a town in the northern province of"; without a
    comma only what says which part it is: "Goma dans l'est du Congo"."""
    part = False
    for word in range(name.last + 1, behind.first):  # most pairs of names end at the first word
        folded = text.folded_word(word)
        if folded not in _LEADING:
            return False
        part = part or folded in _PARTS
    found = _LEADING_ON.fullmatch(text.text, name.end, behind.start)
    return found is not None and (part or found[1] is not None)


def in_state(text: Text, name: Name, behind: Name) -> Sense | None:
    """The town that a name means which a state stands behind, though the gazetteer knows none of that name there:
    "Moscow, Idaho,". None where no state does, or the name has a meaning in its country."""
    if not _STATE.fullmatch(text.text, name.end, behind.start):
        return None
    state = behind.traits.state
    if not state or (behind.senses[0].code != state and _lies_in(name, behind.senses[0])):
        return None
    country = country_of(state)
    if not _BEHIND_STATE.match(text.text, behind.end) or any(country_of(s.code) == country for s in name.senses):
        return None
    return Sense("town", f"{country}/{name.folded.replace(' ', '-')}", state)


def known_in_state(text: Text, name: Name, behind: Name) -> Sense | None:
    """The state that stands behind a town which is known to lie in its country, and in no other that the state's name
    means: "Atlanta, Georgia"."""
    state = behind.traits.state
    if not state or _lies_in(name, behind.senses[0]) or not _STATE.fullmatch(text.text, name.end, behind.start):
        return None
    found = whole(behind, country_of(state))
    return found if _lies_in(name, found) else None


def whole(name: Name, country: str) -> Sense:
    """What a name that stands behind a town of the country means: a state or the country rather than a town."""
    return min(
        (sense for sense in name.senses if country_of(sense.code) == country), key=lambda sense: sense.kind == "town"
    )


def _lies_in(name: Name, place: Sense) -> bool:
    """Whether the name has a meaning in the country of a place: "Tbilisi, Georgia"."""
    return any(country_of(sense.code) == country_of(place.code) for sense in name.senses)


def is_short_han(name: Name) -> bool:
    """Whether two Chinese characters or Korean syllables that mean a small town may as well be any word."""
    return len(name.folded) <= 2 and "\u3400" <= name.folded[0] <= "\ud7a3"


def _is_short_small(text: Text, name: Name) -> bool:
    """Whether three letters of a script without capitals may as well be any word: ليل is Lille and night."""
    return len(name.folded) <= 3 and not has_capitals(text, name.first)


def is_acronym(text: Text, name: Name) -> bool:
    """Whether a short name stands in capitals that are its own: CAN, the cup, is no Çan."""
    return name.end - name.start <= 4 and text.text[name.start : name.end].isupper()
