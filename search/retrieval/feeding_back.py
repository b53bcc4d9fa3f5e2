"""Feedback in a search: what is near the best candidates counts, and says how likely a hit is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from search.ranking.feedback import ARTICLES, Feedback, centre, fed_back
from search.ranking.fusion import Fusion, ranked
from search.retrieval.features import confidence_of, fed_back_features_of, is_known
from search.retrieval.pool import Pool


def with_feedback(pool: Pool, fusion: Fusion, depth: int) -> Pool:
    """Let what is near the best candidates count as well, as far as these are surely right.

    Nothing changes where nothing is known of how likely candidates are right. Where it was fitted
    what feedback says of that, every candidate has a likelihood, which counts as well.
    """
    if not fusion.feedback_share or not is_known(pool):
        return pool
    feedback = _asked(pool)
    if feedback is None:
        return pool
    near = {one: cosines[0] for one, cosines in feedback.nearness.items()}
    scores = fed_back(pool.relevance, near, depth, fusion.feedback_share * feedback.surest)
    pool = replace(pool, feedback=feedback)
    fitted = pool.found.confidence
    if fitted is None or fitted.fed_back is None:
        return pool.scored(scores)
    ids = list(pool.relevance)
    said = fitted.of(fed_back_features_of(pool, ids), [pool.langs[one] for one in ids])
    chances = dict(zip(ids, said.tolist(), strict=True))
    likely = fusion.confidence_share
    scores = {one: (1 - likely) * scores[one] + likely * chances[one] for one in ids}
    return replace(pool, confidence=chances).scored(scores)


def _asked(pool: Pool) -> Feedback | None:
    """Ask how near all candidates are to the best; None where these cancel each other out."""
    best = ranked(pool.relevance)[:ARTICLES]
    vectors = pool.found.retrieved.vectors(best)
    best = [one for one in best if one in vectors]
    known = confidence_of(pool, best)
    sure = [known[one] for one in best]
    between = centre([vectors[one] for one in best], [one**2 for one in sure]) if best else None
    if between is None:
        return None
    single = [centre([vectors[one]], [1.0]) for one in best]
    asked = [between, *(np.zeros_like(between) if one is None else one for one in single)]
    nearness = pool.found.retrieved.nearness(np.stack(asked), pool.relevance)
    return Feedback(tuple(sure), nearness)
