"""How alike two names sound, and the skeletons by which like ones are found.

The way of the Europe Media Monitor (Steinberger, Pouliquen et al., "Cross-lingual named entity recognition", 2007):
transliterate, normalise by substitution rules, look up by the skeleton of consonants, verify by a measure of likeness.
Where they compare sets of bigrams, this weighs each change by what alphabets and conventions really exchange: `w` for
`v` costs nothing, `a` for `i` much.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import accumulate, product

from watcher.entities.sounds import DOUBLED, KEPT, VOWELS

_MOST_KEYS = 8

# ── the skeleton to look names up by ─────────────────────────────────────────────────────────────

# What differs from one spelling to another is one letter of the key or, where it may be two or none, each of these.
_CLASSES: dict[str, tuple[str, ...]] = (
    dict.fromkeys("bp", ("P",))
    | dict.fromkeys("fv", ("F",))
    | dict.fromkeys("szSZCJ", ("S",))
    | dict.fromkeys("kg", ("K",))
    | dict.fromkeys("td", ("T",))
    | dict.fromkeys(VOWELS + "hU", ("",))
    | {c: (c.upper(),) for c in "mnlr"}
    | {
        "B": ("P", "F"),
        "R": ("R", "L"),
        "w": ("F", ""),
        "j": ("S", ""),
        "c": ("S", "K"),
        "X": ("S", "", "K"),
        "G": ("K", ""),
        "D": ("T", "S"),
        "K": ("K",),
        "T": ("T",),
        "F": ("F", ""),
        "Q": ("S", "T"),
        "Y": ("", "R"),
    }
)


@lru_cache(maxsize=KEPT)
def keys(sound: str) -> tuple[str, ...]:
    """The skeletons of consonants that a sound may have: two spellings of one name share at least one.

    A sound of vowels alone has itself.
    """
    ways = [_CLASSES[c] for c in sound]
    total = 1
    for i, way in enumerate(ways):
        total *= len(way)
        if total > _MOST_KEYS:
            ways[i:] = [w[:1] for w in ways[i:]]
            break
    found = {
        DOUBLED.sub(r"\1", "".join(way)) for way in product(*ways)
    }  # a script without vowels tells no "ss" from "sas"
    return tuple(sorted(key or sound for key in found))


# ── likeness ─────────────────────────────────────────────────────────────────────────────────────


def _table(listed: str) -> dict[tuple[str, str], float]:
    pairs = (line.split() for line in listed.strip().splitlines())
    costs = {(two[0], two[1]): float(cost) for cost, *letters in pairs for two in letters}
    return costs | {(b, a): cost for (a, b), cost in costs.items()}


_CHANGES = _table("""
    .02  vw ij kc Gg
    .05  XC XS
    .1   wu jJ jZ Xh Gh ZJ cC Xk fw vu
    .15  vf jh sz ie ou
    .2   sS zZ cs cz cX cJ jc zc Xc
    .25  vb zS SC SZ wo wb zJ Cs
    .3   bp CJ hk gh gJ jg CZ fp
    .35  kg td ae ao ju Sj
    .4   eo vp
    .5   iu
    .6   eu au
    .8   mn
    .7   oi
    .9   ai
    .05  Dd Dz
    .15  Dt Ds
    .05  Bb Bv Bp Bf Bw
    .05  Kk Kg Tt Td Ff Fh QC QX Yr DJ jD
    .1   Fv Qt Qc
    .05  Rr Rl Uu Uo Ue Ua Ui
""")
# Arabic and Hebrew have one letter for p and b or for v, w, u and o, and write a, i and u only where they are long.
_CHANGES_OF_FEW_VOWELS = _CHANGES | _table("""
    .05  bp vf vb fp wu wo ie wv fb
    .15  CJ XJ
    .1   kg hk Jg sS Jk kX gh wf
    .2   ae ao mn
    .3   au
    .4   wa
    .6   ai we wi iu io
""")
_SAME_INITIAL = 0.2
_FINAL_CHANGE = 1.5  # a last letter that tells a woman from a man: Ivan, Ivana; Zelensky, Zelenska


def _weight(sound: str, vowel: float) -> float:
    return sum(vowel if c in VOWELS else 0.5 if c in "hwjUY" else 1.0 for c in sound)


def likeness(
    one: str, other: str, *, sparse: tuple[bool, bool] = (False, False), given: bool = False, least: float = 0.0
) -> float:
    """How alike two sounds are, from 0 to 1; 0 for less than `least`, which is told sooner.

    `sparse`: whether each is of a script that leaves vowels out. `given`: first names, where one letter more often
    tells a woman from a man.
    """
    if one == other:
        return 1.0
    vowel = 0.3 if any(sparse) else 0.6
    whole = max(_weight(one, vowel), _weight(other, vowel))
    if not whole:
        return 0.0
    left, right, cost = _without_gender(one, other, given)
    most = (1.0 - least) * whole + 1e-9
    cost = _distance(left, right, sparse, cost, most) if cost <= most else most + 1.0
    return max(0.0, 1.0 - cost / whole) if cost <= most else 0.0


_SLAVIC_O = re.compile("[^aeiou][rl]o$")  # which Ukrainian writes, and Russian not: Petro, Пётр


def _without_gender(one: str, other: str, given: bool) -> tuple[str, str, float]:
    """The sounds without last letters that tell a woman from a man, and what these cost."""
    a, b = one[-1:], other[-1:]
    if {a, b} == {"i", "a"} or (given and {a, b} in ({"o", "a"}, {"e", "a"})):
        return one[:-1], other[:-1], _FINAL_CHANGE
    only = "ae" if given else "a"  # Françoise
    if given and _SLAVIC_O.search(max(one, other, key=len)) and one.removesuffix("o") == other.removesuffix("o"):
        return one.removesuffix("o"), other.removesuffix("o"), 0.0
    if a in only and b not in VOWELS:
        return one[:-1], other, _FINAL_CHANGE
    if b in only and a not in VOWELS:
        return one, other[:-1], _FINAL_CHANGE
    return one, other, 0.0


def _distance(one: str, other: str, sparse: tuple[bool, bool], cost: float, most: float) -> float:
    """`cost` and the cheapest way from one sound to the other (Wagner and Fischer); given up past `most`."""
    changes = _CHANGES_OF_FEW_VOWELS if any(sparse) else _CHANGES
    added = [_left_out(other, j, sparse[::-1]) for j in range(len(other))]
    above = list(accumulate(added, initial=cost))
    for i, a in enumerate(one):
        drop = _left_out(one, i, sparse)
        cell = above[0] + drop
        row = [cell]
        for j, b in enumerate(other):
            change = above[j] if a == b else above[j] + changes.get((a, b), 1.0)
            cell = min(change, above[j + 1] + drop, cell + added[j])
            row.append(cell)
        if min(row) > most:
            return most + 1.0
        above = row
    return above[-1]


def _left_out(sound: str, i: int, sparse: tuple[bool, bool]) -> float:
    """What it costs that a letter is in one sound alone; `sparse` is whether this and the other leave vowels out."""
    letter, last = sound[i], i == len(sound) - 1
    if letter in "UY":
        return 0.05
    if letter in "hwj":
        return 0.15 if letter == "h" and any(sparse) else 0.3
    if letter not in VOWELS:
        return 0.4 if letter == "r" and sound[i + 1 : i + 2] == "z" else 1.2 if last else 1.0  # Polish rz
    if sparse[1] and not sparse[0]:
        return 0.35 if last else 0.1  # a short vowel, which the other does not write
    if sparse[0]:
        return 0.15 if letter == "a" else 0.5  # a long one
    if last:
        return 0.05 if sound.endswith("ine") else {"e": 0.25, "i": 0.6}.get(letter, 1.3)  # Poutine, Pearce; Marino
    beside = (i > 0 and sound[i - 1] in VOWELS + "j") or sound[i + 1] in VOWELS + "j"
    return 0.2 if beside else 0.6


def initials_agree(listed: tuple[str, ...], initial: tuple[str, ...]) -> bool:
    """Whether an initial may stand for a listed name."""
    return any(
        a[:1] == b[:1] or _CHANGES.get((a[:1], b[:1]), 1.0) <= _SAME_INITIAL for a in listed for b in initial if a and b
    )
