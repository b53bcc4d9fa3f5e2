"""What an index can rank articles by: words, meaning, names or dates; frozen values."""

from __future__ import annotations

from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from search.index.clauses import Matching
from search.values import dataclass


@dataclass(frozen=True, slots=True)
class LexicalLeg:
    """Ask by words, best first."""

    clause: Matching


@dataclass(frozen=True, slots=True, eq=False)
class VectorLeg:
    """Ask by meaning: a unit vector, float32, shape (dimension,)."""

    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class NamesLeg:
    """Ask by names: any of the keys that a name may have (`search.names`), best first."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LatestLeg:
    """Ask by date: what matches the words, or everything that passes the filters, newest first.

    Ordered by `published`, then by id; articles without a date come last, and before them those
    of a date later than `until`, which would lead the list until that day. Scores are 0. The
    passages are the best that match or, without words, the first of the article.
    """

    clause: Matching | None = None
    until: datetime | None = None


Leg = LexicalLeg | VectorLeg | NamesLeg | LatestLeg
