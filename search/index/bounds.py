"""What every engine refuses to be asked, in the same words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from search.index.errors import QueryRefused
from search.index.legs import Leg, VectorLeg
from search.index.model import IndexIdentity

MOST_ARTICLES = 100_000
"""Articles that a leg returns at most; `matches` and `scan` have no such bound."""

MOST_PASSAGES = 10_000
"""Passages per article that a leg returns at most."""


def check_legs(
    legs: Sequence[Leg], limit: int, passages: int, scores: int, identity: IndexIdentity
) -> None:
    """Raise `QueryRefused` for what no engine answers; see `SearchIndex.retrieve`."""
    if not 1 <= limit <= MOST_ARTICLES:
        raise QueryRefused(
            f"The limit must be from 1 to {MOST_ARTICLES:,}, not {limit}; an export has no limit."
        )
    check_passages(passages)
    check_passages(scores)
    for leg in legs:
        if isinstance(leg, VectorLeg):
            _check_vector(leg.vector, identity)


def _check_vector(vector: NDArray[np.float32], identity: IndexIdentity) -> None:
    if vector.shape != (identity.dimension,):
        raise QueryRefused(
            f"The query's vector has the shape {vector.shape}, and the index holds vectors of "
            f"{identity.dimension} dimensions. Search with the model that the index was written "
            f"with, {identity.model_name}."
        )
    if not np.isfinite(vector).all() or not vector.any():
        raise QueryRefused("The query's vector is zero or not finite: the model is broken.")


def check_passages(passages: int) -> None:
    """Raise `QueryRefused` for a number of passages per article that no engine returns."""
    if not 1 <= passages <= MOST_PASSAGES:
        raise QueryRefused(
            f"The passages per article must be from 1 to {MOST_PASSAGES:,}, not {passages}."
        )
