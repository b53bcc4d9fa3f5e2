"""Which articles are near enough in meaning to be told: a threshold per query and language.

A cosine does not mean the same in each pair of languages, nor for each query: what counts is how
far an article stands out from what else the index has in its language. So each alert has, per
language, a background: of the cosines of the latest articles the mean, and the one that 95 in 100
stay below. From these and its own cosine a logistic curve gives the log-odds that an article is
right, and `--precision` is looked up in the precision that notices above a value of these had, in
the mean of language pairs, on judged news (`benchmarks.alerts`). Of a model that was never measured
nothing is known: then meaning fires nothing, and that is said.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search.embedding.port import Vectors
from search.index.filters import Filters
from search.index.legs import LatestLeg
from search.index.port import SearchIndex

CURVES = Path(__file__).with_name("curves.json")

SAMPLED = 200
"""Articles per language that a background is the mean of."""

FEWEST = 30
"""Articles of a language below which its background is that of all languages together."""

TRIMMED = 0.05
"""Share of the nearest articles that are left out of a background: they may be on the subject."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Curve:
    """Log-odds = intercept + slope * cosine + mean * (background's mean) + upper * (its upper end).

    `precisions` and `values` ascend: of the articles with log-odds of `values[n]` or more, the
    share `precisions[n]` was right. `typical` is the background where an index knows none.
    """

    intercept: float
    slope: float
    mean: float
    upper: float
    typical: tuple[float, float]
    precisions: tuple[float, ...]
    values: tuple[float, ...]

    def log_odds(self, cosines: Numbers, backgrounds: Numbers) -> Numbers:
        """Return the log-odds of each; `backgrounds` has mean and upper end in its last axis."""
        return (
            self.intercept
            + self.slope * cosines
            + self.mean * backgrounds[..., 0]
            + self.upper * backgrounds[..., 1]
        )

    def least(self, precision: float) -> float:
        """Return the log-odds from which on this share of the notices is right."""
        at = bisect_left(self.precisions, precision)
        if at == 0:
            return self.values[0]
        if at == len(self.precisions):
            return self.values[-1]
        low, high = self.precisions[at - 1], self.precisions[at]
        share = (precision - low) / (high - low)
        return self.values[at - 1] + share * (self.values[at] - self.values[at - 1])


def curve_of(fingerprint: str, path: Path = CURVES) -> Curve | None:
    """Return the curve of a model, None where none was fitted."""
    found = json.loads(path.read_text(encoding="utf-8")).get(fingerprint)
    if found is None:
        return None
    points = sorted((float(share), float(value)) for share, value in found["precisions"])
    mean, upper = map(float, found["typical"])
    return Curve(
        intercept=float(found["intercept"]),
        slope=float(found["slope"]),
        mean=float(found["mean"]),
        upper=float(found["upper"]),
        typical=(mean, upper),
        precisions=tuple(share for share, _ in points),
        values=tuple(value for _, value in points),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Backgrounds:
    """Backgrounds of queries: `known[lang]` has shape (queries, 2), `counts` the articles."""

    known: Mapping[str, Numbers]
    counts: Mapping[str, int]
    typical: Numbers

    def of(self, lang: str) -> Numbers:
        """Return the backgrounds in a language, that of all languages where it has too few."""
        return self.typical if self.few(lang) else self.known[lang]

    def few(self, lang: str) -> bool:
        """Tell whether there are too few articles in a language for a background of its own."""
        return self.counts.get(lang, 0) < FEWEST


def backgrounds(
    index: SearchIndex, queries: Vectors, langs: Sequence[str], typical: tuple[float, float]
) -> Backgrounds:
    """Measure the backgrounds of queries, shape (n, dimension), in some languages."""
    known: dict[str, Numbers] = {}
    counts: dict[str, int] = {}
    for lang in langs:
        found = _sample(index, lang)
        counts[lang] = len(found)
        if found:
            known[lang] = background_of(best_cosines(queries, found))
    # What the index has of all languages counts as far as it is more than a few articles.
    prior = np.tile(np.asarray(typical), (len(queries), 1))
    weighed = sum((counts[lang] * one for lang, one in known.items()), FEWEST * prior)
    return Backgrounds(known, counts, weighed / (sum(counts.values()) + FEWEST))


def best_cosines(queries: Vectors, articles: Sequence[Vectors]) -> Numbers:
    """Return the cosine of each article's best passage: shape (queries, articles)."""
    starts = np.cumsum([0, *(len(one) for one in articles[:-1])])
    cosines = queries @ np.concatenate(articles).T
    return np.maximum.reduceat(cosines, starts, axis=1).astype(np.float64)


def _sample(index: SearchIndex, lang: str) -> list[Vectors]:
    leg, filters = LatestLeg(), Filters(langs=frozenset((lang,)))
    (result,) = index.retrieve((leg,), filters, SAMPLED, 1).results
    found = index.get([one.id for one in result.candidates])
    return [one.vectors for one in found.values() if len(one.vectors)]


def background_of(cosines: Numbers) -> Numbers:
    """Return mean and upper end per query, the nearest left out: (queries, n) -> (queries, 2)."""
    least = max(1, round(cosines.shape[1] * (1 - TRIMMED)))
    below = np.sort(cosines, axis=1)[:, :least]
    both: Numbers = np.stack([below.mean(axis=1), below[:, -1]], axis=1)
    return both
