"""The pool: every candidate of one request, with the score that the legs make together. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import field, replace
from typing import TypeVar

from search.answer import Counted, LanguageCount, LegScore
from search.calibration.confidence import Confidence
from search.embedding.port import Vectors
from search.index.model import HEADLINE, Candidate, LegResult, PassageScore
from search.index.port import Retrieved
from search.ranking.feedback import Feedback
from search.ranking.fusion import Fusion, ranked, reciprocal_rank_fusion
from search.ranking.recency import recency_weighted
from search.ranking.scoring import less_offsets
from search.request import Mode, Request
from search.retrieval.legs import LATEST, LEGS, VECTOR, Evidence, weighed
from search.values import dataclass

T = TypeVar("T")

MOST_COMPARED = 2_000
"""Passages of two articles that are compared to tell whether they are the same text."""

Results = Mapping[str, LegResult]
"""What the legs found, by the name of the leg."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What the legs of one request found.

    `legs` has the name of each leg that `retrieved` ran, in their order; several of one name are
    parts of one leg, which `results` has joined. `evidence` is the score that counts, by leg
    and id. `vector` is the query's, shape (1, dimension); None where nothing is asked by meaning.
    `closeness` is of the candidates of the vector leg, by id; empty where nothing is known of it.
    `lowered` is taken off the scores by meaning, per language, which only orders what the leg has
    found; empty where no language offsets are in use. `confidence` makes a probability of what the
    legs say; None where nothing is known of the model.
    """

    retrieved: Retrieved
    legs: Sequence[str]
    results: Results
    evidence: Evidence
    vector: Vectors | None = None
    closeness: Mapping[str, float] = field(default_factory=dict)
    lowered: Mapping[str, float] = field(default_factory=dict)
    confidence: Confidence | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """The candidates of a request, by id: their language and score.

    `places` has, by leg, each candidate with its rank from 1. `relevance` is the score that the
    legs make together, before feedback, and before older articles were made to count less.
    `feedback` is what the best of them say of the others, None where that plays no part, and
    `confidence` how likely each is right after it, empty where that is not known.
    """

    request: Request
    found: Found
    places: Mapping[str, Mapping[str, tuple[int, Candidate]]]
    langs: Mapping[str, str]
    scores: Mapping[str, float]
    relevance: Mapping[str, float]
    feedback: Feedback | None = None
    confidence: Mapping[str, float] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.langs)

    @property
    def order(self) -> list[str]:
        """Ids by score, best first; by date, as the engine put them."""
        return list(self.langs) if self.by_date else ranked(self.scores)

    @property
    def by_date(self) -> bool:
        """Whether the engine put the candidates in the order of their dates."""
        return LATEST in self.places

    def scored(self, scores: Mapping[str, float]) -> Pool:
        """Return the same candidates with other scores, of which older articles lose a part."""
        if self.request.recency is not None and not self.by_date:
            published = self.found.retrieved.published(self.langs)
            scores = recency_weighted(scores, published, self.request.recency)
        return replace(self, scores=scores)

    def legs(self, identifier: str) -> dict[str, LegScore]:
        """Where each leg put the article; a leg that did not find it is left out."""
        return {
            leg: LegScore(places[identifier][0], places[identifier][1].score)
            for leg, places in self.places.items()
            if identifier in places
        }

    def positions(self, identifiers: Collection[str], limit: int) -> dict[str, list[int]]:
        """Return the positions of the passages to show, best first, fused by rank over the legs.

        The headline is shown above the passages anyway: where only that was found, it is the first
        paragraph, and the headline itself stands behind, for an article that has nothing else.
        """
        if not identifiers:
            return {}
        best = self.found.retrieved.best_passages(identifiers)
        by_leg: dict[str, list[Mapping[str, Sequence[PassageScore]]]] = {
            name: [] for name in self.places
        }
        for name, part in zip(self.found.legs, best, strict=True):
            by_leg[name].append(part)
        return {
            one: _shown(
                [
                    _joined([part[one] for part in parts if one in part])
                    for name, parts in by_leg.items()
                    if one in self.places[name]
                ],
                limit,
            )
            for one in identifiers
        }

    def best_legs(self) -> dict[str, int]:
        """Return, by id, the number of the leg whose best passage stands for the article.

        It is the last that found it, and of the parts of that leg the one that scores it best.
        """
        best: dict[str, int] = {}
        for name, places in self.places.items():
            first, *others = (n for n, leg in enumerate(self.found.legs) if leg == name)
            best.update(dict.fromkeys(places, first))
            scores: dict[str, float] = {}
            for number in (first, *others) if others else ():
                for one in self.found.retrieved.results[number].candidates:
                    if one.id in places and one.score > scores.get(one.id, -math.inf):
                        scores[one.id] = one.score
                        best[one.id] = number
        return best

    def offset(self, identifier: str) -> float | None:
        """Return what was taken off the cosines of an article that the vector leg found."""
        if not self.found.lowered or identifier not in self.places.get(VECTOR, {}):
            return None
        return self.found.lowered.get(self.langs[identifier], 0.0)

    def without_copies(
        self, order: Sequence[str], most: int
    ) -> tuple[list[str], dict[str, list[str]]]:
        """Leave out articles of which the whole text came up already.

        Returns the ids that stay, in order, and for those with copies the ids of these. That is
        sure of the first `most` that stay; behind them, copies of one another may be left.
        """
        legs = self.best_legs()
        stay, compared = list(order), set[str]()
        copies: dict[str, list[str]] = {}
        while shown := [one for one in stay[:most] if one not in compared]:
            compared.update(shown)
            likeness = self.found.retrieved.likeness({one: legs[one] for one in stay}, shown)
            often = Counter(likeness[one] for one in stay)
            doubtful = {likeness[one] for one in shown if often[likeness[one]] > 1}
            if not doubtful:
                break
            texts = self._texts([one for one in stay if likeness[one] in doubtful])
            first: dict[object, str] = {}
            for one in stay:
                alike = (likeness[one], texts.get(one)) if likeness[one] in doubtful else one
                original = first.setdefault(alike, one)
                if original != one:
                    copies.setdefault(original, []).extend([one, *copies.pop(one, ())])
            stay = list(first.values())
        return stay, copies

    def _texts(self, identifiers: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Read whole texts, headline and paragraphs; white space makes no difference."""
        if not identifiers:
            return {}
        found = self.found.retrieved.fetch(dict.fromkeys(identifiers, range(MOST_COMPARED)))
        return {
            one: tuple(" ".join(passage.text.split()) for passage in article.passages)
            for one, article in found.items()
        }

    def languages(self, shown: Sequence[str]) -> dict[str, LanguageCount]:
        """Count the articles per language, found and shown; most found first."""
        found = Counter(self.langs.values())
        in_answer = Counter(self.langs[identifier] for identifier in shown)
        return {
            lang: LanguageCount(count, in_answer[lang])
            for lang, count in sorted(found.items(), key=lambda item: (-item[1], item[0]))
        }

    @property
    def total(self) -> tuple[int, Counted]:
        """Count all matches where one leg ran that knows them, else the candidates."""
        totals = [result.total for result in self.found.results.values()]
        if len(totals) == 1 and totals[0] is not None:
            return totals[0], Counted.MATCHES
        return len(self), Counted.CANDIDATES


def _joined(parts: Sequence[Sequence[PassageScore]]) -> list[int]:
    """Join what the parts of one leg found in an article: each position once, best first."""
    best: dict[int, float] = {}
    for part in parts:
        for position, score in part:
            best[position] = max(score, best.get(position, score))
    return sorted(best, key=lambda position: (-best[position], position))


def _shown(legs: Sequence[Sequence[int]], limit: int) -> list[int]:
    if len(legs) == 1:  # fusing one ranking leaves it as it is
        order: Sequence[int] = legs[0]
    else:
        rankings = [[str(position) for position in positions] for positions in legs]
        order = [int(key) for key in ranked(reciprocal_rank_fusion(rankings, [1.0] * len(legs)))]
    body = [position for position in order if position != HEADLINE]
    return body[:limit] if body else [HEADLINE + 1, HEADLINE]


def evidence_of(results: Results) -> dict[str, dict[str, float]]:
    """Return by leg what the passages of each candidate say together: what hybrid mode goes by."""
    return {
        leg: {one.id: kind.evidence(one) for one in results[leg].candidates}
        for leg, kind in LEGS.items()
        if leg in results
    }


def scores_of(results: Results) -> dict[str, dict[str, float]]:
    """Return by leg the score of each candidate, in the order of the table of legs."""
    return {
        leg: {one.id: one.score for one in results[leg].candidates}
        for leg in LEGS
        if leg in results
    }


def pooled(request: Request, found: Found, fusion: Fusion) -> Pool:
    """Put the candidates together and score them."""
    places = {
        leg: {one.id: (rank, one) for rank, one in enumerate(result.candidates, start=1)}
        for leg, result in found.results.items()
    }
    ids = dict.fromkeys(one for by_id in places.values() for one in by_id)
    known = found.retrieved.langs(ids)
    langs = {one: known[one] for one in ids if one in known}
    evidence = found.evidence
    if len(langs) < len(ids):  # some were deleted since the legs ran
        places = {leg: _only(langs, by_id) for leg, by_id in places.items()}
        evidence = {leg: _only(langs, own) for leg, own in evidence.items()}
    relevance = _scored(request, evidence, langs, found.lowered, fusion)
    pool = Pool(request, found, places, langs, relevance, relevance)
    return pool.scored(relevance)


def _only(ids: Collection[str], values: Mapping[str, T]) -> dict[str, T]:
    return {one: value for one, value in values.items() if one in ids}


def _scored(
    request: Request,
    evidence: Evidence,
    langs: Mapping[str, str],
    lowered: Mapping[str, float],
    fusion: Fusion,
) -> dict[str, float]:
    """Score every candidate as the mode says, in [0, 1]; 0 where the engine ordered by date."""
    by_leg = {
        leg: less_offsets(own, langs, lowered) if leg == VECTOR and lowered else own
        for leg, own in evidence.items()
    }
    if request.mode is Mode.HYBRID and by_leg:
        return fusion.fused(by_leg, weighed(fusion, request, by_leg), langs)
    for leg, own in by_leg.items():
        return LEGS[leg].scaling.alone(own)
    return dict.fromkeys(langs, 0.0)
