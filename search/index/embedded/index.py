"""The embedded engine: `SearchIndex` over one Lance dataset in a folder."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from search.index.bounds import check_asked, check_legs, check_matching, check_passages
from search.index.clauses import Matching
from search.index.embedded import counting, notes, scanning, writing
from search.index.embedded.articles import COLUMNS
from search.index.embedded.conditions import one_of
from search.index.embedded.faults import translated
from search.index.embedded.generation import Generation, Moved, Pointer
from search.index.embedded.matching import Selection
from search.index.embedded.retrieval import rank, result_of
from search.index.embedded.retrieved import EmbeddedRetrieved
from search.index.embedded.rows import ADDED, ANALYSED_COLUMNS, WHOLE_COLUMNS, articles_of
from search.index.embedded.table import (
    Dataset,
    Table,
    there,
    unindexed_rows,
    vector_partitions,
)
from search.index.errors import IndexDamaged
from search.index.filters import EVER, Filters
from search.index.history import ArticleVersion
from search.index.legs import LatestLeg, Leg, LexicalLeg
from search.index.model import (
    Arrival,
    Article,
    ArticleHit,
    ArticleState,
    Bucket,
    EmbeddedArticle,
    Facet,
    IndexIdentity,
    IndexStats,
    WriteReport,
)
from search.index.port import FacetField, Interval, Note, Retrieved
from search.index.time_zones import UTC_NAME

ENGINE = "embedded"

_Read = TypeVar("_Read")


class EmbeddedIndex:
    """One generation of an index in a folder; see `search.index.port.SearchIndex`."""

    def __init__(
        self, pointer: Pointer, place: Path, keep: int, held: ExitStack | None = None
    ) -> None:
        """`keep` is the number of former versions that are stored of an article.

        `held` is let go when the index is closed.
        """
        self._held = held or ExitStack()
        self._pointer = pointer
        self._place = place
        self._keep = keep
        self._identity = pointer.ever()[-1].identity
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
        return self._change(
            "writing to", lambda table, held: writing.write(table, held, batch, manner)
        )

    def delete(self, article_ids: Sequence[str]) -> int:
        """Remove in one commit."""
        return self._change(
            "deleting from", lambda table, held: writing.delete(table, held, article_ids)
        )

    def states(self, article_ids: Sequence[str]) -> Mapping[str, ArticleState]:
        """Read from the first row of each article."""
        return self._read(lambda dataset: writing.states(dataset, article_ids))

    def history(self, article_ids: Sequence[str]) -> Mapping[str, tuple[ArticleVersion, ...]]:
        """Read from the rows of the articles as they are now."""
        return self._read(lambda dataset: writing.history(dataset, article_ids))

    def get(
        self, article_ids: Sequence[str], *, analysed: bool = False
    ) -> Mapping[str, EmbeddedArticle]:
        """Read all rows of the articles, vectors included."""
        beside = ANALYSED_COLUMNS if analysed else ()
        columns = [*WHOLE_COLUMNS, "vector", *beside, *(field.name for field in ADDED)]

        def read(dataset: Dataset) -> dict[str, EmbeddedArticle]:
            found: dict[str, EmbeddedArticle] = {}
            for ids in writing.chunks(article_ids):
                rows = dataset.to_table(
                    columns=there(dataset, columns),
                    filter=one_of("article_id", ids),
                )
                found |= articles_of(rows)
            return found

        return self._read(read)

    def retrieve(
        self,
        legs: Sequence[Leg],
        filters: Filters,
        limit: int,
        passages: int = 3,
        scores: int = 1,
    ) -> Retrieved:
        """Run the legs over one version of the table."""
        check_asked(filters, legs)
        check_legs(legs, limit, passages, scores, self._identity)
        most = max(passages, scores)
        columns = ["published"] if any(isinstance(leg, LatestLeg) for leg in legs) else []

        def run(generation: Generation, dataset: Dataset) -> Retrieved:
            # Whoever asks for one article asks whether there is any, in the course of a search.
            view = generation.memory.view(dataset, filters, columns, search=limit > 1)
            selection = Selection.of(view, filters)
            rankings = [rank(selection, leg, limit, most) for leg in legs]
            results = tuple(
                result_of(leg, ranking, scores) for leg, ranking in zip(legs, rankings, strict=True)
            )
            reading = partial(translated, "reading", self._place)
            return EmbeddedRetrieved(view, results, rankings, passages, reading)

        return self._read_from(run)

    def matches(
        self, leg: LexicalLeg | LatestLeg, filters: Filters, passages: int = 3
    ) -> Iterator[ArticleHit]:
        """Rank all that matches, and fetch what it shows bit by bit."""
        check_passages(passages)
        check_matching(filters, leg.clause)
        columns = ["published"] if isinstance(leg, LatestLeg) else []
        return self._each(
            lambda generation, dataset: scanning.matches(
                generation.memory.view(dataset, filters, columns), leg, filters, passages
            )
        )

    def facets(
        self, fields: Sequence[FacetField], filters: Filters, clause: Matching | None = None
    ) -> tuple[Facet, ...]:
        """Count over one version of the table."""
        columns = [COLUMNS[field] for field in fields]
        return self._read_from(
            lambda generation, dataset: counting.facets(
                _selection(generation, dataset, filters, columns), fields, clause
            )
        )

    def histogram(
        self,
        interval: Interval,
        filters: Filters,
        clause: Matching | None = None,
        zone: str = UTC_NAME,
    ) -> tuple[Bucket, ...]:
        """Count over one version of the table."""
        check_matching(filters, clause)
        return self._read_from(
            lambda generation, dataset: counting.histogram(
                _selection(generation, dataset, filters, ["published"]), interval, clause, zone
            )
        )

    def scan(self, filters: Filters) -> Iterator[Article]:
        """Read all that passes bit by bit."""
        return self._each(
            lambda generation, dataset: scanning.scan(
                generation.memory.view(dataset, filters), filters
            )
        )

    def scan_states(self) -> Iterator[tuple[str, ArticleState]]:
        """Read the first row of every article."""
        return self._each(lambda _, dataset: scanning.scan_states(dataset))

    def arrivals(self, since: datetime | None = None) -> Iterator[Arrival]:
        """Read the first row of every article that is new enough."""
        return self._each(lambda _, dataset: scanning.arrivals(dataset, since))

    def notes(self) -> Mapping[str, Note]:
        """Read the file of the generation."""
        with translated("reading", self._place):
            return notes.read(self._table.path)

    def annotate(self, name: str, content: Note | None) -> None:
        """Replace the file of the generation."""
        self._change(
            "writing to", lambda table, held: notes.change(table.path, held, name, content)
        )

    def stats(self) -> IndexStats:
        """Count over one version of the table, and measure its folder."""

        def count(generation: Generation, dataset: Dataset) -> IndexStats:
            selection = _selection(generation, dataset, Filters(at=EVER), [])
            (langs,) = counting.facets(selection, ["lang"], None)
            return IndexStats(
                identity=self._identity,
                articles=sum(articles for _, articles in langs.counts),
                passages=dataset.count_rows(),
                languages=dict(langs.counts),
                size_bytes=counting.size_on_disk(generation.table.path),
                engine=ENGINE,
                location=str(self._place),
                vector_index="IVF_SQ" if vector_partitions(dataset) else "exact",
                unindexed_passages=unindexed_rows(dataset),
            )

        return self._read_from(count)

    def refresh(self) -> None:
        """Writes are visible at once; this brings the full-text index up to date with them."""
        if self._has_written:
            with translated("indexing", self._place):
                self._pointer.now().housekeeper.index_new_rows()
                self._has_written = False

    def show(self) -> None:
        """Nothing is left to do: a write is visible when it returns."""

    def optimize(self) -> None:
        """Merge indexes and files as far as they go."""
        with translated("optimizing", self._place):
            self._pointer.now().housekeeper.rebuild()

    def close(self) -> None:
        """Wait for the upkeep that is under way; files are closed with the last reference."""
        for generation in self._pointer.ever():
            generation.housekeeper.wait()
            generation.checksums.wait()
        self._held.close()

    @property
    def _table(self) -> Table:
        return self._pointer.now().table

    def _change(self, doing: str, change: Callable[[Table, writing.Held], _Read]) -> _Read:
        """Change the generation that is live, once the lock for it is had."""
        with translated(doing, self._place):
            while True:
                generation = self._pointer.now()
                held = partial(self._pointer.held, generation)
                try:
                    done = change(generation.table, held)
                except Moved:
                    continue
                self._has_written = True
                generation.housekeeper.wake()
                generation.checksums.wake()
                return done

    def _each(self, read: Callable[[Generation, Dataset], Generator[_Read]]) -> Iterator[_Read]:
        """Pass on what is read bit by bit from the version that is the latest at the beginning."""

        def begin(
            generation: Generation, dataset: Dataset
        ) -> tuple[Generator[_Read], _Read | None]:
            items = read(generation, dataset)
            return items, next(items, None)

        items, item = self._read_from(begin)
        with closing(items):
            while item is not None:
                yield item
                with translated("reading", self._place):
                    item = next(items, None)

    def _read(self, read: Callable[[Dataset], _Read]) -> _Read:
        return self._read_from(lambda _, dataset: read(dataset))

    def _read_from(self, read: Callable[[Generation, Dataset], _Read]) -> _Read:
        """Read from the latest version; once more where its files were cleaned away meanwhile."""
        try:
            with translated("reading", self._place):
                generation = self._pointer.now()
                return read(generation, generation.table.latest())
        except IndexDamaged:
            with translated("reading", self._place):
                generation = self._pointer.now()
                return read(generation, generation.table.latest())


def _selection(
    generation: Generation, dataset: Dataset, filters: Filters, columns: Sequence[str]
) -> Selection:
    """Return what the filters let pass, to look at these columns of the articles."""
    return Selection.of(generation.memory.view(dataset, filters, columns), filters)
