"""What Watcher keeps in English, for the log and for programs, said in the language of who reads it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from watcher.model import Level
from watcher.render.words import level_name

_UNITS = (("d", 86_400), ("h", 3600), ("m", 60), ("s", 1))
_SPAN = r"(?P<span>(?:\d+[dhms])+)"
_UNIT_NAMES: Mapping[str, Mapping[str, str]] = {"fr": {"d": "j", "h": "h", "m": "min", "s": "s"}}

# Why a group speaks again, why a digest comes and its pulse are kept in English, for the log and for programs:
# (how it reads, how it is said).
_REASONS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "fr": (
        (r"(\d+) outlets?", r"\1 médias"),
        (rf"level raised to ({'|'.join(Level)})", r"niveau relevé à {level}"),
        (r"also rule (\S+)", r"aussi la règle \1"),
        (r"also rules (.+)", r"aussi les règles \1"),
        (rf"not acknowledged for {_SPAN}", r"sans accusé de réception depuis {span}"),
        (r"channel (\S+) works again", r"le canal \1 fonctionne à nouveau"),
        (r"quiet hours (.+) ended", r"fin des heures calmes \1"),
        (r"quiet hours ended", "fin des heures calmes"),
        (r"digest", "synthèse"),
        (r"read late", "lu en retard"),
        (r"none", "aucune"),
        (r"(\d+) of (\d+) (sources?)", r"\1 de \2 \3"),
        (r"mean of the last (\d+) weeks (\d+)", r"moyenne des \1 dernières semaines : \2"),
        (r"mean of the last (\d+) weeks (\d+) of (\d+)", r"moyenne des \1 dernières semaines : \2 de \3"),
        (r"(\d+) in force", r"\1 en vigueur"),
        (r"1 save refused", "1 enregistrement refusé"),
        (r"(\d+) saves refused", r"\1 enregistrements refusés"),
        (r"what was saved last is refused", "ce qui a été enregistré en dernier est refusé"),
        (r"(\d+) in force since ([-0-9]+ [0-9:]+)", r"\1 en vigueur depuis \2"),
    ),
}
# The same of notices, whole.
_NOTICES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "fr": (
        (
            rf"Rule (\S+) is noisy: it told (\d+) in {_SPAN} here\. The rest waits for the digest at (.+)\.",
            r"La règle \1 est bavarde : \2 messages ici en {span}. Le reste attend la synthèse du \4.",
        ),
        (
            rf"Rule (\S+) is noisy: it told (\d+) in {_SPAN} here, most by ('.+') in (\d+) of (\d+)\. "
            r"The rest waits for the digest at (.+)\.",
            r"La règle \1 est bavarde : \2 messages ici en {span}, le plus souvent par \4 (\5 sur \6). "
            r"Le reste attend la synthèse du \7.",
        ),
        (
            r"channel (\S+): a message could not be delivered and is kept as dead: (.+)",
            r"canal \1 : un message n'a pas pu être livré et est abandonné : \2",
        ),
        (
            r"channel (\S+): (\d+) messages could not be delivered and are kept as dead: (.+)",
            r"canal \1 : \2 messages n'ont pas pu être livrés et sont abandonnés : \3",
        ),
        (
            r"channel (\S+) cannot be used, (\d+) deliver(?:y|ies) held: (.+)",
            r"le canal \1 n'est pas utilisable, \2 envois retenus : \3",
        ),
        (r"channel (\S+): (\d+) deliveries are kept as dead: (.+)", r"canal \1 : \2 envois sont abandonnés : \3"),
        (
            r"channel (\S+): (\d+) messages? not delivered, the oldest for (\d+) min: (.+)",
            r"canal \1 : \2 message(s) non livré(s), le plus ancien depuis \3 min : \4",
        ),
        (r"(\d+) MB are left for (.+)", r"il reste \1 Mo pour \2"),
        (r"(\d+) files were put in quarantine within the last hour", r"\1 fichiers mis en quarantaine en une heure"),
        (
            r"processes that read articles died (\d+) times within the last hour: is there too little memory\?",
            r"les processus de lecture sont morts \1 fois en une heure : la mémoire manque-t-elle ?",
        ),
        (
            r"the rules file is refused; those accepted before stay in force",
            "le fichier de règles est refusé ; les règles acceptées auparavant restent en vigueur",
        ),
        (r"no new article for (\d+) h", r"aucun nouvel article depuis \1 h"),
        (r"the heartbeat address could not be reached: (.+)", r"l'adresse de veille n'a pas pu être jointe : \1"),
        (r"(\w+) waits: (.+)", r"\1 attend : \2"),
        (r"(\w+\.\w+(?: \(.+\))?) is over", r"\1 : c'est terminé"),
    ),
}


def span(seconds: int, language: str = "en") -> str:
    """A stretch of time: as rules write it ("90s" is "1m30s"), or in words of the language ("1 min 30 s")."""
    parts = []
    for unit, size in _UNITS:
        number, seconds = divmod(seconds, size)
        parts += [(str(number), unit)] if number else []
    return _span(parts or [("0", "s")], language)


def _span(parts: Iterable[tuple[str, str]], language: str) -> str:
    if (names := _UNIT_NAMES.get(language)) is None:
        return "".join(number + unit for number, unit in parts)
    return " ".join(f"{number} {names[unit]}" for number, unit in parts)


def reason(why: str, language: str) -> str:
    """Why a group speaks or a digest comes, or what its pulse says, in the language; what is not known stays."""
    return ", ".join(_said(part, _REASONS.get(language, ()), language) for part in why.split(", "))


def notice(text: str, language: str) -> str:
    """What a notice says, in the language; what is not known stays."""
    return _said(text, _NOTICES.get(language, ()), language)


def _said(text: str, phrases: Iterable[tuple[str, str]], language: str) -> str:
    for pattern, said in phrases:
        if match := re.fullmatch(pattern, text):
            return match.expand(_filled(said, match, language))
    return text


def _filled(said: str, match: re.Match[str], language: str) -> str:
    """The phrase with a level or a stretch of time in the words of the language."""
    if "{level}" in said:
        return said.replace("{level}", level_name(Level(match[1]), language))
    if "{span}" in said:
        return said.replace("{span}", _span(re.findall(r"(\d+)([dhms])", match["span"]), language))
    return said
