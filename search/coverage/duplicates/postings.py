"""In which texts a shingle is: sorted arrays, in memory."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from search.coverage.facts import Hashes

MOST_POSTINGS = 2000
"""Texts with a shingle from which on it says nothing: boilerplate. Texts that are the same have
others."""

_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


class Postings:
    """Text numbers by hash, in few sorted runs: what is of like size is merged."""

    def __init__(self, most: int = MOST_POSTINGS) -> None:
        """A hash that more than `most` texts of a run have finds none of them."""
        self._most = most
        self._runs: list[NDArray[np.uint64]] = []

    def add(self, hashes: Hashes, numbers: NDArray[np.uint32]) -> None:
        """Add postings: a hash and a text, as often as there are hashes."""
        if not len(hashes):
            return
        self._runs.append(np.sort(hashes.astype(np.uint64) << _HALF | numbers))
        while len(self._runs) > 1 and len(self._runs[-1]) * 4 > len(self._runs[-2]):
            both = np.concatenate([self._runs.pop(), self._runs.pop()])
            both.sort(kind="stable")  # which merges what is sorted
            self._runs.append(both)

    def common(self, hashes: Hashes) -> tuple[NDArray[np.uint64], NDArray[np.intp], int]:
        """Return the texts with one of the hashes, ascending, and how many of them each has.

        The third is how many of the hashes too many texts have: each may have these as well.
        """
        found: list[NDArray[np.uint64]] = []
        passed = np.zeros(len(hashes), np.bool_)
        low = hashes.astype(np.uint64) << _HALF
        for run in self._runs:
            begins = np.searchsorted(run, low)
            ends = np.searchsorted(run, low | _LOW, side="right")
            sizes = ends - begins
            passed |= sizes > self._most
            some = np.flatnonzero((sizes > 0) & (sizes <= self._most))
            found += [run[begins[n] : ends[n]] for n in some]
        if not found:
            return np.empty(0, np.uint64), np.empty(0, np.intp), int(passed.sum())
        numbers, counts = np.unique(np.concatenate(found) & _LOW, return_counts=True)
        return numbers, counts, int(passed.sum())
