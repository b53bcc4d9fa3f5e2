"""By when an answer is wanted: whoever works for it looks now and then, and gives up in time.

A thread cannot be stopped from outside. What takes long (a clause of a query, a leg, a page of
hits) asks `check` before it begins, so that a thread whose answer nobody waits for any more is free
again after the step that it is in. Where no time was set, nothing is ever late.
"""

from __future__ import annotations

import time
from contextvars import ContextVar

from search.errors import PolywireError

_UNTIL: ContextVar[float | None] = ContextVar("polywire_deadline", default=None)


class DeadlinePassed(PolywireError):
    """The answer is no longer waited for."""


def set_deadline(seconds: float | None) -> None:
    """Want what follows in this context within so many seconds; None: whenever it is done."""
    _UNTIL.set(None if seconds is None else time.monotonic() + seconds)


def remaining_s() -> float | None:
    """Return the seconds that are left, 0 where there are none; None: as many as it takes."""
    until = _UNTIL.get()
    return None if until is None else max(0.0, until - time.monotonic())


def check() -> None:
    """Raise `DeadlinePassed` once the time is over."""
    until = _UNTIL.get()
    if until is not None and time.monotonic() > until:
        raise DeadlinePassed("The answer took longer than it may; request less, or try later.")
