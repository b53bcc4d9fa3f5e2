"""Dates of the Persian calendar, which Iran's newspapers write: 10 مرداد 1405 is 1 August 2026."""

from __future__ import annotations

from datetime import date, timedelta

MONTHS = "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند".split()  # noqa: SIM905

_LEAP_YEARS = frozenset({1, 5, 9, 13, 17, 22, 26, 30})
"""Years of the cycle of 33 with a day more; as the calendar of the sun from 1244 to 1502."""

_YEARS = range(1300, 1500)


def gregorian(year: int, month: int, day: int) -> date | None:
    """Return the day in the Gregorian calendar; None where there is none, or for other years."""
    if year not in _YEARS or not 1 <= month <= 12 or not 1 <= day <= _days(year, month):
        return None
    before = sum(366 if y % 33 in _LEAP_YEARS else 365 for y in range(_YEARS[0], year))
    before += sum(_days(year, m) for m in range(1, month))
    return date(1921, 3, 21) + timedelta(days=before + day - 1)


def _days(year: int, month: int) -> int:
    if month < 12:
        return 31 if month <= 6 else 30
    return 30 if year % 33 in _LEAP_YEARS else 29
