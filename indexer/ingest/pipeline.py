"""The indexing pipeline: a Haystack pipeline of our components, run once per batch of articles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from indexer.article.boundary import is_of_document, reason_of
from indexer.article.draft import RawArticle, Reject
from indexer.article.records import NOTHING_GIVEN, Defaults, reject_record
from indexer.ingest.batches import Batch, BatchReport
from indexer.ingest.haystack_api import Pipeline, PipelineRuntimeError
from search.errors import PolywireError

if TYPE_CHECKING:
    from indexer.ingest.components import WritableIndex
    from indexer.ingest.workers import Workers
    from indexer.text.language import Identifier
    from search.embedding.port import Embedder
    from search.index.state import IndexState


class IndexingPipeline:
    """Runs a Haystack pipeline that takes `parse.records` and gives `settled` and `rejects`.

    Any component may give `settled` or `rejects`; what they all give makes up the report.
    """

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline

    @classmethod
    def build(  # noqa: PLR0913 - all that an ingest is made of
        cls,
        index: WritableIndex,
        embedder: Embedder,
        identifier: Identifier | None = None,
        defaults: Defaults = NOTHING_GIVEN,
        state: IndexState | None = None,
        *,
        workers: Workers | None = None,
    ) -> IndexingPipeline:
        """Connect the standard components; `state` is where withdrawals are noted.

        Articles of large batches are prepared by `workers`, which work with the same model.
        """
        return cls.connect(
            standard_components(index, embedder, identifier, defaults, state, workers=workers)
        )

    @classmethod
    def connect(cls, components: Mapping[str, Any]) -> IndexingPipeline:
        """Connect components under the names of `standard_components`, any of them swapped."""
        pipeline = Pipeline()
        for name, instance in components.items():
            pipeline.add_component(name, instance)
        pipeline.connect("parse.drafts", "withdraw.drafts")
        pipeline.connect("parse.notices", "withdraw.notices")
        pipeline.connect("withdraw.drafts", "compose.drafts")
        pipeline.connect("compose.incoming", "compare.incoming")
        pipeline.connect("compare.incoming", "identify.incoming")
        pipeline.connect("identify.incoming", "plan.incoming")
        pipeline.connect("plan.pending", "embed.pending")
        pipeline.connect("embed.ready", "write.ready")
        return cls(pipeline)

    def run(self, articles: Sequence[RawArticle]) -> BatchReport:
        """Index one batch; when it returns, what it reports as written is durable.

        Where a component fails on the batch, each half of it is run again, until the articles
        that it fails on are found; those are rejected. What was written before is then
        unchanged, so that nothing is counted or written twice.

        Raises the `PolywireError` of the index or the model; nothing of the batch is then
        half written.
        """
        try:
            return self._whole(articles)
        except BaseException as error:
            # Haystack wraps what a component raises.
            wrapped = isinstance(error, PipelineRuntimeError) and error.__cause__
            cause = wrapped or error
            if isinstance(cause, PolywireError):
                raise cause from None  # ours say what to do and go on as they are
            if not is_of_document(cause) or not articles:
                raise
            if len(articles) == 1:
                return BatchReport((), (_rejected(articles[0], cause),))
        middle = len(articles) // 2
        first, second = self.run(articles[:middle]), self.run(articles[middle:])
        return BatchReport(first.settled + second.settled, first.rejects + second.rejects)

    def _whole(self, articles: Sequence[RawArticle]) -> BatchReport:
        outputs = self._pipeline.run({"parse": {"records": Batch(tuple(articles))}})
        return BatchReport(
            settled=tuple(item for out in outputs.values() for item in out.get("settled", ())),
            rejects=tuple(item for out in outputs.values() for item in out.get("rejects", ())),
        )


def _rejected(raw: RawArticle, error: BaseException) -> Reject:
    reason = reason_of(error)
    try:
        return reject_record(raw, reason)
    except Exception:  # the record is such that not even its id can be read
        return Reject(raw.origin, reason, read_as=raw.read_as)


def standard_components(  # noqa: PLR0913 - all that an ingest is made of
    index: WritableIndex,
    embedder: Embedder,
    identifier: Identifier | None = None,
    defaults: Defaults = NOTHING_GIVEN,
    state: IndexState | None = None,
    *,
    workers: Workers | None = None,
) -> dict[str, Any]:
    """Return the components of `indexer.ingest.components` by their names in the pipeline."""
    from indexer.ingest.components import (
        CompareDrafts,
        ComposeArticles,
        EmbedPassages,
        IdentifyLanguages,
        ParseRecords,
        PlanWrites,
        WithdrawArticles,
        WriteArticles,
    )
    from indexer.ingest.withdrawing import Withdrawing
    from indexer.text.language import default_identifier

    chosen = identifier or default_identifier()
    withdrawing = None if state is None else Withdrawing(index, state)
    return {
        "parse": ParseRecords(defaults),
        "withdraw": WithdrawArticles(withdrawing),
        "compose": ComposeArticles(),
        "compare": CompareDrafts(index, chosen, withdrawing),
        "identify": IdentifyLanguages(chosen, workers),
        "plan": PlanWrites(index),
        "embed": EmbedPassages(embedder),
        "write": WriteArticles(index, withdrawing=withdrawing),
    }
