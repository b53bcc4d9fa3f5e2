"""Reading all of an index, or all that matches: pages of one point in time."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import UTC, datetime

from search.index.elastic import clauses, queries, results
from search.index.elastic.clauses import Body
from search.index.elastic.documents import microseconds, moment_of, to_article
from search.index.elastic.mapping import (
    CONTENT_HASH,
    EMBARGO,
    HISTORY,
    KEPT,
    NAMES,
    SEEN,
    VECTOR,
    VERSION,
)
from search.index.elastic.searching import Searcher
from search.index.filters import Filters
from search.index.legs import LatestLeg, LexicalLeg
from search.index.model import Arrival, Article, ArticleHit, ArticleState, stored_version

SCAN_PAGE = 500
"""Articles per page: some 3 MB of news text."""

MATCH_PAGE = 200
"""Hits per page, each with a search of its own for its passages."""

STATE_PAGE = 10_000


def articles(searcher: Searcher, filters: Filters) -> Iterator[Article]:
    """Every article that passes, whole, ordered by id."""
    search = {
        "query": clauses.selection(filters),
        "sort": queries.BY_ID,
        "size": SCAN_PAGE,
        "_source": {"excludes": [VECTOR, NAMES, HISTORY]},
    }
    for hit in searcher.pages(search):
        yield to_article(hit["_source"])


def matches(
    searcher: Searcher, leg: LexicalLeg | LatestLeg, filters: Filters, passages: int
) -> Iterator[ArticleHit]:
    """Every article that a leg finds, in its order."""
    search = {**queries.listing(leg, filters, passages), "size": MATCH_PAGE}
    for hit in searcher.pages(search):
        yield results.to_article_hit(leg, hit)


def arrivals(searcher: Searcher, since: datetime | None) -> Iterator[Arrival]:
    """Every article by the time at which it was written, or at which its embargo ended.

    Those that have or had an embargo are in memory meanwhile.
    """
    of_embargo = {"exists": {"field": EMBARGO}}
    ended = {"range": {EMBARGO: {"lte": microseconds(datetime.now(UTC))}}}
    recent = [{"range": {SEEN: {"gte": microseconds(since)}}}] if since is not None else []
    others = _arrivals(searcher, {"bool": {"must_not": [of_embargo], "filter": recent}})
    held = (one for one in _arrivals(searcher, ended) if since is None or _came(one)[0] >= since)
    return heapq.merge(others, sorted(held, key=_came), key=_came)


def _came(arrival: Arrival) -> tuple[datetime, str]:
    return arrival.seen or datetime.min.replace(tzinfo=UTC), arrival.id


def _arrivals(searcher: Searcher, query: Body) -> Iterator[Arrival]:
    search = {
        "query": query,
        "sort": [
            {SEEN: {"order": "asc", "missing": "_first", "unmapped_type": "long"}},
            *queries.BY_ID,
        ],
        "size": STATE_PAGE,
        "_source": [f"{KEPT}.updated"],
        "docvalue_fields": [CONTENT_HASH, VERSION],
        "fields": [{"field": one, "include_unmapped": True} for one in (SEEN, EMBARGO)],
    }
    for hit in searcher.pages(search):
        values = hit["fields"]
        moments = [*values.get(SEEN, ()), *values.get(EMBARGO, ())]
        updated = hit.get("_source", {}).get(KEPT, {}).get("updated")
        yield Arrival(
            str(hit["sort"][1]),
            moment_of(max(map(int, moments))) if moments else None,
            values[CONTENT_HASH][0],
            stored_version(int(values[VERSION][0]), updated),
        )


def states(searcher: Searcher) -> Iterator[tuple[str, ArticleState]]:
    """Id and state of every article, ordered by id."""
    search = {
        "query": clauses.selection(Filters()),
        "sort": queries.BY_ID,
        "size": STATE_PAGE,
        "docvalue_fields": [CONTENT_HASH, VERSION],
        **queries.LEAN,
    }
    for hit in searcher.pages(search):
        values = hit["fields"]
        state = ArticleState(values[CONTENT_HASH][0], int(values[VERSION][0]))
        yield str(hit["sort"][0]), state
