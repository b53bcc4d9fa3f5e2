"""Counting: facets, histograms, the state of an index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from search.index.elastic import results
from search.index.elastic.clauses import Body
from search.index.elastic.mapping import LANG, PASSAGES, PUBLISHED, SECTION, SOURCE, TAGS
from search.index.elastic.searching import Searcher
from search.index.model import Bucket, Facet
from search.index.port import FacetField, Interval
from search.index.time_zones import UTC_NAME

FACET_FIELDS: Mapping[FacetField, str] = {
    "lang": LANG,
    "source": SOURCE,
    "section": SECTION,
    "tag": TAGS,
}

FACET_VALUES = 1000
"""Values of a facet that come in one request; fields with more are read on in pages."""

FACET_PAGE = 10_000

AGGREGATIONS = ("aggregations",)
"""What of an answer is read: see `Searcher.search_many`."""


def facets(searcher: Searcher, fields: Sequence[FacetField], query: Body) -> tuple[Facet, ...]:
    """Count with one aggregation per field; fields of very many values are read in pages."""
    if not fields:
        return ()
    answer = searcher.search(facets_body(query, tuple(fields), FACET_VALUES), AGGREGATIONS)
    found = answer["aggregations"]
    return tuple(
        results.to_facet(field, found[field])
        if results.is_complete(found[field])
        else results.facet_of(field, _every_value(searcher, field, query))
        for field in fields
    )


def _every_value(searcher: Searcher, field: FacetField, query: Body) -> dict[str, int]:
    counts: dict[str, int] = {}
    after: dict[str, Any] | None = None
    while True:
        body = facet_page_body(query, field, after, FACET_PAGE)
        page = searcher.search(body, AGGREGATIONS)["aggregations"]["page"]
        counts |= {b["key"]["value"]: int(b["doc_count"]) for b in page["buckets"]}
        after = page.get("after_key")
        if after is None or len(page["buckets"]) < FACET_PAGE:
            return counts


def histogram(searcher: Searcher, interval: Interval, query: Body, zone: str) -> tuple[Bucket, ...]:
    """Count with a date histogram."""
    answer = searcher.search(histogram_body(query, interval, zone), AGGREGATIONS)
    return results.to_buckets(answer["aggregations"]["spans"])


def facets_body(query: Body, fields: tuple[FacetField, ...], size: int) -> Body:
    """Count the articles of each value, the `size` most frequent ones of every field."""
    return {
        "query": query,
        "size": 0,
        "track_total_hits": False,
        "aggs": {
            name: {
                "terms": {
                    "field": FACET_FIELDS[name],
                    "size": size,
                    "order": [{"_count": "desc"}, {"_key": "asc"}],
                }
            }
            for name in fields
        },
    }


def facet_page_body(query: Body, field: FacetField, after: Body | None, size: int) -> Body:
    """Build one page of all values of a field, in the order of the values."""
    composite: Body = {
        "size": size,
        "sources": [{"value": {"terms": {"field": FACET_FIELDS[field]}}}],
    }
    if after is not None:
        composite["after"] = after
    return {
        "query": query,
        "size": 0,
        "track_total_hits": False,
        "aggs": {"page": {"composite": composite}},
    }


def histogram_body(query: Body, interval: Interval, zone: str = UTC_NAME) -> Body:
    """Count the articles of each day or month of a time zone, leaving out empty ones."""
    spans = {
        "field": PUBLISHED,
        "calendar_interval": interval,
        "time_zone": zone,
        "min_doc_count": 1,
    }
    return {
        "query": query,
        "size": 0,
        "track_total_hits": False,
        "aggs": {"spans": {"date_histogram": spans}},
    }


def stats_body() -> Body:
    """Count articles per language, and passages."""
    return {
        "size": 0,
        "track_total_hits": True,
        "aggs": {
            "langs": {"terms": {"field": LANG, "size": 1000}},
            "passages": {"nested": {"path": PASSAGES}},
        },
    }
