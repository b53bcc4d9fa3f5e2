"""A version of the table that is not held in memory, as one search sees it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from search.index.embedded.articles import COLUMNS, Articles, columns_of, vocabularies
from search.index.embedded.conditions import both, one_of, where
from search.index.embedded.found import Numbers, places
from search.index.embedded.nearest import nearest_by_index
from search.index.embedded.quantised import nearness
from search.index.embedded.rows import HIT_COLUMNS, half_vectors_of
from search.index.embedded.table import Dataset
from search.index.embedded.view import VECTORS_A_READ, Row, by_article
from search.index.filters import Filters
from search.index.port import FacetField

IDS_A_READ = 256
"""Articles whose rows are read at a time."""


class OnDisk:
    """See `search.index.embedded.view.View`.

    A row's number is its id. Articles are numbered as they are met; what is known of them comes
    with the rows that were read.
    """

    def __init__(self, dataset: Dataset, filters: Filters, columns: Iterable[str] = ()) -> None:
        """`columns` of articles are read with every row; others cost a read where they are used."""
        self.dataset = dataset
        self._filters = filters
        self._columns = sorted({"article_id", "lang", *columns_of(filters), *columns})
        self._known = vocabularies()
        self._numbers: dict[str, int] = {}
        self._about = Articles.of(dataset.schema.empty_table().select(self._columns), self._known)
        self._rows = np.empty(0, np.int64)
        self._owners = np.empty(0, np.int64)
        self._positions = np.empty(0, np.int32)

    def read(self, columns: Sequence[str], **query: Any) -> tuple[Numbers, pa.Table]:  # noqa: ANN401
        """Read what is found, and note its articles and positions."""
        wanted = list(dict.fromkeys([*self._columns, "position", *columns]))
        table = self.dataset.to_table(columns=wanted, with_row_id=True, **query)
        rows = table["_rowid"].to_numpy().astype(np.int64)
        self._note(rows, table)
        return rows, table

    def _note(self, rows: Numbers, table: pa.Table) -> None:
        encoded = table["article_id"].combine_chunks().dictionary_encode()
        names, codes = encoded.dictionary.to_pylist(), encoded.indices.to_numpy()
        known = len(self._numbers)
        numbers = [self._numbers.setdefault(name, len(self._numbers)) for name in names]
        owners = np.array(numbers, np.int64)[codes] if names else np.empty(0, np.int64)
        _, first = np.unique(owners, return_index=True)
        new = first[owners[first] >= known]
        if len(new):
            met = Articles.of(table.select(self._columns).take(places(new)), self._known)
            self._about = Articles.joined([self._about, met], self._known)
        every = np.concatenate([self._rows, rows])
        self._rows, first = np.unique(every, return_index=True)
        self._owners = np.concatenate([self._owners, owners])[first]
        self._positions = np.concatenate([self._positions, table["position"].to_numpy()])[first]

    def articles(self, rows: Numbers) -> Numbers:
        """Return what was noted."""
        return self._owners[np.searchsorted(self._rows, rows)]

    def positions(self, rows: Numbers) -> NDArray[np.int32]:
        """Return what was noted."""
        return self._positions[np.searchsorted(self._rows, rows)]

    def ids(self, articles: Numbers) -> pa.Array:
        """Return what was noted."""
        return self._about.ids.take(places(articles))

    def admits(self, articles: Numbers) -> NDArray[np.bool_]:
        """Look at what was noted."""
        return self._about.admitted(self._filters)[articles]

    def passing(self) -> Numbers:
        """Read the first row of every article."""
        rows, _ = self.read([], filter=both("lead", where(self._filters)))
        return np.unique(self.articles(rows))

    def first(self, articles: Numbers) -> Numbers:
        """Read all rows of the articles."""
        found = [
            self.read([], filter=one_of("article_id", ids))[0] for ids in self._named(articles)
        ]
        return np.sort(np.concatenate(found)) if found else np.empty(0, np.int64)

    def near(
        self,
        query: NDArray[np.float64],
        limit: int,
        passages: int,  # noqa: ARG002
        excluded: Numbers,
    ) -> Iterator[tuple[Numbers, NDArray[np.float16]]]:
        """Read all passages of those that Lance finds."""
        articles = nearest_by_index(self, query, limit, where(self._filters), excluded)
        for ids in self._named(articles):
            rows, table = self.read(["vector"], filter=one_of("article_id", ids))
            vectors = half_vectors_of(table)
            for start in range(0, len(rows), VECTORS_A_READ):
                part = slice(start, start + VECTORS_A_READ)
                yield rows[part], vectors[part]

    def _named(self, articles: Numbers) -> Iterator[list[str]]:
        for start in range(0, len(articles), IDS_A_READ):
            yield self.ids(articles[start : start + IDS_A_READ]).to_pylist()

    def vectors(self, articles: Numbers) -> list[NDArray[np.float16]]:
        """Read all passages of the articles."""
        found = [
            (rows, half_vectors_of(table))
            for ids in self._named(articles)
            for rows, table in [self.read(["vector"], filter=one_of("article_id", ids))]
        ]
        if not found:
            return []
        rows = np.concatenate([some for some, _ in found])
        vectors = np.concatenate([some for _, some in found])
        return by_article(articles, self.articles(rows), self.positions(rows), vectors)

    def nearness(self, articles: Numbers, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
        """Read all passages of the articles."""
        return nearness(self.vectors(articles), vectors)

    def langs(self, articles: Numbers) -> list[str]:
        """Return what was noted."""
        values = self._known["lang"].values
        return [values[code] for code in self._about.codes["lang"][articles]]

    def published(self, articles: Numbers) -> NDArray[np.int64]:
        """Return what was noted, or read it."""
        about, numbers = self._with("published", articles)
        return about.wide["published"][numbers]

    def counts(self, field: FacetField, articles: Numbers) -> tuple[tuple[str, int], ...]:
        """Count what was noted, or read it."""
        about, numbers = self._with(COLUMNS[field], articles)
        mask = np.zeros(len(about), bool)
        mask[numbers] = True
        return about.counts(field, mask)

    def _with(self, column: str, articles: Numbers) -> tuple[Articles, Numbers]:
        """Return these articles with a column, and their numbers there."""
        if column in self._columns:
            return self._about, articles
        owners, first = np.unique(self._owners, return_index=True)
        rows = self._rows[first[np.searchsorted(owners, articles)]]
        return Articles.of(self._fetched(rows, ["article_id", column]), self._known), np.arange(
            len(rows)
        )

    def alike(self, rows: Numbers) -> list[tuple[int, int]]:
        """Read and hash."""
        read = self._fetched(rows, ["title", "text"])
        titles, texts = read["title"].to_pylist(), read["text"].to_pylist()
        return list(zip(map(hash, titles), map(hash, texts), strict=True))

    def shown(self, rows: Numbers) -> list[Row]:
        """Read all."""
        found: list[Row] = self._fetched(rows, list(HIT_COLUMNS)).to_pylist()
        return found

    def at(self, positions: Mapping[int, Sequence[int]]) -> dict[tuple[int, int], Row]:
        """Read all passages of the articles."""
        found: dict[tuple[int, int], Row] = {}
        for ids in self._named(np.fromiter(positions, np.int64, len(positions))):
            table = self.dataset.to_table(
                columns=list(HIT_COLUMNS), filter=one_of("article_id", ids)
            )
            for row in table.to_pylist():
                article, position = self._numbers[row["article_id"]], row["position"]
                if position in positions[article]:
                    found[article, position] = row
        return found

    def _fetched(self, rows: Numbers, columns: list[str]) -> pa.Table:
        """Read columns of rows, in the order in which they are given."""
        if not len(rows):
            return self.dataset.schema.empty_table().select(columns)
        listed = ", ".join(map(str, rows.tolist()))
        table = self.dataset.to_table(
            columns=columns, filter=f"_rowid IN ({listed})", with_row_id=True
        )
        read = table["_rowid"].to_numpy().astype(np.int64)
        order = np.argsort(read)
        return table.take(places(order[np.searchsorted(read, rows, sorter=order)]))
