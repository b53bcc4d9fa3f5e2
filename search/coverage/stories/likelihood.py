"""How likely two articles tell of the same event: a logistic model of what they have in common.

The weights were fitted on the tuning halves of four collections (`benchmarks.stories --fit`).
"""

from __future__ import annotations

import numpy as np

from search.coverage.stories.memory import Floats
from search.coverage.stories.pairs import FEATURES

WEIGHTS: dict[str, float] = {
    "lead": 3.58, "headline": 1.81, "names": 3.91, "names_sum": 1.2, "numbers": 5.84,
    "numbers_sum": -1.67, "words": 3.6, "same_language": -1.29, "days": -1.47, "undated": -2.55,
    "lead_same_language": -0.62, "names_lead": -4.51, "aligned": 1.94, "aligned_undated": 1.88,
}  # fmt: skip
INTERCEPT = -3.62

_VECTOR = np.asarray([WEIGHTS[name] for name in FEATURES], np.float32)


def logits(pairs: Floats) -> Floats:
    """Return the log odds of each row of `pairs`."""
    return np.asarray(pairs @ _VECTOR + np.float32(INTERCEPT), np.float32)


def likelihoods(odds: Floats) -> Floats:
    """Return the probabilities that log odds stand for."""
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))), np.float32)
