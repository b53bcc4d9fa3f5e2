"""The articles that new ones are compared with, held in memory, and what a pair has in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.coverage.stories.features import Features, Keys, Looked

NEAREST = 40
"""Articles that a new one is compared with: the nearest by meaning, and those with rare names."""

RARE = 24
"""A name that as many articles bear at most finds all of these."""

WINDOW = 45
"""Days between two articles that are compared. A story may go on for longer from one to the next;
an anniversary is another one."""

_SLOTS = 2**20

FEATURES = (
    "lead", "headline", "crossed", "names", "names_sum", "numbers", "numbers_sum", "words",
    "same_language", "days", "undated", "lead_same_language", "names_lead", "aligned",
    "aligned_undated",
)  # fmt: skip
"""What a pair of articles is judged by, in the order of `Memory.pairs`."""

Rows = NDArray[np.intp]
Floats = NDArray[np.float32]


class Shared(NamedTuple):
    """What a new article has in common with one other: sums of weights, and the sum of its own."""

    sums: Floats
    own: float
    others: Floats


class Memory:
    """Features of articles by row, in the order in which they were taken in.

    How rare a name, word or number is counts in the weight of sharing it (idf), over all articles
    that are remembered.
    """

    def __init__(self, dimension: int) -> None:
        """Nothing is remembered yet; vectors have this dimension."""
        self._lead = np.zeros((256, dimension), np.float32)
        self._head = np.zeros((256, dimension), np.float16)
        self._days = np.zeros(256, np.int32)
        self._alive = np.zeros(256, bool)
        self._features: list[Features | None] = []
        self._bearers: dict[int, list[int]] = {}
        self._frequency = np.zeros(_SLOTS, np.int32)
        self.count = 0

    def __len__(self) -> int:
        return len(self._features)

    def features(self, row: int) -> Features:
        """Return what is remembered of a row."""
        found = self._features[row]
        if found is None:
            raise KeyError(row)
        return found

    def add(self, features: Features) -> int:
        """Remember an article; returns its row."""
        row = len(self._features)
        if row == len(self._lead):
            self._grow()
        self._lead[row], self._head[row] = features.lead, features.head
        self._days[row], self._alive[row] = features.day, True
        self._features.append(features)
        self._count(features, 1)
        for key in features.names.tolist():
            bearers = self._bearers.setdefault(key, [])
            if len(bearers) <= RARE:
                bearers.append(row)
        return row

    def remove(self, row: int) -> None:
        """Forget an article. Its row is not used again."""
        self._count(self.features(row), -1)
        self._features[row], self._alive[row] = None, False
        self._lead[row] = 0

    def near(self, features: Features, looked: Looked) -> Rows:
        """Return the rows that an article is worth comparing with, ascending."""
        end = len(self._features)
        if not end:
            return np.zeros(0, np.intp)
        likely = self._alive[:end]
        if features.day:
            days = self._days[:end]
            likely = likely & ((np.abs(days - features.day) <= WINDOW) | (days == 0))
        cosines = self._lead[:end] @ features.lead
        cosines[~likely] = -1
        most = min(NEAREST, end)
        found = np.argpartition(cosines, end - most)[end - most :]
        named = {
            row
            for key in looked.keys.tolist()
            if len(rows := self._bearers.get(key, ())) <= RARE
            for row in rows
        }
        wanted = {*found.tolist(), *_most(named, cosines)}
        return np.asarray(sorted(row for row in wanted if likely[row]), np.intp)

    def pairs(self, features: Features, looked: Looked, rows: Rows) -> Floats:
        """Return what an article has in common with rows: shape (len(rows), len(FEATURES))."""
        others = [self.features(int(row)) for row in rows]
        lead = self._lead[rows] @ features.lead
        heads = self._head[rows].astype(np.float32)
        crossed = np.maximum(heads @ features.lead, self._lead[rows] @ features.head)
        aligned = _aligned(features, others)
        names = self._names(looked, others)
        figures = self._figures(features, others)
        words = self._words(features, others)
        same = np.asarray([one.lang == features.lang for one in others], np.float32)
        days = np.asarray([one.day for one in others], np.int64)
        undated = (days == 0) | (features.day == 0)
        apart = np.where(undated, 0, np.abs(days - features.day))
        shared = names.sums / np.maximum(0.5, np.minimum(names.own, names.others))
        counted = figures.sums / np.maximum(1.0, np.minimum(figures.own, figures.others))
        columns = (
            lead, heads @ features.head, crossed, shared, np.log1p(names.sums), counted,
            np.log1p(figures.sums), words, same, np.log1p(apart), undated, lead * same,
            shared * lead, aligned, aligned * undated,
        )  # fmt: skip
        return np.stack([np.asarray(one, np.float32) for one in columns], axis=1)

    def weights(self, keys: Keys) -> Floats:
        """Return how telling each name, word or number is, from 0 to 1."""
        often = self._frequency[keys & (_SLOTS - 1)]
        total = max(self.count, 1)
        weighed = np.log1p(total / np.maximum(often, 1)) / np.log1p(total)
        return np.asarray(weighed, np.float32)

    def _names(self, looked: Looked, others: Sequence[Features]) -> Shared:
        """Weigh the names that an article shares; a name counts once, by its commonest spelling."""
        flat, owner = _flat([one.names for one in others])
        most = self.weights(looked.keys)
        weights = np.ones(looked.count, np.float32)
        np.minimum.at(weights, looked.owner, most)
        sums = np.zeros(len(others), np.float32)
        at, hit = _found(looked.keys, flat)
        if hit.any():
            cells = np.unique(owner[hit] * looked.count + looked.owner[at[hit]])
            np.add.at(sums, cells // looked.count, weights[cells % looked.count])
        # The keys of a name are up to three; a third of their weights stands for its own.
        whole = np.bincount(owner, self.weights(flat), len(others)) / 2
        return Shared(sums, float(weights.sum()), np.asarray(whole, np.float32))

    def _figures(self, features: Features, others: Sequence[Features]) -> Shared:
        flat, owner = _flat([one.numbers for one in others])
        weights = self.weights(flat)
        _, hit = _found(features.numbers, flat)
        sums = np.bincount(owner[hit], weights[hit], len(others))
        own = float(self.weights(features.numbers).sum())
        whole = np.bincount(owner, weights, len(others))
        return Shared(np.asarray(sums, np.float32), own, np.asarray(whole, np.float32))

    def _words(self, features: Features, others: Sequence[Features]) -> Floats:
        """Return the cosine of the words of an article and of others, in one language."""
        flat, owner = _flat([one.terms for one in others])
        counts = np.concatenate([one.counts for one in others] or [np.zeros(0, np.uint8)])
        weights = self._weighed(flat, counts)
        own = self._weighed(features.terms, features.counts)
        at, hit = _found(features.terms, flat)
        products = np.bincount(owner[hit], weights[hit] * own[at[hit]], len(others))
        lengths = np.sqrt(np.bincount(owner, weights**2, len(others)) * float(own @ own))
        return np.asarray(products / np.maximum(lengths, 1e-9), np.float32)

    def _weighed(self, keys: Keys, counts: NDArray[np.uint8]) -> Floats:
        weighed = (1 + np.log(np.maximum(counts, 1).astype(np.float32))) * self.weights(keys)
        return np.asarray(weighed, np.float32)

    def _count(self, features: Features, by: int) -> None:
        self.count += by
        for keys in (features.names, features.terms, features.numbers):
            np.add.at(self._frequency, keys & (_SLOTS - 1), by)

    def _grow(self) -> None:
        for name in ("_lead", "_head", "_days", "_alive"):
            held = getattr(self, name)
            grown = np.zeros((2 * len(held), *held.shape[1:]), held.dtype)
            grown[: len(held)] = held
            setattr(self, name, grown)


def _aligned(features: Features, others: Sequence[Features]) -> Floats:
    """Return how near the passages of two articles are, each to the nearest one of the other.

    The mean over the passages of both ("MaxSim" of Khattab and Zaharia 2020, both ways).
    """
    if not len(features.passages):
        return np.zeros(len(others), np.float32)
    found = np.zeros(len(others), np.float32)
    for number, other in enumerate(others):
        if len(other.passages):
            cosines = features.passages @ other.passages.T
            found[number] = (cosines.max(axis=0).mean() + cosines.max(axis=1).mean()) / 2
    return found


def _most(rows: set[int], cosines: Floats) -> list[int]:
    """Return the nearest of rows with rare names."""
    return sorted(rows, key=lambda row: (-float(cosines[row]), row))[:NEAREST]


def _flat(parts: Sequence[Keys]) -> tuple[Keys, NDArray[np.intp]]:
    """Return all keys in one array, and the number of the article that each belongs to."""
    owner = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    return np.concatenate(parts or [np.zeros(0, np.uint32)]), owner


def _found(keys: Keys, flat: Keys) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Return where each of `flat` stands in the sorted `keys`, and whether it does."""
    if not len(keys):
        return np.zeros(len(flat), np.intp), np.zeros(len(flat), bool)
    at = np.minimum(np.searchsorted(keys, flat), len(keys) - 1)
    return at, keys[at] == flat
