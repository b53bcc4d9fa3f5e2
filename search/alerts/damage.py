"""What of an alert cannot be read, as after another version wrote it, and what mends it. Pure."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Collection
from enum import StrEnum
from typing import TypeVar

from search.alerts.errors import AlertUnusable
from search.errors import UsageError

T = TypeVar("T")

UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, UsageError)
"""What reading a document raises that is not as it was written."""


class Part(StrEnum):
    """A part of an alert that can be given anew, as it is written behind `edit NAME`."""

    SEARCH = "QUERY"
    EVERY = "--every SCHEDULE"
    TIMEZONE = "--timezone ZONE"
    DESTINATIONS = "--to DESTINATION"


_CALLED = {
    Part.SEARCH: "its search",
    Part.EVERY: "its schedule",
    Part.TIMEZONE: "its time zone",
    Part.DESTINATIONS: "where it tells",
}


class PartReader:
    """Reads parts one by one, and gathers those that cannot be read."""

    def __init__(self, anew: Collection[Part]) -> None:
        """Parts that are given `anew` need not be readable."""
        self._anew = anew
        self._unread: dict[Part, str] = {}

    def read(self, part: Part, read: Callable[[], T], empty: T) -> T:
        """Return what `read` does; what is `empty` where it cannot be read."""
        try:
            return read()
        except UNREADABLE as error:
            if part not in self._anew:
                self._unread[part] = reason(error)
            return empty

    def check(self, name: str) -> None:
        """Raise `AlertUnusable` if a part could not be read."""
        if not self._unread:
            return
        called = " and ".join(_CALLED[part] for part in self._unread)
        fault = f"{called} cannot be read ({'; '.join(self._unread.values())})"
        command = f"polywire alerts edit {shlex.quote(name)} {' '.join(self._unread)}"
        raise AlertUnusable(
            f"The alert {name} does not run: {fault}. Give it that anew ({command}), or remove it.",
            fault,
            self._unread,
        )


def not_whole(name: str, error: Exception) -> AlertUnusable:
    """Return what is raised where more than parts of a record cannot be read."""
    fault = f"its record is damaged ({reason(error)})"
    return AlertUnusable(
        f"The alert {name} does not run: {fault}. Remove it, and add it anew.", fault
    )


def other_version(name: str, found: object, read: int) -> AlertUnusable:
    """Return what is raised for a record of another format."""
    fault = f"another version of Polywire wrote it (format {found}, where this one reads {read})"
    return AlertUnusable(
        f"The alert {name} does not run: {fault}. Use that version, or remove the alert and add it "
        "anew.",
        fault,
    )


def reason(error: Exception) -> str:
    """Say why in words, without a full stop."""
    if isinstance(error, KeyError):
        return f"{error.args[0]} is missing"
    return str(error).rstrip(".")
