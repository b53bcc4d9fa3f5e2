"""What reads a query and a text together and says how well they fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from search.values import dataclass

Scores = npt.NDArray[np.float64]


class Reranker(Protocol):
    """A model that judges pairs; may be used by several threads."""

    @property
    def name(self) -> str:
        """The name or folder that the user gave."""
        ...

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits over everything that decides its scores."""
        ...

    @property
    def bounded(self) -> bool:
        """Whether its scores are in [0, 1] by construction."""
        ...

    def scores(self, query: str, texts: Sequence[str]) -> Scores:
        """Score each text for the query: shape (len(texts),), finite, more is better.

        Raises `search.reranking.errors.BadScores`.
        """
        ...


@dataclass(frozen=True, slots=True)
class Reranking:
    """A reranker, how many articles it reads, and how many passages of each."""

    model: Reranker
    top: int = 50
    passages: int = 3
