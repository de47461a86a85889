"""What `explain` prints of an article: JSON by the contract, and lines for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from watcher.boilerplate import Cut, without
from watcher.explanation.lines import LONGEST_SHOWN, blocker, counted
from watcher.model import UNKNOWN_LANGUAGE, Article, Entity
from watcher.render import one_line, place

if TYPE_CHECKING:
    from watcher.analyse.engine import Engine
    from watcher.entities.senses import Mention
    from watcher.formats.omitted import Omission

MOST_SHOWN = 8  # of the places in doubt; --json has them all


def explain(engine: Engine, file: Path, article: Article, *, names: bool = True) -> dict[str, Any]:
    """The object that `explain --json` prints for one article; without `names` it has no `entities`, whose model takes
    seconds to load."""
    from watcher.rules.correlation.words import described
    from watcher.rules.evaluate import Options

    (matched,) = engine.match([article], Options(detail=True))
    correlations = {r.id: described(r.correlation) for r in engine.program.enabled if r.correlation}
    return {
        "file": str(file),
        "part": article.part,
        **({"members": list(article.members)} if article.members else {}),
        "article": _article(article, len(matched.view.text)),
        **({"boilerplate": [cut._asdict() for cut in matched.cuts]} if matched.cuts else {}),
        **({"entities": [_entity(e) for e in matched.view.entities() or ()]} if names else {}),
        "places": [_place(m) for m in matched.view.mentions() if m.refusal is None],
        "not_places": [_not_place(m) for m in matched.view.mentions() if m.refusal is not None],
        "rules": [
            v.to_json() | ({"correlation": correlations[v.rule]} if v.rule in correlations else {})
            for v in matched.verdicts
        ],
    }


def _article(article: Article, words: int) -> dict[str, Any]:
    return {
        "title": article.title or None,
        "language": article.language,
        "published": article.published.isoformat() if article.published else None,
        "published_text": article.published_text,
        "source": article.source,
        "url": article.url,
        "author": article.author,
        "words": words,
    }


def _entity(entity: Entity) -> dict[str, Any]:
    return {"type": entity.type, "text": entity.text, "start": entity.start, "end": entity.end}


def _place(mention: Mention) -> dict[str, Any]:
    place = mention.place
    country = place.country or None
    told = {"name": place.name, "country": country, "kind": place.kind, "start": place.start, "end": place.end}
    return {**told, "reason": mention.reason} if mention.reason else told


def _not_place(mention: Mention) -> dict[str, Any]:
    place, refusal = mention.place, mention.refusal
    assert refusal is not None
    return {"name": place.name, "reason": refusal.reason, "start": place.start, "end": place.end}


# ── for people ───────────────────────────────────────────────────────────────────────────────────


def for_people(found: Mapping[str, Any]) -> str:
    """What `explain` prints without --json."""
    article = found["article"]
    language = article["language"]
    about = [article["source"], "language unknown" if language == UNKNOWN_LANGUAGE else language, _date(article)]
    where = place({"path": found["file"], "members": found.get("members")})
    lines = [f"{where}: {one_line(article['title'] or '(no title)')}"]
    lines.append(f"  {' · '.join(one_line(part) for part in about if part)}")
    if lines_cut := found.get("boilerplate"):
        number = counted(len(lines_cut), "line")
        lines.append(f"  {number} of boilerplate left out, which `explain --text --all` shows")
    lines += [f"  {line}" for line in _places(found)]
    for rule in found["rules"]:
        lines.append(f"  {'MATCH ' if rule['match'] else 'silent'}  {rule['id']}")
        lines += [f"            {line}" for line in _reasons(rule)]
        if several := rule.get("correlation"):
            lines.append(f"            an alert takes several articles: {several}")
    return "\n".join(lines)


def text(article: Article, cut: Sequence[Cut], omitted: Sequence[Omission] | None = None) -> str:
    """What `explain --text` prints: the text with the lines blank that were `cut`. With what was `omitted`, for --all,
    everything in its place, each line that the rules do not see with why."""
    if omitted is None:
        return without(article, cut).text
    marks = [(line.start, f"[{one_line(line.why)}] ") for line in cut]
    for omission in omitted:
        line = f"[{one_line(omission.why)}] {one_line(omission.words)}".rstrip()
        marks.append((omission.at, f"\n{line}" if omission.at else f"{line}\n"))
    pieces, done = [], 0
    for at, mark in sorted(marks, key=itemgetter(0)):
        pieces += [article.text[done:at], mark]
        done = at
    return "".join([*pieces, article.text[done:]])


def _places(found: Mapping[str, Any]) -> Iterator[str]:
    """The places in doubt: what spoke for them, and what was taken for none."""
    chosen = Counter(f"{place['name']} ({place['reason']})" for place in found["places"] if "reason" in place)
    refused = Counter(place["reason"] for place in found["not_places"])
    for heading, reasons in (("places in doubt", chosen), ("not places", refused)):
        if reasons:
            shown = [
                one_line(f"{why} ×{n}" if n > 1 else why, LONGEST_SHOWN) for why, n in reasons.most_common(MOST_SHOWN)
            ]
            more = f"; {len(reasons) - MOST_SHOWN} more" if len(reasons) > MOST_SHOWN else ""
            yield f"{heading}: {'; '.join(shown)}{more}"


def _date(article: Mapping[str, Any]) -> str:
    if article["published"]:
        return str(article["published"])
    return f"undated ({article['published_text']})" if article["published_text"] else "undated"


def _reasons(rule: Mapping[str, Any]) -> Iterator[str]:
    for where, texts in found_texts(rule["evidence"]).items():
        yield f"{where}: {texts}"
    for missing in rule["missing"]:
        yield f"missing {_where(missing)}: {one_line(missing['why'])}"
    for blocking in rule["blocked_by"]:
        yield f"kept out by {_where(blocking)}: {blocker(blocking)}"


def found_texts(evidence: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What each condition found, by its place in the rule: every text once, with how often ("EI ×9, Daech")."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for piece in evidence:
        found.setdefault(_where(piece), []).append(piece)
    return {where: _texts(pieces) for where, pieces in found.items()}


def _texts(pieces: Sequence[Mapping[str, Any]]) -> str:
    counted = Counter(one_line(piece["text"] or str(piece.get("score", "")), LONGEST_SHOWN) for piece in pieces)
    texts = ", ".join(f"{text} ×{n}" if n > 1 else text for text, n in counted.items())
    hits = pieces[0].get("hits", len(pieces))  # of many hits of a condition only the first are kept
    return f"{texts} ({len(pieces)} of {hits})" if hits > len(pieces) else texts


def _where(entry: Mapping[str, Any]) -> str:
    at, condition = entry["at"], entry["condition"]
    return condition if at in ("", condition) else f"{at} {condition}"  # languages stand beside the condition
