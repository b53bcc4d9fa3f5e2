"""What a reranker makes of a ranking: the first articles in its order, the rest as they were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

import numpy as np

from search.answer import RerankPlace
from search.index.model import HEADLINE, Article, Passage
from search.ranking.recency import Dates, recency_weighted
from search.request import Recency
from search.reranking.port import Reranker
from search.values import dataclass


@dataclass(frozen=True, slots=True)
class Ranking:
    """Ids in order, the score of each in [0, 1], and where those that were reranked stood."""

    order: Sequence[str]
    scores: Mapping[str, float]
    places: Mapping[str, RerankPlace] = field(default_factory=dict)


def judged(
    model: Reranker,
    query: str,
    articles: Mapping[str, Article],
) -> dict[str, float]:
    """Score each article by the best of its passages, all pairs in one call.

    Taking the best passage for the article is "MaxP" of Dai and Callan, "Deeper Text
    Understanding for IR with Contextual Neural Language Modeling", SIGIR 2019.
    """
    pairs = [
        (identifier, readable(article, passage))
        for identifier, article in articles.items()
        for passage in article.passages
    ]
    best: dict[str, float] = {}
    scores = model.scores(query, [text for _, text in pairs])
    for (identifier, _), score in zip(pairs, scores.tolist(), strict=True):
        best[identifier] = max(score, best.get(identifier, score))
    return best


def readable(article: Article, passage: Passage) -> str:
    """Return the headline and the passage below it, as a reader meets them."""
    if passage.position == HEADLINE or not article.title:
        return passage.text
    return f"{article.title}\n{passage.text}"


def placed(
    ranking: Ranking,
    scores: Mapping[str, float],
    bounded: bool,
    published: Dates,
    recency: Recency | None = None,
) -> Ranking:
    """Sort the articles that have a score of the reranker by it, in front of all others.

    Such an article's score becomes the reranker's, in [0, 1]: as it is where the model is
    `bounded`, else its logistic function (cross-encoders are trained on the logistic loss of
    what they return). It is weighted by recency as the legs' scores are. The articles behind
    stay in order, and are never scored above the last one that was read.
    """
    first = [identifier for identifier in ranking.order if identifier in scores]
    shares = {one: scores[one] if bounded else _logistic(scores[one]) for one in first}
    if recency is not None:
        shares = recency_weighted(shares, published, recency)
    before = {identifier: rank for rank, identifier in enumerate(ranking.order, start=1)}
    # By the raw score behind the share: the logistic function is flat at its ends.
    first.sort(key=lambda one: (-shares[one], -scores[one], before[one]))
    lowest = min(shares.values(), default=1.0)
    rest = [identifier for identifier in ranking.order if identifier not in scores]
    return Ranking(
        [*first, *rest],
        shares | {one: min(ranking.scores[one], lowest) for one in rest},
        {one: RerankPlace(scores[one], before[one], ranking.scores[one]) for one in first},
    )


def _logistic(score: float) -> float:
    return float(1 / (1 + np.exp(-np.clip(score, -500, 500))))
