"""Feedback in a search: what is near the best candidates counts, and says how likely a hit is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from search.ranking.feedback import ARTICLES, Feedback, centres, fed_back
from search.ranking.fusion import Fusion, ranked
from search.retrieval.features import features_of, fitted_for, with_feedback_features
from search.retrieval.pool import Pool


def with_feedback(pool: Pool, fusion: Fusion, depth: int) -> Pool:
    """Let what is near the best candidates count as well, as far as these are surely right.

    Nothing changes where nothing is known of how likely candidates are right. Where it was fitted
    what feedback says of that, every candidate has a likelihood, which counts as well.
    """
    fitted = fitted_for(pool) if fusion.feedback_share else None
    if fitted is None:
        return pool
    best = ranked(pool.relevance)[:ARTICLES]
    ids = list(pool.relevance if fitted.fed_back else best)
    features = features_of(pool, ids)
    rows = [ids.index(one) for one in best]
    sure = fitted.of(features[rows], [pool.langs[one] for one in best]).tolist()
    feedback = _asked(pool, dict(zip(best, sure, strict=True)))
    if feedback is None:
        return pool
    near = {one: cosines[0] for one, cosines in feedback.nearness.items()}
    scores = fed_back(pool.relevance, near, depth, fusion.feedback_share * feedback.surest)
    pool = replace(pool, feedback=feedback)
    if fitted.fed_back is None:
        return pool.scored(scores)
    told = with_feedback_features(pool, ids, features)
    said = fitted.of(told, [pool.langs[one] for one in ids]).tolist()
    likely = fusion.confidence_share
    chances = dict(zip(ids, said, strict=True))
    scores = {one: (1 - likely) * scores[one] + likely * chances[one] for one in ids}
    return replace(pool, confidence=chances).scored(scores)


def _asked(pool: Pool, sure: Mapping[str, float]) -> Feedback | None:
    """Ask how near all candidates are to the best; None where these cancel each other out.

    `sure` is how likely each of the best is right, by id.
    """
    means = pool.found.retrieved.means(sure)
    asked = centres(list(means.values()), [sure[one] ** 2 for one in means])
    if asked is None:
        return None
    nearness = pool.found.retrieved.nearness(asked, pool.relevance)
    return Feedback(tuple(sure[one] for one in means), nearness)
