"""The groups of near-duplicates as a search looks them up: from memory where it can."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence

from search.coverage.duplicates.membership import MEMBERS, members_of, memberships
from search.index.state import IndexState
from search.retrieval.copies import Membership

MOST_HELD = 200_000
"""Articles that are held at most; then all are read anew."""


class StoredGroups:
    """See `search.retrieval.copies.Groups`. May be used from several threads.

    From the second search on, what was read is held in memory until the collection changes. That is
    looked for every `fresh_s` seconds: 0 always.
    """

    def __init__(
        self,
        state: Callable[[], IndexState],
        fresh_s: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`state` opens what is stored, at the first search."""
        self._open = state
        self._fresh_s = fresh_s
        self._clock = clock
        self._lock = threading.Lock()
        self._state: IndexState | None = None
        self._held: dict[str, Membership | None] | None = None
        self._mark = -1
        self._looked = 0.0

    def memberships(self, ids: Collection[str]) -> Mapping[str, Membership]:
        """Return the groups of articles; those that are alone are left out."""
        with self._lock:
            if self._state is None:
                # A command searches once: there is nothing to hold.
                self._state = self._open()
                return memberships(self._state, ids)
            held = self._current(self._state)
            unknown = [one for one in ids if one not in held]
            if unknown:
                read = memberships(self._state, unknown)
                held.update((one, read.get(one)) for one in unknown)
            return {one: found for one in ids if (found := held[one]) is not None}

    def members(self, groups: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Return the ids of all articles of groups."""
        with self._lock:
            if self._state is None:
                self._state = self._open()
            return members_of(self._state, groups)

    def _current(self, state: IndexState) -> dict[str, Membership | None]:
        now = self._clock()
        if self._held is None or now - self._looked >= self._fresh_s:
            mark = state.mark(MEMBERS)
            self._looked = now
            if self._held is None or mark != self._mark or len(self._held) > MOST_HELD:
                self._held, self._mark = {}, mark
        return self._held
