"""Dates as people write them in a query -> spans of time in UTC. Pure: `now` is given.

Days, months and years are those of the time zone that `now` is in.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import UTC, datetime, timedelta

Span = tuple[datetime, datetime]
"""Begin (inclusive) and end (exclusive), in UTC."""

FORMATS = "2025-08-01, 2025-08, 2025, today, yesterday, or an age such as 12h, 7d, 2w, 3m or 1y"

# Compiled by the first query with a date.
_CALENDAR = (
    r"(?P<year>[0-9]{4})(?:([-/.])(?P<month>[0-9]{1,2})(?:\2(?P<day>[0-9]{1,2}))?)?",
    r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})",
    r"(?P<year>[0-9]{4})[年년](?:\s*(?P<month>[0-9]{1,2})[月월](?:\s*(?P<day>[0-9]{1,2})[日일])?)?",
    r"(?P<day>[0-9]{1,2})\.\s*(?P<month>[0-9]{1,2})\.\s*(?P<year>[0-9]{4})",
)
"""The year first, or the day before full stops, which no country puts behind the month. 08/01/2026
is one day or the other."""
_AGO = (
    r"(?i)(?:(?:now)?-)?([0-9]{1,5})"
    r"(?:([hdwmy])|\s*(?:(h)ours?|(d)ays?|(w)eeks?|(m)onths?|(y)ears?))(?:\s+ago)?"
)
_TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}.*"


def span(text: str, now: datetime) -> Span:
    """Return the day, month, year, hour or second that the text names, in the zone of `now`.

    `7d`, `2w`, `3m` and `1y` are the day that long before the day of `now`, `12h` the hour that
    began that long ago. Other ways to write the same are read where they can mean one thing only.
    Raises `ValueError`, with the formats, if the text is not a date.
    """
    text = text.strip()
    plain = _plain(text)
    try:
        found = (
            _named(plain, now) or _ago(plain, now) or _calendar(plain, now) or _moment(plain, now)
        )
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise ValueError(f"{text or 'Nothing'} is not a date; write {FORMATS}")
    return found


def _plain(text: str) -> str:
    """Write digits of any script as ours, and whatever dash a word processor made as a minus."""
    return "".join(
        "-" if unicodedata.category(one) == "Pd" or one == "−" else str(unicodedata.digit(one, one))
        for one in unicodedata.normalize("NFKC", text)
    )


def _named(text: str, now: datetime) -> Span | None:
    days = _DAYS.get(text.lower().replace("’", "'"))
    return None if days is None else _day(_midnight(now) - timedelta(days=days))


_DAYS = {
    name: days
    for days, names in enumerate(
        (
            """today, heute, aujourd'hui, hoy, hoje, oggi, vandaag, idag, i dag, tänään, dziś,
            dzisiaj, dnes, danas, danes, azi, сегодня, сьогодні, днес, σήμερα, bugün, hari ini,
            hôm nay, اليوم, امروز, היום, आज, 今天, 今日, 오늘, วันนี้""",
            """yesterday, gestern, hier, ayer, ontem, ieri, gisteren, igår, i går, eilen, wczoraj,
            včera, jučer, juče, včeraj, вчера, вчора, χθες, χτες, dün, kemarin, hôm qua, أمس, دیروز,
            אתמול, 昨天, 昨日, 어제, เมื่อวาน""",
        )
    )
    for name in map(str.strip, names.split(","))
}
"""Days that are named from the day of the reader, whose language they may be in."""


def _ago(text: str, now: datetime) -> Span | None:
    match = re.fullmatch(_AGO, text)
    if match is None:
        return None
    count, unit = int(match[1]), str(match[match.lastindex or 2]).lower()
    if unit == "h":
        began = now.astimezone(UTC) - timedelta(hours=count)
        return began, began + timedelta(hours=1)
    today = _midnight(now)
    if unit in "dw":
        return _day(today - timedelta(days=count * (7 if unit == "w" else 1)))
    return _day(_months_before(today, count * (12 if unit == "y" else 1)))


def _calendar(text: str, now: datetime) -> Span | None:
    match = next((found for form in _CALENDAR if (found := re.fullmatch(form, text))), None)
    if match is None:
        return None
    year, month, day = match["year"], match["month"], match["day"]
    begin = datetime(int(year), int(month or 1), int(day or 1), tzinfo=now.tzinfo)
    if day:
        return _day(begin)
    return _utc(begin), _utc(_months_before(begin, -1 if month else -12))


def _moment(text: str, now: datetime) -> Span | None:
    if not re.fullmatch(_TIME, text):
        return None
    moment = datetime.fromisoformat(text)
    aware = _utc(moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo))
    return aware, aware + timedelta(seconds=1)


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)


def _day(begin: datetime) -> Span:
    """From midnight to midnight of the zone: 23 or 25 hours where the clocks are changed."""
    return _utc(begin), _utc(begin + timedelta(days=1))


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _months_before(day: datetime, count: int) -> datetime:
    """Go back whole months; the 31st becomes the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 - count, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last))


def moment(value: datetime | None) -> str | None:
    """Return ISO 8601 with a Z for UTC, as other programs expect it."""
    return value.isoformat().replace("+00:00", "Z") if value else None
