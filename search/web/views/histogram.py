"""Articles over time as bars of days, months or years. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from search.index.credible import is_suspicious

MOST_BARS = 62


@dataclass(frozen=True, slots=True)
class Bar:
    """A span of time; `on` is what the query language calls it: `2026-08-14`, `2026-08`, `2026`."""

    on: str
    count: int
    share: float
    """Of the highest bar, in [0, 1]."""


def bars(buckets: Sequence[Mapping[str, Any]], now: datetime) -> list[Bar]:
    """Return a bar per day; per month or year where days would be too many. Gaps are bars of 0.

    Days that are most likely a mistake (2062) have none, unless there are no others: a single one
    would leave one bar for all that there is.
    """
    counts = {date.fromisoformat(each["start"]): int(each["count"]) for each in buckets}
    likely = {day: count for day, count in counts.items() if not _is_suspicious(day, now)}
    counts = likely or counts
    if not counts:
        return []
    first, last = min(counts), max(counts)
    if (last - first).days < MOST_BARS:
        names = [(first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1)]
        length = 10
    elif _months(last) - _months(first) < MOST_BARS:
        months = range(_months(first), _months(last) + 1)
        names, length = [f"{n // 12:04}-{n % 12 + 1:02}" for n in months], 7
    else:
        years = range(max(first.year, last.year - MOST_BARS + 1), last.year + 1)
        names, length = [f"{n:04}" for n in years], 4
    together: Counter[str] = Counter()
    for day, count in counts.items():
        together[day.isoformat()[:length]] += count
    highest = max((together[name] for name in names), default=0) or 1
    return [Bar(name, together[name], together[name] / highest) for name in names]


def _is_suspicious(day: date, now: datetime) -> bool:
    return is_suspicious(datetime.combine(day, time(), UTC), now)


def _months(day: date) -> int:
    return day.year * 12 + day.month - 1
