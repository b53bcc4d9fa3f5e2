"""What is sent to one destination at once, and what sends it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from search.alerts.alert import Alert
from search.alerts.destinations import Destination
from search.alerts.notice import Notice


@dataclass(frozen=True, slots=True)
class Message:
    """Notices of one alert for one destination.

    `id` is the same whenever these are sent. `again` says that they may have been sent before, by
    a process that ended before it could note so. `throttled` says that they were held back because
    the alert fires too often.
    """

    id: str
    alert: Alert
    destination: Destination
    notices: Sequence[Notice]
    at: datetime
    again: bool = False
    throttled: bool = False


class Sender(Protocol):
    """Sends messages of a kind. May be called from several threads."""

    def send(self, message: Message) -> None:
        """Send, and return once it was taken. Raises `DeliveryFailed`."""
        ...


def message_id(destination: str, notices: Sequence[Notice]) -> str:
    """Return an id of these notices for a destination: 32 hex digits."""
    text = "\n".join([destination, *sorted(str(one["id"]) for one in notices)])
    return hashlib.sha256(text.encode()).hexdigest()[:32]
