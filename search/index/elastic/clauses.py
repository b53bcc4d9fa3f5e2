"""Words and filters as queries: pure functions of domain values.

Words of a query are looked up in every language's sub-field (each analyses them its own way,
since nobody said which language they are in) and in the neutral field; the best of these counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from search.analysis.folding import fold
from search.analysis.languages import languages
from search.analysis.query_terms import function_words
from search.analysis.words import pieces
from search.index.clauses import (
    AllOf,
    AnyOf,
    Clause,
    InArticle,
    Match,
    Matching,
    Phrase,
    Prefix,
    Scope,
)
from search.index.elastic.documents import microseconds
from search.index.elastic.languages import OTHER, fields_in
from search.index.elastic.mapping import (
    ARTICLE_ID,
    LANG,
    NEUTRAL,
    PASSAGES,
    POSITION,
    PUBLISHED_MICROSECONDS,
    SECTION,
    SOURCE,
    TAGS,
    TEXT,
)
from search.index.filters import Filters
from search.index.model import HEADLINE

Body = dict[str, Any]

NEUTRAL_WEIGHT = 0.5
"""A word in the form that was asked for, in whatever language, counts half as much as one that the
language's own analyzer recognises. Of 0.2, 0.35, 0.5, 0.7 and 1, 0.5 found most of the coverage of
the same story with headlines of wmt-news as queries (40 % of it within ten articles; with 1,
36 %)."""

MOST_EXPANSIONS = 10_000
"""Words that a prefix stands for at most; Elasticsearch's own default of 50 loses hits."""


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
    """Leave out the function words of the query's own language, unless it has no others.

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


def selection(filters: Filters, clause: Matching | None = None) -> Body:
    """All articles that pass the filters and match the clause, unscored."""
    queries = filter_queries(filters)
    if clause is not None:
        ranking, demands = conditions(clause)
        queries += demands or [has_passage(ranking)]
    return {"bool": {"filter": queries}} if queries else {"match_all": {}}
