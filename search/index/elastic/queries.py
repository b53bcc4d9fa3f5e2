"""Bodies of searches, a leg each: pure functions of domain values.

Filters stand inside each leg: beside the words in filter context, and within kNN as a
pre-filter.
"""

from __future__ import annotations

from typing import Any

from search.index.elastic.clauses import Body, clause_query, conditions, filter_queries
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
    VECTOR,
)
from search.index.filters import Filters
from search.index.legs import LatestLeg, Leg, LexicalLeg, NamesLeg, VectorLeg

MOST_CANDIDATES = 10_000
"""Elasticsearch's limit on `num_candidates`; wider legs compare every vector instead."""

NO_ARTICLE = ""
"""No article has an empty id (`search.index.admission`)."""

HEAD_SOURCE = [
    *(ARTICLE_ID, LANG, SOURCE, SECTION, TAGS, PUBLISHED),
    *(f"{KEPT}.title", f"{KEPT}.url", f"{KEPT}.updated"),
]
"""What a hit shows of an article."""

_UNCOUNTED: Body = {"track_total_hits": False, "_source": HEAD_SOURCE}
BEST_FIRST: list[Body] = [{"_score": "desc"}, {ARTICLE_ID: "asc"}]
BEST_PASSAGE_FIRST: list[Body] = [{"_score": "desc"}, {POSITION: "asc"}]
NEWEST_FIRST: list[Body] = [
    {PUBLISHED_MICROSECONDS: {"order": "desc", "missing": "_last"}},
    {ARTICLE_ID: "asc"},
]


def leg_body(leg: Leg, filters: Filters, limit: int, passages: int) -> Body:
    """A search for `limit` articles (and a few more for a vector leg), in the leg's order."""
    match leg:
        case VectorLeg():
            return vector_body(leg, filters, limit, passages)
        case NamesLeg():
            return {**names_body(leg, filters, passages), "size": limit, "track_total_hits": True}
        case _:
            return {**listing(leg, filters, passages), "size": limit, "track_total_hits": True}


def listing(leg: LexicalLeg | LatestLeg, filters: Filters, passages: int) -> Body:
    """Query, order and source of a leg whose every hit can be counted and paged through."""
    queries = filter_queries(filters)
    if leg.clause is None:
        best = _nested({"match_all": {}}, passages, [{POSITION: "asc"}])
        demands: list[Body] = []
    else:
        clause, demands = conditions(leg.clause)
        best = _nested(clause_query(clause), passages)
    return {
        "query": {"bool": {"must": [best], "filter": [*queries, *demands]}},
        "sort": NEWEST_FIRST if isinstance(leg, LatestLeg) else BEST_FIRST,
        "_source": HEAD_SOURCE,
    }


def names_body(leg: NamesLeg, filters: Filters, passages: int) -> Body:
    """Query, order and source of a search for names by their keys."""
    best = _nested({"match": {NAMES: " ".join(leg.keys)}}, passages)
    return {
        "query": {"bool": {"must": [best], "filter": filter_queries(filters)}},
        "sort": BEST_FIRST,
        "_source": HEAD_SOURCE,
    }


def candidates(limit: int) -> tuple[int, int]:
    """How many articles to ask kNN for, and how many vectors to look at for them.

    Some more articles than wanted, because their order by quantised vectors is put right by the
    exact scores of their passages; the vectors tie `num_candidates` to the limit. With fewer than
    200 of them, two of a hundred articles within the ten best of wmt-news were missed; with as
    many, none.
    """
    k = limit + max(10, limit // 10)
    return k, max(200, 2 * k)


def vector_body(leg: VectorLeg, filters: Filters, limit: int, passages: int) -> Body:
    """A kNN search with the filters inside; very wide ones compare every vector instead.

    kNN stands at the top of the request: within a `nested` query the server would look for the
    passages of `excluding` in the wrong place (elastic/elasticsearch#138184). It scores the
    quantised vectors; the passages of what it finds are scored with the full ones by a second
    query, which finds no article itself but whose `inner_hits` apply to every hit.
    """
    k, looked_at = candidates(limit)
    vector = [float(x) for x in leg.vector]
    exact = _nested(_exact(vector), passages)
    if looked_at > MOST_CANDIDATES:
        query = {"bool": {"must": [exact], "filter": filter_queries(filters)}}
        return {**_UNCOUNTED, "query": query, "size": limit, "sort": BEST_FIRST}
    knn: Body = {
        "field": VECTOR,
        "query_vector": vector,
        "k": k,
        "num_candidates": looked_at,
        "filter": filter_queries(filters),
    }
    only_inner_hits = {"bool": {"must": [exact], "filter": [{"term": {ARTICLE_ID: NO_ARTICLE}}]}}
    return {**_UNCOUNTED, "knn": knn, "query": only_inner_hits, "size": k}


def _exact(vector: list[float]) -> Body:
    """Score each passage by (1 + cosine) / 2: scores must not be negative in Elasticsearch."""
    source = f"(cosineSimilarity(params.asked, '{VECTOR}') + 1.0) / 2.0"
    return {
        "script_score": {
            "query": {"exists": {"field": VECTOR}},
            "script": {"source": source, "params": {"asked": vector}},
        }
    }


def _nested(query: Body, passages: int, order: list[Body] | None = None) -> Body:
    return {
        "nested": {
            "path": PASSAGES,
            "score_mode": "max",
            "query": query,
            "inner_hits": _inner_hits(passages, order or BEST_PASSAGE_FIRST),
        }
    }


def _inner_hits(passages: int, order: list[Body]) -> Body:
    source = [f"{PASSAGES}.{name}" for name in ("position", "lang", "text")]
    return {"size": passages, "_source": source, "sort": order}


BY_ID: list[Body] = [{ARTICLE_ID: "asc"}]


def page_body(search: Body, pit: str, keep_alive: str, after: list[Any] | None) -> Body:
    """One page of a search out of a point in time, from where the page before ended."""
    body = {**search, "pit": {"id": pit, "keep_alive": keep_alive}, "track_total_hits": False}
    return body if after is None else {**body, "search_after": after}
