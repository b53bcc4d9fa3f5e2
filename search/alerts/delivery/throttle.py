"""How often people are written to: an alert that fires all the time becomes a digest. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

MOST = 12
"""Messages per alert within `SPAN`."""

SPAN = timedelta(hours=1)

SENT = 2 * MOST
"""Moments of messages that are worth remembering."""


def held_until(sent: Sequence[datetime], now: datetime) -> datetime | None:
    """Return until when messages are held back; None where one may be sent."""
    recent = [moment for moment in sent if now - SPAN < moment <= now]
    return max(recent) + SPAN if len(recent) >= MOST else None


def is_throttled(sent: Sequence[datetime], now: datetime) -> bool:
    """Tell whether a message that may be sent now has what was held back before."""
    earlier = sorted(moment for moment in sent if moment <= now)[-MOST:]
    return (
        len(earlier) == MOST and earlier[-1] - earlier[0] <= SPAN and now - earlier[-1] < 3 * SPAN
    )
