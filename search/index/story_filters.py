"""Filters that name stories become filters that name articles, before an engine sees them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any, cast

from search.index.clauses import Matching
from search.index.filters import Filters
from search.index.legs import LatestLeg, Leg, LexicalLeg
from search.index.model import Article, ArticleHit, Bucket, Facet
from search.index.port import FacetField, Interval, Retrieved, SearchIndex
from search.index.time_zones import UTC_NAME

Members = Callable[[Collection[str]], frozenset[str]]
"""The ids of the articles of stories."""


def with_stories(index: SearchIndex, members: Members) -> SearchIndex:
    """Return the index with filters of stories looked up as they are used."""
    # The wrapper has what it does not define from the index itself.
    return cast(SearchIndex, _WithStories(index, members))


class _WithStories:
    def __init__(self, index: SearchIndex, members: Members) -> None:
        self._index = index
        self._members = members

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the index has
        return getattr(self._index, name)

    def _named(self, filters: Filters) -> Filters:
        if not filters.stories and not filters.exclude_stories:
            return filters
        ids = self._members(filters.stories) if filters.stories else filters.ids
        unwanted = filters.exclude_ids | self._members(filters.exclude_stories)
        return replace(
            filters, ids=ids, exclude_ids=unwanted, stories=frozenset(), exclude_stories=frozenset()
        )

    def retrieve(
        self,
        legs: Sequence[Leg],
        filters: Filters,
        limit: int,
        passages: int = 3,
        scores: int = 1,
    ) -> Retrieved:
        """See `SearchIndex.retrieve`."""
        return self._index.retrieve(legs, self._named(filters), limit, passages, scores)

    def matches(
        self, leg: LexicalLeg | LatestLeg, filters: Filters, passages: int = 3
    ) -> Iterator[ArticleHit]:
        """See `SearchIndex.matches`."""
        return self._index.matches(leg, self._named(filters), passages)

    def facets(
        self, fields: Sequence[FacetField], filters: Filters, clause: Matching | None = None
    ) -> tuple[Facet, ...]:
        """See `SearchIndex.facets`."""
        return self._index.facets(fields, self._named(filters), clause)

    def histogram(
        self,
        interval: Interval,
        filters: Filters,
        clause: Matching | None = None,
        zone: str = UTC_NAME,
    ) -> tuple[Bucket, ...]:
        """See `SearchIndex.histogram`."""
        return self._index.histogram(interval, self._named(filters), clause, zone)

    def scan(self, filters: Filters) -> Iterator[Article]:
        """See `SearchIndex.scan`."""
        return self._index.scan(self._named(filters))
