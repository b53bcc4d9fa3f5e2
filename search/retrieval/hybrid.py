"""Hybrid search: run the legs, pool what they find, choose what is shown, assemble the answer."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import field, replace
from typing import get_args

import numpy as np

from search import deadline
from search.answer import Answer, Counted, LanguageCount
from search.calibration.calibration import Calibration
from search.embedding.port import Embedder, Vectors
from search.errors import UsageError
from search.index.filters import Filters
from search.index.model import Article, Bucket, EmbeddedArticle, Facet
from search.index.port import FacetField, SearchIndex
from search.ranking.fusion import Fusion
from search.ranking.scoring import EVIDENCE
from search.request import Mode, Request, Sort
from search.reranking.port import Reranking
from search.retrieval.advice import WordsThere, advice, is_exact
from search.retrieval.assemble import assembled
from search.retrieval.copies import Copies
from search.retrieval.features import (
    anything_likely,
    confidence_of,
    of_confidence,
    used_confidence,
)
from search.retrieval.feeding_back import with_feedback
from search.retrieval.legs import VECTOR, legs_of
from search.retrieval.order import ordered, reranker_used
from search.retrieval.patterns import with_meant
from search.retrieval.pool import Found, Pool, evidence_of, pooled, scores_of
from search.values import dataclass

FACET_FIELDS: tuple[FacetField, ...] = get_args(FacetField)


@dataclass(frozen=True, slots=True)
class Listing:
    """The ids of an answer, best first, with their languages; milliseconds that it took.

    `confidence` is how likely each is right, by id; empty where nothing is known of it.
    """

    ids: tuple[str, ...]
    langs: Mapping[str, str]
    took_ms: float
    confidence: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class HybridSearch:
    """Answers requests from one index with one embedding model.

    `embedder` may be None where only lexical mode is used. `calibration` is of the model's
    cosines. `sentences` embeds single sentences, to mark the one that is closest to the query;
    None where that would cost too much. `copies` knows which articles carry the same text.
    """

    index: SearchIndex
    embedder: Embedder | None
    fusion: Fusion
    reranking: Reranking | None = None
    calibration: Calibration = field(default_factory=Calibration)
    sentences: Embedder | None = None
    copies: Copies = field(default_factory=Copies)
    words: WordsThere = field(default_factory=WordsThere)

    def search(self, request: Request) -> Answer:
        """Answer a request.

        The legs run independently over a pool wider than the answer and are collapsed into
        articles before the cut, so that ten results are ten articles.

        Raises `search.errors.UsageError` for a request that cannot be answered, and whatever
        the index and the models raise.
        """
        began = time.perf_counter()
        return self.answer(self.pool(request), began)

    def listed(self, request: Request, most: int) -> Answer:
        """Answer with all that a request finds, up to `most` articles: a list to page through.

        By words, that is every article that matches; else every candidate of the legs, as many as
        `search` counts. The first of them are those that `search` shows. Raises as `search` does.
        """
        began = time.perf_counter()
        if request.by_date or request.mode is Mode.LEXICAL:
            return self.answer(self.pool(replace(request, limit=most)), began)
        pool = self.pool(request)
        whole = replace(request, limit=max(request.limit, min(most, len(pool))))
        return self.answer(replace(pool, request=whole), began)

    def ranking(self, request: Request) -> Listing:
        """Rank articles for a request and fetch nothing of them. Raises as `search` does."""
        began = time.perf_counter()
        pool = self.pool(request)
        ids = tuple(ordered(pool, self.reranking, self.copies).shown)
        langs = {one: pool.langs[one] for one in ids}
        return Listing(ids, langs, _milliseconds(began), confidence_of(pool, ids))

    def pool(self, request: Request) -> Pool:
        """Run the legs of a request, and score what they find. Raises as `search` does."""
        check(request, self.reranking)
        check_confidence(request, self.calibration)
        deadline.check()
        request = with_meant(request, self.index)
        vector = self._vector(request)
        legs = legs_of(request, vector)
        hybrid = request.mode is Mode.HYBRID
        retrieved = self.index.retrieve(
            tuple(legs.values()),
            request.filters,
            self.depth(request),
            max(self.depth_of_passages(request), EVIDENCE),
            EVIDENCE if hybrid else 1,
        )
        results = dict(zip(legs, retrieved.results, strict=True))
        nearest = results[VECTOR].candidates if VECTOR in results else ()
        found = Found(
            retrieved,
            tuple(legs),
            results,
            evidence_of(results) if hybrid else scores_of(results),
            vector,
            self.calibration.closeness(nearest),
            self.calibration.lowered(vector),
            self.calibration.confidence,
        )
        return with_feedback(pooled(request, found, self.fusion), self.fusion, self.depth(request))

    def answer(self, pool: Pool, began: float) -> Answer:
        """Choose from the pool what is shown, and count; `began` is of `time.perf_counter`."""
        request = pool.request
        deadline.check()
        chosen = ordered(pool, self.reranking, self.copies)
        hits = tuple(assembled(pool, chosen, self.sentences))
        shown = [hit.article.id for hit in hits]
        total, counted = pool.total
        deadline.check()
        facets, histogram = self._counts(pool, counted)
        close = anything_likely(pool)
        if close is None:
            close = self.calibration.anything_close(pool.found.closeness)
        if close is False and is_exact(request, hits):
            close = True
        answer = Answer(
            request=request,
            hits=hits,
            total=total,
            counted=counted,
            languages=self._languages(pool, shown, total),
            took_ms=0.0,
            facets=facets,
            histogram=histogram,
            rerank=reranker_used(chosen.ranking, self.reranking),
            anything_close=close,
            offsets=self.calibration.used if pool.found.lowered else None,
            confidence=used_confidence(pool),
        )
        notes = (*advice(self.index, answer, self.words), *of_confidence(pool, hits))
        return replace(answer, notes=notes, took_ms=_milliseconds(began))

    def embedded(self, article: Article) -> EmbeddedArticle:
        """Give an article that is not in the index its vectors; zeros where there is no model."""
        if self.embedder is None:
            shape = (len(article.passages), self.index.identity.dimension)
            return EmbeddedArticle(article, np.zeros(shape, dtype=np.float32))
        texts = [passage.text for passage in article.passages]
        return EmbeddedArticle(article, self.embedder.embed_paragraphs(texts))

    def depth(self, request: Request) -> int:
        """How many candidates each leg gives."""
        return max(self.fusion.pool, 2 * request.limit)

    def depth_of_passages(self, request: Request) -> int:
        """How many passages are read per candidate."""
        reread = self.reranking.passages if request.rereads and self.reranking else 1
        return max(request.passages, reread)

    def _vector(self, request: Request) -> Vectors | None:
        if request.mode is Mode.LEXICAL or request.by_date or self.embedder is None:
            return None
        if request.said.strip():
            return self.embedder.embed_queries([request.said])
        if request.mode is Mode.VECTOR:
            raise UsageError(
                "There is nothing in the query that has a meaning to search by; add a word, or "
                "leave --mode vector out."
            )
        return None

    def _languages(self, pool: Pool, shown: list[str], total: int) -> dict[str, LanguageCount]:
        """Count found and shown articles per language; the engine counts what the pool cuts off."""
        languages = pool.languages(shown)
        if total <= len(pool):
            return languages
        request = pool.request
        (facet,) = self.index.facets(["lang"], request.filters, request.matching)
        none = LanguageCount(0, 0)
        return {
            lang: LanguageCount(found, languages.get(lang, none).shown)
            for lang, found in facet.counts
        }

    def _counts(self, pool: Pool, counted: Counted) -> tuple[tuple[Facet, ...], tuple[Bucket, ...]]:
        """Facets and histogram, if asked for, over all matches or over the candidates."""
        request, retrieved = pool.request, pool.found.retrieved
        fields = FACET_FIELDS if request.facets else ()
        everything = counted is Counted.MATCHES
        facets: tuple[Facet, ...] = ()
        histogram: tuple[Bucket, ...] = ()
        if fields and everything:
            facets = self.index.facets(fields, request.filters, request.matching)
        elif fields:
            facets = retrieved.facets(fields, pool.langs)
        if request.histogram and everything:
            histogram = self.index.histogram(
                request.histogram, request.filters, request.matching, request.timezone
            )
        elif request.histogram:
            histogram = retrieved.histogram(request.histogram, pool.langs, request.timezone)
        return facets, histogram


def _milliseconds(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 2)


def check_confidence(request: Request, calibration: Calibration) -> None:
    """Raise `UsageError` where hits are to be left out by a confidence that is not known."""
    if request.min_confidence is None:
        return
    if request.mode is not Mode.HYBRID or request.by_date:
        raise UsageError(
            "How likely a hit is right is known of hybrid searches only; leave --min-confidence "
            "out, or search for words in --mode hybrid."
        )
    if calibration.confidence is None:
        raise UsageError(
            "How likely a hit is right is not known for the model of this index; fit it with "
            "polywire calibrate --topics FILE --qrels FILE, or leave --min-confidence out."
        )


def check(request: Request, reranking: Reranking | None, command: str = "search") -> None:
    """Raise `search.errors.UsageError` for a request that asks for nothing, or too much.

    `command` is what a person writes before a query.
    """
    if request.rereads and reranking is None:
        raise UsageError("There is no reranker to rerank with; name one, or leave it out.")
    narrows = request.filters != Filters() or request.sort is Sort.DATE
    if request.matching is None and not narrows:
        raise UsageError(
            f'The query is empty; search for words: polywire {command} "flood damage".'
        )
