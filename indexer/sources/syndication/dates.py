"""The dates of an item of a feed: when it was published and changed, or what cannot be read.

feedparser's own reading of dates is not asked: of what is in none of its forms it takes some part
(`2026/08/01 10:00` is November to it), and zones that it does not know are UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from indexer.article.dates import parse_date


@dataclass(frozen=True, slots=True)
class Dates:
    """Times in ISO 8601 and UTC; `unread` is what was given where neither can be read."""

    published: str | None = None
    updated: str | None = None
    unread: str | None = None


def dates_of(published: str, created: str, updated: str, lang: str | None = None) -> Dates:
    """Return the dates; "" is one that is not given. An item that was only changed has one date."""
    first = _moment(published, lang) or _moment(created, lang)
    last = _moment(updated, lang)
    moment = first or last
    if moment is None:
        given = next(filter(None, (published, created, updated)), None)
        return Dates(unread=given if given and not _is_none(given) else None)
    return Dates(moment.isoformat(), last.isoformat() if first and last else None)


def _moment(given: str, lang: str | None) -> datetime | None:
    try:
        moment = parse_date(given, lang) if given else None
    except ValueError:
        return None
    # Go writes the first moment of its calendar for no time at all.
    return moment.replace(microsecond=0) if moment and moment.year > 1 else None


def _is_none(given: str) -> bool:
    """Tell whether a date is what programs write for none: 0000-00-00, 1 January of the year 1."""
    return "0000" in given or "0001" in given
