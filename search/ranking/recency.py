"""The order of candidates by relevance, recency or date: pure functions of values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from search.index.model import Article
from search.request import Recency


def recency_weighted(
    scores: Mapping[str, float], articles: Mapping[str, Article], recency: Recency
) -> dict[str, float]:
    """Multiply each score by 0.5 ** (age / half-life).

    An article from the future is of age 0; one without a date counts as old as the oldest.
    Exponential decay as in Efron and Golovchinsky, "Estimation methods for ranking recent
    information", SIGIR 2011, written with a half-life because a person can name one.
    """
    ages = {
        identifier: max(timedelta(0), recency.now - published) / recency.half_life
        for identifier in scores
        if (published := articles[identifier].published) is not None
    }
    oldest = max(ages.values(), default=0.0)
    return {
        identifier: score * 0.5 ** ages.get(identifier, oldest)
        for identifier, score in scores.items()
    }


def newest_first(order: Sequence[str], articles: Mapping[str, Article]) -> list[str]:
    """Sort ids by date, newest first, undated last; equal dates by id."""

    def key(identifier: str) -> tuple[bool, float, str]:
        published = articles[identifier].published
        return (published is None, -published.timestamp() if published else 0.0, identifier)

    return sorted(order, key=key)
