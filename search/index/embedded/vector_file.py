"""The vectors of one file of the table, read from where they stand in it.

Lance's file format (version 2) puts values of a fixed width one after the other, as they are, where
they are wide enough ("full zip", uncompressed). Nine hundred vectors of a file of 700,000 are read
in 1.4 ms of processor time that way and in 10 ms through Lance, which makes a task of each. Whoever
reads a file for the first time compares what stands there with what Lance says, and uses it only if
all of it is equal: the format may change, the answers do not.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from io import FileIO

import numpy as np
from numpy.typing import NDArray

from search.index.embedded.driver import lance
from search.index.embedded.found import Numbers
from search.index.embedded.table import Dataset

Halves = NDArray[np.float16]

BETWEEN = 8
"""Rows that are apart by so many at most are read at once: to read 4 kB more takes less time than
another read."""


@dataclass(frozen=True, slots=True, eq=False)
class VectorFile:
    """Pages of vectors: `first` has the first row of each and the number of all rows.

    `offsets` are bytes from the beginning of the file.
    """

    path: str
    dimension: int
    first: Numbers
    offsets: Numbers

    @classmethod
    def of(cls, dataset: Dataset, fragment: lance.LanceFragment) -> VectorFile | None:
        """Look where the vectors stand; None if they cannot stand there one after the other."""
        number = _number_of_field(dataset)
        dimension = dataset.schema.field("vector").type.list_size
        (file,) = (file for file in fragment.metadata.files if number in file.fields)
        path = f"{dataset.uri}/data/{file.path}"
        columns = lance.file.LanceFileReader(path).metadata().columns
        pages = columns[file.column_indices[file.fields.index(number)]].pages
        if any(len(page.buffers) != 1 for page in pages):
            return None
        rows = [page.buffers[0].size / (2 * dimension) for page in pages]
        if sum(rows) != fragment.physical_rows or any(not count.is_integer() for count in rows):
            return None
        return cls(
            path,
            dimension,
            np.cumsum([0, *rows]).astype(np.int64),
            np.array([page.buffers[0].position for page in pages], np.int64),
        )

    def read(self, rows: Numbers) -> Halves:
        """Read the vectors of rows of the file, which ascend; deleted ones count as rows."""
        if not len(rows):
            return np.empty((0, self.dimension), np.float16)
        width = 2 * self.dimension
        page = np.searchsorted(self.first, rows, side="right") - 1
        # Rows that stand close together are read at once, with those between.
        apart = (np.diff(rows) > BETWEEN) | (np.diff(page) > 0)
        begins = np.append(0, np.flatnonzero(apart) + 1)
        ends = np.append(begins[1:], len(rows))
        first, page = rows[begins], page[begins]
        counts = rows[ends - 1] + 1 - first
        behind = np.cumsum(counts)
        parts = self._parts(
            (self.offsets[page] + (first - self.first[page]) * width).tolist(),
            (counts * width).tolist(),
        )
        read = np.frombuffer(b"".join(parts), np.float16).reshape(-1, self.dimension)
        vectors: Halves = read[rows - np.repeat(first - behind + counts, ends - begins)]
        return vectors

    def _parts(self, offsets: Sequence[int], sizes: Sequence[int]) -> list[bytes]:
        """Read parts of the file, one after the other."""
        with open(self.path, "rb", buffering=0) as file:  # noqa: PTH123  # a third of the time
            parts = list(map(_reads(file), sizes, offsets))
        if list(map(len, parts)) != sizes:
            raise EOFError(f"unexpected end of {self.path}")
        return parts


def _reads(file: FileIO) -> Callable[[int, int], bytes]:
    """Return what reads a part of a file of a size at a place, in one call where it can be."""
    if hasattr(os, "pread"):
        return partial(os.pread, file.fileno())

    def read(size: int, offset: int) -> bytes:
        file.seek(offset)
        return file.read(size)

    return read


def _number_of_field(dataset: Dataset) -> int:
    field = dataset.lance_schema.field("vector")
    if field is None:
        raise KeyError("vector")
    return int(field.id())
