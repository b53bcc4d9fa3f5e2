"""Fits the weights of `search.coverage.stories.likelihood` on the tuning halves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.stories.collections import Item, Pair
from search.coverage.stories.memory import FEATURES, Memory

SHARES: Mapping[str, float] = {"wmt-news": 1.0, "basil": 0.4, "sample": 3.0, "semeval": 0.6}
"""What each collection weighs, however many pairs it has."""

Rows = tuple[NDArray[np.float32], NDArray[np.bool_]]


def pairs_of(items: Sequence[Item]) -> Rows:
    """Return what articles have in common with those they are compared with, as they arrive."""
    memory = Memory(len(items[0].features.lead))
    known: list[Item] = []
    of_story: dict[str, list[int]] = {}
    rows: list[NDArray[np.float32]] = []
    same: list[bool] = []
    for item in items:
        near = memory.near(item.features, item.looked)
        wanted = np.union1d(near, np.asarray(of_story.get(item.story, []), np.intp))
        if len(wanted):
            rows.append(memory.pairs(item.features, item.looked, wanted))
            same += [known[int(row)].story == item.story for row in wanted]
        of_story.setdefault(item.story, []).append(memory.add(item.features))
        known.append(item)
    return np.concatenate(rows), np.asarray(same)


def with_days(rows: Rows) -> Rows:
    """Add each pair again as if both were published within some days.

    In the collections nothing but one event was published on one day, while in an index most of
    what was published on a day has nothing to do with each other. So only being far apart tells.
    Pairs of one story that have dates keep these alone.
    """
    found, same = rows
    undated = found[:, FEATURES.index("undated")] > 0
    chosen = undated | ~same
    copies = found[chosen].copy()
    days = np.random.default_rng(3).integers(0, 4, len(copies))
    copies[:, FEATURES.index("days")] = np.log1p(days)
    copies[:, FEATURES.index("undated")] = 0
    copies[:, FEATURES.index("aligned_undated")] = 0
    return np.concatenate([found, copies]), np.concatenate([same, same[chosen]])


def rated(pairs: Sequence[Pair]) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Return what rated pairs have in common, and their ratings."""
    memory = Memory(len(pairs[0].left.features.lead))
    rows = {}
    for pair in pairs:
        for one in (pair.left, pair.right):
            if one.id not in rows:
                rows[one.id] = memory.add(one.features)
    found = [
        memory.pairs(one.left.features, one.left.looked, np.asarray([rows[one.right.id]]))
        for one in pairs
    ]
    return np.concatenate(found), np.asarray([one.rating for one in pairs])


def fit(parts: Mapping[str, Rows], strength: float = 3.0) -> tuple[dict[str, float], float]:
    """Return the weights and the intercept of a logistic regression."""
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    parts = {name: with_days(rows) for name, rows in parts.items()}
    names, whole = list(parts), [parts[name] for name in parts]
    rows = np.concatenate([one for one, _ in whole])
    same = np.concatenate([one for _, one in whole])
    weights = np.concatenate(
        [np.full(len(parts[n][1]), 1000 * SHARES[n] / len(parts[n][1])) for n in names]
    )
    model = LogisticRegression(C=strength, max_iter=5000).fit(rows, same, sample_weight=weights)
    found = dict(zip(FEATURES, (round(float(one), 2) for one in model.coef_[0]), strict=True))
    return found, round(float(model.intercept_[0]), 2)


def shown(weights: Mapping[str, float], intercept: float) -> Iterator[str]:
    """Yield lines for `likelihood.py`."""
    yield f"WEIGHTS = {dict(weights)}"
    yield f"INTERCEPT = {intercept}"
