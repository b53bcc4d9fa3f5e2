"""What the best candidates say of the others: of their scores, and how likely they are right."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pytest
from numpy.typing import NDArray

from search.calibration.confidence import EVERY, FEATURES, Confidence
from search.calibration.logistic import Logistic
from search.ranking.fusion import Fusion
from search.request import Mode, Request
from search.retrieval.features import confidence_of, fed_back_features_of
from search.retrieval.feeding_back import with_feedback
from search.retrieval.pool import Pool
from tests.support.pools import ByHand
from tests.unit.search.retrieval.test_features import COUNT, pool

DEPTH = 200
NEAR = "a050"
"""Far from the query, and right beside the best article."""


@dataclass(frozen=True, slots=True)
class WithVectors(ByHand):
    """Articles on a circle, a degree apart; one of them lies where the first does."""

    gone: str = ""

    def means(self, article_ids: Collection[str]) -> Mapping[str, NDArray[np.float64]]:
        vectors = {one: self._vector(one) for one in article_ids if one != self.gone}
        return {one: vector.astype(np.float64) for one, vector in vectors.items()}

    def nearness(
        self, vectors: NDArray[np.float32], article_ids: Collection[str]
    ) -> Mapping[str, tuple[float, ...]]:
        return {
            one: tuple((vectors @ self._vector(one)).tolist())
            for one in article_ids
            if one != self.gone
        }

    def _vector(self, one: str) -> NDArray[np.float32]:
        angle = np.radians(0 if one == NEAR else int(one[1:]))
        return np.array([np.cos(angle), np.sin(angle)], np.float32)


def by(*features: str) -> Confidence:
    """Return one that goes by these features alone, 0.5 where they are 0.9 in the mean."""
    many = len(EVERY if any(one not in FEATURES for one in features) else FEATURES)
    weights, middle = np.zeros(many + many * (many + 1) // 2), np.zeros(many)
    for one in features:
        weights[EVERY.index(one)], middle[EVERY.index(one)] = 30.0, 0.9
    curve = np.linspace(-20.0, 20.0, 41)
    logistic = Logistic(middle, np.ones(many), 0.0, weights, {})
    return Confidence("f" * 16, "by hand", 1, logistic, curve, 1 / (1 + np.exp(-curve)))


def made(fitted: Confidence, gone: str = "", request: Request | None = None) -> Pool:
    bare = pool(request)
    retrieved = bare.found.retrieved
    assert isinstance(retrieved, ByHand)
    near = WithVectors(retrieved.articles, retrieved.results, retrieved.passages, gone)
    return replace(bare, found=replace(bare.found, retrieved=near, confidence=fitted))


ONCE = by("cosine")
TWICE = replace(ONCE, fed_back=by("near the best"))


def test_what_is_near_the_best_scores_more_and_the_confidence_stays() -> None:
    before = made(ONCE)
    after = with_feedback(before, Fusion(), DEPTH)
    gains = {one: after.scores[one] - before.scores[one] for one in before.scores}
    assert max(gains, key=gains.__getitem__) == NEAR
    assert after.feedback is not None
    assert after.feedback.nearness[NEAR][0] > 0.99
    assert confidence_of(after, [NEAR, "a000"]) == confidence_of(before, [NEAR, "a000"])


def test_with_a_fit_of_its_own_it_says_how_likely_all_are_and_that_counts() -> None:
    before = made(TWICE)
    after = with_feedback(before, Fusion(), DEPTH)
    assert after.confidence.keys() == before.langs.keys()
    assert confidence_of(before, [NEAR])[NEAR] < 0.1
    assert confidence_of(after, [NEAR])[NEAR] > 0.9
    without = with_feedback(before, Fusion(confidence_share=0.0), DEPTH)
    likely = after.confidence[NEAR]
    assert after.scores[NEAR] == pytest.approx(0.7 * without.scores[NEAR] + 0.3 * likely)
    assert all(0 <= score <= 1 + 1e-9 for score in after.scores.values())


def test_every_feature_of_feedback() -> None:
    after = with_feedback(made(TWICE), Fusion(), DEPTH)
    rows = fed_back_features_of(after, ["a000", NEAR, f"a{COUNT - 1:03}"])
    first, near, far = (dict(zip(EVERY, row.tolist(), strict=True)) for row in rows)
    assert first["near the first"] == pytest.approx(1)
    assert near["near the first"] == pytest.approx(1)
    assert far["below the nearest to the best"] > near["below the nearest to the best"] >= 0
    assert near["hundredth near the best"] == first["hundredth near the best"]
    assert near["surest"] == pytest.approx(max(near[one] for one in ("first", "second")) ** 2)
    assert near["first"] == confidence_of(made(ONCE), ["a000"])["a000"]


def test_what_was_deleted_meanwhile_is_as_far_as_can_be() -> None:
    after = with_feedback(made(TWICE, gone="a001"), Fusion(), DEPTH)
    (row,) = fed_back_features_of(after, ["a001"])
    assert dict(zip(EVERY, row.tolist(), strict=True))["near the best"] == 0
    assert after.confidence["a001"] < 0.1


@pytest.mark.parametrize(
    ("before", "fusion"),
    [
        (made(TWICE), Fusion(feedback_share=0.0)),
        (made(TWICE, request=Request("flood", mode=Mode.LEXICAL)), Fusion()),
        (pool(known=False), Fusion()),
    ],
)
def test_nothing_changes_where_nothing_is_fed_back(before: Pool, fusion: Fusion) -> None:
    assert with_feedback(before, fusion, DEPTH) is before
