"""Which passages match words: each simple clause is one query to Lance, sets do the rest.

A passage is matched by its terms (`terms`, `title_terms`) or, for phrases, prefixes and
questions of function words only, by its words as they stand (`words`, `title_words`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from search.analysis.indexing import phrase_words
from search.analysis.query_terms import query_terms
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
from search.index.embedded.conditions import both, literal, where
from search.index.embedded.driver import lance
from search.index.embedded.found import Found, intersection, is_in, union
from search.index.embedded.table import Dataset, languages
from search.index.filters import Filters

TERMS = {Scope.ANYWHERE: "terms", Scope.TITLE: "title_terms"}
NAMES = "names"
WORDS = {Scope.ANYWHERE: "words", Scope.TITLE: "title_words"}

BM25_K1 = 1.2
BM25_B = 0.75
"""Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework"; Lance has the same."""

_PASSAGE = ["article_id", "position"]


@dataclass(frozen=True, slots=True)
class Selection:
    """What the filters let pass: a condition in SQL, and articles that `excluding` keeps out."""

    condition: str | None
    excluded: pa.Array | None = None

    @classmethod
    def of(cls, dataset: Dataset, filters: Filters) -> Selection:
        """Look up which articles the filters exclude by their words."""
        condition = where(filters)
        if not filters.excluding:
            return cls(condition)
        everywhere = cls(condition)
        out = union([passages(dataset, clause, everywhere) for clause in filters.excluding])
        return cls(condition, pc.unique(out.articles))

    def keeps(
        self, articles: pa.Array | pa.ChunkedArray
    ) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Tell of each article id whether `excluding` lets it pass."""
        if self.excluded is None:
            return np.ones(len(articles), dtype=bool)
        return ~is_in(articles, self.excluded)


def passages(dataset: Dataset, matching: Matching, selection: Selection) -> Found:
    """Return every passage that matches, with its BM25 score."""
    if isinstance(matching, InArticle):
        required = [passages(dataset, clause, selection) for clause in matching.required]
        optional = [passages(dataset, clause, selection) for clause in matching.optional]
        found = union([*required, *optional])
        for part in required:
            found = found.of_articles(pc.unique(part.articles))
        return found
    found = _evaluate(dataset, matching, selection.condition)
    return found if selection.excluded is None else found.take(selection.keeps(found.articles))


def named(dataset: Dataset, keys: Sequence[str], selection: Selection) -> Found:
    """Return every passage with a name of one of the keys, with its BM25 score."""
    found = _any_word(dataset, keys, NAMES, selection.condition)
    return found if selection.excluded is None else found.take(selection.keeps(found.articles))


def _evaluate(dataset: Dataset, clause: Clause, condition: str | None) -> Found:
    match clause:
        case AllOf(clauses):
            return intersection([_evaluate(dataset, part, condition) for part in clauses])
        case AnyOf(clauses):
            return union([_evaluate(dataset, part, condition) for part in clauses])
        case Match(text, scope):
            asked = query_terms(text, sorted(languages(dataset)))
            by_terms = _any_word(dataset, asked.terms, TERMS[scope], condition)
            by_words = _any_word(dataset, asked.words, WORDS[scope], condition)
            return union([by_terms, by_words]) if asked.words else by_terms
        case Phrase(text, scope):
            return _phrase(dataset, phrase_words(text), WORDS[scope], condition)
        case Prefix(text, scope):
            return _prefix(dataset, phrase_words(text), WORDS[scope], condition)
    raise TypeError(f"unknown clause {clause!r}")


def _any_word(dataset: Dataset, words: Sequence[str], column: str, condition: str | None) -> Found:
    if not words:
        return Found.nothing()
    return _ask(dataset, lance.query.MatchQuery(" ".join(words), column), condition)


def _phrase(dataset: Dataset, words: Sequence[str], column: str, condition: str | None) -> Found:
    if len(words) <= 1:
        return _any_word(dataset, words, column, condition)
    return _ask(dataset, lance.query.PhraseQuery(" ".join(words), column), condition)


def _ask(dataset: Dataset, query: lance.query.FullTextQuery, condition: str | None) -> Found:
    table = dataset.to_table(
        columns=[*_PASSAGE, "_score"],
        full_text_query=query,
        filter=condition,
        prefilter=True,
        with_row_id=True,
    )
    return Found.of(table, table["_score"].to_numpy())


def _prefix(dataset: Dataset, words: Sequence[str], column: str, condition: str | None) -> Found:
    """Lance knows no prefixes, so the kept words are searched for the beginning of a phrase.

    Scored by BM25 as if all that it stands for were one term. Its mean length is taken over
    the passages that match.
    """
    if not words:
        return Found.nothing()
    # Kept words are joined by spaces and begin with one (`rows`).
    beginning = " " + " ".join(words)
    table = dataset.to_table(
        columns=[*_PASSAGE, column],
        filter=both(condition, f"contains({column}, {literal(beginning)})"),
        with_row_id=True,
    )
    if not len(table):
        return Found.nothing()
    times = pc.count_substring(table[column], beginning).to_numpy().astype(np.float64)
    lengths = pc.count_substring(table[column], " ").to_numpy().astype(np.float64)
    matching, every = len(table), dataset.count_rows()
    weight = np.log(1 + (every - matching + 0.5) / (matching + 0.5))
    norm = BM25_K1 * (1 - BM25_B + BM25_B * lengths / lengths.mean())
    return Found.of(table, weight * times * (BM25_K1 + 1) / (times + norm))
