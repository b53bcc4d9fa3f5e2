"""Words and filters as queries: pure functions of domain values.

Words of a query are looked up in every language's sub-field (each analyses them its own way,
since nobody said which language they are in) and in the neutral field; the best of these counts.
What the server's analyzers would take apart (C++, 1,000, F-16) is looked up in the neutral field
alone, and counts in full; so are phrases and prefixes. The neutral field's words are those of
`search.analysis`, as on any engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from search.analysis import clitics
from search.analysis.indexing import phrases
from search.analysis.languages import languages
from search.analysis.query_terms import query_terms, telling_words
from search.analysis.telling import length, shortened
from search.index.bounds import MOST_WORDS
from search.index.clauses import (
    AllOf,
    AnyOf,
    Clause,
    InArticle,
    Match,
    Matching,
    Near,
    Phrase,
    Prefix,
    Scope,
    Wildcard,
    leaves,
)
from search.index.elastic.documents import microseconds
from search.index.elastic.languages import OTHER, fields_in
from search.index.elastic.mapping import (
    ARTICLE_ID,
    EMBARGO,
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
from search.index.wildcards import Element, elements, is_wild

Body = dict[str, Any]

NEUTRAL_WEIGHT = 0.5
"""A word in the form that was asked for, in whatever language, counts half as much as one that the
language's own analyzer recognises. Of 0.2, 0.35, 0.5, 0.7 and 1, 0.5 found most of the coverage of
the same story with headlines of wmt-news as queries (40 % of it within ten articles; with 1,
36 %)."""

MOST_LOOKUPS = 4_000
"""Words times fields of a query at most. Elasticsearch takes as many as its heap in MB times 64 by
its search threads, and 1024 at least: 5,041 with 1 GB on 8 cores. Of a list of 256 names each is
looked up in 14 languages."""

EVERY = 1_000
"""More than there are fields."""

WIDEST = (
    "other",
    "en",
    "es",
    "fr",
    "de",
    "ru",
    "pt",
    "it",
    "tr",
    "id",
    "nl",
    "pl",
    "uk",
    "sv",
)
"""Sub-fields of the languages that most news is published in, the first ones first."""

EXPANDED = "top_terms_blended_freqs_128"
"""Scores words with wildcards by how often all that they stand for are met, of so many at most."""

MOST_EXPANSIONS = 10_000
"""Words that a prefix stands for at most; Elasticsearch's own default of 50 loses hits."""


def clause_query(clause: Clause, fields: int = EVERY) -> Body:
    """A clause as a query over the passages of an article (to stand within `nested`).

    Each word is looked up in at most so many fields of languages: see `fields_per_word`.
    """
    match clause:
        case Match():
            query = _any_word(shortened(clause.text, MOST_WORDS), fields)
        case Phrase():
            query = _best_of(
                [{"match_phrase": {NEUTRAL: " ".join(words)}} for words in phrases(clause.text)]
            )
        case Prefix():
            query = _best_of([_beginning(words) for words in phrases(clause.text)])
        case Wildcard():
            query = _in_a_row(elements(clause.text))
        case Near():
            query = _near(elements(clause.text), clause.gaps)
        case AllOf(()) | AnyOf(()):
            return {"match_none": {}}
        case AllOf():
            return {"bool": {"must": [clause_query(part, fields) for part in clause.clauses]}}
        case AnyOf():
            should = [clause_query(part, fields) for part in clause.clauses]
            return {"bool": {"should": should, "minimum_should_match": 1}}
    if clause.scope is Scope.ANYWHERE:
        return query
    return {"bool": {"must": [query], "filter": [{"term": {POSITION: HEADLINE}}]}}


def fields_per_word(matching: Matching) -> int:
    """Return in how many languages each word is looked up, so that the server takes the query.

    It counts every word in every field, twice where an article must have it, and has a limit
    (`MOST_LOOKUPS`). All languages, but for queries of very many words.
    """
    words = sum(
        min(MOST_WORDS, length(leaf.text)) if isinstance(leaf, Match) else 1
        for leaf in leaves(matching)
    )
    times = 2 if isinstance(matching, InArticle) else 1
    return max(1, MOST_LOOKUPS // max(1, times * words) - 1)


def _any_word(text: str, fields: int) -> Body:
    known = tuple(languages())
    asked = query_terms(text, tuple(clitics.WRITTEN_ON), known)
    own = telling_words(text, known)
    if not own:
        return _in_neutral([*asked.terms, *asked.words])
    shared = [*(term for term in asked.terms if term not in asked.apart), *asked.words]
    words = {"multi_match": {"query": own, "fields": _widest(match_fields(own), fields)}}
    query = _best_of([_in_neutral(shared, NEUTRAL_WEIGHT), words] if shared else [words])
    return {"bool": {"should": [query, _in_neutral(asked.apart)]}} if asked.apart else query


def _in_neutral(terms: Sequence[str], weight: float = 1.0) -> Body:
    return {"match": {NEUTRAL: {"query": " ".join(terms), "boost": weight}}}


def match_fields(text: str) -> list[str]:
    """Where languages' own words are looked up; only the script says which it may be."""
    return [f"{TEXT}.{OTHER}", *(f"{TEXT}.{field.name}" for field in fields_in(text))]


def _widest(fields: Sequence[str], most: int) -> list[str]:
    """Leave the fields of the languages that most is published in."""
    if len(fields) <= most:
        return list(fields)
    widest = [f"{TEXT}.{name}" for name in WIDEST]
    return sorted(fields, key=lambda one: widest.index(one) if one in widest else len(widest))[
        :most
    ]


def _beginning(words: Sequence[str]) -> Body:
    prefix = {"query": " ".join(words), "max_expansions": MOST_EXPANSIONS}
    return {"match_phrase_prefix": {NEUTRAL: prefix}}


def _best_of(queries: Sequence[Body]) -> Body:
    if len(queries) == 1:
        return queries[0]
    return {"dis_max": {"queries": list(queries)}} if queries else {"match_none": {}}


def _in_a_row(found: Sequence[Element]) -> Body:
    """Elements side by side; one word with wildcards, which any number of words may match."""
    if not found:
        return {"match_none": {}}
    if len(found) == 1 and len(found[0].words) == 1 and found[0].is_wild:
        return _scored({"wildcard": {NEUTRAL: {"value": found[0].words[0]}}}, found)
    first, *rest = found
    row = _interval(first)
    for one in rest:
        row = _all_of([row, _interval(one)], one.skips, ordered=True)
    return _scored({"intervals": {NEUTRAL: row}}, found)


def _near(found: Sequence[Element], gaps: int) -> Body:
    if not found:
        return {"match_none": {}}
    near = _all_of(list(map(_interval, found)), gaps, ordered=False)
    return _scored({"intervals": {NEUTRAL: near}}, found)


def _scored(condition: Body, found: Sequence[Element]) -> Body:
    """Score by BM25 of its words what meets a condition.

    By themselves intervals and wildcards are scored between 0 and 1, as if nearly every article
    had them: other words of the query would decide, and how likely a hit is right is read from it.
    """
    words = [word for one in found for word in one.words]
    plain = " ".join(word for word in words if not is_wild(word))
    scores: list[Body] = [{"match": {NEUTRAL: {"query": plain}}}] if plain else []
    scores += [
        {"wildcard": {NEUTRAL: {"value": word, "rewrite": EXPANDED}}}
        for word in words
        if is_wild(word)
    ]
    must = {"constant_score": {"filter": condition}}
    return {"bool": {"must": [must], "should": scores}}


def _interval(one: Element) -> Body:
    words: list[Body] = [
        {"wildcard": {"pattern": word}} if is_wild(word) else {"match": {"query": word}}
        for word in one.words
    ]
    return words[0] if len(words) == 1 else _all_of(words, 0, ordered=True)


def _all_of(intervals: Sequence[Body], gaps: int, *, ordered: bool) -> Body:
    return {"all_of": {"intervals": list(intervals), "max_gaps": gaps, "ordered": ordered}}


def has_passage(matching: Matching, fields: int | None = None) -> Body:
    """Articles of which some passage matches, or some for each required clause, unscored."""
    ranking, demands = conditions(matching)
    if demands:
        return {"bool": {"filter": demands}}
    wide = fields_per_word(matching) if fields is None else fields
    return {"nested": {"path": PASSAGES, "query": clause_query(ranking, wide)}}


def conditions(matching: Matching) -> tuple[Clause, list[Body]]:
    """Split into what ranks passages and what the article must have besides."""
    match matching:
        case InArticle(required, optional):
            wide = fields_per_word(matching)
            return AnyOf((*required, *optional)), [has_passage(each, wide) for each in required]
        case _:
            return matching, []


def _ranking(matching: Matching) -> Clause:
    return conditions(matching)[0]


def filter_queries(filters: Filters) -> list[Body]:
    """The filters as queries on articles, all of which must hold."""
    queries = _any_of(
        (LANG, filters.langs),
        (SOURCE, filters.sources),
        (SECTION, filters.sections),
        (TAGS, filters.tags),
    )
    if filters.ids is not None:
        queries.append({"terms": {ARTICLE_ID: sorted(filters.ids)}})
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
    if filters.at is not None:
        forbidden.append({"range": {EMBARGO: {"gt": microseconds(filters.at)}}})
    if filters.excluding:
        wide = fields_per_word(InArticle(tuple(map(_ranking, filters.excluding))))
        forbidden += [has_passage(clause, wide) for clause in filters.excluding]
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
