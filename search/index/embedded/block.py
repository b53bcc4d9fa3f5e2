"""The rows of one file of the table, held in memory as flat arrays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from search.index.embedded.articles import EVERY, Articles, Vocabularies, hashed
from search.index.embedded.driver import lance
from search.index.embedded.found import Numbers, places
from search.index.embedded.quantised import Quantised, QuantisedQuery
from search.index.embedded.rows import half_vectors_of
from search.index.embedded.table import Dataset, there
from search.index.embedded.vector_file import VectorFile

ROWS_A_READ = 16_384
"""Rows whose texts are in memory at a time while a file is read: some 30 MB."""

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """The rows of a file that are there in one version; one entry per row, in their order.

    `row_ids`, `positions` and `texts` (hashes) are of these rows. Those of an article stand
    together: `starts` are their first, `begun` tells whether that is the first of the article or
    another file has it, and `lost` is the most that any of their vectors has lost in 8 bits.

    `codes` are of all rows of the file, those that are deleted included, with a dimension of 0
    where no vectors are held; `places` says where in the file the rows stand, None where none is
    deleted. `file` is None where the vectors have to be read through Lance, and `exact` has them as
    they are, where they are few enough.
    """

    key: Key
    deletions: object
    row_ids: Numbers
    positions: NDArray[np.int32]
    texts: NDArray[np.int64]
    starts: Numbers
    begun: NDArray[np.bool_]
    articles: Articles
    lost: NDArray[np.float32]
    codes: Quantised
    file: VectorFile | None
    exact: NDArray[np.float16] | None = None
    places: Numbers | None = None

    @classmethod
    def read(
        cls,
        dataset: Dataset,
        fragment: lance.LanceFragment,
        known: Vocabularies,
        *,
        with_vectors: bool,
        exact: bool = False,
    ) -> Block:
        """Read a file: at least one row of it is there."""
        dimension = dataset.schema.field("vector").type.list_size if with_vectors else 0
        codes = Quantised.zeros(fragment.physical_rows, dimension)
        held = np.zeros((len(codes.lost), dimension), np.float16) if exact else None
        file = VectorFile.of(dataset, fragment) if with_vectors else None
        rows = _Rows.empty(fragment.metadata.num_rows)
        runs: list[_Runs] = []
        start = 0
        for table in _tables(dataset, fragment, with_vectors=with_vectors):
            rows.put(start, table)
            runs.append(_Runs.of(table, start, runs[-1].last if runs else None, known))
            if with_vectors:
                vectors, own = half_vectors_of(table), rows.places[start : start + len(table)]
                codes.put(own, vectors)
                if held is not None:
                    held[own] = vectors
                if file is not None and not np.array_equal(file.read(own), vectors):
                    file = None
            start += len(table)
        starts = np.concatenate([part.starts for part in runs])
        return cls(
            key=key_of(fragment),
            deletions=deletions_of(fragment),
            row_ids=rows.row_ids,
            positions=rows.positions,
            texts=rows.texts,
            starts=starts,
            begun=np.concatenate([part.begun for part in runs]),
            articles=Articles.joined([part.articles for part in runs], known),
            lost=np.maximum.reduceat(codes.lost[rows.places], starts),
            codes=codes,
            file=file,
            exact=held,
            places=None if start == fragment.physical_rows else rows.places,
        )

    def without_deleted(self, dataset: Dataset, fragment: lance.LanceFragment) -> Block:
        """Return the same rows, less those that are deleted in this version: whole articles."""
        scanned = dataset.scanner(columns=[], fragments=[fragment], with_row_id=True)
        left = np.isin(self.row_ids, scanned.to_table()["_rowid"].to_numpy().astype(np.int64))
        rows = np.flatnonzero(left)
        articles = np.flatnonzero(left[self.starts])
        return replace(
            self,
            deletions=deletions_of(fragment),
            row_ids=self.row_ids[rows],
            positions=self.positions[rows],
            texts=self.texts[rows],
            starts=np.searchsorted(rows, self.starts[articles]),
            begun=self.begun[articles],
            articles=self.articles.take(articles),
            lost=self.lost[articles],
            places=rows if self.places is None else self.places[rows],
        )

    def __len__(self) -> int:
        return len(self.row_ids)

    @property
    def with_vectors(self) -> bool:
        """Whether vectors are held."""
        return bool(self.codes.codes.nbytes)

    def without_vectors(self) -> Block:
        """Let go of the vectors."""
        return replace(self, codes=Quantised.zeros(len(self.codes.lost), 0), file=None, exact=None)

    def without_exact(self) -> Block:
        """Let go of the vectors as they are, not of their codes."""
        return self if self.exact is None else replace(self, exact=None)

    @property
    def nbytes(self) -> int:
        """Bytes in memory."""
        arrays = (
            *(self.row_ids, self.positions, self.texts),
            *(self.starts, self.begun, self.lost),
        )
        more = sum(a.nbytes for a in (self.places, self.exact) if a is not None)
        return sum(a.nbytes for a in arrays) + self.articles.nbytes + self.codes.nbytes + more

    def cosines(self, query: QuantisedQuery) -> NDArray[np.float32]:
        """Return the cosine of each row, to within `QuantisedQuery.margin` of what was lost."""
        cosines = self.codes.cosines(query)
        return cosines if self.places is None else cosines[self.places]

    def closer(
        self, query: NDArray[np.float64], rows: Numbers
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """See `Quantised.closer`."""
        return self.codes.closer(query, self._in_file(rows))

    def with_each(self, vectors: NDArray[np.float32], rows: Numbers) -> NDArray[np.float32]:
        """See `Quantised.with_each`."""
        return self.codes.with_each(vectors, self._in_file(rows))

    def vectors(self, rows: Numbers) -> NDArray[np.float16] | None:
        """Read the vectors of rows, which ascend; None where that is up to Lance."""
        if self.exact is not None:
            return self.exact[self._in_file(rows)]
        return None if self.file is None else self.file.read(self._in_file(rows))

    def _in_file(self, rows: Numbers) -> Numbers:
        return rows if self.places is None else self.places[rows]


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """What a block has per row, with room for all of it from the beginning."""

    row_ids: Numbers
    places: Numbers
    positions: NDArray[np.int32]
    texts: NDArray[np.int64]

    @classmethod
    def empty(cls, rows: int) -> _Rows:
        return cls(
            np.empty(rows, np.int64),
            np.empty(rows, np.int64),
            np.empty(rows, np.int32),
            np.empty(rows, np.int64),
        )

    def put(self, start: int, table: pa.Table) -> None:
        part = slice(start, start + len(table))
        self.row_ids[part] = table["_rowid"].to_numpy()
        # The lower half of a row's address is its place in the file.
        self.places[part] = table["_rowaddr"].to_numpy() & np.uint64(0xFFFFFFFF)
        self.positions[part] = table["position"].to_numpy()
        self.texts[part] = hashed(table["text"].combine_chunks())


@dataclass(frozen=True, slots=True, eq=False)
class _Runs:
    """What a block has per article of one read; one that goes on from the former read is there."""

    starts: Numbers
    begun: NDArray[np.bool_]
    articles: Articles
    last: str

    @classmethod
    def of(cls, table: pa.Table, first: int, before: str | None, known: Vocabularies) -> _Runs:
        names = table["article_id"].combine_chunks()
        codes = names.dictionary_encode().indices.to_numpy()
        starts = np.flatnonzero(np.diff(codes, prepend=-1))
        if names[0].as_py() == before:
            starts = starts[1:]
        return cls(
            starts + first,
            table["lead"].to_numpy()[starts],
            Articles.of(table.select(_of_articles(table)).take(places(starts)), known),
            names[-1].as_py(),
        )


def _tables(
    dataset: Dataset, fragment: lance.LanceFragment, *, with_vectors: bool
) -> Iterator[pa.Table]:
    columns = [*there(dataset, EVERY), "position", "lead", "text"]
    if with_vectors:
        columns.append("vector")
    scanner = dataset.scanner(
        columns=columns,
        fragments=[fragment],
        with_row_id=True,
        with_row_address=True,
        scan_in_order=True,
        batch_size=ROWS_A_READ,
    )
    for batch in scanner.to_batches():
        if len(batch):
            yield pa.Table.from_batches([batch])


def _of_articles(table: pa.Table) -> list[str]:
    return [name for name in EVERY if name in table.column_names]


def key_of(fragment: lance.LanceFragment) -> Key:
    """Return what tells a file from all others."""
    return (fragment.fragment_id, *(file.path for file in fragment.metadata.files))


def deletions_of(fragment: lance.LanceFragment) -> object:
    """Return what tells which rows of a file are deleted."""
    file = fragment.metadata.deletion_file
    return None if file is None else file.path(fragment.fragment_id)
