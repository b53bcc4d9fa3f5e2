"""The rows of one file of the table, held in memory as flat arrays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from search.index.embedded.articles import EVERY, Articles, Vocabularies, hashed
from search.index.embedded.driver import lance
from search.index.embedded.found import Numbers
from search.index.embedded.quantised import Quantised, Question
from search.index.embedded.rows import half_vectors_of
from search.index.embedded.table import Dataset

ROWS_A_READ = 16_384
"""Rows whose texts are in memory at a time while a file is read: some 30 MB."""

Key = tuple[object, ...]


class Depth(IntEnum):
    """How much is held of the vectors; each has what the former have."""

    NOTHING = 0
    CODES = 1
    """8 bits per number."""
    EXACT = 2
    """The vectors as they are stored."""

    def row_bytes(self, dimension: int) -> int:
        """Return what a vector takes."""
        return dimension * (0, 1, 3)[self]


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """The rows of a file that are there in one version; one entry per row, in their order.

    `row_ids`, `positions` and `texts` (hashes) are of these rows, `starts` are the first rows of
    each article, whose rows stand together, and `lost` is the most that any vector of the article
    has lost in 8 bits. `codes` and `exact` (float16, shape (rows, dimension)) are of all rows that
    were there when the file was read, with a dimension of 0 where `depth` does not include them;
    `places` says where in them the rows stand, None where all do, in this order.
    """

    key: Key
    deletions: object
    depth: Depth
    row_ids: Numbers
    positions: NDArray[np.int32]
    texts: NDArray[np.int64]
    starts: NDArray[np.intp]
    articles: Articles
    lost: NDArray[np.float32]
    codes: Quantised
    exact: NDArray[np.float16]
    places: NDArray[np.intp] | None = None

    @classmethod
    def read(
        cls, dataset: Dataset, fragment: lance.LanceFragment, known: Vocabularies, depth: Depth
    ) -> Block:
        """Read a file: at least one row of it is there."""
        rows = fragment.metadata.num_rows
        dimension = dataset.schema.field("vector").type.list_size
        codes = Quantised.empty(rows, dimension if depth >= Depth.CODES else 0)
        exact = np.empty((rows, dimension if depth >= Depth.EXACT else 0), np.float16)
        parts: list[_Part] = []
        start = 0
        for table in _tables(dataset, fragment, depth):
            if depth >= Depth.CODES:
                vectors = half_vectors_of(table)
                codes.put(start, vectors)
                if depth >= Depth.EXACT:
                    exact[start : start + len(table)] = vectors
            parts.append(_Part.of(table, start, parts[-1].last if parts else None, known))
            start += len(table)
        starts = np.concatenate([part.starts for part in parts])
        return cls(
            key=key_of(fragment),
            deletions=deletions_of(fragment),
            depth=depth,
            row_ids=np.concatenate([part.row_ids for part in parts]),
            positions=np.concatenate([part.positions for part in parts]),
            texts=np.concatenate([part.texts for part in parts]),
            starts=starts,
            articles=Articles.joined([part.articles for part in parts], known),
            lost=np.maximum.reduceat(codes.lost, starts),
            codes=codes,
            exact=exact,
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
            articles=self.articles.take(articles),
            lost=self.lost[articles],
            places=rows if self.places is None else self.places[rows],
        )

    def __len__(self) -> int:
        return len(self.row_ids)

    def with_less(self, depth: Depth) -> Block:
        """Let go of what is not to be held."""
        none = np.empty((len(self.exact), 0), np.float16)
        codes = self.codes if depth >= Depth.CODES else Quantised.empty(len(self.exact), 0)
        return replace(self, depth=depth, exact=none, codes=codes)

    @property
    def nbytes(self) -> int:
        """Bytes in memory."""
        arrays = (self.row_ids, self.positions, self.texts, self.starts, self.lost, self.exact)
        more = 0 if self.places is None else self.places.nbytes
        return sum(a.nbytes for a in arrays) + self.articles.nbytes + self.codes.nbytes + more

    def cosines(self, question: Question) -> NDArray[np.float32]:
        """Return the cosine of each row, to within `Question.margin` of what was lost."""
        cosines = self.codes.cosines(question)
        return cosines if self.places is None else cosines[self.places]

    def vectors(self, rows: Numbers) -> NDArray[np.float16]:
        """Return the vectors of rows."""
        return self.exact[rows if self.places is None else self.places[rows]]


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """What a block has of the rows of one read; an article that goes on is in the former part."""

    row_ids: Numbers
    positions: NDArray[np.int32]
    texts: NDArray[np.int64]
    starts: NDArray[np.intp]
    articles: Articles
    last: str

    @classmethod
    def of(cls, table: pa.Table, first: int, before: str | None, known: Vocabularies) -> _Part:
        names = table["article_id"].combine_chunks()
        codes = names.dictionary_encode().indices.to_numpy()
        starts = np.flatnonzero(np.diff(codes, prepend=-1))
        if names[0].as_py() == before:
            starts = starts[1:]
        return cls(
            table["_rowid"].to_numpy().astype(np.int64),
            table["position"].to_numpy(),
            hashed(table["text"].combine_chunks()),
            starts + first,
            Articles.of(table.select(list(EVERY)).take(starts), known),
            names[-1].as_py(),
        )


def _tables(dataset: Dataset, fragment: lance.LanceFragment, depth: Depth) -> Iterator[pa.Table]:
    columns = [*EVERY, "position", "text"]
    if depth >= Depth.CODES:
        columns.append("vector")
    scanner = dataset.scanner(
        columns=columns,
        fragments=[fragment],
        with_row_id=True,
        scan_in_order=True,
        batch_size=ROWS_A_READ,
    )
    for batch in scanner.to_batches():
        if len(batch):
            yield pa.Table.from_batches([batch])


def key_of(fragment: lance.LanceFragment) -> Key:
    """Return what tells a file from all others."""
    return (fragment.fragment_id, *(file.path for file in fragment.metadata.files))


def deletions_of(fragment: lance.LanceFragment) -> object:
    """Return what tells which rows of a file are deleted."""
    file = fragment.metadata.deletion_file
    return None if file is None else file.path(fragment.fragment_id)
