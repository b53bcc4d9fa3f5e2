"""Several rankings become one. Pure functions of values; each names its paper."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import field
from enum import StrEnum

from search.values import dataclass

LEAST_SPAN = 0.5
"""Share of the best cosine: see `scaled_to_pool`. Chosen with an earlier model; with the present
one 0 to 0.75 differ by 0.001 on the mean of news headlines, XQuAD-R and the sample corpus
(`benchmarks/results/retrieval_fusion.md`)."""

SHARPNESS = 3
"""Power of the share in `relative_to_language`; of 1, 2 and 3 the best of the same mean."""


class FusionMethod(StrEnum):
    """What of a leg counts."""

    SCORES = "scores"
    """The scores: `convex_combination`."""
    RANKS = "ranks"
    """The ranks only: `reciprocal_rank_fusion`."""


class Scaling(StrEnum):
    """How the scores of a leg become comparable with those of another."""

    LANGUAGE = "language"
    """BM25: `relative_to_language`."""
    POOL = "pool"
    """Cosines: `scaled_to_pool`."""

    def alone(self, scores: Mapping[str, float]) -> dict[str, float]:
        """Bring the scores of the only leg that ran to [0, 1]: shares of the best, or cosines."""
        if self is Scaling.POOL:
            return {one: min(1.0, max(0.0, cosine)) for one, cosine in scores.items()}
        best = max(scores.values(), default=1.0) or 1.0
        return {one: score / best for one, score in scores.items()}


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a leg brings into the fusion: its weight, and how its scores are scaled."""

    weight: float
    scaling: Scaling


@dataclass(frozen=True, slots=True)
class Fusion:
    """How the rankings become one; `config.settings.FusionSettings` explains the numbers.

    `weights` are by leg; a leg that is not there has the weight of the table of legs
    (`search.retrieval.legs`). `sharpness` and `least_span` are no settings: they are here for the
    measurement of both.
    """

    k: int = 60
    weights: Mapping[str, float] = field(default_factory=dict)
    pool: int = 200
    method: FusionMethod = FusionMethod.SCORES
    sharpness: float = SHARPNESS
    least_span: float = LEAST_SPAN
    offset_share: float = 0.5
    """Share of a language's offset (`search.calibration.offsets`) that is taken off, where the
    index has any: 0.25, 0.5 and 1 differ by less than 0.002 on the mean of the three collections
    (`benchmarks/results/retrieval_fusion.md`), and half does less where offsets fit badly."""
    feedback_share: float = 0.3
    """Share of a score that goes to how near an article is to the best ones
    (`search.ranking.feedback`) where these are surely right; 0 for none."""
    confidence_share: float = 0.3
    """Share of a score that goes to how likely an article is right after feedback, where that is
    known (`search.calibration.confidence`); 0 for none. `benchmarks/results/confidence.md` has what
    it is good for. With 0.5 questions and headlines gain a little more, and pairs of SemEval-2022,
    that nothing was fitted for, lose 0.013 of their nDCG@10 instead of 0.008."""

    def fused(
        self,
        scores: Mapping[str, Mapping[str, float]],
        legs: Mapping[str, Weighed],
        langs: Mapping[str, str],
    ) -> dict[str, float]:
        """Fuse the scores of each leg, by article id; the result is in [0, 1].

        `scores` and `legs` have the same names; `langs` maps every id to the article's language.
        """
        weights = [legs[leg].weight for leg in scores]
        if self.method is FusionMethod.RANKS:
            return reciprocal_rank_fusion([ranked(own) for own in scores.values()], weights, self.k)
        scaled = [self._scaled(own, legs[leg].scaling, langs) for leg, own in scores.items()]
        return convex_combination(scaled, weights)

    def _scaled(
        self, scores: Mapping[str, float], scaling: Scaling, langs: Mapping[str, str]
    ) -> dict[str, float]:
        if scaling is Scaling.POOL:
            return scaled_to_pool(scores, self.pool, self.least_span)
        return relative_to_language(scores, langs, self.pool, self.sharpness)

    def share_behind(self, weight: float, whole: float, rank: int, share: float) -> float:
        """Score an article behind the pool that only one leg by BM25 found.

        `weight` is the leg's, `whole` the sum over the legs that every query has; `rank` counts
        from 1, `share` is the article's BM25 score as a share of the best.
        """
        if not whole:
            return 0.0
        own = float(share**self.sharpness)
        if self.method is FusionMethod.RANKS:
            own = (self.k + 1) / (self.k + rank)
        return weight / whole * own


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
    scaled: Sequence[Mapping[str, float]], weights: Sequence[float]
) -> dict[str, float]:
    """Fuse by score: the weighted mean of scores in [0, 1]; an id that a leg lacks has 0 there.

    A leg with nothing in it does not count. Bruch, Gai and Ingber, "An Analysis of Fusion
    Functions for Hybrid Retrieval", ACM TOIS 2023, find it better than fusion by rank.
    """
    fused: defaultdict[str, float] = defaultdict(float)
    whole = sum(weight for leg, weight in zip(scaled, weights, strict=True) if leg)
    for leg, weight in zip(scaled, weights, strict=True):
        for identifier, score in leg.items():
            fused[identifier] += weight / whole * score if whole else 0.0
    return dict(fused)


def scaled_to_pool(
    scores: Mapping[str, float], depth: int, least_span: float = LEAST_SPAN
) -> dict[str, float]:
    """Scale cosines to [0, 1]: 1 is the best of a pool, 0 the one at `depth`, or worse.

    The span from 1 to 0 is never less than `least_span` of the best cosine, so that a pool of
    articles that are all alike is not torn apart.
    """
    if not scores:
        return {}
    falling = sorted(scores.values(), reverse=True)
    best, last = falling[0], falling[min(depth, len(falling)) - 1]
    span = max(best - last, least_span * abs(best)) or 1.0
    return {one: max(0.0, 1 - (best - score) / span) for one, score in scores.items()}


def relative_to_language(
    scores: Mapping[str, float],
    langs: Mapping[str, str],
    depth: int,
    sharpness: float = SHARPNESS,
) -> dict[str, float]:
    """Scale BM25 scores to [0, 1]: the share of the best score of the same language, sharpened.

    A query shares all its words with articles in its own language, but only names and
    numbers with those in others: what is little there is much here. Only languages that are
    among the best `depth` have a best score of their own; the others are measured against the
    best of all. The power `sharpness` favours what leads its language over what has one common
    word with the query. Shares of the best of all languages are worse on each collection of
    `benchmarks/results/retrieval_fusion.md` (words 0.25: nDCG@10
    0.833, 0.540, 0.891; of the language, words 0.2: 0.849, 0.557, 0.898).
    """
    leaders = ranked(scores)[:depth]
    best: dict[str, float] = {}
    for one in leaders:
        best.setdefault(langs[one], scores[one])
    highest = scores[leaders[0]] if leaders else 0.0
    return {
        one: min(1.0, score / best.get(langs[one], highest)) ** sharpness if score > 0 else 0.0
        for one, score in scores.items()
    }


def ranked(scores: Mapping[str, float]) -> list[str]:
    """Ids by score, best first; equal scores by id, so that an answer is reproducible."""
    # Sorting keeps the order of what is equal: many times as fast as by pairs.
    tied = len(set(scores.values())) < len(scores)
    return sorted(sorted(scores) if tied else scores, key=scores.__getitem__, reverse=True)
