"""The rows of one version of the table, held in memory.

A block stands for one file of the table. Blocks never change and are shared between versions, so
that a new version reads only the files that are new. What blocks have per row and per article is
joined for each version: a row's number is its place among all rows that are there, in the order of
the files (and so what `Dataset.take` calls it), an article's that among all articles.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from search.index.embedded.articles import Articles, Vocabularies, vocabularies
from search.index.embedded.block import Block, Depth, Key, deletions_of, key_of
from search.index.embedded.found import Numbers
from search.index.embedded.quantised import Question
from search.index.embedded.table import Dataset

T = TypeVar("T", bound=np.generic)


class DoesNotFit(Exception):
    """The passages do not fit into the memory that they may take."""


@dataclass(frozen=True, slots=True, eq=False)
class Resident:
    """All rows of one version, by number; `first` has the number of the first row of each block.

    Rows have `row_ids`, `positions`, `texts` (hashes), and in `owners` the number of the article.
    `order` sorts `row_ids`; None where they ascend. Runs are rows of one article that stand
    together: `starts` are their first rows, `lost` is the most that any of their vectors has lost
    in 8 bits, and `runs` has the articles; None where each has just one, in this order. An article
    has two where a file ended in the middle of it.
    """

    version: int
    depth: Depth
    blocks: tuple[Block, ...]
    first: NDArray[np.int64]
    row_ids: Numbers
    order: NDArray[np.intp] | None
    positions: NDArray[np.int32]
    texts: NDArray[np.int64]
    owners: NDArray[np.int32]
    starts: Numbers
    runs: Numbers | None
    articles: Articles
    lost: NDArray[np.float32]

    @classmethod
    def read(
        cls, dataset: Dataset, former: Resident | None, budget: int, depth: Depth = Depth.EXACT
    ) -> Resident:
        """Read a version, except for what another one holds. Raises `DoesNotFit`, over `budget`."""
        known = vocabularies() if former is None else former.articles.known
        blocks = tuple(_blocks(dataset, former, known, budget, depth))
        return cls.joined(dataset.version, blocks, known, depth)

    @classmethod
    def joined(
        cls, version: int, blocks: Sequence[Block], known: Vocabularies, depth: Depth
    ) -> Resident:
        """Put blocks one after the other."""
        first = np.cumsum([0, *(len(block) for block in blocks)])
        runs, articles = _runs(blocks)
        count = sum(map(len, articles))
        row_ids = _joined([block.row_ids for block in blocks], np.int64)
        starts = _joined(
            [block.starts + base for block, base in zip(blocks, first[:-1], strict=True)], np.int64
        )
        lengths = np.diff(starts, append=len(row_ids))
        return cls(
            version=version,
            depth=depth,
            blocks=tuple(blocks),
            first=first,
            row_ids=row_ids,
            order=None if (np.diff(row_ids) > 0).all() else np.argsort(row_ids, kind="stable"),
            positions=_joined([block.positions for block in blocks], np.int32),
            texts=_joined([block.texts for block in blocks], np.int64),
            owners=np.repeat(runs, lengths).astype(np.int32),
            starts=starts,
            runs=None if len(runs) == count else runs,
            articles=Articles.joined(articles, known),
            lost=_joined([block.lost for block in blocks], np.float32),
        )

    def __len__(self) -> int:
        return len(self.row_ids)

    def numbers(self, row_ids: NDArray[np.uint64]) -> Numbers:
        """Return the numbers of rows, which are there, in any order."""
        ascending = np.argsort(row_ids)  # a search for ascending values is three times as fast
        found = np.searchsorted(
            self.row_ids, row_ids[ascending].astype(np.int64), sorter=self.order
        )
        numbers = np.empty(len(row_ids), np.int64)
        numbers[ascending] = found if self.order is None else self.order[found]
        return numbers

    def rows_of(self, articles: NDArray[np.bool_]) -> Numbers:
        """Return the rows of the articles of a mask, in ascending order."""
        runs = np.flatnonzero(articles if self.runs is None else articles[self.runs])
        starts = self.starts[runs]
        ends = np.append(self.starts, len(self))[runs + 1]
        lengths = ends - starts
        # Count up from each start: as many steps of one as there are rows, less what came before.
        behind = np.cumsum(lengths) - lengths
        return np.repeat(starts - behind, lengths) + np.arange(lengths.sum())

    def mask(self, articles: Numbers) -> NDArray[np.bool_]:
        """Make a mask of articles."""
        mask = np.zeros(len(self.articles), bool)
        mask[articles] = True
        return mask

    def cosines(self, question: Question) -> NDArray[np.float32]:
        """Return the cosine of each row, to within `Question.margin` of what was lost."""
        cosines = np.empty(len(self), np.float32)
        for block, start in zip(self.blocks, self.first[:-1], strict=True):
            cosines[start : start + len(block)] = block.cosines(question)
        return cosines

    def margins(self, question: Question) -> NDArray[np.float32]:
        """Return how far off the cosines of each run can be."""
        return question.margin(self.lost)

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

    def vectors(self, rows: Numbers) -> NDArray[np.float16]:
        """Return the vectors of rows, which ascend; at the depth of `Depth.EXACT` only."""
        bounds = np.searchsorted(rows, self.first)
        return np.concatenate(
            [
                block.vectors(rows[begin:end] - start)
                for block, start, begin, end in zip(
                    self.blocks, self.first[:-1], bounds[:-1], bounds[1:], strict=True
                )
                if end > begin
            ]
        )


def _runs(blocks: Sequence[Block]) -> tuple[Numbers, list[Articles]]:
    """Return the article of each run, and the articles that begin in each block.

    A file ends in the middle of an article only where the next one goes on with it, so that such an
    article is the last of one block and the first of another.
    """
    ends: dict[str, int] = {}
    runs: list[Numbers] = []
    articles: list[Articles] = []
    count = 0
    for block in blocks:
        own = block.articles
        first, last = own.ids[0].as_py(), own.ids[-1].as_py()
        numbers = np.arange(count, count + len(own))
        if first in ends:
            numbers = np.append(ends[first], numbers[:-1])
            own = own.take(np.arange(1, len(own)))
        ends[last] = int(numbers[-1])
        count += len(own)
        runs.append(numbers)
        articles.append(own)
    return _joined(runs, np.int64), articles


def _joined(parts: Sequence[NDArray[T]], dtype: type[T]) -> NDArray[T]:
    return np.concatenate(parts) if parts else np.empty(0, dtype)


def _blocks(
    dataset: Dataset, former: Resident | None, known: Vocabularies, budget: int, depth: Depth
) -> Iterator[Block]:
    there: Mapping[Key, Block] = (
        {} if former is None else {block.key: block for block in former.blocks}
    )
    held = 0
    for fragment in dataset.get_fragments():
        if not fragment.metadata.num_rows:
            continue
        block = there.get(key_of(fragment))
        if block is None or block.depth < depth:
            block = Block.read(dataset, fragment, known, depth)
        elif block.depth > depth:
            block = block.with_less(depth)
        if block.deletions != deletions_of(fragment):
            block = block.without_deleted(dataset, fragment)
        held += block.nbytes
        if held > budget:
            raise DoesNotFit
        yield block
