"""When the passages of a table are held in memory: for who searches again and again."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from search.index.embedded.on_disk import OnDisk
from search.index.embedded.postings import Postings
from search.index.embedded.rows import microseconds_of
from search.index.embedded.table import INDEX_CACHE_BYTES, Dataset, last_embargo
from search.index.embedded.view import View
from search.index.filters import Filters
from search.values import dataclass

if TYPE_CHECKING:
    from search.index.embedded.resident import Resident

ROW_BYTES = 40
"""What a passage takes at least, besides its vector."""

POSTINGS_AFTER = 32
"""Searches of a process before all lists of words are read: by then it has spent as long on those
that it met as reading all takes."""

POSTINGS_BYTES = INDEX_CACHE_BYTES * 3 // 4
"""Of the cache of Lance; the rest is for phrases and titles."""


@dataclass(frozen=True, slots=True)
class Holding:
    """How much is held, in bytes (0 holds nothing), and after how many searches.

    The default is room for 1.7 million passages of 256 dimensions; beyond that, vectors are looked
    up in the index of the table. Reading them takes as long as a few searches without them, so the
    first search of a process, which may be its only one, does without.
    """

    most_bytes: int = 512 * 2**20
    after: int = 1


class Memory:
    """Holds at most one version of one table; may be asked from several threads.

    One thread reads a new version; the others, rather than wait for it, search as if nothing
    was held.
    """

    def __init__(self, holding: Holding) -> None:
        self._holding = holding
        self._held: Resident | None = None
        self._searches = 0
        self._too_many: dict[bool, int] = {}
        self._postings = Postings(POSTINGS_BYTES)
        self._with_postings: int | None = None
        self._reading = threading.Lock()

    def view(
        self,
        dataset: Dataset,
        filters: Filters,
        columns: Iterable[str] = (),
        *,
        search: bool = False,
    ) -> View:
        """Return what to look into; `columns` of articles will be looked at besides the filters'.

        Only for a search the passages are read into memory. Embargoes are looked at where there is
        one that has not ended.
        """
        filters = _at_its_time(dataset, filters)
        held = self.of(dataset, search=search)
        if held is None:
            return OnDisk(dataset, filters, columns)
        # Imported here and below: the one search of a command never holds anything.
        from search.index.embedded.in_memory import InMemory

        return InMemory(held, dataset, filters)

    def of(self, dataset: Dataset, *, search: bool) -> Resident | None:
        """Return the passages of exactly this version, or None where they are not held."""
        held = self._held
        is_held = held is not None and held.version == dataset.version
        if not search or not self._holding.most_bytes:
            return held if is_held else None
        self._searches += 1
        if is_held:
            self._read_postings(dataset)
            return held
        if self._searches <= self._holding.after:
            return None
        if not self._reading.acquire(blocking=False):
            return None
        try:
            return self._read(dataset)
        finally:
            self._reading.release()

    def _read_postings(self, dataset: Dataset) -> None:
        """Read all lists of words, where that pays and another thread is not at it."""
        if self._searches <= POSTINGS_AFTER or self._with_postings == dataset.version:
            return
        if not self._reading.acquire(blocking=False):
            return
        try:
            self._postings.read(dataset)
            self._with_postings = dataset.version
        finally:
            self._reading.release()

    def _read(self, dataset: Dataset) -> Resident | None:
        former = self._held
        if former is not None and former.version >= dataset.version:
            return former if former.version == dataset.version else None
        from search.index.embedded.resident import DoesNotFit, Resident

        rows = dataset.count_rows()
        dimension = dataset.schema.field("vector").type.list_size
        budget = self._holding.most_bytes
        held = None
        for with_vectors in (True, False):
            least = rows * (ROW_BYTES + with_vectors * dimension)
            if least > budget or rows >= self._too_many.get(with_vectors, rows + 1):
                continue
            try:
                held = Resident.read(dataset, former, budget, with_vectors=with_vectors)
                break
            except (DoesNotFit, MemoryError):
                self._too_many[with_vectors] = rows
        self._held = held
        return held


def _at_its_time(dataset: Dataset, filters: Filters) -> Filters:
    """Return the filters with their moment, or without one where no embargo lasts beyond it."""
    last, timed = last_embargo(dataset), filters.now()
    lasting = last is not None and timed.at is not None and last > microseconds_of(timed.at)
    return timed if lasting else replace(filters, at=None)
