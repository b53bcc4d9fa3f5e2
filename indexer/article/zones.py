"""Time zones as they stand behind a time -> what is to be subtracted. Nothing is guessed.

A name counts if RFC 822 defines it, or if the IANA database has used it for one offset only since
2018; and so do a few that it has dropped since and that no two countries share. IST (India,
Ireland, Israel) is none of them, nor is a name that nobody knows.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_RFC_822 = "UT+0 UTC+0 GMT+0 Z+0 EST-5 EDT-4 CST-6 CDT-5 MST-7 MDT-6 PST-8 PDT-7"
_IANA = """
    WET+0 WEST+1 BST+1 CET+1 CEST+2 EET+2 EEST+3 IDT+3 WAT+1 CAT+2 EAT+3 SAST+2
    PKT+5 WIB+7 WITA+8 WIT+9 HKT+8 JST+9 KST+9 AWST+8 ACST+9:30 ACDT+10:30 AEST+10 AEDT+11 NZST+12
    NZDT+13 CHST+10 SST-11 HST-10 HDT-9 AKST-9 AKDT-8 AST-4 ADT-3 NST-3:30 NDT-2:30
"""
_DROPPED = """
    MEZ+1 MESZ+2 MET+1 MEST+2 WEZ+0 OEZ+2 HNE-5 HAE-4 TRT+3 IRST+3:30 NPT+5:45 ICT+7 MYT+8 PHT+8
    SGT+8 BRT-3 ART-3 UYT-3 PET-5 COT-5
"""


def _offset(entry: str) -> tuple[str, tzinfo]:
    sign = "-" if "-" in entry else "+"
    name, _, amount = entry.partition(sign)
    hours, _, minutes = amount.partition(":")
    behind = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return name, timezone(-behind if sign == "-" else behind)


NAMED = dict(map(_offset, f"{_RFC_822} {_IANA} {_DROPPED}".split()))
"""Zones by their names in capitals."""

_REGIONS = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
    "MSK": "Europe/Moscow",  # four hours from 2011 to 2014
}


def named_zone(name: str) -> tzinfo:
    """Return the zone of an abbreviation or of the IANA database ("Europe/Berlin").

    Raises `ValueError` with the reason where it does not name one zone for certain.
    """
    if name in NAMED:
        return NAMED[name]
    try:
        if name in _REGIONS or "/" in name:
            return ZoneInfo(_REGIONS.get(name, name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass
    raise ValueError(f"its time zone {name} is not known, or is the name of several")


def offset_zone(sign: str, hours: str, minutes: str | None) -> tzinfo:
    """Return the zone of an offset such as +02:00. Raises `ValueError` beyond 14 hours."""
    ahead = timedelta(hours=int(hours), minutes=int(minutes or 0))
    if ahead > timedelta(hours=14, minutes=30) or int(minutes or 0) > 59:
        raise ValueError(f"there is no time zone {sign}{hours}{minutes or ''}")
    return timezone(-ahead if sign == "-" else ahead) if ahead else UTC


def in_utc(moment: datetime) -> datetime:
    """Return a moment in UTC; one without a zone is in UTC. Raises `ValueError`."""
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        raise ValueError("it is before year 1 or after year 9999") from None
