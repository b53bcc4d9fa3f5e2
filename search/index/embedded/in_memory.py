"""A version of the table that is held in memory, as one search sees it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from search.index.embedded.bounds import among_best, among_nearest, cut
from search.index.embedded.conditions import where
from search.index.embedded.found import Numbers, places, ranges
from search.index.embedded.nearest import nearest_by_index
from search.index.embedded.quantised import QuantisedQuery, nearness, rounded
from search.index.embedded.resident import Resident
from search.index.embedded.table import Dataset
from search.index.embedded.view import VECTORS_A_READ, Row, by_article
from search.index.filters import Filters
from search.index.port import FacetField

READ = ("title", "text", "passage_lang", "url", "updated")
"""Columns that hits show and that are not held."""


class InMemory:
    """See `search.index.embedded.view.View`. Lance is asked for row ids and scores alone."""

    def __init__(self, resident: Resident, dataset: Dataset, filters: Filters) -> None:
        self.dataset = dataset
        self._held = resident
        self._filters = filters

    def read(self, columns: Sequence[str], **query: Any) -> tuple[Numbers, pa.Table]:  # noqa: ANN401
        """Return what Lance finds."""
        table = self.dataset.to_table(columns=list(columns), with_row_id=True, **query)
        return self._held.numbers(table["_rowid"].to_numpy()), table

    def articles(self, rows: Numbers) -> Numbers:
        """Look up."""
        return self._held.owners[rows].astype(np.int64)

    def positions(self, rows: Numbers) -> NDArray[np.int32]:
        """Look up."""
        return self._held.positions[rows]

    def ids(self, articles: Numbers) -> pa.Array:
        """Look up."""
        return self._held.articles.ids.take(places(articles))

    def admits(self, articles: Numbers) -> NDArray[np.bool_]:
        """Look up."""
        return self._admitted[articles]

    def passing(self) -> Numbers:
        """Look up."""
        return np.flatnonzero(self._admitted)

    @cached_property
    def _admitted(self) -> NDArray[np.bool_]:
        return self._held.articles.admitted(self._filters)

    def first(self, articles: Numbers) -> Numbers:
        """Return all rows of the articles."""
        return self._held.rows_of(self._held.mask(articles))

    def near(
        self, query: NDArray[np.float64], limit: int, passages: int, excluded: Numbers
    ) -> Iterator[tuple[Numbers, NDArray[np.float16]]]:
        """Compare with all vectors, or those that the index of the table finds."""
        if self._held.with_vectors:
            rows = self._among_nearest(query, limit, passages, excluded)
        else:
            found = nearest_by_index(self, query, limit, where(self._filters), excluded)
            rows = self.first(found)
        for start in range(0, len(rows), VECTORS_A_READ):
            part = rows[start : start + VECTORS_A_READ]
            yield part, self._held.vectors(part, self.dataset)

    def _among_nearest(
        self, query: NDArray[np.float64], limit: int, passages: int, excluded: Numbers
    ) -> Numbers:
        """Return whatever can be among the nearest: see `search.index.embedded.quantised`."""
        held = self._held
        quantised = QuantisedQuery.of(query)
        cosines, margins = held.cosines(quantised), quantised.margin(held.lost)
        best = held.best_of_runs(cosines)
        low, high = held.best_of_articles(best - margins), held.best_of_articles(best + margins)
        near = self._admitted.copy()
        near[excluded] = False
        near &= high >= cut(low[near], limit)
        runs = held.runs_of(near)
        lengths = held.lengths(runs)
        rows, margin = ranges(held.starts[runs], lengths), np.repeat(margins[runs], lengths)
        cosine = cosines[rows]
        rows = rows[among_best(lengths, cosine - margin, cosine + margin, passages)]
        if held.with_exact:
            return rows
        # Reading a vector takes longer than to score its codes with the query as it is.
        cosine, margin = held.closer(query, rows)
        low, high = cosine - margin, cosine + margin
        return rows[among_nearest(held.owners[rows], low, high, limit, passages)]

    def vectors(self, articles: Numbers) -> list[NDArray[np.float16]]:
        """Read them from the files."""
        rows = self.first(articles)
        return by_article(
            articles,
            self.articles(rows),
            self.positions(rows),
            self._held.vectors(rows, self.dataset),
        )

    def nearness(self, articles: Numbers, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
        """Compare with what is held."""
        held = self._held
        if not held.with_vectors:
            return nearness(self.vectors(articles), vectors)
        rows = self.first(articles)
        order = np.argsort(held.owners[rows], kind="stable")
        owners = held.owners[rows][order]
        starts = np.flatnonzero(np.diff(owners, prepend=-1))
        best = np.maximum.reduceat(held.with_each(vectors, rows)[order], starts)
        return rounded(best)[np.searchsorted(owners[starts], articles)]

    def langs(self, articles: Numbers) -> list[str]:
        """Look up."""
        about = self._held.articles
        values = about.known["lang"].values
        return [values[code] for code in about.codes["lang"][articles]]

    def published(self, articles: Numbers) -> NDArray[np.int64]:
        """Look up."""
        return self._held.articles.wide["published"][articles]

    def counts(self, field: FacetField, articles: Numbers) -> tuple[tuple[str, int], ...]:
        """Count codes."""
        return self._held.articles.counts(field, self._held.mask(articles))

    def alike(self, rows: Numbers) -> list[tuple[int, int]]:
        """Look up hashes."""
        titles = self._held.articles.wide["title"][self._held.owners[rows]]
        return list(zip(titles.tolist(), self._held.texts[rows].tolist(), strict=True))

    def shown(self, rows: Numbers) -> list[Row]:
        """Read what is not held."""
        if not len(rows):
            return []
        articles, positions = self.articles(rows).tolist(), self.positions(rows).tolist()
        about = {article: self._held.articles.row(article) for article in dict.fromkeys(articles)}
        read = self.dataset.take(places(rows), columns=list(READ)).to_pylist()
        return [
            {**row, **about[article], "position": position}
            for row, article, position in zip(read, articles, positions, strict=True)
        ]

    def at(self, positions: Mapping[int, Sequence[int]]) -> dict[tuple[int, int], Row]:
        """Read what is not held of those that are there."""
        rows = self.first(np.fromiter(positions, np.int64, len(positions)))
        there = zip(self.articles(rows).tolist(), self.positions(rows).tolist(), strict=True)
        wanted = {key: n for n, key in enumerate(there) if key[1] in positions[key[0]]}
        read = self.shown(rows[list(wanted.values())])
        return dict(zip(wanted, read, strict=True))
