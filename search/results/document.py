"""An answer as the document that `search --json` and the HTTP API return."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from search.answer import Answer, Hit, LegScore, OffsetsUsed, RerankPlace, RerankUsed, ShownPassage
from search.index.credible import suspicious_dates
from search.index.model import Facet
from search.index.time_zones import time_zone
from search.query.dates import moment
from search.request import Request


def answer_document(answer: Answer) -> dict[str, Any]:
    """Return JSON values only; times are ISO 8601 in UTC, spans are in code points.

    `total`, `languages.*.found`, `facets` and `histogram` count what `counted` says: all
    `matches` of the words, or the `candidates` that the legs ranked.
    """
    request = answer.request
    document = (
        request_document(request)
        | reranker_document(answer.rerank)
        | offsets_document(answer.offsets)
        | {
            "took_ms": answer.took_ms,
            "total": answer.total,
            "counted": str(answer.counted),
            "anything_close": answer.anything_close,
            "confidence": confidence_document(answer),
            "notes": list(answer.notes),
            "hits": [hit_document(hit) for hit in answer.hits],
            "languages": {
                lang: {"found": count.found, "shown": count.shown}
                for lang, count in answer.languages.items()
            },
        }
    )
    if request.facets:
        document["facets"] = {facet.field: _counts(facet) for facet in answer.facets}
    if request.histogram:
        zone = time_zone(request.timezone)
        document["histogram"] = {
            "interval": request.histogram,
            "timezone": request.timezone,
            "buckets": [
                {
                    "start": bucket.start.astimezone(zone).date().isoformat(),
                    "count": bucket.count,
                }
                for bucket in answer.histogram
            ],
        }
    return document


def request_document(request: Request) -> dict[str, Any]:
    """Return the query as it was written, and how it is to be answered."""
    return {
        "query": request.text if request.written is None else request.written,
        "mode": str(request.mode),
        "sort": str(request.sort),
        "balance": str(request.balance),
        "names": request.names,
    }


def reranker_document(used: RerankUsed | None) -> dict[str, Any]:
    """Return which reranker read how much; null where there was none."""
    if used is None:
        return {"rerank": None}
    return {"rerank": {"model": used.model, "articles": used.articles, "passages": used.passages}}


def offsets_document(used: OffsetsUsed | None) -> dict[str, Any]:
    """Return which language offsets played a part; null where there were none."""
    if used is None:
        return {"offsets": None}
    return {"offsets": {"digest": used.digest, "share": used.share}}


def confidence_document(answer: Answer) -> dict[str, Any] | None:
    """Return what the confidence of hits was read from, and which one they must have; or null."""
    if answer.confidence is None:
        return None
    return {"digest": answer.confidence, "min": answer.request.min_confidence}


def hit_document(hit: Hit) -> dict[str, Any]:
    """Return one article of an answer; `rerank` is null where it was not reranked.

    `suspicious` names dates that are most likely a mistake; it is there only if there are any.
    """
    article = hit.article
    suspicious = suspicious_dates(article, datetime.now(UTC))
    marked = {"suspicious": list(suspicious)} if suspicious else {}
    return marked | {
        "id": article.id,
        "title": article.title,
        "title_highlights": [list(span) for span in hit.title_highlights],
        "lang": article.lang,
        "source": article.source,
        "published": moment(article.published),
        "updated": moment(article.updated),
        "url": article.url,
        "section": article.section,
        "tags": list(article.tags),
        "score": hit.score,
        "confidence": None if hit.confidence is None else round(hit.confidence, 4),
        "legs": _legs(hit.legs),
        "paragraphs": [_passage(shown) for shown in hit.passages],
        "duplicates": hit.duplicates,
        "copies": [
            {"id": copy.id, "source": copy.source, "published": moment(copy.published)}
            for copy in hit.copies
        ],
        "closeness": None if hit.closeness is None else round(hit.closeness, 4),
        "offset": None if hit.offset is None else round(hit.offset, 4),
        "feedback": None if hit.feedback is None else round(hit.feedback, 4),
        "rerank": _reranked(hit.rerank),
    }


def _counts(facet: Facet) -> list[dict[str, Any]]:
    return [{"value": value, "count": count} for value, count in facet.counts]


def _legs(legs: Mapping[str, LegScore]) -> dict[str, Any]:
    return {
        name: {"rank": leg.rank, "score": round(leg.score, 4)} for name, leg in sorted(legs.items())
    }


def _reranked(place: RerankPlace | None) -> dict[str, Any] | None:
    if place is None:
        return None
    return {
        "score": round(place.score, 6),
        "rank_before": place.rank_before,
        "score_before": round(place.score_before, 6),
    }


def _passage(shown: ShownPassage) -> dict[str, Any]:
    return {
        "position": shown.passage.position,
        "text": shown.passage.text,
        "lang": shown.passage.lang,
        "highlights": [list(span) for span in shown.highlights],
    }
