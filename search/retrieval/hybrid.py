"""The hybrid search use case: run the legs, fuse them, show why each article was found."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from search.answer import (
    LATEST,
    LEXICAL,
    NAMES,
    VECTOR,
    Answer,
    Counted,
    Hit,
    LanguageCount,
    RerankUsed,
    ShownPassage,
)
from search.calibration.calibration import Calibration
from search.embedding.port import Embedder, Vectors
from search.errors import UsageError
from search.index.filters import Filters
from search.index.legs import LatestLeg, Leg, LexicalLeg, NamesLeg, VectorLeg
from search.index.model import Article, Bucket, EmbeddedArticle, Facet, LegResult
from search.index.port import SearchIndex
from search.ranking.balance import balanced
from search.ranking.candidates import Candidates
from search.ranking.fusion import Fusion, ranked
from search.ranking.recency import newest_first
from search.ranking.scoring import EVIDENCE, evidence, hits_of, scored
from search.request import Mode, Request, Sort
from search.reranking.placing import Ranking, judged, placed
from search.reranking.port import Reranking
from search.retrieval.facets import FACET_FIELDS, facets_of, histogram_of
from search.retrieval.highlight import Highlighter, mark_closest_sentences
from search.retrieval.passages import best_passages


@dataclass(frozen=True, slots=True)
class Pool:
    """What the legs put forward, the score of each article, and the question's vector.

    The vector has shape (1, dimension); None where nothing is asked by meaning. `closeness` is
    of the articles that the vector leg found, by id; empty where nothing is known of it. `lowered`
    was taken off the cosines of each language; empty where no language offsets are in use.
    """

    candidates: Candidates
    scores: Mapping[str, float]
    vector: Vectors | None
    closeness: Mapping[str, float] = field(default_factory=dict)
    lowered: Mapping[str, float] = field(default_factory=dict)

    def offset(self, identifier: str) -> float | None:
        """Return what was taken off the cosines of an article that the vector leg found."""
        if not self.lowered or VECTOR not in self.candidates.legs(identifier):
            return None
        return self.lowered.get(self.candidates.hit(identifier).article.lang, 0.0)


class HybridSearch:
    """Answers questions from one index with one embedding model."""

    def __init__(
        self,
        index: SearchIndex,
        embedder: Embedder | None,
        fusion: Fusion,
        reranking: Reranking | None = None,
        calibration: Calibration | None = None,
    ) -> None:
        """Take ready parts; `embedder` may be None where only lexical mode is used.

        `calibration` is of the model's cosines; None where nothing is known of them.
        """
        self.index = index
        self.fusion = fusion
        self.reranking = reranking
        self._embedder = embedder
        self.calibration = calibration or Calibration()

    def search(self, request: Request) -> Answer:
        """Answer a question.

        Both legs run independently over a pool wider than the answer and are collapsed into
        articles before the cut, so that ten results are ten articles.

        Raises `search.errors.UsageError` for a request that cannot be answered, and whatever
        the index and the models raise.
        """
        began = time.perf_counter()
        self.check(request)
        return self.answer(request, self.pool(request), began)

    def answer(self, request: Request, pool: Pool, began: float) -> Answer:
        """Choose from the pool what is shown, and count; `began` is of `time.perf_counter`."""
        candidates = pool.candidates
        order, copies = candidates.without_copies(_ordered(request, candidates, pool.scores))
        ranking = self.reranked(request, pool, order)
        order, scores = list(ranking.order), ranking.scores
        if not request.by_date:
            order = balanced(order, scores, candidates.langs, request.balance)
        shown = order[: request.limit]
        if request.sort is Sort.DATE and not request.by_date:
            shown = newest_first(shown, candidates.articles)
        highlight = Highlighter(request.matching, request.asked_names.keys)
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
                    rerank=ranking.places.get(identifier),
                    closeness=pool.closeness.get(identifier),
                    offset=pool.offset(identifier),
                )
                for identifier in shown
            ),
            total=total,
            counted=counted,
            languages=self._languages(request, candidates, shown, total),
            took_ms=round((time.perf_counter() - began) * 1000, 2),
            facets=facets,
            histogram=histogram,
            rerank=self.reranker_used(ranking),
            anything_close=self.calibration.anything_close(pool.closeness),
            offsets=self.calibration.used if pool.lowered else None,
        )

    def check(self, request: Request) -> None:
        """Raise `search.errors.UsageError` for a request that asks for nothing, or too much."""
        if request.rereads and self.reranking is None:
            raise UsageError("There is no reranker to rerank with; name one, or leave it out.")
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
        vectors = {h.article.id: evidence(h) for h in hits_of(results, VECTOR)}
        lowered = self.calibration.lowered(vector)
        scores = scored(request, candidates, vectors, self.fusion, lowered)
        closeness = self.calibration.closeness(hits_of(results, VECTOR))
        return Pool(candidates, scores, vector, closeness, lowered)

    def reranked(self, request: Request, pool: Pool, order: Sequence[str]) -> Ranking:
        """Let the reranker read the first articles of an order, where the request asks for it.

        Raises `search.reranking.errors.BadScores`.
        """
        ranking = Ranking(order, pool.scores)
        if not request.rereads or self.reranking is None:
            return ranking
        articles = pool.candidates.articles
        read = best_passages(
            self.index, pool.candidates, order[: self.reranking.top], self.reranking.passages
        )
        model = self.reranking.model
        scores = judged(model, request.question, articles, read)
        return placed(ranking, scores, model.bounded, articles, request.recency)

    def reranker_used(self, ranking: Ranking) -> RerankUsed | None:
        """Tell what was reranked; None where nothing was."""
        if self.reranking is None or not ranking.places:
            return None
        return RerankUsed(self.reranking.model.name, len(ranking.places), self.reranking.passages)

    def depth_of_passages(self, request: Request) -> int:
        """How many passages of an article a leg gives."""
        reread = self.reranking.passages if request.rereads and self.reranking else 1
        return max(request.passages, reread)

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
        if keys := request.asked_names.keys:
            legs[NAMES] = NamesLeg(keys)
        found = self.index.retrieve(
            tuple(legs.values()),
            request.filters,
            self.depth(request),
            max(self.depth_of_passages(request), EVIDENCE),
        )
        return dict(zip(legs, found, strict=True))

    def passages(
        self,
        shown: Sequence[str],
        pool: Pool,
        request: Request,
        highlight: Highlighter,
    ) -> dict[str, tuple[ShownPassage, ...]]:
        """Choose and mark the passages of every article that is shown."""
        best = best_passages(self.index, pool.candidates, shown, request.passages)
        marked = {
            identifier: [ShownPassage(passage, highlight(passage)) for passage in found]
            for identifier, found in best.items()
        }
        # No word of the question in it: the article was found by meaning, so show which sentence.
        silent = [found for found in marked.values() if not any(p.highlights for p in found)]
        if pool.vector is not None and self._embedder is not None:
            leading = [found[0].passage for found in silent]
            closest = mark_closest_sentences(leading, pool.vector, self._embedder)
            for found, passage in zip(silent, closest, strict=True):
                found[0] = passage
        return {identifier: tuple(found) for identifier, found in marked.items()}

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
