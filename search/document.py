"""An answer as the document that `search --json` and the HTTP API return."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from search.answer import Answer, Hit, LegScore, ShownPassage


def answer_document(answer: Answer) -> dict[str, Any]:
    """Return JSON values only; times are ISO 8601 in UTC, spans are in code points.

    `total` and `languages.*.found` count what `counted` says: all `matches` of the words, or
    the `candidates` that the legs put forward.
    """
    return {
        "query": answer.request.question,
        "mode": str(answer.request.mode),
        "took_ms": answer.took_ms,
        "total": answer.total,
        "counted": str(answer.counted),
        "hits": [hit_document(hit) for hit in answer.hits],
        "languages": {
            lang: {"found": count.found, "shown": count.shown}
            for lang, count in answer.languages.items()
        },
    }


def hit_document(hit: Hit) -> dict[str, Any]:
    """Return one article of an answer."""
    article = hit.article
    return {
        "id": article.id,
        "title": article.title,
        "lang": article.lang,
        "source": article.source,
        "published": moment(article.published),
        "updated": moment(article.updated),
        "url": article.url,
        "section": article.section,
        "tags": list(article.tags),
        "score": hit.score,
        "legs": _legs(hit.legs),
        "paragraphs": [_passage(shown) for shown in hit.passages],
        "duplicates": hit.duplicates,
    }


def moment(value: datetime | None) -> str | None:
    """Return ISO 8601 with a Z for UTC, as other programs expect it."""
    return value.isoformat().replace("+00:00", "Z") if value else None


def _legs(legs: Mapping[str, LegScore]) -> dict[str, Any]:
    return {
        name: {"rank": leg.rank, "score": round(leg.score, 4)} for name, leg in sorted(legs.items())
    }


def _passage(shown: ShownPassage) -> dict[str, Any]:
    return {
        "position": shown.passage.position,
        "text": shown.passage.text,
        "lang": shown.passage.lang,
        "highlights": [list(span) for span in shown.highlights],
    }
