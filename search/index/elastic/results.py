"""Answers of the server as domain values: pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from search.index.elastic.documents import to_article, to_passage
from search.index.elastic.mapping import PASSAGES
from search.index.legs import LatestLeg, LexicalLeg
from search.index.model import ArticleHit, Bucket, Facet, PassageHit, PassageScore
from search.index.port import FacetField

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_NO_DATE = 2**62
"""Microseconds from 1970, either way: beyond the year 9999. Elasticsearch sorts an article without
a date as the largest or smallest 64-bit number."""


@dataclass(frozen=True, slots=True)
class Key:
    """What comes back with a candidate: its id, what orders it, and what ranking needs of it."""

    id: str
    score: float
    lang: str
    published: datetime | None


def keys(answer: Mapping[str, Any], by_date: bool) -> list[Key]:
    """Read the sort values of hits, whose order `search.index.elastic.queries` says."""
    rows = [hit["sort"] for hit in answer.get("hits", {}).get("hits", ())]
    if by_date:
        return [Key(one, 0.0, lang, _moment(date)) for date, one, lang, *_ in rows]
    return [Key(one, float(score), lang, _moment(date)) for score, one, lang, date in rows]


def sources(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Read the documents of hits, as far as they were asked for."""
    return [hit["_source"] for hit in answer.get("hits", {}).get("hits", ())]


def total(answer: Mapping[str, Any]) -> int:
    """Read how many articles match."""
    return int(answer["hits"]["total"]["value"])


def _moment(microseconds: int) -> datetime | None:
    if abs(microseconds) > _NO_DATE:
        return None
    return _EPOCH + timedelta(microseconds=microseconds)


def best_passages(
    answer: Mapping[str, Any], name: str, by_date: bool
) -> dict[str, tuple[PassageScore, ...]]:
    """Read the passages that a leg of this name found in articles, by their id."""
    best: dict[str, tuple[PassageScore, ...]] = {}
    for hit in answer.get("hits", {}).get("hits", ()):
        inner = hit.get("inner_hits", {}).get(name, {}).get("hits", {}).get("hits", ())
        if inner:
            best[hit["sort"][0]] = tuple(_passage_score(one["sort"], by_date) for one in inner)
    return best


def _passage_score(values: Sequence[float], by_date: bool) -> PassageScore:
    """Read the sort values of a passage: its score, where that orders them, and its position."""
    return PassageScore(int(values[-1]), 0.0 if by_date else float(values[0]))


def to_article_hit(leg: LexicalLeg | LatestLeg, hit: Mapping[str, Any]) -> ArticleHit:
    """Read an article with the passages that were found in it."""
    by_date = isinstance(leg, LatestLeg)
    passages = tuple(
        PassageHit(to_passage(inner["_source"]), 0.0 if by_date else float(inner["sort"][0]))
        for inner in hit["inner_hits"][PASSAGES]["hits"]["hits"]
    )
    return ArticleHit(to_article(hit["_source"]), passages[0].score, passages)


def to_facet(field: FacetField, aggregation: Mapping[str, Any]) -> Facet:
    """Read a terms aggregation."""
    return Facet(field, tuple((b["key"], int(b["doc_count"])) for b in aggregation["buckets"]))


def facet_of(field: FacetField, counts: Mapping[str, int]) -> Facet:
    """Put counts into the order of a facet."""
    return Facet(field, tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))))


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
