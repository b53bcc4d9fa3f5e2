"""Fits the weights of `search.coverage.stories.likelihood` on the tuning halves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.stories.collections import Item, Pair
from search.coverage.stories.memory import Memory
from search.coverage.stories.pairs import FEATURES, pairs
from search.coverage.stories.spellings import looked

SHARES: Mapping[str, float] = {"wmt-news": 1.0, "basil": 0.4, "sample": 3.0, "semeval": 1.2}
"""What each collection weighs, however many pairs it has. SemEval with 0.3, 0.6, 1.2 and 2.5: F1 of
its tuning half 0.796, 0.796, 0.801 and 0.806, BCubed F1 of that of wmt-news 0.957, 0.957, 0.959
and 0.952."""

Rows = tuple[NDArray[np.float32], NDArray[np.bool_]]


def pairs_of(items: Sequence[Item]) -> Rows:
    """Return what articles have in common with those they are compared with, as they arrive."""
    memory = Memory(items[0].read.features.vectors.shape[1])
    features = [item.read.features for item in items]
    of_story: dict[str, list[int]] = {}
    rows: list[NDArray[np.float32]] = []
    same: list[bool] = []
    added = memory.add(features)
    for item, row, cosines in zip(items, added, memory.cosines(features), strict=True):
        named = looked(item.read, memory.systems)
        near = memory.near(item.read.features, named, cosines)
        wanted = np.union1d(near, np.asarray(of_story.get(item.story, []), np.intp))
        rows.append(pairs(memory, item.read.features, named, wanted))
        same += [items[int(other)].story == item.story for other in wanted]
        of_story.setdefault(item.story, []).append(row)
        memory.wake(row)
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


def rated(compared: Sequence[Pair]) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Return what rated pairs have in common, and their ratings."""
    items = {item.id: item for pair in compared for item in (pair.left, pair.right)}
    memory = Memory(next(iter(items.values())).read.features.vectors.shape[1])
    rows = dict(zip(items, memory.add([one.read.features for one in items.values()]), strict=True))
    for row in rows.values():
        memory.wake(row)
    found = []
    for pair in compared:
        named = looked(pair.left.read, memory.systems)
        other = np.asarray([rows[pair.right.id]])
        found.append(pairs(memory, pair.left.read.features, named, other))
    return np.concatenate(found), np.asarray([pair.rating for pair in compared])


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
