"""How close in meaning an article is, on a scale that holds from one answer to the next.

A score compares the articles of one answer: the first has 100 % even where none is on the
subject. A cosine does not, but what counts as near differs from model to model, and from index to
index: among many articles, something is always near. So it counts how far an article stands out
from the background, the article at rank `BACKGROUND`. Each model has a curve, fitted on judged
queries by `benchmarks.closeness` and stored in `closeness.json` by the model's fingerprint. Nothing
is claimed for a model that is not there, nor for an answer from fewer articles than that.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from search.index.model import Candidate
from search.values import dataclass

BACKGROUND = 50
"""Rank of the article that stands for the background: below the coverage of most events. Of the
queries of `benchmarks.closeness` that are off the subject, an earlier compact model recognised 0.36
with it and 0.06 without in an index of 2,375 articles, and 0.52 and 0.67 in one of 106; the present
one recognises 0.29 and 0.60 with it."""

CURVES = Path(__file__).with_name("closeness.json")


@dataclass(frozen=True, slots=True)
class Curve:
    """A logistic curve: 1 / (1 + exp(-(intercept + slope * cosine + against * background))).

    Closeness is how often an article like this is right, among the nearest right and the
    nearest wrong article of each judged query, one of each (Platt, "Probabilistic Outputs for
    Support Vector Machines", 1999, with cosines for margins). Under `least`, the nearest article
    is farther than that of 19 in 20 queries that have an answer.
    """

    intercept: float
    slope: float
    against: float
    least: float

    def closeness(self, cosine: float, background: float) -> float:
        """Return the closeness of a cosine above that of the background, in [0, 1]."""
        power = self.intercept + self.slope * cosine + self.against * background
        if not -500 < power < 500:
            power = math.copysign(500, power)
        return 1 / (1 + math.exp(-power))


def closeness_of(curve: Curve | None, candidates: Sequence[Candidate]) -> dict[str, float]:
    """Return the closeness of what the vector leg found, best first, by article id.

    Empty where no curve is known, or there are too few articles for a background.
    """
    if curve is None or len(candidates) < BACKGROUND:
        return {}
    background = candidates[BACKGROUND - 1].score
    closeness = curve.closeness
    return {one.id: closeness(one.score, background) for one in candidates}


def curve_of(fingerprint: str, path: Path = CURVES) -> Curve | None:
    """Return the curve of a model, or None where none was fitted."""
    if not path.is_file():
        return None
    curves: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    found = curves.get(fingerprint)
    if found is None:
        return None
    return Curve(*(float(found[key]) for key in ("intercept", "slope", "against", "least")))
