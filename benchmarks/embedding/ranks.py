"""Ranks of right answers in a similarity matrix, and the measures made of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]
"""Shape (questions, candidates)."""


def ranks(scores: Scores, right: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rank, from 1, of the one right candidate of each question; ties count against it."""
    own = scores[np.arange(len(right)), right]
    found: NDArray[np.int64] = (scores >= own[:, None]).sum(axis=1)
    return found


def reciprocal(found: NDArray[np.int64]) -> float:
    """Mean reciprocal rank."""
    return float((1 / found).mean())


def share_within(found: NDArray[np.int64], limit: int) -> float:
    """Share of questions whose right answer is among the first `limit`."""
    return float((found <= limit).mean())


def ndcg(relevant: NDArray[np.bool_], right: int, limit: int = 10) -> float:
    """Normalised discounted cumulative gain (Jarvelin and Kekalainen, TOIS 2002), binary.

    `relevant` says of each candidate, best first, whether it is right; `right` is how many are.
    """
    discounts = 1 / np.log2(np.arange(2, limit + 2))
    gained = float(discounts[: len(relevant[:limit])][relevant[:limit]].sum())
    return gained / float(discounts[: min(right, limit)].sum())
