"""What says that an article is what an alert is about: meaning, words and names, as numbers. Pure.

None of these alone tells it well across languages: of the articles near in meaning, those that
share a name or a number with the query, or have a headline near it, are far more often right.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from math import log1p

import numpy as np

from search.alerts.batch import Batch
from search.alerts.words import Words
from search.calibration.logistic import Numbers
from search.embedding.port import Vectors

FEATURES = (
    "cosine",  # of the best passage
    "three passages",  # the mean of the three best
    "first",  # that of the headline, or the first passage
    "background",  # `backgrounds.upper_end` of the query in the article's language
    "words",  # share of the query's words that the article has, as words or names
    "words in the headline",
    "length",  # logarithm of the query's words, and 1
)

EVIDENCE = 3
"""Passages whose mean cosine counts."""


def nearness(queries: Vectors, articles: Sequence[Vectors]) -> Numbers:
    """Return the first three of `FEATURES`: shape (queries, articles, 3)."""
    ends = np.cumsum([0, *map(len, articles)])
    cosines = queries @ np.concatenate(articles).T
    found = np.empty((len(queries), len(articles), 3))
    for n, (start, end) in enumerate(pairwise(ends.tolist())):
        own = cosines[:, start:end]
        found[:, n, 0] = own.max(axis=1)
        found[:, n, 2] = own[:, 0]
        most = min(EVIDENCE, end - start)
        found[:, n, 1] = np.partition(own, -most, axis=1)[:, -most:].mean(axis=1)
    return found


@cache
def possible(count: int) -> Numbers:
    """Return what `shares` may come to for a query of so many words: shape (n, 3)."""
    most = max(1, count)
    both = [(n / most, m / most) for n in range(count + 1) for m in range(n + 1)]
    return np.column_stack([both, np.full(len(both), log1p(count))])


def shares(words: Words, batch: Batch, numbers: Sequence[int]) -> Numbers:
    """Return the last of `FEATURES` for some articles of a batch: shape (len(numbers), 3)."""
    found = np.zeros((len(numbers), 3))
    for column, lookup in enumerate((batch.whole, batch.headlines)):
        for token in words.telling:
            bits = words.having(token, lookup)
            if bits:
                found[:, column] += [bits >> n & 1 for n in numbers]
    found[:, :2] /= max(1, len(words.telling))
    found[:, 2] = log1p(len(words.telling))
    return found
