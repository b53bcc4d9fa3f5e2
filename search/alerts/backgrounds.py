"""How near a query is to what it is not about: what a cosine is compared with.

A cosine does not mean the same in each pair of languages, nor for each query: what counts is how
far an article stands out from what else the index has in its language.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from search.calibration.logistic import Numbers
from search.embedding.port import Vectors
from search.index.filters import Filters
from search.index.legs import LatestLeg
from search.index.port import SearchIndex

SAMPLED = 200
"""Articles per language that a background is of: the latest."""

FEWEST = 30
"""Articles of a language below which it has no background of its own."""

TRIMMED = 0.05
"""Share of the nearest articles that are left out of a background: they may be on the subject."""


def backgrounds(index: SearchIndex, queries: Vectors, lang: str) -> tuple[Numbers, int]:
    """Measure queries, shape (n, dimension), against a language: shape (n,), and how many articles.

    Without articles all are 0.
    """
    leg, filters = LatestLeg(), Filters(langs=frozenset((lang,)))
    (result,) = index.retrieve((leg,), filters, SAMPLED, 1).results
    found = index.get([one.id for one in result.candidates])
    vectors = [one.vectors for one in found.values() if len(one.vectors)]
    if not vectors:
        return np.zeros(len(queries)), 0
    return upper_end(best_cosines(queries, vectors)), len(vectors)


def upper_end(cosines: Numbers) -> Numbers:
    """Return what all but the nearest articles stay below: (queries, articles) -> (queries,)."""
    last = max(1, round(cosines.shape[1] * (1 - TRIMMED))) - 1
    ends: Numbers = np.partition(cosines, last, axis=1)[:, last]
    return ends


def best_cosines(queries: Vectors, articles: Sequence[Vectors]) -> Numbers:
    """Return the cosine of each article's best passage: shape (queries, articles)."""
    starts = np.cumsum([0, *(len(one) for one in articles[:-1])])
    cosines = queries @ np.concatenate(articles).T
    return np.maximum.reduceat(cosines, starts, axis=1).astype(np.float64)
