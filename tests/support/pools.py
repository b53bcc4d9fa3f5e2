"""Pools made by hand: candidates of legs over articles in a dictionary."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from search.index.model import Article, Bucket, Candidate, Facet, LegResult, PassageScore
from search.index.port import FacetField, Interval
from search.ranking.fusion import Fusion
from search.request import Mode, Request
from search.retrieval.pool import Found, Pool, evidence_of, pooled, scores_of


@dataclass(frozen=True, slots=True)
class ByHand:
    """What legs found among whole articles; see `search.index.port.Retrieved`."""

    articles: Mapping[str, Article]
    results: tuple[LegResult, ...]
    passages: Sequence[Mapping[str, tuple[PassageScore, ...]]]

    def langs(self, article_ids: Collection[str]) -> Mapping[str, str]:
        return {one: self.articles[one].lang for one in article_ids if one in self.articles}

    def published(self, article_ids: Collection[str]) -> Mapping[str, datetime | None]:
        return {one: self.articles[one].published for one in article_ids if one in self.articles}

    def facets(
        self, fields: Sequence[FacetField], article_ids: Collection[str]
    ) -> tuple[Facet, ...]:
        raise NotImplementedError

    def histogram(
        self, interval: Interval, article_ids: Collection[str], zone: str = "UTC"
    ) -> tuple[Bucket, ...]:
        raise NotImplementedError

    def best_passages(
        self, article_ids: Collection[str]
    ) -> Sequence[Mapping[str, tuple[PassageScore, ...]]]:
        return [{one: leg[one] for one in article_ids if one in leg} for leg in self.passages]

    def likeness(
        self,
        legs: Mapping[str, int],
        shown: Collection[str],  # noqa: ARG002 -- all are compared
    ) -> Mapping[str, Hashable]:
        return {
            one: (self.articles[one].title, self._text(one, self.passages[leg][one][0].position))
            for one, leg in legs.items()
        }

    def means(self, article_ids: Collection[str]) -> Mapping[str, NDArray[np.float64]]:
        raise NotImplementedError

    def nearness(
        self, vectors: NDArray[np.float32], article_ids: Collection[str]
    ) -> Mapping[str, tuple[float, ...]]:
        raise NotImplementedError

    def fetch(self, passages: Mapping[str, Sequence[int]]) -> Mapping[str, Article]:
        return {
            one: replace(
                self.articles[one],
                passages=tuple(
                    p for at in positions for p in self.articles[one].passages if p.position == at
                ),
            )
            for one, positions in passages.items()
        }

    def _text(self, identifier: str, position: int) -> str:
        return next(p.text for p in self.articles[identifier].passages if p.position == position)


def candidate(identifier: str, score: float) -> Candidate:
    return Candidate(identifier, score, (score,))


def leg(*candidates: Candidate, total: int | None = None) -> LegResult:
    return LegResult(candidates, total)


def pool_of(
    articles: Sequence[Article],
    request: Request | None = None,
    fusion: Fusion | None = None,
    *,
    lowered: Mapping[str, float] | None = None,
    positions: Mapping[str, Mapping[str, tuple[int, ...]]] | None = None,
    **legs: LegResult,
) -> Pool:
    """Pool what legs found among articles, without vectors.

    `positions` has, by leg and id, those of the best passages; paragraph 1 where it does not say.
    """
    used = Request("text") if request is None else request
    named = positions or {}
    passages = [
        {
            one.id: tuple(
                PassageScore(at, one.score) for at in named.get(leg, {}).get(one.id, (1,))
            )
            for one in result.candidates
        }
        for leg, result in legs.items()
    ]
    by_hand = ByHand({one.id: one for one in articles}, tuple(legs.values()), passages)
    evidence = evidence_of(legs) if used.mode is Mode.HYBRID else scores_of(legs)
    found = Found(by_hand, tuple(legs), legs, evidence, lowered=lowered or {})
    return pooled(used, found, fusion or Fusion())
