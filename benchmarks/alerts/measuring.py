"""Precision, recall and delay of what alerts tell, in the mean of language pairs. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.alerts.judged import Examples, Flags
from search.calibration.logistic import Numbers

FEWEST_RIGHT, FEWEST_FIRED = 8, 3
"""Right articles and notices that a pair must have to be counted."""

BINS = 10


@dataclass(frozen=True, slots=True)
class Measured:
    """Means over pairs of languages; `pairs` is how many told enough for a precision."""

    precision: float
    recall: float
    pairs: int


def measured(values: Numbers, examples: Examples, least: float) -> Measured:
    """Measure what is at least so high."""
    return means(values >= least, examples)


def means(told: Flags, examples: Examples) -> Measured:
    """Measure what is told."""
    right, fired, hits = _counts(told, examples)
    counted = right >= FEWEST_RIGHT
    enough = counted & (fired >= FEWEST_FIRED)
    precision = float(np.mean(hits[enough] / fired[enough])) if enough.any() else float("nan")
    recall = float(np.mean(hits[counted] / right[counted])) if counted.any() else 0.0
    return Measured(precision, recall, int(enough.sum()))


def precision_of_halves(told: Flags, examples: Examples) -> list[float]:
    """Measure each half of the stories by itself."""
    halves = [examples.story % 2 == half for half in (0, 1)]
    return [round(means(told[half], examples.only(half)).precision, 3) for half in halves]


def _counts(told: Flags, examples: Examples) -> list[Any]:
    """Return per pair how many are right, are told, and are both."""
    each = (examples.right, told, told & examples.right)
    return [np.bincount(examples.pair, one, len(examples.pairs)) for one in each]


def by_pair(told: Flags, examples: Examples) -> Iterator[dict[str, Any]]:
    """Yield precision, recall and delay of each pair that has enough right articles.

    Articles arrive in order. Of the alerts that have a right article in a language, `at_once` is
    the share that is told the first of them, `never` that is told none; `missed` is how many right
    articles went by before the first that was told, in the mean of the others.
    """
    counts = [column.tolist() for column in _counts(told, examples)]
    for code, (wanted, count, good) in enumerate(zip(*counts, strict=True)):
        if wanted < FEWEST_RIGHT:
            continue
        own = examples.only((examples.pair == code) & examples.right)
        flags = told[(examples.pair == code) & examples.right]
        places = list(_first_told(own, flags))
        later = [place for place in places if place is not None]
        yield {
            "pair": examples.pairs[code],
            "right": int(wanted),
            "told": int(count),
            "precision": round(good / count, 3) if count else None,
            "recall": round(good / wanted, 3),
            "at_once": round(sum(place == 0 for place in later) / len(places), 3),
            "never": round(1 - len(later) / len(places), 3),
            "missed": round(float(np.mean(later)), 2) if later else None,
        }


def _first_told(right: Examples, told: Flags) -> Iterator[int | None]:
    for alert in np.unique(right.alert):
        at = np.flatnonzero(right.alert == alert)
        flags = told[at[np.argsort(right.article[at])]]
        yield int(np.argmax(flags)) if flags.any() else None


def reliability(chances: Numbers, right: Flags) -> list[dict[str, float]]:
    """Say how often what was given some chance was right."""
    bins = np.minimum((chances * BINS).astype(int), BINS - 1)
    return [
        {
            "said": round(float(chances[bins == n].mean()), 4),
            "right": round(float(right[bins == n].mean()), 4),
            "hits": int((bins == n).sum()),
        }
        for n in range(BINS)
        if (bins == n).any()
    ]
