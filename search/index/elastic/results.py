"""Answers of the server as domain values: pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from search.index.elastic.documents import to_article, to_passage
from search.index.elastic.mapping import PASSAGES
from search.index.legs import LatestLeg, LexicalLeg
from search.index.model import ArticleHit, Bucket, Facet, PassageHit
from search.index.port import FacetField

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_NO_DATE = 2**62
"""Microseconds from 1970, either way: beyond the year 9999. Elasticsearch sorts an article without
a date as the largest or smallest 64-bit number."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What comes back with the candidates of a leg, in their order: what ranking needs of them.

    `dates` are those of publishing, as `date_of` reads them.
    """

    ids: Sequence[str]
    scores: Sequence[float]
    langs: Sequence[str]
    dates: Sequence[int]


class Best(NamedTuple):
    """The best passages of an article: their positions and scores, best first."""

    positions: Sequence[int]
    scores: Sequence[float]


def keys(answer: Mapping[str, Any], by_date: bool) -> Keys:
    """Read the sort values of hits, whose order `search.index.elastic.queries` says."""
    rows = [hit["sort"] for hit in answer.get("hits", {}).get("hits", ())]
    if not rows:
        return Keys((), (), (), ())
    if by_date:
        # The score of `in_time` may stand before them.
        dates, ids, langs, _ = zip(*(row[-4:] for row in rows), strict=True)
        return Keys(ids, (0.0,) * len(ids), langs, dates)
    scores, ids, langs, dates = zip(*rows, strict=True)
    return Keys(ids, scores, langs, dates)


def sources(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Read the documents of hits, as far as they were asked for."""
    return [hit["_source"] for hit in answer.get("hits", {}).get("hits", ())]


def total(answer: Mapping[str, Any]) -> int:
    """Read how many articles match."""
    return int(answer["hits"]["total"]["value"])


def date_of(microseconds: int) -> datetime | None:
    """Read when an article was published."""
    if abs(microseconds) > _NO_DATE:
        return None
    return _EPOCH + timedelta(microseconds=microseconds)


def best_passages(answer: Mapping[str, Any], name: str, by_date: bool) -> dict[str, Best]:
    """Read the passages that a leg of this name found in articles, by their id."""
    best: dict[str, Best] = {}
    for hit in answer.get("hits", {}).get("hits", ()):
        inner = hit.get("inner_hits", {}).get(name, {}).get("hits", {}).get("hits", ())
        if inner:
            # A score where that orders them, and always the position behind it.
            values = [one["sort"] for one in inner]
            scores = [0.0 if by_date else own[0] for own in values]
            best[hit["sort"][0]] = Best([own[-1] for own in values], scores)
    return best


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
