"""Sets of scored passages, how they combine, and the best articles among them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Passages that match, each once: arrays of one length, ordered by row id."""

    rows: NDArray[np.uint64]
    articles: pa.Array
    positions: NDArray[np.int32]
    scores: NDArray[np.float64]

    @classmethod
    def nothing(cls) -> Found:
        """No passage at all."""
        return cls(
            np.empty(0, np.uint64),
            pa.array([], pa.string()),
            np.empty(0, np.int32),
            np.empty(0, np.float64),
        )

    @classmethod
    def of(cls, table: pa.Table, scores: NDArray[np.floating[Any]]) -> Found:
        """Take `_rowid`, `article_id` and `position` of a table, in any order."""
        rows = table["_rowid"].to_numpy()
        order = np.argsort(rows)
        return cls(
            rows[order].astype(np.uint64),
            table["article_id"].combine_chunks().take(places(order)),
            table["position"].to_numpy()[order],
            scores[order].astype(np.float64),
        )

    def take(self, wanted: NDArray[Any]) -> Found:
        """Keep the passages that a mask or ascending indices name."""
        indices = np.flatnonzero(wanted) if wanted.dtype == bool else wanted
        return Found(
            self.rows[indices],
            self.articles.take(places(indices)),
            self.positions[indices],
            self.scores[indices],
        )

    def of_articles(self, articles: pa.Array) -> Found:
        """Keep the passages of these articles."""
        return self.take(is_in(self.articles, articles))


def is_in(values: pa.Array | pa.ChunkedArray, among: pa.Array) -> NDArray[np.bool_]:
    """Tell of each value whether it is among others."""
    mask: NDArray[np.bool_] = pc.is_in(values, value_set=among).to_numpy(zero_copy_only=False)
    return mask


def places(indices: NDArray[np.intp]) -> pa.Array:
    """Hand indices to Arrow as they are: `pa.array` imports numpy.ma, which delays a cold start."""
    data = pa.py_buffer(np.ascontiguousarray(indices, dtype=np.int64))
    return pa.Array.from_buffers(pa.int64(), len(indices), [None, data])


def union(parts: Sequence[Found]) -> Found:
    """Passages of any part; their scores add up."""
    if len(parts) <= 1:
        return parts[0] if parts else Found.nothing()
    every = np.concatenate([part.rows for part in parts])
    rows, first, place = np.unique(every, return_index=True, return_inverse=True)
    scores = np.zeros(len(rows), np.float64)
    np.add.at(scores, place, np.concatenate([part.scores for part in parts]))
    return Found(
        rows,
        pa.concat_arrays([part.articles for part in parts]).take(places(first)),
        np.concatenate([part.positions for part in parts])[first],
        scores,
    )


def intersection(parts: Sequence[Found]) -> Found:
    """Passages of every part; their scores add up. Nothing, of no parts."""
    if not parts:
        return Found.nothing()
    rows = reduce(np.intersect1d, [part.rows for part in parts])
    kept = [part.take(np.searchsorted(part.rows, rows)) for part in parts]
    scores = np.sum([part.scores for part in kept], axis=0)
    return Found(rows, kept[0].articles, kept[0].positions, scores)


@dataclass(frozen=True, slots=True)
class Ranked:
    """An article that was found, and row ids, positions and scores of its best passages."""

    article_id: str
    score: float
    rows: tuple[int, ...]
    positions: tuple[int, ...]
    scores: tuple[float, ...]


def best_articles(found: Found, limit: int | None, passages: int) -> tuple[tuple[Ranked, ...], int]:
    """Rank articles by their best passage; also returns how many there are before the cut.

    Equal scores are ordered by article id, then position.
    """
    if not len(found.rows):
        return (), 0
    encoded = found.articles.dictionary_encode()
    names: list[str] = encoded.dictionary.to_pylist()
    codes = encoded.indices.to_numpy()
    best = np.full(len(names), -np.inf)
    np.maximum.at(best, codes, found.scores)
    chosen = _top(best, names, len(names) if limit is None else limit)
    wanted = np.flatnonzero(np.isin(codes, chosen))
    # lexsort orders by its last key first: article, then score, then position.
    order = wanted[np.lexsort((found.positions[wanted], -found.scores[wanted], codes[wanted]))]
    starts = np.searchsorted(codes[order], chosen, side="left")
    ends = np.searchsorted(codes[order], chosen, side="right")
    ranked = tuple(
        _ranked(found, names[code], order[start : min(end, start + passages)])
        for code, start, end in zip(chosen, starts, ends, strict=True)
    )
    return ranked, len(names)


def _ranked(found: Found, name: str, best_first: NDArray[np.intp]) -> Ranked:
    scores = tuple(found.scores[best_first].tolist())
    rows, positions = found.rows[best_first].tolist(), found.positions[best_first].tolist()
    return Ranked(name, scores[0], tuple(rows), tuple(positions), scores)


def _top(best: NDArray[np.float64], names: Sequence[str], limit: int) -> list[int]:
    if limit < len(best):
        threshold = np.partition(best, -limit)[-limit]
        candidates = np.flatnonzero(best >= threshold).tolist()
    else:
        candidates = list(range(len(best)))
    return sorted(candidates, key=lambda code: (-best[code], names[code]))[:limit]
