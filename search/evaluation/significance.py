"""Whether one setting is better than another on the same queries, or merely luckier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from search.evaluation.measures import Values

RESAMPLES = 9_999
"""Random sign assignments: the smallest p-value that can be told is 1 / (RESAMPLES + 1)."""

SEED = 20_240_515
"""Fixed, so that a report can be repeated to the digit."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Second setting minus first, over the topics that both answered."""

    mean: float
    p_value: float
    better: int
    """Topics on which the second setting is better."""
    worse: int
    equal: int


def compare(first: Mapping[str, Values], second: Mapping[str, Values], name: str) -> Difference:
    """Compare two settings topic by topic on one measure.

    The p-value is two-sided, from Fisher's randomisation test: how often a mean difference as
    large comes up when the two values of each topic are swapped at random. Exact where all
    swaps can be tried, else over `RESAMPLES` of them with a fixed seed.

    Smucker, Allan and Carterette, "A Comparison of Statistical Significance Tests for
    Information Retrieval Evaluation", CIKM 2007, recommend it.
    """
    topics = sorted(first.keys() & second.keys())
    before = [first[topic][name] for topic in topics]
    after = [second[topic][name] for topic in topics]
    gains = [b - a for a, b in zip(before, after, strict=True)]
    better = sum(gain > 0 for gain in gains)
    worse = sum(gain < 0 for gain in gains)
    return Difference(
        mean=sum(gains) / len(gains) if gains else 0.0,
        p_value=_p_value(before, after) if better or worse else 1.0,
        better=better,
        worse=worse,
        equal=len(gains) - better - worse,
    )


def _p_value(before: list[float], after: list[float]) -> float:
    if len(before) < 2:
        return 1.0  # one topic says nothing
    import numpy as np
    from numpy.typing import NDArray
    from scipy.stats import permutation_test  # type: ignore[import-untyped]

    def mean_difference(
        a: NDArray[np.float64], b: NDArray[np.float64], axis: int
    ) -> NDArray[np.float64]:
        return np.asarray(np.mean(b - a, axis=axis))

    result = permutation_test(
        (np.array(before), np.array(after)),
        mean_difference,
        permutation_type="samples",
        vectorized=True,
        n_resamples=RESAMPLES,
        batch=1_000,
        rng=np.random.default_rng(SEED),
    )
    return float(result.pvalue)
