"""The passages of one version of the table, held in memory: vectors, and what hits show.

A block stands for one file of the table. Blocks never change and are shared between versions, so
that a new version reads only the files that are new; rows that are deleted are masked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from search.index.embedded.driver import lance
from search.index.embedded.found import is_in
from search.index.embedded.rows import HIT_COLUMNS, vectors_of
from search.index.embedded.table import Dataset

REACH = 1e-4
"""Single-precision cosines of blocks this far below the cut are looked at again: sums of 1,000
products differ by less."""

_Key = tuple[object, ...]


class DoesNotFit(Exception):
    """The passages do not fit into the memory that they may take."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """The rows of one file that were there when it was read.

    `vectors` is float32, shape (rows, dimension); `order` sorts `row_ids`; `starts` are the first
    rows of each article, whose rows stand together; `alive` tells which are not deleted.
    """

    key: _Key
    deletions: object
    vectors: NDArray[np.float32]
    shown: pa.Table
    row_ids: NDArray[np.uint64]
    order: NDArray[np.intp]
    starts: NDArray[np.intp]
    alive: NDArray[np.bool_]

    @classmethod
    def read(cls, dataset: Dataset, fragment: lance.LanceFragment) -> Block:
        """Read a file: at least one row of it is there."""
        table = _rows(dataset, fragment, [*HIT_COLUMNS, "vector"]).combine_chunks()
        row_ids = table["_rowid"].to_numpy()
        names = table["article_id"].combine_chunks().dictionary_encode().indices.to_numpy()
        return cls(
            key=_key(fragment),
            deletions=_deletions(fragment),
            vectors=vectors_of(table),
            shown=table.drop_columns("vector"),
            row_ids=row_ids,
            order=np.argsort(row_ids),
            starts=np.flatnonzero(np.diff(names, prepend=-1)),
            alive=np.ones(len(row_ids), dtype=bool),
        )

    def without_deleted(self, dataset: Dataset, fragment: lance.LanceFragment) -> Block:
        """Return the same rows, less those that are deleted in this version."""
        left = _rows(dataset, fragment, [])["_rowid"].to_numpy()
        alive = np.isin(self.row_ids, left)
        return replace(self, deletions=_deletions(fragment), alive=alive)

    @property
    def nbytes(self) -> int:
        """Bytes in memory."""
        arrays = (self.vectors, self.row_ids, self.order, self.starts, self.alive)
        return int(self.shown.nbytes) + sum(array.nbytes for array in arrays)

    def names(self) -> pa.Array:
        """Return the article of each of `starts`."""
        return self.shown["article_id"].combine_chunks().take(self.starts)

    def best(self, question: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the highest cosine of each article of `starts`; -inf where it is deleted."""
        # Row by row on this thread: BLAS would spread so short a product over all cores, and its
        # threads wait for one another busily: 80 ms on a machine that is at work, this one 1.3.
        cosines = np.vecdot(self.vectors, question)
        cosines[~self.alive] = -np.inf
        best: NDArray[np.float32] = np.maximum.reduceat(cosines, self.starts)
        return best

    def rows_of(self, articles: NDArray[np.bool_]) -> NDArray[np.intp]:
        """Return the rows that are there of those of `starts` that the mask names."""
        lengths = np.diff(self.starts, append=len(self.row_ids))
        return np.flatnonzero(np.repeat(articles, lengths) & self.alive)

    def with_ids(self, row_ids: NDArray[np.uint64]) -> NDArray[np.intp]:
        """Return those of the rows with these ids that stand in this block."""
        places = np.searchsorted(self.row_ids, row_ids, sorter=self.order)
        rows = self.order[np.minimum(places, len(self.order) - 1)]
        found: NDArray[np.intp] = rows[(self.row_ids[rows] == row_ids) & self.alive[rows]]
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Resident:
    """All rows of one version. `codes` has, for each block, the place in `names` of its articles.

    An article stands in two blocks where a file ended in the middle of it.
    """

    version: int
    blocks: tuple[Block, ...]
    names: pa.Array
    codes: tuple[NDArray[np.int32], ...]

    @classmethod
    def read(cls, dataset: Dataset, former: Resident | None, budget: int) -> Resident:
        """Read a version, except for what another one holds. Raises `DoesNotFit`, over `budget`."""
        known = {} if former is None else {block.key: block for block in former.blocks}
        blocks = tuple(_blocks(dataset, known, budget))
        names = [block.names() for block in blocks]
        joined = pa.concat_arrays(names) if names else pa.array([], pa.string())
        encoded = joined.dictionary_encode()
        ends = np.cumsum([len(part) for part in names])
        codes = np.split(encoded.indices.to_numpy(), ends[:-1]) if names else []
        return cls(dataset.version, blocks, encoded.dictionary, tuple(codes))

    def near(
        self, question: NDArray[np.float64], admitted: pa.Array | None, limit: int
    ) -> tuple[pa.Table, NDArray[np.float32]]:
        """Return all passages of the `limit` nearest articles at least, and their vectors.

        The table has `_rowid`, `article_id` and `position`; `admitted` are the ids that filters
        let pass, None for all.
        """
        best = np.full(len(self.names), -np.inf, dtype=np.float32)
        for block, codes in zip(self.blocks, self.codes, strict=True):
            np.maximum.at(best, codes, block.best(question.astype(np.float32)))
        if admitted is not None:
            best[~is_in(self.names, admitted)] = -np.inf
        if limit < len(best):
            cut = np.partition(best, -limit)[-limit]
            chosen = (best >= cut - REACH) & (best > -np.inf)
        else:
            chosen = best > -np.inf
        return self._rows_of(chosen, len(question))

    def fetch(self, row_ids: Sequence[int]) -> pa.Table:
        """Return `HIT_COLUMNS` and `_rowid` of rows, in any order."""
        wanted = np.asarray(row_ids, dtype=np.uint64)
        found = [block.shown.take(block.with_ids(wanted)) for block in self.blocks]
        return pa.concat_tables(found)

    def _rows_of(
        self, chosen: NDArray[np.bool_], dimension: int
    ) -> tuple[pa.Table, NDArray[np.float32]]:
        tables, vectors = [_NO_ROWS], [np.empty((0, dimension), dtype=np.float32)]
        for block, codes in zip(self.blocks, self.codes, strict=True):
            rows = block.rows_of(chosen[codes])
            tables.append(block.shown.select(_NO_ROWS.column_names).take(rows))
            vectors.append(block.vectors[rows])
        return pa.concat_tables(tables), np.concatenate(vectors)


_NO_ROWS = pa.table(
    {
        "_rowid": pa.array([], pa.uint64()),
        "article_id": pa.array([], pa.string()),
        "position": pa.array([], pa.int32()),
    },
    schema=pa.schema(
        [
            pa.field("_rowid", pa.uint64()),
            pa.field("article_id", pa.string(), nullable=False),
            pa.field("position", pa.int32(), nullable=False),
        ]
    ),
)


def _blocks(dataset: Dataset, known: Mapping[_Key, Block], budget: int) -> Iterator[Block]:
    held = 0
    for fragment in dataset.get_fragments():
        if not fragment.metadata.num_rows:
            continue
        block = known.get(_key(fragment))
        if block is None:
            block = Block.read(dataset, fragment)
        elif block.deletions != _deletions(fragment):
            block = block.without_deleted(dataset, fragment)
        held += block.nbytes
        if held > budget:
            raise DoesNotFit
        yield block


def _rows(dataset: Dataset, fragment: lance.LanceFragment, columns: list[str]) -> pa.Table:
    return dataset.scanner(
        columns=columns, fragments=[fragment], with_row_id=True, scan_in_order=True
    ).to_table()


def _key(fragment: lance.LanceFragment) -> _Key:
    return (fragment.fragment_id, *(file.path for file in fragment.metadata.files))


def _deletions(fragment: lance.LanceFragment) -> object:
    file = fragment.metadata.deletion_file
    return None if file is None else file.path(fragment.fragment_id)
