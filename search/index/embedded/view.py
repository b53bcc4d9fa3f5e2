"""What searches look into: one version of the table, through the filters of one search."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from search.index.embedded.found import Numbers
from search.index.embedded.table import Dataset
from search.index.port import FacetField

Row = Mapping[str, Any]
"""What hits show of a row (`rows.HIT_COLUMNS`), by column."""

VECTORS_A_READ = 4096
"""Vectors in memory at a time while they are scored exactly: 8 MB of 256 dimensions in double
precision."""


def by_article(
    articles: Numbers, owners: Numbers, positions: NDArray[np.int32], vectors: NDArray[np.float16]
) -> list[NDArray[np.float16]]:
    """Part vectors by the article that each is of (`owners`), ordered by position."""
    order = np.lexsort((positions, owners))
    begins = np.searchsorted(owners[order], articles, side="left")
    ends = np.searchsorted(owners[order], articles, side="right")
    return [vectors[order[begin:end]] for begin, end in zip(begins, ends, strict=True)]


class View(Protocol):
    """One version of the table, as one search sees it.

    Rows and articles go by numbers, which mean nothing in another view. `InMemory` and `OnDisk`
    give the same answers to the last digit.
    """

    @property
    def dataset(self) -> Dataset:
        """The version."""
        ...

    def read(self, columns: Sequence[str], **query: Any) -> tuple[Numbers, pa.Table]:  # noqa: ANN401
        """Query the table: the rows that are found, and columns of them, in the same order."""
        ...

    def articles(self, rows: Numbers) -> Numbers:
        """Return the article of each of the rows, which were read."""
        ...

    def positions(self, rows: Numbers) -> NDArray[np.int32]:
        """Return the position of each of the rows, which were read."""
        ...

    def ids(self, articles: Numbers) -> pa.Array:
        """Return the id of each article."""
        ...

    def admits(self, articles: Numbers) -> NDArray[np.bool_]:
        """Tell of each article whether the filters let it pass; not what `excluding` says."""
        ...

    def passing(self) -> Numbers:
        """Return all articles that the filters let pass; not what `excluding` says."""
        ...

    def first(self, articles: Numbers) -> Numbers:
        """Return rows of articles, among them the first ones of each."""
        ...

    def near(
        self, query: NDArray[np.float64], limit: int, passages: int, excluded: Numbers
    ) -> Iterator[tuple[Numbers, NDArray[np.float16]]]:
        """Return rows and their vectors, some at a time; `query` is a unit vector.

        They are the `passages` nearest of each of the `limit` nearest articles that the filters let
        pass and that are not `excluded`, and some more.
        """
        ...

    def vectors(self, articles: Numbers) -> list[NDArray[np.float16]]:
        """Return the vectors of all passages of each article, ordered by position."""
        ...

    def nearness(self, articles: Numbers, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the cosines of n unit vectors with the nearest passage of each article.

        Shape (articles, n); of passages by vectors of 8 bits per number, rounded to 4 digits.
        """
        ...

    def langs(self, articles: Numbers) -> list[str]:
        """Return the language of each article."""
        ...

    def published(self, articles: Numbers) -> NDArray[np.int64]:
        """Return when each article was published (`articles.UNDATED` for never)."""
        ...

    def counts(self, field: FacetField, articles: Numbers) -> tuple[tuple[str, int], ...]:
        """Count these articles per value, most frequent first, then by value."""
        ...

    def alike(self, rows: Numbers) -> list[tuple[int, int]]:
        """Return a value per row, equal for two where the headlines and the texts are."""
        ...

    def shown(self, rows: Numbers) -> list[Row]:
        """Read rows, in the order in which they are given."""
        ...

    def at(self, positions: Mapping[int, Sequence[int]]) -> dict[tuple[int, int], Row]:
        """Read the passages of articles at positions, by both, as far as they are there."""
        ...
