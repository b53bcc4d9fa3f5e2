"""How unlikely it is that a copy has so few of the names and numbers of a text. Pure.

What fills a template, such as a weather report or the report of a match, differs from what filled
it the day before in names and numbers, and in little else. In an edited text these are left about
as often as other words are.
"""

from __future__ import annotations

from math import log

import numpy as np
from numpy.typing import NDArray

COUNTED = 6
"""Names, or numbers, that count at most: what stands in one paragraph goes with it."""

Hashes = NDArray[np.uint32]
"""Hashes, ascending, each once."""


def surprise(one: Hashes, other: Hashes, expected: float) -> float:
    """Return how much speaks against a copy: so few are in both, of which a share is expected.

    The number that counts times the divergence (Kullback and Leibler 1951) of the share found from
    the one expected, which bounds the log of the probability of so few (Chernoff 1952); 0 where
    there are as many as expected.
    """
    fewer = min(len(one), len(other))
    left = shared(one, other) / fewer if fewer else 1.0
    if left >= expected:
        return 0.0
    gone = (1 - left) * log((1 - left) / (1 - expected))
    return min(fewer, COUNTED) * (gone + (left * log(left / expected) if left else 0.0))


def shared(one: Hashes, other: Hashes) -> int:
    """Count what two ascending arrays have in common."""
    if not len(one) or not len(other):
        return 0
    return int(found(one, other).sum() if len(one) < len(other) else found(other, one).sum())


def found(one: Hashes, other: Hashes) -> NDArray[np.bool_]:
    """Tell of each hash whether it is in the other array, which is not empty."""
    places = np.searchsorted(other, one)
    there: NDArray[np.bool_] = other[np.minimum(places, len(other) - 1)] == one
    return there
