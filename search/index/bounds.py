"""What every engine refuses to be asked, in the same words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from search.index.clauses import AllOf, AnyOf, InArticle, Matching, Near, Prefix, Wildcard
from search.index.errors import QueryRefused
from search.index.filters import Filters
from search.index.legs import LatestLeg, Leg, LexicalLeg, VectorLeg
from search.index.model import IndexIdentity
from search.index.wildcards import elements

MOST_ARTICLES = 100_000
"""Articles that a leg returns at most; `matches` and `scan` have no such bound."""

MOST_PASSAGES = 10_000
"""Passages per article that a leg returns at most."""

MOST_WORDS = 100
"""Words of one `Match` that are looked for: of a longer text those that tell most
(`search.analysis.telling`)."""

MOST_CLAUSES = 256
"""Words, phrases and prefixes that are looked up by themselves, those of `excluding` included. Each
costs a lookup: 256 phrases take 0.6 s of processor time on 100,000 passages."""

MOST_PREFIXES = 16
"""Prefixes, words with wildcards and words close together among them. Each costs a pass over all
words: 0.07 s of processor time on 100,000 passages."""

MOST_TOGETHER = 64
"""Words of a group that stand close together, or in a row with wildcards: a thousand took 15 s of
processor time on 800 passages."""


def excess(filters: Filters, *matching: Matching | None) -> str | None:
    """Return what a query has too much of, as a sentence; None where it can be asked."""
    clauses = prefixes = 0
    waiting: list[Matching] = [one for one in (*matching, *filters.excluding) if one is not None]
    while waiting:
        match waiting.pop():
            case AllOf(parts) | AnyOf(parts):
                waiting += parts
            case InArticle(required, optional):
                waiting += [*required, *optional]
            case leaf:
                clauses += 1
                prefixes += isinstance(leaf, Prefix | Wildcard | Near)
                if isinstance(leaf, Wildcard | Near) and (words := _words(leaf)) > MOST_TOGETHER:
                    return (
                        f"A group of words close together, or with a star or question mark, has at "
                        f"most {MOST_TOGETHER} words, and this has {words:,}; leave words out, or "
                        "split it into several."
                    )
    if prefixes > MOST_PREFIXES:
        return (
            f"A query has at most {MOST_PREFIXES} words with a star or question mark and groups of "
            f"words close together, and this has {prefixes:,}; write words out, or split it into "
            "several."
        )
    if clauses > MOST_CLAUSES:
        return (
            f"A query has at most {MOST_CLAUSES} alternatives and conditions, and this has "
            f"{clauses:,} once OR and AND are multiplied out; split it into several."
        )
    return None


def _words(leaf: Wildcard | Near) -> int:
    return sum(len(element.words) for element in elements(leaf.text))


def check_asked(filters: Filters, legs: Sequence[Leg]) -> None:
    """Raise `QueryRefused` for legs whose words cost an engine too much."""
    by_words = (leg for leg in legs if isinstance(leg, LexicalLeg | LatestLeg))
    check_matching(filters, *(leg.clause for leg in by_words))


def check_matching(filters: Filters, *matching: Matching | None) -> None:
    """Raise `QueryRefused` for words that cost an engine too much."""
    too_much = excess(filters, *matching)
    if too_much is not None:
        raise QueryRefused(too_much)


def check_legs(
    legs: Sequence[Leg], limit: int, passages: int, scores: int, identity: IndexIdentity
) -> None:
    """Raise `QueryRefused` for what no engine answers; see `SearchIndex.retrieve`."""
    if not 1 <= limit <= MOST_ARTICLES:
        raise QueryRefused(
            f"The limit must be from 1 to {MOST_ARTICLES:,}, not {limit}; an export has no limit."
        )
    check_passages(passages)
    check_passages(scores)
    for leg in legs:
        if isinstance(leg, VectorLeg):
            _check_vector(leg.vector, identity)


def _check_vector(vector: NDArray[np.float32], identity: IndexIdentity) -> None:
    if vector.shape != (identity.dimension,):
        raise QueryRefused(
            f"The query's vector has the shape {vector.shape}, and the index holds vectors of "
            f"{identity.dimension} dimensions. Search with the model that the index was written "
            f"with, {identity.model_name}."
        )
    if not np.isfinite(vector).all() or not vector.any():
        raise QueryRefused("The query's vector is zero or not finite: the model is broken.")


def check_passages(passages: int) -> None:
    """Raise `QueryRefused` for a number of passages per article that no engine returns."""
    if not 1 <= passages <= MOST_PASSAGES:
        raise QueryRefused(
            f"The passages per article must be from 1 to {MOST_PASSAGES:,}, not {passages}."
        )
