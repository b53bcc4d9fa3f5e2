"""How close in meaning an article is, on a scale that holds from one answer to the next.

A score compares the articles of one answer: the first has 100 % even where none is on the
subject. A cosine does not, but what is near differs from model to model. So each model has a
curve from cosine to closeness, fitted on judged questions by `benchmarks.closeness` and kept in
`closeness.json` by the model's fingerprint; of a model that is not there nothing is claimed.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CURVES = Path(__file__).with_name("closeness.json")


@dataclass(frozen=True, slots=True)
class Curve:
    """A logistic curve: closeness(cosine) = 1 / (1 + exp(-(intercept + slope * cosine))).

    Closeness is how often an article with this cosine is right, among the nearest right and the
    nearest wrong article of each judged question, one of each (Platt, "Probabilistic Outputs for
    Support Vector Machines", 1999, with cosines for margins). Under `least`, the nearest article
    is farther than those of 19 in 20 questions that have an answer.
    """

    intercept: float
    slope: float
    least: float

    def closeness(self, cosine: float) -> float:
        """Return the closeness of a cosine, in [0, 1]."""
        power = self.intercept + self.slope * cosine
        return 1 / (1 + math.exp(-max(-500.0, min(500.0, power))))


def curve_of(fingerprint: str, path: Path = CURVES) -> Curve | None:
    """Return the curve of a model, or None where none was fitted."""
    if not path.is_file():
        return None
    kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    found = kept.get(fingerprint)
    if found is None:
        return None
    return Curve(float(found["intercept"]), float(found["slope"]), float(found["least"]))
