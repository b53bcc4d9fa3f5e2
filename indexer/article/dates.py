"""Dates as news sources write them -> one moment in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

EARLIEST_YEAR = 1600
"""The first printed newspapers date from 1605; an earlier year is a mistake ("0001-01-01")."""

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2}))?")
_OFFSET = re.compile(r"\s*(?:Z|UTC|GMT)$|\s+(?=[+-]\d{2}:?\d{2}$)", re.IGNORECASE)


def parse_date(text: str) -> datetime:
    """Return the moment, aware and in UTC.

    Understands ISO 8601 ("2025-08-20T10:00:00+02:00", "2025-08-20", "2025-08", "2025"; a part
    that is not given is the first one) and RFC 2822 ("Wed, 20 Aug 2025 10:00:00 +0200"), and
    nothing that two people might read differently ("08/09/2025"). A time without a zone is in UTC.

    Raises `ValueError` with the reason.
    """
    given = text.strip()
    moment = _iso(given) or _rfc2822(given)
    if moment is None:
        raise ValueError(
            f"{_shown(given)} is not a date; write dates as 2025-08-20 or 2025-08-20T10:00:00+02:00"
        )
    if not EARLIEST_YEAR <= moment.year <= 9000:
        raise ValueError(
            f"{_shown(given)} is not a date that an article can have: its year is {moment.year}"
        )
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return zoned.astimezone(UTC)


def _iso(text: str) -> datetime | None:
    partial = _PARTIAL.fullmatch(text)
    if partial:
        text = f"{partial[1]}-{partial[2] or '01'}-01"
    try:
        return datetime.fromisoformat(_OFFSET.sub(_zone, text, count=1))
    except ValueError:
        return None


def _zone(match: re.Match[str]) -> str:
    return "+00:00" if match[0].strip() else ""


def _rfc2822(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:40] + "...")
