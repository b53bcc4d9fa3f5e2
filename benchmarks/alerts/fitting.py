"""Fits how sure it is that an article is what an alert is about. Pure."""

from __future__ import annotations

import numpy as np
from scipy.optimize import isotonic_regression  # type: ignore[import-untyped]

from benchmarks.alerts.judged import Examples
from benchmarks.alerts.measuring import measured
from search.alerts.meaning import Curve
from search.calibration.confidence_fit import monotone
from search.calibration.logistic import Logistic, Numbers, expanded
from search.calibration.logistic import fit as fit_logistic

RIDGE = 3.0
"""Of the squared weights and intercepts, beside the sum of the losses; 30 is no better."""

STORED = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.97, 0.99)
"""Precisions whose thresholds are stored; what is between is read from a line."""

FOLDS = 5

BELOW = 0.01
"""Share of what is told at the lowest precision that the least cosine leaves out."""


def fitted(examples: Examples, typical: float) -> Curve:
    """Fit by maximum likelihood; curve and thresholds on sums that were fitted on others.

    Each fifth of the stories is read with what was fitted on the others, so that thresholds are
    not flattered by having been fitted on the same. What is less near than any wrong article that
    was compared is left out: there only right ones are known.
    """
    near = float(examples.features[~examples.right, 0].min())
    examples = examples.only(examples.features[:, 0] >= near)
    folds = examples.story // 2 % FOLDS
    sums = np.empty(len(folds))
    for part in (folds == fold for fold in range(FOLDS)):
        own = examples.only(part)
        sums[part] = _logistic(examples.only(~part)).power(own.features, list(own.lang))
    powers, chances = monotone(sums, examples.right.astype(float), np.ones(len(sums)))
    values = [threshold(sums, examples, asked) for asked in STORED]
    told = examples.features[sums >= values[0], 0]
    return Curve(
        _logistic(examples),
        powers,
        chances,
        np.asarray(STORED),
        np.maximum.accumulate(values),
        typical,
        max(near, float(np.quantile(told, BELOW))),
    )


def _logistic(examples: Examples) -> Logistic:
    """Fit weights, and an intercept per language of articles that is drawn towards 0."""
    features = examples.features
    scale = features.mean(axis=0), features.std(axis=0) + 1e-6
    langs = examples.lang.tolist()
    known = sorted(set(langs))
    ridge = np.full(expanded(features[:1], *scale).shape[1] + len(known), RIDGE / 2)
    right = examples.right.astype(np.float64)
    return fit_logistic(features, langs, right, np.ones(len(right)), scale, known, ridge)


def threshold(values: Numbers, examples: Examples, asked: float) -> float:
    """Return the value from which on the share that is asked for is right, in the mean of pairs.

    Precision is made to rise with the threshold (isotonic regression), so that no lucky dip of a
    noisy curve is chosen.
    """
    shares = np.concatenate([np.linspace(0.5, 0.99, 100), np.linspace(0.99, 0.9999, 200)])
    steps = np.unique(np.quantile(values, shares))
    found = [measured(values, examples, step) for step in steps]
    there = [n for n, one in enumerate(found) if one.pairs]
    precision = isotonic_regression(
        [found[n].precision for n in there], weights=[found[n].pairs for n in there]
    ).x
    enough = np.flatnonzero(precision >= asked)
    return float(steps[there[enough[0]]] if len(enough) else values.max())
