"""How likely two articles tell of the same event: a logistic model of what they have in common.

The weights were fitted on the tuning halves of four collections (`benchmarks.stories --fit`).
"""

from __future__ import annotations

import numpy as np

from search.coverage.stories.memory import Floats
from search.coverage.stories.pairs import FEATURES

WEIGHTS: dict[str, float] = {
    "lead": 3.37, "headline": 1.26, "names": 3.47, "names_sum": 1.42, "numbers": 5.55,
    "numbers_sum": -0.79, "words": 4.12, "same_language": -1.59, "days": -1.6, "undated": -2.97,
    "lead_same_language": -0.53, "names_lead": -3.59, "aligned": 2.45, "aligned_undated": 2.21,
}  # fmt: skip
INTERCEPT = -3.61

_VECTOR = np.asarray([WEIGHTS[name] for name in FEATURES], np.float32)


def logits(pairs: Floats) -> Floats:
    """Return the log odds of each row of `pairs`."""
    return np.asarray(pairs @ _VECTOR + np.float32(INTERCEPT), np.float32)


def likelihoods(odds: Floats) -> Floats:
    """Return the probabilities that log odds stand for."""
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))), np.float32)
