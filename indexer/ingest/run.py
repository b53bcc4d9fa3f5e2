"""The ingest use case: read inputs, index them batch by batch, count what became of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from indexer.article.draft import RawArticle, Reject
from indexer.errors import IngestStopped
from indexer.ingest.batches import BatchReport
from indexer.ingest.filling import Filling
from indexer.ingest.interrupts import interrupt_deferred
from indexer.ingest.tally import IngestSummary, Inputs, Tally
from search.embedding.errors import EmbeddingError
from search.index.errors import SearchIndexError

BATCH_SIZE = 256
"""Articles that are embedded and committed together."""


class Rejects(Protocol):
    """Where rejects go: `indexer.ingest.rejects.RejectsFile`, for instance."""

    @property
    def count(self) -> int:
        """How many there have been."""
        ...

    def write(self, reject: Reject) -> None:
        """Take one."""
        ...


class Pipeline(Protocol):
    """What indexes a batch: `indexer.ingest.pipeline.IndexingPipeline`."""

    def run(self, articles: list[RawArticle]) -> BatchReport:
        """Index one batch, durably. Raises `search.errors.PolywireError`."""
        ...


Progress = Callable[[IngestSummary], None]
"""Called after every batch, and whenever a hundred rejects have come in a row."""


def ingest(  # noqa: PLR0913 - what is read, and what is told of it
    articles: Iterable[RawArticle | Reject],
    pipeline: Pipeline,
    rejects: Rejects,
    on_progress: Progress = lambda _: None,
    batch_size: int = BATCH_SIZE,
    *,
    on_stored: Callable[[int], None] = lambda _: None,
) -> IngestSummary:
    """Index everything that `articles` yields, in batches that are each durable.

    Running it again with the same inputs changes nothing, so a run that ended early is
    continued by running it again. An input that has had nothing but rejects for too long
    (`REJECTS_IN_A_ROW`) is left where `articles` can leave it. Ctrl-C ends it after the current
    batch, and the summary says `interrupted`. `on_stored` is told after every batch and at the end
    how many of `articles` are stored or rejected for good, from the first one on.

    Raises `IngestStopped` when the index or the model fails, and the errors of the reader.
    """
    tally = Tally(articles if isinstance(articles, Inputs) else None)
    try:
        reading = _batches(articles, tally, rejects, on_progress, Filling(batch_size))
        for batch in reading:
            with interrupt_deferred():
                report = pipeline.run(batch)
                for reject in report.rejects:
                    if not reject.is_note:
                        rejects.write(reject)
                tally.add(report)
                on_stored(tally.items)
            on_progress(tally.summary())
        on_stored(tally.items)
    except KeyboardInterrupt:
        return tally.summary(interrupted=True)
    except (SearchIndexError, EmbeddingError) as error:
        raise IngestStopped(_stopped(error, tally.summary())) from error
    return tally.summary()


def _batches(
    articles: Iterable[RawArticle | Reject],
    tally: Tally,
    rejects: Rejects,
    on_progress: Progress,
    filling: Filling,
) -> Iterator[list[RawArticle]]:
    batch: list[RawArticle] = []
    for item in articles:
        tally.read(item)
        if isinstance(item, Reject):
            rejects.write(item)
            tally.reject(item)
            if rejects.count % 100 == 0:
                on_progress(tally.summary())
            continue
        if item.warning:
            tally.warn(item)
        batch.append(item)
        if filling.is_enough(batch):
            yield batch
            batch = []
    if batch:
        yield batch


def _stopped(error: Exception, so_far: IngestSummary) -> str:
    written = so_far.added + so_far.updated
    if not written:
        return f"{error} Nothing was indexed."
    return (
        f"{error} The {written} articles indexed before are safe; once the cause is fixed, run the "
        "same command again to continue."
    )
