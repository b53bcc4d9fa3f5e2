"""The hybrid search use case: run the legs, fuse them, show why each article was found."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from config.errors import UsageError
from search.answer import (
    LATEST,
    LEXICAL,
    VECTOR,
    Answer,
    Counted,
    Hit,
    LanguageCount,
    Mode,
    Request,
    ShownPassage,
    Sort,
)
from search.balance import balanced
from search.candidates import Candidates
from search.counting import FACET_FIELDS, facets_of, histogram_of
from search.embedding.port import Embedder, Vectors
from search.fusion import Fusion, ranked
from search.highlight import Highlighter, mark_closest_sentences
from search.index.model import (
    HEADLINE,
    Article,
    ArticleHit,
    Bucket,
    EmbeddedArticle,
    Facet,
    Filters,
    LatestLeg,
    Leg,
    LegResult,
    LexicalLeg,
    Passage,
    VectorLeg,
)
from search.index.port import SearchIndex
from search.ranking import newest_first, recency_weighted

EVIDENCE = 3
"""Passages that speak for an article by meaning: one can be near by chance, three hardly."""


@dataclass(frozen=True, slots=True)
class Pool:
    """What the legs put forward, the score of each article, and the question's vector.

    The vector has shape (1, dimension); None where nothing is asked by meaning.
    """

    candidates: Candidates
    scores: Mapping[str, float]
    vector: Vectors | None


class HybridSearch:
    """Answers questions from one index with one embedding model."""

    def __init__(self, index: SearchIndex, embedder: Embedder | None, fusion: Fusion) -> None:
        """Take ready parts; `embedder` may be None where only lexical mode is used."""
        self.index = index
        self.fusion = fusion
        self._embedder = embedder

    def search(self, request: Request) -> Answer:
        """Answer a question.

        Both legs run independently over a pool wider than the answer and are collapsed into
        articles before the cut, so that ten results are ten articles.

        Raises `config.errors.UsageError` for an empty request and whatever the index or the
        model raise.
        """
        began = time.perf_counter()
        self.check(request)
        return self.answer(request, self.pool(request), began)

    def answer(self, request: Request, pool: Pool, began: float) -> Answer:
        """Choose from the pool what is shown, and count; `began` is of `time.perf_counter`."""
        candidates, scores = pool.candidates, pool.scores
        order, copies = candidates.without_copies(_ordered(request, candidates, scores))
        if not request.by_date:
            order = balanced(order, scores, candidates.langs, request.balance)
        shown = order[: request.limit]
        if request.sort is Sort.DATE and not request.by_date:
            shown = newest_first(shown, candidates.articles)
        highlight = Highlighter(request.matching)
        passages = self.passages(shown, pool, request, highlight)
        total, counted = _total(candidates)
        facets, histogram = self._counts(request, candidates, counted)
        return Answer(
            request=request,
            hits=tuple(
                Hit(
                    article=candidates.hit(identifier).article,
                    score=round(scores[identifier], 6),
                    legs=candidates.legs(identifier),
                    passages=passages[identifier],
                    duplicates=copies.get(identifier, 0),
                    title_highlights=highlight.title(candidates.hit(identifier).article),
                )
                for identifier in shown
            ),
            total=total,
            counted=counted,
            languages=self._languages(request, candidates, shown, total),
            took_ms=round((time.perf_counter() - began) * 1000, 2),
            facets=facets,
            histogram=histogram,
        )

    def check(self, request: Request) -> None:
        """Raise `config.errors.UsageError` for a request that asks for nothing."""
        if request.matching is None and not _narrows(request):
            raise UsageError('The question is empty; ask in words: polywire search "flood damage".')

    def pool(self, request: Request) -> Pool:
        """Run the legs of a question."""
        vector = self._vector(request)
        return self.pooled(request, self._results(request, vector), vector)

    def pooled(
        self,
        request: Request,
        results: Mapping[str, LegResult],
        vector: Vectors | None,
    ) -> Pool:
        """Score what the legs found, by the name of each leg."""
        candidates = Candidates(results)
        vectors = {h.article.id: evidence(h) for h in _hits(results, VECTOR)}
        return Pool(candidates, scored(request, candidates, vectors, self.fusion), vector)

    def embedded(self, article: Article) -> EmbeddedArticle:
        """Give an article that is not in the index its vectors; zeros where there is no model."""
        if self._embedder is None:
            shape = (len(article.passages), self.index.identity.dimension)
            return EmbeddedArticle(article, np.zeros(shape, dtype=np.float32))
        texts = [passage.text for passage in article.passages]
        return EmbeddedArticle(article, self._embedder.embed_paragraphs(texts))

    def depth(self, request: Request) -> int:
        """How many articles each leg puts forward."""
        return max(self.fusion.pool, 2 * request.limit)

    def _vector(self, request: Request) -> Vectors | None:
        if request.mode is Mode.LEXICAL or request.by_date or self._embedder is None:
            return None
        return self._embedder.embed_queries([request.question])

    def _results(self, request: Request, vector: Vectors | None) -> dict[str, LegResult]:
        legs: dict[str, Leg] = {}
        if request.by_date:
            legs[LATEST] = LatestLeg(request.matching)
        elif request.mode is not Mode.VECTOR and request.matching is not None:
            legs[LEXICAL] = LexicalLeg(request.matching)
        if vector is not None:
            legs[VECTOR] = VectorLeg(vector[0])
        found = self.index.retrieve(
            tuple(legs.values()),
            request.filters,
            self.depth(request),
            max(request.passages, EVIDENCE),
        )
        return dict(zip(legs, found, strict=True))

    def passages(
        self,
        shown: list[str],
        pool: Pool,
        request: Request,
        highlight: Highlighter,
    ) -> dict[str, tuple[ShownPassage, ...]]:
        """Choose and mark the passages of every article that is shown."""
        marked = {
            identifier: [
                ShownPassage(passage, highlight(passage))
                for passage in pool.candidates.passages(identifier, request.passages)
            ]
            for identifier in shown
        }
        for identifier, lead in self._leads(marked).items():
            marked[identifier] = [ShownPassage(lead, highlight(lead))]
        # No word of the question in it: the article was found by meaning, so show which sentence.
        silent = [found for found in marked.values() if not any(p.highlights for p in found)]
        if pool.vector is not None and self._embedder is not None:
            best = [found[0].passage for found in silent]
            closest = mark_closest_sentences(best, pool.vector, self._embedder)
            for found, passage in zip(silent, closest, strict=True):
                found[0] = passage
        return {identifier: tuple(found) for identifier, found in marked.items()}

    def _leads(self, marked: Mapping[str, list[ShownPassage]]) -> dict[str, Passage]:
        """Return the first paragraph of those articles of which only the headline was found."""
        bare = [
            identifier
            for identifier, found in marked.items()
            if all(shown.passage.position == HEADLINE for shown in found)
        ]
        whole = self.index.get(bare) if bare else {}
        leads = {
            identifier: next((p for p in kept.article.passages if p.position != HEADLINE), None)
            for identifier, kept in whole.items()
        }
        return {identifier: lead for identifier, lead in leads.items() if lead is not None}

    def _languages(
        self, request: Request, candidates: Candidates, shown: list[str], total: int
    ) -> dict[str, LanguageCount]:
        """Count found and shown articles a language; the engine counts what the pool cuts off."""
        languages = candidates.languages(shown)
        if total <= len(candidates):
            return languages
        (facet,) = self.index.facets(["lang"], request.filters, request.matching)
        none = LanguageCount(0, 0)
        return {
            lang: LanguageCount(found, languages.get(lang, none).shown)
            for lang, found in facet.counts
        }

    def _counts(
        self, request: Request, candidates: Candidates, counted: Counted
    ) -> tuple[tuple[Facet, ...], tuple[Bucket, ...]]:
        """Facets and histogram, if asked for, over all matches or over the candidates."""
        fields = FACET_FIELDS if request.facets else ()
        facets: tuple[Facet, ...] = ()
        histogram: tuple[Bucket, ...] = ()
        if counted is Counted.MATCHES:
            if fields:
                facets = self.index.facets(fields, request.filters, request.matching)
            if request.histogram:
                histogram = self.index.histogram(
                    request.histogram, request.filters, request.matching
                )
            return facets, histogram
        articles = list(candidates.articles.values())
        if request.histogram:
            histogram = histogram_of(articles, request.histogram)
        return facets_of(articles, fields), histogram


def evidence(hit: ArticleHit) -> float:
    """Return the mean of the best cosine and the mean of the best three.

    nDCG@10 of the vector leg on the sample corpus is 0.691 with the best alone and 0.719 with
    this, on news headlines 0.775 and 0.766 (`benchmarks/results/retrieval_fusion.md`).
    """
    best = [found.score for found in hit.passages[:EVIDENCE]] or [hit.score]
    return (hit.score + sum(best) / len(best)) / 2


def scored(
    request: Request, candidates: Candidates, vectors: Mapping[str, float], fusion: Fusion
) -> dict[str, float]:
    """Score every candidate as the mode says; `vectors` are the scores of the vector leg."""
    results = candidates.results
    if LATEST in results:
        return dict.fromkeys(candidates.articles, 0.0)
    lexical = {hit.article.id: hit.score for hit in _hits(results, LEXICAL)}
    if request.mode is Mode.HYBRID:
        scores = fusion.fused(lexical, vectors, candidates.langs)
    elif request.mode is Mode.LEXICAL:
        best = max(lexical.values(), default=1.0) or 1.0
        scores = {identifier: score / best for identifier, score in lexical.items()}
    else:
        cosines = {hit.article.id: hit.score for hit in _hits(results, VECTOR)}
        scores = {identifier: max(0.0, cosine) for identifier, cosine in cosines.items()}
    if request.recency is None:
        return scores
    return recency_weighted(scores, candidates.articles, request.recency)


def _hits(results: Mapping[str, LegResult], leg: str) -> tuple[ArticleHit, ...]:
    return results[leg].hits if leg in results else ()


def _narrows(request: Request) -> bool:
    return request.filters != Filters() or request.sort is Sort.DATE


def _ordered(request: Request, candidates: Candidates, scores: Mapping[str, float]) -> list[str]:
    if request.by_date:
        return list(candidates.articles)
    return ranked(scores)


def _total(candidates: Candidates) -> tuple[int, Counted]:
    """Count all matches where one leg ran that knows them, else the candidates."""
    totals = [result.total for result in candidates.results.values()]
    if len(totals) == 1 and totals[0] is not None:
        return totals[0], Counted.MATCHES
    return len(candidates), Counted.CANDIDATES
