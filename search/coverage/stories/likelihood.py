"""How likely two articles tell of the same event: a logistic model of what they have in common.

The weights were fitted on the tuning halves of four collections (`benchmarks.stories --fit`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from search.coverage.stories.memory import FEATURES

WEIGHTS: dict[str, float] = {
    "lead": 4.39, "headline": 2.52, "crossed": 0.08, "names": 2.03, "names_sum": 1.8,
    "numbers": 5.41, "numbers_sum": -1.56, "words": 0.49, "same_language": -0.77, "days": -1.24,
    "undated": -1.72, "lead_same_language": -0.93, "names_lead": -0.83, "aligned": 1.5,
    "aligned_undated": 0.52,
}  # fmt: skip
INTERCEPT = -4.96

_VECTOR = np.asarray([WEIGHTS[name] for name in FEATURES], np.float32)


def logits(pairs: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the log odds of each row of `Memory.pairs`."""
    return np.asarray(pairs @ _VECTOR + np.float32(INTERCEPT), np.float32)


def likelihood(logit: float) -> float:
    """Return the probability that log odds stand for."""
    return float(1 / (1 + np.exp(-np.clip(logit, -30, 30))))
