"""When the bytes of deleted articles leave the files of an index: rules and a note in the state.

A deletion takes articles out of every search; their bytes stay until files are written anew. The
first deletion since then is noted, and `KEEPING` later whoever ingests, cleans or serves does so.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from search.index.state import Change, Entry, IndexState, StateConflict

COLLECTION = "erasures"
_KEY = "waiting"

KEEPING = timedelta(days=30)
"""A month is what data protection law gives for an erasure (GDPR, article 12)."""


def note(state: IndexState, now: datetime) -> datetime:
    """Note that articles were deleted; returns when their bytes are due to go."""
    former = waiting(state)
    first = _first(former) if former else now
    state.write([Change(COLLECTION, _KEY, {"first": first.isoformat(), "last": now.isoformat()})])
    return first + KEEPING


def waiting(state: IndexState) -> Entry | None:
    """Return the note of deletions whose bytes are still there, None if there is none."""
    return state.get(COLLECTION, [_KEY]).get(_KEY)


def is_due(noted: Entry | None, now: datetime) -> bool:
    """Tell whether files are to be written anew."""
    return noted is not None and _first(noted) + KEEPING <= now


def settle(state: IndexState, noted: Entry | None) -> None:
    """Remove a note once files were written anew, unless articles were deleted meanwhile."""
    if noted is not None:
        with suppress(StateConflict):
            state.write([Change(COLLECTION, noted.key, None, noted.revision)])


def _first(noted: Entry) -> datetime:
    return datetime.fromisoformat(noted.value["first"])
