"""Vectors of 8 bits per number, and how far from their cosines the true ones can be. Pure.

A vector is held as whole numbers from -127 to 127 and a scale of its own. What is lost has a known
length, so that (Cauchy and Schwarz) a cosine is known to within a margin: whatever can be among the
best is found, and scored exactly elsewhere. Among a million passages of news, 360 articles can be
among the 200 nearest by the codes of a query (whose margin is 0.015), and 260 by the query as
it is (0.008); of these, 900 passages can be among the best three.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numkong
import numpy as np
from numpy.typing import NDArray

MOST = 127
"""Magnitude of the largest number of a vector."""

ROUNDING = 1e-5
"""Cosines that are rounded to 6 digits, and single-precision products, are off by less."""

AT_A_TIME = 1024
"""Vectors that are quantised or compared at a time: what is made of them stays in the cache."""

SUMS = 1e-4
"""Single-precision sums of 1,000 products are off by less."""


@dataclass(frozen=True, slots=True, eq=False)
class QuantisedQuery:
    """A unit vector of 8 bits per number: int8, shape (1, dimension); `lost` is a length."""

    codes: NDArray[np.int8]
    scale: float
    lost: float

    @classmethod
    def of(cls, vector: NDArray[np.float64]) -> QuantisedQuery:
        """Take a unit vector: shape (dimension,)."""
        codes, scales, lost = _quantised(vector[np.newaxis])
        return cls(codes, float(scales[0]), float(lost[0]))

    def margin(self, lost: NDArray[np.float32]) -> NDArray[np.float32]:
        """Say how far off cosines can be, by what the vectors have lost."""
        # Of the query q = q' + e and a vector v = v' + f: q.v - q'.v' = e.v + q'.f, where v and
        # q' have a length of 1 and a little (half precision; the codes of the query).
        return lost * np.float32(1 + self.lost) + np.float32(self.lost * 1.001 + ROUNDING)


@dataclass(frozen=True, slots=True, eq=False)
class Quantised:
    """Vectors: `codes` are int8, shape (rows, dimension); `scales` and `lost` one per row."""

    codes: NDArray[np.int8]
    scales: NDArray[np.float32]
    lost: NDArray[np.float32]

    @classmethod
    def zeros(cls, rows: int, dimension: int) -> Quantised:
        """Make room to `put` vectors into; a dimension of 0 stands for no vectors."""
        return cls(
            np.zeros((rows, dimension), np.int8),
            np.zeros(rows, np.float32),
            np.zeros(rows, np.float32),
        )

    def put(self, rows: NDArray[np.int64], vectors: NDArray[np.floating[Any]]) -> None:
        """Put vectors where these rows are."""
        for start in range(0, len(rows), AT_A_TIME):
            part = slice(start, start + AT_A_TIME)
            some = rows[part]
            self.codes[some], self.scales[some], self.lost[some] = _quantised(vectors[part])

    @property
    def nbytes(self) -> int:
        """Bytes in memory."""
        return self.codes.nbytes + self.scales.nbytes + self.lost.nbytes

    def closer(
        self, query: NDArray[np.float64], rows: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the cosines of rows with a query that is not quantised, and their margins."""
        cosines = self.with_each(query.astype(np.float32)[np.newaxis], rows)[:, 0]
        return cosines, self.lost[rows] + np.float32(SUMS)

    def with_each(
        self, vectors: NDArray[np.float32], rows: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Return the cosines of rows with n unit vectors: shape (len(rows), n)."""
        packed = numkong.dots_pack(vectors)
        cosines = np.empty((len(rows), len(vectors)), np.float32)
        for start in range(0, len(rows), AT_A_TIME):
            some = rows[start : start + AT_A_TIME]
            # Added up in double precision: numpy's product of matrices depends on shapes.
            codes = self.codes.take(some, axis=0).astype(np.float32)
            sums = np.asarray(numkong.dots_packed(codes, packed))
            cosines[start : start + len(some)] = sums * self.scales[some, np.newaxis]
        return cosines

    def cosines(self, query: QuantisedQuery) -> NDArray[np.float32]:
        """Return the cosine of every row, to within `QuantisedQuery.margin`."""
        # Whole numbers: the sums are exact, on whatever machine. On this thread alone; see
        # `benchmarks/results/` for what it costs.
        sums = np.asarray(numkong.dots_packed(self.codes, numkong.dots_pack(query.codes)))[:, 0]
        cosines: NDArray[np.float32] = sums.astype(np.float32)
        cosines *= self.scales
        cosines *= np.float32(query.scale)
        return cosines


def nearness(
    articles: Sequence[NDArray[np.floating[Any]]], vectors: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Return the cosines of n unit vectors with the nearest of the vectors of each article.

    Shape (articles, n). The same as what is held says: see `rounded`.
    """
    if not articles:
        return np.empty((0, len(vectors)))
    every = np.concatenate(articles)
    quantised = Quantised.zeros(*every.shape)
    rows = np.arange(len(every))
    quantised.put(rows, every)
    begins = np.cumsum([0, *map(len, articles[:-1])])
    return rounded(np.maximum.reduceat(quantised.with_each(vectors, rows), begins))


def rounded(cosines: NDArray[np.float32]) -> NDArray[np.float64]:
    """Round cosines with the codes of vectors to what single-precision sums agree in."""
    exact: NDArray[np.float64] = cosines.astype(np.float64)
    return exact.round(4)


def _quantised(
    vectors: NDArray[np.floating[Any]],
) -> tuple[NDArray[np.int8], NDArray[np.float32], NDArray[np.float32]]:
    """Return codes, scales and the lengths of what is lost, by row."""
    true = single(vectors)
    scales = np.maximum(true.max(axis=1), -true.min(axis=1)) / np.float32(MOST)
    exact = true * (1 / scales)[:, np.newaxis]
    codes = np.rint(exact)
    exact -= codes
    return codes.astype(np.int8), scales, np.sqrt(np.vecdot(exact, exact)) * scales


def single(vectors: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """Return vectors in single precision; of half precision, too, that changes no number."""
    if vectors.dtype == np.float16:
        # Five times as fast as numpy.
        return np.asarray(numkong.astype(vectors, "float32"))
    return vectors.astype(np.float32)
