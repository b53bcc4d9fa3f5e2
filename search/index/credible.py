"""Dates that an article can have, and those that are most likely a mistake. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from search.index.model import Article

TOLERANCE = timedelta(days=1)
"""Clocks of sources may be ahead by so much, and local times may be read as UTC."""

EARLIEST_YEAR = 1600
"""The first printed newspapers date from 1605; an earlier date is a mistake ("0001-01-01")."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""What programs write that know of no date."""


def latest(now: datetime) -> datetime:
    """Return until when a date is not suspicious."""
    return now + TOLERANCE


def suspicious_dates(article: Article, now: datetime) -> tuple[str, ...]:
    """Return which of an article's dates are suspicious: of `published` and `updated`."""
    dates = {"published": article.published, "updated": article.updated}
    return tuple(key for key, date in dates.items() if date and is_suspicious(date, now))


def is_suspicious(moment: datetime, now: datetime) -> bool:
    """Tell whether a date (aware) is of the future, of the epoch or before there were newspapers.

    Such a date is stored as it was given, is marked wherever it is shown, and never decides which
    version of an article is the newer one.
    """
    return moment.year < EARLIEST_YEAR or abs(moment - _EPOCH) <= TOLERANCE or moment > latest(now)
