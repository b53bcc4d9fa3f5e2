"""The components of the indexing pipeline; each can be swapped for one with the same sockets.

ParseRecords -> SplitBodies -> IdentifyLanguages -> PlanWrites -> EmbedPassages -> WriteArticles
     |                                                    |             |              |
  rejects                                              settled       rejects   settled, rejects
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

import numpy as np

from indexer.article.draft import Draft, RawArticle, Reject
from indexer.article.records import parse_record, reject_record
from indexer.errors import BadArticle
from indexer.ingest.batches import Batch, Candidate, Pending, Ready, Settled
from indexer.ingest.haystack_api import component
from indexer.text.language import Identifier, default_identifier, languages
from indexer.text.paragraphs import MAX_COLUMNS, cut, split_body
from search.embedding.errors import BadVectors
from search.embedding.port import Embedder, Vectors
from search.index.errors import EngineBusy
from search.index.model import (
    HEADLINE,
    UNKNOWN_LANGUAGE,
    Article,
    ArticleState,
    EmbeddedArticle,
    Outcome,
    Passage,
    WriteReport,
    WriteResult,
)


class WritableIndex(Protocol):
    """The part of `search.index.port.SearchIndex` that indexing needs."""

    def states(self, article_ids: Sequence[str]) -> Mapping[str, ArticleState]:
        """Content hash and version of those articles that are there."""
        ...

    def get(self, article_ids: Sequence[str]) -> Mapping[str, EmbeddedArticle]:
        """Return whole articles with their vectors."""
        ...

    def write(self, batch: Sequence[EmbeddedArticle]) -> WriteReport:
        """Add or replace articles."""
        ...


@component
class ParseRecords:
    """Checks raw records; what is no article becomes a reject."""

    def __init__(self, default_lang: str | None = None, default_source: str | None = None) -> None:
        self._lang = default_lang
        self._source = default_source

    @component.output_types(drafts=Batch[Draft], rejects=Batch[Reject])
    def run(self, records: Batch[RawArticle]) -> dict[str, Any]:
        """Return drafts and rejects, each in the order of the records."""
        drafts: list[Draft] = []
        rejects: list[Reject] = []
        for raw in records:
            try:
                drafts.append(parse_record(raw, self._lang, self._source))
            except BadArticle as error:
                rejects.append(reject_record(raw, str(error)))
        return {"drafts": Batch(tuple(drafts)), "rejects": Batch(tuple(rejects))}


@component
class SplitBodies:
    """Makes passages of headline and body: position 0 the headline, then the paragraphs."""

    def __init__(self, max_columns: int = MAX_COLUMNS) -> None:
        self._max_columns = max_columns

    @component.output_types(candidates=Batch[Candidate])
    def run(self, drafts: Batch[Draft]) -> dict[str, Any]:
        """Return one candidate a draft, passages without a language of their own yet."""
        return {"candidates": Batch(tuple(self._split(draft) for draft in drafts))}

    def _split(self, draft: Draft) -> Candidate:
        body = split_body(draft.body, self._max_columns)
        passages = [Passage(i, text) for i, text in enumerate(body.paragraphs, HEADLINE + 1)]
        if draft.title:
            # A vector cannot hold more; the whole title stays in the article.
            passages.insert(0, Passage(HEADLINE, cut(draft.title, self._max_columns)[0]))
        article = Article(
            id=draft.id,
            title=draft.title,
            passages=tuple(passages),
            lang=draft.lang or UNKNOWN_LANGUAGE,
            source=draft.source,
            url=draft.url,
            authors=draft.authors,
            published=draft.published,
            updated=draft.updated,
            section=draft.section,
            tags=draft.tags,
            meta=draft.meta,
        )
        return Candidate(draft.origin, article, len(body.dropped))


@component
class IdentifyLanguages:
    """Tells the language of every passage, and of those articles that do not say theirs."""

    def __init__(self, identifier: Identifier | None = None) -> None:
        self._identifier = identifier or default_identifier()

    @component.output_types(candidates=Batch[Candidate])
    def run(self, candidates: Batch[Candidate]) -> dict[str, Any]:
        """Return the candidates with all languages filled in."""
        return {"candidates": Batch(tuple(self._identify(item) for item in candidates))}

    def _identify(self, candidate: Candidate) -> Candidate:
        article = candidate.article
        given = None if article.lang == UNKNOWN_LANGUAGE else article.lang
        found = languages([p.text for p in article.passages], given, self._identifier)
        passages = tuple(
            replace(passage, lang=lang)
            for passage, lang in zip(article.passages, found.passages, strict=True)
        )
        return replace(candidate, article=replace(article, lang=found.article, passages=passages))


@component
class PlanWrites:
    """Compares articles with the index: what is there already is settled, the rest is pending."""

    def __init__(self, index: WritableIndex) -> None:
        self._index = index

    @component.output_types(pending=Batch[Pending], settled=Batch[Settled])
    def run(self, candidates: Batch[Candidate]) -> dict[str, Any]:
        """Settle unchanged and older articles; give changed ones the vectors of texts that stay."""
        states = self._index.states([item.article.id for item in candidates])
        settled: list[Settled] = []
        changed: list[Candidate] = []
        # An id that comes twice in a batch is left to the index, which knows the rule.
        repeated = _repeated([item.article.id for item in candidates])
        for item in candidates:
            state = states.get(item.article.id)
            if state is None or item.article.id in repeated:
                changed.append(item)
            elif state.content_hash == item.article.content_hash:
                settled.append(_settle(item, Outcome.UNCHANGED))
            elif item.article.version < state.version:
                settled.append(_settle(item, Outcome.STALE))
            else:
                changed.append(item)
        known = self._known([item.article.id for item in changed if item.article.id in states])
        pending = tuple(
            Pending(item.origin, item.article, known.get(item.article.id, {}), item.dropped)
            for item in changed
        )
        return {"pending": Batch(pending), "settled": Batch(tuple(settled))}

    def _known(self, ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
        if not ids:
            return {}
        kept = self._index.get(list(dict.fromkeys(ids)))
        return {
            name: {
                passage.text: vector
                for passage, vector in zip(old.article.passages, old.vectors, strict=True)
            }
            for name, old in kept.items()
        }


@component
class EmbedPassages:
    """Computes the vectors that are not known yet, each text of the batch once."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    @component.output_types(ready=Batch[Ready], rejects=Batch[Reject])
    def run(self, pending: Batch[Pending]) -> dict[str, Any]:
        """Return the articles with their vectors.

        Where the model fails on a batch (`BadVectors`), the articles are tried one by one, and
        only those that it fails on are rejected.
        """
        try:
            return {"ready": Batch(self._embed(tuple(pending))), "rejects": Batch()}
        except BadVectors:
            ready: list[Ready] = []
            rejects: list[Reject] = []
            for item in pending:
                try:
                    ready += self._embed((item,))
                except BadVectors as error:
                    rejects.append(Reject(item.origin, str(error), item.article.id))
            return {"ready": Batch(tuple(ready)), "rejects": Batch(tuple(rejects))}

    def _embed(self, pending: Sequence[Pending]) -> tuple[Ready, ...]:
        wanted = dict.fromkeys(
            passage.text
            for item in pending
            for passage in item.article.passages
            if passage.text not in item.known
        )
        vectors = self._vectors(list(wanted))
        row = {text: i for i, text in enumerate(wanted)}
        return tuple(self._ready(item, row, vectors) for item in pending)

    def _vectors(self, texts: list[str]) -> Vectors:
        if not texts:
            return np.empty((0, self._embedder.dimension), dtype=np.float32)
        return self._embedder.embed_paragraphs(texts)

    def _ready(self, item: Pending, row: Mapping[str, int], vectors: Vectors) -> Ready:
        own = np.empty((len(item.article.passages), self._embedder.dimension), dtype=np.float32)
        fresh = 0
        for i, passage in enumerate(item.article.passages):
            kept = item.known.get(passage.text)
            own[i] = vectors[row[passage.text]] if kept is None else kept
            fresh += kept is None
        return Ready(item.origin, EmbeddedArticle(item.article, own), fresh, item.dropped)


@component
class WriteArticles:
    """Writes a batch to the index; when it returns, what it reports as written is durable.

    A busy engine is asked again after each of the `waits` (seconds).
    """

    def __init__(self, index: WritableIndex, waits: Sequence[float] = (1.0, 4.0, 15.0)) -> None:
        self._index = index
        self._waits = tuple(waits)

    @component.output_types(settled=Batch[Settled], rejects=Batch[Reject])
    def run(self, ready: Batch[Ready]) -> dict[str, Any]:
        """Return an outcome or a reject an article. Raises a `SearchIndexError`."""
        if not len(ready):
            return {"settled": Batch(), "rejects": Batch()}
        settled: list[Settled] = []
        rejects: list[Reject] = []
        report = self._write([item.article for item in ready])
        for item, result in zip(ready, report.results, strict=True):
            article = item.article.article
            if result.outcome is Outcome.REJECTED:
                reason = result.reason or "The index refused it without saying why."
                rejects.append(Reject(item.origin, reason, article.id))
            else:
                settled.append(Settled(item.origin, article, result, item.embedded, item.dropped))
        return {"settled": Batch(tuple(settled)), "rejects": Batch(tuple(rejects))}

    def _write(self, articles: Sequence[EmbeddedArticle]) -> WriteReport:
        for wait in self._waits:
            try:
                return self._index.write(articles)
            except EngineBusy:
                time.sleep(wait)
        return self._index.write(articles)


def _settle(item: Candidate, outcome: Outcome) -> Settled:
    result = WriteResult(item.article.id, outcome)
    return Settled(item.origin, item.article, result, dropped=item.dropped)


def _repeated(ids: Sequence[str]) -> frozenset[str]:
    return frozenset(name for name, count in Counter(ids).items() if count > 1)
