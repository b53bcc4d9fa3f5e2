"""A logistic function of numbers that are said of candidates, and of the products of every two.

What a number is worth depends on the others; and an intercept per language of articles says what
else a model does not know of one. What is made of the sum is up to who fitted it:
`search.calibration.confidence` for hits, `search.alerts.meaning` for what alerts tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from search.values import dataclass

Numbers = npt.NDArray[np.float64]


def standardised(features: Numbers, middle: Numbers, spread: Numbers) -> Numbers:
    """Return standardised features; they end at 4, so that nothing far from the fit runs away."""
    scaled: Numbers = np.clip((features - middle) / spread, -4.0, 4.0)
    return scaled


def expanded(features: Numbers, middle: Numbers, spread: Numbers) -> Numbers:
    """Return the standardised features and the products of every two: what the weights are of."""
    scaled = standardised(features, middle, spread)
    upper = np.triu_indices(scaled.shape[1])
    return np.concatenate([scaled, scaled[:, upper[0]] * scaled[:, upper[1]]], axis=1)


@dataclass(frozen=True, slots=True, eq=False)
class Logistic:
    """What was fitted: `weights` are of what `expanded` returns with `middle` and `spread`.

    `langs` has an intercept per language of articles, 0 for others.
    """

    middle: Numbers
    spread: Numbers
    intercept: float
    weights: Numbers
    langs: Mapping[str, float]

    def power(self, features: Numbers, langs: Sequence[str]) -> Numbers:
        """Return the sum of each candidate, shape (n,); `langs` are the articles' languages."""
        own = np.asarray([self.langs.get(lang, 0.0) for lang in langs])
        scaled = standardised(features, self.middle, self.spread)
        many = scaled.shape[1]
        products = np.zeros((many, many))
        products[np.triu_indices(many)] = self.weights[many:]
        # As a quadratic form: a tenth of the time that it takes to write all products down.
        total: Numbers = self.intercept + own + scaled @ self.weights[:many]
        total += np.vecdot(scaled @ products, scaled)
        return total

    def document(self, digits: int) -> dict[str, Any]:
        """Return JSON values only, rounded."""
        return {
            "middle": rounded(self.middle, digits),
            "spread": rounded(self.spread, digits),
            "intercept": round(self.intercept, digits),
            "weights": rounded(self.weights, digits),
            "languages": {lang: round(own, digits) for lang, own in sorted(self.langs.items())},
        }

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Logistic:
        """Read what `document` returned; raises what incomplete or other values raise."""
        return cls(
            np.asarray(document["middle"], np.float64),
            np.asarray(document["spread"], np.float64),
            float(document["intercept"]),
            np.asarray(document["weights"], np.float64),
            {str(lang): float(own) for lang, own in document["languages"].items()},
        )


def rounded(values: Numbers, digits: int) -> list[float]:
    """Return the numbers as JSON has them."""
    return [round(float(value), digits) for value in values]


def fit(  # noqa: PLR0913, PLR0917 - what is fitted on, one array each
    features: Numbers,
    langs: Sequence[str],
    right: Numbers,
    weights: Numbers,
    scale: tuple[Numbers, Numbers],
    known: Sequence[str],
    ridge: Numbers,
) -> Logistic:
    """Fit by maximum likelihood with a ridge: `weights` times the loss, `ridge` times the squares.

    Arrays have one length, `right` is 0 or 1; `scale` is `middle` and `spread`; languages that are
    `known` get an intercept. `ridge` is of what `expanded` returns, and of these.
    """
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    own = np.asarray([[lang == one for one in known] for lang in langs], np.float64)
    inputs = np.concatenate(
        [expanded(features, *scale), own.reshape(len(langs), len(known))], axis=1
    )

    def loss(parameters: Numbers) -> tuple[float, Numbers]:
        power = parameters[0] + inputs @ parameters[1:]
        error = weights * (1 / (1 + np.exp(-power)) - right)
        value = weights @ (np.logaddexp(0, power) - right * power)
        value += ridge @ np.square(parameters[1:])
        slope = np.concatenate([[error.sum()], inputs.T @ error + 2 * ridge * parameters[1:]])
        return float(value), slope

    start = np.zeros(inputs.shape[1] + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    many = len(found) - len(known)
    return Logistic(
        *scale, float(found[0]), found[1:many], dict(zip(known, found[many:].tolist(), strict=True))
    )
