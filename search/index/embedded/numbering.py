"""Which number the row with an id has. Pure.

Ids ascend from 0 as rows are written, and those of rows that are deleted are gone: in an index that
is new nearly all are there, in one that changes all day few. The table is cut into pages, and those
without any row are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search.index.embedded.found import Numbers

BITS = 6
"""Of an id, that are its place on a page: what is left out is counted in pages of 64. Looking up
12,000 ids among a million takes 0.1 ms, where a search in a sorted list takes 1 ms."""


@dataclass(frozen=True, slots=True, eq=False)
class Numbering:
    """`pages` has the place of each page among those that are there, and `numbers` are theirs."""

    pages: NDArray[np.int32]
    numbers: NDArray[np.int32]

    @classmethod
    def of(cls, row_ids: Numbers) -> Numbering:
        """Number rows in the order of their ids here."""
        page = row_ids >> BITS
        there = np.zeros(int(page.max(initial=-1)) + 1, bool)
        there[page] = True
        pages = np.cumsum(there, dtype=np.int32) - np.int32(1)
        numbers = np.full(int(there.sum()) << BITS, -1, np.int32)
        numbering = cls(pages, numbers)
        numbers[numbering._places(row_ids)] = np.arange(len(row_ids), dtype=np.int32)
        return numbering

    def __call__(self, row_ids: Numbers) -> Numbers:
        """Return the numbers of rows, which are there."""
        return self.numbers[self._places(row_ids)].astype(np.int64)

    @property
    def nbytes(self) -> int:
        """Bytes in memory."""
        return self.pages.nbytes + self.numbers.nbytes

    def _places(self, row_ids: Numbers) -> Numbers:
        places: Numbers = self.pages[row_ids >> BITS].astype(np.int64) << BITS
        places |= row_ids & ((1 << BITS) - 1)
        return places
