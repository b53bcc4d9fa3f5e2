"""How likely two articles tell of the same event: a logistic model of what they have in common.

The weights were fitted on the tuning halves of four collections (`benchmarks.stories --fit`).
"""

from __future__ import annotations

import numpy as np

from search.coverage.stories.memory import Floats
from search.coverage.stories.pairs import FEATURES

WEIGHTS: dict[str, float] = {
    "lead": 4.39, "headline": 2.27, "names": 3.54, "names_sum": 1.16, "numbers": 5.67,
    "numbers_sum": -1.89, "words": 2.92, "same_language": -0.73, "days": -1.36, "undated": -2.26,
    "lead_same_language": -1.62, "names_lead": -3.83, "aligned": 2.72, "aligned_undated": 1.46,
}  # fmt: skip
INTERCEPT = -4.53

_VECTOR = np.asarray([WEIGHTS[name] for name in FEATURES], np.float32)


def logits(pairs: Floats) -> Floats:
    """Return the log odds of each row of `pairs`."""
    return np.asarray(pairs @ _VECTOR + np.float32(INTERCEPT), np.float32)


def likelihoods(odds: Floats) -> Floats:
    """Return the probabilities that log odds stand for."""
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))), np.float32)
