"""What finds the articles that a new one is near to, in arrays of one row per article."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from search.coverage.stories.features import Codes, Keys


class Lists(NamedTuple):
    """A list of keys per row, one after the other; `ends` says where each ends."""

    ends: NDArray[np.int64]
    keys: Keys

    @classmethod
    def of(cls, lists: Sequence[Keys]) -> Self:
        """Join lists."""
        ends = np.cumsum([len(one) for one in lists], dtype=np.int64)
        return cls(ends, np.concatenate([np.zeros(0, np.uint32), *lists]))

    def row(self, number: int) -> Keys:
        """Return the list of a row."""
        start = self.ends[number - 1] if number else 0
        return self.keys[start : self.ends[number]]


class Outline(NamedTuple):
    """What finds articles: their leads, dates and keys, row by row; the rest is read when needed.

    `leads` has shape (rows, dimension); `keys` are those of names, of terms and of numbers.
    """

    leads: Codes
    scales: NDArray[np.float32]
    days: NDArray[np.int32]
    keys: tuple[Lists, Lists, Lists]
