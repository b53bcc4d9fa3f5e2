"""The embedded engine: `SearchIndex` over one Lance dataset in a folder."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from search.index.embedded import counting, scanning, writing
from search.index.embedded.conditions import one_of
from search.index.embedded.faults import translated
from search.index.embedded.housekeeper import Housekeeper
from search.index.embedded.lock import FolderLock
from search.index.embedded.matching import Selection
from search.index.embedded.memory import Memory
from search.index.embedded.options import EmbeddedOptions
from search.index.embedded.retrieval import View, retrieve
from search.index.embedded.rows import WHOLE_COLUMNS, articles_of
from search.index.embedded.table import Dataset, Table, unindexed_rows, vector_partitions
from search.index.errors import IndexDamaged, QueryRefused
from search.index.history import ArticleVersion
from search.index.model import (
    Article,
    ArticleHit,
    ArticleState,
    Bucket,
    EmbeddedArticle,
    Facet,
    Filters,
    IndexIdentity,
    IndexStats,
    LatestLeg,
    Leg,
    LegResult,
    LexicalLeg,
    Matching,
    VectorLeg,
    WriteReport,
)
from search.index.port import FacetField, Interval

ENGINE = "embedded"

_Read = TypeVar("_Read")


class EmbeddedIndex:
    """One generation of an index in a folder; see `search.index.port.SearchIndex`."""

    def __init__(
        self,
        table: Table,
        identity: IndexIdentity,
        place: Path,
        options: EmbeddedOptions,
    ) -> None:
        self._table = table
        self._memory = Memory(options.holding)
        self._keep = options.keep
        self._identity = identity
        self._place = place
        self._writing = FolderLock(table.path.with_suffix(".write-lock"))
        self._housekeeper = Housekeeper(table, options.policy)
        self._has_written = False

    @property
    def identity(self) -> IndexIdentity:
        """What the generation was written with."""
        return self._identity

    def write(
        self,
        batch: Sequence[EmbeddedArticle],
        copied: Mapping[str, Sequence[ArticleVersion]] | None = None,
    ) -> WriteReport:
        """Write in one commit; see `search.index.embedded.writing`."""
        manner = writing.Manner(self._identity.dimension, self._keep, copied or {})
        with translated("writing to", self._place):
            report = writing.write(self._table, self._writing, batch, manner)
            self._wrote()
        return report

    def delete(self, article_ids: Sequence[str]) -> int:
        """Remove in one commit."""
        with translated("deleting from", self._place):
            removed = writing.delete(self._table, self._writing, article_ids)
            self._wrote()
        return removed

    def states(self, article_ids: Sequence[str]) -> Mapping[str, ArticleState]:
        """Read from the first row of each article."""
        return self._read(lambda dataset: writing.states(dataset, article_ids))

    def history(self, article_ids: Sequence[str]) -> Mapping[str, tuple[ArticleVersion, ...]]:
        """Read from the rows of the articles as they are now."""
        return self._read(lambda dataset: writing.history(dataset, article_ids))

    def get(self, article_ids: Sequence[str]) -> Mapping[str, EmbeddedArticle]:
        """Read all rows of the articles, vectors included."""

        def read(dataset: Dataset) -> dict[str, EmbeddedArticle]:
            found: dict[str, EmbeddedArticle] = {}
            for ids in writing.chunks(article_ids):
                rows = dataset.to_table(
                    columns=[*WHOLE_COLUMNS, "vector"], filter=one_of("article_id", ids)
                )
                found |= articles_of(rows)
            return found

        return self._read(read)

    def retrieve(
        self, legs: Sequence[Leg], filters: Filters, limit: int, passages: int = 3
    ) -> tuple[LegResult, ...]:
        """Run the legs over one version of the table."""
        if limit < 1 or passages < 1:
            raise QueryRefused(
                f"A limit of {limit} articles with {passages} passages is below one; ask for more."
            )

        def ask(dataset: Dataset) -> tuple[LegResult, ...]:
            selection = Selection.of(dataset, filters)
            by_vector = any(isinstance(leg, VectorLeg) for leg in legs)
            view = View(dataset, self._memory.of(dataset, by_vector=by_vector))
            return tuple(retrieve(view, leg, selection, limit, passages) for leg in legs)

        return self._read(ask)

    def matches(
        self, leg: LexicalLeg | LatestLeg, filters: Filters, passages: int = 3
    ) -> Iterator[ArticleHit]:
        """Rank all that matches, and fetch what it shows bit by bit."""
        return self._each(lambda dataset: scanning.matches(dataset, leg, filters, passages))

    def facets(
        self, fields: Sequence[FacetField], filters: Filters, clause: Matching | None = None
    ) -> tuple[Facet, ...]:
        """Count over one version of the table."""
        return self._read(
            lambda dataset: counting.facets(dataset, fields, Selection.of(dataset, filters), clause)
        )

    def histogram(
        self, interval: Interval, filters: Filters, clause: Matching | None = None
    ) -> tuple[Bucket, ...]:
        """Count over one version of the table."""
        return self._read(
            lambda dataset: counting.histogram(
                dataset, interval, Selection.of(dataset, filters), clause
            )
        )

    def scan(self, filters: Filters) -> Iterator[Article]:
        """Read all that passes bit by bit."""
        return self._each(lambda dataset: scanning.scan(dataset, filters))

    def stats(self) -> IndexStats:
        """Count over one version of the table, and measure its folder."""

        def count(dataset: Dataset) -> IndexStats:
            (langs,) = counting.facets(dataset, ["lang"], Selection(None), None)
            return IndexStats(
                identity=self._identity,
                articles=sum(articles for _, articles in langs.counts),
                passages=dataset.count_rows(),
                languages=dict(langs.counts),
                size_bytes=counting.size_on_disk(self._table.path),
                engine=ENGINE,
                location=str(self._place),
                vector_index="IVF_SQ" if vector_partitions(dataset) else "exact",
                unindexed_passages=unindexed_rows(dataset),
            )

        return self._read(count)

    def refresh(self) -> None:
        """Writes are visible at once; this brings the full-text index up to date with them."""
        if self._has_written:
            with translated("indexing", self._place):
                self._housekeeper.index_new_rows()
                self._has_written = False

    def optimize(self) -> None:
        """Merge indexes and files as far as they go."""
        with translated("optimizing", self._place):
            self._housekeeper.rebuild()

    def close(self) -> None:
        """Wait for the upkeep that is under way; files are closed with the last reference."""
        self._housekeeper.wait()

    def _wrote(self) -> None:
        self._has_written = True
        self._housekeeper.nudge()

    def _each(self, read: Callable[[Dataset], Generator[_Read]]) -> Iterator[_Read]:
        """Pass on what is read bit by bit from the version that is the latest at the beginning."""
        with translated("reading", self._place):
            dataset = self._table.latest()
        with closing(read(dataset)) as items:
            while True:
                with translated("reading", self._place):
                    item = next(items, None)
                if item is None:
                    return
                yield item

    def _read(self, read: Callable[[Dataset], _Read]) -> _Read:
        """Read from the latest version; once more where its files were cleaned away meanwhile."""
        try:
            with translated("reading", self._place):
                return read(self._table.latest())
        except IndexDamaged:
            with translated("reading", self._place):
                return read(self._table.latest())
