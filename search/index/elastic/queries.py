"""Request bodies: pure functions of domain values.

Words of a question are looked up in every language's sub-field (each analyses them its own way,
since nobody said which language they are in) and in the neutral field; the best of these counts.
Filters stand inside each leg: beside the words in filter context, and within kNN as a
pre-filter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from search.analysis.folding import fold
from search.analysis.languages import languages
from search.analysis.question import function_words
from search.analysis.words import pieces
from search.index.elastic.documents import microseconds
from search.index.elastic.languages import OTHER, fields_in
from search.index.elastic.mapping import (
    ARTICLE_ID,
    KEPT,
    LANG,
    NAMES,
    NEUTRAL,
    PASSAGES,
    POSITION,
    PUBLISHED,
    PUBLISHED_MICROSECONDS,
    SECTION,
    SOURCE,
    TAGS,
    TEXT,
    VECTOR,
)
from search.index.model import (
    HEADLINE,
    AllOf,
    AnyOf,
    Clause,
    Filters,
    InArticle,
    LatestLeg,
    Leg,
    LexicalLeg,
    Match,
    Matching,
    NamesLeg,
    Phrase,
    Prefix,
    Scope,
    VectorLeg,
)
from search.index.port import FacetField, Interval

Body = dict[str, Any]

NEUTRAL_WEIGHT = 0.5
"""A word in the form that was asked for, in whatever language, counts half as much as one that the
language's own analyzer recognises. Of 0.2, 0.35, 0.5, 0.7 and 1, 0.5 found most of the coverage of
the same story with headlines of wmt-news as questions (40 % of it within ten articles; with 1,
36 %)."""

FACET_FIELDS: Mapping[FacetField, str] = {
    "lang": LANG,
    "source": SOURCE,
    "section": SECTION,
    "tag": TAGS,
}

MOST_CANDIDATES = 10_000
"""Elasticsearch's limit on `num_candidates`; wider legs compare every vector instead."""

MOST_EXPANSIONS = 10_000
"""Words that a prefix stands for at most; Elasticsearch's own default of 50 loses hits."""

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


def clause_query(clause: Clause) -> Body:
    """A clause as a query over the passages of an article (to stand within `nested`)."""
    match clause:
        case Match():
            text = telling_words(clause.text)
            query = _words(text, "best_fields", match_fields(text))
        case Phrase():
            query = _words(clause.text, "phrase", phrase_fields(clause.text))
        case Prefix():
            query = _words(clause.text, "phrase_prefix", phrase_fields(clause.text))
            query["multi_match"]["max_expansions"] = MOST_EXPANSIONS
        case AllOf(()) | AnyOf(()):
            return {"match_none": {}}
        case AllOf():
            return {"bool": {"must": [clause_query(part) for part in clause.clauses]}}
        case AnyOf():
            should = [clause_query(part) for part in clause.clauses]
            return {"bool": {"should": should, "minimum_should_match": 1}}
    if clause.scope is Scope.ANYWHERE:
        return query
    return {"bool": {"must": [query], "filter": [{"term": {POSITION: HEADLINE}}]}}


def match_fields(text: str) -> list[str]:
    """Where to look words up; which language they are in is not known, only their script."""
    named = [f"{TEXT}.{field.name}" for field in fields_in(text)]
    return [f"{NEUTRAL}^{NEUTRAL_WEIGHT}", f"{TEXT}.{OTHER}", *named]


def phrase_fields(text: str) -> list[str]:
    """Where to look phrases up: where words are not stemmed."""
    cut = [f"{TEXT}.{field.name}" for field in fields_in(text) if not field.stemmed]
    return [NEUTRAL, *cut]


def telling_words(text: str) -> str:
    """Leave out the function words of the question's own language, unless it has no others.

    Each sub-field knows the stop words of one language; in all the others an English `the` would
    be a rare, weighty word.
    """
    found = list(pieces(text))
    folded = [fold(piece.text) for piece in found]
    function = function_words([word for word in folded if word], tuple(languages()))
    telling = [
        piece.text for piece, word in zip(found, folded, strict=True) if word not in function
    ]
    return " ".join(telling) or text


def _words(text: str, kind: str, fields: Sequence[str]) -> Body:
    return {"multi_match": {"query": text, "type": kind, "fields": list(fields)}}


def has_passage(clause: Clause) -> Body:
    """Articles of which some passage matches, unscored."""
    return {"nested": {"path": PASSAGES, "query": clause_query(clause)}}


def conditions(matching: Matching) -> tuple[Clause, list[Body]]:
    """Split into what ranks passages and what the article must have besides."""
    match matching:
        case InArticle(required, optional):
            return AnyOf((*required, *optional)), [has_passage(clause) for clause in required]
        case _:
            return matching, []


def filter_queries(filters: Filters) -> list[Body]:
    """The filters as queries on articles, all of which must hold."""
    queries = _any_of(
        (LANG, filters.langs),
        (SOURCE, filters.sources),
        (SECTION, filters.sections),
        (TAGS, filters.tags),
    )
    span = {}
    if filters.after is not None:
        span["gte"] = microseconds(filters.after)
    if filters.before is not None:
        span["lt"] = microseconds(filters.before)
    if span:
        queries.append({"range": {PUBLISHED_MICROSECONDS: span}})
    forbidden = _any_of(
        (ARTICLE_ID, filters.exclude_ids),
        (LANG, filters.exclude_langs),
        (SOURCE, filters.exclude_sources),
        (SECTION, filters.exclude_sections),
        (TAGS, filters.exclude_tags),
    )
    forbidden += [has_passage(clause) for clause in filters.excluding]
    if forbidden:
        queries.append({"bool": {"must_not": forbidden}})
    return queries


def _any_of(*fields: tuple[str, frozenset[str]]) -> list[Body]:
    return [{"terms": {name: sorted(values)}} for name, values in fields if values]


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


def selection(filters: Filters, clause: Matching | None = None) -> Body:
    """All articles that pass the filters and match the clause, unscored."""
    queries = filter_queries(filters)
    if clause is not None:
        ranking, demands = conditions(clause)
        queries += demands or [has_passage(ranking)]
    return {"bool": {"filter": queries}} if queries else {"match_all": {}}


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


BY_ID: list[Body] = [{ARTICLE_ID: "asc"}]


def page_body(search: Body, pit: str, keep_alive: str, after: list[Any] | None) -> Body:
    """One page of a search out of a point in time, from where the page before ended."""
    body = {**search, "pit": {"id": pit, "keep_alive": keep_alive}, "track_total_hits": False}
    return body if after is None else {**body, "search_after": after}


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
