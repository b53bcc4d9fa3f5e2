"""Facets and histogram of articles at hand: the same shapes as an engine counts. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import assert_never

from search.index.model import Article, Bucket, Facet
from search.index.port import FacetField, Interval

FACET_FIELDS: tuple[FacetField, ...] = ("lang", "source", "section", "tag")


def facets_of(articles: Sequence[Article], fields: Sequence[FacetField]) -> tuple[Facet, ...]:
    """Count articles a value, most frequent first, then by value, as `SearchIndex.facets`."""
    return tuple(
        Facet(field, _most_frequent(v for article in articles for v in _values(article, field)))
        for field in fields
    )


def histogram_of(articles: Iterable[Article], interval: Interval) -> tuple[Bucket, ...]:
    """Count dated articles a day or month (UTC), as `SearchIndex.histogram`."""
    starts = Counter(
        _start(article.published, interval) for article in articles if article.published
    )
    return tuple(Bucket(start, count) for start, count in sorted(starts.items()))


def _values(article: Article, field: FacetField) -> Iterable[str]:
    match field:
        case "lang":
            return (article.lang,)
        case "source":
            return (article.source,) if article.source is not None else ()
        case "section":
            return (article.section,) if article.section is not None else ()
        case "tag":
            return dict.fromkeys(article.tags)
        case _:
            assert_never(field)


def _most_frequent(values: Iterable[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(values).items(), key=lambda pair: (-pair[1], pair[0])))


def _start(moment: datetime, interval: Interval) -> datetime:
    midnight = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight.replace(day=1) if interval == "month" else midnight
