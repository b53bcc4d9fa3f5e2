"""Which passages match words: each simple clause is one query to Lance, sets do the rest.

A passage is matched by its terms (`terms`, `title_terms`) or, for phrases, prefixes and
queries of function words only, by its words as they stand (`words`, `title_words`).

Lance is told nothing of the filters: what they keep out is left out of what it finds. So a filter
makes no query dearer, and changes no score.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from search import deadline
from search.analysis.indexing import phrases
from search.analysis.query_terms import QueryTerms, query_terms
from search.analysis.telling import shortened
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
)
from search.index.embedded.conditions import both, literal
from search.index.embedded.driver import lance
from search.index.embedded.found import Found, Numbers, intersection, union
from search.index.embedded.table import languages
from search.index.embedded.view import View
from search.index.filters import Filters
from search.index.wildcards import Element, elements, near_one_another, row_pattern
from search.values import dataclass

TERMS = {Scope.ANYWHERE: "terms", Scope.TITLE: "title_terms"}
NAMES = "names"
WORDS = {Scope.ANYWHERE: "words", Scope.TITLE: "title_words"}

Times = Callable[[pa.Array], NDArray[Any]]
"""How often each of the texts has what is looked for."""

BM25_K1 = 1.2
BM25_B = 0.75
"""Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework"; Lance has the same."""


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """What may be found: what the filters of a view let pass, less what `excluding` keeps out.

    `names` has the ids of articles that were found, by number.
    """

    view: View
    excluded: Numbers = field(default_factory=lambda: np.empty(0, np.int64))
    names: dict[int, str] = field(default_factory=dict)

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
            return _match(view, text, scope)
    return _in_words(view, clause, WORDS[clause.scope])


def _match(view: View, text: str, scope: Scope) -> Found:
    wanted = _terms_of(text, tuple(sorted(languages(view.dataset))))
    by_terms = _any_word(view, wanted.terms, TERMS[scope])
    if not wanted.words:
        return by_terms
    return union([by_terms, _any_word(view, wanted.words, WORDS[scope])])


@lru_cache(maxsize=512)
def _terms_of(text: str, langs: tuple[str, ...]) -> QueryTerms:
    return query_terms(shortened(text, MOST_WORDS), langs)


def _in_words(view: View, clause: Phrase | Prefix | Wildcard | Near, column: str) -> Found:
    match clause:
        case Phrase(text):
            return union([_phrase(view, words, column) for words in phrases(text)])
        case Prefix(text):
            return union([_prefix(view, words, column) for words in phrases(text)])
        case Wildcard(text):
            return _in_a_row(view, elements(text), column)
        case Near(text, gaps):
            return _near(view, elements(text), gaps, column)


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
    """Lance knows no prefixes, so the stored words are searched for the beginning of a phrase."""
    if not words:
        return Found.nothing()
    # Stored words are joined by spaces and begin with one (`rows`).
    beginning = " " + " ".join(words)
    return _scored(
        view,
        column,
        lambda texts: pc.count_substring(texts, beginning).to_numpy(),
        filter=f"contains({column}, {literal(beginning)})",
    )


def _in_a_row(view: View, found: Sequence[Element], column: str) -> Found:
    """Search the stored words by a regular expression: 0.1 s for 100,000 passages of 60 words."""
    if not found:
        return Found.nothing()
    pattern = row_pattern(found)
    return _scored(
        view,
        column,
        lambda texts: pc.count_substring_regex(texts, pattern).to_numpy(),
        filter=f"regexp_like({column}, {literal(pattern)})",
    )


def _near(view: View, found: Sequence[Element], gaps: int, column: str) -> Found:
    """Look at the stored words of the passages that have all of these words at all."""
    if not found:
        return Found.nothing()
    plain = [word for one in found if not one.is_wild for word in one.words]
    wild = [f"regexp_like({column}, {literal(row_pattern([one]))})" for one in found if one.is_wild]
    query: dict[str, Any] = {}
    if plain:
        words = " ".join(dict.fromkeys(plain))
        every = lance.query.FullTextOperator.AND
        query["full_text_query"] = lance.query.MatchQuery(words, column, operator=every)
    if wild:
        query["filter"] = both(*wild)

    def times(texts: pa.Array) -> NDArray[np.int64]:
        counts = [len(near_one_another(found, gaps, text.split())) for text in texts.to_pylist()]
        return np.array(counts, np.int64)

    return _scored(view, column, times, **query)


def _scored(view: View, column: str, times: Times, **query: Any) -> Found:  # noqa: ANN401
    """Score what a query to Lance finds by how often each passage has what is looked for.

    By BM25 as if all that it stands for were one term. Its frequency and mean length are those of
    the passages that match and that the filters let pass.
    """
    rows, table = view.read([column], **query)
    admitted = view.admits(view.articles(rows))
    rows, texts = rows[admitted], table[column].combine_chunks().filter(admitted)
    counts = times(texts).astype(np.float64)
    matching = counts > 0
    if not matching.any():
        return Found.nothing()
    lengths = pc.count_substring(texts, " ").to_numpy().astype(np.float64)[matching]
    rows, counts = rows[matching], counts[matching]
    found, every = len(rows), view.dataset.count_rows()
    weight = np.log(1 + (every - found + 0.5) / (found + 0.5))
    norm = BM25_K1 * (1 - BM25_B + BM25_B * lengths / lengths.mean())
    return Found.of(rows, weight * counts * (BM25_K1 + 1) / (counts + norm))
