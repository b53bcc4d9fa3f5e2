"""The rows of one version of the table, held in memory.

A block stands for one file of the table. Blocks never change and are shared between versions, so
that a new version reads only the files that are new. What blocks have per row and per article is
joined for each version: a row's number is its place among all rows that are there, in the order of
the files (and so what `Dataset.take` calls it), an article's that among all articles.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from search.index.embedded.articles import Articles, Vocabularies, vocabularies
from search.index.embedded.block import Block, Key, deletions_of, key_of
from search.index.embedded.found import Numbers, places, ranges
from search.index.embedded.numbering import Numbering
from search.index.embedded.quantised import QuantisedQuery
from search.index.embedded.rows import half_vectors_of
from search.index.embedded.table import Dataset

T = TypeVar("T", bound=np.generic)

EXACT_SHARE = 1 / 8
"""Of what may be held, what vectors as they are may take, besides their codes: of 512 MB they are
those of 131,000 passages. Of 32,000, the leg by meaning takes half the processor time with them."""


class DoesNotFit(Exception):
    """The passages do not fit into the memory that they may take."""


@dataclass(frozen=True, slots=True, eq=False)
class Resident:
    """All rows of one version, by number; `first` has the number of the first row of each block.

    Rows have `positions`, `texts` (hashes), and in `owners` the number of the article; `numbering`
    finds them by their ids. Runs are rows of one article that stand together: `starts` are their
    first rows, `lost` is the most that any of their vectors has lost in 8 bits, and `runs` has the
    articles; None where each has just one, in this order. An article has two where a file ended in
    the middle of it.
    """

    version: int
    with_vectors: bool
    blocks: tuple[Block, ...]
    first: NDArray[np.int64]
    numbering: Numbering
    positions: NDArray[np.int32]
    texts: NDArray[np.int64]
    owners: NDArray[np.int32]
    starts: Numbers
    runs: Numbers | None
    articles: Articles
    lost: NDArray[np.float32]

    @classmethod
    def read(
        cls,
        dataset: Dataset,
        former: Resident | None,
        budget: int,
        *,
        with_vectors: bool = True,
    ) -> Resident:
        """Read a version, except for what another one holds. Raises `DoesNotFit`, over `budget`."""
        known = vocabularies() if former is None else former.articles.known
        blocks = tuple(_blocks(dataset, former, known, budget, with_vectors=with_vectors))
        return cls.joined(dataset.version, blocks, known, with_vectors=with_vectors)

    @classmethod
    def joined(
        cls,
        version: int,
        blocks: Sequence[Block],
        known: Vocabularies,
        *,
        with_vectors: bool = True,
    ) -> Resident:
        """Put blocks one after the other."""
        first = np.cumsum([0, *(len(block) for block in blocks)])
        starts = _joined([b.starts + n for b, n in zip(blocks, first[:-1], strict=True)], np.int64)
        begun = _joined([block.begun for block in blocks], np.bool_)
        articles = Articles.joined([block.articles for block in blocks], known)
        runs = None if begun.all() else _continued(articles, begun)
        owners = np.repeat(
            np.arange(len(starts), dtype=np.int32) if runs is None else runs.astype(np.int32),
            np.diff(starts, append=first[-1]),
        )
        return cls(
            version=version,
            with_vectors=with_vectors,
            blocks=tuple(blocks),
            first=first,
            numbering=Numbering.of(_joined([block.row_ids for block in blocks], np.int64)),
            positions=_joined([block.positions for block in blocks], np.int32),
            texts=_joined([block.texts for block in blocks], np.int64),
            owners=owners,
            starts=starts,
            runs=runs,
            articles=articles if runs is None else articles.take(np.flatnonzero(begun)),
            lost=_joined([block.lost for block in blocks], np.float32),
        )

    def __len__(self) -> int:
        return len(self.owners)

    def numbers(self, row_ids: NDArray[np.uint64]) -> Numbers:
        """Return the numbers of rows, which are there, in any order."""
        return self.numbering(row_ids.astype(np.int64))

    @property
    def with_exact(self) -> bool:
        """Whether all vectors are held as they are."""
        return all(block.exact is not None for block in self.blocks)

    def rows_of(self, articles: NDArray[np.bool_]) -> Numbers:
        """Return the rows of the articles of a mask, in ascending order."""
        runs = self.runs_of(articles)
        return ranges(self.starts[runs], self.lengths(runs))

    def runs_of(self, articles: NDArray[np.bool_]) -> Numbers:
        """Return the runs of the articles of a mask, in ascending order."""
        return np.flatnonzero(articles if self.runs is None else articles[self.runs])

    def lengths(self, runs: Numbers) -> Numbers:
        """Return how many rows runs have."""
        return np.append(self.starts, len(self))[runs + 1] - self.starts[runs]

    def mask(self, articles: Numbers) -> NDArray[np.bool_]:
        """Make a mask of articles."""
        mask = np.zeros(len(self.articles), bool)
        mask[articles] = True
        return mask

    def cosines(self, query: QuantisedQuery) -> NDArray[np.float32]:
        """Return the cosine of each row, to within `QuantisedQuery.margin` of what was lost."""
        cosines = np.empty(len(self), np.float32)
        for block, start in zip(self.blocks, self.first[:-1], strict=True):
            cosines[start : start + len(block)] = block.cosines(query)
        return cosines

    def best_of_runs(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the highest score of each run, of those of all rows."""
        if not len(self):
            return scores
        best: NDArray[np.float32] = np.maximum.reduceat(scores, self.starts)
        return best

    def best_of_articles(self, runs: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the highest score of each article, of those of all runs."""
        if self.runs is None:
            return runs
        best = np.full(len(self.articles), -np.inf, np.float32)
        np.maximum.at(best, self.runs, runs)
        return best

    def closer(
        self, query: NDArray[np.float64], rows: Numbers
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """See `Quantised.closer`; the rows ascend."""
        parts = [block.closer(query, own) for block, own in self._by_block(rows)]
        cosines, margins = zip(*parts, strict=True) if parts else ((), ())
        return _joined(cosines, np.float32), _joined(margins, np.float32)

    def with_each(self, vectors: NDArray[np.float32], rows: Numbers) -> NDArray[np.float32]:
        """See `Quantised.with_each`; the rows ascend."""
        parts = [block.with_each(vectors, own) for block, own in self._by_block(rows)]
        return np.concatenate(parts) if parts else np.empty((0, len(vectors)), np.float32)

    def vectors(self, rows: Numbers, dataset: Dataset) -> NDArray[np.float16]:
        """Read the vectors of rows, which ascend, from the files of this version."""
        parts = []
        for block, own in self._by_block(rows):
            vectors = block.vectors(own)
            if vectors is None:
                return half_vectors_of(dataset.take(places(rows), columns=["vector"]))
            parts.append(vectors)
        return _joined(parts, np.float16)

    def _by_block(self, rows: Numbers) -> Iterator[tuple[Block, Numbers]]:
        """Yield the blocks in which any of the rows stand, and these as places in them."""
        bounds = np.searchsorted(rows, self.first).tolist()
        for block, start, (begin, end) in zip(
            self.blocks, self.first[:-1], pairwise(bounds), strict=True
        ):
            if end > begin:
                yield block, rows[begin:end] - start


def _vector_bytes(dataset: Dataset) -> int:
    """How many bytes the vectors of a version have."""
    vector = dataset.schema.field("vector").type
    return int(dataset.count_rows() * vector.list_size * vector.value_type.bit_width // 8)


def _continued(articles: Articles, begun: NDArray[np.bool_]) -> Numbers:
    """Return the number of the article of each run, where not all are `begun` by a first passage.

    Those that are begun are numbered, the others are looked for among them.
    """
    runs = np.cumsum(begun) - 1
    for run in np.flatnonzero(~begun).tolist():
        same = articles.numbers({articles.ids[run].as_py()})
        runs[run] = runs[same[begun[same]][0]]
    return runs


def _joined(parts: Sequence[NDArray[T]], dtype: type[T]) -> NDArray[T]:
    return np.concatenate(parts) if parts else np.empty(0, dtype)


def _blocks(
    dataset: Dataset,
    former: Resident | None,
    known: Vocabularies,
    budget: int,
    *,
    with_vectors: bool,
) -> Iterator[Block]:
    there: Mapping[Key, Block] = (
        {} if former is None else {block.key: block for block in former.blocks}
    )
    exact = with_vectors and _vector_bytes(dataset) <= budget * EXACT_SHARE
    held = 0
    for fragment in dataset.get_fragments():
        if not fragment.metadata.num_rows:
            continue
        block = there.get(key_of(fragment))
        if block is None or block.with_vectors < with_vectors:
            block = Block.read(dataset, fragment, known, with_vectors=with_vectors, exact=exact)
        elif block.with_vectors > with_vectors:
            block = block.without_vectors()
        if not exact:
            block = block.without_exact()
        if block.deletions != deletions_of(fragment):
            block = block.without_deleted(dataset, fragment)
        held += block.nbytes
        if held > budget:
            raise DoesNotFit
        yield block
