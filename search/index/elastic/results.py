"""Answers of the server as domain values: pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from search.index.elastic.documents import to_article, to_passage
from search.index.elastic.mapping import PASSAGES
from search.index.legs import LatestLeg, Leg, LexicalLeg, NamesLeg, VectorLeg
from search.index.model import ArticleHit, Bucket, Facet, LegResult, PassageHit
from search.index.port import FacetField

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_leg_result(leg: Leg, answer: Mapping[str, Any], limit: int) -> LegResult:
    """Read a leg's hits.

    A vector leg is put into the order of its exact scores here and cut to the limit: kNN ranks
    articles by quantised vectors, while the inner hits are scored with the full ones.
    """
    hits = answer["hits"]
    articles = [to_article_hit(leg, hit) for hit in hits["hits"]]
    if isinstance(leg, VectorLeg):
        articles.sort(key=lambda found: (-found.score, found.article.id))
        return LegResult(tuple(articles[:limit]))
    return LegResult(tuple(articles), int(hits["total"]["value"]))


def to_article_hit(leg: Leg, hit: Mapping[str, Any]) -> ArticleHit:
    """Read an article with the passages that were found in it."""
    passages = tuple(
        PassageHit(to_passage(inner["_source"]), _score(leg, float(inner["sort"][0])))
        for inner in hit["inner_hits"][PASSAGES]["hits"]["hits"]
    )
    return ArticleHit(to_article(hit["_source"]), passages[0].score, passages)


def _score(leg: Leg, score: float) -> float:
    """BM25 as it is; cosine from the (1 + cosine) / 2 that passages are scored by."""
    match leg:
        case LatestLeg():
            return 0.0
        case LexicalLeg() | NamesLeg():
            return score
        case VectorLeg():
            return max(-1.0, min(1.0, 2.0 * score - 1.0))


def to_facet(field: FacetField, aggregation: Mapping[str, Any]) -> Facet:
    """Read a terms aggregation."""
    return Facet(field, tuple((b["key"], int(b["doc_count"])) for b in aggregation["buckets"]))


def is_complete(aggregation: Mapping[str, Any]) -> bool:
    """Whether a terms aggregation has every value with its exact count."""
    return not (
        aggregation.get("sum_other_doc_count") or aggregation.get("doc_count_error_upper_bound")
    )


def to_buckets(aggregation: Mapping[str, Any]) -> tuple[Bucket, ...]:
    """Read a date histogram; its keys are milliseconds since 1970."""
    return tuple(
        Bucket(_EPOCH + timedelta(milliseconds=bucket["key"]), int(bucket["doc_count"]))
        for bucket in aggregation["buckets"]
    )
