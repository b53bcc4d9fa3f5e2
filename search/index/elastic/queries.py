"""Bodies of searches, one per leg: pure functions of domain values.

Filters stand inside each leg: beside the words in filter context, and within kNN as a
pre-filter. What a leg returns of a candidate are the values that it is sorted by, and no more: of
three legs of 200 candidates in wmt-news, the server needs 3.5 ms of its processors that way, 10 ms
with the stored fields that an ordinary hit has, and 69 ms with texts of the best passages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from search.index.elastic.clauses import (
    Body,
    clause_query,
    conditions,
    fields_per_word,
    filter_queries,
)
from search.index.elastic.documents import microseconds
from search.index.elastic.mapping import (
    ARTICLE_ID,
    KEPT,
    LANG,
    NAMES,
    PASSAGES,
    POSITION,
    PUBLISHED,
    PUBLISHED_MICROSECONDS,
    SECTION,
    SOURCE,
    TAGS,
)
from search.index.filters import Filters
from search.index.legs import LatestLeg, LexicalLeg, NamesLeg

WordsLeg = LexicalLeg | NamesLeg | LatestLeg
"""Legs whose every match can be counted."""

LEAN: Body = {"_source": False, "stored_fields": "_none_"}
"""Hits without stored fields: the server need not unpack any document."""

HEAD_SOURCE = [
    *(ARTICLE_ID, LANG, SOURCE, SECTION, TAGS, PUBLISHED),
    *(f"{KEPT}.title", f"{KEPT}.url", f"{KEPT}.updated"),
]
"""What a hit shows of an article."""

PASSAGE_SOURCE = [f"{PASSAGES}.{name}" for name in ("position", "lang", "text")]
"""What a hit shows of a passage."""

ARTICLE_SOURCE = [*HEAD_SOURCE, *PASSAGE_SOURCE]

BEST_FIRST: list[Body] = [{"_score": "desc"}, {ARTICLE_ID: "asc"}]
BEST_PASSAGE_FIRST: list[Body] = [{"_score": "desc"}, {POSITION: "asc"}]
FIRST_PASSAGE_FIRST: list[Body] = [{POSITION: "asc"}]
NEWEST_FIRST: list[Body] = [
    {PUBLISHED_MICROSECONDS: {"order": "desc", "missing": "_last"}},
    {ARTICLE_ID: "asc"},
]
IN_TIME_FIRST: list[Body] = [{"_score": "desc"}, *NEWEST_FIRST]
"""Of a query whose score is 1 of what was published in time, else 0: see `_in_time`."""
BY_ID: list[Body] = [{ARTICLE_ID: "asc"}]

COLUMNS: list[Body] = [{LANG: "asc"}, {PUBLISHED_MICROSECONDS: "asc"}]
"""They stand behind the id, which is unique: they order nothing, and come back with the hit."""


def candidates_body(leg: WordsLeg, filters: Filters, limit: int) -> Body:
    """Build a search for the `limit` best articles of a leg, and the number of all."""
    order = order_of(leg)
    return {
        "query": _in_time(leg, _query(leg, filters)),
        "sort": [*order, *COLUMNS],
        "size": limit,
        "track_total_hits": True,
        **LEAN,
    }


def listing(leg: LexicalLeg | LatestLeg, filters: Filters, passages: int) -> Body:
    """Build a search for all matches with their texts, to be paged through."""
    inner: Body = {"size": passages, "_source": PASSAGE_SOURCE, "sort": passage_order(leg)}
    return {
        "query": _in_time(leg, _query(leg, filters, inner)),
        "sort": order_of(leg),
        "_source": HEAD_SOURCE,
    }


def order_of(leg: WordsLeg) -> list[Body]:
    """Return how the articles of a leg are ordered."""
    if not isinstance(leg, LatestLeg):
        return BEST_FIRST
    return NEWEST_FIRST if leg.until is None else IN_TIME_FIRST


def _in_time(leg: WordsLeg, query: Body) -> Body:
    """Where a leg says until when, let a query score 1 of what was published by then, else 0."""
    if not isinstance(leg, LatestLeg) or leg.until is None:
        return query
    in_time = {"range": {PUBLISHED_MICROSECONDS: {"lte": microseconds(leg.until)}}}
    return {"bool": {"filter": [query], "should": [in_time]}}


def passage_order(leg: WordsLeg) -> list[Body]:
    """Return how the passages of an article are ordered: the best first, or the first."""
    by_position = isinstance(leg, LatestLeg) and leg.clause is None
    return FIRST_PASSAGE_FIRST if by_position else BEST_PASSAGE_FIRST


def best_passages_query(ids: Sequence[str], legs: Mapping[str, WordsLeg], passages: int) -> Body:
    """Build a query for articles, with the best passages by each leg as inner hits of its name.

    The passages come back with their sort values: a score where there is one, then the position.
    """
    should = [
        nested(
            _passage_query(leg),
            {"name": name, "size": passages, "sort": passage_order(leg), **LEAN},
        )
        for name, leg in legs.items()
    ]
    return {"bool": {"filter": [of_ids(ids)], "should": should}}


def titles_body(ids: Sequence[str]) -> Body:
    """Build a search for the headlines of articles."""
    return {
        "query": {"bool": {"filter": [of_ids(ids)]}},
        "_source": [ARTICLE_ID, f"{KEPT}.title"],
        "sort": ["_doc"],
        "size": len(ids),
        "track_total_hits": False,
    }


def of_ids(ids: Sequence[str]) -> Body:
    """Build a query for the articles of these ids."""
    return {"terms": {ARTICLE_ID: list(ids)}}


def nested(query: Body, inner_hits: Body | None = None) -> Body:
    """Lift a query on passages to their articles, which score as the best of them."""
    lifted: Body = {"path": PASSAGES, "score_mode": "max", "query": query}
    return {"nested": lifted if inner_hits is None else {**lifted, "inner_hits": inner_hits}}


def _query(leg: WordsLeg, filters: Filters, inner_hits: Body | None = None) -> Body:
    demands: list[Body] = []
    if not isinstance(leg, NamesLeg) and leg.clause is not None:
        _, demands = conditions(leg.clause)
    found = nested(_passage_query(leg), inner_hits)
    return {"bool": {"must": [found], "filter": [*filter_queries(filters), *demands]}}


def _passage_query(leg: WordsLeg) -> Body:
    """Build the query that finds and scores passages."""
    if isinstance(leg, NamesLeg):
        return {"match": {NAMES: " ".join(leg.keys)}}
    if leg.clause is None:
        return {"match_all": {}}
    ranking, _ = conditions(leg.clause)
    return clause_query(ranking, fields_per_word(leg.clause))


def page_body(search: Body, pit: str, keep_alive: str, after: list[Any] | None) -> Body:
    """Build one page of a search out of a point in time, from where the page before ended."""
    body = {**search, "pit": {"id": pit, "keep_alive": keep_alive}, "track_total_hits": False}
    return body if after is None else {**body, "search_after": after}
