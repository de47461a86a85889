"""Made-up news in French and English: about half speaks of the Taliban, and some files are no articles at all."""

from __future__ import annotations

import random
from dataclasses import dataclass
from html import escape

_SUBJECTS = {
    "fr": ["Le gouvernement", "Un porte-parole", "La délégation", "Le conseil", "Une source proche du dossier"],
    "en": ["The government", "A spokesman", "The delegation", "The council", "A source close to the matter"],
}
_VERBS = {
    "fr": ["a annoncé", "a démenti", "examine", "prépare", "a reporté", "soutient"],
    "en": ["announced", "denied", "is examining", "is preparing", "postponed", "supports"],
}
_OBJECTS = {
    "fr": [
        "la réforme des transports",
        "un accord commercial",
        "la récolte de coton",
        "une visite d'État",
        "le budget",
    ],
    "en": ["the transport reform", "a trade agreement", "the cotton harvest", "a state visit", "the yearly budget"],
}
_ADVERBS = {
    "fr": ["mardi", "à huis clos", "sans surprise", "malgré les réserves", "après de longs débats"],
    "en": ["on Tuesday", "behind closed doors", "unsurprisingly", "despite doubts", "after a long debate"],
}
_WATCHED = {
    "fr": ["Des talibans ont été vus à la frontière du Tadjikistan.", "Les talibans ont pris un poste ouzbek."],
    "en": ["Taliban fighters were seen at the border of Tajikistan.", "The Taliban seized an Uzbek checkpoint."],
}
_NEAR_MISSES = {
    "fr": ["La frontière du Tadjikistan reste calme.", "L'équipe d'Ouzbékistan a gagné."],
    "en": ["The border of Tajikistan is quiet.", "The team of Uzbekistan won."],
}


@dataclass(frozen=True, slots=True)
class Story:
    """A title and paragraphs; `watched` says whether it speaks of the Taliban at a border of Central Asia."""

    language: str
    title: str
    paragraphs: tuple[str, ...]
    watched: bool

    def text(self) -> bytes:
        return "\n\n".join((self.title, *self.paragraphs, "")).encode()

    def page(self) -> bytes:
        """The story as a website's page, with menus around it."""
        menu = "".join(f'<li><a href="/s/{n}">{escape(o)}</a></li>' for n, o in enumerate(_OBJECTS[self.language] * 4))
        body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in self.paragraphs)
        return (
            f'<!doctype html><html lang="{self.language}"><head><meta charset="utf-8">'
            f"<title>{escape(self.title)}</title><style>{'.a{color:red}' * 200}</style>"
            f"<script>{'var a=1;' * 500}</script></head>"
            f"<body><nav><ul>{menu}</ul></nav><main><article><h1>{escape(self.title)}</h1>{body}</article></main>"
            f"<aside><ul>{menu}</ul></aside><footer><p>© The Gazette</p><ul>{menu}</ul></footer></body></html>"
        ).encode()


def story(rng: random.Random, number: int, *, words: int = 120, watched: bool | None = None) -> Story:
    """A story of about so many words, unlike any other by its number."""
    language = rng.choice(["fr", "en"])
    watched = rng.random() < 0.5 if watched is None else watched
    sentences = [_sentence(rng, language) for _ in range(max(2, words // 9))]
    sentences[rng.randrange(len(sentences))] = rng.choice((_WATCHED if watched else _NEAR_MISSES)[language])
    paragraphs = tuple(" ".join(sentences[at : at + 5]) for at in range(0, len(sentences), 5))
    return Story(language, f"{_sentence(rng, language).rstrip('.')} ({number})", paragraphs, watched)


def rubbish(rng: random.Random) -> bytes:
    """Bytes that no format reads."""
    return rng.choice([b"", b"\x7fELF\x02", b"PK\x03\x04"]) + rng.randbytes(2_000)


def _sentence(rng: random.Random, language: str) -> str:
    kinds = (_SUBJECTS, _VERBS, _OBJECTS, _ADVERBS)
    return " ".join(rng.choice(words[language]) for words in kinds) + f" ({rng.randrange(10_000)})."
