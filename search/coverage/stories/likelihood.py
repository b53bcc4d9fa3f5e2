"""How likely two articles tell of the same event: a logistic model of what they have in common.

The weights were fitted on the tuning halves of four collections (`benchmarks.stories --fit`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from search.coverage.stories.memory import FEATURES

WEIGHTS: dict[str, float] = {
    "lead": 2.56, "headline": 4.66, "crossed": 1.94, "names": 1.77, "names_sum": 0.71,
    "numbers": 4.05, "numbers_sum": -2.26, "words": 1.52, "same_language": 0.76, "days": -3.7,
    "undated": -6.1, "lead_same_language": -2.35, "names_lead": 0.64,
}  # fmt: skip
INTERCEPT = -0.04

_VECTOR = np.asarray([WEIGHTS[name] for name in FEATURES], np.float32)


def logits(pairs: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the log odds of each row of `Memory.pairs`."""
    return np.asarray(pairs @ _VECTOR + np.float32(INTERCEPT), np.float32)


def likelihood(logit: float) -> float:
    """Return the probability that log odds stand for."""
    return float(1 / (1 + np.exp(-np.clip(logit, -30, 30))))
