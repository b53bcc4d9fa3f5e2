"""When the passages of a table are held in memory: for who searches by meaning again and again."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from search.index.embedded.resident import DoesNotFit, Resident
from search.index.embedded.table import Dataset


@dataclass(frozen=True, slots=True)
class Holding:
    """How much is held, in bytes (0 holds nothing), and after how many searches by vector.

    The default is room for some 350,000 passages of 256 dimensions. Reading them takes as long as
    a few searches without them, so the first search of a process, which may be its only one, does
    without.
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
        self._too_many: int | None = None
        self._reading = threading.Lock()

    def of(self, dataset: Dataset, *, by_vector: bool) -> Resident | None:
        """Return the passages of exactly this version, or None where they are not held.

        Only for a search by vector they are read.
        """
        held = self._held
        if held is not None and held.version == dataset.version:
            return held
        if not by_vector or not self._holding.most_bytes:
            return None
        self._searches += 1
        if self._searches <= self._holding.after:
            return None
        if not self._reading.acquire(blocking=False):
            return None
        try:
            return self._read(dataset)
        finally:
            self._reading.release()

    def _read(self, dataset: Dataset) -> Resident | None:
        former = self._held
        if former is not None and former.version >= dataset.version:
            return former if former.version == dataset.version else None
        if not self._may_fit(dataset):
            self._held = None
            return None
        try:
            self._held = Resident.read(dataset, former, self._holding.most_bytes)
        except (DoesNotFit, MemoryError):
            self._held = None
            self._too_many = dataset.count_rows()
        return self._held

    def _may_fit(self, dataset: Dataset) -> bool:
        rows = dataset.count_rows()
        if self._too_many is not None and rows >= self._too_many:
            return False
        dimension = dataset.schema.field("vector").type.list_size
        return bool(rows * dimension * 4 <= self._holding.most_bytes)
