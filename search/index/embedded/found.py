"""Sets of scored passages, how they combine, and the best articles among them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
"""Numbers of rows or of articles, as a `View` gives them."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Passages that match, each once: arrays of one length, ordered by the number of the row."""

    rows: Numbers
    scores: NDArray[np.float64]

    @classmethod
    def nothing(cls) -> Found:
        """No passage at all."""
        return cls(np.empty(0, np.int64), np.empty(0, np.float64))

    @classmethod
    def of(cls, rows: Numbers, scores: NDArray[np.floating[Any]]) -> Found:
        """Take rows in any order."""
        order = np.argsort(rows)
        return cls(rows[order], scores[order].astype(np.float64))

    def take(self, wanted: NDArray[Any]) -> Found:
        """Keep the passages that a mask or ascending indices name."""
        return Found(self.rows[wanted], self.scores[wanted])


def union(parts: Sequence[Found]) -> Found:
    """Passages of any part; their scores add up."""
    if len(parts) <= 1:
        return parts[0] if parts else Found.nothing()
    rows = np.unique(np.concatenate([part.rows for part in parts]))
    scores = np.zeros(len(rows), np.float64)
    for part in parts:
        scores[np.searchsorted(rows, part.rows)] += part.scores
    return Found(rows, scores)


def intersection(parts: Sequence[Found]) -> Found:
    """Passages of every part; their scores add up. Nothing, of no parts."""
    if not parts:
        return Found.nothing()
    rows = reduce(np.intersect1d, [part.rows for part in parts])
    among = [part.scores[np.searchsorted(part.rows, rows)] for part in parts]
    return Found(rows, np.sum(among, axis=0))


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Articles, best first, by number and id; of each its best passages, best first.

    `rows` and `scores` have those of all articles one after the other; those of the nth article
    end at `ends[n]`. `total` counts the articles before the cut.
    """

    articles: Numbers
    ids: list[str]
    rows: Numbers
    scores: NDArray[np.float64]
    ends: NDArray[np.intp]
    total: int

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Where the passages of each article begin and end."""
        ends = self.ends.tolist()
        return list(pairwise([0, *ends]))


@dataclass(frozen=True, slots=True, eq=False)
class Grouped:
    """Passages with the numbers of their articles and their positions: arrays of one length."""

    found: Found
    articles: Numbers
    positions: NDArray[np.int32]

    def best(
        self, limit: int | None, passages: int, ids: Callable[[Numbers], list[str]]
    ) -> Ranking:
        """Rank articles by their best passage.

        Equal scores are ordered by article id, then position.
        """
        articles, places = np.unique(self.articles, return_inverse=True)
        best = np.full(len(articles), -np.inf)
        np.maximum.at(best, places, self.found.scores)
        chosen, names = _top(best, articles, ids, limit)
        return self._ranking(articles[chosen], names, passages, len(articles))

    def in_order(self, articles: Numbers, names: list[str], passages: int, total: int) -> Ranking:
        """Give articles that stand in an order of their own their best passages."""
        return self._ranking(articles, names, passages, total)

    def _ranking(self, articles: Numbers, names: list[str], passages: int, total: int) -> Ranking:
        rank = np.argsort(articles)
        place = np.searchsorted(articles, self.articles, sorter=rank)
        place = rank[np.minimum(place, len(rank) - 1)] if len(rank) else place
        wanted = np.flatnonzero(articles[place] == self.articles) if len(rank) else place
        scores, place = self.found.scores[wanted], place[wanted]
        # lexsort orders by its last key first: rank of the article, then score, then position.
        order = np.lexsort((self.positions[wanted], -scores, place))
        place = place[order]
        first = np.searchsorted(place, np.arange(len(articles)))
        shown = np.arange(len(place)) - first[place] < passages
        order = order[shown]
        ends = np.cumsum(np.bincount(place[shown], minlength=len(articles)))
        return Ranking(articles, names, self.found.rows[wanted][order], scores[order], ends, total)


def _top(
    best: NDArray[np.float64],
    articles: Numbers,
    ids: Callable[[Numbers], list[str]],
    limit: int | None,
) -> tuple[list[int], list[str]]:
    """Return the places of the best articles in order, and their ids."""
    candidates = np.arange(len(best))
    if limit is not None and limit < len(best):
        candidates = np.flatnonzero(best >= np.partition(best, -limit)[-limit])
    names = dict(zip(candidates.tolist(), ids(articles[candidates]), strict=True))
    chosen = sorted(names, key=lambda place: (-best[place], names[place]))[:limit]
    return chosen, [names[place] for place in chosen]


def places(indices: NDArray[np.intp] | Numbers) -> pa.Array:
    """Hand indices to Arrow as they are: `pa.array` imports numpy.ma, which delays a cold start."""
    data = pa.py_buffer(np.ascontiguousarray(indices, dtype=np.int64))
    return pa.Array.from_buffers(pa.int64(), len(indices), [None, data])
