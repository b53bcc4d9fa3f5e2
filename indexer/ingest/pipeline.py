"""The indexing pipeline: a Haystack pipeline of our components, run once per batch of articles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from indexer.article.draft import RawArticle
from indexer.ingest.batches import Batch, BatchReport
from indexer.ingest.haystack_api import Pipeline, PipelineRuntimeError
from search.errors import PolywireError

if TYPE_CHECKING:
    from indexer.ingest.components import WritableIndex
    from indexer.text.language import Identifier
    from search.embedding.port import Embedder


class IndexingPipeline:
    """Runs a Haystack pipeline that takes `parse.records` and gives `settled` and `rejects`.

    Any component may give `settled` or `rejects`; what they all give makes up the report.
    """

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline

    @classmethod
    def build(
        cls,
        index: WritableIndex,
        embedder: Embedder,
        identifier: Identifier | None = None,
        default_lang: str | None = None,
        default_source: str | None = None,
    ) -> IndexingPipeline:
        """Connect the standard components."""
        return cls.connect(
            standard_components(index, embedder, identifier, default_lang, default_source)
        )

    @classmethod
    def connect(cls, components: Mapping[str, Any]) -> IndexingPipeline:
        """Connect components under the names of `standard_components`, any of them swapped."""
        pipeline = Pipeline()
        for name, instance in components.items():
            pipeline.add_component(name, instance)
        pipeline.connect("parse.drafts", "compose.drafts")
        pipeline.connect("compose.incoming", "compare.incoming")
        pipeline.connect("compare.incoming", "identify.incoming")
        pipeline.connect("identify.incoming", "plan.incoming")
        pipeline.connect("plan.pending", "embed.pending")
        pipeline.connect("embed.ready", "write.ready")
        return cls(pipeline)

    def run(self, articles: Sequence[RawArticle]) -> BatchReport:
        """Index one batch; when it returns, what it reports as written is durable.

        Raises the `PolywireError` of the component that failed; nothing of the batch is then
        half written.
        """
        records = Batch(tuple(articles))
        try:
            outputs = self._pipeline.run({"parse": {"records": records}})
        except PipelineRuntimeError as error:
            # Haystack wraps what a component raises; ours say what to do and go on as they are.
            if isinstance(error.__cause__, PolywireError):
                raise error.__cause__ from None
            raise
        return BatchReport(
            settled=tuple(item for out in outputs.values() for item in out.get("settled", ())),
            rejects=tuple(item for out in outputs.values() for item in out.get("rejects", ())),
        )


def standard_components(
    index: WritableIndex,
    embedder: Embedder,
    identifier: Identifier | None = None,
    default_lang: str | None = None,
    default_source: str | None = None,
) -> dict[str, Any]:
    """Return the components of `indexer.ingest.components` by their names in the pipeline."""
    from indexer.ingest.components import (
        CompareDrafts,
        ComposeArticles,
        EmbedPassages,
        IdentifyLanguages,
        ParseRecords,
        PlanWrites,
        WriteArticles,
    )
    from indexer.text.language import default_identifier

    chosen = identifier or default_identifier()
    return {
        "parse": ParseRecords(default_lang, default_source),
        "compose": ComposeArticles(),
        "compare": CompareDrafts(index, chosen),
        "identify": IdentifyLanguages(chosen),
        "plan": PlanWrites(index),
        "embed": EmbedPassages(embedder),
        "write": WriteArticles(index),
    }
