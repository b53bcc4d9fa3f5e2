"""When an alert is due: `15m`, `hourly`, `daily 08:00`, `mon,thu 18:30`, in a time zone. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from search.errors import UsageError
from search.index.time_zones import UTC_NAME, time_zone, zone_name

_WHOLE = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NUMBERS = {
    name[:size] + plural: n
    for n, name in enumerate(_WHOLE)
    for size in range(3, len(name) + 1)
    for plural in ("", "s")
}
"""What days may be called, from their first three letters on: tue, tues, tuesdays."""

EVERY_RUN = "run"
"""What is written for no schedule, to take one away."""

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_INTERVAL = re.compile(
    r"(?:every\s+)?([1-9][0-9]{0,4})\s*(?:([mhdw])|(m)in(?:ute)?s?|(h)(?:ou)?rs?|(d)ays?|(w)eeks?)"
)
_CLOCK = r"(?:(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?:\s?[ap]\.?m\.?)?|1?[0-9]\s?[ap]\.?m\.?)(?![\w:])"
_AT = re.compile(rf"([a-z, -]+?)\s+(?:at\s+)?({_CLOCK}(?:[\s,]+{_CLOCK})*)")
_TIME = re.compile(r"([0-9]{1,2})(?::([0-9]{2}))?(?:\s?([ap])\.?m)?")
_NAMED = {"minutely": "1m", "hourly": "1h", "daily": "1d", "weekly": "1w"}


@dataclass(frozen=True, slots=True)
class Schedule:
    """`every` is as it was written, None for every run; `on_write` adds a run after each write."""

    every: str | None = None
    timezone: str = UTC_NAME
    on_write: bool = False

    @classmethod
    def of(
        cls, every: str | None, timezone: str | None = None, *, on_write: bool = False
    ) -> Schedule:
        """Check what a person wrote. Raises `UsageError`."""
        try:
            zone = UTC_NAME if timezone is None else zone_name(timezone)
        except ValueError as error:
            raise UsageError(f"--timezone: {error}.") from None
        if every is not None:
            every = " ".join(every.lower().split())
            if every == EVERY_RUN:
                every = None
            else:
                _rule(every)
        return cls(every, zone, on_write)

    def due(self, last: datetime, now: datetime) -> bool:
        """Tell whether a run is due, when the last one was at `last` (both aware).

        So it is where the last run lies in the future: a clock was set back.
        """
        return last > now or self.next_after(last) <= now

    def next_after(self, last: datetime) -> datetime:
        """Return the first moment after `last` at which a run is due, in UTC.

        Times of day are those of clocks on the wall: each day has each of them once. One that a
        change of clocks leaves out is as much later, one that comes twice is the first of the two.
        """
        if self.every is None:
            return last.astimezone(UTC)
        rule = _rule(self.every)
        if isinstance(rule, timedelta):
            return last.astimezone(UTC) + rule
        zone = time_zone(self.timezone)
        day = last.astimezone(zone).date() - timedelta(days=1)
        while True:
            moments = sorted(_moment(day, at, self.timezone) for at in rule.at)
            later = next((moment for moment in moments if moment > last), None)
            if day.weekday() in rule.days and later is not None:
                return later
            day += timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Daily:
    """Days of the week, and times of day in their order."""

    days: frozenset[int]
    at: tuple[time, ...]


def _moment(day: date, at: time, zone: str) -> datetime:
    return datetime.combine(day, at, tzinfo=time_zone(zone)).astimezone(UTC)


def _rule(every: str) -> timedelta | _Daily:
    plain = re.sub(r"\s*[-–—]\s*", "-", re.sub(r"\s*(?:\band\b|&)\s*", ",", every))
    plain = _NAMED.get(plain, plain)
    interval = _INTERVAL.fullmatch(plain)
    if interval:
        unit = str(interval[interval.lastindex or 2])
        return timedelta(**{_UNITS[unit]: int(interval[1])})
    at = _AT.fullmatch(plain)
    if at:
        days, times = _days(at[1]), _times(at[2])
        if days and times:
            return _Daily(days, times)
    raise UsageError(
        f"{every or 'nothing'} is no schedule; write 15m, 2h, hourly, daily 08:00, weekdays 08:00 "
        "or mon,thu 18:30, or run for every run."
    )


def _times(text: str) -> tuple[time, ...]:
    """Read times of day, such as 08:00 and 6:30 pm; nothing where one of them is none."""
    found: list[time] = []
    for hour, minute, half in _TIME.findall(text):
        number = int(hour)
        if half and not 1 <= number <= 12:
            return ()
        found.append(time(number % 12 + 12 * (half == "p") if half else number, int(minute or 0)))
    return tuple(found)


def _days(text: str) -> frozenset[int]:
    """Read days of the week; nothing where there are none."""
    words = [word for word in re.split(r"[\s,]+", text) if word]
    words = [word for word in words if word not in ("weekly", "on", "every")] or words
    if words in (["daily"], ["day"]):
        return frozenset(range(7))
    if words in (["weekdays"], ["workdays"]):
        return frozenset(range(5))
    if words in (["weekends"], ["weekend"]):
        return frozenset((5, 6))
    found: set[int] = set()
    for word in words:
        first, _, last = word.partition("-")
        ends = [_NUMBERS[end] for end in (first, last or first) if end in _NUMBERS]
        if len(ends) != 2:
            return frozenset()
        found.update(n % 7 for n in range(ends[0], ends[1] + 1 + 7 * (ends[1] < ends[0])))
    return frozenset(found)
