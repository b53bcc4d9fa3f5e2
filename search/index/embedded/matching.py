"""Which passages match words: each simple clause is one query to Lance, sets do the rest.

A passage is matched by its terms (`terms`, `title_terms`) or, for phrases, prefixes and
questions of function words only, by its words as they stand (`words`, `title_words`).

Lance is told nothing of the filters: what they keep out is left out of what it finds. So a filter
makes no query dearer, and changes no score.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from search import deadline
from search.analysis.indexing import phrases
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
from search.index.embedded.conditions import literal
from search.index.embedded.driver import lance
from search.index.embedded.found import Found, Numbers, intersection, union
from search.index.embedded.table import languages
from search.index.embedded.view import View
from search.index.filters import Filters

TERMS = {Scope.ANYWHERE: "terms", Scope.TITLE: "title_terms"}
NAMES = "names"
WORDS = {Scope.ANYWHERE: "words", Scope.TITLE: "title_words"}

BM25_K1 = 1.2
BM25_B = 0.75
"""Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework"; Lance has the same."""


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """What may be found: what the filters of a view let pass, less what `excluding` keeps out."""

    view: View
    excluded: Numbers = field(default_factory=lambda: np.empty(0, np.int64))

    @classmethod
    def of(cls, view: View, filters: Filters) -> Selection:
        """Look up which articles the filters exclude by their words."""
        if not filters.excluding:
            return cls(view)
        out = union([passages(cls(view), clause) for clause in filters.excluding])
        return cls(view, np.unique(view.articles(out.rows)))

    def keeps(self, articles: Numbers) -> NDArray[np.bool_]:
        """Tell of each article whether it may be found."""
        admitted = self.view.admits(articles)
        return admitted & ~np.isin(articles, self.excluded) if len(self.excluded) else admitted

    def passing(self) -> Numbers:
        """Return all articles that may be found."""
        return np.setdiff1d(self.view.passing(), self.excluded)


def passages(selection: Selection, matching: Matching) -> Found:
    """Return every passage that matches, with its BM25 score."""
    view = selection.view
    if not isinstance(matching, InArticle):
        return _kept(selection, _evaluate(view, matching))
    required = [passages(selection, clause) for clause in matching.required]
    optional = [passages(selection, clause) for clause in matching.optional]
    found = union([*required, *optional])
    for part in required:
        wanted = np.isin(view.articles(found.rows), view.articles(part.rows))
        found = found.take(wanted)
    return found


def named(selection: Selection, keys: Sequence[str]) -> Found:
    """Return every passage with a name of one of the keys, with its BM25 score."""
    return _kept(selection, _any_word(selection.view, keys, NAMES))


def _kept(selection: Selection, found: Found) -> Found:
    return found.take(selection.keeps(selection.view.articles(found.rows)))


def _evaluate(view: View, clause: Clause) -> Found:
    deadline.check()
    match clause:
        case AllOf(clauses):
            return intersection([_evaluate(view, part) for part in clauses])
        case AnyOf(clauses):
            return union([_evaluate(view, part) for part in clauses])
        case Match(text, scope):
            asked = query_terms(text, sorted(languages(view.dataset)))
            by_terms = _any_word(view, asked.terms, TERMS[scope])
            by_words = _any_word(view, asked.words, WORDS[scope])
            return union([by_terms, by_words]) if asked.words else by_terms
        case Phrase(text, scope):
            return union([_phrase(view, words, WORDS[scope]) for words in phrases(text)])
        case Prefix(text, scope):
            return union([_prefix(view, words, WORDS[scope]) for words in phrases(text)])
    raise TypeError(f"unknown clause {clause!r}")


def _any_word(view: View, words: Sequence[str], column: str) -> Found:
    if not words:
        return Found.nothing()
    return _ask(view, lance.query.MatchQuery(" ".join(words), column))


def _phrase(view: View, words: Sequence[str], column: str) -> Found:
    if len(words) <= 1:
        return _any_word(view, words, column)
    return _ask(view, lance.query.PhraseQuery(" ".join(words), column))


def _ask(view: View, query: lance.query.FullTextQuery) -> Found:
    rows, table = view.read(["_score"], full_text_query=query)
    return Found.of(rows, table["_score"].to_numpy())


def _prefix(view: View, words: Sequence[str], column: str) -> Found:
    """Lance knows no prefixes, so the kept words are searched for the beginning of a phrase.

    Scored by BM25 as if all that it stands for were one term. Its frequency and mean length are
    those of the passages that match and that the filters let pass.
    """
    if not words:
        return Found.nothing()
    # Kept words are joined by spaces and begin with one (`rows`).
    beginning = " " + " ".join(words)
    rows, table = view.read([column], filter=f"contains({column}, {literal(beginning)})")
    admitted = view.admits(view.articles(rows))
    rows, texts = rows[admitted], table[column].combine_chunks().filter(admitted)
    if not len(rows):
        return Found.nothing()
    times = pc.count_substring(texts, beginning).to_numpy().astype(np.float64)
    lengths = pc.count_substring(texts, " ").to_numpy().astype(np.float64)
    matching, every = len(rows), view.dataset.count_rows()
    weight = np.log(1 + (every - matching + 0.5) / (matching + 0.5))
    norm = BM25_K1 * (1 - BM25_B + BM25_B * lengths / lengths.mean())
    return Found.of(rows, weight * times * (BM25_K1 + 1) / (times + norm))
