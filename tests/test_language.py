"""The language of an article, from its words and from what it declares."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from watcher.language import code, detect

SHARED = Path(__file__).parents[1].parent / "shared" / "data" / "news-dev.jsonl"

HEADLINES = Path(__file__).parent / "data" / "languages.tsv"
DISPATCHES = Path(__file__).parent / "data" / "dispatches.tsv"

SENTENCES = {
    "fr": "Le ministre a déclaré mercredi que la frontière resterait fermée jusqu'à la fin du mois.",
    "en": "The minister said on Wednesday that the border would stay closed until the end of the month.",
    "de": "Der Minister erklärte am Mittwoch, die Grenze bleibe bis zum Ende des Monats geschlossen.",
    "es": "El ministro declaró el miércoles que la frontera seguirá cerrada hasta finales de mes.",
    "ru": "Министр заявил в среду, что граница останется закрытой до конца месяца.",
    "ar": "قال الوزير يوم الأربعاء إن الحدود ستبقى مغلقة حتى نهاية الشهر الجاري.",
    "ja": "大臣は水曜日、国境は月末まで閉鎖されたままになると述べた。",
    "he": "השר אמר ביום רביעי כי הגבול יישאר סגור עד סוף החודש הנוכחי.",
}


@pytest.mark.parametrize("language", SENTENCES)
def test_tells_languages(language: str) -> None:
    """A sentence is enough to tell the language it is written in."""
    assert detect("", SENTENCES[language]) == language


def test_words_beat_the_declaration() -> None:
    """A French article on a page that calls itself English is French."""
    assert detect("", SENTENCES["fr"], "en-US") == "fr"


@pytest.mark.parametrize("text", ["", "Kaboul", "12 34 56 78 90 12 34", "\x00\x01", "https://example.org/a/b/c/d/e/f"])
def test_too_little_is_unknown(text: str) -> None:
    """Below five words nothing is guessed; what the article declares is then believed."""
    assert detect("", text) == "und"
    assert detect("", text, "pt-BR") == "pt"


def test_one_word_over_and_over_is_unknown() -> None:
    """Text that means nothing in any language is of unknown language, not Japanese."""
    assert detect("", "zq " * 40 + "123 ") == "und"


def test_lone_surrogates_are_no_trouble() -> None:
    """A broken character in the text does not stop the detection."""
    assert detect("", "\ud800 " + SENTENCES["fr"]) == "fr"


@pytest.mark.parametrize(
    ("declared", "expected"),
    [("fr-FR", "fr"), ("en_GB", "en"), ("iw", "he"), ("nb-NO", "no"), ("zh-Hant-TW", "zh"), ("x", None), (None, None)]
    + [("fra", "fr"), ("German", "de"), ("und", None), ("mul", None), ("Klingonese", None)],
)
def test_declared_codes(declared: str | None, expected: str | None) -> None:
    """A declared language is reduced to its two letters, its name or three letters too."""
    assert code(declared) == expected


def test_short_and_mixed_texts() -> None:
    """Of headlines none is told wrong, and more than half are told; a quotation changes nothing, and
    a script that one language writes is enough."""
    rows = _rows(HEADLINES)
    told = [(language, detect("", text)) for language, text in rows]
    assert {(language, found) for language, found in told if found not in (language, "und")} == set()
    assert sum(found != "und" for _, found in told) >= 0.65 * len(rows)
    assert [language for language, text in rows if "«" in text and detect("", text) != language] == []


def test_short_dispatches() -> None:
    """Foreign names in a line or two of a dispatch neither hide its language nor make it another."""
    told = [(language, detect("", text)) for language, text in _rows(DISPATCHES)]
    assert {(language, found) for language, found in told if found not in (language, "und")} == set()
    assert sum(found != "und" for _, found in told) >= 0.75 * len(told)


def test_letters_of_a_neighbour() -> None:
    """A few Russian words that Serbian has too are not Serbian where a letter is that Serbian does not have."""
    assert detect("", "Всё ТВ в одном флаконе.") != "sr"


def test_a_byline_does_not_hide_the_language() -> None:
    """Author, date and towns above a short text change nothing."""
    text = "A strike killed three people in the town of Bila Tserkva, and the mayor said that they were still looking."
    for above in ("", "By Oleksandra Vyshnevska\n", "Nov 22, 2026\n", "BILA TSERKVA, Ukraine (Ukrinform) - "):
        assert detect("", above + text) == "en", above


def _rows(path: Path) -> list[list[str]]:
    return [line.split("\t") for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]


def test_real_articles() -> None:
    """Of real articles of over 50 words at least 99 in 100 are told right; most of the rest are labelled wrong."""
    if not SHARED.exists():
        pytest.skip("no shared/data beside the project")
    lines = SHARED.read_text(encoding="utf-8").split("\n")
    rows = [row for row in map(json.loads, filter(None, lines)) if len(row["text"].split()) > 50]
    right = sum(detect(row["title"], row["text"]) == row["language"] for row in rows)
    assert right >= 0.99 * len(rows), f"{right} of {len(rows)}"


def test_a_foreign_word_amid_a_long_article_does_not_tell_its_language() -> None:
    """A few lines are looked at first, and have to be surer than a letter of another language makes them."""
    said = "The menu: guests drank rosé Château Brézé crémant café Orléans Besançon. " * 2
    assert detect("", f"{SENTENCES['en']} " * 5 + said + f"{SENTENCES['en']} " * 10) == "en"


@pytest.mark.parametrize(
    "text",
    [
        "Løgmaður segði í dag at landsstýrið fer at leggja eitt nýtt uppskot fram um fiskivinnuskipan. Hann vísti á at "
        "tað eru nógv ting sum enn skulu avgreiðast, men at semja er í samgonguni um høvuðslinjurnar. Andstøðan er "
        "ónøgd og heldur at uppskotið kemur alt ov seint.",
        "Татарстан Рәисе бүген Казанда үткән киңәшмәдә республиканың социаль-икътисади үсеше турында сөйләде. Аның "
        "сүзләренчә, быел яңа мәктәпләр һәм балалар бакчалары төзеләчәк.",
        "Хөкүмәт киләсе ел бюджеты проектын раслады, дип хәбәр итте Казанда министрлык вәкиле.",
        "Ar gouarnamant en deus asantet d'ar budjed evit ar bloaz a zeu, hag ar c'hannaded o deus votet.",
    ],
)
def test_a_language_that_is_not_known_is_not_taken_for_its_neighbour(text: str) -> None:
    """Faroese, Tatar and Breton lack the letters of Icelandic, Kazakh, Kyrgyz and Hungarian: they stay unknown, which
    tries all vocabularies."""
    assert detect("", text) == "und"
    assert detect("", text, "tt") == "tt"
