"""Several rankings become one. Pure functions of values; each names its paper."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence


def reciprocal_rank_fusion(
    rankings: Sequence[Sequence[str]], weights: Sequence[float], k: int = 60
) -> dict[str, float]:
    """Fuse by rank: score(d) = sum over rankings of w / (k + rank of d), ranks from 1.

    `rankings` hold ids, best first; an id that a ranking lacks gets nothing from it. The
    scores are divided by what an id that leads every ranking would get, so that they lie in
    [0, 1] and 1 means "first in all"; a ranking with nothing in it does not count.

    Cormack, Clarke and Buettcher, "Reciprocal Rank Fusion outperforms Condorcet and individual
    Rank Learning Methods", SIGIR 2009 (k = 60 is theirs).
    """
    fused: defaultdict[str, float] = defaultdict(float)
    attainable = 0.0
    for ranking, weight in zip(rankings, weights, strict=True):
        if not ranking or weight <= 0:
            continue
        attainable += weight / (k + 1)
        for rank, identifier in enumerate(dict.fromkeys(ranking), start=1):
            fused[identifier] += weight / (k + rank)
    return {identifier: score / attainable for identifier, score in fused.items()}


def convex_combination(
    scores: Sequence[Mapping[str, float]], weights: Sequence[float], floors: Sequence[float]
) -> dict[str, float]:
    """Fuse by score, each leg scaled from its theoretical floor to its best score.

    `scores` maps ids to scores; `floors` are the smallest scores that a leg can give (0 for
    BM25, -1 for a cosine). An id that a leg lacks counts as the floor. Result in [0, 1].

    Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", ACM TOIS
    2023: TM2C2, theoretical min-max scaling with a convex combination.
    """
    fused: defaultdict[str, float] = defaultdict(float)
    whole = sum(weight for leg, weight in zip(scores, weights, strict=True) if leg)
    for leg, weight, floor in zip(scores, weights, floors, strict=True):
        span = max(leg.values(), default=floor) - floor
        if span <= 0 or weight <= 0:
            continue
        for identifier, score in leg.items():
            fused[identifier] += weight / whole * max(0.0, score - floor) / span
    return dict(fused)


def ranked(scores: Mapping[str, float]) -> list[str]:
    """Ids by score, best first; equal scores by id, so that an answer is reproducible."""
    return sorted(scores, key=lambda identifier: (-scores[identifier], identifier))
