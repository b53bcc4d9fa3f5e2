"""The hybrid search use case: run the legs, fuse them, show why each article was found."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from config.errors import UsageError
from search.answer import Answer, Counted, Hit, Mode, Request, ShownPassage
from search.candidates import Candidates
from search.embedding.port import Embedder, Vectors
from search.fusion import ranked, reciprocal_rank_fusion
from search.highlight import TermHighlighter, mark_closest_sentences
from search.index.model import Leg, LegResult, LexicalLeg, Match, VectorLeg
from search.index.port import SearchIndex

LEXICAL = "lexical"
VECTOR = "vector"


@dataclass(frozen=True, slots=True)
class Fusion:
    """How two rankings become one; `config.settings.FusionSettings` explains the numbers."""

    k: int = 60
    lexical_weight: float = 1.0
    vector_weight: float = 1.0
    pool: int = 200

    def weight(self, leg: str) -> float:
        """Return the weight of a leg."""
        return self.lexical_weight if leg == LEXICAL else self.vector_weight


class HybridSearch:
    """Answers questions from one index with one embedding model."""

    def __init__(self, index: SearchIndex, embedder: Embedder | None, fusion: Fusion) -> None:
        """Take ready parts; `embedder` may be None where only lexical mode is used."""
        self._index = index
        self._embedder = embedder
        self._fusion = fusion

    def search(self, request: Request) -> Answer:
        """Answer a question.

        Both legs run independently over a pool wider than the answer and are collapsed into
        articles before the cut, so that ten results are ten articles.

        Raises `config.errors.UsageError` for an empty question and whatever the index or the
        model raise.
        """
        began = time.perf_counter()
        if not request.question.strip():
            raise UsageError('The question is empty; ask in words: polywire search "flood damage".')
        vector = self._vector(request)
        candidates = Candidates(self._results(request, vector))
        scores = self._scores(request.mode, candidates.results)
        order, copies = candidates.without_copies(ranked(scores))
        shown = order[: request.limit]
        passages = self._passages(shown, candidates, request, vector)
        total, counted = _total(request.mode, candidates)
        return Answer(
            request=request,
            hits=tuple(
                Hit(
                    article=candidates.hit(identifier).article,
                    score=round(scores[identifier], 6),
                    legs=candidates.legs(identifier),
                    passages=passages[identifier],
                    duplicates=copies.get(identifier, 0),
                )
                for identifier in shown
            ),
            total=total,
            counted=counted,
            languages=candidates.languages(shown),
            took_ms=round((time.perf_counter() - began) * 1000, 2),
        )

    def _vector(self, request: Request) -> Vectors | None:
        if request.mode is Mode.LEXICAL or self._embedder is None:
            return None
        return self._embedder.embed_queries([request.question])

    def _results(self, request: Request, vector: Vectors | None) -> dict[str, LegResult]:
        legs: dict[str, Leg] = {}
        if request.mode is not Mode.VECTOR:
            legs[LEXICAL] = LexicalLeg(Match(request.question))
        if vector is not None:
            legs[VECTOR] = VectorLeg(vector[0])
        pool = max(self._fusion.pool, 2 * request.limit)
        found = self._index.retrieve(
            tuple(legs.values()), request.filters, pool, max(request.passages, 1)
        )
        return dict(zip(legs, found, strict=True))

    def _scores(self, mode: Mode, results: Mapping[str, LegResult]) -> dict[str, float]:
        if mode is Mode.HYBRID:
            rankings = [[hit.article.id for hit in result.hits] for result in results.values()]
            weights = [self._fusion.weight(leg) for leg in results]
            return reciprocal_rank_fusion(rankings, weights, self._fusion.k)
        (result,) = results.values()
        best = result.hits[0].score if result.hits and mode is Mode.LEXICAL else 1.0
        return {hit.article.id: max(0.0, hit.score / best) for hit in result.hits}

    def _passages(
        self,
        shown: list[str],
        candidates: Candidates,
        request: Request,
        vector: Vectors | None,
    ) -> dict[str, tuple[ShownPassage, ...]]:
        """Choose and mark the passages of every article that is shown."""
        highlight = TermHighlighter(request.question)
        marked = {
            identifier: [
                ShownPassage(passage, highlight(passage))
                for passage in candidates.passages(identifier, request.passages)
            ]
            for identifier in shown
        }
        # No word of the question in it: the article was found by meaning, so show which sentence.
        silent = [found for found in marked.values() if not any(p.highlights for p in found)]
        if vector is not None and self._embedder is not None:
            best = [found[0].passage for found in silent]
            closest = mark_closest_sentences(best, vector, self._embedder)
            for found, passage in zip(silent, closest, strict=True):
                found[0] = passage
        return {identifier: tuple(found) for identifier, found in marked.items()}


def _total(mode: Mode, candidates: Candidates) -> tuple[int, Counted]:
    exact = candidates.results[LEXICAL].total if mode is Mode.LEXICAL else None
    if exact is None:
        return len(candidates), Counted.CANDIDATES
    return exact, Counted.MATCHES
