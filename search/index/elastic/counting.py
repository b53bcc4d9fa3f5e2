"""Bodies of requests that count: facets, histograms, the state of an index."""

from __future__ import annotations

from collections.abc import Mapping

from search.index.elastic.clauses import Body
from search.index.elastic.mapping import LANG, PASSAGES, PUBLISHED, SECTION, SOURCE, TAGS
from search.index.port import FacetField, Interval

FACET_FIELDS: Mapping[FacetField, str] = {
    "lang": LANG,
    "source": SOURCE,
    "section": SECTION,
    "tag": TAGS,
}


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
    """One page of all values of a field, in the order of the values."""
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


def histogram_body(query: Body, interval: Interval) -> Body:
    """Count the articles of each day or month in UTC, leaving out empty ones."""
    spans = {
        "field": PUBLISHED,
        "calendar_interval": interval,
        "time_zone": "UTC",
        "min_doc_count": 1,
    }
    return {
        "query": query,
        "size": 0,
        "track_total_hits": False,
        "aggs": {"spans": {"date_histogram": spans}},
    }


def stats_body() -> Body:
    """Count articles a language, and passages."""
    return {
        "size": 0,
        "track_total_hits": True,
        "aggs": {
            "langs": {"terms": {"field": LANG, "size": 1000}},
            "passages": {"nested": {"path": PASSAGES}},
        },
    }
