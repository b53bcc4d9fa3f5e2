"""Fits how sure it is that an article is what an alert is about. Pure."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import isotonic_regression, minimize  # type: ignore[import-untyped]

from benchmarks.alerts.judged import Examples, Numbers
from benchmarks.alerts.measuring import measured
from search.alerts.meaning import Curve
from search.calibration.confidence import expanded
from search.calibration.confidence_fit import monotone

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
    curve = _logistic(examples)
    powers, chances = monotone(sums, examples.right.astype(float), np.ones(len(sums)))
    values = [threshold(sums, examples, asked) for asked in STORED]
    told = examples.features[sums >= values[0], 0]
    return Curve(
        curve.middle,
        curve.spread,
        curve.intercept,
        curve.weights,
        curve.langs,
        powers,
        chances,
        np.asarray(STORED),
        np.maximum.accumulate(values),
        typical,
        max(near, float(np.quantile(told, BELOW))),
    )


def _logistic(examples: Examples) -> Curve:
    """Fit weights, and an intercept per language of articles that is drawn towards 0."""
    middle, spread = examples.features.mean(axis=0), examples.features.std(axis=0) + 1e-6
    langs = sorted(set(examples.lang.tolist()))
    own = examples.lang[:, None] == np.asarray(langs)[None, :]
    inputs = np.column_stack([expanded(examples.features, middle, spread), own])
    right = examples.right.astype(np.float64)

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        odds = weights[0] + inputs @ weights[1:]
        error = 1 / (1 + np.exp(-odds)) - right
        slope = np.concatenate([[error.sum()], inputs.T @ error + RIDGE * weights[1:]])
        cost = (np.logaddexp(0, odds) - right * odds).sum() + RIDGE / 2 * (weights[1:] ** 2).sum()
        return float(cost), slope

    start = np.zeros(1 + inputs.shape[1])
    found: Any = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    weights, intercepts = np.split(found[1:], [inputs.shape[1] - len(langs)])
    nothing = np.zeros(2)
    return Curve(
        middle,
        spread,
        float(found[0]),
        weights,
        dict(zip(langs, intercepts.tolist(), strict=True)),
        *(nothing, nothing, nothing, nothing, 0.0, 0.0),
    )


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
