"""The score of every candidate, from what the legs say of it: pure functions of values."""

from __future__ import annotations

from collections.abc import Mapping

from search.answer import LATEST, LEXICAL, NAMES, VECTOR
from search.index.model import ArticleHit, LegResult
from search.ranking.candidates import Candidates
from search.ranking.fusion import Fusion
from search.ranking.recency import recency_weighted
from search.request import Mode, Request

EVIDENCE = 3
"""Passages that speak for an article by meaning: one can be near by chance, three hardly."""


def evidence(hit: ArticleHit) -> float:
    """Return the mean of the best cosine and the mean of the best three.

    nDCG@10 of the vector leg on the sample corpus is 0.753 with the best alone and 0.775 with
    this, on news headlines 0.811 and 0.805 (`benchmarks/results/retrieval_fusion.md`).
    """
    best = [found.score for found in hit.passages[:EVIDENCE]] or [hit.score]
    return (hit.score + sum(best) / len(best)) / 2


def scored(
    request: Request,
    candidates: Candidates,
    vectors: Mapping[str, float],
    fusion: Fusion,
    lowered: Mapping[str, float],
) -> dict[str, float]:
    """Score every candidate as the mode says; `vectors` are the scores of the vector leg.

    `lowered` is taken off them by language (`search.calibration.offsets`); a language that is not
    there keeps them. It only orders what the leg has put forward.
    """
    results, langs = candidates.results, candidates.langs
    if LATEST in results:
        return dict.fromkeys(candidates.articles, 0.0)
    lexical = {hit.article.id: hit.score for hit in hits_of(results, LEXICAL)}
    if request.mode is Mode.HYBRID:
        names = {hit.article.id: hit.score for hit in hits_of(results, NAMES)}
        alone = bool(names) and request.asked_names.alone
        nearness = less_offsets(vectors, langs, lowered)
        scores = fusion.fused(lexical, nearness, langs, names, alone)
    elif request.mode is Mode.LEXICAL:
        best = max(lexical.values(), default=1.0) or 1.0
        scores = {identifier: score / best for identifier, score in lexical.items()}
    else:
        cosines = {hit.article.id: hit.score for hit in hits_of(results, VECTOR)}
        nearness = less_offsets(cosines, langs, lowered)
        scores = {one: min(1.0, max(0.0, cosine)) for one, cosine in nearness.items()}
    if request.recency is None:
        return scores
    return recency_weighted(scores, candidates.articles, request.recency)


def less_offsets(
    vectors: Mapping[str, float], langs: Mapping[str, str], lowered: Mapping[str, float]
) -> dict[str, float]:
    """Lower the scores of the vector leg, by article id, by what is taken off each language."""
    return {one: score - lowered.get(langs[one], 0.0) for one, score in vectors.items()}


def hits_of(results: Mapping[str, LegResult], leg: str) -> tuple[ArticleHit, ...]:
    """Return what a leg found; nothing where it did not run."""
    return results[leg].hits if leg in results else ()
