"""Time zones of readers: which day a moment belongs to. Everything that is stored is in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

UTC_NAME = "UTC"

_OFFSET = r"(?i)(?:UTC|GMT)?([+-])(\d{1,2})(?::?([0-5]\d))?"


@lru_cache(64)
def zone_name(text: str) -> str:
    """Return the name that both engines know: of the IANA database, or an offset as `+05:30`.

    Raises `ValueError` with a sentence.
    """
    text = text.strip()
    offset = re.fullmatch(_OFFSET, text)
    if offset and int(offset[2]) <= 14:
        name = f"{offset[1]}{int(offset[2]):02}:{offset[3] or '00'}"
        return UTC_NAME if name[1:] == "00:00" else name
    if text.upper() in ("UTC", "GMT", "Z"):
        return UTC_NAME
    from zoneinfo import available_timezones

    # Of the older names that are no regions, "EST" and the like, engines know different ones.
    known = {name.casefold(): name for name in available_timezones() if "/" in name}
    found = known.get(text.casefold().replace(" ", "_"))
    if found is None:
        raise ValueError(f"there is no time zone {text}; write one such as Europe/Berlin or +02:00")
    return found


@lru_cache(64)
def time_zone(name: str) -> tzinfo:
    """Return the zone of a name that `zone_name` returned."""
    if name == UTC_NAME:
        return UTC
    offset = re.fullmatch(_OFFSET, name)
    if offset:
        ahead = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        return timezone(-ahead if offset[1] == "-" else ahead)
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


def local(moment: datetime, zone: str) -> datetime:
    """Return a moment in a zone; as it is where that would be before year 1 or after 9999."""
    try:
        return moment.astimezone(time_zone(zone))
    except OverflowError:
        return moment


def minute(moment: datetime, zone: str) -> str:
    """Write the day and the minute of a moment in a zone: `2026-08-14 08:30`."""
    return local(moment, zone).isoformat(" ", "minutes")[:16]


def at_midnight(year: int, month: int, day: int, zone: tzinfo) -> datetime:
    """Return the moment in UTC at which a day begins, also where clocks are changed at midnight.

    Raises `OverflowError` or `ValueError` for a day that Python does not know.
    """
    return datetime(year, month, day, tzinfo=zone).astimezone(UTC)
