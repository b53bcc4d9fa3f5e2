"""Articles taken out by whoever has the index: with what is noted of them, and what alerts told.

Their bytes go later, when files are written anew (`search.index.erasures`).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from search.alerts.forgetting import forget, forget_missing
from search.coverage.duplicates import purging as sketches
from search.coverage.stories import purging as stories
from search.index import erasures
from search.index.port import IndexLocation, SearchIndex
from search.index.safekeeping import Cleaned, Cleaning, Safekeeping
from search.index.state import Change, IndexState
from search.index.withdrawals import COLLECTION, stored

AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Erased:
    """How many articles were deleted, which ids had been withdrawn, and when their bytes go."""

    deleted: int
    withdrawn: tuple[str, ...]
    bytes_gone: datetime


def erase(index: SearchIndex, state: IndexState, ids: Sequence[str]) -> Erased:
    """Delete articles with all versions, and the notes of those that were withdrawn.

    Gone for searches on return. Whoever is killed in between erases the same ids again: notes go
    last, since of an id without article and note nobody knows that it was ever there.
    """
    deleted, noted = 0, []
    due = erasures.note(state, datetime.now(UTC))
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        forget(state, frozenset(some))
        deleted += index.delete(some)
        index.show()
        withdrawn = list(stored(state, some))
        state.write([Change(COLLECTION, name, None) for name in withdrawn])
        noted += withdrawn
    return Erased(deleted, tuple(noted), due)


def clean(place: IndexLocation, keeper: Safekeeping, how: Cleaning) -> Cleaned:
    """Clean, and purge where that is asked for or due; what stands beside the articles, too."""
    with closing(place.state(patient=True)) as state:
        noted = erasures.waiting(state)
        purge = how.purge or erasures.is_due(noted, datetime.now(UTC))
        if purge:
            with closing(place.open()) as index:
                _purge_state(index, state)
        cleaned = keeper.clean(replace(how, purge=purge))
        if purge:
            erasures.settle(state, noted)
    return cleaned


def purge_if_due(place: IndexLocation, keeper: Safekeeping) -> bool:
    """Purge if articles were deleted so long ago that their bytes are to go; tells whether."""
    with closing(place.state(patient=True)) as state:
        due = erasures.is_due(erasures.waiting(state), datetime.now(UTC))
    if due:
        clean(place, keeper, Cleaning(purge=True))
    return due


def _purge_state(index: SearchIndex, state: IndexState) -> None:
    sketches.purge(state)
    stories.purge(state)
    forget_missing(state, lambda names: set(names) - index.states(names).keys())
