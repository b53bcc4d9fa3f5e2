"""How sure it is that an article is what an alert is about, and from when on it is told.

A logistic function of `evidence.FEATURES`, with the products of every two, and an intercept per
language of articles gives a sum. From it a rising curve reads the probability that the article is
right, and `--precision` is looked up in the precision that notices above a value of the sum had,
in the mean of language pairs, on judged news (`benchmarks.alerts`). The intercepts are drawn
towards 0, so that languages share strength, and one that was not measured has that of all. Of a
model that was never measured nothing is known: then meaning fires nothing, and that is said.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from search.alerts.evidence import FEATURES
from search.calibration.logistic import Logistic, Numbers, rounded

CURVES = Path(__file__).with_name("curves.json")

DIGITS = 4
"""Behind the point, of what is stored."""


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """What was fitted for one model.

    `powers` and `chances` rise: the curve from the sum that `logistic` gives to a probability.
    `precisions` and `values` rise: of the articles with a sum of `values[n]` or more, the share
    `precisions[n]` was right.
    `typical` is the background where an index knows none; below the cosine `near` nothing was told.
    """

    logistic: Logistic
    powers: Numbers
    chances: Numbers
    precisions: Numbers
    values: Numbers
    typical: float
    near: float

    def chance(self, powers: Numbers) -> Numbers:
        """Return how likely candidates with these sums are right."""
        return np.interp(powers, self.powers, self.chances)

    def least(self, precision: float) -> float:
        """Return the sum from which on this share of the notices is right."""
        return float(np.interp(precision, self.precisions, self.values))

    def document(self) -> dict[str, Any]:
        """Return JSON values only."""
        return {
            "features": list(FEATURES),
            **self.logistic.document(DIGITS),
            "curve": [rounded(self.powers, DIGITS), rounded(self.chances, DIGITS)],
            "precisions": [rounded(self.precisions, DIGITS), rounded(self.values, DIGITS)],
            "typical": round(self.typical, DIGITS),
            "near": round(self.near, DIGITS),
        }

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Curve:
        """Read what `document` returned. Raises `ValueError` for other features."""
        if document["features"] != list(FEATURES):
            raise ValueError("The curve was fitted by another version; python -m benchmarks.alerts")
        powers, chances = map(np.asarray, document["curve"])
        precisions, values = map(np.asarray, document["precisions"])
        return cls(
            logistic=Logistic.read(document),
            powers=powers,
            chances=chances,
            precisions=precisions,
            values=values,
            typical=document["typical"],
            near=document["near"],
        )


def curve_of(fingerprint: str, path: Path = CURVES) -> Curve | None:
    """Return the curve of a model, None where none was fitted."""
    found = json.loads(path.read_text(encoding="utf-8")).get(fingerprint)
    return None if found is None else Curve.read(found)
