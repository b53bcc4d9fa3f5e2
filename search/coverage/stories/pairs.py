"""What two articles have in common: the numbers that `likelihood` weighs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.coverage.stories.features import ALIGNED, Features, Keys
from search.coverage.stories.memory import Floats, Memory, Rows, dots
from search.coverage.stories.spellings import Looked

FEATURES = (
    "lead", "headline", "names", "names_sum", "numbers", "numbers_sum", "words",
    "same_language", "days", "undated", "lead_same_language", "names_lead", "aligned",
    "aligned_undated",
)  # fmt: skip
"""What a pair of articles is judged by, in the order of `pairs`."""


REPEATED = 0.98
"""Nearness from which on two headlines are one. On another day it is what a column or a series is
called, and says nothing of an event: only what stands below it counts, which reprints share."""

UNLIKE = 0.4
"""Nearness of what stands below one headline under which names do not count either: they may all be
in the headline. Reports on one event have 0.5 and more in one language."""


class _Shared(NamedTuple):
    """What a new article has in common with others: sums of weights, and the sums of all theirs."""

    sums: Floats
    own: float
    others: Floats


def pairs(memory: Memory, features: Features, looked: Looked, rows: Rows) -> Floats:
    """Return what an article has in common with rows: shape (len(rows), len(FEATURES))."""
    if not len(rows):
        return np.zeros((0, len(FEATURES)), np.float32)
    memory.fetch(rows.tolist())
    others = [memory.features(row) for row in rows.tolist()]
    cosines, there = _cosines(features, others)
    lead, headline = cosines[:, 0, 0], cosines[:, 1:2, 1:2].sum(axis=(1, 2))
    aligned = _aligned(cosines[:, 1:, 1:], there)
    days = memory.days(rows)
    undated = (days == 0) | (features.day == 0)
    apart = np.where(undated, 0, np.abs(days - features.day))
    names = _names(memory, looked, others)
    for number in np.flatnonzero((headline >= REPEATED) & (apart > 0)).tolist():
        below = cosines[number, 2:, 2 : 1 + there[number]]
        if below.size:
            lead[number], headline[number] = _below(features, others[number]), 0
            aligned[number] = (below.max(axis=1).mean() + below.max(axis=0).mean()) / 2
            names.sums[number] *= lead[number] >= UNLIKE
    figures = _figures(memory, features, others)
    same = np.asarray([one.lang == features.lang for one in others], np.float32)
    shared = names.sums / np.maximum(0.5, np.minimum(names.own, names.others))
    counted = figures.sums / np.maximum(1.0, np.minimum(figures.own, figures.others))
    columns = (
        lead, headline, shared, np.log1p(names.sums), counted,
        np.log1p(figures.sums), _words(memory, features, others, same > 0), same,
        np.log1p(apart), undated, lead * same, shared * lead, aligned, aligned * undated,
    )  # fmt: skip
    found = np.empty((len(rows), len(FEATURES)), np.float32)
    for number, column in enumerate(columns):
        found[:, number] = column
    return found


def _names(memory: Memory, looked: Looked, others: Sequence[Features]) -> _Shared:
    """Weigh the names that an article shares; a name counts once, by its commonest spelling."""
    flat, owner = _flat([one.names for one in others])
    weights = np.ones(looked.count, np.float32)
    np.minimum.at(weights, looked.owner, memory.weights(looked.keys))
    sums = np.zeros(len(others), np.float32)
    at, hit = _found(looked.keys, flat)
    if len(at):
        cells = np.unique(owner[hit] * looked.count + looked.owner[at])
        sums = np.bincount(
            cells // looked.count, weights[cells % looked.count], len(others)
        ).astype(np.float32)
    # The keys of a name are up to three; a third of their weights stands for its own.
    whole = np.bincount(owner, memory.weights(flat), len(others)).astype(np.float32) / 2
    return _Shared(sums, float(weights.sum()), np.asarray(whole, np.float32))


def _figures(memory: Memory, features: Features, others: Sequence[Features]) -> _Shared:
    flat, owner = _flat([one.numbers for one in others])
    weights = memory.weights(flat)
    _, hit = _found(features.numbers, flat)
    sums = np.bincount(owner[hit], weights[hit], len(others)).astype(np.float32)
    own = float(memory.weights(features.numbers).sum())
    whole = np.bincount(owner, weights, len(others)).astype(np.float32)
    return _Shared(sums, own, whole)


def _words(
    memory: Memory, features: Features, others: Sequence[Features], same: NDArray[np.bool_]
) -> Floats:
    """Return the cosine of the words of an article and of others, in one language."""
    found = np.zeros(len(others), np.float32)
    some = [others[int(number)] for number in np.flatnonzero(same)]
    if not some:
        return found
    flat, owner = _flat([one.terms for one in some])
    weights = _weighed(memory, flat, np.concatenate([one.counts for one in some]))
    own = _weighed(memory, features.terms, features.counts)
    at, hit = _found(features.terms, flat)
    products = np.bincount(owner[hit], weights[hit] * own[at], len(some))
    lengths = np.sqrt(np.bincount(owner, weights**2, len(some)) * float(own @ own))
    found[same] = products / np.maximum(lengths, 1e-9)
    return found


def _weighed(memory: Memory, keys: Keys, counts: NDArray[np.uint8]) -> Floats:
    return _LOGS[counts] * memory.weights(keys)


_LOGS = 1 + np.log(np.maximum(np.arange(256, dtype=np.float32), 1))


def _cosines(features: Features, others: Sequence[Features]) -> tuple[Floats, NDArray[np.intp]]:
    """Return those of vectors of an article with others': shape (others, own vectors, theirs).

    Where others have fewer there are zeros; how many passages each has comes with them.
    """
    held = np.concatenate([one.vectors for one in others])
    scales = np.concatenate([one.scales for one in others])
    products = dots(features.vectors, held).astype(np.float32)
    found = products * features.scales[:, np.newaxis] * scales
    several = np.asarray([len(one.scales) for one in others])
    cosines = np.zeros((len(others), len(features.scales), 1 + ALIGNED), np.float32)
    owner = np.repeat(np.arange(len(others)), several)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(several) - several, several)
    cosines[owner, :, place] = found.T
    return cosines, several - 1


def _below(one: Features, other: Features) -> float:
    """Return how near to each other is what stands below the headlines."""
    ours, theirs = (
        (each.vectors[2:] * each.scales[2:, np.newaxis]).mean(axis=0) for each in (one, other)
    )
    return float(ours @ theirs / max(float(np.sqrt((ours @ ours) * (theirs @ theirs))), 1e-9))


def _aligned(cosines: Floats, there: NDArray[np.intp]) -> Floats:
    """Return how near the passages of two articles are, each to the nearest one of the other.

    The mean over the passages of both ("MaxSim" of Khattab and Zaharia 2020, both ways). `cosines`
    has shape (others, own passages, theirs), and others have as many as `there` says.
    """
    if not cosines.shape[1]:
        return np.zeros(len(cosines), np.float32)
    missing = np.arange(cosines.shape[2]) >= there[:, np.newaxis]
    own = np.where(missing[:, np.newaxis], -1, cosines).max(axis=2).mean(axis=1)
    theirs = np.where(missing, 0, cosines.max(axis=1)).sum(axis=1) / np.maximum(there, 1)
    return np.where(there > 0, (own + theirs) / 2, 0).astype(np.float32)


def _flat(parts: Sequence[Keys]) -> tuple[Keys, NDArray[np.intp]]:
    """Return all keys in one array, and the number of the article that each belongs to."""
    owner = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    return np.concatenate(parts or [np.zeros(0, np.uint32)]), owner


def _found(keys: Keys, flat: Keys) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return where in the sorted `keys` those of `flat` stand that do, and which of `flat`."""
    if not len(keys):
        return np.zeros(0, np.intp), np.zeros(0, np.intp)
    at = np.minimum(np.searchsorted(keys, flat), len(keys) - 1)
    hit = np.flatnonzero(keys[at] == flat)
    return at[hit], hit
