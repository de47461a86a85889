"""Lines that only point to other articles, or to where a text was taken from: their words are not the article's."""

from __future__ import annotations

import re

_LONGEST_LINK = 300

_RELATED = re.compile(
    r"^\W{0,3}(?:(?:à )?lire (?:aussi|également|encore)|(?:a )?lire aussi|voir aussi|sur le même (?:sujet|thème)|"
    r"read (?:also|more|next)|also read|see also|related(?: (?:article|story|stories|news|coverage))?|"
    r"more on this(?: story)?|"
    r"lesen sie (?:auch|hier|dazu)|mehr zum thema|lies auch|siehe auch|"
    r"lea también|lee también|le puede interesar|te puede interesar|ver también|"
    r"leggi anche|leia (?:também|mais)|veja também|lees ook|zobacz także|czytaj (?:także|też|również)|čtěte také|"
    r"читайте также|читать также|смотрите также|по теме|читайте також|"
    r"les også|læs også|läs (?:också|även)|lue myös|citește și|olvassa el|διαβάστε (?:επίσης|ακόμα)|ayrıca okuyun|"
    r"baca juga|اقرأ أيضا|قد يهمك)(?P<rest>.*)$",
    re.IGNORECASE,
)
_LABEL_END = re.compile(r"^\s*(?:[:|>»›→–—-]|$)")
_ELSEWHERE = re.compile(
    r"^\W{0,3}(?:cliquez ici|click here|(?:read|view|see) (?:the )?(?:full|original|entire|whole|more|rest)|"
    r"continue reading|"
    r"lire (?:la suite|l['’]article|l['’]intégralité)|retrouvez (?:cet|l['’])|hier klicken|"
    r"klicken sie hier|weiterlesen|"
    r"(?:zum|den) (?:vollständigen|ganzen|original\w*) artikel|haga clic aquí|pulse aquí|"
    r"leer (?:más|el artículo|la noticia)|"
    r"clicca qui|leggi (?:tutto|l['’]articolo|di più)|clique aqui|leia (?:mais|a íntegra|o artigo)|"
    r"klik hier|lees (?:meer|verder)|"
    r"kliknij tutaj|czytaj (?:więcej|dalej)|нажмите здесь|читать (?:далее|полностью|дальше)|подробнее|"
    r"source de l['’]article|the post .{1,200} appeared first on|"
    r"this article (?:was )?(?:first|originally) (?:appeared|published))\b",
    re.IGNORECASE,
)


def without_pointers(text: str) -> str:
    """`text` without its links to other articles and its trailing "read it at its source": all that may be cut from
    what stands in no page."""
    lines = [line for line in text.split("\n") if not is_related_link(line)]
    while len(lines) > 1 and (not lines[-1].strip() or points_elsewhere(lines[-1])):
        lines.pop()
    return "\n".join(lines)


def is_related_link(line: str) -> bool:
    """Whether `line` only points to another article ("Lire aussi: ..."): its words are not this article's."""
    if len(line) > _LONGEST_LINK:
        return False
    found = _RELATED.match(line.strip())
    if found is None:
        return False
    return _LABEL_END.match(found["rest"]) is not None


def points_elsewhere(line: str) -> bool:
    """Whether `line` only says where the whole text stands ("Continue reading ...")."""
    return len(line) <= _LONGEST_LINK and _ELSEWHERE.match(line.strip()) is not None
