"""Polywire in Haystack pipelines: a retriever that can be named in YAML."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from search.addresses import parted
from search.answer import Hit
from search.errors import UsageError
from search.index.filters import Filters
from search.query.dates import moment
from search.query.haystack_filters import filters_of
from search.request import Mode, Request

# Haystack reports usage to its makers unless this is set before its import.
os.environ.setdefault("HAYSTACK_TELEMETRY_ENABLED", "False")

from haystack import Document, component, default_from_dict, default_to_dict

if TYPE_CHECKING:
    from search.retrieval.hybrid import HybridSearch

Unit = Literal["articles", "passages"]


@component
class PolywireRetriever:
    """Retrieves news coverage in any language from a Polywire index.

    `index` is a folder or `http(s)://host:port/name`, `model` an embedding model as in the
    settings; what is left out comes from polywire.toml and POLYWIRE_* (so do the credentials of
    a server). `unit` says what becomes a document: an article with its best paragraphs, or each
    of these paragraphs. With `query_language` the query may hold operators; without, it is
    plain words, which never fails on what a person or a language model writes. `rerank` names a
    cross-encoder that reads the best articles again.

    Haystack reads classes from YAML only from modules that it is told to trust:
    `Pipeline.loads(text, allowed_modules=["search.haystack"])`.

    `filters` are Haystack's, on `meta.lang`, `meta.source`, `meta.section`, `meta.tags`,
    `meta.published` and `id`; see `search.query.haystack_filters`.
    """

    def __init__(  # noqa: PLR0913, PLR0917  what Haystack reads from YAML
        self,
        index: str | None = None,
        model: str | None = None,
        mode: str | None = None,
        top_k: int = 10,
        unit: Unit = "articles",
        filters: dict[str, Any] | None = None,
        query_language: bool = False,
        rerank: str | None = None,
    ) -> None:
        """Raises `UsageError` for values that cannot be used; opens nothing yet."""
        if top_k < 1 or unit not in ("articles", "passages"):
            raise UsageError("top_k is at least 1, and unit is articles or passages.")
        filters_of(filters)
        self.index = index
        self.model = model
        self.mode = mode
        self.top_k = top_k
        self.unit: Unit = unit
        self.filters = filters
        self.query_language = query_language
        self.rerank = rerank
        self._search: HybridSearch | None = None
        self._mode = Mode.HYBRID
        self._reranks = False

    @classmethod
    def over(
        cls, search: HybridSearch, mode: Mode = Mode.HYBRID, unit: Unit = "articles"
    ) -> PolywireRetriever:
        """Retrieve from a search that is ready."""
        retriever = cls(mode=str(mode), unit=unit)
        retriever._search = search
        retriever._mode = mode
        retriever._reranks = search.reranking is not None
        return retriever

    def to_dict(self) -> dict[str, Any]:
        """Return the component as Haystack writes it to YAML."""
        return dict(
            default_to_dict(
                self,
                # Credentials come from the settings; a pipeline may be stored and sent anywhere.
                index=None if self.index is None else parted(self.index)[0],
                model=self.model,
                mode=self.mode,
                top_k=self.top_k,
                unit=self.unit,
                filters=self.filters,
                query_language=self.query_language,
                rerank=self.rerank,
            )
        )

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> PolywireRetriever:
        """Make the component of what `to_dict` returned."""
        made: PolywireRetriever = default_from_dict(cls, data)
        return made

    def warm_up(self) -> None:
        """Open the index and load the model. Raises what they raise."""
        if self._search is None:
            from config import wiring
            from config.settings import load

            given = {
                "index": self.index,
                "model": self.model,
                "mode": self.mode,
                "rerank.model": self.rerank,
            }
            settings = load(given).settings
            self._mode = Mode(settings.mode)
            self._search = wiring.hybrid_search(settings)
            self._reranks = self._search.reranking is not None

    @component.output_types(documents=list[Document])
    def run(
        self, query: str, filters: dict[str, Any] | None = None, top_k: int | None = None
    ) -> dict[str, list[Document]]:
        """Return documents, best first; `filters` and `top_k` replace those of the component.

        Raises `UsageError` for filters that cannot be told to the index, `QueryError` for a
        query that is not readable, and what the index and the model raise.
        """
        self.warm_up()
        assert self._search is not None  # noqa: S101  by `warm_up`
        limit = top_k or self.top_k
        if not query.strip():
            return {"documents": []}
        narrowing = filters_of(self.filters if filters is None else filters)
        answer = self._search.search(self._request(query, narrowing, limit))
        if self.unit == "articles":
            return {"documents": [_article(hit) for hit in answer.hits]}
        return {"documents": [each for hit in answer.hits for each in _passages(hit)][:limit]}

    def _request(self, query: str, filters: Filters, limit: int) -> Request:
        plain = Request(
            text=query, filters=filters, mode=self._mode, limit=limit, rerank=self._reranks
        )
        if not self.query_language:
            return plain
        from search.query.options import Defaults, Options, request_of

        defaults = Defaults(self._mode, limit, rerank=self._reranks)
        request = request_of(query, Options(), datetime.now(UTC), defaults)
        return replace(request, filters=request.filters.joined(filters))


def _article(hit: Hit) -> Document:
    content = "\n\n".join([hit.article.title, *(shown.passage.text for shown in hit.passages)])
    return Document(id=hit.article.id, content=content.strip(), meta=_meta(hit), score=hit.score)


def _passages(hit: Hit) -> Sequence[Document]:
    return [
        Document(
            id=f"{hit.article.id}#{shown.passage.position}",
            content=shown.passage.text,
            meta={
                **_meta(hit),
                "article_id": hit.article.id,
                "position": shown.passage.position,
                "lang": shown.passage.lang,
                "highlights": [list(span) for span in shown.highlights],
            },
            score=hit.score,
        )
        for shown in hit.passages
    ]


def _meta(hit: Hit) -> dict[str, Any]:
    article = hit.article
    return {
        "title": article.title,
        "lang": article.lang,
        "source": article.source,
        "url": article.url,
        "published": moment(article.published),
        "section": article.section,
        "tags": list(article.tags),
        "confidence": hit.confidence,
        "legs": {name: {"rank": leg.rank, "score": leg.score} for name, leg in hit.legs.items()},
    }
