"""A second look at what is near an alert: how likely the search itself finds it right.

One article beside one query says little across languages. A search has all other articles to
compare it with, and what lies between the best of them, so that it is surer of the same article. It
costs as much as a search, so only the alerts that come nearest to a batch are looked at again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from search.errors import UsageError
from search.request import Mode, Request
from search.retrieval.features import confidence_of
from search.retrieval.hybrid import HybridSearch

Likelihoods = Callable[[Request], Mapping[str, float]]
"""How likely each candidate of a request is right, by article; empty where nothing is known."""

FEWEST_SEARCHES = 8
"""Alerts that are looked at again whatever there are."""

SEARCHES = 24
"""Alerts that are looked at again of a batch of up to so many articles. Of the sample's topics, in
79 alerts, they tell 0.67 where articles arrive one by one, 0.71 if all were looked at again, and
0.59 with a third as many (`benchmarks.alerts`, `in_batches`)."""

MANY_ALERTS = 1000
"""From so many on only the fewest are looked at again: going through them takes more than a second,
and a hundred articles are to take less than two (`benchmarks.alerts --speed`)."""

LEASTS = ((0.0, 0.0), (0.5, 0.3), (0.7, 0.5), (0.8, 0.55), (0.9, 0.78), (0.95, 0.95), (1.0, 1.0))
"""Precision that is asked for, and how likely an article must be for it; lines between. Most of
what is told is likelier than the least of it. Chosen such that what both looks tell of the news is
as often right as is asked for, in the mean of pairs of languages (`benchmarks.alerts`)."""


def least_likelihood(precision: float) -> float:
    """Return how likely a search must find an article, for what is told to be as often right."""
    asked, likely = zip(*LEASTS, strict=True)
    return float(np.interp(precision, asked, likely))


def most_searches(articles: int, alerts: int) -> int:
    """Return how many alerts are looked at again for so many new articles.

    One for each article, of which a search takes less than half the time of its ingest; the fewer,
    the more alerts have to be gone through.
    """
    share = max(0.0, 1 - alerts / MANY_ALERTS)
    return max(FEWEST_SEARCHES, round(share * max(SEARCHES, articles)))


def likelihoods(search: HybridSearch) -> Likelihoods:
    """Return what asks a search, by words, names and meaning together."""

    def of(request: Request) -> Mapping[str, float]:
        asked = replace(request, mode=Mode.HYBRID, rerank=False, recency=None, min_confidence=None)
        try:
            pool = search.pool(asked)
        except UsageError:  # which the first look has not to understand
            return {}
        return confidence_of(pool, list(pool.scores))

    return of
