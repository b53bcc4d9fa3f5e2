"""Sets of scored passages, how they combine, and the best articles among them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from search.values import dataclass

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
    def begins(self) -> NDArray[np.intp]:
        """Where the passages of each article begin."""
        return np.append(np.intp(0), self.ends)[:-1]

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Where the passages of each article begin and end."""
        ends = self.ends.tolist()
        return list(pairwise([0, *ends]))


@dataclass(frozen=True, slots=True, eq=False)
class Grouped:
    """Passages by article: those of `articles[n]`, which ascend, begin at `starts[n]`."""

    rows: Numbers
    scores: NDArray[np.float64]
    positions: NDArray[np.int32]
    articles: Numbers
    starts: NDArray[np.intp]

    @classmethod
    def of(cls, found: Found, articles: Numbers, positions: NDArray[np.int32]) -> Grouped:
        """Take the numbers of their articles and their positions beside passages."""
        rows, scores = found.rows, found.scores
        if (articles[1:] < articles[:-1]).any():
            order = np.argsort(articles, kind="stable")
            rows, scores, articles = rows[order], scores[order], articles[order]
            positions = positions[order]
        starts = np.flatnonzero(np.diff(articles, prepend=-1))
        return cls(rows, scores, positions, articles[starts], starts)

    def best(
        self, limit: int | None, passages: int, ids: Callable[[Numbers], list[str]]
    ) -> Ranking:
        """Rank articles by their best passage.

        Equal scores are ordered by article id, then position.
        """
        best = np.maximum.reduceat(self.scores, self.starts) if len(self.starts) else _NONE
        candidates = np.arange(len(best))
        if limit is not None and limit < len(best):
            candidates = np.flatnonzero(best >= np.partition(best, -limit)[-limit])
        names = dict(zip(candidates.tolist(), ids(self.articles[candidates]), strict=True))
        scores = dict(zip(names, best[candidates].tolist(), strict=True))
        by_id = sorted(names, key=names.__getitem__)
        chosen = sorted(by_id, key=scores.__getitem__, reverse=True)[:limit]
        return self._ranking(np.array(chosen, np.int64), [names[g] for g in chosen], passages)

    def in_order(self, articles: Numbers, names: list[str], passages: int) -> Ranking:
        """Give articles that stand in an order of their own their best passages."""
        return self._ranking(np.searchsorted(self.articles, articles), names, passages)

    def _ranking(self, groups: Numbers, names: list[str], passages: int) -> Ranking:
        starts = self.starts[groups]
        lengths = np.append(self.starts, len(self.rows))[groups + 1] - starts
        wanted = ranges(starts, lengths)
        rank = np.repeat(np.arange(len(groups)), lengths)
        # lexsort orders by its last key first: rank of the article, then score, then position.
        order = np.lexsort((self.positions[wanted], -self.scores[wanted], rank))
        ends = np.cumsum(lengths)
        shown = wanted[order[np.arange(len(order)) - (ends - lengths)[rank] < passages]]
        return Ranking(
            articles=self.articles[groups],
            ids=names,
            rows=self.rows[shown],
            scores=self.scores[shown],
            ends=np.cumsum(np.minimum(lengths, passages)),
            total=len(self.articles),
        )


_NONE = np.empty(0, np.float64)


def ranges(starts: NDArray[Any], lengths: NDArray[Any]) -> Numbers:
    """Return the numbers from each start on, as many as it has, one range after the other."""
    # Count up from 0, and add to each range what its start is ahead of the count.
    ends = np.cumsum(lengths)
    numbers: Numbers = np.repeat(starts - ends + lengths, lengths)
    numbers += np.arange(len(numbers))
    return numbers


def places(indices: NDArray[np.intp] | Numbers) -> pa.Array:
    """Hand indices to Arrow as they are: `pa.array` imports numpy.ma, which delays a cold start."""
    data = pa.py_buffer(np.ascontiguousarray(indices, dtype=np.int64))
    return pa.Array.from_buffers(pa.int64(), len(indices), [None, data])
