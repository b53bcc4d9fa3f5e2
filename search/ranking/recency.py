"""The order of candidates by recency or date: pure functions of values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from search.request import Recency

Dates = Mapping[str, datetime | None]
"""When articles were published, by id; None for those without a date."""


def recency_weighted(
    scores: Mapping[str, float], published: Dates, recency: Recency
) -> dict[str, float]:
    """Multiply each score by 0.5 ** (age / half-life).

    An article from the future is of age 0; one without a date counts as old as the oldest.
    Exponential decay as in Efron and Golovchinsky, "Estimation methods for ranking recent
    information", SIGIR 2011, written with a half-life because a person can name one.
    """
    ages = {
        identifier: max(timedelta(0), recency.now - date) / recency.half_life
        for identifier in scores
        if (date := published[identifier]) is not None
    }
    oldest = max(ages.values(), default=0.0)
    return {
        identifier: score * 0.5 ** ages.get(identifier, oldest)
        for identifier, score in scores.items()
    }


def newest_first(
    order: Sequence[str], published: Dates, until: datetime | None = None
) -> list[str]:
    """Sort ids by date, newest first, undated last; equal dates by id.

    Dates later than `until` stand behind all others.
    """

    def key(identifier: str) -> tuple[bool, bool, float, str]:
        date = published[identifier]
        late = date is not None and until is not None and date > until
        return (date is None, late, -date.timestamp() if date else 0.0, identifier)

    return sorted(order, key=key)
